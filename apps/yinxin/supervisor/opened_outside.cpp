// The outside in a process of its own: it alone has the providers' secrets and the evidence key, and goes to the
// Internet by itself.

#include "yinxin/office/outside_service.h"
#include "yinxin/office/provider_settings.h"
#include "yinxin/office/remote_doors.h"
#include "yinxin/office/remote_outside.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

constexpr std::size_t heard_at_once = 8;  // each may wait for a provider

class OpenedOutside final : public OpenedDomain {
 public:
  static Result<std::unique_ptr<OpenedDomain>> open(const Opening& opening) {
    std::unique_ptr<OpenedOutside> made(new OpenedOutside);
    YX_TRY(made->domain_, office::OutsideDomain::open(opening.place));
    YX_TRY(const x509::Certificate service, opening.brief.certificate("pin"));
    YX_TRY(const x509::Certificate door, opening.brief.certificate("door"));
    made->pin_ =
        std::make_unique<office::RemotePin>(&made->pin_link_, nullptr, office::RemotePin::Certificates{service, door});
    // Without providers there is no hall, and nobody asks.
    if (office::has_kept_providers(opening.place.folder)) {
      YX_TRY(const outside::OutsideSettings settings,
             office::kept_providers(opening.place.folder, *opening.place.boot));
      YX_TRY(made->service_, office::OutsideService::open(settings, opening.settings.environment,
                                                          {.domain = *made->domain_,
                                                           .pin = *made->pin_,
                                                           .clock = *opening.place.clock,
                                                           .random = *opening.place.random}));
    }
    return std::unique_ptr<OpenedDomain>(std::move(made));
  }
  ~OpenedOutside() override { pin_link_.end(); }

  net::EdgeTable table_for(std::string_view asker) override {
    return service_ ? office::table_for(*service_, asker) : net::EdgeTable();
  }
  [[nodiscard]] net::EdgeLimits limits() const override { return {.heard_at_once = heard_at_once}; }
  void attach(const std::string& /*asker*/, const std::string& hearer, bool /*asks*/, Descriptor socket) override {
    if (hearer == "pin") {
      pin_link_.attach(std::move(socket));
    }
  }
  audit::Recorder& audit() override { return domain_->audit(); }

 private:
  OpenedOutside() = default;
  net::EdgeLink pin_link_;
  std::unique_ptr<office::OutsideDomain> domain_;
  std::unique_ptr<office::RemotePin> pin_;
  std::unique_ptr<office::OutsideService> service_;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_outside(const Opening& opening) { return OpenedOutside::open(opening); }

}  // namespace yinxin::supervisor
