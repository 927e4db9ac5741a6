#pragma once
// An answer that is written piece by piece as it comes to be, for pages that wait for news. Nothing is kept for a
// client: the next piece is asked for when the last one has been written, and who does not read is dropped.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/bytes.h"

namespace yinxin::net {

// Rung from any thread when there may be a next piece. It never blocks, and ringing a bell that nobody hears is fine.
class Bell {
 public:
  void ring() {
    const std::scoped_lock lock(mutex_);
    if (heard_by_) {
      heard_by_();
    }
  }
  // The server's: who is told from now on; nobody when empty. Afterwards nobody before is being told.
  void tell(std::function<void()> heard_by) {
    const std::scoped_lock lock(mutex_);
    heard_by_ = std::move(heard_by);
  }

 private:
  std::mutex mutex_;
  std::function<void()> heard_by_;
};

class Stream {
 public:
  virtual ~Stream() = default;
  // The next piece; empty when there is none now, nullopt when there will be none any more. Called by a worker, by one
  // at a time: at the beginning, after each piece was written, when the bell rang, and every pause().
  virtual std::optional<Bytes> next() = 0;
  [[nodiscard]] virtual std::chrono::milliseconds pause() const = 0;
  Bell& bell() { return bell_; }

 private:
  Bell bell_;
};

// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF (RFC 9112 7.1); the last one for no data.
std::string chunk_of(BytesView data);

}  // namespace yinxin::net
