#include "report.h"

#include <boost/json.hpp>
#include <cstdio>

namespace yinxin::bench {

namespace {

template <class... T>
std::string printed(const char* format, const T&... values) {
  std::string line(static_cast<std::size_t>(std::snprintf(nullptr, 0, format, values...)) + 1, '\0');
  std::snprintf(line.data(), line.size(), format, values...);
  line.pop_back();
  return line;
}

std::string wanted(const Figure& figure) {
  if (figure.target.ratio > 0) {
    const bool is_reached = figure.ratio >= figure.target.ratio;
    return printed("%.4g x%s", figure.target.ratio, is_reached ? "" : "  not reached");
  }
  if (figure.target.ours > 0) {
    const bool is_reached = figure.ours >= figure.target.ours;
    return printed("%.0f%s", figure.target.ours, is_reached ? "" : "  not reached");
  }
  return "-";
}

}  // namespace

std::string table_head() {
  return printed("%-18s %12s %-5s %12s %-14s %8s  %s", "name", "ours", "unit", "theirs", "peer", "ratio", "must");
}

std::string table_line(const Figure& figure) {
  const bool has_peer = !figure.peer.empty();
  return printed("%-18s %12.1f %-5s %12s %-14s %8s  %s", figure.name.c_str(), figure.ours, figure.unit.c_str(),
                 has_peer ? printed("%.1f", figure.theirs).c_str() : "-", has_peer ? figure.peer.c_str() : "-",
                 has_peer ? printed("%.2f", figure.ratio).c_str() : "-", wanted(figure).c_str());
}

std::string to_json(std::span<const Figure> figures) {
  boost::json::array all;
  for (const Figure& figure : figures) {
    all.push_back(boost::json::object{{"name", figure.name},
                                      {"unit", figure.unit},
                                      {"ours", figure.ours},
                                      {"peer", figure.peer},
                                      {"theirs", figure.theirs},
                                      {"ratio", figure.ratio},
                                      {"note", figure.note}});
  }
  return boost::json::serialize(all) + "\n";
}

}  // namespace yinxin::bench
