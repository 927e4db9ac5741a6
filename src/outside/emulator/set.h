#pragma once
// Every emulator in one process, each on a port of its own, with credentials drawn anew; and the emulated phone, which
// shows a person what they have for him.

#include "base/random.h"
#include "net/server.h"
#include "outside/emulator/phone.h"
#include "outside/settings.h"

namespace yinxin::outside {

struct EmulatorSetOptions {
  std::string address = "127.0.0.1";
  std::uint16_t first_port = 0;  // the others follow; 0: any free ones
  std::string sms_report_url{};  // where delivery reports are pushed; empty for nowhere
  // Where the hall hears of payments, as the settings will say. Without the latter: the former, with "alipay" for its
  // last part.
  std::string pay_notify_url = "http://127.0.0.1:8443/api/v1/callbacks/wechat_pay";
  std::string alipay_notify_url{};
  std::map<std::string, std::string> banks{};  // as DirectLinkEmulatorOptions has them
  std::optional<std::uint16_t> phone_port{};   // of the emulated phone; without it, it follows the others
  EmulatedPhone::AddPages add_phone_pages{};
};

class EmulatorSet {
 public:
  struct Place {
    std::string name;
    std::string address;  // http://host:port, also of its /admin/…
  };

  // already_exists when a port is taken. `clock` and `random` must outlive it, and be usable from several threads.
  static Result<std::unique_ptr<EmulatorSet>> start(const EmulatorSetOptions& options, const Clock& clock,
                                                    Random& random);
  // What the adapters need to reach them.
  [[nodiscard]] const OutsideSettings& settings() const { return settings_; }
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  void stop();

 private:
  EmulatorSet() = default;
  Result<void> start_people(const EmulatorSetOptions& options, const Clock& clock, Random& random);
  Result<void> start_alipay(const EmulatorSetOptions& options, const Clock& clock, Random& random);
  Result<void> start_money(const EmulatorSetOptions& options, const Clock& clock, Random& random);
  Result<void> start_phone(const EmulatorSetOptions& options, const Clock& clock);
  // Gives the emulator a server; its base address.
  Result<std::string> run(std::unique_ptr<Emulator> emulator, const EmulatorSetOptions& options, const Clock& clock);
  Result<std::string> run_at(std::uint32_t port, std::unique_ptr<Emulator> emulator, net::ServerOptions server,
                             const Clock& clock);

  OutsideSettings settings_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<Emulator>> emulators_;
  std::vector<std::unique_ptr<net::Server>> servers_;  // end before the emulators
};

}  // namespace yinxin::outside
