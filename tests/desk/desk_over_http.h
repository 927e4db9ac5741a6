#pragma once
// The desk over HTTP with a real office behind it, and officers who ask it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

#include "agent/deeds.h"
#include "net/server.h"
#include "scene/scene.h"
#include "yinxin/office/desk_ports.h"
#include "yinxin/office/holder_service.h"

namespace yinxin::desk_test {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using scene::case_line;
using scene::case_number;
using scene::Place;
using scene::Scene;

inline SecretBytes secret(std::string_view text) { return SecretBytes(to_bytes(bytes_of(text))); }

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

inline boost::json::object parsed(const Result<std::string>& answer) {
  EXPECT_TRUE(answer) << answer.error().describe();
  return answer ? boost::json::parse(*answer).as_object() : boost::json::object();
}
inline std::string state_of(const boost::json::object& shown) {
  return std::string(shown.at("state").as_object().at("code").as_string());
}

class DeskOverHttp : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    prepared = std::make_unique<Scene>(fs::temp_directory_path() / ("desk_http_" + std::to_string(getpid())),
                                       scene::Until::submitted);
  }
  static void TearDownTestSuite() { prepared.reset(); }

  void SetUp() override {
    scene_ = prepared.get();
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
  // After a return: the same papers again, this time without proof of identity.
  void hand_in_without_identity() {
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

  inline static std::unique_ptr<Scene> prepared;
  Scene* scene_ = nullptr;
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

}  // namespace yinxin::desk_test
