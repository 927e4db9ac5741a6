#include "outside/aliyun/acs3.h"

#include "crypto/hmac.h"
#include "crypto/sm3.h"

namespace yinxin::outside::aliyun {

namespace {

constexpr std::string_view algorithm = "ACS3-HMAC-SHA256";
constexpr std::size_t nonce_bytes = 16;
constexpr int ok_status = 200;
constexpr int first_server_error = 500;

std::string query_of(const Call& call) {
  std::string query;
  for (const auto& [name, value] : call.query) {  // a map: sorted by name
    query += (query.empty() ? "" : "&") + net::percent_encoded(name) + "=" + net::percent_encoded(value);
  }
  return query;
}

}  // namespace

net::ClientRequest sign(const AccessKey& key, std::string_view host, const Call& call, Instant at,
                        const std::string& nonce) {
  const std::string body_hash = to_hex(crypto::sha256(call.body));
  std::map<std::string, std::string> fields{
      {"host", std::string(host)},         {"x-acs-action", call.action},
      {"x-acs-content-sha256", body_hash}, {"x-acs-date", to_rfc3339(whole_seconds(at))},
      {"x-acs-signature-nonce", nonce},    {"x-acs-version", call.version}};
  if (!call.content_type.empty()) {
    fields["content-type"] = call.content_type;
  }
  const std::string query = query_of(call);
  std::string block;
  std::string names;
  for (const auto& [name, value] : fields) {
    block += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical = "POST\n/\n" + query + "\n" + block + "\n" + names + "\n" + body_hash;
  const std::string to_sign = std::string(algorithm) + "\n" + to_hex(crypto::sha256(bytes_of(canonical)));
  const std::string signature = to_hex(crypto::hmac_sha256(key.secret.expose(), bytes_of(to_sign)));

  net::ClientRequest request{.method = net::Method::post, .target = query.empty() ? "/" : "/?" + query};
  request.body = call.body;
  for (const auto& [name, value] : fields) {
    if (name != "host") {
      request.headers.add(name, value);
    }
  }
  request.headers.add("accept", "application/json");
  request.headers.add("authorization", std::string(algorithm) + " Credential=" + key.id + ",SignedHeaders=" + names +
                                           ",Signature=" + signature);
  return request;
}

Result<Answer> Acs3Client::call(const Call& call) const {
  const net::ClientRequest request =
      sign(key_, net::host_field(place_), call, clock_->now(), to_hex(random_->bytes(nonce_bytes)));
  if (request.target.size() > net::max_target_bytes) {
    return fail(ErrorCode::invalid_input, "the parameters of " + call.action + " are too long");
  }
  YX_TRY(const net::Response response, client_.send(request));
  if (response.status >= first_server_error) {
    return fail(ErrorCode::outside_uncertain, call.action + " was answered " + std::to_string(response.status));
  }
  Answer answer{.raw = to_bytes(response.body.view()), .body = {}};
  YX_TRY(answer.body, Json::parse(answer.raw));
  if (!answer.body.is_object()) {
    return fail(ErrorCode::corrupt, "the answer to " + call.action + " is no object");
  }
  if (response.status != ok_status) {
    return fail(ErrorCode::declined_by_outside, told_code(answer.body.text("Code")));
  }
  return answer;
}

}  // namespace yinxin::outside::aliyun
