#pragma once
// The one place that knows how an office is made and served: everything else asks over HTTP. A fresh office, emulated
// providers and `yinxin serve`, with one requester who has filled in his application.

#include <filesystem>

#include "program.h"

namespace yinxin::scene {
class Scene;
}

namespace yinxin::bench {

class ServedOffice {
 public:
  // outside_unreachable, wrong_state: with the reason, when this machine cannot have that level.
  static Result<std::unique_ptr<ServedOffice>> open(int level);
  ~ServedOffice();
  ServedOffice(const ServedOffice&) = delete;
  ServedOffice& operator=(const ServedOffice&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Processor time of the house so far, all its processes together.
  [[nodiscard]] double processor_seconds() const { return house_->processor_seconds(); }
  // The requester's own: "yx_session=…", and his case's number.
  [[nodiscard]] const std::string& cookie() const { return cookie_; }
  [[nodiscard]] const std::string& case_id() const { return case_id_; }

 private:
  ServedOffice() = default;
  Result<void> prepare();
  Result<void> serve(int level);
  Result<void> apply();

  std::filesystem::path folder_;
  std::unique_ptr<scene::Scene> scene_;
  std::unique_ptr<Program> providers_, house_;
  std::uint16_t port_ = 0;
  std::string project_, cookie_, case_id_;
};

}  // namespace yinxin::bench
