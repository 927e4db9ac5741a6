#include "api/body.h"

#include <boost/json.hpp>

namespace yinxin::api {

namespace {

Error not_as_expected() { return fail(ErrorCode::invalid_input, "body.json"); }

}  // namespace

struct JsonBody::Fields {
  boost::json::object all;
};

JsonBody::JsonBody(std::unique_ptr<const Fields> fields) : fields_(std::move(fields)) {}
JsonBody::JsonBody(JsonBody&&) noexcept = default;
JsonBody::~JsonBody() = default;

Result<JsonBody> JsonBody::of(const net::Request& request) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = max_json_depth;
  boost::json::value read = boost::json::parse(text_of(request.body), failed, {}, options);
  if (failed || !read.is_object()) {
    return not_as_expected();
  }
  return JsonBody(std::make_unique<const Fields>(Fields{std::move(read.get_object())}));
}

Result<std::string> JsonBody::text(std::string_view key) const {
  const auto* found = fields_->all.if_contains(key);
  return found != nullptr && found->is_string() ? Result<std::string>(std::string(found->get_string()))
                                                : Result<std::string>(not_as_expected());
}

std::string JsonBody::text_or(std::string_view key, std::string_view otherwise) const {
  const auto* found = fields_->all.if_contains(key);
  return std::string(found != nullptr && found->is_string() ? std::string_view(found->get_string()) : otherwise);
}

Result<std::int64_t> JsonBody::number(std::string_view key) const {
  const auto* found = fields_->all.if_contains(key);
  return found != nullptr && found->is_int64() ? Result<std::int64_t>(found->get_int64())
                                               : Result<std::int64_t>(not_as_expected());
}

Result<std::optional<bool>> JsonBody::flag(std::string_view key) const {
  const auto* found = fields_->all.if_contains(key);
  if (found == nullptr) {
    return std::optional<bool>();
  }
  return found->is_bool() ? Result<std::optional<bool>>(found->get_bool())
                          : Result<std::optional<bool>>(not_as_expected());
}

Result<std::map<std::string, std::string>> JsonBody::texts(std::string_view key) const {
  std::map<std::string, std::string> out;
  const auto* found = fields_->all.if_contains(key);
  if (found == nullptr) {
    return out;
  }
  if (!found->is_object()) {
    return not_as_expected();
  }
  for (const auto& [name, value] : found->get_object()) {
    if (!value.is_string()) {
      return not_as_expected();
    }
    out[std::string(name)] = std::string(value.get_string());
  }
  return out;
}

net::Response json_answer(const boost::json::value& value, int status) {
  const std::string text = boost::json::serialize(value);
  net::Response response = net::answer("application/json; charset=utf-8", std::string_view(text));
  response.status = status;
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace yinxin::api
