#pragma once
// An emulator's postman: sends callbacks in a thread of its own, and again until they are taken.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "net/client.h"

namespace yinxin::outside {

constexpr std::size_t max_waiting_callbacks = 10'000;

struct CallbackPlace {
  std::string host;
  std::uint16_t port = 0;
  std::string target;
  bool is_tls = false;
};
// "http://host:port/path" or https; the port may lack. invalid_input for anything else.
Result<CallbackPlace> callback_place_of(std::string_view url);

class CallbackSender {
 public:
  // Made anew for each try, so that its time stamp is of that try.
  using Make = std::function<net::ClientRequest()>;

  CallbackSender(std::vector<std::chrono::milliseconds> retries, std::shared_ptr<const net::TlsIdentity> tls);
  ~CallbackSender();
  CallbackSender(const CallbackSender&) = delete;
  CallbackSender& operator=(const CallbackSender&) = delete;

  // Dropped beyond max_waiting_callbacks.
  void send(CallbackPlace place, Make make);
  bool wait_until_idle(std::chrono::milliseconds patience);

 private:
  struct Parcel {
    CallbackPlace place;
    Make make;
    std::size_t tries = 0;
    std::chrono::steady_clock::time_point due{};
  };
  void run();
  [[nodiscard]] bool deliver(const Parcel& parcel) const;

  const std::vector<std::chrono::milliseconds> retries_;
  const std::shared_ptr<const net::TlsIdentity> tls_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Parcel> waiting_;
  bool is_busy_ = false;
  bool is_ended_ = false;
  std::thread thread_;  // the last member, so that it starts when all others are there
};

}  // namespace yinxin::outside
