#pragma once
// JSON bodies, read without trust: bounded by the route's size, a depth, and the kinds of the fields that are asked.

#include <map>
#include <memory>
#include <optional>

#include "api/json_names.h"
#include "net/http.h"

namespace yinxin::api {

constexpr std::size_t max_json_depth = 8;

class JsonBody {
 public:
  JsonBody(JsonBody&&) noexcept;
  ~JsonBody();
  // invalid_input "body.json" for anything but one JSON object.
  static Result<JsonBody> of(const net::Request& request);
  // invalid_input "body.json" when it is missing or of another kind.
  [[nodiscard]] Result<std::string> text(std::string_view key) const;
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view otherwise) const;
  [[nodiscard]] Result<std::int64_t> number(std::string_view key) const;
  // Nothing when it is not there.
  [[nodiscard]] Result<std::optional<bool>> flag(std::string_view key) const;
  [[nodiscard]] Result<std::map<std::string, std::string>> texts(std::string_view key) const;

 private:
  struct Fields;
  explicit JsonBody(std::unique_ptr<const Fields> fields);
  std::unique_ptr<const Fields> fields_;
};

// Never to be stored by anybody between.
net::Response json_answer(const boost::json::value& value, int status = 200);

}  // namespace yinxin::api
