#pragma once
// What all connections of a server share, besides its threads: options, routes, limits in use, counts.

#include <algorithm>
#include <atomic>

#include "net/framing.h"
#include "net/server.h"

namespace yinxin::net {

struct Serving {
  ServerOptions options;
  Router router;
  const Clock& clock;
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> waiting_slow = 0;
  std::atomic<std::size_t> turning_away = 0;
  std::atomic<std::size_t> streams = 0;
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> turned_away = 0;
  std::atomic<std::uint64_t> open = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> timeouts = 0;

  Serving(ServerOptions given, Router routes, const Clock& time)
      : options(std::move(given)), router(std::move(routes)), clock(time) {}

  // What a handler or a stream throws is its failure, not ours.
  template <class Work, class Otherwise>
  Otherwise guarded(Work work, Otherwise otherwise) {
    try {
      return work();
    } catch (const std::exception& thrown) {
      if (options.on_failure) {
        options.on_failure(thrown.what());
      }
      return otherwise;
    }
  }
  Response call(const Route& route, const Request& request) {
    return guarded([&] { return route.handler(request); }, problem(500, ""));
  }
  // Whose request it is, and whether the server's judge of headers lets its body come.
  void admit(const Peer& peer, Incoming& incoming) {
    incoming.request.peer = peer;
    if (incoming.route == nullptr || incoming.refusal || !options.admit) {
      return;
    }
    auto refusal = guarded([&] { return options.admit(incoming.request); }, std::optional(problem(500, "")));
    if (refusal) {
      incoming.refuse(std::move(*refusal));
    }
  }
  [[nodiscard]] ServerCounts counts() const {
    return {.connections_accepted = accepted,
            .connections_turned_away = turned_away,
            .connections_open = open,
            .requests = requests,
            .streams_open = streams,
            .timeouts = timeouts};
  }
};

// What a body may take besides the fixed part.
inline std::chrono::milliseconds time_for(const ServerLimits& limits, std::size_t bytes) {
  return std::chrono::milliseconds(bytes / std::max<std::size_t>(1, limits.slowest_bytes_per_s) * 1000);
}

// The value of Date, made once a second.
class DateText {
 public:
  const std::string& at(Instant now) {
    const std::int64_t second = to_unix_ms(now) / 1000;
    if (second != second_) {
      second_ = second;
      text_ = to_http_date(from_unix_ms(second * 1000));
    }
    return text_;
  }

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

inline Response busy(std::string_view why) {
  Response response = problem(503, why);
  response.headers.add("Retry-After", "1");
  return response;
}

// Deadlines are looked at a few times within the shortest of them: cheaper than a timer set for every request.
inline std::chrono::milliseconds sweep_interval(const ServerLimits& limits) {
  const auto shortest = std::min({limits.idle_timeout, limits.request_timeout, limits.answer_timeout,
                                  limits.linger_timeout, limits.drain_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

}  // namespace yinxin::net
