#include "api/routes/hall/hall.h"

#include <boost/json.hpp>

#include "api/body.h"
#include "api/problem/problem.h"
#include "api/routes/hall/views.h"
#include "api/session/session.h"
#include "base/identifiers/contact.h"

namespace yinxin::api {

namespace {

using net::Method;
using net::Request;
using net::Response;

constexpr net::RouteOptions reading{.max_body_bytes = 0, .slow = true};
constexpr net::RouteOptions form{.max_body_bytes = max_form_body_bytes, .slow = true};
Response upload_too_big(std::size_t) {
  constexpr int content_too_large = 413;
  const std::vector<hall::FieldProblem> problems{{"file", "upload.too_big"}};
  return problem_of(problems, content_too_large);
}
constexpr net::RouteOptions file{.max_body_bytes = max_upload_body_bytes, .too_large = upload_too_big, .slow = true};
constexpr net::RouteOptions callback{.max_body_bytes = max_callback_bytes, .slow = true};
constexpr int created = 201;
constexpr int accepted = 202;
constexpr int nothing_to_say = 204;
constexpr std::string_view login_purpose = "login";

Response told(const Result<Response>& result) { return result ? *result : problem_of(result.error()); }

net::Handler guarded(std::function<Result<Response>(const Request&)> handler) {
  return [handler = std::move(handler)](const Request& request) { return told(handler(request)); };
}
// For what changes something: only from our own page.
net::Handler from_page(std::function<Result<Response>(const Request&)> handler) {
  return guarded([handler = std::move(handler)](const Request& request) -> Result<Response> {
    YX_CHECK(check_page(request));
    return handler(request);
  });
}

Response pdf(Bytes bytes, const std::string& name) {
  Response response = net::answer("application/pdf", std::move(bytes));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Disposition", "inline; filename=\"" + name + ".pdf\"");
  return response;
}

class HallRoutes {
 public:
  explicit HallRoutes(const HallParts& parts)
      : parts_(parts), events_(std::make_shared<CaseEvents>(parts.login, parts.street, parts.events)) {}

  Result<hall::SessionRecord> who(const Request& request) const {
    YX_TRY(const Bytes token, session_token(request));
    return parts_.login.session(token);
  }
  Result<Response> view(const Result<hall::Stand>& stand, int status = 200) const {
    if (!stand) {
      return stand.error();
    }
    YX_TRY(const auto offer, parts_.street.offer_of(stand->dossier));
    return json_answer(case_view(*stand, *offer), status);
  }

  Result<Response> give_puzzle(const Request& request) const {
    const hall::Puzzle puzzle = parts_.puzzles.give(login_purpose, request.peer.address);
    return json_answer(boost::json::object{{"algorithm", hall::puzzle_algorithm},
                                           {"puzzle", puzzle.token},
                                           {"salt", to_hex(puzzle.salt)},
                                           {"bits", puzzle.bits},
                                           {"parts", hall::puzzle_parts},
                                           {"expires_at", to_rfc3339(puzzle.expires_at)}});
  }
  // A number that is none costs nobody his work; what is said of any other is paid for.
  Result<Response> send_code(const Request& request) const {
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string mobile, body.text("mobile"));
    YX_TRY(const MobileNumber number, MobileNumber::parse(mobile));
    YX_CHECK(parts_.puzzles.use(login_purpose, body.text_or("puzzle", ""), body.text_or("proof", "")));
    YX_TRY(const hall::CodeSent sent, parts_.login.send_code(number.text(), std::string(login_purpose)));
    return json_answer(boost::json::object{{"challenge", sent.challenge},
                                           {"expires_at", to_rfc3339(sent.expires_at)},
                                           {"next_at", to_rfc3339(sent.next_at)}},
                       accepted);
  }
  Result<Response> sign_in(const Request& request) const {
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string mobile, body.text("mobile"));
    YX_TRY(const std::string challenge, body.text("challenge"));
    YX_TRY(const std::string code, body.text("code"));
    YX_TRY(const hall::SignedIn in, parts_.login.sign_in(mobile, challenge, code, body.text_or("project_id", "")));
    Response response = json_answer(boost::json::object{{"project_id", in.session.project_id}});
    response.headers.add("Set-Cookie", cookie_for(in.token, parts_.is_over_tls));
    return response;
  }
  Result<Response> sign_out(const Request& request) const {
    YX_TRY(const Bytes token, session_token(request));
    YX_CHECK(parts_.login.sign_out(token));
    events_->session_ended(token);
    Response response{.status = nothing_to_say};
    response.headers.add("Set-Cookie", cookie_gone(parts_.is_over_tls));
    return response;
  }
  Result<Response> me(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return json_answer(boost::json::object{{"mobile", hall::masked_answer("requester_mobile", session.mobile)},
                                           {"project_id", session.project_id}});
  }
  Result<Response> projects(const Request&) const {
    return json_answer(boost::json::object{{"projects", offer_list(parts_.shelf.all())}});
  }
  Result<Response> project(const Request& request) const {
    YX_TRY(const auto offer, parts_.shelf.by_project(std::string(request.parameter("project"))));
    return json_answer(offer_view(*offer));
  }

  Result<Response> begin(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string project, body.text("project_id"));
    const std::string key(request.headers.find("Idempotency-Key").value_or(""));
    return view(parts_.street.begin(session, project, key), created);
  }
  Result<Response> list(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const auto cases, parts_.street.list(session.account));
    return json_answer(boost::json::object{{"cases", case_list(cases)}});
  }
  Result<Response> certificates(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const auto cases, parts_.street.made_for(session.account));
    const auto programme_name = [this](const hall::Dossier& dossier) {
      const auto offer = parts_.street.offer_of(dossier);
      return offer ? (*offer)->programme.name : dossier.programme;
    };
    YX_TRY(auto list, certificates_view(cases, programme_name, parts_.status_of, parts_.street.now()));
    return json_answer(boost::json::object{{"certificates", std::move(list)}});
  }
  Result<Response> banks(const Request& request) const {
    YX_CHECK(who(request));
    const hall::BankDirectory& directory = parts_.street.banks();
    const hall::BankSearch search = directory.search(request.target.query_value("q").value_or(""));
    return json_answer(banks_view(directory, search));
  }
  // DER, to be kept or handed on: a certificate is public.
  Result<Response> certificate(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const hall::Stand stand, parts_.street.find(session.account, id_of(request)));
    const std::string_view line = request.parameter("line");
    const std::string_view use = request.parameter("use");
    for (const hall::MadeLine& made : stand.dossier.made) {
      if (std::to_string(made.line) == line && (use == "signing" || use == "encryption")) {
        Response response = net::answer("application/pkix-cert", use == "signing" ? made.signing : made.encryption);
        response.headers.add("Cache-Control", "no-store");
        response.headers.add("Content-Disposition", "attachment; filename=\"" + stand.dossier.id + "-" +
                                                        std::string(line) + "-" + std::string(use) + ".cer\"");
        return response;
      }
    }
    return fail(ErrorCode::not_found, "certificate.unknown");
  }
  Result<Response> find(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return view(parts_.street.find(session.account, id_of(request)));
  }
  Result<Response> offer(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const hall::Stand stand, parts_.street.find(session.account, id_of(request)));
    YX_TRY(const auto offer, parts_.street.offer_of(stand.dossier));
    return json_answer(offer_view(*offer));
  }
  Result<Response> take_newer_offer(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::int64_t version, body.number("version"));
    return view(parts_.street.take_newer_offer(session.account, id_of(request), version));
  }
  Result<Response> events(const Request& request) const {
    YX_TRY(const Bytes token, session_token(request));
    return events_->open(token, id_of(request), request.headers.find("Last-Event-ID").value_or(""));
  }
  Result<Response> progress(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const hall::Stand stand, parts_.street.find(session.account, id_of(request)));
    return json_answer(progress_view(stand.dossier, parts_.street.calendar(), parts_.street.now()));
  }
  Result<Response> consent(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const auto documents, body.texts("documents"));
    const hall::Visitor visitor{.address = request.peer.address,
                                .agent = std::string(request.headers.find("User-Agent").value_or(""))};
    return view(parts_.street.consent(session.account, id_of(request), documents, visitor));
  }
  Result<Response> consents(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const auto given, parts_.street.consents(session.account, id_of(request)));
    return json_answer(boost::json::object{{"consents", consents_view(given, true)}});
  }
  Result<Response> save(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::int64_t version, body.number("version"));
    YX_TRY(const auto answers, body.texts("answers"));
    YX_TRY(const auto wants_seal, body.flag("wants_seal"));
    return view(parts_.street.save(session.account, id_of(request), version, answers, wants_seal));
  }
  // What must be changed first is a problem document; warnings come with the case.
  Result<Response> step(const Result<hall::Stand>& stand) const {
    if (stand && std::ranges::any_of(stand->problems, [](const auto& problem) { return !problem.is_warning; })) {
      return problem_of(stand->problems);
    }
    return view(stand);
  }
  Result<Response> finish_entry(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return step(parts_.street.finish_entry(session.account, id_of(request)));
  }
  Result<Response> print_form(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(Bytes paper, parts_.street.print_form(session.account, id_of(request)));
    return pdf(std::move(paper), id_of(request) + "-form");
  }
  Result<Response> impression_sheet(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(Bytes paper, parts_.street.impression_sheet(session.account, id_of(request)));
    return pdf(std::move(paper), id_of(request) + "-seal");
  }
  Result<Response> upload(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return step(
        parts_.street.upload(session.account, id_of(request), std::string(request.parameter("slot")), request.body));
  }
  Result<Response> rendition(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    const std::string slot(request.parameter("slot"));
    YX_TRY(const hall::Stand stand, parts_.street.find(session.account, id_of(request)));
    YX_TRY(Bytes bytes, parts_.street.rendition(session.account, id_of(request), slot));
    Response response = net::answer(stand.dossier.find_upload(slot)->media_type, std::move(bytes));
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox");
    return response;
  }
  Result<Response> phone_link(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const std::string token, parts_.street.open_phone_link(session.account, id_of(request)));
    boost::json::object out{{"is_needed", !token.empty()}};
    if (!token.empty()) {
      out["url"] = parts_.phone_page + token;
    }
    return json_answer(out, created);
  }
  Result<Response> text_phone_link(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const std::string token, parts_.street.send_phone_link(session.account, id_of(request), parts_.phone_page));
    return json_answer(boost::json::object{{"is_needed", !token.empty()}, {"url", parts_.phone_page + token}}, created);
  }
  Result<Response> ask_for_person(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return view(parts_.street.ask_for_person(session.account, id_of(request)));
  }
  Result<Response> set_account(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const auto answers, body.texts("answers"));
    return step(parts_.street.set_account(session.account, id_of(request), answers));
  }
  Result<Response> pay(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string way, body.text("way"));
    return step(parts_.street.open_payment(session.account, id_of(request), way));
  }
  Result<Response> announce_transfer(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return step(parts_.street.announce_transfer(session.account, id_of(request), request.body));
  }
  // "I have paid": we ask the provider.
  Result<Response> ask_payment(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    const std::string order(request.parameter("order"));
    YX_TRY(const hall::Stand mine, parts_.street.find(session.account, id_of(request)));
    YX_TRY(const std::string id, parts_.street.case_of_order(order));
    if (id != mine.dossier.id) {
      return fail(ErrorCode::not_found, "order.unknown");
    }
    return view(parts_.street.ask_payment(order));
  }
  Result<Response> withdraw(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return view(parts_.street.withdraw(session.account, id_of(request)));
  }
  Result<Response> resubmit(const Request& request) const {
    YX_TRY(const hall::SessionRecord session, who(request));
    return step(parts_.street.resubmit(session.account, id_of(request)));
  }
  // The callback is checked over its raw bytes and then only wakes our own question.
  Result<void> hear_of_money(const Request& request, std::string_view way) const {
    const auto provider = parts_.payments.find(way);
    if (provider == parts_.payments.end()) {
      return fail(ErrorCode::not_found, "this house has no such service");
    }
    YX_TRY(const std::string order, provider->second->hear(request.headers.fields(), request.body));
    const auto heard = parts_.street.hear_money(order);
    return heard || heard.error().code == ErrorCode::not_found ? Result<void>() : heard;
  }
  Result<Response> wechat_callback(const Request& request) const {
    YX_CHECK(hear_of_money(request, "wechat"));
    return Response{.status = nothing_to_say};
  }
  // Alipay reads the body: anything but this word is sent again.
  Result<Response> alipay_callback(const Request& request) const {
    YX_CHECK(hear_of_money(request, "alipay"));
    return net::answer("text/plain; charset=utf-8", net::Body(std::string_view("success")));
  }

 private:
  static std::string id_of(const Request& request) { return std::string(request.parameter("case")); }
  HallParts parts_;
  std::shared_ptr<CaseEvents> events_;
};

}  // namespace

void add_hall_routes(net::Router& router, const HallParts& parts) {
  const auto routes = std::make_shared<HallRoutes>(parts);
  const auto bind = [routes](Result<Response> (HallRoutes::*call)(const Request&) const) {
    return [routes, call](const Request& request) { return ((*routes).*call)(request); };
  };
  using R = HallRoutes;
  router.add(Method::post, "/api/v1/login/puzzles", form, from_page(bind(&R::give_puzzle)));
  router.add(Method::post, "/api/v1/login/codes", form, from_page(bind(&R::send_code)));
  router.add(Method::post, "/api/v1/login", form, from_page(bind(&R::sign_in)));
  router.add(Method::delete_, "/api/v1/login", reading, from_page(bind(&R::sign_out)));
  router.add(Method::get, "/api/v1/me", reading, guarded(bind(&R::me)));
  router.add(Method::get, "/api/v1/projects", reading, guarded(bind(&R::projects)));
  router.add(Method::get, "/api/v1/projects/{project}", reading, guarded(bind(&R::project)));
  router.add(Method::post, "/api/v1/cases", form, from_page(bind(&R::begin)));
  router.add(Method::get, "/api/v1/cases", reading, guarded(bind(&R::list)));
  router.add(Method::get, "/api/v1/cases/{case}", reading, guarded(bind(&R::find)));
  router.add(Method::get, "/api/v1/certificates", reading, guarded(bind(&R::certificates)));
  router.add(Method::get, "/api/v1/banks", reading, guarded(bind(&R::banks)));
  router.add(Method::get, "/api/v1/cases/{case}/lines/{line}/certificates/{use}", reading,
             guarded(bind(&R::certificate)));
  router.add(Method::get, "/api/v1/cases/{case}/offer", reading, guarded(bind(&R::offer)));
  router.add(Method::post, "/api/v1/cases/{case}/offer", form, from_page(bind(&R::take_newer_offer)));
  router.add(Method::get, "/api/v1/cases/{case}/events", reading, guarded(bind(&R::events)));
  router.add(Method::patch, "/api/v1/cases/{case}", form, from_page(bind(&R::save)));
  router.add(Method::get, "/api/v1/cases/{case}/progress", reading, guarded(bind(&R::progress)));
  router.add(Method::get, "/api/v1/cases/{case}/consents", reading, guarded(bind(&R::consents)));
  router.add(Method::post, "/api/v1/cases/{case}/consents", form, from_page(bind(&R::consent)));
  router.add(Method::post, "/api/v1/cases/{case}/identity/by-person", form, from_page(bind(&R::ask_for_person)));
  router.add(Method::post, "/api/v1/cases/{case}/entry", form, from_page(bind(&R::finish_entry)));
  router.add(Method::post, "/api/v1/cases/{case}/application-form", form, from_page(bind(&R::print_form)));
  router.add(Method::get, "/api/v1/cases/{case}/impression-sheet", reading, guarded(bind(&R::impression_sheet)));
  router.add(Method::put, "/api/v1/cases/{case}/materials/{slot}", file, from_page(bind(&R::upload)));
  router.add(Method::put, "/api/v1/cases/{case}/transfer-voucher", file, from_page(bind(&R::announce_transfer)));
  router.add(Method::get, "/api/v1/cases/{case}/materials/{slot}", reading, guarded(bind(&R::rendition)));
  router.add(Method::post, "/api/v1/cases/{case}/phone-links", form, from_page(bind(&R::phone_link)));
  router.add(Method::post, "/api/v1/cases/{case}/phone-links/message", form, from_page(bind(&R::text_phone_link)));
  router.add(Method::put, "/api/v1/cases/{case}/account", form, from_page(bind(&R::set_account)));
  router.add(Method::post, "/api/v1/cases/{case}/payments", form, from_page(bind(&R::pay)));
  router.add(Method::post, "/api/v1/cases/{case}/payments/{order}/question", form, from_page(bind(&R::ask_payment)));
  router.add(Method::post, "/api/v1/cases/{case}/resubmission", form, from_page(bind(&R::resubmit)));
  router.add(Method::post, "/api/v1/cases/{case}/withdrawal", form, from_page(bind(&R::withdraw)));
  router.add(Method::post, "/api/v1/callbacks/wechat_pay", callback, guarded(bind(&R::wechat_callback)));
  router.add(Method::post, "/api/v1/callbacks/alipay", callback, guarded(bind(&R::alipay_callback)));
}

}  // namespace yinxin::api
