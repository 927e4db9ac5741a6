#include "yinxin/office/desk_jobs.h"

#include <algorithm>
#include <boost/json.hpp>

#include "net/edge.h"
#include "terminal/files.h"
#include "yinxin/office/evidence.h"
#include "yinxin/office/made_lines.h"
#include "yinxin/office/production.h"
#include "yinxin/office/street_jobs.h"

namespace yinxin::office {

namespace {

constexpr const char* courier_name = "顺丰速运";

// What the desk has said last about a case, in words for the requester.
Result<hall::DeskNews> news_of(hall::Desk& desk, const std::string& id, hall::CaseState state) {
  YX_TRY(const auto timeline, desk.timeline(id));
  hall::DeskNews news{.id = id, .state = state};
  YX_TRY(const hall::CaseRecord record, desk.find(id));
  if (hall::is_given_up(state)) {
    news.issued = std::ranges::any_of(record.papers, [](const hall::PaperMention& mention) {
      return mention.paper == hall::Paper::signing_certificate || mention.paper == hall::Paper::receipt;
    });
  } else {
    YX_TRY(news.made, made_lines(desk, record));
  }
  for (const hall::CaseEventRecord& event : timeline) {
    if ((event.kind == "return_for_correction" && state == hall::CaseState::returned) ||
        (event.kind == "refuse" && state == hall::CaseState::refused)) {
      news.words = event.detail;
    }
    if (event.kind == "dispatch") {
      news.waybill = event.detail;
    }
  }
  if (state == hall::CaseState::returned) {
    YX_TRY(news.reopened, desk.reopened(id));
  }
  return news;
}

// The provider's ids have digits and letters only; an outbox row's key has slashes.
std::string message_id(std::string key) {
  std::ranges::replace(key, '/', '-');
  return key;
}

constexpr hall::Actor outside_actor() { return {.role = hall::By::outside, .person = {}}; }

std::string waybill_in(const std::vector<hall::CaseEventRecord>& timeline) {
  const auto last =
      std::find_if(timeline.rbegin(), timeline.rend(), [](const auto& e) { return e.kind == "dispatch"; });
  return last == timeline.rend() ? std::string() : last->detail;
}

constexpr std::string_view word_of(hall::ParcelStanding standing) {
  constexpr std::array<std::string_view, 6> words{"waiting", "on_the_way", "delivered", "refused", "sent_back", "lost"};
  return words[static_cast<std::size_t>(standing)];
}

// As the street wrote it: name, phone, region, street, postcode, a line each.
hall::Address receiver_of(const trust::Snapshot& shot) {
  std::vector<std::string> lines;
  for (std::string_view rest = shot.delivery; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  constexpr std::size_t parts = 5;
  lines.resize(parts);
  auto region = hall::region_levels(lines[2]);
  constexpr std::size_t levels = 3;
  region.resize(levels);
  return {.name = lines[0],
          .phone = lines[1],
          .state = region[0],
          .locality = region[1],
          .district = region[2],
          .street = lines[3],
          .company = shot.unit.name};
}

// The last four digits of the receiver's number, which the courier asks for.
std::string phone_end_of(const trust::Snapshot& shot) {
  constexpr std::size_t digits = 4;
  const std::string phone = receiver_of(shot).phone;
  return phone.size() < digits ? std::string() : phone.substr(phone.size() - digits);
}

// Who pays the courier, as the programme says; one that says nothing leaves nothing to be collected.
bool is_freight_collect(const hall::programme::Programme& programme) {
  return programme.freight == "collect" || programme.freight == "customer_both_ways";
}

}  // namespace

Result<hall::Address> read_sender(const std::string& file) {
  YX_TRY(const Bytes bytes, cli::read_file(file, max_sender_bytes));
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse(text_of(bytes), failed);
  const auto* fields = failed ? nullptr : read.if_object();
  hall::Address sender;
  for (const auto& [key, part] :
       {std::pair{"name", &sender.name}, std::pair{"phone", &sender.phone}, std::pair{"state", &sender.state},
        std::pair{"locality", &sender.locality}, std::pair{"district", &sender.district},
        std::pair{"street", &sender.street}, std::pair{"company", &sender.company}}) {
    const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
    if (found == nullptr || !found->is_string()) {
      return fail(ErrorCode::invalid_input, file + ": the sender has no " + key);
    }
    *part = std::string(found->get_string());
  }
  return sender;
}

std::size_t DeskJobs::run() {
  std::size_t done = fetch("submit", [this](const hall::StreetErrand& errand) { return submit(errand.case_id); });
  done += send_messages();
  done += fetch("withdraw", [this](const hall::StreetErrand& errand) { return withdraw(errand); });
  done += tell_street();
  const Instant now = parts_.clock.now();
  done += cases_.take(now, parts_.pace.cases) ? keep_time() + follow_lines() : 0;
  done += parcels_.take(now, parts_.pace.parcels) ? track_parcels() : 0;
  done += expiry_.take(now, parts_.pace.expiry) ? tell_of_expiry() : 0;
  return done;
}

// --------------------------------------------------------------------------------------------- from and to the street

std::size_t DeskJobs::fetch(const std::string& kind,
                            const std::function<Result<void>(const hall::StreetErrand&)>& deed) {
  const auto claimed = parts_.street.claim(kind);
  if (!claimed) {
    note(claimed.error());
    return 0;
  }
  std::size_t done = 0;
  for (const StreetErrandClaimed& each : *claimed) {
    const auto carried_out = deed(each.errand);
    const auto settled = parts_.street.settle(
        each.claimed, carried_out ? std::nullopt : std::optional(std::string(name_of(carried_out.error().code))));
    if (!carried_out || !settled) {
      note(carried_out ? settled.error() : carried_out.error());
      continue;
    }
    ++done;
  }
  return done;
}

Result<void> DeskJobs::submit(const std::string& id) {
  YX_TRY(const hall::Submission submission, parts_.street.submission(id));
  YX_CHECK(parts_.house.desk().submit(submission));
  return {};
}

Result<void> DeskJobs::withdraw(const hall::StreetErrand& errand) {
  const auto done = parts_.house.desk().withdraw(errand.case_id, {hall::By::requester, errand.parameter});
  if (!done && done.error().code == ErrorCode::wrong_state) {
    return parts_.street.hear_withdrawal_refused(errand.case_id);
  }
  return done ? Result<void>() : Result<void>(done.error());
}

// Cases in the order of their last change, from where all were told. Whoever was told is not looked at before it
// changes again, and one that the street could not hear does not keep it from hearing of others. A change that was
// written while a later one was read already is met by going back a little each time.
std::size_t DeskJobs::tell_street() {
  std::size_t told = 0;
  Instant at = told_until_ - told_overlap;
  std::string id;
  std::optional<Instant> untold;
  for (std::size_t page = cases_compared_at_once; page == cases_compared_at_once;) {
    const auto changed = parts_.house.desk().changed_after(at, id, cases_compared_at_once);
    const auto heard = changed ? tell_these(*changed, untold) : Result<std::size_t>(changed.error());
    if (!heard) {
      note(heard.error());
      return told;
    }
    told += *heard;
    page = changed->size();
    if (page > 0) {
      at = changed->back().changed_at;
      id = changed->back().id;
      told_until_ = untold.value_or(std::max(told_until_, at));
    }
  }
  std::erase_if(told_, [this](const auto& each) { return each.second < told_until_ - 2 * told_overlap; });
  return told;
}

// How many were news. `untold`: the first change that could not be told.
Result<std::size_t> DeskJobs::tell_these(const std::vector<hall::CaseSummary>& cases, std::optional<Instant>& untold) {
  std::vector<std::string> ids;
  for (const hall::CaseSummary& each : cases) {
    if (!is_told(each)) {
      ids.push_back(each.id);
    }
  }
  if (ids.empty()) {
    return std::size_t{0};
  }
  YX_TRY(const auto standings, parts_.street.standings(ids));
  std::size_t told = 0;
  for (const hall::CaseSummary& each : cases) {
    if (is_told(each)) {
      continue;
    }
    const auto standing = std::ranges::find(standings, each.id, &StreetStanding::id);
    const auto heard = standing == standings.end() ? Result<bool>(false) : tell(each, *standing);
    if (heard) {
      told_[each.id] = each.changed_at;
      told += *heard ? 1 : 0;
      continue;
    }
    if (net::is_edge_failure(heard.error())) {
      return heard.error();
    }
    note(heard.error());
    untold = untold.value_or(each.changed_at);
  }
  return told;
}

bool DeskJobs::is_told(const hall::CaseSummary& summary) const {
  const auto known = told_.find(summary.id);
  return known != told_.end() && known->second == summary.changed_at;
}

// Whether it was news.
Result<bool> DeskJobs::tell(const hall::CaseSummary& summary, const StreetStanding& standing) {
  // A correction is on its way to the desk, unless the desk has closed the case meanwhile.
  const bool is_final = hall::life::case_states[static_cast<std::size_t>(summary.state)].is_final;
  if (standing.state == summary.state || (standing.revision > summary.revision && !is_final)) {
    return false;
  }
  YX_TRY(const hall::DeskNews news, news_of(parts_.house.desk(), summary.id, summary.state));
  YX_CHECK(parts_.street.hear_desk(news));
  return true;
}

// ------------------------------------------------------------------------------------------------------------ messages

Result<void> DeskJobs::send_message(const hall::DeskWork& work, const std::string& key, bool may_be_done) {
  YX_TRY(const hall::CaseRecord record, parts_.house.desk().find(work.case_id));
  YX_TRY(const hall::DeskNews news,
         news_of(parts_.house.desk(), work.case_id,
                 work.parameter == "refused" ? hall::CaseState::refused : hall::CaseState::returned));
  hall::SmsWish wish{.id = key,
                     .mobile = record.snapshot.requester.mobile,
                     .text = work.parameter,
                     .programme = record.snapshot.programme,
                     .parameters = {}};
  if (work.parameter == "returned" || work.parameter == "refused") {
    wish.parameters["reason"] = news.words;
  }
  if (work.parameter == "refused") {
    wish.parameters["case"] = work.case_id;
  }
  if (work.parameter == "shipped") {
    wish.parameters["courier"] = courier_name;
    wish.parameters["number"] = news.waybill;
  }
  return send_or_find(parts_.outside, wish, may_be_done, parts_.clock.now(),
                      [&](Instant at) { return parts_.street.note_sent(wish, at); });
}

std::size_t DeskJobs::send_messages() {
  const auto waiting = parts_.house.desk_domain().claim_work(hall::IntentKind::send_sms, errands_at_once, errand_lease);
  if (!waiting) {
    note(waiting.error());
    return 0;
  }
  std::size_t done = 0;
  for (const auto& each : *waiting) {
    const auto sent = send_message(each.work, message_id(each.claimed.idempotency_key),
                                   each.claimed.maybe_done || each.claimed.attempt > 1);
    const auto settled = parts_.house.desk_domain().settle(each.claimed, sent);
    if (!sent || !settled) {
      note(sent ? settled.error() : sent.error());
      continue;
    }
    ++done;
  }
  return done;
}

// ------------------------------------------------------------------------------------------------------------ by time

// The cases whose state is the desk's.
std::size_t DeskJobs::keep_time() {
  hall::Desk& desk = parts_.house.desk();
  const auto ripe = desk.ripe(cases_at_once);
  if (!ripe) {
    note(ripe.error());
    return 0;
  }
  std::size_t done = 0;
  for (const std::string& id : *ripe) {
    const auto moved = desk.time_out(id);
    if (!moved) {
      note(moved.error());
    }
    done += moved ? 1 : 0;
  }
  return done;
}

// Whether something was learnt. A lost parcel is only shown: an officer decides.
Result<bool> DeskJobs::track(const hall::CaseSummary& parcel) {
  hall::Desk& desk = parts_.house.desk();
  YX_TRY(const hall::CaseRecord record, desk.find(parcel.id));
  YX_TRY(const auto timeline, desk.timeline(parcel.id));
  const std::string waybill = waybill_in(timeline);
  if (waybill.empty() || record.application.state != hall::CaseState::shipped) {
    return false;
  }
  YX_TRY(const hall::ParcelFact fact, parts_.outside.track_parcel(waybill, phone_end_of(record.snapshot)));
  if (fact.standing == hall::ParcelStanding::waiting) {
    return false;
  }
  const std::string words = fact.steps.empty() ? std::string() : fact.steps.back().words;
  YX_CHECK(desk.parcel_seen(parcel.id, word_of(fact.standing), words));
  if (fact.standing == hall::ParcelStanding::delivered) {
    YX_CHECK(desk.delivered(parcel.id, outside_actor()));
  }
  if (fact.standing == hall::ParcelStanding::sent_back) {
    YX_CHECK(desk.parcel_returned(parcel.id, outside_actor()));
  }
  return true;
}

std::size_t DeskJobs::track_parcels() {
  const auto cases = parts_.house.desk().list(parcels_at_once);
  if (!cases) {
    note(cases.error());
    return 0;
  }
  std::size_t done = 0;
  for (const hall::CaseSummary& each : *cases) {
    if (each.state != hall::CaseState::shipped) {
      continue;
    }
    const auto tracked = track(each);
    if (!tracked) {
      note(tracked.error());
    }
    done += tracked && *tracked ? 1 : 0;
  }
  return done;
}

// Whether the vault knew more of this case's written lines than the desk did.
Result<bool> DeskJobs::follow_written(const std::string& id) {
  hall::Desk& desk = parts_.house.desk();
  YX_TRY(const hall::CaseRecord record, desk.find(id));
  const auto& lines = record.application.lines;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (lines[n].state == hall::LineState::written) {
      YX_CHECK(carry_over(parts_.house, id, static_cast<std::int64_t>(n + 1)));
    }
  }
  if (std::ranges::find(lines, hall::LineState::written, &hall::CaseLine::state) == lines.end()) {
    return false;
  }
  YX_TRY(const hall::CaseRecord after, desk.find(id));
  return after.version != record.version;
}

// A holder's word goes to the vault and then to the desk: between the two anything may end, and the holder, who sees
// his token taken over, need not come again.
std::size_t DeskJobs::follow_lines() {
  hall::Desk& desk = parts_.house.desk();
  const auto cases = desk.list(parcels_at_once);
  if (!cases) {
    note(cases.error());
    return 0;
  }
  std::size_t done = 0;
  for (const hall::CaseSummary& each : *cases) {
    if (each.state != hall::CaseState::ready && each.state != hall::CaseState::shipped &&
        each.state != hall::CaseState::handed_over) {
      continue;
    }
    const auto followed = follow_written(each.id);
    if (!followed) {
      note(followed.error());
    }
    done += followed && *followed ? 1 : 0;
  }
  return done;
}

// The message that is due about a certificate by now; a certificate has one for each of expiry_days.
Result<std::optional<hall::SmsWish>> DeskJobs::word_of_expiry(const pki::ActivatedLine& line) {
  YX_TRY(const auto signing, x509::Certificate::parse(line.signing));
  const Instant now = parts_.clock.now();
  const Instant end = signing.not_after();
  std::optional<int> due;
  for (const int days : expiry_days) {
    if (now >= end - std::chrono::days(days) && now < end) {
      due = days;
    }
  }
  if (!due) {
    return std::optional<hall::SmsWish>();
  }
  const auto list_file = parts_.house.public_file("issuing.crl");
  if (list_file) {
    YX_TRY(const auto list, x509::CertificateList::parse(*list_file));
    if (list.find(signing.serial()) != nullptr) {
      return std::optional<hall::SmsWish>();
    }
  }
  YX_TRY(const hall::CaseRecord record, parts_.house.desk().find(line.case_id));
  const std::string serial = to_hex(signing.serial());
  return std::optional(hall::SmsWish{.id = "expiry-" + serial + "-" + std::to_string(*due),
                                     .mobile = record.snapshot.requester.mobile,
                                     .text = "expires_soon",
                                     .programme = record.snapshot.programme,
                                     .parameters = {{"number", serial}, {"date", to_beijing_date(end)}}});
}

std::size_t DeskJobs::tell_of_expiry() {
  std::size_t done = 0;
  for (std::int64_t after = 0;;) {
    const auto lines = parts_.house.doors().activated(after, certificates_at_once);
    if (!lines) {
      note(lines.error());
      return done;
    }
    if (lines->empty()) {
      return done;
    }
    after = lines->back().id;
    std::vector<hall::SmsWish> wishes;
    for (const pki::ActivatedLine& line : *lines) {
      auto wish = word_of_expiry(line);
      if (!wish) {
        note(wish.error());
      } else if (*wish) {
        wishes.push_back(std::move(**wish));
      }
    }
    const auto put = parts_.street.put_messages(wishes);
    if (!put) {
      note(put.error());
      return done;
    }
    done += wishes.size();
  }
}

// --------------------------------------------------------------------------------------------------- at an officer's
// word

Result<void> DeskJobs::ask_again(const std::string& case_id) {
  YX_TRY(EvidenceQuestion named, parts_.street.transactions(case_id));
  return office::ask_again(parts_.house, parts_.outside, case_id, std::move(named));
}

Result<std::string> DeskJobs::order_courier(const std::string& case_id) {
  if (!parts_.sender) {
    return fail(ErrorCode::precondition, "nobody has said where parcels are sent from");
  }
  YX_TRY(const hall::CaseRecord record, parts_.house.desk().find(case_id));
  YX_TRY(const auto offer, parts_.shelf.by_code(record.snapshot.programme, record.snapshot.programme_version));
  YX_TRY(const auto timeline, parts_.house.desk().timeline(case_id));
  // One that came back, or was lost, is sent as another parcel.
  const auto sent = std::ranges::count(timeline, std::string("dispatch"), &hall::CaseEventRecord::kind);
  const std::string again = sent == 0 ? std::string() : "-" + std::to_string(sent + 1);
  YX_TRY(const hall::ProviderAnswer ordered,
         parts_.outside.order_parcel({.id = case_id + "-" + std::to_string(record.snapshot.revision) + again,
                                      .from = *parts_.sender,
                                      .to = receiver_of(record.snapshot),
                                      .goods = "UKey",
                                      .receiver_pays = is_freight_collect(offer->programme)}));
  return ordered.transaction;
}

}  // namespace yinxin::office
