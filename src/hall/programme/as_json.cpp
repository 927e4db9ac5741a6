#include "hall/programme/as_json.h"

#include <boost/json.hpp>
#include <charconv>

namespace yinxin::hall::programme {

namespace {

boost::json::value scalar(const Node& node) {
  if (!node.quoted && (node.text == "true" || node.text == "false")) {
    return node.text == "true";
  }
  std::int64_t number = 0;
  const char* end = node.text.data() + node.text.size();
  const auto read = std::from_chars(node.text.data(), end, number);
  const bool is_plain =
      node.text == "0" || (!node.text.empty() && node.text.front() >= '1' && node.text.front() <= '9');
  if (!node.quoted && is_plain && read.ec == std::errc{} && read.ptr == end) {
    return number;
  }
  return boost::json::string(node.text);
}

// Depth is bounded by read_tree().
boost::json::value value_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty: return nullptr;
    case Node::Kind::scalar: return scalar(node);
    case Node::Kind::list: {
      boost::json::array list;
      for (const auto& entry : node.entries) {
        list.push_back(value_of(entry.value));
      }
      return list;
    }
    case Node::Kind::map: break;
  }
  boost::json::object map;
  for (const auto& entry : node.entries) {
    map[entry.key] = value_of(entry.value);
  }
  return map;
}

}  // namespace

std::string to_json(const Node& root) { return boost::json::serialize(value_of(root)); }

}  // namespace yinxin::hall::programme
