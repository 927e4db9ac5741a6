#include "yinxin/office/clock_jobs.h"

#include <algorithm>

#include "store/street/wish_der.h"

namespace yinxin::office {

namespace {

constexpr hall::Actor outside_actor() { return {.role = hall::By::outside, .person = {}}; }

// The last four digits of the receiver's number, which the courier asks for; see Submission: name, phone, … a line
// each.
std::string phone_end_of(const trust::Snapshot& shot) {
  constexpr std::size_t digits = 4;
  const std::size_t name_end = shot.delivery.find('\n');
  if (name_end == std::string::npos) {
    return {};
  }
  const std::size_t phone_end = std::min(shot.delivery.find('\n', name_end + 1), shot.delivery.size());
  const std::string phone = shot.delivery.substr(name_end + 1, phone_end - name_end - 1);
  return phone.size() < digits ? std::string() : phone.substr(phone.size() - digits);
}

std::string waybill_in(const std::vector<hall::CaseEventRecord>& timeline) {
  const auto last =
      std::find_if(timeline.rbegin(), timeline.rend(), [](const auto& e) { return e.kind == "dispatch"; });
  return last == timeline.rend() ? std::string() : last->detail;
}

constexpr std::string_view word_of(hall::ParcelStanding standing) {
  constexpr std::array<std::string_view, 6> words{"waiting", "on_the_way", "delivered", "refused", "sent_back", "lost"};
  return words[static_cast<std::size_t>(standing)];
}

}  // namespace

bool ClockJobs::is_due(std::optional<Instant>& last, std::chrono::milliseconds pace) const {
  const Instant now = parts_.clock.now();
  if (last && now < *last + pace) {
    return false;
  }
  last = now;
  return true;
}

std::size_t ClockJobs::run() {
  std::size_t done = is_due(cases_, parts_.pace.cases) ? keep_time() : 0;
  done += is_due(parcels_, parts_.pace.parcels) ? track_parcels() : 0;
  done += is_due(messages_, parts_.pace.messages) ? ask_carriers() : 0;
  done += is_due(expiry_, parts_.pace.expiry) ? tell_of_expiry() : 0;
  return done;
}

// The street and the desk each for the states that they own.
std::size_t ClockJobs::keep_time() {
  std::size_t done = 0;
  const auto count = [&](const auto& ripe, auto&& act) {
    if (!ripe) {
      note(ripe.error());
      return;
    }
    for (const std::string& id : *ripe) {
      const auto acted = act(id);
      if (!acted) {
        note(acted.error());
      }
      done += acted ? 1 : 0;
    }
  };
  hall::Street& street = parts_.street.street();
  count(street.ripe(cases_at_once), [&](const std::string& id) { return street.keep_time(id); });
  hall::Desk& desk = parts_.house.desk();
  count(desk.ripe(cases_at_once), [&](const std::string& id) { return desk.time_out(id); });
  return done;
}

// Whether something was learnt. A lost parcel is only shown: an officer decides.
Result<bool> ClockJobs::track(const hall::CaseSummary& parcel) {
  hall::Desk& desk = parts_.house.desk();
  YX_TRY(const hall::CaseRecord record, desk.find(parcel.id));
  YX_TRY(const auto timeline, desk.timeline(parcel.id));
  const std::string waybill = waybill_in(timeline);
  if (waybill.empty() || record.application.state != hall::CaseState::shipped) {
    return false;
  }
  YX_TRY(const hall::ParcelFact fact, parts_.courier.track(waybill, phone_end_of(record.snapshot)));
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

std::size_t ClockJobs::track_parcels() {
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

// Whether he has said his word. What did not arrive is sent again, a few times, under an id of its own.
Result<bool> ClockJobs::ask_carrier(const store::SqliteStreetStore::SentMessage& message) {
  if (parts_.clock.now() < message.sent_at + message_word_pause) {
    return false;
  }
  YX_TRY(const hall::SmsFact fact, parts_.sms.find(message.wish.id, message.wish.mobile, message.sent_at));
  if (fact.standing == hall::SmsStanding::waiting) {
    return false;
  }
  auto& store = parts_.street.store();
  if (fact.standing == hall::SmsStanding::failed && message.resends < max_resends) {
    hall::SmsWish again = message.wish;
    again.id = store::street::resend_id(message.wish.id, message.resends + 1);
    YX_CHECK(store.put_messages({again}));
  }
  YX_CHECK(store.note_standing(message.wish.id, fact.standing, fact.reason));
  return true;
}

std::size_t ClockJobs::ask_carriers() {
  const auto waiting = parts_.street.store().unsaid_messages(parts_.clock.now() - message_word_life, messages_at_once);
  if (!waiting) {
    note(waiting.error());
    return 0;
  }
  std::size_t done = 0;
  for (const auto& message : *waiting) {
    const auto asked = ask_carrier(message);
    if (!asked) {
      note(asked.error());
    }
    done += asked && *asked ? 1 : 0;
  }
  return done;
}

// The message that is due about a certificate by now; a certificate has one for each of expiry_days.
Result<std::optional<hall::SmsWish>> ClockJobs::word_of_expiry(const pki::IssuedLine& line) {
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

std::size_t ClockJobs::tell_of_expiry() {
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
    for (const pki::IssuedLine& line : *lines) {
      auto wish = word_of_expiry(line);
      if (!wish) {
        note(wish.error());
      } else if (*wish) {
        wishes.push_back(std::move(**wish));
      }
    }
    const auto put = parts_.street.store().put_messages(wishes);
    if (!put) {
      note(put.error());
      return done;
    }
    done += wishes.size();
  }
}

}  // namespace yinxin::office
