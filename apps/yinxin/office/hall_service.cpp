#include "yinxin/office/hall_service.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/routes/hall/hall.h"
#include "api/routes/phone/phone.h"
#include "terminal/files.h"
#include "yinxin/office/provider_settings.h"

namespace yinxin::office {

namespace {

// {"name", "phone", "state", "locality", "district", "street", "company"}
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

// The calendar that was named, or that stands beside the programmes; without one, limits count from Monday to Friday.
Result<hall::WorkingDays> read_calendar(const HallSetup& setup) {
  const std::string beside = setup.programmes + "/calendar/china.yaml";
  std::error_code failed;
  if (setup.calendar.empty() && !std::filesystem::exists(beside, failed)) {
    return hall::WorkingDays();
  }
  YX_TRY(const Bytes file, cli::read_file(setup.calendar.empty() ? beside : setup.calendar, max_calendar_bytes));
  return hall::WorkingDays::parse(text_of(file));
}

// Who pays the courier, as the programme says; one that says nothing leaves nothing to be collected.
bool is_freight_collect(const hall::programme::Programme& programme) {
  return programme.freight == "collect" || programme.freight == "customer_both_ways";
}

Result<outside::OutsideSettings> settings_of(const HallSetup& setup, const crypto::BootSecret& boot) {
  if (setup.outside.empty()) {
    return kept_providers(setup.folder, boot);
  }
  YX_TRY(const Bytes file, cli::read_file(setup.outside, outside::max_settings_bytes));
  return outside::OutsideSettings::parse(file);
}

// Every text that may have to be sent has its template, or the hall does not open: all that lack are named.
Result<void> check_texts(const ProgrammeShelf& shelf, OutsideDoors& outside) {
  std::vector<std::pair<std::string, std::string>> texts;
  texts.reserve(house_texts.size());
  for (const std::string_view text : house_texts) {
    texts.emplace_back("", std::string(text));
  }
  for (const auto& offer : shelf.offers()) {
    for (const auto& [text, words] : offer->programme.texts) {
      texts.emplace_back(offer->programme.code, text);
    }
  }
  YX_TRY(const auto lacking, outside.lacking_texts(texts));
  std::string all;
  for (const std::string& one : lacking) {
    all += (all.empty() ? "" : ", ") + one;
  }
  return all.empty() ? Result<void>() : Result<void>(fail(ErrorCode::precondition, "sms.templates lacks " + all));
}

}  // namespace

Result<std::unique_ptr<HallService>> HallService::open(const HallSetup& setup, House& house,
                                                       const crypto::BootSecret& boot, const Clock& clock,
                                                       Random& random) {
  std::unique_ptr<HallService> made(new HallService(house));
  made->base_url_ = setup.base_url;
  made->examiner_.emplace(setup.cell);
  made->outside_ = house.far_outside();
  if (made->outside_ == nullptr) {
    YX_TRY(const outside::OutsideSettings settings, settings_of(setup, boot));
    YX_TRY(made->own_outside_,
           OutsideService::open(settings, house.settings().environment,
                                {.domain = house.outside(), .pin = house.pin(), .clock = clock, .random = random}));
    made->outside_ = made->own_outside_.get();
  }
  if (!setup.sender.empty()) {
    YX_TRY(made->sender_, read_sender(setup.sender));
  }
  YX_TRY(made->shelf_, ProgrammeShelf::open(setup.programmes, house));
  const DomainPlace place{.folder = setup.folder,
                          .environment = house.settings().environment,
                          .vfs = {},
                          .boot = &boot,
                          .random = &random,
                          .clock = &clock};
  YX_TRY(made->street_, StreetDomain::open(place, {.shelf = *made->shelf_,
                                                   .press = made->press_,
                                                   .examiner = *made->examiner_,
                                                   .carrier = made->outside_->carrier(),
                                                   .faces = made->outside_->faces(),
                                                   .cards = made->outside_->cards(),
                                                   .payments = made->outside_->payments()}));
  YX_CHECK(check_texts(*made->shelf_, *made->outside_));
  made->errands_ = std::make_unique<Errands>(
      Errands::Parts{.house = house, .street = *made->street_, .outside = *made->outside_, .clock = clock});
  YX_TRY(const hall::WorkingDays days, read_calendar(setup));
  made->street_->street().use_calendar(days);
  house.desk().use_calendar(days);
  made->clock_jobs_ = std::make_unique<ClockJobs>(
      ClockJobs::Parts{.house = house, .street = *made->street_, .outside = *made->outside_, .clock = clock});
  return made;
}

void HallService::add_routes(net::Router& router) {
  const std::string phone_page = base_url_ + "/p/";
  api::add_hall_routes(router, {.login = street_->login(),
                                .street = street_->street(),
                                .shelf = *shelf_,
                                .payments = outside_->payments(),
                                .phone_page = phone_page,
                                .is_over_tls = base_url_.starts_with("https:")});
  api::add_phone_routes(router, street_->street(), phone_page);
}

std::size_t HallService::work() { return errands_->run() + clock_jobs_->run(); }

Result<std::string> HallService::order_courier(const std::string& case_id) {
  if (!sender_) {
    return fail(ErrorCode::precondition, "nobody has said where parcels are sent from");
  }
  YX_TRY(const hall::CaseRecord record, house_.desk().find(case_id));
  YX_TRY(const auto offer, shelf_->by_code(record.snapshot.programme, record.snapshot.programme_version));
  YX_TRY(const auto timeline, house_.desk().timeline(case_id));
  // One that came back, or was lost, is sent as another parcel.
  const auto sent = std::ranges::count(timeline, std::string("dispatch"), &hall::CaseEventRecord::kind);
  const std::string again = sent == 0 ? std::string() : "-" + std::to_string(sent + 1);
  YX_TRY(const hall::ProviderAnswer ordered,
         outside_->order_parcel({.id = case_id + "-" + std::to_string(record.snapshot.revision) + again,
                                 .from = *sender_,
                                 .to = receiver_of(record.snapshot),
                                 .goods = "UKey",
                                 .receiver_pays = is_freight_collect(offer->programme)}));
  return ordered.transaction;
}

Result<void> HallService::ask_again(const std::string& case_id) {
  const auto dossier = street_->street().any(case_id);
  EvidenceQuestion named;
  if (dossier) {
    const hall::OrderRecord* paid = dossier->paid_order();
    named.face_transaction = dossier->identity.face_transaction;
    named.order = paid == nullptr ? std::string() : paid->number;
    named.way = paid == nullptr ? std::string() : paid->way;
    named.given_back_fen = paid == nullptr ? 0 : dossier->refunded_fen(paid->number);
    named.deposit = dossier->deposits.empty() ? std::string() : dossier->deposits.back().id;
  }
  return office::ask_again(house_, *outside_, case_id, std::move(named));
}

}  // namespace yinxin::office
