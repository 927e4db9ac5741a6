#pragma once
// An office whose inner domains are processes of their own, with the rest of it in the test.

#include <sys/resource.h>

#include <filesystem>
#include <mutex>
#include <thread>

#include "scene/scene.h"
#include "yinxin/supervisor/supervise.h"

namespace yinxin::walls {

constexpr std::chrono::seconds patience{120};  // only something broken takes that long

scene::Scene& prepared();

class Apart {
 public:
  Apart(const std::filesystem::path& office, supervisor::Level level);
  ~Apart();
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

  [[nodiscard]] std::unique_ptr<office::House> open_house();
  // Whether all domains came to run, each at least in this life.
  bool wait_until_running(const std::string& domain = {}, std::uint64_t life = 1);
  [[nodiscard]] supervisor::DomainStatus status(const std::string& domain) const;
  Result<Bytes> ask(const std::string& domain, std::uint16_t verb, std::string_view body);
  // The errno of a deed of the exploit in a domain; -1 when it did not answer.
  int attempt(const std::string& domain, const std::string& deed);
  [[nodiscard]] std::string data() const { return wish_.around.data; }
  [[nodiscard]] std::string log() const;

 private:
  supervisor::Supervised wish_;
  SystemClock clock_;
  std::map<std::string, Bytes> pinned_;
  supervisor::HouseLinks links_;
  std::map<std::string, std::unique_ptr<net::EdgeLink>> tests_;
  mutable std::mutex mutex_;
  std::string log_;
  std::unique_ptr<supervisor::Supervisor> supervisor_;
  std::thread thread_;
};

}  // namespace yinxin::walls
