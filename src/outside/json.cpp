#include "outside/json.h"

#include <algorithm>
#include <boost/json.hpp>

namespace yinxin::outside {

namespace {

constexpr std::size_t max_told_code_bytes = 64;

const boost::json::value* value_of(const void* node) { return static_cast<const boost::json::value*>(node); }

}  // namespace

Result<Json> Json::parse(BytesView text) {
  boost::system::error_code wrong;
  auto root = std::make_shared<const boost::json::value>(boost::json::parse(text_of(text), wrong));
  if (wrong) {
    return fail(ErrorCode::corrupt, "the answer is not JSON");
  }
  const void* node = root->is_null() ? nullptr : root.get();
  return Json(std::move(root), node);
}

bool Json::is_object() const { return node_ != nullptr && value_of(node_)->is_object(); }
bool Json::is_array() const { return node_ != nullptr && value_of(node_)->is_array(); }

Json Json::at(std::string_view key) const {
  if (!is_object()) {
    return {};
  }
  const boost::json::value* found = value_of(node_)->get_object().if_contains(key);
  return found == nullptr || found->is_null() ? Json() : Json(root_, found);
}

std::string Json::text() const {
  if (node_ == nullptr) {
    return {};
  }
  const boost::json::value& value = *value_of(node_);
  if (const auto* words = value.if_string()) {
    return {words->data(), words->size()};
  }
  if (const auto* number = value.if_int64()) {
    return std::to_string(*number);
  }
  if (const auto* number = value.if_uint64()) {
    return std::to_string(*number);
  }
  if (const auto* truth = value.if_bool()) {
    return *truth ? "true" : "false";
  }
  return {};
}

std::vector<Json> Json::items() const {
  std::vector<Json> items;
  if (is_array()) {
    const boost::json::array& array = value_of(node_)->get_array();
    items.reserve(array.size());
    for (const boost::json::value& item : array) {
      items.push_back(item.is_null() ? Json() : Json(root_, &item));
    }
  }
  return items;
}

std::string told_code(std::string_view code) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  };
  const bool fits = !code.empty() && code.size() <= max_told_code_bytes && std::ranges::all_of(code, allowed);
  return fits ? std::string(code) : "a code of its own";
}

}  // namespace yinxin::outside
