#include "net/framing.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace yinxin::net {

namespace {

// A host with an optional port, as in RFC 9110 7.2; what cannot be one is an attempt on somebody's routing.
bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool has_control(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

std::optional<Response> framing_refusal(const Headers& headers, bool is_1_1) {
  const std::size_t encodings = headers.count("Transfer-Encoding");
  const std::size_t lengths = headers.count("Content-Length");
  if (encodings > 1 || lengths > 1 || (encodings > 0 && (lengths > 0 || !is_1_1))) {
    return problem(400, "the length of the body can be read in two ways");
  }
  if (encodings == 1 && ascii_lower(*headers.find("Transfer-Encoding")) != "chunked") {
    return problem(501, "no transfer encoding but chunked");
  }
  if (lengths == 1 && !all_digits(*headers.find("Content-Length"))) {
    return problem(400, "Content-Length is not a number");
  }
  const std::size_t hosts = headers.count("Host");
  if (hosts > 1 || (hosts == 0 && is_1_1) || (hosts == 1 && !is_host(*headers.find("Host")))) {
    return problem(400, "exactly one Host, a name or address with an optional port");
  }
  if (const auto expect = headers.find("Expect"); expect && ascii_lower(*expect) != "100-continue") {
    return problem(417, "");
  }
  return std::nullopt;
}

void understand(const Router& router, const RequestLine& line, Incoming& incoming) {
  if (line.version != 10 && line.version != 11) {
    return incoming.refuse(problem(505, ""));
  }
  if (auto refusal = framing_refusal(incoming.request.headers, line.version == 11)) {
    return incoming.refuse(std::move(*refusal));
  }
  const auto method = method_of(line.method);
  if (!method) {
    return incoming.refuse(problem(501, "unknown method"));
  }
  auto target = parse_target(line.target);
  if (!target) {
    return incoming.refuse(problem(line.target.size() > max_target_bytes ? 414 : 400, target.error().detail));
  }
  incoming.request.method = *method == Method::head ? Method::get : *method;
  incoming.request.target = std::move(*target);
  incoming.keep_alive = line.keep_alive;
  incoming.is_1_0 = line.version == 10;
  Router::Found found = router.find(*method, incoming.request.target);
  if (found.route == nullptr) {
    incoming.refusal = problem(found.allowed.empty() ? 404 : 405, "");
    if (!found.allowed.empty()) {
      incoming.refusal->headers.add("Allow", found.allowed);
    }
    incoming.keep_alive = incoming.keep_alive && !line.is_chunked && line.body_bytes == 0;
    return;
  }
  const std::size_t max_body = found.route->options.max_body_bytes;
  if (line.body_bytes > max_body) {
    return incoming.refuse(body_too_large(found.route->options));
  }
  incoming.route = found.route;
  incoming.request.parameters = std::move(found.parameters);
}

Response body_too_large(const RouteOptions& options) {
  Response refusal = options.too_large == nullptr
                         ? problem(413, "at most " + std::to_string(options.max_body_bytes) + " bytes")
                         : options.too_large(options.max_body_bytes);
  refusal.status = 413;
  return refusal;
}

bool has_clean_fields(const Response& response) {
  return std::ranges::none_of(response.headers.fields(),
                              [](const auto& field) { return has_control(field.first) || has_control(field.second); });
}

std::string chunk_of(BytesView data) {
  if (data.empty()) {
    return "0\r\n\r\n";
  }
  std::array<char, sizeof(std::size_t) * 2> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), data.size(), 16).ptr;
  std::string chunk(size.data(), end);
  chunk += "\r\n";
  chunk += text_of(data);
  chunk += "\r\n";
  return chunk;
}

std::string header_text(const Response& response, std::string_view date, bool keep_alive, Ending ending) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_of(response.status)) +
                     "\r\nDate: " + std::string(date) + "\r\n";
  for (const auto& [name, value] : response.headers.fields()) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
  }
  if (ending == Ending::chunks) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (ending == Ending::length && response.status != 204 && response.status != 304) {
    head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace yinxin::net
