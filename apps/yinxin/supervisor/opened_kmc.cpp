// The key centre in a process of its own.

#include "yinxin/office/remote_doors.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

class OpenedKeyCentre final : public OpenedDomain {
 public:
  explicit OpenedKeyCentre(std::unique_ptr<office::KeyCentre> centre) : centre_(std::move(centre)) {}
  net::EdgeTable table_for(std::string_view asker) override { return office::table_for(*centre_, asker, mutex_); }
  audit::Recorder& audit() override { return centre_->audit(); }
  Result<void> work() override {
    const std::scoped_lock lock(mutex_);
    return centre_->work();
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<office::KeyCentre> centre_;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_kmc(const Opening& opening) {
  YX_TRY(const x509::Certificate vault, opening.brief.certificate("vault"));
  YX_TRY(auto centre, office::KeyCentre::open(opening.place, vault));
  return std::unique_ptr<OpenedDomain>(new OpenedKeyCentre(std::move(centre)));
}

}  // namespace yinxin::supervisor
