#pragma once
// An office whose domains are processes of their own, but for those that the test plays.

#include <sys/resource.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "scene/scene.h"
#include "yinxin/supervisor/supervise.h"

namespace yinxin::walls {

constexpr std::chrono::seconds patience{60};  // only something broken takes that long

scene::Scene& prepared();

struct ApartWish {
  std::string played{};             // an inner domain that the test itself plays; it asks by link()
  std::vector<std::string> hall{};  // "desk", "street": those that are processes; the test is the others
  bool has_hall = false;            // and they are told that the outside has its providers
  std::map<std::string, std::vector<std::string>> instead{};  // arguments of a program in a domain's place
  std::optional<supervisor::OneHost> host{};                  // the office's folder is that of one of several
};

class Apart {
 public:
  Apart(const std::filesystem::path& office, supervisor::Level level, const ApartWish& wish = {});
  ~Apart();
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

  [[nodiscard]] std::unique_ptr<office::House> open_house(office::Opened opened = office::Opened::making);
  // Whether all domains came to run, each at least in this life.
  bool wait_until_running(const std::string& domain = {}, std::uint64_t life = 1);
  // Whether somebody came to say this.
  bool wait_until_said(const std::string& text, std::chrono::seconds time) const;
  [[nodiscard]] supervisor::DomainStatus status(const std::string& domain) const;
  // Over an edge that only tests have.
  Result<Bytes> ask(const std::string& domain, std::uint16_t verb, std::string_view body);
  // An edge of the test's own: as desk, as street, or as the domain that is played.
  net::EdgeLink& link(const std::string& asker, const std::string& hearer);
  // Where the test is the street: what the desk asks of it.
  supervisor::StreetLinks& street() { return street_; }
  // The errno of a deed of the exploit in a domain; -1 when it did not answer.
  int attempt(const std::string& domain, const std::string& deed);
  [[nodiscard]] std::string data() const { return wish_.around.data; }
  [[nodiscard]] std::string log() const;

 private:
  supervisor::Supervised wish_;
  SystemClock clock_;
  std::map<std::string, Bytes> pinned_;
  supervisor::DeskLinks desk_;
  supervisor::StreetLinks street_;
  std::map<std::string, std::unique_ptr<net::EdgeLink>> tests_;  // "asker hearer"
  mutable std::mutex mutex_;
  mutable std::condition_variable said_;
  std::string log_;
  std::unique_ptr<supervisor::Supervisor> supervisor_;
  std::thread thread_;
};

}  // namespace yinxin::walls
