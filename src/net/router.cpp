#include <algorithm>
#include <set>

#include "net/http.h"

namespace yinxin::net {

namespace {

Route::Segment read_segment(std::string_view text, bool last) {
  const std::size_t open = text.find('{');
  if (open == std::string_view::npos) {
    return {.prefix = std::string(text), .name = "", .suffix = ""};
  }
  const std::size_t close = text.find('}', open);
  ensure(close != std::string_view::npos && close > open + 1, "a route's pattern closes what it opens");
  std::string_view name = text.substr(open + 1, close - open - 1);
  const bool rest = name.ends_with('*');
  if (rest) {
    ensure(last && text.size() == name.size() + 2, "only the last segment of a route may take all that follows");
    name.remove_suffix(1);
  }
  return {.prefix = std::string(text.substr(0, open)),
          .name = std::string(name),
          .suffix = std::string(text.substr(close + 1)),
          .rest = rest};
}

bool take(const Route::Segment& open, const std::string& segment,
          std::vector<std::pair<std::string, std::string>>& parameters) {
  if (open.name.empty()) {
    return segment == open.prefix;
  }
  const std::size_t fixed = open.prefix.size() + open.suffix.size();
  if (segment.size() <= fixed || !segment.starts_with(open.prefix) || !segment.ends_with(open.suffix)) {
    return false;
  }
  std::string part = segment.substr(open.prefix.size(), segment.size() - fixed);
  if (part.find('/') != std::string::npos) {
    return false;  // it came as %2F; only a rest may hold one
  }
  parameters.emplace_back(open.name, std::move(part));
  return true;
}

bool matches(const Route& route, const std::vector<std::string>& segments,
             std::vector<std::pair<std::string, std::string>>& parameters) {
  parameters.clear();
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    if (i >= segments.size()) {
      return false;
    }
    if (route.segments[i].rest) {
      std::string rest = segments[i];
      for (std::size_t more = i + 1; more < segments.size(); ++more) {
        rest += '/';
        rest += segments[more];
      }
      parameters.emplace_back(route.segments[i].name, std::move(rest));
      return true;
    }
    if (!take(route.segments[i], segments[i], parameters)) {
      return false;
    }
  }
  return route.segments.size() == segments.size();
}

}  // namespace

void Router::add(Method method, std::string_view pattern, RouteOptions options, Handler handler) {
  ensure(pattern.starts_with('/') && handler != nullptr, "a route has a path and a handler");
  Route route{.method = method, .segments = {}, .options = options, .handler = std::move(handler)};
  for (std::size_t from = 1; from <= pattern.size();) {
    const std::size_t to = std::min(pattern.find('/', from), pattern.size());
    route.segments.push_back(read_segment(pattern.substr(from, to - from), to == pattern.size()));
    from = to + 1;
  }
  const Route::Segment& first = route.segments.front();
  by_first_segment_[first.name.empty() ? first.prefix : ""].push_back(std::move(route));
}

Router::Found Router::find(Method method, const Target& target) const {
  Found found;
  std::set<std::string_view> allowed;
  const auto look_among = [&](std::string_view first) {
    const auto routes = by_first_segment_.find(first);
    if (routes == by_first_segment_.end()) {
      return false;
    }
    for (const Route& route : routes->second) {
      if (!matches(route, target.segments, found.parameters)) {
        continue;
      }
      if (route.method == method || (method == Method::head && route.method == Method::get)) {
        found.route = &route;
        return true;
      }
      allowed.insert(name_of(route.method));
      if (route.method == Method::get) {
        allowed.insert(name_of(Method::head));
      }
    }
    return false;
  };
  // Patterns whose first segment is open stand under "", as does the path "/" alone.
  if (look_among(target.segments.front()) || (!target.segments.front().empty() && look_among(""))) {
    return found;
  }
  found.parameters.clear();
  for (const std::string_view name : allowed) {
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(name);
  }
  return found;
}

}  // namespace yinxin::net
