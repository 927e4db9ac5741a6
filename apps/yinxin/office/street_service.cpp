#include "yinxin/office/street_service.h"

#include "api/routes/hall/hall.h"
#include "api/routes/phone/phone.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

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

Result<hall::WorkingDays> read_calendar(const std::string& programmes, const std::string& calendar) {
  const std::string beside = programmes + "/calendar/china.yaml";
  std::error_code failed;
  if (calendar.empty() && !std::filesystem::exists(beside, failed)) {
    return hall::WorkingDays();
  }
  YX_TRY(const Bytes file, cli::read_file(calendar.empty() ? beside : calendar, max_calendar_bytes));
  return hall::WorkingDays::parse(text_of(file));
}

Result<hall::BankDirectory> read_banks(const std::string& programmes) {
  const std::string beside = programmes + "/banks/china.tsv";
  std::error_code failed;
  if (!std::filesystem::exists(beside, failed)) {
    return hall::BankDirectory();
  }
  YX_TRY(const Bytes file, cli::read_file(beside, hall::max_bank_file_bytes));
  return hall::BankDirectory::parse(std::string(text_of(file)));
}

Result<std::unique_ptr<StreetService>> StreetService::open(const StreetSetup& setup, const Parts& parts) {
  std::unique_ptr<StreetService> made(new StreetService(parts));
  made->base_url_ = setup.base_url;
  made->examiner_.emplace(setup.cell);
  YX_TRY(made->shelf_, ProgrammeShelf::open(setup.programmes, parts.vault));
  parts.domain.join({.shelf = *made->shelf_,
                     .press = made->press_,
                     .examiner = *made->examiner_,
                     .carrier = parts.outside.carrier(),
                     .faces = parts.outside.faces(),
                     .cards = parts.outside.cards(),
                     .payments = parts.outside.payments()});
  YX_CHECK(check_texts(*made->shelf_, parts.outside));
  YX_TRY(hall::WorkingDays days, read_calendar(setup.programmes, setup.calendar));
  parts.domain.street().use_calendar(std::move(days));
  YX_TRY(hall::BankDirectory banks, read_banks(setup.programmes));
  parts.domain.street().use_banks(std::move(banks));
  made->doors_.emplace(parts.domain, parts.outside);
  made->jobs_.emplace(StreetJobs::Parts{.street = parts.domain, .outside = parts.outside, .clock = parts.clock});
  return made;
}

void StreetService::add_routes(net::Router& router) {
  const std::string phone_page = base_url_ + "/p/";
  api::add_hall_routes(router, {.login = domain_.login(),
                                .puzzles = domain_.puzzles(),
                                .street = domain_.street(),
                                .shelf = *shelf_,
                                .payments = outside_.payments(),
                                .phone_page = phone_page,
                                .status_of = status_,
                                .is_over_tls = base_url_.starts_with("https:")});
  api::add_phone_routes(router, domain_.street(), phone_page);
}

}  // namespace yinxin::office
