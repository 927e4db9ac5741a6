#include "yinxin/office/hall_service.h"

#include "api/routes/hall/hall.h"
#include "api/routes/phone/phone.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr std::uint32_t template_space = 900'000'000;
constexpr std::uint32_t first_template = 100'000'000;

}  // namespace

std::string emulated_template_code(const std::string& programme, const std::string& text) {
  const crypto::Digest digest = crypto::sm3(bytes_of(programme + "/" + text));
  std::uint32_t number = 0;
  for (std::size_t n = 0; n < sizeof number; ++n) {
    number = number << 8U | digest[n];
  }
  return "SMS_" + std::to_string(first_template + number % template_space);
}

Result<std::unique_ptr<HallService>> HallService::open(const HallSetup& setup, House& house,
                                                       const crypto::BootSecret& boot, const Clock& clock,
                                                       Random& random) {
  std::unique_ptr<HallService> made(new HallService(house));
  made->base_url_ = setup.base_url;
  made->examiner_.emplace(setup.cell);
  YX_TRY(const Bytes file, cli::read_file(setup.outside, max_outside_settings_bytes));
  YX_TRY(const outside::OutsideSettings settings, outside::OutsideSettings::parse(file));
  Bytes authorities;
  if (!settings.authorities_file.empty()) {
    YX_TRY(authorities, cli::read_file(settings.authorities_file, max_authorities_bytes));
  }
  if (settings.emulated && house.settings().environment != "demo") {
    return fail(ErrorCode::precondition, "emulated providers are for demonstrations, and this office is none");
  }
  YX_TRY(made->adapters_, outside::open_adapters(settings, text_of(authorities), clock, random));
  const outside::Adapters& all = made->adapters_;
  if (!all.sms || !all.carrier || !all.face || !all.card_reader || !all.courier || !all.payments || !all.bank) {
    return fail(ErrorCode::precondition, setup.outside + " does not name every provider that the hall needs");
  }
  YX_TRY(made->shelf_, ProgrammeShelf::open(setup.programmes, house));
  made->faces_ = std::make_unique<RememberedFaces>(*all.face, house.outside());
  const DomainPlace place{.folder = setup.folder,
                          .environment = house.settings().environment,
                          .vfs = {},
                          .boot = &boot,
                          .random = &random,
                          .clock = &clock};
  YX_TRY(made->street_, StreetDomain::open(place, {.shelf = *made->shelf_,
                                                   .press = made->press_,
                                                   .examiner = *made->examiner_,
                                                   .carrier = *all.carrier,
                                                   .faces = *made->faces_,
                                                   .cards = *all.card_reader,
                                                   .payments = *all.payments}));
  const bool is_emulated = settings.emulated;
  made->errands_ = std::make_unique<Errands>(Errands::Parts{
      .house = house,
      .street = *made->street_,
      .sms = *all.sms,
      .bank = *all.bank,
      .template_code = [is_emulated](const std::string& programme, const std::string& text) -> Result<std::string> {
        if (!is_emulated) {
          return fail(ErrorCode::precondition, "no template is registered for " + programme + "/" + text);
        }
        return emulated_template_code(programme, text);
      },
      .clock = clock});
  return made;
}

void HallService::add_routes(net::Router& router) {
  const std::string phone_page = base_url_ + "/p/";
  api::add_hall_routes(router, {.login = street_->login(),
                                .street = street_->street(),
                                .shelf = *shelf_,
                                .payments = *adapters_.payments,
                                .phone_page = phone_page,
                                .is_over_tls = base_url_.starts_with("https:")});
  api::add_phone_routes(router, street_->street(), phone_page);
}

std::size_t HallService::work() { return errands_->run(); }

Result<void> HallService::ask_again(const std::string& case_id) {
  const auto dossier = street_->street().any(case_id);
  return office::ask_again(house_, case_id,
                           {.carrier = *adapters_.carrier,
                            .faces = *faces_,
                            .face_transaction = dossier ? dossier->identity.face_transaction : std::string()});
}

}  // namespace yinxin::office
