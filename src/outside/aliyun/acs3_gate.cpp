#include "outside/aliyun/acs3_gate.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "crypto/hmac.h"
#include "crypto/sm3.h"

namespace yinxin::outside::aliyun {

namespace {

constexpr std::string_view scheme = "ACS3-HMAC-SHA256 ";
constexpr std::size_t signature_digits = 64;
constexpr std::size_t max_nonce_bytes = 64;
constexpr std::array<std::string_view, 6> needed{"host",       "x-acs-action",          "x-acs-content-sha256",
                                                 "x-acs-date", "x-acs-signature-nonce", "x-acs-version"};

struct Authorization {
  std::string key_id;
  std::string names_text;
  std::vector<std::string> names;
  std::string signature;
};

// "ACS3-HMAC-SHA256 Credential=" id ",SignedHeaders=" name *( ";" name ) ",Signature=" 64HEXDIG
std::optional<Authorization> read_authorization(std::string_view text) {
  const auto take = [&](std::string_view label, char end) -> std::optional<std::string> {
    if (!text.starts_with(label)) {
      return std::nullopt;
    }
    text.remove_prefix(label.size());
    const std::size_t stop = end == '\0' ? text.size() : text.find(end);
    if (stop == std::string_view::npos) {
      return std::nullopt;
    }
    std::string value(text.substr(0, stop));
    text.remove_prefix(std::min(text.size(), stop + 1));
    return value;
  };
  if (!text.starts_with(scheme)) {
    return std::nullopt;
  }
  text.remove_prefix(scheme.size());
  const auto id = take("Credential=", ',');
  const auto names = take("SignedHeaders=", ',');
  const auto signature = take("Signature=", '\0');
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!id || !names || !signature || signature->size() != signature_digits ||
      !std::ranges::all_of(*signature, is_hex)) {
    return std::nullopt;
  }
  Authorization read{.key_id = *id, .names_text = *names, .names = {}, .signature = *signature};
  for (std::size_t from = 0; from <= names->size();) {
    const std::size_t to = std::min(names->find(';', from), names->size());
    read.names.push_back(names->substr(from, to - from));
    from = to + 1;
  }
  return read;
}

// RFC 3986 2.3: all but A-Z a-z 0-9 - _ . ~ becomes %XX.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool plain = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      const std::array<std::uint8_t, 1> one{byte};
      out += "%" + ascii_upper(to_hex(one));
    }
  }
  return out;
}

std::string canonical_query(const net::Target& target) {
  std::vector<std::string> pairs;
  pairs.reserve(target.query.size());
  for (const auto& [name, value] : target.query) {
    pairs.push_back(escaped(name) + "=" + escaped(value));
  }
  std::ranges::sort(pairs);
  std::string joined;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    joined.append(i == 0 ? "" : "&").append(pairs[i]);
  }
  return joined;
}

// Whether the signed names are in order, each there exactly once, and nothing that has to be signed is left out.
bool names_hold(const Authorization& authorization, const net::Headers& headers) {
  const std::vector<std::string>& names = authorization.names;
  if (std::ranges::adjacent_find(names, std::ranges::greater_equal{}) != names.end()) {
    return false;
  }
  const auto signed_here = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  for (const std::string& name : names) {
    if (name != ascii_lower(name) || headers.count(name) != 1) {
      return false;
    }
  }
  for (const auto& field : headers.fields()) {
    const std::string name = ascii_lower(field.first);
    if ((name.starts_with("x-acs-") || name == "content-type") && !signed_here(name)) {
      return false;
    }
  }
  return std::ranges::all_of(needed, signed_here);
}

std::string value_of(const net::Request& request, std::string_view name) {
  return std::string(request.headers.find(name).value_or(""));
}

}  // namespace

net::Response gateway_error(int status, std::string_view code, std::string_view message, const std::string& request_id,
                            std::string_view host) {
  const boost::json::object body{
      {"RequestId", request_id},
      {"HostId", host},
      {"Code", code},
      {"Message", message},
      {"Recommend", "https://api.aliyun.com/troubleshoot?q=" + std::string(code) + "&requestId=" + request_id}};
  net::Response response =
      net::answer("application/json;charset=utf-8", net::Body(std::string_view(boost::json::serialize(body))));
  response.status = status;
  return response;
}

std::string new_request_id(Random& random) {
  constexpr std::array<std::size_t, 4> dashes{8, 13, 18, 23};
  std::string id = ascii_upper(to_hex(random.bytes(16)));
  for (const std::size_t at : dashes) {
    id.insert(at, "-");
  }
  return id;
}

Acs3Gate::Acs3Gate(std::string key_id, SecretBytes secret, std::string version, std::set<std::string> actions,
                   const Clock& clock, Random& random)
    : key_id_(std::move(key_id)),
      secret_(std::move(secret)),
      version_(std::move(version)),
      actions_(std::move(actions)),
      clock_(clock),
      random_(random) {}

net::Response Acs3Gate::error(int status, std::string_view code, std::string_view message, const std::string& host) {
  return gateway_error(status, code, message, new_request_id(random_), host);
}

std::optional<net::Response> Acs3Gate::refuse_signature(const net::Request& request, const std::string& host) {
  constexpr std::string_view incomplete = "The request signature does not conform to Aliyun standards.";
  const auto authorization = read_authorization(value_of(request, "authorization"));
  if (!authorization || request.headers.count("authorization") != 1 || !names_hold(*authorization, request.headers)) {
    return error(400, "IncompleteSignature", incomplete, host);
  }
  if (authorization->key_id != key_id_) {
    return error(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.", host);
  }
  const std::string body_hash = to_hex(crypto::sha256(request.body));
  std::string canonical = std::string(net::name_of(request.method)) + "\n" + request.target.path + "\n" +
                          canonical_query(request.target) + "\n";
  for (const std::string& name : authorization->names) {
    canonical += name + ":" + value_of(request, name) + "\n";
  }
  canonical += "\n" + authorization->names_text + "\n" + body_hash;
  const std::string text = "ACS3-HMAC-SHA256\n" + to_hex(crypto::sha256(bytes_of(canonical)));
  const std::string wanted = to_hex(crypto::hmac_sha256(secret_.expose(), bytes_of(text)));
  if (value_of(request, "x-acs-content-sha256") != body_hash ||
      !equal_in_constant_time(bytes_of(wanted), bytes_of(authorization->signature))) {
    return error(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.", host);
  }
  return std::nullopt;
}

std::optional<net::Response> Acs3Gate::refuse_time(const net::Request& request, const std::string& host) {
  constexpr std::size_t date_bytes = 20;  // 2026-11-21T03:46:50Z
  const std::string date = value_of(request, "x-acs-date");
  const auto at = from_rfc3339(date);
  if (!at || date.size() != date_bytes || !date.ends_with('Z')) {
    return error(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.", host);
  }
  const Instant now = clock_.now();
  if (*at < now - acs3_window || *at > now + acs3_window) {
    return error(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", host);
  }
  const std::string nonce = value_of(request, "x-acs-signature-nonce");
  const std::scoped_lock lock(mutex_);
  while (!nonce_ages_.empty() && nonce_ages_.front().first < now - 2 * acs3_window) {
    nonces_.erase(nonce_ages_.front().second);
    nonce_ages_.pop_front();
  }
  if (nonce_ages_.size() >= max_remembered_nonces) {
    return error(400, "Throttling.User", "Request was denied due to user flow control.", host);
  }
  if (nonce.empty() || nonce.size() > max_nonce_bytes || !nonces_.insert(nonce).second) {
    return error(400, "SignatureNonceUsed", "Specified signature nonce was used already.", host);
  }
  nonce_ages_.emplace_back(now, nonce);
  return std::nullopt;
}

std::optional<net::Response> Acs3Gate::refuse(const net::Request& request) {
  const std::string host = value_of(request, "host");
  if (auto refused = refuse_signature(request, host)) {
    return refused;
  }
  if (auto refused = refuse_time(request, host)) {
    return refused;
  }
  if (value_of(request, "x-acs-version") != version_) {
    return error(400, "InvalidVersion", "Specified parameter Version is not valid.", host);
  }
  if (!actions_.contains(value_of(request, "x-acs-action"))) {
    return error(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.", host);
  }
  return std::nullopt;
}

}  // namespace yinxin::outside::aliyun
