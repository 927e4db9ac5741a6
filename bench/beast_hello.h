#pragma once
// The peer of what we serve over HTTP: the least that Boost.Beast does for a request.

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace yinxin::bench {

class BeastHello {
 public:
  // On a free port of loopback, in one thread with a coroutine for each connection and deadlines; every GET is answered
  // with the same few bytes of JSON. internal.
  static Result<std::unique_ptr<BeastHello>> start();
  virtual ~BeastHello() = default;
  BeastHello(const BeastHello&) = delete;
  BeastHello& operator=(const BeastHello&) = delete;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // Processor time of its thread so far.
  [[nodiscard]] virtual double processor_seconds() = 0;

 protected:
  BeastHello() = default;
};

}  // namespace yinxin::bench
