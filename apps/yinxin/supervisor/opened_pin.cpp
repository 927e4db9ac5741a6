// The PIN domain in a process of its own.

#include "yinxin/office/remote_doors.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

namespace {

class OpenedPin final : public OpenedDomain {
 public:
  explicit OpenedPin(std::unique_ptr<office::PinDomain> pin) : pin_(std::move(pin)) {}
  net::EdgeTable table_for(std::string_view asker) override { return office::table_for(*pin_, asker, mutex_); }
  audit::Recorder& audit() override { return pin_->audit(); }

 private:
  std::mutex mutex_;
  std::unique_ptr<office::PinDomain> pin_;
};

}  // namespace

Result<std::unique_ptr<OpenedDomain>> open_pin(const Opening& opening) {
  YX_TRY(const x509::Certificate vault, opening.brief.certificate("vault"));
  YX_TRY(x509::Certificate outside, opening.brief.certificate("outside"));
  const auto letter = opening.brief.pinned.find("letter");
  if (letter == opening.brief.pinned.end()) {
    return fail(ErrorCode::not_found, "the brief pins no letter");
  }
  YX_TRY(crypto::Sm2PublicKey adapter, crypto::Sm2PublicKey::from_point(letter->second));
  YX_TRY(auto pin, office::PinDomain::open(opening.place, vault, std::move(outside), {adapter}));
  return std::unique_ptr<OpenedDomain>(new OpenedPin(std::move(pin)));
}

}  // namespace yinxin::supervisor
