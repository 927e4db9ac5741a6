#include "journeys/live_hall.h"

#include <iostream>
#include <random>
#include <thread>

#include "terminal/files.h"
#include "yinxin/office/provider_settings.h"

namespace yinxin::journeys {

namespace {

namespace fs = std::filesystem;

constexpr int most_rounds = 400;
constexpr const char* sender = R"({"name": "样例", "phone": "13800138000", "state": "广东省", "locality": "深圳市",
  "district": "福田区", "street": "样例路 1 号", "company": "样例认证"})";

// A free port on loopback: a server takes one and gives it back.
std::uint16_t free_port(const Clock& clock) { return net::Server::start({}, net::Router(), clock).value()->port(); }

std::unique_ptr<LiveHall>& only_hall() {
  static std::unique_ptr<LiveHall> hall;
  return hall;
}

class EndsTheHall final : public ::testing::Environment {
 public:
  void TearDown() override { only_hall().reset(); }
};
const auto* const ends_the_hall = ::testing::AddGlobalTestEnvironment(new EndsTheHall);  // gtest owns it

}  // namespace

void must(const char* what, const Result<void>& done) {
  if (!done) {
    throw Stopped(std::string(what) + ": " + done.error().describe());
  }
}

LiveHall& LiveHall::get() {
  if (!only_hall()) {
    only_hall() = std::make_unique<LiveHall>();
  }
  return *only_hall();
}

LiveHall::LiveHall()
    : seed_(std::random_device{}()),
      drawn_(seed_),
      folder_(fs::temp_directory_path() / ("live_hall_" + std::to_string(getpid()))),
      scene_(std::make_unique<scene::Scene>(folder_, scene::Until::office)) {
  std::cout << "seed " << seed_ << "\n";
  house_ = office::House::open(scene_->data(), YX_SOURCE_DIR "/profiles", scene_->boot(), clock_).value();
  const std::uint16_t port = free_port(clock_);
  base_ = "http://127.0.0.1:" + std::to_string(port);
  emulators_ = outside::EmulatorSet::start({.address = "127.0.0.1",
                                            .first_port = 0,
                                            .sms_report_url = {},
                                            .pay_notify_url = base_ + "/api/v1/callbacks/wechat_pay"},
                                           clock_, random_)
                   .value();
  open();
  desk_ = std::make_unique<office::DeskService>(office::DeskService::Parts{
      .house = *house_,
      .writer = writer_,
      .clock = clock_,
      .random = random_,
      .origin = [this] { return desk_url(); },
      .papers_origin = [this] { return "http://localhost:" + std::to_string(papers_server_->port()); },
      .outside = hall_->beyond()});
  holders_ = std::make_unique<office::HolderService>(
      office::HolderService::Parts{.vault = house_->doors(), .pin = house_->pin(), .desk = *desk_, .writer = &writer_});
  net::Router router;
  hall_->add_routes(router);
  api::add_holder_routes(router, holders_->ports());
  server_ = net::Server::start({.address = "127.0.0.1", .port = port, .workers = 4}, std::move(router), clock_).value();
  net::Router desk_router;
  desk_->add_desk_routes(desk_router);
  desk_server_ = net::Server::start({}, std::move(desk_router), clock_).value();
  net::Router papers;
  desk_->add_paper_routes(papers);
  papers_server_ = net::Server::start({}, std::move(papers), clock_).value();
  std::string lines;
  for (const auto& place : emulators_->places()) {
    lines += "  " + place.name + " " + place.address + "\n";
    alipay_ = place.name == "alipay" ? place.address : alipay_;
  }
  places_ = demo::Places::read(base_, lines).value();
  project_ = hall_->shelf().offers().front()->programme.project_id;
}

void LiveHall::open() {
  const SecretBytes settings = emulators_->settings().to_json();
  ensure(office::keep_providers(scene_->data(), scene_->boot(), settings.expose(), random_).has_value(), "kept");
  const std::string from = (folder_ / "sender.json").string();
  ensure(cli::write_file(from, bytes_of(sender), true, 0600).has_value(), "written");
  hall_ = office::HallService::open({.folder = scene_->data(),
                                     .programmes = YX_SOURCE_DIR "/programmes",
                                     .outside = {},
                                     .base_url = base_,
                                     .cell = YX_CELL,
                                     .sender = from},
                                    *house_, scene_->boot(), clock_, random_)
              .value();
}

LiveHall::~LiveHall() {
  papers_server_.reset();
  desk_server_.reset();
  server_.reset();
  holders_.reset();
  desk_.reset();
  hall_.reset();
  emulators_.reset();
}

void LiveHall::take_in_token(const std::string& device, const std::string& serial) {
  const std::scoped_lock lock(writer_);
  scene_->take_in_token(*house_, device, serial);
}

void LiveHall::settle() {
  for (int rounds = 0; rounds < most_rounds && hall_->work() > 0; ++rounds) {
  }
}

void LiveHall::keep_house() {
  const std::scoped_lock lock(writer_);
  must("the house's jobs", house_->work());
}

void LiveHall::let_pass(std::chrono::milliseconds time) {
  clock_.put_forward(time);
  if (time >= std::chrono::hours(1)) {
    must_have("lists", house_->publish_due_lists());
    must("status", house_->refresh_status());
  }
  settle();
}

bool LiveHall::wait_for_requests(std::uint64_t count) const {
  constexpr std::chrono::seconds patience{20};
  const auto end = std::chrono::steady_clock::now() + patience;
  while (requests() < count && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  return requests() >= count;
}

void LiveHall::plan(const std::string& place, const std::string& operation, const std::string& fault, int times) {
  const auto planned = demo::Customer::at(place, Method::post, "/admin/faults",
                                          {{"operation", operation}, {"fault", fault}, {"times", times}});
  must("a planned fault", planned && planned->status == 204 ? Result<void>() : fail(ErrorCode::internal, fault));
}

void LiveHall::forget_plans(const std::string& place) {
  const auto forgotten = demo::Customer::at(place, Method::delete_, "/admin/faults", {});
  must("no faults", forgotten && forgotten->status == 204 ? Result<void>() : fail(ErrorCode::internal, place));
}

Answered LiveHall::ask(Method method, const std::string& path,
                       const std::vector<std::pair<std::string, std::string>>& fields, const std::string& body) {
  net::ClientRequest request{.method = method, .target = path, .headers = {}, .body = to_bytes(bytes_of(body))};
  for (const auto& [name, text] : fields) {
    request.headers.add(name, text);
  }
  return send(server_->port(), request);
}

Answered LiveHall::send(std::uint16_t port, const net::ClientRequest& request, const std::string& host) {
  net::ClientOptions options;
  options.host = host;
  options.port = port;
  const net::Response response = must_have("an answer", net::Client(options).send(request));
  Answered answered{.status = response.status, .json = {}, .cookie = {}, .body = to_bytes(response.body.view())};
  boost::system::error_code not_json;
  answered.json = std::make_shared<const value>(boost::json::parse(text_of(answered.body), not_json));
  return answered;
}

token::Approver LiveHall::approver(scene::Place place) {
  return {.certificate = scene_->approval_certificate(place),
          .signer = &scene_->approval_key(place),
          .ca_key_hash = pki::issuer_id(house_->issuing().public_key()),
          .environment = "demo"};
}

}  // namespace yinxin::journeys
