#pragma once
// Requests, answers and who answers them. HTTP/1.1 (RFC 9110, RFC 9112), and no word of what is asked.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <variant>

#include "base/bytes.h"
#include "base/time.h"
#include "net/stream.h"
#include "net/target.h"

namespace yinxin::net {

// delete is a keyword, so that one enumerator cannot be in the house's case.
enum class Method { get, head, post, put, patch, delete_, options };
std::string_view name_of(Method method);
// Methods are case-sensitive; nullopt for one nobody here serves.
std::optional<Method> method_of(std::string_view name);

// In order; names compare without regard to case.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // The first value of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Either the message's own bytes or bytes that many answers share.
class Body {
 public:
  Body() = default;
  Body(Bytes bytes) : bytes_(std::move(bytes)) {}                           // NOLINT(google-explicit-constructor)
  Body(std::shared_ptr<const Bytes> shared) : bytes_(std::move(shared)) {}  // NOLINT(google-explicit-constructor)
  Body(std::string_view text) : bytes_(Bytes(text.begin(), text.end())) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] BytesView view() const;
  [[nodiscard]] std::size_t size() const { return view().size(); }

 private:
  std::variant<Bytes, std::shared_ptr<const Bytes>> bytes_;
};

struct Peer {
  std::string address;  // without port, "127.0.0.1" or "::1"
  std::uint16_t port = 0;
  bool is_loopback = false;
};

struct Request {
  Method method = Method::get;  // of a route for GET also when the client asked HEAD
  Target target;
  Headers headers;
  Bytes body;
  Peer peer;
  std::vector<std::pair<std::string, std::string>> parameters;  // what the route's pattern left open

  // Empty for a name that the route's pattern does not have.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers{};  // Content-Length, Date and Connection are the server's own
  Body body{};
  // In place of a body: an answer without an end in sight. Its connection is closed behind it.
  std::shared_ptr<Stream> stream{};
};

Response answer(std::string content_type, Body body);
// A problem document (RFC 9457): {"type":"about:blank","title":…,"status":…,"detail":…}.
Response problem(int status, std::string_view detail);
// The reason phrase of a status, "" for one without.
std::string_view reason_of(int status);
// `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);
// The media type of a Content-Type value: lower case, without parameters.
std::string media_type(std::string_view content_type);
// RFC 9110 5.6.7, "Sat, 21 Nov 2026 03:46:50 GMT".
std::string to_http_date(Instant at);
// The same form back; the obsolete forms are invalid_input, which a recipient of a condition may ignore.
Result<Instant> from_http_date(std::string_view text);

using Handler = std::function<Response(const Request&)>;

struct RouteOptions {
  std::size_t max_body_bytes = 0;  // more is answered 413, in these words:
  Response (*too_large)(std::size_t max_body_bytes) = nullptr;
  bool slow = false;  // waits for a disk or for much arithmetic: run by the workers, not between sockets
};

struct Route {
  struct Segment {
    std::string prefix;  // or the whole literal
    std::string name;    // empty for a literal
    std::string suffix;
    bool rest = false;
  };
  Method method = Method::get;
  std::vector<Segment> segments;
  RouteOptions options;
  Handler handler;
};

class Router {
 public:
  struct Found {
    const Route* route = nullptr;  // nullptr: nothing here (`allowed` empty) or not with this method
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string allowed;  // for the Allow header
  };

  // A pattern is a path whose segments may leave one part open: "/crl/{issuer}.crl". "{name*}" as last segment takes
  // all that follows, slashes included, and may be empty. A part left open by "{name}" is never empty and has no slash.
  // Routes are tried in the order of adding. A route for GET also serves HEAD.
  void add(Method method, std::string_view pattern, RouteOptions options, Handler handler);
  [[nodiscard]] Found find(Method method, const Target& target) const;

 private:
  std::map<std::string, std::vector<Route>, std::less<>> by_first_segment_;
};

}  // namespace yinxin::net
