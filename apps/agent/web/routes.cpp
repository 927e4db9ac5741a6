#include "agent/web/routes.h"

#include <algorithm>
#include <boost/json.hpp>

#include "agent/desk_client.h"
#include "agent/web/answers.h"
#include "agent/web/questions.h"
#include "api/session/officer_sessions.h"
#include "seal/text.h"

namespace yinxin::agent::web {

namespace {

using boost::json::object;
using net::Method;
using net::Request;
using net::Response;

constexpr int json_depth = 8;

Error bad_request() { return fail(ErrorCode::invalid_input, "agent.bad_request"); }

Result<object> object_of(const Request& request) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = json_depth;
  boost::json::value read = boost::json::parse(text_of(request.body), failed, {}, options);
  return failed || !read.is_object() ? Result<object>(bad_request()) : Result<object>(std::move(read.get_object()));
}

Result<std::string> text_in(const object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? Result<std::string>(std::string(found->get_string()))
                                                : Result<std::string>(bad_request());
}

Result<const object*> object_in(const object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found != nullptr && found->is_object() ? Result<const object*>(&found->get_object())
                                                : Result<const object*>(bad_request());
}

// A desk's nonce: hexadecimal and short, so that no other statement's words can stand in it.
Result<std::string> nonce_in(const object& wish) {
  YX_TRY(const object* challenge, object_in(wish, "challenge"));
  YX_TRY(std::string nonce, text_in(*challenge, "nonce"));
  if (nonce.empty() || nonce.size() > api::max_nonce_text || !from_hex(nonce)) {
    return bad_request();
  }
  return nonce;
}

object view_of(const OfficerKey& key) {
  return {{"use", name_of(key.use)},
          {"subject", seal::clean_text(key.certificate.subject().text())},
          {"serial", to_hex(key.certificate.serial())},
          {"not_after", to_rfc3339(key.certificate.not_after())}};
}

class WebRoutes {
 public:
  explicit WebRoutes(WebParts parts)
      : parts_(std::move(parts)),
        gate_({.consents = parts_.consents, .allowed = parts_.allowed, .port = parts_.port}) {}

  [[nodiscard]] const Gate& gate() const { return gate_; }

  Result<Response> status(const Request& request) {
    YX_TRY(const std::string origin, gate_.origin_of(request));
    const auto standing = gate_.standing(origin);
    object fields{{"name", "yinxin-agent"}, {"consent", standing ? name_of(*standing) : "none"}};
    if (standing == Answer::granted) {
      fields["version"] = parts_.version;
    } else if (!standing && is_asked(origin)) {
      fields["consent"] = "asked";
    }
    return told(fields);
  }

  Result<Response> consent(const Request& request) {
    YX_TRY(const std::string origin, gate_.origin_of(request));
    YX_TRY(const object wish, object_of(request));
    if (!wish.empty()) {
      return bad_request();
    }
    if (const auto standing = gate_.standing(origin)) {
      return answered(*standing);
    }
    const Window::Turn turn = parts_.window.take_turn();
    if (!turn.owns_lock()) {
      return busy();
    }
    const Asked asked(*this, origin);
    auto answer = ask_consent(parts_.window, origin, patience_of(consent_patience));
    if (!answer) {
      tell_outcome(parts_.window, answer.error(), {});
      return answer.error();
    }
    YX_CHECK(parts_.consents.keep({.origin = origin, .answer = *answer, .at = parts_.clock.now()}));
    return answered(*answer);
  }

  Result<Response> devices(const Request&) {
    YX_TRY(const auto devices, parts_.keys.list());
    boost::json::array list;
    for (const OfficerDevice& device : devices) {
      boost::json::array certificates;
      for (const OfficerKey& key : device.keys) {
        certificates.push_back(view_of(key));
      }
      list.push_back(object{{"serial", seal::clean_text(device.info.serial)},
                            {"label", seal::clean_text(device.info.label)},
                            {"certificates", std::move(certificates)}});
    }
    return told({{"devices", std::move(list)}});
  }

  Result<Response> login(const Request& request) {
    YX_TRY(const std::string origin, gate_.origin_of(request));
    YX_TRY(const object wish, object_of(request));
    YX_TRY(const std::string device, text_in(wish, "device"));
    YX_TRY(const std::string nonce, nonce_in(wish));
    const Window::Turn turn = parts_.window.take_turn();
    if (!turn.owns_lock()) {
      return busy();
    }
    YX_TRY(const ChosenKey chosen, parts_.keys.choose(device, KeyUse::login, parts_.clock.now()));
    const auto pin = ask_login_pin(parts_.window, origin, chosen, patience_of(login_patience));
    if (!pin) {
      return done(pin.error(), {});
    }
    OneSignature signer(parts_.keys, chosen, *pin);
    const auto signature = signer.sign(bytes_of(api::desk_login_words(origin, nonce)));
    if (!signature) {
      return done(signature.error(), signer.tries_left());
    }
    tell_outcome(parts_.window, {}, {});
    return told({{"certificate", to_base64(chosen.key.certificate.der())},
                 {"signature", to_base64(signature->to_der())},
                 {"nonce", nonce}});
  }

  Result<Response> approve(const Request& request) {
    if (!parts_.signs_for) {
      return fail(ErrorCode::precondition, "agent.not_set_up");
    }
    YX_TRY(const std::string origin, gate_.origin_of(request));
    YX_TRY(const object wish, object_of(request));
    YX_TRY(const std::string device, text_in(wish, "device"));
    YX_TRY(const object* offered, object_in(wish, "bundle"));
    YX_TRY(const token::ApprovalBundle bundle, bundle_of(*offered));
    const Window::Turn turn = parts_.window.take_turn();
    if (!turn.owns_lock()) {
      return busy();
    }
    const Instant now = parts_.clock.now();
    YX_TRY(const ChosenKey chosen, parts_.keys.choose(device, KeyUse::approval, now));
    ApprovalPage page(parts_.window, origin, chosen, patience_of(approval_patience));
    OneSignature signer(parts_.keys, chosen, page.pin());
    // With a first approval there is only the second left to give.
    const auto decision = bundle.first_approval ? trust::Decision::approve : trust::Decision::accept;
    const auto approval = token::approve(bundle, decision,
                                         {.certificate = chosen.key.certificate,
                                          .signer = &signer,
                                          .ca_key_hash = parts_.signs_for->ca_key_hash,
                                          .environment = parts_.signs_for->environment},
                                         page, parts_.random, now);
    if (!approval) {
      return done(approval.error(), signer.tries_left());
    }
    tell_outcome(parts_.window, {}, {});
    return told({{"approval", to_base64(*approval)}});
  }

 private:
  // Whose consent the window asks for just now.
  class Asked {
   public:
    Asked(WebRoutes& routes, const std::string& origin) : routes_(routes) { set(origin); }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    ~Asked() { set({}); }

   private:
    void set(std::string origin) {
      const std::scoped_lock lock(routes_.mutex_);
      routes_.asked_ = std::move(origin);
    }
    WebRoutes& routes_;
  };

  [[nodiscard]] bool is_asked(const std::string& origin) {
    const std::scoped_lock lock(mutex_);
    return asked_ == origin;
  }
  static Error busy() { return fail(ErrorCode::conflict, "agent.busy"); }
  static Result<Response> answered(Answer answer) {
    return answer == Answer::granted ? Result<Response>(told({{"consent", "granted"}}))
                                     : Result<Response>(fail(ErrorCode::declined_by_outside, "agent.refused"));
  }
  Response done(const Error& error, std::optional<std::uint32_t> tries_left) {
    tell_outcome(parts_.window, error, tries_left);
    return refusal(error, tries_left);
  }

  WebParts parts_;
  Gate gate_;
  std::mutex mutex_;
  std::string asked_;
};

using Deed = Result<Response> (WebRoutes::*)(const Request&);

struct Served {
  std::string_view path;
  RouteRule rule;
  std::size_t max_body_bytes;
  bool slow;
  Deed deed;
};
const Served served[] = {
    {"/agent/v1/status", {Method::get, true}, 0, false, &WebRoutes::status},
    {"/agent/v1/consent", {Method::post, true}, max_consent_body_bytes, true, &WebRoutes::consent},
    {"/agent/v1/devices", {Method::get, false}, 0, true, &WebRoutes::devices},
    {"/agent/v1/login", {Method::post, false}, max_login_body_bytes, true, &WebRoutes::login},
    {"/agent/v1/approve", {Method::post, false}, max_remote_answer_bytes, true, &WebRoutes::approve},
};

}  // namespace

Admit add_web_routes(net::Router& router, WebParts parts) {
  const auto routes = std::make_shared<WebRoutes>(std::move(parts));
  for (const Served& one : served) {
    const RouteRule rule = one.rule;
    router.add(rule.method, one.path, {.max_body_bytes = one.max_body_bytes, .slow = one.slow},
               [routes, rule, deed = one.deed](const Request& request) {
                 auto response = (routes.get()->*deed)(request);
                 return routes->gate().let_read(request, rule,
                                                response ? std::move(*response) : refusal(response.error()));
               });
    router.add(Method::options, one.path, {},
               [routes, rule](const Request& request) { return routes->gate().preflight(request, rule); });
  }
  return [routes](const Request& request) -> std::optional<Response> {
    const auto one = std::ranges::find(served, request.target.path, &Served::path);
    if (one == std::end(served)) {
      return refusal("agent.foreign");
    }
    return request.method == Method::options ? std::nullopt : routes->gate().admit(request, one->rule);
  };
}

}  // namespace yinxin::agent::web
