// Edges over real socket pairs: what is asked is answered, and whatever else comes ends the edge with its reason.

#include "net/edge.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <latch>

namespace yinxin::net {
namespace {

using std::chrono::milliseconds;

constexpr std::uint16_t echo = 1, refuse = 2, hold = 3, unheard = 99;
constexpr milliseconds patience{20'000};  // only a broken edge takes that long

std::pair<Descriptor, Descriptor> socket_pair() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// A hearer that echoes, refuses, or answers when it is let.
class EdgeTest : public ::testing::Test {
 protected:
  ~EdgeTest() override { let_go(); }
  EdgeTable table() {
    return {{echo, [](BytesView body) -> Result<Bytes> { return to_bytes(body); }},
            {refuse,
             [](BytesView body) -> Result<Bytes> { return fail(ErrorCode::wrong_state, std::string(text_of(body))); }},
            {hold, [this](BytesView body) -> Result<Bytes> {
               std::unique_lock lock(mutex_);
               ++held_;
               changed_.notify_all();
               changed_.wait(lock, [this] { return free_; });
               return to_bytes(body);
             }}};
  }
  void let_go() {
    const std::scoped_lock lock(mutex_);
    free_ = true;
    changed_.notify_all();
  }
  bool wait_until_held(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return held_ >= count; });
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool free_ = false;
  int held_ = 0;
};

// The other end of an edge, played by the test.
class RawEnd {
 public:
  explicit RawEnd(Descriptor socket) : socket_(std::move(socket)) {}
  void send(BytesView octets) const {
    while (!octets.empty()) {
      const ssize_t sent = ::send(socket_.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      octets = octets.subspan(static_cast<std::size_t>(sent));
    }
  }
  // The next frame; nullopt when the edge was ended.
  std::optional<Frame> receive() {
    while (true) {
      if (auto frame = reader_.next()) {
        return frame;
      }
      std::array<std::uint8_t, 4096> part{};
      const ssize_t got = ::recv(socket_.number(), part.data(), part.size(), 0);
      if (got <= 0) {
        return std::nullopt;
      }
      EXPECT_TRUE(reader_.feed({part.data(), static_cast<std::size_t>(got)}));
    }
  }
  void close() { socket_.close(); }

 private:
  Descriptor socket_;
  FrameReader reader_;
};

Bytes ask(std::uint64_t id, std::uint16_t verb = echo, std::string_view body = "body") {
  return to_wire({.id = id, .verb = verb, .body = to_bytes(bytes_of(body))});
}

TEST_F(EdgeTest, AnswersAndFailuresTravelAsValues) {
  auto [ours, its] = socket_pair();
  const EdgeHearer hearer(std::move(its), table());
  EdgeCaller caller(std::move(ours));
  EXPECT_EQ(text_of(caller.call(echo, bytes_of("hello")).value()), "hello");
  EXPECT_TRUE(caller.call(echo, {}).value().empty());
  const Bytes large(max_edge_body_bytes, 7);
  EXPECT_EQ(caller.call(echo, large).value(), large);
  const auto refused = caller.call(refuse, bytes_of("not now"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::wrong_state);
  EXPECT_EQ(refused.error().detail, "not now");
  EXPECT_EQ(caller.call(echo, Bytes(max_edge_body_bytes + 1)).error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(caller.is_open());
}

TEST_F(EdgeTest, ALongDetailIsCutBetweenTwoCharacters) {
  const std::string detail(max_edge_detail_bytes - 1, 'a');
  const Frame frame = frame_of_failure(1, echo, fail(ErrorCode::conflict, detail + "印信"));
  EXPECT_EQ(text_of(frame.body), detail);
  EXPECT_EQ(failure_of_frame(frame).code, ErrorCode::conflict);
}

TEST_F(EdgeTest, SeveralThreadsShareOneEdge) {
  auto [ours, its] = socket_pair();
  const EdgeHearer hearer(std::move(its), table());
  EdgeCaller caller(std::move(ours));
  constexpr int threads = 8, calls = 50;
  std::atomic<int> right = 0;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      for (int i = 0; i < calls; ++i) {
        const std::string said = std::to_string(t) + "/" + std::to_string(i);
        const auto answer = caller.call(echo, bytes_of(said));
        right += answer && text_of(*answer) == said ? 1 : 0;
      }
    });
  }
  for (auto& one : all) {
    one.join();
  }
  EXPECT_EQ(right, threads * calls);
}

TEST_F(EdgeTest, MoreQuestionsThanTheLimitAreRefusedAtOnce) {
  auto [ours, its] = socket_pair();
  const EdgeHearer hearer(std::move(its), table());
  EdgeCaller caller(std::move(ours), {.max_outstanding = 1});
  std::thread first([&] { EXPECT_TRUE(caller.call(hold, bytes_of("first"))); });
  ASSERT_TRUE(wait_until_held(1));
  EXPECT_EQ(caller.call(echo, {}).error().code, ErrorCode::too_many_requests);
  let_go();
  first.join();
  EXPECT_TRUE(caller.call(echo, {}));
}

TEST_F(EdgeTest, AnAnswerAfterTheDeadlineIsDroppedAndTheEdgeGoesOn) {
  auto [ours, its] = socket_pair();
  const EdgeHearer hearer(std::move(its), table());
  EdgeCaller caller(std::move(ours), {.deadline = milliseconds(200)});
  const auto late = caller.call(hold, bytes_of("late"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::outside_unreachable);
  EXPECT_EQ(late.error().detail, "edge.deadline");
  let_go();
  // Heard in their order: when this one is answered, the late answer has come and gone.
  Result<Bytes> next = fail(ErrorCode::internal, "none");
  for (const auto end = std::chrono::steady_clock::now() + patience; !next && std::chrono::steady_clock::now() < end;) {
    next = caller.call(echo, bytes_of("next"));
  }
  ASSERT_TRUE(next);
  EXPECT_EQ(text_of(*next), "next");
}

TEST_F(EdgeTest, ACallFailsWhenTheHearerGoesAway) {
  auto [ours, its] = socket_pair();
  EdgeCaller caller(std::move(ours));
  RawEnd end(std::move(its));
  std::thread gone([&] {
    EXPECT_TRUE(end.receive());
    end.close();
  });
  const auto answer = caller.call(echo, bytes_of("anybody"));
  gone.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::outside_unreachable);
  EXPECT_EQ(answer.error().detail, "edge.closed: edge.gone");
  EXPECT_EQ(caller.call(echo, {}).error().detail, "edge.closed: edge.gone");
}

// What a hearer must not be told, and the reason it ends the edge with.
TEST_F(EdgeTest, AHearerEndsTheEdgeOnWhatIsNoQuestion) {
  Bytes no_kind = ask(1);
  no_kind[14] = 9;
  Bytes asks_with_code = ask(1);
  asks_with_code[15] = 1;
  Bytes oversized = ask(1);
  oversized[0] = 0xff;
  const std::pair<Bytes, const char*> told[] = {
      {no_kind, "edge.kind"},
      {asks_with_code, "edge.code"},
      {oversized, "edge.length"},
      {ask(1, unheard), "edge.verb"},
      {ask(0), "edge.repeated"},
      {concat({ask(5), ask(5)}), "edge.repeated"},
      {concat({ask(5), ask(4)}), "edge.repeated"},
      {to_wire({.id = 1, .verb = echo, .kind = FrameKind::done, .body = {}}), "edge.kind"},
  };
  for (const auto& [octets, reason] : told) {
    auto [ours, its] = socket_pair();
    const EdgeHearer hearer(std::move(its), table());
    RawEnd end(std::move(ours));
    end.send(octets);
    while (const auto answer = end.receive()) {
      EXPECT_EQ(answer->kind, FrameKind::done);
    }
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (hearer.is_open() && std::chrono::steady_clock::now() < limit) {
      std::this_thread::yield();
    }
    EXPECT_EQ(hearer.reason(), reason);
  }
}

TEST_F(EdgeTest, AFrameThatIsNeverWholeEndsTheEdge) {
  const Bytes whole = ask(1);
  for (const std::size_t sent : {std::size_t{1}, frame_header_bytes, whole.size() - 1}) {
    auto [ours, its] = socket_pair();
    const EdgeHearer hearer(std::move(its), table(), {.frame_time = milliseconds(50)});
    RawEnd end(std::move(ours));
    end.send(BytesView(whole).first(sent));
    EXPECT_FALSE(end.receive());
  }
}

TEST_F(EdgeTest, ACallerThatTakesNoAnswersIsGivenUp) {
  auto [ours, its] = socket_pair();
  constexpr std::size_t more_than_a_socket_holds = 1024 * 1024;
  const EdgeHearer hearer(std::move(its), table(), {.frame_time = milliseconds(1000)});
  RawEnd end(std::move(ours));
  end.send(to_wire({.id = 1, .verb = echo, .body = Bytes(more_than_a_socket_holds)}));
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (hearer.is_open() && std::chrono::steady_clock::now() < limit) {
    std::this_thread::yield();
  }
  EXPECT_EQ(hearer.reason(), "edge.slow");
}

TEST_F(EdgeTest, ACallerEndsTheEdgeOnAnAnswerThatItDidNotAskFor) {
  const Frame right{.id = 1, .verb = echo, .kind = FrameKind::done, .body = {}};
  Frame other_id = right, other_verb = right, question = right;
  other_id.id = 2;
  other_verb.verb = refuse;
  question.kind = FrameKind::ask;
  for (const Frame& wrong : {other_id, other_verb, question}) {
    auto [ours, its] = socket_pair();
    EdgeCaller caller(std::move(ours));
    RawEnd end(std::move(its));
    std::thread liar([&] {
      EXPECT_TRUE(end.receive());
      end.send(to_wire(wrong));
    });
    const auto answer = caller.call(echo, {});
    liar.join();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().detail, "edge.closed: edge.stray");
  }
  // And twice the same answer, to a call that still waits for another one.
  auto [ours, its] = socket_pair();
  EdgeCaller caller(std::move(ours));
  RawEnd end(std::move(its));
  std::thread liar([&] {
    EXPECT_TRUE(end.receive());
    end.send(to_wire(right));
    EXPECT_TRUE(end.receive());
    end.send(to_wire(right));
  });
  EXPECT_TRUE(caller.call(echo, {}));
  EXPECT_EQ(caller.call(echo, {}).error().detail, "edge.closed: edge.stray");
  liar.join();
}

TEST_F(EdgeTest, ALinkWaitsForItsNeighbourAndTakesANewOne) {
  EdgeLink link;
  std::thread later;
  std::optional<EdgeHearer> first, second;
  auto [a, b] = socket_pair();
  first.emplace(std::move(b), table());
  std::latch waiting(1);
  later = std::thread([&link, &waiting, end = std::make_shared<Descriptor>(std::move(a))] {
    waiting.wait();
    link.attach(std::move(*end));
  });
  waiting.count_down();
  EXPECT_EQ(text_of(link.call(echo, bytes_of("first")).value()), "first");
  later.join();
  first.reset();
  auto [c, d] = socket_pair();
  second.emplace(std::move(d), table());
  link.attach(std::move(c));
  EXPECT_EQ(text_of(link.call(echo, bytes_of("second")).value()), "second");
  EdgeLink alone({.neighbour_time = milliseconds(1)});
  EXPECT_EQ(alone.call(echo, {}).error().detail, "edge.absent");
}

TEST_F(EdgeTest, WhereAnswersWaitForStrangersSeveralAreHeardAtOnce) {
  auto [asks, hears] = socket_pair();
  const EdgeHearer hearer(std::move(hears), table(), {.heard_at_once = 3});
  EdgeCaller caller(std::move(asks));
  std::vector<std::thread> callers;
  std::atomic<int> answered = 0;
  for (int n = 0; n < 2; ++n) {
    callers.emplace_back([&] { answered += caller.call(hold, bytes_of("x")) ? 1 : 0; });
  }
  EXPECT_TRUE(wait_until_held(2));
  EXPECT_TRUE(caller.call(echo, bytes_of("y"))) << "two wait, and a third is heard";
  EXPECT_EQ(answered, 0);
  let_go();
  for (std::thread& one : callers) {
    one.join();
  }
  EXPECT_EQ(answered, 2);
  EXPECT_TRUE(hearer.is_open());
}

TEST_F(EdgeTest, AnEndThatWaitsWithSeveralUnderWayIsAnEnd) {
  auto [asks, hears] = socket_pair();
  auto hearer = std::make_unique<EdgeHearer>(std::move(hears), table(), EdgeLimits{.heard_at_once = 2});
  EdgeCaller caller(std::move(asks));
  std::thread asking([&] { EXPECT_FALSE(caller.call(hold, {})); });
  ASSERT_TRUE(wait_until_held(1));
  caller.end();
  asking.join();
  let_go();
  hearer.reset();
}

}  // namespace
}  // namespace yinxin::net
