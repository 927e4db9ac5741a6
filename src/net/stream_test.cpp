// Answers that are written piece by piece: as they come to be, in order, to the end, and no longer than they are read.

#include "net/stream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <set>

#include "net/server.h"
#include "net/testing/raw_client.h"

namespace yinxin::net {
namespace {

using std::chrono::milliseconds;
using testing::patience_ms;
using testing::RawClient;

// Gives what the test put in.
class Told final : public Stream {
 public:
  std::optional<Bytes> next() override {
    const std::scoped_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    if (pieces_.empty()) {
      return is_over_ ? std::nullopt : std::optional(Bytes());
    }
    if (pieces_.front() == "throw") {
      throw std::runtime_error("no more");
    }
    const Bytes piece = to_bytes(bytes_of(pieces_.front()));
    if (!again_) {
      pieces_.pop_front();
    }
    return piece;
  }
  [[nodiscard]] milliseconds pause() const override { return milliseconds(patience_ms); }
  void tell(std::string piece, bool again = false) {
    {
      const std::scoped_lock lock(mutex_);
      pieces_.push_back(std::move(piece));
      again_ = again;
    }
    bell().ring();
  }
  void end() {
    {
      const std::scoped_lock lock(mutex_);
      is_over_ = true;
    }
    bell().ring();
  }
  bool wait_until_asked(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, milliseconds(patience_ms), [&] { return asked_ >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  bool is_over_ = false;
  bool again_ = false;
  int asked_ = 0;
};

class StreamTest : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    Router router;
    router.add(Method::get, "/news", {.slow = true}, [this](const Request&) {
      Response response = answer("text/event-stream", {});
      response.stream = told_;
      return response;
    });
    router.add(Method::get, "/hello", {},
               [](const Request&) { return answer("text/plain", Body(std::string_view("hello"))); });
    server_ = Server::start(std::move(options), std::move(router), clock_).value();
  }
  std::string hello() {
    RawClient client(server_->port());
    client.say("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return client.hear_all();
  }
  // Waits for the server's own count, by asking it for other things.
  bool wait_until_streams(std::uint64_t count) {
    for (int tries = 0; tries < patience_ms && server_->counts().streams_open != count; ++tries) {
      hello();
    }
    return server_->counts().streams_open == count;
  }

  SetClock clock_{from_unix_ms(1795219200000)};
  std::shared_ptr<Told> told_ = std::make_shared<Told>();
  std::unique_ptr<Server> server_;
};

constexpr const char* ask_news = "GET /news HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(StreamTest, PiecesAreChunksWhenTheyComeAndTheEndIsTold) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.say(ask_news));
  const std::string head = client.hear_until("\r\n\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\nConnection: close\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  ASSERT_TRUE(told_->wait_until_asked(1));
  told_->tell("first piece of news");
  EXPECT_EQ(client.hear_until("news\r\n"), "13\r\nfirst piece of news\r\n");
  told_->tell("second");
  EXPECT_EQ(client.hear_until("second\r\n"), "6\r\nsecond\r\n");
  told_->end();
  EXPECT_EQ(client.hear_all(), "0\r\n\r\n");
  EXPECT_TRUE(wait_until_streams(0));
}

TEST_F(StreamTest, ToHttp10TheEndOfTheConnectionIsTheEnd) {
  start();
  told_->tell("one");
  told_->tell("two");
  told_->end();
  RawClient client(server_->port());
  ASSERT_TRUE(client.say("GET /news HTTP/1.0\r\nHost: a\r\n\r\n"));
  const std::string all = client.hear_all();
  EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\r\n\r\nonetwo")) << all;
}

TEST_F(StreamTest, HeadHasNoStreamAndOneThatThrowsEnds) {
  std::string failure;
  start({.on_failure = [&](std::string_view what) { failure = what; }});
  RawClient head(server_->port());
  ASSERT_TRUE(head.say("HEAD /news HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(head.hear_all().ends_with("Connection: close\r\n\r\n"));
  told_->tell("throw");
  RawClient client(server_->port());
  ASSERT_TRUE(client.say(ask_news));
  EXPECT_TRUE(client.hear_all().ends_with("\r\n\r\n0\r\n\r\n"));
  EXPECT_EQ(failure, "no more");
}

TEST_F(StreamTest, OpenStreamsCostNoWorkerAndHaveAMost) {
  start({.workers = 1, .limits = {.max_streams = 2}});
  std::vector<RawClient> clients;
  for (int n = 0; n < 2; ++n) {
    clients.emplace_back(server_->port());
    ASSERT_TRUE(clients.back().say(ask_news));
    clients.back().hear_until("\r\n\r\n");
  }
  EXPECT_EQ(server_->counts().streams_open, 2U);
  RawClient third(server_->port());
  ASSERT_TRUE(third.say("GET /news HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(third.hear_all().starts_with("HTTP/1.1 503 "));
  EXPECT_NE(hello().find("hello"), std::string::npos);
}

TEST_F(StreamTest, StoppingEndsEveryStream) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.say(ask_news));
  client.hear_until("\r\n\r\n");
  ASSERT_TRUE(told_->wait_until_asked(1));
  server_->stop();
  EXPECT_EQ(client.hear_all(), "0\r\n\r\n");
  told_->tell("nobody hears");  // and ringing harms nobody
  server_.reset();
  told_->tell("still nobody");
}

TEST_F(StreamTest, AClientThatDoesNotReadIsDropped) {
  start({.limits = {.answer_timeout = milliseconds(100), .slowest_bytes_per_s = 1U << 30U}});
  told_->tell(std::string(std::size_t{1} << 20U, 'x'), true);
  RawClient client(server_->port());
  ASSERT_TRUE(client.say(ask_news));
  client.hear_until("\r\n\r\n");
  EXPECT_TRUE(wait_until_streams(0));
  EXPECT_GE(server_->counts().timeouts, 1U);
}

}  // namespace
}  // namespace yinxin::net
