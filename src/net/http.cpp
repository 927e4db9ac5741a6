#include "net/http.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"

namespace yinxin::net {

namespace {

struct MethodName {
  Method method;
  std::string_view name;
};
constexpr std::array<MethodName, 7> method_names{{{Method::get, "GET"},
                                                  {Method::head, "HEAD"},
                                                  {Method::post, "POST"},
                                                  {Method::put, "PUT"},
                                                  {Method::patch, "PATCH"},
                                                  {Method::delete_, "DELETE"},
                                                  {Method::options, "OPTIONS"}}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string digits(int number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

std::string_view weekday_of(Instant at) {
  const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(at)};
  return weekdays[day.c_encoding()];
}

}  // namespace

std::string_view name_of(Method method) {
  for (const MethodName& known : method_names) {
    if (known.method == method) {
      return known.name;
    }
  }
  ensure_unreachable("a Method without a name");
}

std::optional<Method> method_of(std::string_view name) {
  const auto found = std::ranges::find(method_names, name, &MethodName::name);
  return found == method_names.end() ? std::nullopt : std::optional(found->method);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto found = std::ranges::find_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
  return found == fields_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [&](const auto& field) { return same_name(field.first, name); }));
}

BytesView Body::view() const {
  if (const auto* own = std::get_if<Bytes>(&bytes_)) {
    return *own;
  }
  const auto& shared = std::get<std::shared_ptr<const Bytes>>(bytes_);
  return shared == nullptr ? BytesView{} : BytesView(*shared);
}

std::string_view Request::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(parameters, [&](const auto& pair) { return pair.first == name; });
  return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

Response answer(std::string content_type, Body body) {
  Response response;
  response.headers.add("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

Response problem(int status, std::string_view detail) {
  std::string json =
      R"({"type":"about:blank","title":)" + json_string(reason_of(status)) + R"(,"status":)" + std::to_string(status);
  if (!detail.empty()) {
    json += R"(,"detail":)" + json_string(detail);
  }
  json += "}";
  Response response = answer("application/problem+json", Body(std::string_view(json)));
  response.status = status;
  response.headers.add("Cache-Control", "no-store");
  return response;
}

std::string_view reason_of(int status) {
  static const std::map<int, std::string_view> reasons{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {303, "See Other"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {423, "Locked"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  const auto found = reasons.find(status);
  return found == reasons.end() ? std::string_view{} : found->second;
}

std::string json_string(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : is_utf8(text) ? text : std::string_view("not UTF-8")) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      json += "\\u00";
      json += hex[byte >> 4U];
      json += hex[byte & 15U];
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string media_type(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) {
    type.remove_suffix(1);
  }
  return ascii_lower(type);
}

std::string to_http_date(Instant at) {
  const CalendarTime time = to_calendar(at);
  return std::string(weekday_of(at)) + ", " + digits(time.day, 2) + " " +
         std::string(months.at(static_cast<std::size_t>(time.month - 1))) + " " + digits(time.year, 4) + " " +
         digits(time.hour, 2) + ":" + digits(time.minute, 2) + ":" + digits(time.second, 2) + " GMT";
}

// IMF-fixdate = day-name "," SP 2DIGIT SP month SP 4DIGIT SP 2DIGIT ":" 2DIGIT ":" 2DIGIT SP "GMT"
Result<Instant> from_http_date(std::string_view text) {
  const Error bad = fail(ErrorCode::invalid_input, "not a date of RFC 9110");
  constexpr std::string_view form = "DDD, 00 MMM 0000 00:00:00 GMT";
  if (text.size() != form.size()) {
    return bad;
  }
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool open = form[i] == 'D' || (form[i] == 'M' && i < 12);
    if (form[i] == '0' ? !digit : !open && text[i] != form[i]) {
      return bad;
    }
  }
  const auto month = std::ranges::find(months, text.substr(8, 3));
  if (month == months.end()) {
    return bad;
  }
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    for (const char c : text.substr(from, size)) {
      value = value * 10 + (c - '0');
    }
    return value;
  };
  YX_TRY(const Instant at, from_calendar({.year = number(12, 4),
                                          .month = static_cast<int>(month - months.begin()) + 1,
                                          .day = number(5, 2),
                                          .hour = number(17, 2),
                                          .minute = number(20, 2),
                                          .second = number(23, 2)}));
  if (text.substr(0, 3) != weekday_of(at)) {
    return bad;
  }
  return at;
}

}  // namespace yinxin::net
