#include "yinxin/office/hall_service.h"

#include "yinxin/office/certificate_status.h"

#include "terminal/files.h"
#include "yinxin/office/provider_settings.h"

namespace yinxin::office {

namespace {

Result<outside::OutsideSettings> settings_of(const HallSetup& setup, const crypto::BootSecret& boot) {
  if (setup.outside.empty()) {
    return kept_providers(setup.folder, boot);
  }
  YX_TRY(const Bytes file, cli::read_file(setup.outside, outside::max_settings_bytes));
  return outside::OutsideSettings::parse(file);
}

}  // namespace

Result<std::unique_ptr<HallService>> HallService::open(const HallSetup& setup, House& house,
                                                       const crypto::BootSecret& boot, const Clock& clock,
                                                       Random& random) {
  std::unique_ptr<HallService> made(new HallService);
  YX_TRY(const outside::OutsideSettings settings, settings_of(setup, boot));
  YX_TRY(made->outside_,
         OutsideService::open(settings, house.settings().environment,
                              {.domain = house.outside(), .pin = house.pin(), .clock = clock, .random = random}));
  YX_TRY(made->domain_, StreetDomain::open({.folder = setup.folder,
                                            .environment = house.settings().environment,
                                            .vfs = {},
                                            .boot = &boot,
                                            .random = &random,
                                            .clock = &clock}));
  YX_TRY(
      made->street_,
      StreetService::open(
          {.programmes = setup.programmes, .base_url = setup.base_url, .cell = setup.cell, .calendar = setup.calendar},
          {.domain = *made->domain_,
           .outside = *made->outside_,
           .vault = house.doors(),
           .clock = clock,
           .status = status_of(house.answers(), setup.folder, clock)}));
  house.desk().use_calendar(made->street_->domain().street().calendar());
  std::optional<hall::Address> sender;
  if (!setup.sender.empty()) {
    YX_TRY(sender, read_sender(setup.sender));
  }
  made->desk_ = std::make_unique<DeskJobs>(DeskJobs::Parts{.house = house,
                                                           .street = made->street_->doors(),
                                                           .outside = *made->outside_,
                                                           .shelf = made->street_->shelf(),
                                                           .clock = clock,
                                                           .sender = std::move(sender)});
  return made;
}

DeskOutside HallService::beyond() {
  return {.requery = [this](const std::string& id) { return desk_->ask_again(id); },
          .order_courier = [this](const std::string& id) { return desk_->order_courier(id); },
          .send_code = [this](const std::string& line, const std::string& device,
                              const std::string& mobile) { return outside_->send_code(line, device, mobile); },
          .street = &street_->doors(),
          .programmes = [this] { return shelf().offers(); }};
}

}  // namespace yinxin::office
