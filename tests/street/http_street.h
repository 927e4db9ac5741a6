#pragma once
// A street over its real store, behind its real routes and server: what a page, a phone and a waiting browser see.

#include <boost/json.hpp>

#include "api/routes/hall/hall.h"
#include "api/routes/phone/phone.h"
#include "net/client.h"
#include "net/server.h"
#include "net/testing/raw_client.h"
#include "store/street/testing_street.h"

namespace yinxin::street_test {

using net::Method;
using namespace std::chrono_literals;

struct Told {
  int status = 0;
  boost::json::object json;
  std::string cookie;
};

class StreetOverHttp : public store::street::StreetTest {
 protected:
  void SetUp() override {
    net::Router router;
    api::add_hall_routes(router, parts());
    api::add_phone_routes(router, *street_, "http://hall.example/p/");
    server_ = net::Server::start({.workers = 2}, std::move(router), clock_).value();
  }
  void TearDown() override { server_->stop(); }
  // What the responder says; nothing, unless a test has a word for it.
  virtual api::StatusOf status_of() { return {}; }
  api::HallParts parts() {
    return {.login = *login_,
            .puzzles = *puzzles_,
            .street = *street_,
            .shelf = shelf_,
            .payments = {{"wechat", &providers_}},
            .phone_page = "http://hall.example/p/",
            .status_of = status_of(),
            .events = {.heartbeat = std::chrono::milliseconds(50)}};
  }

  Told call(Method method, const std::string& path, const boost::json::object& body = {},
            const std::vector<std::pair<std::string, std::string>>& fields = {}) {
    const std::string text =
        method == Method::get || method == Method::delete_ ? std::string() : boost::json::serialize(body);
    return send(method, path, to_bytes(bytes_of(text)), fields);
  }
  Told send(Method method, const std::string& path, Bytes body,
            const std::vector<std::pair<std::string, std::string>>& fields = {}) {
    net::ClientRequest request{.method = method, .target = path, .body = std::move(body)};
    request.headers.add("X-Yinxin-Page", "1");
    request.headers.add("User-Agent", "a browser");
    if (!cookie_.empty()) {
      request.headers.add("Cookie", cookie_);
    }
    for (const auto& [name, value] : fields) {
      request.headers.add(name, value);
    }
    net::ClientOptions options;
    options.host = "127.0.0.1";
    options.port = server_->port();
    const auto answered = net::Client(options).send(request);
    EXPECT_TRUE(answered) << path << " " << answered.error().describe();
    Told told;
    if (answered) {
      told.status = answered->status;
      told.cookie = std::string(answered->headers.find("Set-Cookie").value_or(""));
      boost::system::error_code failed;
      const auto read = boost::json::parse(text_of(answered->body.view()), failed);
      if (!failed && read.is_object()) {
        told.json = read.get_object();
      }
    }
    return told;
  }
  // Asks for a code as a page does, with the work done.
  boost::json::object paid(const std::string& mobile) {
    const Told given = call(Method::post, "/api/v1/login/puzzles");
    EXPECT_EQ(given.status, 200);
    return {{"mobile", mobile}, {"puzzle", given.json.at("puzzle")}, {"proof", proof_of(given.json)}};
  }
  static std::string proof_of(const boost::json::object& puzzle) {
    return to_hex(crypto::do_work(from_hex(puzzle.at("salt").as_string()).value(),
                                  static_cast<int>(puzzle.at("bits").as_int64()),
                                  puzzle.at("parts").to_number<std::size_t>()));
  }
  // The cookie of a new session.
  std::string sign_in_again(const std::string& mobile = "13800138000") {
    const Told sent = call(Method::post, "/api/v1/login/codes", paid(mobile));
    EXPECT_EQ(sent.status, 202);
    const Told in = call(Method::post, "/api/v1/login",
                         {{"mobile", mobile},
                          {"challenge", sent.json.at("challenge")},
                          {"code", code_sent()},
                          {"project_id", project()}});
    EXPECT_EQ(in.status, 200);
    return in.cookie.substr(0, in.cookie.find(';'));
  }
  // Signed in as a page is, with the case that the fixture's steps lead on.
  void open_page() {
    cookie_ = sign_in_again();
    session_.account = login_->session(from_hex(cookie_.substr(cookie_.find('=') + 1)).value()).value().account;
    const Told begun =
        call(Method::post, "/api/v1/cases", {{"project_id", project()}}, {{"Idempotency-Key", "page-1"}});
    ASSERT_EQ(begun.status, 201);
    id_ = std::string(begun.json.at("id").as_string());
  }
  // The entry's answers, right as they are.
  void fill_in() {
    agree();
    const auto saved = save(answers_);
    ASSERT_TRUE(saved) << saved.error().describe();
    const auto finished = street_->finish_entry(session_.account, id_);
    ASSERT_TRUE(finished) << finished.error().describe();
    ASSERT_TRUE(finished->problems.empty());
  }
  [[nodiscard]] std::string path(const std::string& rest = {}) const { return "/api/v1/cases/" + id_ + rest; }

  std::string cookie_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace yinxin::street_test
