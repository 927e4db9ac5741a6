#include "net/edge.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace yinxin::net {

namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t part_bytes = 64 * 1024;

// Milliseconds left for poll(); at least 0.
int left_until(Steady::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

// Whether `events` came before the end; without an end it waits for them.
bool wait_for(int socket, short events, std::optional<Steady::time_point> end) {
  while (true) {
    pollfd wait{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&wait, 1, end ? left_until(*end) : -1);
    if (ready > 0) {
      return true;
    }
    if (ready == 0 || errno != EINTR) {
      return false;
    }
  }
}

Result<void> write_all(int socket, BytesView octets, std::chrono::milliseconds time) {
  const auto end = Steady::now() + time;
  while (!octets.empty()) {
    const ssize_t sent = ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      octets = octets.subspan(static_cast<std::size_t>(sent));
    } else if (sent < 0 && errno == EAGAIN) {
      if (!wait_for(socket, POLLOUT, end)) {
        return fail(ErrorCode::outside_unreachable, "edge.slow");
      }
    } else if (sent < 0 && errno != EINTR) {
      return fail(ErrorCode::outside_unreachable, "edge.gone");
    }
  }
  return {};
}

// One side's reading: gives each frame to `take` until it fails or the other side goes away; the reason.
template <class Take>
std::string read_frames(int socket, std::chrono::milliseconds frame_time, Take&& take) {
  FrameReader reader;
  std::array<std::uint8_t, part_bytes> part{};
  std::optional<Steady::time_point> end;
  while (true) {
    if (!wait_for(socket, POLLIN, end)) {
      return "edge.truncated";
    }
    const ssize_t got = ::recv(socket, part.data(), part.size(), MSG_DONTWAIT);
    if (got == 0) {
      return reader.is_within() ? "edge.truncated" : "edge.gone";
    }
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) {
        continue;
      }
      return "edge.gone";
    }
    // What was whole before something that is none counts all the same.
    const auto fed = reader.feed({part.data(), static_cast<std::size_t>(got)});
    bool finished_one = false;
    while (auto frame = reader.next()) {
      finished_one = true;
      if (const auto taken = take(std::move(*frame)); !taken) {
        return taken.error().detail;
      }
    }
    if (!fed) {
      return fed.error().detail;
    }
    if (!reader.is_within()) {
      end.reset();
    } else if (!end || finished_one) {
      end = Steady::now() + frame_time;
    }
  }
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------- asking

EdgeCaller::EdgeCaller(Descriptor socket, const EdgeLimits& limits)
    : socket_(std::move(socket)), limits_(limits), reader_([this] { read(); }) {}

EdgeCaller::~EdgeCaller() {
  end();
  reader_.join();
}

void EdgeCaller::end() { close("edge.ended"); }

void EdgeCaller::read() {
  close(read_frames(socket_.number(), limits_.frame_time, [this](Frame frame) { return take(std::move(frame)); }));
}

void EdgeCaller::close(const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  if (reason_.empty()) {
    reason_ = reason;
  }
  ::shutdown(socket_.number(), SHUT_RDWR);
  changed_.notify_all();
}

bool EdgeCaller::is_open() const { return reason().empty(); }

std::string EdgeCaller::reason() const {
  const std::scoped_lock lock(mutex_);
  return reason_;
}

Result<void> EdgeCaller::take(Frame frame) {
  const std::scoped_lock lock(mutex_);
  const auto found = waiting_.find(frame.id);
  if (found == waiting_.end() || found->second.answer || frame.kind == FrameKind::ask ||
      frame.verb != found->second.verb) {
    return fail(ErrorCode::corrupt, "edge.stray");
  }
  if (found->second.abandoned) {
    waiting_.erase(found);
    return {};
  }
  found->second.answer.emplace(frame.kind == FrameKind::done ? Result<Bytes>(std::move(frame.body))
                                                             : Result<Bytes>(failure_of_frame(frame)));
  changed_.notify_all();
  return {};
}

Result<void> EdgeCaller::send(std::uint16_t verb, BytesView body, std::uint64_t& id) {
  const std::scoped_lock sending(sending_);
  {
    const std::scoped_lock lock(mutex_);
    if (!reason_.empty()) {
      return fail(ErrorCode::outside_unreachable, "edge.closed: " + reason_);
    }
    if (waiting_.size() >= limits_.max_outstanding) {
      return fail(ErrorCode::too_many_requests, "edge.outstanding");
    }
    id = ++last_id_;
    waiting_[id].verb = verb;
  }
  const Bytes wire = to_wire({.id = id, .verb = verb, .kind = FrameKind::ask, .body = to_bytes(body)});
  if (const auto sent = write_all(socket_.number(), wire, limits_.frame_time); !sent) {
    close(sent.error().detail);  // half a frame may be out: nothing can follow it
  }
  return {};
}

Result<Bytes> EdgeCaller::call(std::uint16_t verb, BytesView body) {
  if (body.size() > max_edge_body_bytes) {
    return fail(ErrorCode::invalid_input, "edge.length");
  }
  const auto end = Steady::now() + limits_.deadline;
  std::uint64_t id = 0;
  YX_CHECK(send(verb, body, id));
  std::unique_lock lock(mutex_);
  Waiting& ours = waiting_[id];
  const bool heard = changed_.wait_until(lock, end, [&] { return ours.answer || !reason_.empty(); });
  if (!heard) {
    ours.abandoned = true;
    return fail(ErrorCode::outside_unreachable, "edge.deadline");
  }
  auto answer = ours.answer ? std::move(*ours.answer)
                            : Result<Bytes>(fail(ErrorCode::outside_unreachable, "edge.closed: " + reason_));
  waiting_.erase(id);
  return answer;
}

// --------------------------------------------------------------------------------------------------------- hearing

EdgeHearer::EdgeHearer(Descriptor socket, EdgeTable table, const EdgeLimits& limits)
    : socket_(std::move(socket)), table_(std::move(table)), limits_(limits), thread_([this] { hear(); }) {}

EdgeHearer::~EdgeHearer() {
  ::shutdown(socket_.number(), SHUT_RDWR);
  thread_.join();
}

bool EdgeHearer::is_open() const { return reason().empty(); }

std::string EdgeHearer::reason() const {
  const std::scoped_lock lock(mutex_);
  return reason_;
}

void EdgeHearer::hear() {
  std::uint64_t last_id = 0;
  const std::string reason =
      read_frames(socket_.number(), limits_.frame_time, [&](const Frame& frame) { return answer(frame, last_id); });
  ::shutdown(socket_.number(), SHUT_RDWR);
  const std::scoped_lock lock(mutex_);
  reason_ = reason;
}

Result<void> EdgeHearer::answer(const Frame& frame, std::uint64_t& last_id) {
  if (frame.kind != FrameKind::ask) {
    return fail(ErrorCode::corrupt, "edge.kind");
  }
  if (frame.id <= last_id) {
    return fail(ErrorCode::corrupt, "edge.repeated");
  }
  last_id = frame.id;
  const auto handler = table_.find(frame.verb);
  if (handler == table_.end()) {
    return fail(ErrorCode::corrupt, "edge.verb");
  }
  auto answer = handler->second(frame.body);
  if (answer && answer->size() > max_edge_body_bytes) {
    answer = fail(ErrorCode::internal, "edge.length");
  }
  const Frame told = answer ? Frame{.id = frame.id, .verb = frame.verb, .kind = FrameKind::done, .body = *answer}
                            : frame_of_failure(frame.id, frame.verb, answer.error());
  return write_all(socket_.number(), to_wire(told), limits_.frame_time);
}

// ------------------------------------------------------------------------------------------------------------ link

void EdgeLink::attach(Descriptor socket) {
  auto fresh = std::make_shared<EdgeCaller>(std::move(socket), limits_);
  {
    const std::scoped_lock lock(mutex_);
    caller_.swap(fresh);
    if (ended_) {
      caller_->end();
    }
  }
  changed_.notify_all();
}  // the old caller ends here, or with the last call that still waits on it

Result<Bytes> EdgeLink::call(std::uint16_t verb, BytesView body) {
  std::shared_ptr<EdgeCaller> caller;
  {
    std::unique_lock lock(mutex_);
    const bool is_there =
        changed_.wait_for(lock, limits_.neighbour_time, [this] { return ended_ || (caller_ && caller_->is_open()); });
    if (!is_there || ended_) {
      return fail(ErrorCode::outside_unreachable, "edge.absent");
    }
    caller = caller_;
  }
  return caller->call(verb, body);
}

void EdgeLink::end() {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  if (caller_) {
    caller_->end();
  }
  changed_.notify_all();
}

}  // namespace yinxin::net
