#include "agent/hall_client.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/session/session.h"

namespace yinxin::agent {

namespace {

constexpr int json_depth = 4;

Error not_understood() { return fail(ErrorCode::invalid_input, "the hall's answer is not what was asked for"); }

Result<boost::json::object> object_of(const net::Response& response) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = json_depth;
  boost::json::value read = boost::json::parse(text_of(response.body.view()), failed, {}, options);
  return failed || !read.is_object() ? Result<boost::json::object>(not_understood())
                                     : Result<boost::json::object>(std::move(read.get_object()));
}

// nullopt for null and for nothing.
Result<std::optional<std::string>> text_in(const boost::json::object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  if (found == nullptr || found->is_null()) {
    return std::optional<std::string>();
  }
  return found->is_string() ? Result<std::optional<std::string>>(std::string(found->get_string()))
                            : Result<std::optional<std::string>>(not_understood());
}

Result<Bytes> bytes_in(const boost::json::object& from, std::string_view key) {
  YX_TRY(const auto text, text_in(from, key));
  return text ? from_base64(*text) : Result<Bytes>(not_understood());
}

}  // namespace

Result<net::Response> HallClient::post(const std::string& path, std::string type, Bytes body) const {
  net::ClientRequest request{.method = net::Method::post, .target = path, .body = std::move(body)};
  request.headers.add(std::string(api::page_field), "agent");
  request.headers.add("Content-Type", std::move(type));
  return remote_.send(request);
}

Result<Opened> HallClient::begin(const std::string& device_serial, BytesView certificate_serial) const {
  const std::string asked = boost::json::serialize(
      boost::json::object{{"device_serial", device_serial}, {"certificate_serial", to_hex(certificate_serial)}});
  YX_TRY(const net::Response response, post("/api/v1/activation/begin", "application/json", to_bytes(bytes_of(asked))));
  YX_TRY(const auto read, object_of(response));
  Opened opened;
  YX_TRY(const auto line, text_in(read, "line"));
  YX_TRY(const auto seal, text_in(read, "seal_sm3"));
  YX_TRY(opened.door, bytes_in(read, "door"));
  YX_TRY(opened.pin_domain, bytes_in(read, "pin_domain"));
  if (!line) {
    return not_understood();
  }
  opened.line = *line;
  if (seal) {
    YX_TRY(const Bytes hash, from_hex(*seal));
    if (hash.size() != crypto::sm3_size) {
      return not_understood();
    }
    std::ranges::copy(hash, opened.seal_hash.emplace().begin());
  }
  return opened;
}

Result<pin::MessageId> HallClient::send_code(const std::string& device_serial, BytesView certificate_serial,
                                             const std::string& mobile) const {
  const std::string asked = boost::json::serialize(boost::json::object{
      {"device_serial", device_serial}, {"certificate_serial", to_hex(certificate_serial)}, {"mobile", mobile}});
  YX_TRY(const net::Response response, post("/api/v1/activation/code", "application/json", to_bytes(bytes_of(asked))));
  YX_TRY(const auto read, object_of(response));
  YX_TRY(const auto text, text_in(read, "challenge"));
  YX_TRY(const Bytes challenge, from_hex(text.value_or("")));
  pin::MessageId id{};
  if (challenge.size() != id.size()) {
    return not_understood();
  }
  std::ranges::copy(challenge, id.begin());
  return id;
}

Result<Bytes> HallClient::activate(BytesView activation) const {
  YX_TRY(const net::Response response, post("/api/v1/activation", "application/octet-stream", to_bytes(activation)));
  return to_bytes(response.body.view());
}

Result<std::optional<Bytes>> HallClient::confirm(BytesView activated) const {
  YX_TRY(const net::Response response,
         post("/api/v1/activation/confirmed", "application/octet-stream", to_bytes(activated)));
  YX_TRY(const auto read, object_of(response));
  YX_TRY(const auto text, text_in(read, "seal"));
  if (!text) {
    return std::optional<Bytes>();
  }
  YX_TRY(Bytes seal, from_base64(*text));
  return std::optional(std::move(seal));
}

}  // namespace yinxin::agent
