#include "net/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "net/client.h"
#include "net/testing/raw_client.h"

namespace yinxin::net {
namespace {

using std::chrono::milliseconds;
using testing::patience_ms;
using testing::RawClient;

// Opened once; whoever passes before has to wait.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait_for(lock, milliseconds(patience_ms), [this] { return open_; });
  }
  bool wait_until_inside(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, milliseconds(patience_ms), [&] { return inside_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
};

class ServerTest : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    Router router;
    router.add(Method::get, "/hello", {}, [](const Request& request) {
      return answer("text/plain", Body("hello " + std::string(request.target.query_value("who").value_or("you"))));
    });
    router.add(Method::post, "/echo", {.max_body_bytes = 1000},
               [](const Request& request) { return answer("application/octet-stream", Body(request.body)); });
    router.add(Method::get, "/slow", {.slow = true}, [this](const Request&) {
      gate_.pass();
      return answer("text/plain", Body(std::string_view("late")));
    });
    router.add(Method::get, "/throws", {}, [](const Request&) -> Response { throw std::runtime_error("a secret"); });
    router.add(Method::get, "/splits", {}, [](const Request& request) {
      Response response = answer("text/plain", {});
      response.headers.add("X-Echo", "a\r\nSet-Cookie: b" + std::string(request.parameter("none")));
      return response;
    });
    auto server = Server::start(std::move(options), std::move(router), clock_);
    ASSERT_TRUE(server) << server.error().describe();
    server_ = std::move(*server);
  }
  std::string ask(std::string_view text) {
    RawClient client(server_->port());
    EXPECT_TRUE(client.say(text));
    return client.hear_all();
  }
  std::string ask_closing(const std::string& line, const std::string& fields = "") {
    return ask(line + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n" + fields + "\r\n");
  }
  static int status_of(const std::string& answered) {
    return answered.starts_with("HTTP/1.1 ") && answered.size() > 12 ? std::stoi(answered.substr(9, 3)) : -1;
  }

  Gate gate_;
  SetClock clock_{from_unix_ms(1795219200000)};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersWithDateLengthAndBody) {
  start();
  EXPECT_EQ(ask_closing("GET /hello?who=%E5%8D%B0+%E4%BF%A1"),
            "HTTP/1.1 200 OK\r\nDate: " + to_http_date(clock_.now()) +
                "\r\nContent-Type: text/plain\r\nContent-Length: 13\r\nConnection: close\r\n\r\nhello 印 信");
}

TEST_F(ServerTest, AHeaderThatIsNotAdmittedIsAnsweredBeforeItsBodyIsTaken) {
  ServerOptions options;
  options.admit = [](const Request& request) -> std::optional<Response> {
    if (request.headers.count("X-Throw") > 0) {
      throw std::runtime_error("a secret");
    }
    return request.headers.count("X-Friend") > 0 ? std::nullopt : std::optional(problem(403, "not yours"));
  };
  start(std::move(options));
  // Of the thousand bytes that are announced none is sent.
  const std::string refused = ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_EQ(status_of(refused), 403);
  EXPECT_NE(refused.find("Connection: close"), std::string::npos);
  EXPECT_EQ(status_of(ask_closing("GET /hello", "X-Friend: 1\r\n")), 200);
  EXPECT_EQ(status_of(ask_closing("GET /nothing")), 404) << "what is not there is nobody's to judge";
  EXPECT_EQ(status_of(ask_closing("GET /hello", "X-Throw: 1\r\n")), 500);
}

TEST_F(ServerTest, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
  start();
  const std::string all =
      ask("GET /hello?who=1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
          "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: "
          "close\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n");
  std::size_t at = 0;
  for (const std::string_view next :
       {"hello 1", "abc", "Content-Length: 9\r\nConnection: keep-alive\r\n\r\nHTTP/1.1 404", "\"status\":404",
        "\r\n\r\ndef"}) {
    at = all.find(next, at);
    ASSERT_NE(at, std::string::npos) << next << " not in order in\n" << all;
  }
  EXPECT_TRUE(all.ends_with("def"));
}

TEST_F(ServerTest, ExplainsWhatItDoesNotServe) {
  start();
  EXPECT_NE(ask_closing("GET /nothing").find("404 Not Found"), std::string::npos);
  const std::string not_allowed = ask_closing("DELETE /hello");
  EXPECT_EQ(status_of(not_allowed), 405);
  EXPECT_NE(not_allowed.find("Allow: GET, HEAD\r\n"), std::string::npos);
  EXPECT_NE(not_allowed.find("application/problem+json"), std::string::npos);
  EXPECT_EQ(status_of(ask_closing("BREW /hello")), 501);
  EXPECT_EQ(status_of(ask_closing("CONNECT a:1")), 501);
  EXPECT_EQ(status_of(ask_closing("POST /echo", "Expect: wonders\r\nContent-Length: 1\r\n")), 417);
}

TEST_F(ServerTest, AHandlerThatThrowsTellsTheClientNothing) {
  std::string told;
  start({.on_failure = [&](std::string_view what) { told = what; }});
  const std::string answered = ask_closing("GET /throws");
  EXPECT_EQ(status_of(answered), 500);
  EXPECT_EQ(answered.find("secret"), std::string::npos);
  EXPECT_EQ(told, "a secret");
}

TEST_F(ServerTest, NoLineBreakBecomesAHeader) {
  start();
  const std::string answered = ask_closing("GET /splits");
  EXPECT_EQ(status_of(answered), 500);
  EXPECT_EQ(answered.find("Set-Cookie"), std::string::npos);
}

TEST_F(ServerTest, RefusesWhatTwoReadersCouldReadInTwoWays) {
  start();
  const auto post = [&](const std::string& fields) {
    return status_of(
        ask("POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
  };
  EXPECT_EQ(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400);
  EXPECT_EQ(post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(post("Content-Length: +5\r\n"), 400);
  EXPECT_EQ(post("Content-Length: -1\r\n"), 400);
  EXPECT_EQ(post("Content-Length: 5, 5\r\n"), 400);
  EXPECT_EQ(post("Content-Length: 99999999999999999999999\r\n"), 400);
  EXPECT_EQ(post("Content-Length : 5\r\n"), 400);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(post("Transfer-Encoding: chunked, identity\r\n"), 501);
  EXPECT_EQ(post("Transfer-Encoding: xchunked\r\n"), 501);
  EXPECT_EQ(post("Host: b\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(status_of(ask("GET /hello HTTP/1.1\r\n\r\n")), 400);
  EXPECT_EQ(status_of(ask("GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n")), 400);
  EXPECT_EQ(status_of(ask("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")), 400);
}

TEST_F(ServerTest, RefusesGarbage) {
  start();
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello, TLS here\r\n\r\n", 31),
        std::string(64, '\0') + "\r\n\r\n", std::string("GET\r\n\r\n"), std::string("GET /hello\r\n\r\n"),
        std::string("GET /hello HTTP/1.1\r\nno colon\r\n\r\n"),
        std::string("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 40),
        std::string("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")}) {
    EXPECT_EQ(status_of(ask(garbage)), 400) << garbage;
  }
  EXPECT_EQ(status_of(ask("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n")), 505);
  for (const char* target : {"/a%", "/a%4", "/a%zz", "/%00", "/%0d%0a", "/a/../b", "/%2e%2E/etc", "/a#b", "/a\\b", "*",
                             "hello", "http://u@h/hello", "ftp://h/hello", "http:///hello", "/%ff"}) {
    EXPECT_EQ(status_of(ask_closing("GET " + std::string(target))), 400) << target;
  }
  EXPECT_EQ(status_of(ask_closing("GET http://anywhere:80/hello")), 200);
  EXPECT_EQ(status_of(ask_closing("GET /hello")), 200);  // and lives
}

TEST_F(ServerTest, HoldsItsLimits) {
  start();
  EXPECT_EQ(status_of(ask_closing("GET /hello", "X: " + std::string(20'000, 'x') + "\r\n")), 431);
  EXPECT_EQ(status_of(ask_closing("GET /" + std::string(9'000, 'a'))), 414);
  std::string many;
  for (int i = 0; i < 120; ++i) {
    many += "X: 1\r\n";
  }
  EXPECT_EQ(status_of(ask_closing("GET /hello", many)), 431);
  EXPECT_EQ(status_of(ask_closing("POST /echo", "Content-Length: 1001\r\n")), 413);
  EXPECT_EQ(status_of(ask_closing("POST /echo", "Content-Length: 1000\r\n\r\n" + std::string(998, 'x'))), 200);
  EXPECT_EQ(status_of(ask_closing("POST /echo",
                                  "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n")),
            413);
  EXPECT_EQ(status_of(ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                          std::string(60'000, 'x'))),
            431);
}

TEST_F(ServerTest, TellsTheSlowRequestThatItIsLateAndClosesTheIdleOne) {
  ServerOptions options;
  options.limits.request_timeout = milliseconds(60);
  options.limits.idle_timeout = milliseconds(40);
  options.limits.linger_timeout = milliseconds(20);
  start(options);
  RawClient idle(server_->port());
  EXPECT_EQ(idle.hear_all(), "");
  RawClient slow(server_->port());
  ASSERT_TRUE(slow.say("GET /hel"));
  EXPECT_EQ(status_of(slow.hear_all()), 408);
  RawClient slow_body(server_->port());
  ASSERT_TRUE(slow_body.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12"));
  EXPECT_EQ(status_of(slow_body.hear_all()), 408);
  EXPECT_GE(server_->counts().timeouts, 3U);
}

TEST_F(ServerTest, DrippingBytesDoNotMoveTheDeadline) {
  ServerOptions options;
  options.limits.request_timeout = milliseconds(100);
  options.limits.linger_timeout = milliseconds(20);
  start(options);
  RawClient client(server_->port());
  ASSERT_TRUE(client.say("GET /hello HTTP/1.1\r\nHost: a\r\nX: "));
  std::thread dripping([&] {
    while (client.say("x") && server_->counts().timeouts == 0) {
      std::this_thread::yield();
    }
  });
  const int status = status_of(client.hear_all());
  dripping.join();
  EXPECT_TRUE(status == 408 || status == 431) << status;
}

TEST_F(ServerTest, ContinuesABodyThatAsksFirst) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.say(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"));
  ASSERT_TRUE(client.hear_one().starts_with("HTTP/1.1 100 Continue\r\n\r\n") && client.say("ok"));
  EXPECT_TRUE(client.hear_all().ends_with("\r\n\r\nok"));
}

TEST_F(ServerTest, AThousandIdleConnectionsStarveNobody) {
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GE(files.rlim_cur, 2'100U);
  start({.threads = 2});
  std::vector<RawClient> idle;
  idle.reserve(1'000);
  for (int i = 0; i < 1'000; ++i) {
    idle.emplace_back(server_->port());
  }
  RawClient busy(server_->port());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(busy.say("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_TRUE(busy.hear_one().ends_with("hello you"));
  }
  // Those that came last may still wait for the other thread.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (server_->counts().connections_open < 1'001 && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  EXPECT_GE(server_->counts().connections_open, 1'001U);
  ASSERT_TRUE(idle.back().say("GET /hello?who=idle HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(idle.back().hear_one().ends_with("hello idle"));
}

TEST_F(ServerTest, TurnsAwayTheConnectionTooMany) {
  ServerOptions options;
  options.limits.max_connections = 2;
  start(options);
  RawClient first(server_->port());
  RawClient second(server_->port());
  for (RawClient* client : {&first, &second}) {
    ASSERT_TRUE(client->say("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_EQ(status_of(client->hear_one()), 200);
  }
  RawClient third(server_->port());
  EXPECT_EQ(status_of(third.hear_one()), 503);
  ASSERT_TRUE(first.say("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(status_of(first.hear_one()), 200);
  EXPECT_EQ(server_->counts().connections_turned_away, 1U);
}

TEST_F(ServerTest, EndsAConnectionAfterItsShareOfRequests) {
  ServerOptions options;
  options.limits.max_requests_a_connection = 2;
  start(options);
  const std::string one = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string all = ask(one + one + one);
  EXPECT_EQ(all.find("Connection: close"), all.rfind("Connection: "));
  EXPECT_NE(all.find("Connection: keep-alive"), std::string::npos);
}

TEST_F(ServerTest, SlowRoutesLeaveTheLoopFreeAndHaveABoundedQueue) {
  ServerOptions options;
  options.workers = 1;
  options.limits.max_waiting_slow_requests = 2;
  start(options);
  RawClient one(server_->port());
  ASSERT_TRUE(one.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(gate_.wait_until_inside(1));
  EXPECT_EQ(status_of(ask_closing("GET /hello")), 200);
  // Of the next two one waits and the other, whichever comes second, is told to come again.
  RawClient two(server_->port());
  RawClient three(server_->port());
  ASSERT_TRUE(two.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n") && three.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
  while (server_->counts().requests < 2) {
    std::this_thread::yield();
  }
  gate_.open();
  EXPECT_TRUE(one.hear_one().ends_with("late"));
  EXPECT_EQ(status_of(two.hear_one()) + status_of(three.hear_one()), 200 + 503);
}

TEST_F(ServerTest, StopsAfterTheAnswersUnderWay) {
  start();
  RawClient idle(server_->port());
  ASSERT_TRUE(idle.say("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(status_of(idle.hear_one()), 200);
  RawClient client(server_->port());
  ASSERT_TRUE(client.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(gate_.wait_until_inside(1));
  std::thread stopping([&] { server_->stop(); });
  EXPECT_EQ(idle.hear_all(), "");  // closed although the other request still runs
  gate_.open();
  const std::string late = client.hear_all();
  stopping.join();
  EXPECT_TRUE(late.ends_with("late"));
  EXPECT_NE(late.find("Connection: close"), std::string::npos);
  EXPECT_EQ(server_->counts().connections_open, 0U);
}

TEST_F(ServerTest, StopsInBoundedTimeWithAClientThatNeverFinishes) {
  ServerOptions options;
  options.limits.drain_timeout = milliseconds(40);
  start(options);
  RawClient client(server_->port());
  ASSERT_TRUE(client.say("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /he"));
  ASSERT_EQ(status_of(client.hear_one()), 200);
  server_->stop();
  server_->stop();
  EXPECT_EQ(client.hear_all().find("never closed"), std::string::npos);
  EXPECT_EQ(server_->counts().connections_open, 0U);
}

TEST_F(ServerTest, ServesManyAtOnce) {
  start({.threads = 2});
  std::vector<std::thread> clients;
  clients.reserve(8);
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      RawClient client(server_->port());
      for (int n = 0; n < 200; ++n) {
        const std::string who = std::to_string(n);
        client.say("GET /hello?who=" + who + " HTTP/1.1\r\nHost: a\r\n\r\n");
        good += client.hear_one().ends_with("hello " + who) ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  EXPECT_EQ(good, 1'600);
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  const Server* running = server_.get();
  EXPECT_NE(running->port(), 0);
  EXPECT_EQ(Server::start({.address = "not an address"}, {}, clock_).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(Server::start({.port = server_->port()}, {}, clock_).error().code, ErrorCode::already_exists);
}

TEST_F(ServerTest, OurClientReadsOurServer) {
  start();
  const Client client({.host = "127.0.0.1", .port = server_->port()});
  const auto got = client.get("/hello?who=me");
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(text_of(got->body.view()), "hello me");
  const auto posted = client.post("/echo", "text/plain", Bytes(1000, 7));
  ASSERT_TRUE(posted) << posted.error().describe();
  EXPECT_TRUE(same(posted->body.view(), Bytes(1000, 7)));
  EXPECT_EQ(client.post("/echo", "text/plain", Bytes(1001, 7))->status, 413);
  EXPECT_EQ(client.send({.method = Method::head, .target = "/hello"})->body.size(), 0U);
  EXPECT_EQ(client.get("/a b").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(client.post("/echo", "a\r\nb: c", {}).error().code, ErrorCode::invalid_input);
  const Client small({.host = "127.0.0.1", .port = server_->port(), .max_body_bytes = 3});
  EXPECT_EQ(small.get("/hello").error().code, ErrorCode::outside_uncertain);
}

// The openssl command makes a key and a certificate for 127.0.0.1 (ECDSA: what browsers speak today).
struct Pair {
  std::string certificate;
  std::string key;
};
Pair make_pair_for_loopback() {
  const std::string folder = ::testing::TempDir() + "yinxin_tls_" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  const std::string command =
      "cd '" + folder + "' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes" +
      " -keyout key.pem -out certificate.pem -subj /CN=here -addext subjectAltName=IP:127.0.0.1" +
      " -days 30 2>/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const auto read = [&](const char* name) {
    std::ifstream file(folder + "/" + name);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  };
  Pair pair{.certificate = read("certificate.pem"), .key = read("key.pem")};
  std::filesystem::remove_all(folder);
  return pair;
}

TEST_F(ServerTest, SpeaksTlsToAClientThatKnowsItsCertificateAndToNoOther) {
  const Pair pair = make_pair_for_loopback();
  const Pair other = make_pair_for_loopback();
  EXPECT_FALSE(TlsIdentity::server(pair.certificate, SecretBytes(bytes_of(other.key))));
  EXPECT_FALSE(TlsIdentity::server("rubbish", SecretBytes(bytes_of(pair.key))));
  auto identity = TlsIdentity::server(pair.certificate, SecretBytes(bytes_of(pair.key)));
  ASSERT_TRUE(identity) << identity.error().describe();
  start({.tls = *identity});
  const auto client = [&](const std::string& trusted) {
    return Client({.host = "127.0.0.1", .port = server_->port(), .tls = *TlsIdentity::client(trusted)});
  };
  const auto got = client(pair.certificate).post("/echo", "text/plain", Bytes(1000, 9));
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_TRUE(same(got->body.view(), Bytes(1000, 9)));
  EXPECT_EQ(client(other.certificate).get("/hello").error().code, ErrorCode::outside_unreachable);
  EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").find("hello"),
            std::string::npos);  // plain text gets an alert
  EXPECT_TRUE(client(pair.certificate).get("/hello"));
}

TEST(HostField, NamesThePortOnlyWhereItIsNotTheSchemesOwn) {
  EXPECT_EQ(host_field({.host = "a.example", .port = 80}), "a.example");
  EXPECT_EQ(host_field({.host = "a.example", .port = 443}), "a.example:443");
  EXPECT_EQ(host_field({.host = "::1", .port = 8446}), "[::1]:8446");
  const auto identity = TlsIdentity::client(make_pair_for_loopback().certificate);
  ASSERT_TRUE(identity);
  EXPECT_EQ(host_field({.host = "a.example", .port = 443, .tls = *identity}), "a.example");
  EXPECT_EQ(host_field({.host = "a.example", .port = 80, .tls = *identity}), "a.example:80");
}

TEST_F(ServerTest, OurClientKnowsWhetherItsRequestLeft) {
  start();
  const Client waiting({.host = "127.0.0.1", .port = server_->port(), .timeout = milliseconds(50)});
  EXPECT_EQ(waiting.get("/slow").error().code, ErrorCode::outside_uncertain);
  gate_.open();
  const std::uint16_t port = server_->port();
  server_->stop();
  EXPECT_EQ(Client({.host = "127.0.0.1", .port = port}).get("/hello").error().code, ErrorCode::outside_unreachable);
}

}  // namespace
}  // namespace yinxin::net
