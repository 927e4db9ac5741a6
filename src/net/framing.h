#pragma once
// The rules of a message's header that decide where it ends and whom it is for.

#include "net/http.h"

namespace yinxin::net {

// A character that no field may carry: all controls but the tab.
bool has_control(std::string_view text);

// RFC 9112 6.3 and 3.2: the refusal of a header whose body could be measured in two ways (a proxy before us might take
// the other one), that does not name exactly one host, or that expects what we do not know. nullopt when all is well.
std::optional<Response> framing_refusal(const Headers& headers, bool is_1_1);

// A request on its way from the wire to its handler.
struct Incoming {
  Request request;
  const Route* route = nullptr;
  std::optional<Response> refusal;
  bool closed = false;  // nobody is there to be answered
  bool head_only = false;
  bool keep_alive = false;
  bool is_1_0 = false;

  // Answers without a handler and closes.
  void refuse(Response response) {
    refusal = std::move(response);
    keep_alive = false;
  }
};

struct RequestLine {
  std::string_view method;
  std::string_view target;
  unsigned version = 11;
  bool is_chunked = false;
  std::uint64_t body_bytes = 0;  // as announced
  bool keep_alive = false;       // as asked
};
// Judges the line and the fields that `incoming` has already, and finds the route, or the refusal.
void understand(const Router& router, const RequestLine& line, Incoming& incoming);

// The refusal of a body that is longer than the route allows.
Response body_too_large(const RouteOptions& options);

// How an answer's end is told: by its length, by the last of its chunks, or by the connection's end (to HTTP/1.0).
enum class Ending : std::uint8_t { length, chunks, close };
// Status line and fields with the empty line. `date` is the value of Date.
std::string header_text(const Response& response, std::string_view date, bool keep_alive,
                        Ending ending = Ending::length);
// Whether every field may be written as it is: a line break from a request must not become a header of ours.
bool has_clean_fields(const Response& response);

}  // namespace yinxin::net
