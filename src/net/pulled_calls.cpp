#include "net/pulled_calls.h"

#include <algorithm>

namespace yinxin::net {

namespace {

constexpr std::chrono::milliseconds pause_after_failure{200};

// A frame alone in a body; nullopt for an empty body.
Result<std::optional<Frame>> frame_in(BytesView body) {
  if (body.empty()) {
    return std::optional<Frame>();
  }
  FrameReader reader;
  YX_CHECK(reader.feed(body));
  auto frame = reader.next();
  if (!frame || reader.is_within() || reader.next()) {
    return fail(ErrorCode::corrupt, "edge.body");
  }
  return frame;
}

}  // namespace

// --------------------------------------------------------------------------------------------------------- hearing

Result<Bytes> PulledCalls::call(std::uint16_t verb, BytesView body) {
  if (body.size() > max_edge_body_bytes - frame_header_bytes) {
    return fail(ErrorCode::invalid_input, "edge.length");
  }
  const auto ours = std::make_shared<Waiting>();
  ours->verb = verb;
  ours->body = to_bytes(body);
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= limits_.max_waiting) {
    return fail(ErrorCode::too_many_requests, "edge.outstanding");
  }
  ours->id = ++last_id_;
  waiting_.push_back(ours);
  changed_.notify_all();
  changed_.wait_for(lock, limits_.deadline, [&] { return ours->answer || stopped_; });
  std::erase(waiting_, ours);
  return ours->answer ? std::move(*ours->answer)
                      : Result<Bytes>(fail(ErrorCode::outside_unreachable, stopped_ ? "edge.ended" : "edge.deadline"));
}

EdgeTable PulledCalls::table() {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t life = ++life_;
  for (const auto& each : waiting_) {
    if (each->is_fetched && !each->answer) {
      each->answer.emplace(fail(ErrorCode::outside_unreachable, "edge.closed"));
    }
  }
  changed_.notify_all();
  return {{pull_verb::fetch, [this, life](BytesView) { return fetch(life); }},
          {pull_verb::bring, [this, life](BytesView told) { return bring(life, told); }}};
}

void PulledCalls::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

std::shared_ptr<PulledCalls::Waiting> PulledCalls::next_waiting() {
  const auto found = std::ranges::find_if(waiting_, [](const auto& each) { return !each->is_fetched; });
  return found == waiting_.end() ? nullptr : *found;
}

Result<Bytes> PulledCalls::fetch(std::uint64_t life) {
  std::unique_lock lock(mutex_);
  std::shared_ptr<Waiting> next;
  changed_.wait_for(lock, limits_.longest_fetch, [&] {
    next = next_waiting();
    return next || life != life_ || stopped_;
  });
  if (life != life_ || stopped_) {
    return fail(ErrorCode::wrong_state, "edge.ended");
  }
  if (!next) {
    return Bytes();
  }
  next->is_fetched = true;
  return to_wire({.id = next->id, .verb = next->verb, .kind = FrameKind::ask, .body = next->body});
}

Result<Bytes> PulledCalls::bring(std::uint64_t life, BytesView told) {
  YX_TRY(auto frame, frame_in(told));
  if (!frame || frame->kind == FrameKind::ask) {
    return fail(ErrorCode::corrupt, "edge.body");
  }
  const std::scoped_lock lock(mutex_);
  if (life != life_ || stopped_) {
    return fail(ErrorCode::wrong_state, "edge.ended");
  }
  const auto found = std::ranges::find_if(waiting_, [&](const auto& each) { return each->id == frame->id; });
  if (found == waiting_.end()) {
    return Bytes();  // who asked has given up waiting
  }
  Waiting& ours = **found;
  if (!ours.is_fetched || ours.answer || ours.verb != frame->verb) {
    return fail(ErrorCode::corrupt, "edge.stray");
  }
  ours.answer.emplace(frame->kind == FrameKind::done ? Result<Bytes>(std::move(frame->body))
                                                     : Result<Bytes>(failure_of_frame(*frame)));
  changed_.notify_all();
  return Bytes();
}

// ---------------------------------------------------------------------------------------------------------- asking

Puller::Puller(EdgeLink& link, EdgeTable deeds, std::function<void(const Error&)> on_stray)
    : link_(link), deeds_(std::move(deeds)), on_stray_(std::move(on_stray)), thread_([this] { pull(); }) {}

Puller::~Puller() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  link_.end();
  thread_.join();
}

void Puller::pull() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    const auto pulled = pull_one();
    lock.lock();
    if (!pulled) {
      changed_.wait_for(lock, pause_after_failure, [this] { return ended_; });
    }
  }
}

Error Puller::stray(ErrorCode code, std::string what) {
  Error error = fail(code, std::move(what));
  if (on_stray_) {
    on_stray_(error);
  }
  return error;
}

Result<void> Puller::pull_one() {
  YX_TRY(const Bytes fetched, link_.call(pull_verb::fetch, {}));
  const auto asked = frame_in(fetched);
  if (!asked) {
    return stray(ErrorCode::corrupt, asked.error().detail);
  }
  if (!*asked) {
    return {};
  }
  const Frame& question = **asked;
  if (question.kind != FrameKind::ask) {
    return stray(ErrorCode::corrupt, "edge.kind");
  }
  const auto deed = deeds_.find(question.verb);
  auto answer =
      deed == deeds_.end() ? Result<Bytes>(stray(ErrorCode::unsupported, "edge.verb")) : deed->second(question.body);
  if (answer && answer->size() > max_edge_body_bytes - frame_header_bytes) {
    answer = fail(ErrorCode::internal, "edge.length");
  }
  const Frame told = answer ? Frame{.id = question.id, .verb = question.verb, .kind = FrameKind::done, .body = *answer}
                            : frame_of_failure(question.id, question.verb, answer.error());
  return link_.call(pull_verb::bring, to_wire(told)) ? Result<void>()
                                                     : Result<void>(fail(ErrorCode::outside_unreachable, "edge.gone"));
}

}  // namespace yinxin::net
