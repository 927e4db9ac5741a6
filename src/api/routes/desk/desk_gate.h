#pragma once
// Who may ask anything of the officers' origin: requests for our own host, changes from our own pages and agents, and a
// session of an officer of the right role.

#include <functional>
#include <initializer_list>

#include "api/session/officer_sessions.h"

namespace yinxin::api {

class DeskGate {
 public:
  // Both outlive it. `origin`: of the desk, "https://desk.example:8444".
  DeskGate(OfficerSessions& sessions, std::function<std::string()> origin)
      : sessions_(sessions), origin_(std::move(origin)) {}

  // forbidden "page.foreign". The origin is ours wherever one is named, and so is the host, which a page under a name
  // of a stranger's cannot claim.
  [[nodiscard]] Result<void> check_page(const net::Request& request) const;
  [[nodiscard]] Result<void> check_host(const net::Request& request) const;
  // not_signed_in
  static Result<Bytes> token_of(const net::Request& request);
  [[nodiscard]] Result<OfficerSession> who(const net::Request& request) const;
  // forbidden for another role
  [[nodiscard]] Result<OfficerSession> who(const net::Request& request, std::initializer_list<trust::Role> roles) const;

 private:
  OfficerSessions& sessions_;
  std::function<std::string()> origin_;
};

// Writes what an officer is about to do; without it nothing is done.
using RecordPort =
    std::function<Result<void>(const OfficerSession&, std::string_view action, const std::string& object)>;

// A failure as an officer is told it: in the words of the step and, the officer being one of us, the detail behind it.
net::Response told_to_officer(Error error);

}  // namespace yinxin::api
