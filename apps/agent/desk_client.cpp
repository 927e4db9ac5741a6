#include "agent/desk_client.h"

#include <boost/json.hpp>

#include "api/routes/desk/desk.h"

namespace yinxin::agent {

namespace {

using boost::json::object;
using boost::json::value;

constexpr int json_depth = 8;
constexpr const char* json_type = "application/json";
constexpr const char* der_type = "application/octet-stream";

Error not_understood() { return fail(ErrorCode::invalid_input, "the desk's answer is not what was asked for"); }

Result<object> object_of(BytesView json) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = json_depth;
  value read = boost::json::parse(text_of(json), failed, {}, options);
  return failed || !read.is_object() ? Result<object>(not_understood()) : Result<object>(std::move(read.get_object()));
}

Result<std::string> text_in(const object& from, std::string_view key) {
  const value* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? Result<std::string>(std::string(found->get_string()))
                                                : Result<std::string>(not_understood());
}

Result<Bytes> bytes_in(const object& from, std::string_view key) {
  YX_TRY(const std::string text, text_in(from, key));
  return from_base64(text);
}

// Absent and null are the same.
Result<std::optional<Bytes>> optional_bytes_in(const object& from, std::string_view key) {
  const value* found = from.if_contains(key);
  if (found == nullptr || found->is_null()) {
    return std::optional<Bytes>();
  }
  YX_TRY(Bytes bytes, bytes_in(from, key));
  return std::optional(std::move(bytes));
}

Result<const boost::json::array*> array_in(const object& from, std::string_view key) {
  const value* found = from.if_contains(key);
  return found != nullptr && found->is_array() ? Result<const boost::json::array*>(&found->get_array())
                                               : Result<const boost::json::array*>(not_understood());
}

std::string json_of(const object& from) { return boost::json::serialize(from); }

std::string path_of(const std::string& id, std::string_view rest = {}) {
  return "/desk/v1/cases/" + path_part(id) + std::string(rest);
}
std::string path_of_line(const std::string& id, std::int64_t line, std::string_view rest) {
  return path_of(id, "/lines/" + std::to_string(line) + std::string(rest));
}

}  // namespace

Result<net::Response> DeskClient::send(net::Method method, const std::string& path, std::string type, Bytes body) {
  net::ClientRequest request{.method = method, .target = path, .body = std::move(body)};
  request.headers.add(std::string(api::desk_page_field), "agent");
  if (!token_.empty()) {
    request.headers.add("Cookie", std::string(api::desk_cookie) + "=" + token_);
  }
  if (!type.empty()) {
    request.headers.add("Content-Type", std::move(type));
  }
  return remote_.send(request);
}

Result<std::string> DeskClient::text(net::Method method, const std::string& path, const std::string& json) {
  YX_TRY(const net::Response response,
         send(method, path, method == net::Method::post ? json_type : "", to_bytes(bytes_of(json))));
  return std::string(text_of(response.body.view()));
}

Result<std::string> DeskClient::log_in(const x509::Certificate& certificate, crypto::Signer& signer) {
  YX_TRY(const std::string challenge, text(net::Method::post, "/desk/v1/challenge", "{}"));
  YX_TRY(const object asked, object_of(bytes_of(challenge)));
  YX_TRY(const std::string nonce, text_in(asked, "nonce"));
  if (nonce.size() > api::max_nonce_text) {
    return not_understood();
  }
  // The origin is the one that we were told to go to, never one that the other side names.
  YX_TRY(const crypto::Sm2Signature signature, signer.sign(bytes_of(api::desk_login_words(remote_.origin(), nonce))));
  const object login{
      {"certificate", to_base64(certificate.der())}, {"signature", to_base64(signature.to_der())}, {"nonce", nonce}};
  YX_TRY(const net::Response response,
         send(net::Method::post, "/desk/v1/login", json_type, to_bytes(bytes_of(json_of(login)))));
  const std::string field(response.headers.find("Set-Cookie").value_or(""));
  const std::string begin = std::string(api::desk_cookie) + "=";
  if (!field.starts_with(begin)) {
    return not_understood();
  }
  token_ = field.substr(begin.size(), field.find(';') - begin.size());
  if (token_.empty() || !from_hex(token_)) {
    token_.clear();
    return not_understood();
  }
  return token_;
}

Result<void> DeskClient::log_out() {
  YX_CHECK(send(net::Method::delete_, "/desk/v1/login"));
  token_.clear();
  return {};
}

Result<std::string> DeskClient::me() { return text(net::Method::get, "/desk/v1/me"); }

Result<std::string> DeskClient::list(const std::string& state, std::size_t limit) {
  return text(net::Method::get,
              "/desk/v1/cases?limit=" + std::to_string(limit) + (state.empty() ? "" : "&state=" + path_part(state)));
}

Result<std::string> DeskClient::show(const std::string& id) { return text(net::Method::get, path_of(id)); }

Result<std::string> DeskClient::reveal(const std::string& id, const std::string& field) {
  return text(net::Method::post, path_of(id, "/reveal"), json_of({{"field", field}}));
}

Result<std::string> DeskClient::line_state(const std::string& id, std::int64_t line) {
  YX_TRY(const std::string shown, show(id));
  YX_TRY(const object read, object_of(bytes_of(shown)));
  YX_TRY(const auto* lines, array_in(read, "lines"));
  for (const value& each : *lines) {
    const auto* one = each.if_object();
    const auto* number = one == nullptr ? nullptr : one->if_contains("number");
    if (number != nullptr && number->is_int64() && number->get_int64() == line) {
      return text_in(*one, "state");
    }
  }
  return fail(ErrorCode::not_found, "the case has no such line");
}

Result<std::string> DeskClient::claim(const std::string& id) {
  return text(net::Method::post, path_of(id, "/claim"), "{}");
}

Result<std::string> DeskClient::give_back(const std::string& id, const std::string& reason,
                                          const std::map<std::string, std::string>& reopened) {
  object fields;
  for (const auto& [field, words] : reopened) {
    fields[field] = words;
  }
  return text(net::Method::post, path_of(id, "/return"),
              json_of({{"reason", reason}, {"reopened", std::move(fields)}}));
}

Result<std::string> DeskClient::refuse(const std::string& id, const std::string& reason) {
  return text(net::Method::post, path_of(id, "/refusal"), json_of({{"reason", reason}}));
}

Result<std::string> DeskClient::grant_refund(const std::string& refund, const std::string& words) {
  return text(net::Method::post, "/desk/v1/finance/refunds/" + refund + "/grant", json_of({{"words", words}}));
}

Result<std::string> DeskClient::settle_refund_by_hand(const std::string& refund, const std::string& words) {
  return text(net::Method::post, "/desk/v1/finance/refunds/" + refund + "/settlement-by-hand",
              json_of({{"words", words}}));
}

Result<std::string> DeskClient::prove_identity(const std::string& id, const std::string& method,
                                               const std::string& words) {
  return text(net::Method::post, path_of(id, "/identity"), json_of({{"method", method}, {"words", words}}));
}

Result<std::string> DeskClient::requery(const std::string& id) {
  return text(net::Method::post, path_of(id, "/evidence"), "{}");
}

Result<std::string> DeskClient::dispatch(const std::string& id) {
  return text(net::Method::post, path_of(id, "/dispatch"), "{}");
}

Result<std::string> DeskClient::parcel(const std::string& id, const std::string& standing) {
  return text(net::Method::post, path_of(id, "/parcel"), json_of({{"standing", standing}}));
}

Result<std::string> DeskClient::paper_link(const std::string& id, const std::string& slot) {
  return text(net::Method::post, path_of(id, "/materials/" + path_part(slot) + "/link"), "{}");
}

Result<token::ApprovalBundle> bundle_of_json(BytesView json) {
  YX_TRY(const object read, object_of(json));
  return bundle_of(read);
}

Result<token::ApprovalBundle> bundle_of(const object& read) {
  token::ApprovalBundle bundle;
  YX_TRY(bundle.snapshot, bytes_in(read, "snapshot"));
  YX_TRY(bundle.manifest, bytes_in(read, "manifest"));
  YX_TRY(const Bytes content, bytes_in(read, "content"));
  YX_TRY(bundle.content, trust::ApprovalContent::parse(content));
  YX_TRY(const auto* materials, array_in(read, "materials"));
  for (const value& each : *materials) {
    if (!each.is_object()) {
      return not_understood();
    }
    token::ShownMaterial material;
    YX_TRY(material.slot, text_in(each.get_object(), "slot"));
    YX_TRY(material.original, bytes_in(each.get_object(), "original"));
    YX_TRY(material.rendition, bytes_in(each.get_object(), "rendition"));
    bundle.materials.push_back(std::move(material));
  }
  YX_TRY(const auto* evidence, array_in(read, "evidence"));
  for (const value& each : *evidence) {
    if (!each.is_string()) {
      return not_understood();
    }
    YX_TRY(Bytes receipt, from_base64(std::string(each.get_string())));
    bundle.evidence.push_back(std::move(receipt));
  }
  YX_TRY(bundle.first_approval, optional_bytes_in(read, "first_approval"));
  YX_TRY(const auto* checks, array_in(read, "checks"));
  for (const value& each : *checks) {
    if (!each.is_object() || bundle.checks.size() >= token::max_checks_shown) {
      return not_understood();
    }
    token::ShownCheck& check = bundle.checks.emplace_back();
    YX_TRY(check.level, text_in(each.get_object(), "level"));
    YX_TRY(const std::string subject, text_in(each.get_object(), "subject"));
    YX_TRY(const std::string sentence, text_in(each.get_object(), "sentence"));
    YX_TRY(const std::string found, text_in(each.get_object(), "found"));
    check.words = subject + " " + sentence + (found.empty() ? "" : " (" + found + ")");
  }
  return bundle;
}

Result<token::ApprovalBundle> DeskClient::approval_bundle(const std::string& id, trust::Decision decision,
                                                          const std::map<std::string, std::string>& overrides) {
  std::string query = decision == trust::Decision::accept ? "?decision=accept" : "?decision=approve";
  for (const auto& [kind, reason] : overrides) {
    query += "&override=" + path_part(kind + "=" + reason);
  }
  YX_TRY(const net::Response response, send(net::Method::get, path_of(id, "/approval-bundle" + query)));
  return bundle_of_json(response.body.view());
}

Result<std::string> DeskClient::hand_in(const std::string& id, trust::Decision decision, BytesView signed_approval) {
  YX_TRY(const net::Response response,
         send(net::Method::post, path_of(id, decision == trust::Decision::accept ? "/acceptance" : "/second-approval"),
              der_type, to_bytes(signed_approval)));
  return std::string(text_of(response.body.view()));
}

Result<Permitted> DeskClient::permit(const std::string& id, std::int64_t line, const std::string& device,
                                     const x509::Certificate& station, const x509::Certificate& officer) {
  const object asked{{"device_serial", device},
                     {"station", to_base64(station.der())},
                     {"officer_certificate", to_base64(officer.der())}};
  YX_TRY(const std::string answer, text(net::Method::post, path_of_line(id, line, "/permit"), json_of(asked)));
  YX_TRY(const object read, object_of(bytes_of(answer)));
  Permitted permitted;
  YX_TRY(permitted.permit, bytes_in(read, "permit"));
  YX_TRY(permitted.secrets, bytes_in(read, "secrets"));
  YX_TRY(permitted.pin_domain, bytes_in(read, "pin_domain"));
  return permitted;
}

Result<std::string> DeskClient::bind(const std::string& id, std::int64_t line, const office::NewKey& made) {
  return text(net::Method::post, path_of_line(id, line, "/binding"),
              json_of({{"key_binding", to_base64(made.key_binding)}, {"request", to_base64(made.request)}}));
}

Result<std::string> DeskClient::issue(const std::string& id, std::int64_t line) {
  return text(net::Method::post, path_of_line(id, line, "/issue"), "{}");
}

Result<Bytes> DeskClient::make_seal(const std::string& id, std::int64_t line) {
  YX_TRY(const std::string answer, text(net::Method::post, path_of_line(id, line, "/seal"), "{}"));
  YX_TRY(const object read, object_of(bytes_of(answer)));
  return bytes_in(read, "seal");
}

Result<office::LineCertificates> DeskClient::certificates(const std::string& id, std::int64_t line) {
  YX_TRY(const std::string answer, text(net::Method::get, path_of_line(id, line, "/certificates")));
  YX_TRY(const object read, object_of(bytes_of(answer)));
  office::LineCertificates made;
  YX_TRY(made.signing, bytes_in(read, "signing"));
  YX_TRY(made.encryption, bytes_in(read, "encryption"));
  YX_TRY(made.envelope, bytes_in(read, "envelope"));
  YX_TRY(made.seal, optional_bytes_in(read, "seal"));
  return made;
}

Result<std::string> DeskClient::written(const std::string& id, std::int64_t line, BytesView signed_word) {
  YX_TRY(const net::Response response,
         send(net::Method::post, path_of_line(id, line, "/written"), der_type, to_bytes(signed_word)));
  return std::string(text_of(response.body.view()));
}

}  // namespace yinxin::agent
