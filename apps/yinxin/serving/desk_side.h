#pragma once
// The officers' side over HTTP, on an origin of its own, and the papers that strangers handed in on another one, where
// there is no session.

#include <atomic>

#include "net/server.h"
#include "yinxin/office/desk_ports.h"

namespace yinxin::serving {

// All that are references outlive the side.
struct DeskParts {
  office::House& house;
  std::mutex& writer;
  std::string listen;
  std::uint16_t port = 0;         // 0: any free one
  std::uint16_t papers_port = 0;  // 0: any free one
  // Host name of the papers, other than the desk's: cookies know no ports. Empty: "localhost" where the desk is
  // 127.0.0.1, else the address itself.
  std::string papers_host{};
  std::string web{};  // folder of the built pages; empty: there are none
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
  std::string listen_, papers_host_, web_;
  const Clock& clock_;
  std::atomic<std::uint16_t> port_, papers_port_;
  std::optional<office::DeskService> service_;
  std::unique_ptr<net::Server> server_, papers_;
};

}  // namespace yinxin::serving
