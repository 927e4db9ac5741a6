// The main job over HTTP: a requester who knows addresses only, the emulated providers in their own protocols, the
// officers' signatures, a token, a seal. Other unit, seal and tilt each run; the seed is printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>

#include "base/text.h"
#include "demo/customer/customer.h"
#include "demo/judge/seal_picture.h"
#include "outside/emulator/set.h"
#include "scene/scene.h"
#include "terminal/activation.h"
#include "terminal/files.h"
#include "yinxin/office/hall_service.h"

namespace yinxin::journeys {
namespace {

namespace fs = std::filesystem;

constexpr int most_rounds = 400;

// A free port on loopback: a server takes one and gives it back.
std::uint16_t free_port(const Clock& clock) { return net::Server::start({}, net::Router(), clock).value()->port(); }

// The seal on the token, by its own picture and the size it declares: as large as it was drawn, and no paper left.
void expect_as_drawn(const std::optional<Bytes>& seal, const trust::SealWish& wish,
                     const paper::testing::SealDrawing& drawn) {
  ASSERT_TRUE(seal);
  const auto picture = demo::png_inside(*seal);
  ASSERT_TRUE(picture) << picture.error().describe();
  const auto measured =
      demo::measure(*picture, static_cast<double>(wish.width_mm), static_cast<double>(wish.height_mm));
  ASSERT_TRUE(measured) << measured.error().describe();
  const auto mistakes = demo::mistakes_of(*measured,
                                          {.is_oval = drawn.shape == paper::testing::SealDrawing::Shape::ellipse,
                                           .width_mm = drawn.width_mm,
                                           .height_mm = drawn.height_mm,
                                           .tilt_deg = drawn.tilt_deg,
                                           .characters = static_cast<int>(decode_utf8(drawn.text)->size())},
                                          demo::scanner_dpi);
  EXPECT_TRUE(mistakes.empty()) << mistakes.front();
}

class Journey : public ::testing::Test {
 protected:
  Journey()
      : seed_(std::random_device{}()),
        drawn_(seed_),
        folder_(fs::temp_directory_path() / ("journey_" + std::to_string(getpid()))),
        scene_(folder_, scene::Until::office) {
    std::cout << "seed " << seed_ << "\n";
    house_ = office::House::open(scene_.data(), YX_SOURCE_DIR "/profiles", scene_.boot(), clock_).value();
    const std::uint16_t port = free_port(clock_);
    base_ = "http://127.0.0.1:" + std::to_string(port);
    emulators_ = outside::EmulatorSet::start({.address = "127.0.0.1",
                                              .first_port = 0,
                                              .sms_report_url = {},
                                              .pay_notify_url = base_ + "/api/v1/callbacks/wechat_pay"},
                                             clock_, random_)
                     .value();
    const std::string settings = (folder_ / "outside.json").string();
    ensure(cli::write_file(settings, emulators_->settings().to_json().expose(), true, 0600).has_value(), "written");
    const std::string sender = (folder_ / "sender.json").string();
    ensure(cli::write_file(sender,
                           bytes_of(R"({"name":"制证组","phone":"075500000000","state":"广东省","locality":"深圳市",)"
                                    R"("district":"南山区","street":"样例大道1号","company":"样例认证"})"),
                           true, 0600)
               .has_value(),
           "written");
    hall_ = office::HallService::open({.folder = scene_.data(),
                                       .programmes = YX_SOURCE_DIR "/programmes",
                                       .outside = settings,
                                       .base_url = base_,
                                       .cell = YX_CELL,
                                       .sender = sender},
                                      *house_, scene_.boot(), clock_, random_)
                .value();
    net::Router router;
    hall_->add_routes(router);
    server_ =
        net::Server::start({.address = "127.0.0.1", .port = port, .workers = 4}, std::move(router), clock_).value();
    std::string lines;
    for (const auto& place : emulators_->places()) {
      lines += "  " + place.name + " " + place.address + "\n";
    }
    places_ = demo::Places::read(base_, lines).value();
    customer_.emplace(places_, demo::Applicant::draw(drawn_, clock_.now()),
                      hall_->shelf().offers().front()->programme.project_id, folder_.string(), random_, [this] {
                        hall_->work();
                        return ++rounds_ < most_rounds;
                      });
  }
  ~Journey() override {
    server_.reset();
    hall_.reset();
    emulators_.reset();
  }

  void lead_to_desk(bool form_is_stamped = true) {
    const auto must = [](const char* name, const Result<void>& done) {
      EXPECT_TRUE(done) << name << ": " << done.error().describe();
      return done.has_value();
    };
    ASSERT_TRUE(must("sign in", customer_->sign_in()));
    ASSERT_TRUE(must("begin", customer_->begin()));
    ASSERT_TRUE(must("agree", customer_->agree()));
    ASSERT_TRUE(must("fill in", customer_->fill_in()));
    ASSERT_TRUE(must("papers", customer_->upload_papers(form_is_stamped)));
    ASSERT_TRUE(must("identity", customer_->prove_identity()));
    ASSERT_TRUE(must("pay", customer_->pay()));
    settle();
  }
  // Returned for its missing stamp; only that is open, and nothing is paid again.
  void return_once(const std::string& id) {
    ASSERT_TRUE(
        house_->desk().return_for_correction(id, {hall::By::registration_officer, "00"}, "申请表未加盖公章",
                                             {{"materials." + customer_->asked()->form_slot, "申请表未加盖公章"}}));
    settle();
    EXPECT_EQ(customer_->newest_sms("reason").value(), "申请表未加盖公章");
    ASSERT_EQ(customer_->state().value(), "returned");
    const auto corrected = customer_->correct_form();
    ASSERT_TRUE(corrected) << corrected.error().describe();
    settle();
    ASSERT_EQ(house_->desk().find(id)->snapshot.revision, 2) << hall_->last_failure();
  }
  // Of the one line that was made: signing, encryption, seal.
  std::string certificate_states() {
    EXPECT_TRUE(house_->refresh_status()) << "the responder knows what the vault knows";
    const auto told = customer_->get("/api/v1/certificates");
    boost::system::error_code failed;
    const auto read = told ? boost::json::parse(text_of(told->body), failed) : boost::json::value();
    const auto* list = read.is_object() ? read.as_object().if_contains("certificates") : nullptr;
    if (list == nullptr || list->as_array().size() != 1) {
      return told ? std::string(text_of(told->body)) : told.error().describe();
    }
    std::string states;
    for (const char* part : {"signing", "encryption", "seal"}) {
      states +=
          (states.empty() ? "" : " ") + std::string(list->as_array()[0].at(part).at("state").at("code").as_string());
    }
    return states;
  }
  // Until nothing more is due between the domains.
  void settle() {
    for (int rounds = 0; rounds < most_rounds && hall_->work() > 0; ++rounds) {
    }
  }

  std::uint32_t seed_;
  SeededRandom drawn_;
  fs::path folder_;
  SystemClock clock_;
  SystemRandom random_;
  scene::Scene scene_;
  std::string base_;
  demo::Places places_;
  std::unique_ptr<office::House> house_;
  std::unique_ptr<outside::EmulatorSet> emulators_;
  std::unique_ptr<office::HallService> hall_;
  std::unique_ptr<net::Server> server_;
  std::optional<demo::Customer> customer_;
  int rounds_ = 0;
};

TEST_F(Journey, FromTheApplicationToAnActivatedTokenAndItsSeal) {
  ASSERT_NO_FATAL_FAILURE(lead_to_desk(false));
  const std::string id = customer_->case_id();
  const auto record = house_->desk().find(id);
  ASSERT_TRUE(record) << record.error().describe() << " " << hall_->last_failure();
  EXPECT_EQ(record->application.state, hall::CaseState::awaiting_acceptance);
  EXPECT_EQ(record->snapshot.unit.name, customer_->applicant().answer("unit_name"));
  ASSERT_TRUE(record->snapshot.lines.front().seal);
  const auto& drawn = customer_->applicant().seal;
  EXPECT_EQ(record->snapshot.lines.front().seal->width_mm, std::lround(drawn.width_mm));
  EXPECT_EQ(record->snapshot.lines.front().seal->height_mm, std::lround(drawn.height_mm));

  ASSERT_NO_FATAL_FAILURE(return_once(id));

  // The providers are asked again before anybody signs.
  const auto asked = hall_->desk_jobs().ask_again(id);
  ASSERT_TRUE(asked) << asked.error().describe();
  scene_.accept_case(*house_, id);
  scene_.review_case(*house_, id);
  settle();
  EXPECT_EQ(customer_->state().value(), "approved");
  scene_.key_token(*house_, id);
  const auto made = scene_.finish_line(*house_, id);
  ASSERT_TRUE(made) << made.error().describe();
  settle();
  EXPECT_EQ(customer_->state().value(), "ready");
  EXPECT_EQ(certificate_states(), "on_hold on_hold on_hold") << "a token that is lost on its way is good for nothing";

  // The secret came with the deposit; the holder's own PIN takes the first one's place.
  const std::string text = customer_->secret_on_receipt().value();
  const SecretBytes secret(to_bytes(bytes_of(text)));
  const SecretBytes own_pin(to_bytes(bytes_of("holder-Pin-1")));
  token::Ukey ukey = scene_.holder_token().value();
  const auto line = office::certificates_of_line(*house_, id, 1).value();
  const auto code = scene::Scene::activation_code(*house_, id);
  ASSERT_TRUE(code) << code.error().describe();
  expect_as_drawn(line.seal, *record->snapshot.lines.front().seal, drawn);
  const auto taken = office::take_over_token(
      ukey,
      {.line = id + "/1",
       .signing = line.signing,
       .code = *code,
       .pin = {.door = house_->pin().door(),
               .domain = house_->pin().certificate(),
               .ask = [this](BytesView activation) { return house_->pin().activate(activation); }}},
      secret, own_pin, random_, clock_.now());
  ASSERT_TRUE(taken) << taken.error().describe();
  const Bytes word = office::say_activated(ukey, scene::container, office::written_line(line), clock_.now()).value();
  // The vault has heard it, and the desk was away: it finds out by itself.
  const auto issued = house_->doors().find_issued_on(ukey.info().serial);
  ASSERT_TRUE(issued && *issued);
  ASSERT_TRUE(house_->doors().hear_activated((*issued)->second_approval, 1, word));
  EXPECT_EQ(house_->desk().find(id)->find_line(1)->state, hall::LineState::written);
  EXPECT_EQ(hall_->desk_jobs().follow_lines(), 1U) << hall_->last_failure();
  EXPECT_EQ(house_->desk().find(id)->find_line(1)->state, hall::LineState::activated);
  EXPECT_EQ(hall_->desk_jobs().follow_lines(), 0U);

  // The requester finds it among his certificates, as the responder knows it and as it was written.
  EXPECT_EQ(certificate_states(), "in_force in_force in_force");
  const auto signing = customer_->get("/api/v1/cases/" + id + "/lines/1/certificates/signing");
  ASSERT_TRUE(signing);
  EXPECT_TRUE(same(signing->body, line.signing));
  const auto listed = customer_->get("/api/v1/certificates");
  ASSERT_TRUE(listed);
  EXPECT_NE(text_of(listed->body).find(ukey.info().serial), std::string::npos) << text_of(listed->body);
}

TEST_F(Journey, TheOfficerSeesWhatMachinesFoundAndTheParcelMovesTheCase) {
  ASSERT_NO_FATAL_FAILURE(lead_to_desk());
  const std::string id = customer_->case_id();
  hall::Desk& desk = house_->desk();

  // What machines found stands beside what was typed, before anybody signs, and in the window in which he signs.
  const auto checks = desk.checks(id);
  ASSERT_TRUE(checks) << checks.error().describe();
  for (const char* good : {"card.id_agrees", "card.in_term", "carrier.agrees", "face.passed", "form.code_agrees",
                           "sheet.code_agrees", "account.name_agrees"}) {
    const auto found = std::ranges::find(*checks, good, &hall::MachineCheck::id);
    ASSERT_NE(found, checks->end()) << good;
    EXPECT_EQ(found->level, hall::CheckLevel::good) << good;
  }
  EXPECT_TRUE(std::ranges::any_of(*checks, [](const auto& each) { return each.id.starts_with("licence."); }));
  EXPECT_TRUE(desk.material(id, "requester_card_portrait", true)) << "the photograph is evidence";
  ASSERT_TRUE(desk.find(id)->due_by) << "a review is promised by a date";

  ASSERT_TRUE(hall_->desk_jobs().ask_again(id));
  scene_.accept_case(*house_, id);
  scene_.review_case(*house_, id);
  scene_.key_token(*house_, id);
  ASSERT_TRUE(scene_.finish_line(*house_, id));
  settle();

  const auto waybill = hall_->desk_jobs().order_courier(id);
  ASSERT_TRUE(waybill) << waybill.error().describe();
  EXPECT_EQ(hall_->desk_jobs().order_courier(id).value(), *waybill) << "asked twice, one parcel";
  ASSERT_TRUE(desk.dispatch(id, {hall::By::registration_officer, "00"}, *waybill));
  settle();
  EXPECT_EQ(customer_->newest_sms("number").value(), *waybill);
  EXPECT_EQ(hall_->street().street().any(id)->waybill, *waybill);
  EXPECT_EQ(hall_->desk_jobs().track_parcels(), 0U) << "nobody has collected it";
  const auto advance = [&](const std::string& to) {
    const auto told = demo::Customer::at(places_.courier, net::Method::post, "/admin/waybills/" + *waybill + "/advance",
                                         boost::json::object{{"to", to}});
    return told && told->status == 204;
  };
  ASSERT_TRUE(advance("collected"));
  EXPECT_EQ(hall_->desk_jobs().track_parcels(), 1U);
  EXPECT_EQ(desk.timeline(id)->back().kind, "parcel.on_the_way");
  ASSERT_TRUE(advance("delivered"));
  EXPECT_EQ(hall_->desk_jobs().track_parcels(), 1U);
  EXPECT_EQ(desk.find(id)->application.state, hall::CaseState::handed_over);
  settle();
  EXPECT_EQ(customer_->state().value(), "handed_over");

  // And as the requester reads it.
  const auto progress = customer_->get("/api/v1/cases/" + id + "/progress");
  ASSERT_TRUE(progress) << progress.error().describe();
  EXPECT_EQ(progress->status, 200);
  const std::string page(text_of(progress->body));
  for (const char* words : {"已收到您的付款", "审核已通过", "证书已寄出", "证书已签收", "激活办结"}) {
    EXPECT_NE(page.find(words), std::string::npos) << words << " in " << page;
  }
  EXPECT_NE(page.find(*waybill), std::string::npos);
  EXPECT_EQ(hall_->desk_jobs().tell_of_expiry(), 0U) << "nothing is activated yet";
}

}  // namespace
}  // namespace yinxin::journeys
