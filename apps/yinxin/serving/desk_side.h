#pragma once
// The officers' side over HTTP, on an origin of its own.

#include <atomic>

#include "net/server.h"
#include "yinxin/office/desk_ports.h"

namespace yinxin::serving {

// All that are references outlive the side.
struct DeskParts {
  office::House& house;
  std::mutex& writer;
  std::string listen;
  std::uint16_t port = 0;  // 0: any free one
  office::DeskOutside outside{};
  const Clock& clock;
  Random& random;
};

class DeskSide {
 public:
  // Nobody is served before start(); until then service() is all there is.
  explicit DeskSide(DeskParts parts);
  ~DeskSide() { stop(); }
  DeskSide(const DeskSide&) = delete;
  DeskSide& operator=(const DeskSide&) = delete;
  office::DeskService& service() { return *service_; }
  Result<void> start();  // and says where it is
  void stop();

 private:
  std::string scheme_and_host_;
  std::string listen_;
  const Clock& clock_;
  std::atomic<std::uint16_t> port_;
  std::optional<office::DeskService> service_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace yinxin::serving
