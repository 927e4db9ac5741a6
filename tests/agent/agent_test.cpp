// Pages, a desk, officers' UKeys and the agent between them: over real HTTP, with a person at the agent's terminal.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <future>

#include "agent/agent_process.h"
#include "agent/desk_client.h"
#include "net/client.h"
#include "net/server.h"
#include "net/testing/raw_client.h"
#include "scene/scene.h"
#include "support/command.h"
#include "yinxin/office/desk_ports.h"

namespace yinxin::agent_test {
namespace {

namespace fs = std::filesystem;
using boost::json::object;
using scene::case_number;
using scene::Scene;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* consent_question = "n to refuse: ";
constexpr const char* code_question = "anything else to leave: ";
constexpr const char* pin_question = "nothing to refuse: ";

object object_of(const net::Response& response) {
  boost::system::error_code failed;
  boost::json::value read = boost::json::parse(text_of(response.body.view()), failed);
  EXPECT_FALSE(failed) << text_of(response.body.view());
  return read.is_object() ? read.get_object() : object();
}
std::string text_in(const object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string("(none)");
}
std::string reason_of(const net::Response& response) { return text_in(object_of(response), "reason"); }
std::string field_of(const net::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or(""));
}
net::Response ask(std::uint16_t port, net::Method method, const std::string& path, const Fields& fields,
                  const std::string& body = {}) {
  net::ClientRequest request{.method = method, .target = path, .body = to_bytes(bytes_of(body))};
  for (const auto& [name, value] : fields) {
    request.headers.add(name, value);
  }
  net::ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.timeout = std::chrono::milliseconds(120'000);
  options.max_body_bytes = agent::max_remote_answer_bytes;
  return net::Client(options).send(request).value();
}

// A page of some origin in a browser: what it sends, and whether its browser lets it read.
class Page {
 public:
  Page(std::uint16_t agent, std::string origin) : agent_(agent), origin_(std::move(origin)) {}
  [[nodiscard]] net::Response get(const std::string& path) const {
    return ask(agent_, net::Method::get, "/agent/v1/" + path, {{"Origin", origin_}});
  }
  [[nodiscard]] net::Response post(const std::string& path, const std::string& body) const {
    return ask(agent_, net::Method::post, "/agent/v1/" + path,
               {{"Origin", origin_}, {"Content-Type", "application/json"}, {"X-Yinxin-Page", "1"}}, body);
  }
  [[nodiscard]] std::future<net::Response> post_and_wait(const std::string& path, const std::string& body) const {
    return std::async(std::launch::async, [*this, path, body] { return post(path, body); });
  }
  [[nodiscard]] bool may_read(const net::Response& response) const {
    return field_of(response, "Access-Control-Allow-Origin") == origin_;
  }
  [[nodiscard]] std::string consent() const { return text_in(object_of(get("status")), "consent"); }

 private:
  std::uint16_t agent_;
  std::string origin_;
};

class AgentForPages : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scene_ = std::make_unique<Scene>(fs::temp_directory_path() / ("agent_pages_" + std::to_string(getpid())),
                                     scene::Until::submitted, std::vector{scene::registration, scene::review});
  }
  static void TearDownTestSuite() { scene_.reset(); }

  void SetUp() override {
    office_ = scene_->fresh();
    setenv("YINXIN_SOFT_TOKENS", (office_ / "tokens").c_str(), 1);
    house_ =
        office::House::open((office_ / "data").string(), YX_SOURCE_DIR "/profiles", scene_->boot(), clock_).value();
    service_ = std::make_unique<office::DeskService>(office::DeskService::Parts{
        .house = *house_,
        .writer = writer_,
        .clock = clock_,
        .random = random_,
        .origin = [this] { return desk_origin(); },
        .papers_origin = [] { return std::string("http://localhost:1"); },
        .outside = {.requery = [](const std::string&) -> Result<void> { return {}; },
                    .order_courier = [](const std::string&) -> Result<std::string> { return std::string("none"); },
                    .send_code = [](const std::string&, const std::string&, const std::string&) -> Result<Bytes> {
                      return fail(ErrorCode::unsupported, "no codes here");
                    }}});
    net::Router router;
    service_->add_desk_routes(router);
    desk_ = net::Server::start({}, std::move(router), clock_).value();
    issuing_ = (office_ / "issuing.cer").string();
    const Bytes der = to_bytes(house_->issuing().der());
    std::ofstream(issuing_, std::ios::binary) << text_of(der);
  }
  void TearDown() override {
    agent_.reset();
    desk_->stop();
    desk_.reset();
    service_.reset();
    house_.reset();
  }

  [[nodiscard]] std::string desk_origin() const { return "http://127.0.0.1:" + std::to_string(desk_->port()); }
  [[nodiscard]] std::string folder() const { return (office_ / "agent").string(); }
  // The agent in its terminal; these origins are allowed by its operator.
  void start(const std::vector<std::string>& allowed = {}, bool signs = true) {
    std::vector<std::string> words{"serve", "--port", "0", "--folder", folder(), "--library", YX_SOFT_SKF};
    for (const std::string& one : allowed) {
      words.insert(words.end(), {"--allow-origin", one});
    }
    if (signs) {
      words.insert(words.end(), {"--issuing-ca", issuing_, "--environment", "demo"});
    }
    agent_ = std::make_unique<AgentProcess>(words);
    port_ = agent_->port();
  }
  [[nodiscard]] Page page(const std::string& origin) const { return {port_, origin}; }
  [[nodiscard]] Page desk_page() const { return page(desk_origin()); }
  [[nodiscard]] support::Ran consents(const std::string& words) const {
    return support::run_joined(std::string(YX_AGENT) + " consents " + words + " --folder " + folder());
  }

  net::Response at_desk(net::Method method, const std::string& path, const std::string& type, const std::string& body,
                        const std::string& token = {}) const {
    Fields fields{{"X-Yinxin-Desk", "1"}, {"Origin", desk_origin()}};
    if (!type.empty()) {
      fields.emplace_back("Content-Type", type);
    }
    if (!token.empty()) {
      fields.emplace_back("Cookie", "yx_desk=" + token);
    }
    return ask(desk_->port(), method, "/desk/v1/" + path, fields, body);
  }
  [[nodiscard]] std::string login_wish(const std::string& device) const {
    const auto challenge = at_desk(net::Method::post, "challenge", "application/json", "{}");
    return R"({"device":")" + device + R"(","challenge":)" + std::string(text_of(challenge.body.view())) + "}";
  }
  // As the desk's page logs in, with the officer at the window; the session's token.
  std::string log_in(scene::Place place) {
    auto signing = desk_page().post_and_wait("login", login_wish(scene::officer_serial(place)));
    agent_->wait_for(pin_question);
    agent_->type(scene::officer_pin);
    const net::Response login = signing.get();
    EXPECT_EQ(login.status, 200) << text_of(login.body.view());
    const auto in = at_desk(net::Method::post, "login", "application/json", std::string(text_of(login.body.view())));
    EXPECT_EQ(in.status, 200) << text_of(in.body.view());
    const std::string cookie = field_of(in, "Set-Cookie");
    return cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
  }
  [[nodiscard]] object bundle(const std::string& token, const std::string& decision) const {
    const auto offered = at_desk(
        net::Method::get, "cases/" + std::string(case_number) + "/approval-bundle?decision=" + decision, "", "", token);
    EXPECT_EQ(offered.status, 200) << text_of(offered.body.view());
    return object_of(offered);
  }
  static std::string approve_wish(scene::Place place, object offered) {
    return boost::json::serialize(object{{"device", scene::officer_serial(place)}, {"bundle", std::move(offered)}});
  }
  // The officer reads, finds the code in the text, types it and the PIN.
  std::string read_and_sign(const std::string& pin = scene::officer_pin) {
    const std::string text = agent_->wait_for(code_question);
    const std::string before = "核对码 / code: ";
    const std::size_t at = text.find(before);
    EXPECT_NE(at, std::string::npos) << text;
    agent_->type(text.substr(at + before.size(), 8));
    agent_->wait_for(pin_question);
    agent_->type(pin);
    return text;
  }
  [[nodiscard]] std::string state_of_case(const std::string& token) const {
    const auto shown = object_of(at_desk(net::Method::get, "cases/" + std::string(case_number), "", "", token));
    return text_in(shown.at("state").as_object(), "code");
  }

  static std::unique_ptr<Scene> scene_;
  SetClock clock_{SystemClock().now()};
  SystemRandom random_;
  std::mutex writer_;
  fs::path office_;
  std::string issuing_;
  std::unique_ptr<office::House> house_;
  std::unique_ptr<office::DeskService> service_;
  std::unique_ptr<net::Server> desk_;
  std::unique_ptr<AgentProcess> agent_;
  std::uint16_t port_ = 0;
};
std::unique_ptr<Scene> AgentForPages::scene_;

TEST_F(AgentForPages, AForeignHostOrOriginIsToldNothing) {
  start({desk_origin()});
  for (const char* origin : {"null", "file://", "chrome-extension://abcdefgh", "http://desk.example", "", "*",
                             "https://desk.example/path"}) {
    for (const char* path : {"status", "devices"}) {
      const auto refused = page(origin).get(path);
      EXPECT_EQ(refused.status, 403) << origin;
      EXPECT_EQ(reason_of(refused), "agent.foreign") << origin;
      EXPECT_EQ(field_of(refused, "Access-Control-Allow-Origin"), "") << origin;
    }
  }
  EXPECT_EQ(ask(port_, net::Method::get, "/agent/v1/status", {}).status, 403) << "no Origin at all";
  const std::string port = ":" + std::to_string(port_);
  for (const std::string& host : {"evil.example" + port, std::string("127.0.0.1"), std::string("localhost:1"),
                                  "127.0.0.1.evil.example" + port, "localhost" + port}) {
    net::testing::RawClient raw(port_);
    ASSERT_TRUE(raw.say("GET /agent/v1/devices HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + desk_origin() +
                        "\r\nConnection: close\r\n\r\n"));
    const std::string heard = raw.hear_all();
    EXPECT_EQ(heard.starts_with("HTTP/1.1 200"), host == "localhost" + port) << host << "\n" << heard;
    EXPECT_EQ(heard.find("OFFICER") != std::string::npos, host == "localhost" + port) << host;
  }
  net::testing::RawClient twice(port_);
  ASSERT_TRUE(twice.say("GET /agent/v1/devices HTTP/1.1\r\nHost: 127.0.0.1" + port + "\r\nOrigin: " + desk_origin() +
                        "\r\nOrigin: " + desk_origin() + "\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(twice.hear_all().starts_with("HTTP/1.1 403"));
}

TEST_F(AgentForPages, WithoutConsentNothingIsToldButThatThereIsNone) {
  start();
  const Page foreign = page("https://evil.example");
  const auto status = foreign.get("status");
  EXPECT_EQ(status.status, 200);
  EXPECT_TRUE(foreign.may_read(status));
  EXPECT_EQ(object_of(status), (object{{"name", "yinxin-agent"}, {"consent", "none"}}));
  const std::vector<net::Response> refused{foreign.get("devices"), foreign.post("login", login_wish("OFFICER-0")),
                                           foreign.post("login", login_wish("NOBODY-0")),
                                           foreign.post("approve", "{}")};
  for (const net::Response& one : refused) {
    EXPECT_EQ(one.status, 403);
    EXPECT_FALSE(foreign.may_read(one));
    EXPECT_EQ(text_of(one.body.view()), text_of(refused.front().body.view())) << "not even whether a device is there";
  }
  EXPECT_EQ(agent_->unread(), "") << "nothing is asked of the person either";
}

TEST_F(AgentForPages, ABodyIsNotTakenFromAPageThatMayNotSendIt) {
  start();
  net::testing::RawClient raw(port_);
  // Of 100 MB that are announced not one byte is sent: the header alone is answered.
  ASSERT_TRUE(
      raw.say("POST /agent/v1/approve HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
              "\r\nOrigin: https://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 100000000\r\n\r\n"));
  EXPECT_TRUE(raw.hear_all().starts_with("HTTP/1.1 403"));
}

TEST_F(AgentForPages, BrowsersAskBeforeTheySend) {
  start({desk_origin()});
  const auto preflight = [&](const std::string& origin, const std::string& path, const Fields& more) {
    Fields fields{{"Origin", origin}, {"Access-Control-Request-Method", "POST"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return ask(port_, net::Method::options, "/agent/v1/" + path, fields);
  };
  const auto granted = preflight(desk_origin(), "login", {{"Access-Control-Request-Private-Network", "true"}});
  EXPECT_EQ(granted.status, 204);
  EXPECT_EQ(field_of(granted, "Access-Control-Allow-Origin"), desk_origin());
  EXPECT_EQ(field_of(granted, "Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(field_of(granted, "Access-Control-Allow-Headers"), "Content-Type, X-Yinxin-Page");
  EXPECT_EQ(field_of(granted, "Access-Control-Allow-Private-Network"), "true");
  EXPECT_EQ(field_of(granted, "Access-Control-Allow-Local-Network"), "");
  EXPECT_EQ(field_of(granted, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(field_of(granted, "Vary"), "Origin");
  const auto local = preflight(desk_origin(), "login", {{"Access-Control-Request-Local-Network", "true"}});
  EXPECT_EQ(field_of(local, "Access-Control-Allow-Local-Network"), "true");
  const auto foreign = preflight("https://evil.example", "login", {{"Access-Control-Request-Private-Network", "true"}});
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(field_of(foreign, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(field_of(foreign, "Access-Control-Allow-Private-Network"), "");
  EXPECT_EQ(preflight("https://evil.example", "consent", {}).status, 204) << "whoever may ask for consent may send";
  EXPECT_EQ(preflight("null", "consent", {}).status, 403);
  // What a page could send without being asked about it first is refused.
  const std::string path = "/agent/v1/login";
  for (const Fields& fields :
       {Fields{{"Origin", desk_origin()}, {"Content-Type", "application/json"}},
        Fields{{"Origin", desk_origin()}, {"X-Yinxin-Page", "1"}},
        Fields{{"Origin", desk_origin()}, {"Content-Type", "text/plain"}, {"X-Yinxin-Page", "1"}}}) {
    const auto refused = ask(port_, net::Method::post, path, fields, login_wish("OFFICER-0"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(reason_of(refused), "agent.bad_request");
  }
}

TEST_F(AgentForPages, ConsentIsGivenInTheWindowKeptAndTakenBack) {
  start();
  const Page desk = desk_page();
  EXPECT_EQ(desk.consent(), "none");
  auto waiting = desk.post_and_wait("consent", "{}");
  EXPECT_NE(agent_->wait_for(consent_question).find("origin: " + desk_origin()), std::string::npos);
  EXPECT_EQ(desk.consent(), "asked");
  const Page other = page("https://other.example");
  EXPECT_EQ(other.consent(), "none");
  const auto busy = other.post("consent", "{}");
  EXPECT_EQ(busy.status, 409);
  EXPECT_EQ(reason_of(busy), "agent.busy");
  agent_->type("y");
  const auto granted = waiting.get();
  EXPECT_EQ(granted.status, 200);
  EXPECT_TRUE(desk.may_read(granted));
  EXPECT_EQ(object_of(granted), (object{{"consent", "granted"}}));
  EXPECT_EQ(desk.post("consent", "{}").status, 200) << "it is not asked twice";
  EXPECT_EQ(text_in(object_of(desk.get("status")), "version"), YX_VERSION);
  struct stat about {};
  ASSERT_EQ(stat((fs::path(folder()) / "consents.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);

  const auto told = desk.get("devices");
  EXPECT_TRUE(desk.may_read(told));
  std::map<std::string, std::size_t> certificates;
  const object devices = object_of(told);
  for (const auto& one : devices.at("devices").as_array()) {
    const object& device = one.as_object();
    certificates[text_in(device, "serial")] = device.at("certificates").as_array().size();
    for (const auto& certificate : device.at("certificates").as_array()) {
      const std::string use = text_in(certificate.as_object(), "use");
      const scene::Place place =
          text_in(device, "serial") == scene::officer_serial(scene::review) ? scene::review : scene::registration;
      const auto& expected = use == "login" ? scene_->login_certificate(place) : scene_->approval_certificate(place);
      EXPECT_EQ(text_in(certificate.as_object(), "serial"), to_hex(expected.serial())) << use;
    }
  }
  EXPECT_EQ(certificates, (std::map<std::string, std::size_t>{{scene::officer_serial(scene::registration), 2},
                                                              {scene::officer_serial(scene::review), 2},
                                                              {scene::device_serial, 0}}));

  EXPECT_NE(consents("list").output.find(desk_origin()), std::string::npos);
  EXPECT_EQ(consents("remove " + desk_origin()).status, 0);
  EXPECT_EQ(desk.get("devices").status, 403) << "it counts at once";
  EXPECT_EQ(desk.consent(), "none");
  EXPECT_EQ(consents("remove " + desk_origin()).status, 3);
  EXPECT_EQ(agent_->end(), 0);
}

TEST_F(AgentForPages, WhoeverWasRefusedIsNotAskedAgain) {
  start();
  const Page desk = desk_page();
  auto waiting = desk.post_and_wait("consent", "{}");
  agent_->wait_for(consent_question);
  agent_->type("n");
  const auto refused = waiting.get();
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(reason_of(refused), "agent.refused");
  EXPECT_EQ(desk.consent(), "refused");
  agent_->wait_for("has it asked anew\r\n");
  EXPECT_EQ(desk.post("consent", "{}").status, 403);
  EXPECT_EQ(desk.get("devices").status, 403);
  EXPECT_EQ(agent_->unread(), "");
  EXPECT_EQ(desk.post("consent", R"({"origin":"https://a"})").status, 400) << "an origin is a browser's to name";
}

TEST_F(AgentForPages, ALoginEndsInASessionAndNamesTheOriginThatAsked) {
  const std::string elsewhere = "https://other.example";
  start({desk_origin(), elsewhere});
  const std::string token = log_in(scene::registration);
  const auto me = object_of(at_desk(net::Method::get, "me", "", "", token));
  EXPECT_EQ(text_in(me, "role"), "registration_officer");
  EXPECT_EQ(agent_->unread().find(scene::officer_pin), std::string::npos);
  // The desk's challenge, carried to another page: signed with that page's name, and worth nothing at the desk.
  auto signing = page(elsewhere).post_and_wait("login", login_wish(scene::officer_serial(scene::registration)));
  const std::string shown = agent_->wait_for(pin_question);
  EXPECT_NE(shown.find("origin: " + elsewhere), std::string::npos) << shown;
  agent_->type(scene::officer_pin);
  const auto login = signing.get();
  ASSERT_EQ(login.status, 200);
  EXPECT_EQ(at_desk(net::Method::post, "login", "application/json", std::string(text_of(login.body.view()))).status,
            403);
  EXPECT_EQ(agent_->shown().find(scene::officer_pin), std::string::npos) << "the PIN has no echo";
}

TEST_F(AgentForPages, ALoginWishThatIsNoneIsRefused) {
  start({desk_origin()});
  const Page desk = desk_page();
  for (const char* bad :
       {"", "[]", "{}", "null", R"({"device":"OFFICER-0"})", R"({"device":1,"challenge":{"nonce":"00"}})",
        R"({"device":"OFFICER-0","challenge":"00"})", R"({"device":"OFFICER-0","challenge":{"nonce":""}})",
        R"({"device":"OFFICER-0","challenge":{"nonce":"00\nyinxin"}})",
        R"({"device":"OFFICER-0","challenge":{"nonce":12}})"}) {
    EXPECT_EQ(desk.post("login", bad).status, 400) << bad;
  }
  EXPECT_EQ(
      desk.post("login", R"({"device":"OFFICER-0","challenge":{"nonce":")" + std::string(258, '0') + "\"}}").status,
      400);
  const auto absent = desk.post("login", login_wish("NOBODY-0"));
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(reason_of(absent), "agent.no_device");
  const auto no_officer = desk.post("login", login_wish(scene::device_serial));
  EXPECT_EQ(no_officer.status, 404);
  EXPECT_EQ(reason_of(no_officer), "agent.no_certificate");
  EXPECT_EQ(agent_->unread(), "");
}

TEST_F(AgentForPages, AWrongPinIsCountedUntilItLocks) {
  start({desk_origin()});
  const std::string wish = login_wish(scene::officer_serial(scene::review));
  const auto try_pin = [&](const std::string& pin) {
    auto signing = desk_page().post_and_wait("login", wish);
    agent_->wait_for(pin_question);
    agent_->type(pin);
    return signing.get();
  };
  EXPECT_EQ(reason_of(try_pin("")), "agent.refused") << "no PIN, no try";
  for (std::uint32_t left = token::default_pin_retries - 1; left > 0; --left) {
    const auto wrong = try_pin("not-the-pin");
    EXPECT_EQ(wrong.status, 403);
    EXPECT_EQ(reason_of(wrong), "agent.pin_wrong");
    EXPECT_EQ(object_of(wrong).at("tries_left"), left);
    agent_->wait_for("tries left: " + std::to_string(left));
  }
  EXPECT_EQ(try_pin("not-the-pin").status, 423);
  const auto locked = try_pin(scene::officer_pin);
  EXPECT_EQ(locked.status, 423);
  EXPECT_EQ(reason_of(locked), "agent.pin_locked");
}

TEST_F(AgentForPages, TwoOfficersSignWhatTheWindowShowsThem) {
  start({desk_origin()});
  const std::string first = log_in(scene::registration);
  const std::string sign_path = "cases/" + std::string(case_number);
  auto signing = desk_page().post_and_wait("approve", approve_wish(scene::registration, bundle(first, "accept")));
  const std::string text = read_and_sign();
  for (const char* line : {"受理 / accept", "单位: 深圳演示建设有限公司", "统一社会信用代码: 91370100724250187M",
                           case_number, "12 个月", "application_form  SM3 ", "应收 200.00 元", "环境 demo", "公章"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  EXPECT_NE(text.find("origin: " + desk_origin()), std::string::npos);
  const auto accepted = signing.get();
  ASSERT_EQ(accepted.status, 200) << text_of(accepted.body.view());
  const Bytes s1 = from_base64(text_in(object_of(accepted), "approval")).value();
  const auto handed = at_desk(net::Method::post, sign_path + "/acceptance", "application/octet-stream",
                              std::string(text_of(s1)), first);
  ASSERT_EQ(handed.status, 200) << text_of(handed.body.view());
  // What was shown is what was signed: the code that was typed is of these very bytes.
  const auto statement = cms::SignedData::parse(s1).value();
  EXPECT_NE(text.find("code: " + to_hex(crypto::sm3(*statement.content)).substr(0, 8)), std::string::npos);

  const std::string second = log_in(scene::review);
  auto reviewing = desk_page().post_and_wait("approve", approve_wish(scene::review, bundle(second, "approve")));
  EXPECT_NE(read_and_sign().find("复核批准 / approve"), std::string::npos);
  const auto approved = reviewing.get();
  ASSERT_EQ(approved.status, 200) << text_of(approved.body.view());
  const Bytes s2 = from_base64(text_in(object_of(approved), "approval")).value();
  ASSERT_EQ(at_desk(net::Method::post, sign_path + "/second-approval", "application/octet-stream",
                    std::string(text_of(s2)), second)
                .status,
            200);
  EXPECT_EQ(state_of_case(second), "approved");
  // The vault judges the bundle before it permits anything.
  const auto permitted =
      office::permit_line(*house_, case_number, scene::case_line, scene::device_serial, scene_->station_certificate(),
                          scene_->approval_certificate(scene::production));
  EXPECT_TRUE(permitted) << permitted.error().describe();
  EXPECT_EQ(agent_->shown().find(scene::officer_pin), std::string::npos);
}

TEST_F(AgentForPages, ABundleThatThePageChangedIsNeitherShownNorSigned) {
  start({desk_origin()});
  const Page desk = desk_page();
  const std::string token = log_in(scene::registration);
  agent_->wait_for("已完成 / done\r\n");
  const object good = bundle(token, "accept");
  const auto changed = [](const object& from, std::string_view key, std::size_t at) {
    object other = from;
    Bytes bytes = from_base64(text_in(from, key)).value();
    bytes[at % bytes.size()] ^= 1U;
    other[key] = to_base64(bytes);
    return other;
  };
  const auto expect_refused = [&](const object& offered, int status) {
    const auto refused = desk.post("approve", approve_wish(scene::registration, offered));
    EXPECT_EQ(refused.status, status) << text_of(refused.body.view());
    EXPECT_EQ(agent_->unread().find(case_number), std::string::npos) << "shown before it was judged";
  };
  const std::size_t snapshot_size = from_base64(text_in(good, "snapshot")).value().size();
  for (const std::size_t at : {std::size_t{0}, snapshot_size / 3, snapshot_size / 2, snapshot_size - 1}) {
    expect_refused(changed(good, "snapshot", at), 400);
  }
  // Of the manifest its content: whether its signatures hold is the vault's to judge, which has its own copy.
  expect_refused(changed(good, "manifest", from_base64(text_in(good, "manifest")).value().size() / 3), 400);
  using Change = void (*)(trust::ApprovalContent&);
  const Change changes[] = {[](trust::ApprovalContent& c) { c.money.received_fen += 1; },
                            [](trust::ApprovalContent& c) { c.lines.front().validity_months += 12; },
                            [](trust::ApprovalContent& c) { c.requester = "somebody else"; },
                            [](trust::ApprovalContent& c) { c.snapshot_hash[0] ^= 1U; }};
  for (const Change change : changes) {
    auto content = trust::ApprovalContent::parse(from_base64(text_in(good, "content")).value()).value();
    change(content);
    object other = good;
    other["content"] = to_base64(content.to_der());
    expect_refused(other, 400);
  }
  object other_material = good;
  object& material = other_material["materials"].as_array().front().as_object();
  material = changed(material, "original", 0);
  expect_refused(other_material, 400);
  object other_receipt = good;
  auto& receipt = other_receipt["evidence"].as_array().front();
  Bytes bytes = from_base64(std::string(receipt.as_string())).value();
  bytes[bytes.size() / 2] ^= 1U;
  receipt = to_base64(bytes);
  expect_refused(other_receipt, 400);
  expect_refused(object{}, 400);
  EXPECT_EQ(desk.post("approve", R"({"device":"OFFICER-0","bundle":1})").status, 400);
  // The reviewer's key accepts nothing, and a login key has no part in it.
  const auto other_role = desk.post("approve", approve_wish(scene::review, good));
  EXPECT_EQ(other_role.status, 403);
  EXPECT_EQ(reason_of(other_role), "agent.not_this_officer");
  EXPECT_EQ(agent_->unread().find(case_number), std::string::npos);
  EXPECT_EQ(state_of_case(token), "awaiting_acceptance");
}

TEST_F(AgentForPages, NothingIsSignedWithoutTheCodeOrWithAWrongPin) {
  start({desk_origin()});
  const std::string token = log_in(scene::registration);
  const std::string wish = approve_wish(scene::registration, bundle(token, "accept"));
  auto signing = desk_page().post_and_wait("approve", wish);
  agent_->wait_for(code_question);
  agent_->type("y");
  const auto declined = signing.get();
  EXPECT_EQ(declined.status, 403);
  EXPECT_EQ(reason_of(declined), "agent.refused");
  signing = desk_page().post_and_wait("approve", wish);
  read_and_sign("not-the-pin");
  const auto wrong = signing.get();
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(reason_of(wrong), "agent.pin_wrong");
  EXPECT_EQ(object_of(wrong).if_contains("approval"), nullptr);
  EXPECT_EQ(state_of_case(token), "awaiting_acceptance");
}

TEST_F(AgentForPages, AMachineThatWasNotToldForWhomSignsNothing) {
  start({desk_origin()}, false);
  const auto refused = desk_page().post("approve", approve_wish(scene::registration, {}));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(reason_of(refused), "agent.not_set_up");
}

TEST_F(AgentForPages, WhoAsksWhenTheAgentEndsIsToldSo) {
  start({desk_origin()});
  auto signing = desk_page().post_and_wait("login", login_wish(scene::officer_serial(scene::registration)));
  agent_->wait_for(pin_question);
  EXPECT_EQ(agent_->end(), 0);
  const auto ended = signing.get();
  EXPECT_EQ(ended.status, 503);
  EXPECT_EQ(reason_of(ended), "agent.closed");
}

TEST_F(AgentForPages, WithoutATerminalItDoesNotServe) {
  const auto ran = support::run_joined("setsid --wait " YX_AGENT " serve --port 0 --folder " + folder() +
                                       " --library " YX_SOFT_SKF " </dev/null");
  EXPECT_EQ(ran.status, 3) << ran.output;
  EXPECT_NE(ran.output.find("terminal"), std::string::npos) << ran.output;
}

}  // namespace
}  // namespace yinxin::agent_test
