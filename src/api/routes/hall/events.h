#pragma once
// News of a case for a page that waits (Server-Sent Events, WHATWG HTML 9.2), so that nobody has to ask again and
// again. Fallback: GET of the case tells the same.

#include <list>

#include "hall/account/login.h"
#include "hall/street/street.h"
#include "net/http.h"

namespace yinxin::api {

constexpr std::size_t max_streams_of_session = 4;  // one more ends the oldest
constexpr std::chrono::milliseconds event_heartbeat{15'000};
constexpr std::chrono::minutes event_stream_life{30};
constexpr std::chrono::milliseconds event_retry{3'000};  // after which a page comes back

struct EventLimits {
  std::chrono::milliseconds heartbeat = event_heartbeat;  // also how soon a session that ran out is noticed
  std::chrono::milliseconds life = event_stream_life;
};

class CaseStream;

// What all open streams share. Outlives none of its parts; streams may outlive it no longer than the server.
class CaseEvents {
 public:
  CaseEvents(hall::Login& login, hall::Street& street, EventLimits limits)
      : login_(login), street_(street), limits_(limits) {}
  // The stream of one case for who is signed in with `session_token`; not_signed_in, not_found. `last_event_id`: the
  // id of the last event that the page has seen, or nothing.
  Result<net::Response> open(BytesView session_token, const std::string& case_id, std::string_view last_event_id);
  // Ends the streams of a session that was signed out.
  void session_ended(BytesView session_token);

 private:
  hall::Login& login_;
  hall::Street& street_;
  EventLimits limits_;
  std::mutex mutex_;
  std::map<std::string, std::list<std::weak_ptr<CaseStream>>> of_session_;
};

}  // namespace yinxin::api
