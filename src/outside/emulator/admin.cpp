#include "outside/emulator/admin.h"

#include <boost/json.hpp>

namespace yinxin::outside {

std::optional<std::map<std::string, std::string>> flat_object(std::string_view json) {
  boost::system::error_code wrong;
  const boost::json::value read = boost::json::parse(json, wrong);
  if (wrong || !read.is_object()) {
    return std::nullopt;
  }
  std::map<std::string, std::string> members;
  for (const auto& [name, value] : read.get_object()) {
    if (value.is_int64()) {
      members.emplace(name, std::to_string(value.get_int64()));
    } else if (value.is_string()) {
      members.emplace(name, value.get_string());
    } else if (value.is_bool()) {
      members.emplace(name, value.get_bool() ? "true" : "false");
    } else {
      return std::nullopt;
    }
  }
  return members;
}

std::string member(const std::map<std::string, std::string>& members, const std::string& name) {
  const auto found = members.find(name);
  return found == members.end() ? std::string() : found->second;
}

}  // namespace yinxin::outside
