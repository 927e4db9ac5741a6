// Calls that the asking side of an edge fetches: answered, refused, given up, and outlived.

#include "net/pulled_calls.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <future>

namespace yinxin::net {
namespace {

using std::chrono::milliseconds;

constexpr std::uint16_t echo = 1, refuse = 2, grow = 3, unheard = 99;
constexpr milliseconds patience{20'000};  // only something broken takes that long

std::pair<Descriptor, Descriptor> socket_pair() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

EdgeTable deeds() {
  return {{echo, [](BytesView body) -> Result<Bytes> { return to_bytes(body); }},
          {refuse, [](BytesView) -> Result<Bytes> { return fail(ErrorCode::forbidden, "s1.role"); }},
          {grow, [](BytesView) -> Result<Bytes> { return Bytes(max_edge_body_bytes); }}};
}

// Both sides, joined by a pair that can be made anew.
struct Sides {
  explicit Sides(const PullLimits& limits = {}) : calls(limits) { join(); }
  ~Sides() {
    calls.stop();
    link.end();
  }
  void join() {
    auto [asks, hears] = socket_pair();
    auto fresh = std::make_unique<EdgeHearer>(std::move(hears), calls.table());
    hearer.swap(fresh);
    link.attach(std::move(asks));
  }
  PulledCalls calls;
  EdgeLink link;
  std::unique_ptr<EdgeHearer> hearer;
};

TEST(PulledCalls, WhatIsLaidDownIsDoneAndTheAnswerBrought) {
  Sides sides;
  const Puller puller(sides.link, deeds());
  EXPECT_EQ(sides.calls.call(echo, bytes_of("印信")).value(), to_bytes(bytes_of("印信")));
  EXPECT_EQ(sides.calls.call(echo, {}).value(), Bytes());
  const auto refused = sides.calls.call(refuse, {});
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_EQ(refused.error().detail, "s1.role");
  EXPECT_EQ(sides.calls.call(unheard, {}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(sides.calls.call(grow, {}).error().detail, "edge.length");
  EXPECT_EQ(sides.calls.call(echo, Bytes(max_edge_body_bytes)).error().code, ErrorCode::invalid_input);
}

TEST(PulledCalls, WhatIsNoQuestionIsToldOfAndNotDone) {
  EdgeLink link;
  std::promise<std::string> unheard_told, answer_told, noise_told;
  const std::pair<Bytes, std::promise<std::string>*> works[] = {
      {to_wire({.id = 1, .verb = unheard, .kind = FrameKind::ask, .body = {}}), &unheard_told},
      {to_wire({.id = 2, .verb = echo, .kind = FrameKind::done, .body = {}}), &answer_told},
      {Bytes{1, 2, 3}, &noise_told}};
  std::size_t next = 0, told = 0;
  std::atomic<int> done = 0;
  auto [asks, hears] = socket_pair();
  const EdgeHearer hearer(
      std::move(hears),
      {{pull_verb::fetch,
        [&](BytesView) { return Result<Bytes>(next < std::size(works) ? works[next++].first : Bytes()); }},
       {pull_verb::bring, [](BytesView) { return Result<Bytes>(Bytes()); }}});
  link.attach(std::move(asks));
  const Puller puller(link,
                      {{echo,
                        [&](BytesView) -> Result<Bytes> {
                          ++done;
                          return Bytes();
                        }}},
                      [&](const Error& why) {
                        if (told < std::size(works)) {
                          works[told++].second->set_value(why.detail);
                        }
                      });
  const auto heard = [](std::promise<std::string>& promise) {
    auto future = promise.get_future();
    return future.wait_for(patience) == std::future_status::ready ? future.get() : std::string();
  };
  EXPECT_EQ(heard(unheard_told), "edge.verb");
  EXPECT_EQ(heard(answer_told), "edge.kind");
  EXPECT_NE(heard(noise_told), "");
  EXPECT_EQ(done, 0);
  link.end();
}

TEST(PulledCalls, ManyThreadsEachGetTheirOwn) {
  Sides sides;
  const Puller puller(sides.link, deeds());
  std::vector<std::future<bool>> all;
  for (int n = 0; n < 16; ++n) {
    all.push_back(std::async(std::launch::async, [&sides, n] {
      const std::string text = std::to_string(n);
      const auto answer = sides.calls.call(echo, bytes_of(text));
      return answer && text_of(*answer) == text;
    }));
  }
  for (auto& each : all) {
    EXPECT_TRUE(each.get());
  }
}

TEST(PulledCalls, NobodyFetches) {
  Sides sides(PullLimits{.max_waiting = 1, .deadline = milliseconds(30)});
  EXPECT_EQ(sides.calls.call(echo, {}).error().detail, "edge.deadline");
  EXPECT_EQ(sides.calls.call(echo, {}).error().detail, "edge.deadline") << "what was given up takes no place";
}

TEST(PulledCalls, TooManyAreRefused) {
  Sides sides(PullLimits{.max_waiting = 1});
  auto first = std::async(std::launch::async, [&] { return sides.calls.call(echo, {}); });
  // Fetched by hand: then it certainly waits.
  ASSERT_TRUE(sides.link.call(pull_verb::fetch, {}));
  EXPECT_EQ(sides.calls.call(echo, {}).error().code, ErrorCode::too_many_requests);
  sides.calls.stop();
  EXPECT_EQ(first.get().error().detail, "edge.ended");
}

TEST(PulledCalls, WhatWasFetchedByALifeThatEndedFailsAndWhatWaitedIsDoneByTheNext) {
  Sides sides;
  auto fetched = std::async(std::launch::async, [&] { return sides.calls.call(echo, bytes_of("first")); });
  const Bytes frame = sides.link.call(pull_verb::fetch, {}).value();
  ASSERT_FALSE(frame.empty());
  sides.join();
  EXPECT_EQ(fetched.get().error().detail, "edge.closed");
  auto waiting = std::async(std::launch::async, [&] { return sides.calls.call(echo, bytes_of("second")); });
  const Puller puller(sides.link, deeds());
  EXPECT_EQ(text_of(waiting.get().value()), "second");
}

TEST(PulledCalls, WhatIsBroughtForNobodyOrInNoFormIsRefused) {
  Sides sides;
  const auto bring = [&](const Frame& frame) { return sides.link.call(pull_verb::bring, to_wire(frame)); };
  EXPECT_TRUE(bring({.id = 77, .verb = echo, .kind = FrameKind::done, .body = {}})) << "its asker has given up";
  EXPECT_EQ(bring({.id = 1, .verb = echo, .kind = FrameKind::ask, .body = {}}).error().code, ErrorCode::corrupt);
  EXPECT_EQ(sides.link.call(pull_verb::bring, bytes_of("no frame at all")).error().code, ErrorCode::corrupt);
  EXPECT_EQ(sides.link.call(pull_verb::bring, {}).error().code, ErrorCode::corrupt);
  // An answer before it was fetched, or under another verb.
  auto asked = std::async(std::launch::async, [&] { return sides.calls.call(echo, {}); });
  ASSERT_FALSE(sides.link.call(pull_verb::fetch, {}).value().empty());
  EXPECT_EQ(bring({.id = 1, .verb = refuse, .kind = FrameKind::done, .body = {}}).error().detail, "edge.stray");
  EXPECT_TRUE(bring({.id = 1, .verb = echo, .kind = FrameKind::done, .body = {}}));
  EXPECT_TRUE(asked.get());
}

TEST(PulledCalls, AnEndIsNotWaitedFor) {
  const auto begin = std::chrono::steady_clock::now();
  {
    Sides sides(PullLimits{.longest_fetch = patience});
    Puller puller(sides.link, deeds());
    ASSERT_TRUE(sides.calls.call(echo, {}));
    sides.link.end();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
}

}  // namespace
}  // namespace yinxin::net
