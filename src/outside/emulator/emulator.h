#pragma once
// What every emulator of a provider is made of: routes in the provider's own protocol, and a door by which a test or
// an operator of the demo steers it. An emulator verifies what it is sent by itself and shares no code with the
// adapter that speaks to it.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "net/http.h"

namespace yinxin::outside {

// How an emulator behaves for one coming request of the named operation.
enum class Fault : std::uint8_t {
  none,
  decline,          // the provider says no, in its own words
  unavailable,      // 503 and no deed
  lose_answer,      // the deed is done, and the answer is 500 without a word
  bad_signature,    // the answer's signature, or the callback's, does not hold
  repeat_callback,  // the callback comes twice
  no_callback,
  stale,        // the answer's time, or the callback's, is an hour old; its signature holds
  unknown_key,  // signed by a key that nobody was told of
  hold,         // not done and not answered before it is released; then as usual. Not for callbacks
};
std::string_view name_of(Fault fault);
Result<Fault> fault_of_name(std::string_view name);  // invalid_input

constexpr std::size_t max_planned_faults = 1000;
constexpr std::chrono::seconds longest_hold{60};

// Faults that wait for their request; each is used once, in order. May be used from several threads.
class FaultPlan {
 public:
  // too_many_requests beyond max_planned_faults.
  Result<void> add(std::string operation, Fault fault);
  // Waits, for a `hold`, until it is released, for longest_hold at most.
  Fault take(std::string_view operation);
  // Lets go whoever is held; how many.
  std::size_t release();
  // What was planned and has not happened will not.
  void forget();
  // POST /admin/faults {"operation": "...", "fault": "...", "times": 1}: 204, or a problem; GET /admin/faults: how many
  // requests are held; POST /admin/faults/release: lets them go; DELETE /admin/faults:
  // forget().
  void add_routes(net::Router& router);

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  std::size_t held_ = 0;
  std::uint64_t releases_ = 0;
  std::deque<std::pair<std::string, Fault>> waiting_;
};

class Emulator {
 public:
  virtual ~Emulator() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // The provider's own paths and /admin/…; the emulator must outlive the router.
  virtual void add_routes(net::Router& router) = 0;
};

}  // namespace yinxin::outside
