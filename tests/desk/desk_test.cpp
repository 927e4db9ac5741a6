// The desk over HTTP with a real office behind it: who is let in, what is refused, and a line made from the first
// signature to the holder's own PIN.

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

#include "agent/deeds.h"
#include "api/routes/desk/personal.h"
#include "audit/line.h"
#include "net/server.h"
#include "scene/scene.h"
#include "yinxin/office/desk_ports.h"
#include "yinxin/office/holder_service.h"

namespace yinxin::desk_test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using scene::case_line;
using scene::case_number;
using scene::Place;
using scene::Scene;

SecretBytes secret(std::string_view text) { return SecretBytes(to_bytes(bytes_of(text))); }

// Reads like an officer: says yes when the code stands in the text.
class Reader final : public token::ApprovalWindow {
 public:
  Result<bool> confirm(const std::string& text, const std::string& code) override {
    shown = text;
    return says_yes && text.find(code) != std::string::npos;
  }
  std::string shown;
  bool says_yes = true;
};

boost::json::object parsed(const Result<std::string>& answer) {
  EXPECT_TRUE(answer) << answer.error().describe();
  return answer ? boost::json::parse(*answer).as_object() : boost::json::object();
}
std::string state_of(const boost::json::object& shown) {
  return std::string(shown.at("state").as_object().at("code").as_string());
}

class DeskOverHttp : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scene_ = std::make_unique<Scene>(fs::temp_directory_path() / ("desk_http_" + std::to_string(getpid())),
                                     scene::Until::submitted);
  }
  static void TearDownTestSuite() { scene_.reset(); }

  void SetUp() override {
    const fs::path office = scene_->fresh();
    office_ = office;
    setenv("YINXIN_SOFT_TOKENS", (office / "tokens").c_str(), 1);
    house_ = office::House::open((office / "data").string(), YX_SOURCE_DIR "/profiles", scene_->boot(), clock_).value();
    service_ = std::make_unique<office::DeskService>(office::DeskService::Parts{
        .house = *house_,
        .writer = writer_,
        .clock = clock_,
        .random = random_,
        .origin = [this] { return url(); },
        .papers_origin = [this] { return papers_url(); },
        .outside = {.requery = [this](const std::string&) -> Result<void> {
                      ++requeries_;
                      return {};
                    },
                    .order_courier = [this](const std::string& id) -> Result<std::string> {
                      ++couriers_;
                      return "SF-" + id;
                    },
                    .send_code = [this](const std::string& line, const std::string& device,
                                        const std::string& mobile) { return send_code(line, device, mobile); },
                    .programmes = [this] { return offers_; }}});
    holders_.emplace(office::HolderService::Parts{
        .vault = house_->doors(), .pin = house_->pin(), .desk = *service_, .writer = &writer_});
    net::Router router;
    service_->add_desk_routes(router);
    api::add_holder_routes(router, holders_->ports());
    server_ = net::Server::start({}, std::move(router), clock_).value();
    net::Router papers;
    service_->add_paper_routes(papers);
    papers_ = net::Server::start({}, std::move(papers), clock_).value();
  }
  // The outside, with a provider that only remembers.
  Result<Bytes> send_code(const std::string& line, const std::string& device, const std::string& mobile) {
    YX_TRY(const auto drawn, house_->outside().draw_code(
                                 line, device, [this](BytesView order) { return house_->pin().order(order); },
                                 house_->pin().certificate()));
    if (!mobile.empty()) {
      messages_.emplace_back(mobile, drawn.digits.expose_text());
    }
    return to_bytes(drawn.challenge);
  }
  void TearDown() override {
    server_->stop();
    papers_.reset();
    server_.reset();
    holders_.reset();
    service_.reset();
    house_.reset();
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  [[nodiscard]] std::string papers_url() const { return "http://localhost:" + std::to_string(papers_->port()); }
  agent::Remote remote() { return agent::Remote::at(url(), {}).value(); }
  agent::DeskClient stranger() { return agent::DeskClient(remote()); }
  // The line's certificates and seal, onto this token, at the station; what goes wrong on the way is refused.
  void make_line(agent::DeskClient& desk, token::Ukey& ukey, Bytes& seal) {
    const agent::LineOf which{.id = case_number, .line = case_line};
    const agent::Station station{
        .certificate = scene_->station_certificate(), .key = scene_->station_key(), .roles_ca = house_->roles()};
    const auto keyed = agent::key_line(desk, which, ukey, scene::container, station,
                                       {.administrator = secret(scene::intake_pin), .user = secret(scene::intake_pin)},
                                       scene_->approval_certificate(scene::production),
                                       scene_->approval_key(scene::production), clock_);
    ASSERT_TRUE(keyed) << keyed.error().describe();
    ASSERT_TRUE(desk.issue(case_number, case_line));
    EXPECT_FALSE(desk.certificates(case_number, case_line));  // its seal comes first
    seal = desk.make_seal(case_number, case_line).value();
    const auto dispatch_early = desk.dispatch(case_number);
    EXPECT_EQ(dispatch_early.error().code, ErrorCode::wrong_state);
    EXPECT_EQ(couriers_, 0);
    // A station does not believe a PIN domain that another authority certified.
    const agent::Station misled{.certificate = station.certificate, .key = station.key, .roles_ca = house_->issuing()};
    EXPECT_EQ(
        agent::write_line(desk, which, ukey, scene::container, misled, *keyed, random_, clock_.now()).error().code,
        ErrorCode::forbidden);
    for (int twice = 0; twice < 2; ++twice) {
      const auto written =
          agent::write_line(desk, which, ukey, scene::container, station, *keyed, random_, clock_.now());
      ASSERT_TRUE(written) << written.error().describe();
    }
  }
  agent::DeskClient logged_in(Place place) {
    agent::DeskClient desk(remote());
    const auto in = desk.log_in(scene_->login_certificate(place), scene_->login_key(place));
    EXPECT_TRUE(in) << in.error().describe();
    return desk;
  }
  token::Approver approver(Place place) {
    return {.certificate = scene_->approval_certificate(place),
            .signer = &scene_->approval_key(place),
            .ca_key_hash = pki::issuer_id(house_->issuing().public_key()),
            .environment = "demo"};
  }
  Result<std::string> decide(agent::DeskClient& desk, Place place, trust::Decision decision) {
    return agent::decide(desk, case_number, decision, {}, approver(place), window_, random_, clock_.now());
  }
  void accept_and_approve() {
    auto registration = logged_in(scene::registration);
    EXPECT_EQ(state_of(parsed(decide(registration, scene::registration, trust::Decision::accept))), "awaiting_review");
    auto review = logged_in(scene::review);
    EXPECT_EQ(state_of(parsed(decide(review, scene::review, trust::Decision::approve))), "approved");
  }
  // A request of a page's, with what the caller gives as its fields.
  net::Response raw(net::Method method, const std::string& path,
                    const std::vector<std::pair<std::string, std::string>>& fields, const std::string& body = {}) {
    return raw_at("127.0.0.1", server_->port(), method, path, fields, body);
  }
  static net::Response raw_at(const std::string& host, std::uint16_t port, net::Method method, const std::string& path,
                              const std::vector<std::pair<std::string, std::string>>& fields, const std::string& body) {
    net::ClientRequest request{.method = method, .target = path, .body = to_bytes(bytes_of(body))};
    for (const auto& [name, value] : fields) {
      request.headers.add(name, value);
    }
    net::ClientOptions options;
    options.host = host;
    options.port = port;
    return net::Client(options).send(request).value();
  }

  [[nodiscard]] std::string audit_file() const { return (office_ / "data/audit/desk.log").string(); }
  // Of this kind in the desk's audit, the oldest first.
  [[nodiscard]] std::vector<audit::Deed> deeds(std::string_view action) const {
    std::vector<audit::Deed> found;
    std::ifstream file(audit_file());
    for (std::string line; std::getline(file, line);) {
      const auto entry = audit::entry_of(line);
      EXPECT_TRUE(entry) << line;
      if (entry && entry->deed.action == action) {
        found.push_back(entry->deed);
      }
    }
    return found;
  }

  static std::unique_ptr<Scene> scene_;
  fs::path office_;
  SetClock clock_{SystemClock().now()};
  SystemRandom random_;
  std::mutex writer_;
  std::unique_ptr<office::House> house_;
  std::unique_ptr<office::DeskService> service_;
  std::optional<office::HolderService> holders_;
  std::unique_ptr<net::Server> server_, papers_;
  Reader window_;
  int requeries_ = 0;
  int couriers_ = 0;
  std::vector<std::shared_ptr<const hall::Offer>> offers_;
  std::vector<std::pair<std::string, std::string>> messages_;  // number and code
};
std::unique_ptr<Scene> DeskOverHttp::scene_;

TEST_F(DeskOverHttp, OnlyALoginCertificateOfAnOfficerOpensASession) {
  auto desk = stranger();
  const auto by_approval =
      desk.log_in(scene_->approval_certificate(scene::registration), scene_->approval_key(scene::registration));
  EXPECT_EQ(by_approval.error().code, ErrorCode::forbidden);
  EXPECT_NE(by_approval.error().detail.find("login.certificate"), std::string::npos) << by_approval.error().detail;
  const auto custodian =
      desk.log_in(scene_->login_certificate(scene::first_custodian), scene_->login_key(scene::first_custodian));
  EXPECT_NE(custodian.error().detail.find("login.role"), std::string::npos) << custodian.error().detail;
  const auto other_key = desk.log_in(scene_->login_certificate(scene::registration), scene_->login_key(scene::review));
  EXPECT_NE(other_key.error().detail.find("login.signature"), std::string::npos) << other_key.error().detail;
  EXPECT_EQ(desk.list("", 10).error().code, ErrorCode::not_signed_in);
  EXPECT_EQ(desk.show(case_number).error().code, ErrorCode::not_signed_in);
  auto officer = logged_in(scene::registration);
  EXPECT_EQ(parsed(officer.me()).at("role").as_string(), "registration_officer");
  ASSERT_TRUE(officer.log_out());
  EXPECT_EQ(officer.me().error().code, ErrorCode::not_signed_in);
}

TEST_F(DeskOverHttp, ANonceIsGoodOnceAndASessionEndsAfterAPause) {
  const auto challenge = raw(net::Method::post, "/desk/v1/challenge", {{"X-Yinxin-Desk", "1"}}, "{}");
  const std::string nonce(boost::json::parse(text_of(challenge.body.view())).as_object().at("nonce").as_string());
  const auto signature =
      scene_->login_key(scene::review).sign(bytes_of(api::desk_login_words(url(), nonce))).value().to_der();
  const std::string login = boost::json::serialize(
      boost::json::object{{"certificate", to_base64(scene_->login_certificate(scene::review).der())},
                          {"signature", to_base64(signature)},
                          {"nonce", nonce}});
  const auto first = raw(net::Method::post, "/desk/v1/login", {{"X-Yinxin-Desk", "1"}}, login);
  EXPECT_EQ(first.status, 200);
  const std::string cookie(first.headers.find("Set-Cookie").value_or(""));
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  EXPECT_EQ(raw(net::Method::post, "/desk/v1/login", {{"X-Yinxin-Desk", "1"}}, login).status, 410);
  auto desk = logged_in(scene::registration);
  ASSERT_TRUE(desk.show(case_number));
  clock_.set(clock_.now() + api::desk_idle_life);
  EXPECT_EQ(desk.show(case_number).error().code, ErrorCode::not_signed_in);
}

TEST_F(DeskOverHttp, APageOfAnotherOriginChangesNothing) {
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::registration), scene_->login_key(scene::registration)).value();
  const std::pair<std::string, std::string> cookie{"Cookie", "yx_desk=" + token};
  const std::string claim = std::string("/desk/v1/cases/") + case_number + "/claim";
  EXPECT_EQ(raw(net::Method::post, claim, {cookie}, "{}").status, 403);
  EXPECT_EQ(
      raw(net::Method::post, claim, {cookie, {"X-Yinxin-Desk", "1"}, {"Origin", "https://evil.example"}}, "{}").status,
      403);
  EXPECT_EQ(raw(net::Method::post, "/desk/v1/challenge", {}, "{}").status, 403);
  // The hall's own field is none of the desk's.
  EXPECT_EQ(raw(net::Method::post, claim, {cookie, {"X-Yinxin-Page", "1"}}, "{}").status, 403);
  EXPECT_EQ(parsed(desk.show(case_number)).at("claim"), nullptr);
  EXPECT_EQ(raw(net::Method::post, claim, {cookie, {"X-Yinxin-Desk", "1"}, {"Origin", url()}}, "{}").status, 200);
}

TEST_F(DeskOverHttp, WhoeverComesSecondLearnsWhoHasTheCaseAndSinceWhen) {
  auto first = logged_in(scene::registration);
  const auto claimed = parsed(first.claim(case_number));
  const std::string person(claimed.at("claim").as_object().at("person").as_string());
  auto second = logged_in(scene::second_registration);
  const auto refused = second.claim(case_number);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_NE(refused.error().detail.find(person), std::string::npos) << refused.error().detail;
  EXPECT_EQ(second.give_back(case_number, "why", {}).error().code, ErrorCode::conflict);
  EXPECT_EQ(decide(second, scene::second_registration, trust::Decision::accept).error().code, ErrorCode::conflict);
  auto review = logged_in(scene::review);
  EXPECT_EQ(review.claim(case_number).error().code, ErrorCode::forbidden);
  EXPECT_EQ(state_of(parsed(decide(first, scene::registration, trust::Decision::accept))), "awaiting_review");
}

TEST_F(DeskOverHttp, AnotherRolesStepsAreRefused) {
  auto production = logged_in(scene::production);
  EXPECT_EQ(production.approval_bundle(case_number, trust::Decision::accept, {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(production.refuse(case_number, "why").error().code, ErrorCode::forbidden);
  EXPECT_EQ(production.requery(case_number).error().code, ErrorCode::forbidden);
  auto registration = logged_in(scene::registration);
  EXPECT_EQ(registration.issue(case_number, case_line).error().code, ErrorCode::forbidden);
  EXPECT_EQ(registration.certificates(case_number, case_line).error().code, ErrorCode::forbidden);
  EXPECT_EQ(registration.approval_bundle(case_number, trust::Decision::approve, {}).error().code, ErrorCode::forbidden);
  // One officer's session does not hand in what another signed.
  const auto bundle = registration.approval_bundle(case_number, trust::Decision::accept, {}).value();
  const Bytes by_other = token::approve(bundle, trust::Decision::accept, approver(scene::second_registration), window_,
                                        random_, clock_.now())
                             .value();
  const auto handed = registration.hand_in(case_number, trust::Decision::accept, by_other);
  EXPECT_NE(handed.error().detail.find("login.other_person"), std::string::npos) << handed.error().detail;
  EXPECT_EQ(state_of(parsed(registration.show(case_number))), "awaiting_acceptance");
}

TEST_F(DeskOverHttp, AReturnTellsWhatMayBeChangedAndEvidenceIsAskedForAnew) {
  auto desk = logged_in(scene::registration);
  ASSERT_TRUE(desk.requery(case_number));
  EXPECT_EQ(requeries_, 1);
  const auto listed = parsed(desk.list("awaiting_acceptance", 10));
  ASSERT_EQ(listed.at("cases").as_array().size(), 1U);
  EXPECT_TRUE(parsed(desk.list("completed", 10)).at("cases").as_array().empty());
  EXPECT_EQ(desk.list("no_such_state", 10).error().code, ErrorCode::invalid_input);
  const auto returned =
      parsed(desk.give_back(case_number, "申请表未加盖公章", {{"materials.application_form", "请加盖公章"}}));
  EXPECT_EQ(state_of(returned), "returned");
  EXPECT_EQ(returned.at("reopened").as_object().at("materials.application_form").as_string(), "请加盖公章");
  EXPECT_EQ(returned.at("receipts").as_array().size(), 3U) << "carrier, face, payment";
  EXPECT_EQ(desk.show("YX0").error().code, ErrorCode::not_found);
}

TEST_F(DeskOverHttp, TheProgrammesTellWhatIsAssumed) {
  constexpr std::string_view path = "programmes/sz-works.yaml";
  std::ifstream file(std::string(YX_SOURCE_DIR "/") + std::string(path), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto checked = hall::programme::check(text, path);
  ASSERT_TRUE(checked.programme);
  offers_.push_back(std::make_shared<const hall::Offer>(
      hall::Offer{.programme = *checked.programme, .manifest = {}, .documents = {}}));
  EXPECT_EQ(raw(net::Method::get, "/desk/v1/programmes", {{"X-Yinxin-Desk", "1"}}).status, 401);
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::production), scene_->login_key(scene::production)).value();
  const auto told = raw(net::Method::get, "/desk/v1/programmes", {{"Cookie", "yx_desk=" + token}});
  ASSERT_EQ(told.status, 200);
  const auto listed = boost::json::parse(text_of(told.body.view())).at("programmes").as_array();
  ASSERT_EQ(listed.size(), 1U);
  const auto& assumed = listed.front().at("assumptions").as_array();
  ASSERT_EQ(assumed.size(), checked.programme->assumptions.size());
  ASSERT_FALSE(assumed.empty());
  EXPECT_EQ(assumed.front().at("path").as_string(), checked.programme->assumptions.front().path);
  EXPECT_EQ(listed.front().at("materials").as_array().front().at("slot").as_string(), "application_form");
  EXPECT_EQ(listed.front().at("manifest_sm3").as_string(), to_hex(checked.programme->manifest_hash));
}

TEST_F(DeskOverHttp, ARenditionComesInASandboxAndEveryReadingIsRecorded) {
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::registration), scene_->login_key(scene::registration)).value();
  const auto before = house_->desk_audit().record(
      {.role = "test", .subject = "test", .action = "test.before", .object = "test", .result = "done"});
  const auto link = parsed(desk.paper_link(case_number, "impression_sheet"));
  const std::string url(link.at("url").as_string());
  const std::string begin = papers_url() + "/papers/" + case_number + "/impression_sheet/";
  ASSERT_TRUE(url.starts_with(begin)) << url;
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const auto at_papers = [&](const std::string& where, const Fields& fields, const std::string& host = "localhost") {
    return raw_at(host, papers_->port(), net::Method::get, where, fields, {});
  };
  const std::string path = url.substr(papers_url().size());
  const auto shown = at_papers(path, {});
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.headers.find("Content-Type"), "image/png");
  EXPECT_EQ(shown.headers.find("Content-Security-Policy"),
            "default-src 'none'; sandbox; frame-ancestors " + this->url());
  EXPECT_EQ(shown.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(shown.headers.find("Set-Cookie"), std::nullopt);
  // Not beside a session, nor under the desk's own name; no other paper by this ticket; nothing of the desk's is there.
  const Fields with_session{{"Cookie", "yx_desk=" + token}};
  EXPECT_EQ(at_papers(path, with_session).status, 403);
  EXPECT_EQ(at_papers(path, {}, "127.0.0.1").status, 403);
  std::string other = path;
  other.replace(other.find("impression_sheet"), std::string("impression_sheet").size(), "application_form");
  EXPECT_EQ(at_papers(other, {}).status, 403);
  EXPECT_EQ(at_papers(std::string("/desk/v1/cases/") + case_number, with_session).status, 404);
  EXPECT_EQ(raw(net::Method::get, path, {}).status, 404) << "nor is a paper at the desk";
  ASSERT_TRUE(desk.show(case_number));
  ASSERT_TRUE(desk.list("", 1));
  const auto after = house_->desk_audit().record(
      {.role = "test", .subject = "test", .action = "test.after", .object = "test", .result = "done"});
  EXPECT_EQ(after.value().sequence - before.value().sequence, 4U);  // rendition, case, list, and this one
  EXPECT_EQ(desk.paper_link(case_number, "no_such_slot").error().code, ErrorCode::not_found);
}

TEST_F(DeskOverHttp, APersonsNumbersComeCoveredAndEachOneThatIsToldStandsInTheAuditFirst) {
  auto desk = logged_in(scene::registration);
  const std::string told = desk.show(case_number).value();
  for (const char* own : {"110105199003070092", "13800138001", "110105199003070076", "13800138000"}) {
    EXPECT_EQ(told.find(own), std::string::npos) << own;
  }
  const auto shown = boost::json::parse(told).as_object();
  const auto& requester = shown.at("requester").as_object();
  EXPECT_EQ(requester.at("name").as_string(), "张三");
  EXPECT_EQ(requester.at("resident_id").as_string(), "110***********0076");
  EXPECT_EQ(requester.at("mobile").as_string(), "138****8000");
  EXPECT_EQ(boost::json::serialize(shown.at("covered")),
            R"(["legal_id_number","legal_mobile","requester_id_number","requester_mobile"])");
  // Deeds answer with the same view.
  EXPECT_EQ(desk.claim(case_number).value().find("13800138000"), std::string::npos);
  for (const char* none : {"", "requester_mail", "requester_name", "lines.1.holder_id_number", "../x", "a\nb"}) {
    EXPECT_EQ(desk.reveal(case_number, none).error().code, ErrorCode::not_found) << none;
  }
  EXPECT_EQ(desk.reveal("YX0", "requester_mobile").error().code, ErrorCode::not_found);
  for (const Place other : {scene::production, scene::finance}) {
    auto colleague = logged_in(other);
    EXPECT_EQ(parsed(colleague.show(case_number)).at("requester").as_object().at("mobile").as_string(), "138****8000");
    EXPECT_EQ(colleague.reveal(case_number, "requester_mobile").error().code, ErrorCode::forbidden);
  }
  EXPECT_TRUE(deeds("case.personal.read").empty());
  EXPECT_EQ(parsed(desk.reveal(case_number, "requester_id_number")).at("value").as_string(), "110105199003070076");
  auto review = logged_in(scene::review);
  EXPECT_EQ(parsed(review.reveal(case_number, "legal_mobile")).at("value").as_string(), "13800138001");
  const auto recorded = deeds("case.personal.read");
  ASSERT_EQ(recorded.size(), 2U);
  EXPECT_EQ(recorded[0].object, std::string(case_number) + "/requester_id_number");
  EXPECT_EQ(recorded[0].role, "registration_officer");
  EXPECT_EQ(recorded[0].subject, parsed(desk.me()).at("person").as_string());
  EXPECT_EQ(recorded[1].object, std::string(case_number) + "/legal_mobile");
  EXPECT_EQ(recorded[1].role, "review_officer");
}

TEST(Personal, OfADeliveryTheTelephoneIsCoveredAndOfALineItsHolder) {
  trust::Snapshot shot;
  shot.requester = {.name = "张三", .resident_id = "110105199003070076", .mobile = "13800138000", .email = "zs@a.cn"};
  shot.delivery = "张三\n0755-82345678\n广东省/深圳市/福田区\n某路1号2001房\n518000\n";
  trust::SnapshotLine& line = shot.lines.emplace_back();
  line.number = 2;
  line.holder = trust::Person{.name = "李四", .resident_id = "110105199003070092", .mobile = "", .email = ""};
  const api::PersonalValues values = api::personal_values(shot);
  std::string fields;
  for (const auto& [field, value] : values) {
    fields += field + " ";
  }
  EXPECT_EQ(fields, "lines.2.holder_id_number mailing_address requester_id_number requester_mail requester_mobile ");
  EXPECT_EQ(values.at("mailing_address"), shot.delivery);
  EXPECT_EQ(api::covered("mailing_address", shot.delivery),
            "张三\n075******5678\n广东省/深圳市/福田区\n某路1号2001房\n518000\n");
  EXPECT_EQ(api::covered("lines.2.holder_id_number", "110105199003070092"), "110***********0092");
  EXPECT_EQ(api::covered("requester_mail", "zs@a.cn"), "z*@a.cn");
  EXPECT_EQ(api::covered("unit_name", "某某公司"), "某某公司");
}

TEST_F(DeskOverHttp, ABundleThatWasChangedOnItsWayIsNotSigned) {
  auto desk = logged_in(scene::registration);
  const token::ApprovalBundle good = desk.approval_bundle(case_number, trust::Decision::accept, {}).value();
  const auto sign = [&](const std::function<void(token::ApprovalBundle&)>& change) {
    token::ApprovalBundle bundle = good;
    change(bundle);
    return token::approve(bundle, trust::Decision::accept, approver(scene::registration), window_, random_,
                          clock_.now());
  };
  ASSERT_TRUE(sign([](auto&) {}));
  const auto expect_refused = [&](const std::function<void(token::ApprovalBundle&)>& change) {
    window_.shown.clear();
    EXPECT_FALSE(sign(change));
    EXPECT_TRUE(window_.shown.empty()) << "shown before it was judged";
  };
  for (std::size_t i = 0; i < good.materials.size(); ++i) {
    expect_refused([&](auto& b) { b.materials[i].original.front() ^= 1U; });
    expect_refused([&](auto& b) { b.materials[i].rendition.back() ^= 1U; });
  }
  for (std::size_t i = 0; i < good.evidence.size(); ++i) {
    expect_refused([&](auto& b) { b.evidence[i][b.evidence[i].size() / 2] ^= 1U; });
  }
  expect_refused([](auto& b) { b.snapshot[b.snapshot.size() / 2] ^= 1U; });
  expect_refused([](auto& b) { b.manifest[b.manifest.size() / 3] ^= 1U; });
  expect_refused([](auto& b) { b.content.money.received_fen += 1; });
  expect_refused([](auto& b) { b.content.lines.front().validity_months += 12; });
  for (const char* bad : {"", "[]", "{}", R"({"snapshot": 1})", R"({"snapshot": "!"})"}) {
    EXPECT_FALSE(agent::bundle_of_json(bytes_of(bad))) << bad;
  }
  window_.says_yes = false;
  EXPECT_EQ(decide(desk, scene::registration, trust::Decision::accept).error().code, ErrorCode::declined_by_outside);
  EXPECT_EQ(state_of(parsed(desk.show(case_number))), "awaiting_acceptance");
}

TEST_F(DeskOverHttp, WhoWasSeenByAnOfficerIsOverriddenInS1AndTheCheckerTakesIt) {
  auto desk = logged_in(scene::registration);
  EXPECT_EQ(desk.prove_identity(case_number, "video", "见到本人").error().code, ErrorCode::wrong_state);
  ASSERT_TRUE(desk.give_back(case_number, "不刷脸", {{"materials.application_form", "请重新提交"}}));
  // Handed in again, this time without proof of identity.
  const hall::CaseRecord record = house_->desk().find(case_number).value();
  hall::Submission again{.snapshot = {},
                         .manifest = house_->desk().paper(case_number, 0, hall::Paper::manifest).value(),
                         .needs = record.application.needs,
                         .progress = {.paid = true},
                         .materials = {}};
  again.needs.identity = true;
  trust::Snapshot shot = record.snapshot;
  ++shot.revision;
  again.snapshot = shot.to_der();
  for (const auto& slot : shot.materials) {
    again.materials.push_back({.slot = slot.slot,
                               .original = house_->desk().material(case_number, slot.slot, false).value(),
                               .rendition = house_->desk().material(case_number, slot.slot, true).value()});
  }
  const auto submitted = house_->desk().submit(again);
  ASSERT_TRUE(submitted) << submitted.error().describe();
  EXPECT_EQ(submitted->application.state, hall::CaseState::proving_identity);
  EXPECT_FALSE(decide(desk, scene::registration, trust::Decision::accept));
  EXPECT_EQ(desk.prove_identity(case_number, "guess", "x").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk.prove_identity(case_number, "video", "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(logged_in(scene::review).prove_identity(case_number, "video", "x").error().code, ErrorCode::forbidden);
  EXPECT_EQ(state_of(parsed(desk.prove_identity(case_number, "video", "视频中出示身份证原件"))), "awaiting_acceptance");
  scene::Scene::lay_receipts(*house_, {"carrier_check", "payment"});
  accept_and_approve();
  EXPECT_NE(window_.shown.find("liveness_check  人工放行: 人工视频核验: 视频中出示身份证原件"), std::string::npos)
      << window_.shown;
  // The vault judges the bundle before it permits anything.
  const auto permitted =
      office::permit_line(*house_, case_number, case_line, scene::device_serial, scene_->station_certificate(),
                          scene_->approval_certificate(scene::production));
  EXPECT_TRUE(permitted) << permitted.error().describe();
}

TEST_F(DeskOverHttp, ALineIsMadeAtAStationAndTakenOverByItsHolder) {
  accept_and_approve();
  EXPECT_NE(window_.shown.find("深圳演示建设有限公司"), std::string::npos);
  auto desk = logged_in(scene::production);
  token::Ukey ukey = token::Ukey::open(scene_->library(), scene::device_name).value();
  Bytes seal;
  ASSERT_NO_FATAL_FAILURE(make_line(desk, ukey, seal));
  EXPECT_EQ(state_of(parsed(desk.dispatch(case_number))), "shipped");
  EXPECT_EQ(state_of(parsed(desk.dispatch(case_number))), "shipped");
  EXPECT_EQ(couriers_, 1);

  const auto order = [&](BytesView message) { return house_->pin().order(message); };
  const std::string name = std::string(case_number) + "/" + std::to_string(case_line);
  const SecretBytes letter = house_->outside().draw_secret(name, "letter", order, house_->pin().certificate()).value();
  ASSERT_TRUE(house_->outside().secret_delivered(name, "letter", order));
  const agent::HallClient hall(remote());
  const Bytes serial =
      to_bytes(x509::Certificate::parse(ukey.signing_certificate(scene::container).value()).value().serial());
  EXPECT_EQ(hall.begin("HOLDER-0002", serial).error().code, ErrorCode::not_found);
  EXPECT_EQ(hall.begin(scene::device_serial, Bytes(serial.size(), 1)).error().code, ErrorCode::not_found);
  // The code goes to the number that the officers signed, and to no other; who names another hears the same.
  EXPECT_EQ(hall.send_code("HOLDER-0002", serial, "13800138000").error().code, ErrorCode::not_found);
  EXPECT_EQ(hall.send_code(scene::device_serial, serial, "12").error().code, ErrorCode::invalid_input);
  ASSERT_TRUE(agent::send_code(hall, ukey, scene::container, "13900139000"));
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(agent::send_code(hall, ukey, scene::container, "13800138000").error().code, ErrorCode::too_many_requests);
  clock_.advance(pin::code_pause);
  office::ActivationCode code;
  code.challenge = agent::send_code(hall, ukey, scene::container, "138 0013 8000").value();
  ASSERT_EQ(messages_.size(), 1U);
  EXPECT_EQ(messages_.front().first, "13800138000");
  code.digits = secret(messages_.front().second);
  const office::ActivationCode wrong_code{.challenge = code.challenge,
                                          .digits = secret(messages_.front().second == "123456" ? "654321" : "123456")};
  const SecretBytes own = secret("holder-own-pin");
  const SecretBytes guess = secret("00000000");
  const auto take_over = [&](const SecretBytes& with, std::vector<std::string> numbers) {
    return agent::take_over(hall, ukey, scene::container,
                            {.activation_secret = with,
                             .code = code,
                             .chosen_pin = own,
                             .numbers = std::move(numbers),
                             .roles_ca = house_->roles()},
                            random_, clock_.now());
  };
  EXPECT_EQ(agent::take_over(hall, ukey, scene::container,
                             {.activation_secret = letter,
                              .code = wrong_code,
                              .chosen_pin = own,
                              .numbers = {},
                              .roles_ca = house_->roles()},
                             random_, clock_.now())
                .error()
                .code,
            ErrorCode::pin_wrong);
  EXPECT_EQ(take_over(guess, {}).error().code, ErrorCode::pin_wrong);
  EXPECT_EQ(take_over(letter, {"xxholder-own"}).error().code, ErrorCode::invalid_input);
  const auto taken = take_over(letter, {});
  ASSERT_TRUE(taken) << taken.error().describe();
  ASSERT_TRUE(*taken);
  EXPECT_TRUE(same(**taken, seal));
  EXPECT_TRUE(ukey.verify_pin(token::PinRole::user, own).outcome);
  EXPECT_EQ(desk.line_state(case_number, case_line).value(), "activated");
  // Nothing more is told about a token that is in its holder's hands.
  EXPECT_EQ(hall.begin(scene::device_serial, serial).error().code, ErrorCode::not_found);
}

TEST(Remote, GoesToThisMachineInClearAndElsewhereByTlsAlone) {
  EXPECT_EQ(agent::Remote::at("http://127.0.0.1:8444/", {})->origin(), "http://127.0.0.1:8444");
  EXPECT_EQ(agent::Remote::at("http://[::1]:8444", {})->origin(), "http://[::1]:8444");
  for (const char* bad : {"", "127.0.0.1:1", "http://", "http://desk.example:8444", "http://127.0.0.1:99999",
                          "http://127.0.0.1:8444/path", "http://user@127.0.0.1:1", "ftp://127.0.0.1",
                          "http://127.0.0.1:", "http://127.0.0.1:1x"}) {
    EXPECT_EQ(agent::Remote::at(bad, {}).error().code, ErrorCode::invalid_input) << bad;
  }
}

}  // namespace
}  // namespace yinxin::desk_test
