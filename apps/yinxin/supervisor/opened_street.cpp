// The street in a process of its own: strangers come to it, and the desk and the vault come for what it lays down.

#include "yinxin/office/certificate_status.h"
#include "yinxin/office/holder_service.h"
#include "yinxin/office/street_service.h"
#include "yinxin/serving/public_side.h"
#include "yinxin/supervisor/links.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

constexpr std::chrono::milliseconds tick{250};

class OpenedStreet final : public OpenedDomain {
 public:
  static Result<std::unique_ptr<OpenedDomain>> open(const Opening& opening) {
    std::unique_ptr<OpenedStreet> made(new OpenedStreet(opening));
    YX_TRY(made->doors_, made->links_.neighbours(opening.brief, made->serving_.ways));
    YX_TRY(made->domain_, office::StreetDomain::open(opening.place));
    made->holders_.emplace(office::HolderService::Parts{
        .vault = *made->doors_.vault, .pin = *made->doors_.pin, .desk = made->links_.desk()});
    return std::unique_ptr<OpenedDomain>(std::move(made));
  }
  ~OpenedStreet() override {
    if (side_) {
      side_->stop();
    }
    links_.end();
  }

  net::EdgeTable table_for(std::string_view /*asker*/) override { return {}; }
  [[nodiscard]] bool hears_itself(std::string_view asker) const override {
    return asker == "vault" || asker == "desk" || asker == desk_fetch;
  }
  void attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) override {
    links_.attach(asker, hearer, asks, std::move(socket));
  }
  audit::Recorder& audit() override { return domain_->audit(); }
  [[nodiscard]] std::chrono::milliseconds pace() const override { return tick; }
  void hear_states(const std::string& states) override {
    const std::scoped_lock lock(states_mutex_);
    states_ = states;
  }

  Result<void> begin() override {
    serving::PublicParts parts{.folder = folder_,
                               .listen = serving_.listen,
                               .port = serving_.port,
                               .answers = *doors_.answers,
                               .holder = holders_->ports(),
                               .ready = [] { return true; },
                               .states =
                                   [this] {
                                     const std::scoped_lock lock(states_mutex_);
                                     return states_;
                                   },
                               .clock = clock_};
    parts.web = serving_.web;
    if (serving_.has_hall) {
      YX_TRY(service_, office::StreetService::open({.programmes = serving_.programmes,
                                                    .base_url = address_,
                                                    .cell = serving::program_beside("yinxin-intake-cell")},
                                                   {.domain = *domain_,
                                                    .outside = *doors_.outside,
                                                    .vault = *doors_.vault,
                                                    .clock = clock_,
                                                    .status = office::status_of(*doors_.answers, folder_, clock_)}));
      parts.add_hall = [this](net::Router& router) { service_->add_routes(router); };
      links_.hear_desk(service_->doors());
    }
    YX_TRY(side_, serving::PublicSide::start(std::move(parts)));
    side_->tell_addresses(service_ ? &service_->shelf() : nullptr);
    return {};
  }

  Result<void> work() override {
    if (service_) {
      service_->work();
      if (service_->last_failure() != told_) {
        told_ = service_->last_failure();
        cli::tell(fail(ErrorCode::outside_unreachable, "an errand failed, tried again later: " + told_));
      }
    }
    return {};
  }

 private:
  explicit OpenedStreet(const Opening& opening)
      : serving_(opening.options.serving),
        folder_(opening.options.around.data),
        address_(opening.settings.address),
        clock_(*opening.place.clock) {}

  const Serving serving_;
  const std::string folder_, address_;
  const Clock& clock_;
  StreetLinks links_;
  office::Neighbours doors_;
  std::unique_ptr<office::StreetDomain> domain_;
  std::optional<office::HolderService> holders_;
  std::unique_ptr<office::StreetService> service_;
  std::unique_ptr<serving::PublicSide> side_;
  std::mutex states_mutex_;
  std::string states_;
  std::string told_;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_street(const Opening& opening) { return OpenedStreet::open(opening); }

}  // namespace yinxin::supervisor
