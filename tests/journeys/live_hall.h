#pragma once
// One hall for many journeys: an office with its officers, the street, the desk and every emulated provider, over real
// HTTP. Made at the first test, ended after the last; its clock goes by itself and can be put forward.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <mutex>

#include "agent/deeds.h"
#include "demo/customer/customer.h"
#include "net/server.h"
#include "outside/emulator/set.h"
#include "scene/scene.h"
#include "yinxin/office/desk_ports.h"
#include "yinxin/office/hall_service.h"
#include "yinxin/office/holder_service.h"

namespace yinxin::journeys {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using demo::Answered;
using net::Method;

// What a step of a journey that must succeed says when it does not: gtest shows it as the test's failure.
class Stopped : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
void must(const char* what, const Result<void>& done);
template <class T>
T must_have(const char* what, Result<T> result) {
  must(what, result ? Result<void>() : Result<void>(result.error()));
  return std::move(*result);
}

class JourneyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return SystemClock().now() + std::chrono::milliseconds(ahead_ms_); }
  void put_forward(std::chrono::milliseconds by) { ahead_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ahead_ms_{0};
};

class LiveHall {
 public:
  LiveHall();
  ~LiveHall();
  LiveHall(const LiveHall&) = delete;
  LiveHall& operator=(const LiveHall&) = delete;
  static LiveHall& get();

  // Until nothing more is due between the domains; and after that much time has passed.
  void settle();
  // The jobs of the house, as `serve` does them every few seconds.
  void keep_house();
  void let_pass(std::chrono::milliseconds time);
  // What the named operation of a provider meets next.
  static void forget_plans(const std::string& place);
  void plan(const std::string& place, const std::string& operation, const std::string& fault, int times = 1);
  // Any request to the hall, by somebody who is nobody.
  Answered ask(Method method, const std::string& path, const std::vector<std::pair<std::string, std::string>>& fields,
               const std::string& body = {});
  static Answered send(std::uint16_t port, const net::ClientRequest& request, const std::string& host = "127.0.0.1");
  [[nodiscard]] const demo::Places& places() const { return places_; }
  [[nodiscard]] const std::string& alipay() const { return alipay_; }
  [[nodiscard]] const std::string& project() const { return project_; }
  [[nodiscard]] std::string scratch() const { return folder_.string(); }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  // Requests that the hall has answered so far, and until they are so many.
  [[nodiscard]] std::uint64_t requests() const { return server_->counts().requests; }
  [[nodiscard]] bool wait_for_requests(std::uint64_t count) const;
  [[nodiscard]] std::string desk_url() const { return "http://127.0.0.1:" + std::to_string(desk_server_->port()); }
  [[nodiscard]] std::uint16_t papers_port() const { return papers_server_->port(); }
  [[nodiscard]] std::uint16_t desk_port() const { return desk_server_->port(); }
  [[nodiscard]] const std::string& url() const { return base_; }
  JourneyClock& clock() { return clock_; }
  Random& random() { return random_; }
  SeededRandom& drawn() { return drawn_; }
  office::House& house() { return *house_; }
  office::HallService& hall() { return *hall_; }
  scene::Scene& scene() { return *scene_; }
  // Another token, taken in as the scene's own.
  void take_in_token(const std::string& device, const std::string& serial);
  // What we have for the providers, in clear; only its sealed form lies in the office.
  [[nodiscard]] const outside::OutsideSettings& settings() const { return emulators_->settings(); }
  token::Approver approver(scene::Place place);

 private:
  void open();

  JourneyClock clock_;
  SystemRandom random_;
  std::uint32_t seed_;
  SeededRandom drawn_;
  std::filesystem::path folder_;
  std::unique_ptr<scene::Scene> scene_;
  std::mutex writer_;
  std::unique_ptr<office::House> house_;
  std::unique_ptr<outside::EmulatorSet> emulators_;
  std::unique_ptr<office::HallService> hall_;
  std::unique_ptr<office::DeskService> desk_;
  std::unique_ptr<office::HolderService> holders_;
  std::unique_ptr<net::Server> server_, desk_server_, papers_server_;
  std::string base_;
  std::string project_;
  demo::Places places_;
  std::string alipay_;
};

}  // namespace yinxin::journeys
