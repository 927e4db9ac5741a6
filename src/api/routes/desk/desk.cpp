#include "api/routes/desk/desk.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

#include "api/body.h"
#include "api/problem/problem.h"
#include "api/routes/desk/papers.h"
#include "api/routes/desk/personal.h"
#include "api/routes/desk/views.h"
#include "api/routes/hall/views.h"
#include "crypto/oids.h"
#include "hall/application/life_parts.h"

namespace yinxin::api {

namespace {

using net::Method;
using net::Request;
using net::Response;
using trust::Role;

constexpr net::RouteOptions reading{.max_body_bytes = 0, .slow = true};
constexpr net::RouteOptions form{.max_body_bytes = max_desk_body_bytes, .slow = true};
constexpr net::RouteOptions statement{.max_body_bytes = max_statement_body_bytes, .slow = true};
constexpr net::RouteOptions binding{.max_body_bytes = max_binding_body_bytes, .slow = true};
constexpr int nothing_to_say = 204;
constexpr std::size_t default_cases_listed = 50;

template <class Port>
Result<void> needs(const Port& port) {
  return port ? Result<void>() : Result<void>(fail(ErrorCode::unsupported, "this house has no such service"));
}

std::string id_of(const Request& request) { return std::string(request.parameter("case")); }

Result<std::int64_t> line_of(const Request& request) {
  const std::string_view text = request.parameter("line");
  std::int64_t line = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), line);
  if (failed != std::errc() || end != text.data() + text.size() || line < 1) {
    return fail(ErrorCode::not_found, "no such line");
  }
  return line;
}

Result<x509::Certificate> certificate_in(const JsonBody& body, std::string_view key) {
  YX_TRY(const std::string text, body.text(key));
  YX_TRY(const Bytes der, from_base64(text));
  return x509::Certificate::parse(der);
}

std::string desk_cookie_for(std::string_view value, bool secure) {
  return std::string(desk_cookie) + "=" + std::string(value) + "; Path=/desk; HttpOnly; SameSite=Strict" +
         (secure ? "; Secure" : "");
}

hall::SeenInPerson seen_in(const JsonBody& body) {
  return {.method = body.text_or("method", ""), .words = body.text_or("words", "")};
}

class DeskRoutes {
 public:
  explicit DeskRoutes(const DeskParts& parts) : parts_(parts), gate_(parts.sessions, parts.origin) {}

  Result<void> check_page(const Request& request) const { return gate_.check_page(request); }
  Result<OfficerSession> who(const Request& request) const { return gate_.who(request); }
  Result<OfficerSession> who(const Request& request, std::initializer_list<Role> roles) const {
    return gate_.who(request, roles);
  }
  // Whoever has a part in cases. An audit administrator has none.
  Result<OfficerSession> at_cases(const Request& request) const {
    return who(request,
               {Role::registration_officer, Role::review_officer, Role::production_officer, Role::finance_officer});
  }
  Result<void> record(const OfficerSession& session, std::string_view action, const std::string& object) const {
    YX_CHECK(needs(parts_.ports.record));
    return parts_.ports.record(session, action, object);
  }
  template <class Call>
  auto at_desk(Call&& call) const {
    const std::scoped_lock lock(parts_.writer);
    return call(parts_.desk);
  }

  Result<Response> challenge(const Request&) const {
    const auto made = parts_.sessions.challenge();
    return json_answer(boost::json::object{
        {"nonce", made.nonce}, {"expires_at", to_rfc3339(made.expires_at)}, {"origin", parts_.origin()}});
  }
  Result<Response> sign_in(const Request& request) const {
    YX_TRY(const JsonBody body, JsonBody::of(request));
    OfficerSessions::Login login;
    YX_TRY(const std::string certificate, body.text("certificate"));
    YX_TRY(login.certificate, from_base64(certificate));
    YX_TRY(const std::string signature, body.text("signature"));
    YX_TRY(login.signature, from_base64(signature));
    YX_TRY(login.nonce, body.text("nonce"));
    YX_TRY(const auto in, parts_.sessions.sign_in(login, parts_.origin()));
    const auto recorded = record(in.session, "desk.login", to_hex(in.session.certificate.fingerprint()));
    if (!recorded) {
      parts_.sessions.sign_out(in.token.expose());
      return recorded.error();
    }
    Response response = json_answer(session_view(in.session));
    response.headers.add("Set-Cookie", desk_cookie_for(to_hex(in.token.expose()), parts_.is_over_tls));
    return response;
  }
  Result<Response> sign_out(const Request& request) const {
    YX_TRY(const Bytes token, DeskGate::token_of(request));
    parts_.sessions.sign_out(token);
    Response response{.status = nothing_to_say};
    response.headers.add("Set-Cookie", desk_cookie_for("", parts_.is_over_tls) + "; Max-Age=0");
    return response;
  }
  Result<Response> me(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request));
    return json_answer(session_view(session));
  }
  Result<Response> programmes(const Request& request) const {
    YX_CHECK(who(request));
    YX_CHECK(needs(parts_.ports.programmes));
    boost::json::array listed;
    for (const auto& offer : parts_.ports.programmes()) {
      listed.push_back(programme_view(*offer));
    }
    return json_answer(boost::json::object{{"programmes", std::move(listed)}});
  }

  // Persons' names and ids, as everybody who works with them may know them.
  Result<Response> officers(const Request& request) const {
    YX_CHECK(who(request));
    YX_CHECK(needs(parts_.ports.officers));
    YX_TRY(const auto known, parts_.ports.officers());
    boost::json::array listed;
    for (const ListedOfficer& each : known) {
      listed.push_back(officer_view(each, parts_.desk.now()));
    }
    return json_answer(boost::json::object{{"officers", std::move(listed)}});
  }

  // The newest first, or those due first with order=due; a state is looked for among the first max_cases_listed.
  Result<Response> list(const Request& request) const {
    YX_TRY(const OfficerSession session, at_cases(request));
    const std::string state(request.target.query_value("state").value_or(""));
    const std::string_view wanted = request.target.query_value("limit").value_or("");
    std::size_t limit = default_cases_listed;
    if (!wanted.empty()) {
      const auto [end, failed] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), limit);
      if (failed != std::errc() || end != wanted.data() + wanted.size()) {
        return fail(ErrorCode::invalid_input, "limit is a number");
      }
    }
    const auto& rows = hall::life::case_states;
    if (!state.empty() && std::ranges::none_of(rows, [&](const auto& row) { return row.code == state; })) {
      return fail(ErrorCode::invalid_input, "there is no such state");
    }
    const std::string_view order = request.target.query_value("order").value_or("");
    if (!order.empty() && order != "due") {
      return fail(ErrorCode::invalid_input, "order is due, or left out");
    }
    const auto sorted = order == "due" ? hall::CaseOrder::due_first : hall::CaseOrder::changed_last;
    YX_CHECK(record(session, "case.list", state.empty() ? "all" : state));
    YX_TRY(const auto cases, at_desk([&](hall::Desk& desk) {
             return desk.list(state.empty() ? limit : hall::max_cases_listed, sorted);
           }));
    const Instant now = parts_.desk.now();
    boost::json::array listed;
    for (const hall::CaseSummary& one : cases) {
      if (listed.size() < limit && (state.empty() || rows[static_cast<std::size_t>(one.state)].code == state)) {
        listed.push_back(desk_summary_view(one, now));
      }
    }
    return json_answer(boost::json::object{{"cases", std::move(listed)}});
  }
  Result<Response> find(const Request& request) const {
    YX_TRY(const OfficerSession session, at_cases(request));
    return shown(session, id_of(request));
  }
  // What the view covers is told to who decides about the case, one value at a time, and each is a line of the audit.
  Result<Response> reveal(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer, Role::review_officer}));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string field, body.text("field"));
    const std::string id = id_of(request);
    YX_TRY(const hall::CaseRecord found, at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    const PersonalValues values = personal_values(found.snapshot);
    const auto value = values.find(field);
    if (value == values.end()) {
      return fail(ErrorCode::not_found, "the case has no such value");
    }
    YX_CHECK(record(session, "case.personal.read", id + "/" + field));
    return json_answer(boost::json::object{{"field", field}, {"value", value->second}});
  }
  // Where the page may show it, for a short while: on an origin that knows no session.
  Result<Response> rendition(const Request& request) const {
    YX_TRY(const OfficerSession session, at_cases(request));
    const std::string id = id_of(request);
    const std::string slot(request.parameter("slot"));
    YX_CHECK(at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    YX_CHECK(record(session, "case.material.read", id + "/" + slot));
    YX_CHECK(at_desk([&](hall::Desk& desk) { return desk.material(id, slot, true); }));
    return paper_link(parts_.tickets, parts_.papers_origin, id, slot);
  }

  Result<Response> consents(const Request& request) const {
    YX_TRY(const OfficerSession session, at_cases(request));
    YX_CHECK(needs(parts_.ports.consents));
    const std::string id = id_of(request);
    YX_CHECK(at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    YX_CHECK(record(session, "case.consents.read", id));
    YX_TRY(const auto given, parts_.ports.consents(id));
    return json_answer(boost::json::object{{"consents", consents_view(given, true)}});
  }

  Result<Response> claim(const Request& request) const {
    YX_TRY(const OfficerSession session, at_cases(request));
    const std::string id = id_of(request);
    const auto claimed = at_desk([&](hall::Desk& desk) { return desk.claim(id, session.actor()); });
    return claimed ? shown(session, id) : refused_by_claim(claimed.error(), id);
  }
  Result<Response> give_back(const Request& request) const {
    YX_TRY(const OfficerSession session, at_cases(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string reason, body.text("reason"));
    YX_TRY(const auto reopened, body.texts("reopened"));
    const std::string id = id_of(request);
    const auto done =
        at_desk([&](hall::Desk& desk) { return desk.return_for_correction(id, session.actor(), reason, reopened); });
    return done ? shown(session, id) : refused_by_claim(done.error(), id);
  }
  Result<Response> refuse(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer, Role::review_officer}));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string reason, body.text("reason"));
    const std::string id = id_of(request);
    const auto done = at_desk([&](hall::Desk& desk) { return desk.refuse(id, session.actor(), reason); });
    return done ? shown(session, id) : refused_by_claim(done.error(), id);
  }
  Result<Response> identity(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer}));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    const std::string id = id_of(request);
    const auto done =
        at_desk([&](hall::Desk& desk) { return desk.prove_identity(id, session.actor(), seen_in(body)); });
    return done ? shown(session, id) : refused_by_claim(done.error(), id);
  }
  Result<Response> legal_check(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer, Role::review_officer}));
    YX_CHECK(needs(parts_.ports.legal_check));
    const std::string id = id_of(request);
    YX_CHECK(record(session, "case.legal_check.read", id));
    YX_TRY(const auto check, parts_.ports.legal_check(id));
    return json_answer(legal_check_view(check));
  }
  // The registration officer has seen him, the review officer confirms it.
  Result<Response> prove_legal_representative(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer, Role::review_officer}));
    YX_CHECK(needs(parts_.ports.prove_legal_representative));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    const std::string id = id_of(request);
    YX_CHECK(record(session, "case.legal_check.prove", id));
    YX_CHECK(parts_.ports.prove_legal_representative(id, session.actor(), seen_in(body)));
    YX_TRY(const auto check, parts_.ports.legal_check(id));
    return json_answer(legal_check_view(check));
  }
  Result<Response> evidence(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer, Role::review_officer}));
    YX_CHECK(needs(parts_.ports.requery));
    const std::string id = id_of(request);
    YX_CHECK(at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    YX_CHECK(record(session, "case.requery", id));
    YX_CHECK(parts_.ports.requery(id));
    return shown(session, id);
  }

  Result<Response> approval_bundle(const Request& request) const {
    const bool is_first = request.target.query_value("decision").value_or("") == "accept";
    if (!is_first && request.target.query_value("decision").value_or("") != "approve") {
      return fail(ErrorCode::invalid_input, "decision is accept or approve");
    }
    YX_TRY(const OfficerSession session, who(request, {is_first ? Role::registration_officer : Role::review_officer}));
    YX_CHECK(needs(parts_.ports.lay_before));
    YX_TRY(const auto overrides, overrides_of(request));
    const std::string id = id_of(request);
    YX_CHECK(at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    YX_CHECK(record(session, "case.bundle.read", id));
    YX_TRY(const OfferedBundle bundle,
           parts_.ports.lay_before(id, is_first ? trust::Decision::accept : trust::Decision::approve, overrides));
    std::size_t bytes = 0;
    for (const OfferedMaterial& material : bundle.materials) {
      bytes += material.original.size() + material.rendition.size();
    }
    if (bytes / 3 * 4 > max_bundle_bytes) {
      return fail(ErrorCode::unsupported, "the case's materials are too large to be signed over the network");
    }
    return json_answer(bundle_view(bundle));
  }
  Result<Response> accept(const Request& request) const { return decide(request, Role::registration_officer); }
  Result<Response> approve(const Request& request) const { return decide(request, Role::review_officer); }

  Result<Response> permit(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::production_officer}));
    YX_CHECK(needs(parts_.ports.permit));
    YX_TRY(const std::int64_t line, line_of(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string device, body.text("device_serial"));
    YX_TRY(const x509::Certificate station, certificate_in(body, "station"));
    YX_TRY(const x509::Certificate officer, certificate_in(body, "officer_certificate"));
    YX_CHECK(check_same_person(session, officer));
    YX_TRY(const PermittedLine made, parts_.ports.permit(id_of(request), line, device, station, officer));
    return json_answer(boost::json::object{{"permit", to_base64(made.permit)},
                                           {"secrets", to_base64(made.secrets)},
                                           {"pin_domain", to_base64(made.pin_domain)}});
  }
  Result<Response> bind(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::production_officer}));
    YX_TRY(const std::int64_t line, line_of(request));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string key_binding_text, body.text("key_binding"));
    YX_TRY(const Bytes key_binding, from_base64(key_binding_text));
    YX_TRY(const std::string csr_text, body.text("request"));
    YX_TRY(const Bytes csr, from_base64(csr_text));
    YX_CHECK(check_signer(session, key_binding, oid::statement_key_binding()));
    const std::string id = id_of(request);
    YX_CHECK(at_desk([&](hall::Desk& desk) { return desk.line_bound(id, line, key_binding, csr); }));
    return shown(session, id);
  }
  Result<Response> issue(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::production_officer}));
    YX_CHECK(needs(parts_.ports.issue));
    YX_TRY(const std::int64_t line, line_of(request));
    YX_CHECK(record(session, "case.line.issue", id_of(request)));
    YX_CHECK(parts_.ports.issue(id_of(request), line));
    return shown(session, id_of(request));
  }
  Result<Response> make_seal(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::production_officer}));
    YX_CHECK(needs(parts_.ports.make_seal));
    YX_TRY(const std::int64_t line, line_of(request));
    YX_CHECK(record(session, "case.line.seal", id_of(request)));
    YX_TRY(const Bytes seal, parts_.ports.make_seal(id_of(request), line));
    return json_answer(boost::json::object{{"seal", to_base64(seal)}});
  }
  Result<Response> certificates(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::production_officer}));
    YX_CHECK(needs(parts_.ports.certificates));
    YX_TRY(const std::int64_t line, line_of(request));
    YX_CHECK(record(session, "case.line.read", id_of(request)));
    YX_TRY(const MadeLine made, parts_.ports.certificates(id_of(request), line));
    boost::json::object out{{"signing", to_base64(made.signing)},
                            {"encryption", to_base64(made.encryption)},
                            {"envelope", to_base64(made.envelope)}};
    out["seal"] = made.seal ? boost::json::value(to_base64(*made.seal)) : boost::json::value(nullptr);
    return json_answer(out);
  }
  Result<Response> written(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::production_officer}));
    YX_CHECK(needs(parts_.ports.hear_written));
    YX_TRY(const std::int64_t line, line_of(request));
    YX_CHECK(parts_.ports.hear_written(id_of(request), line, request.body));
    return shown(session, id_of(request));
  }
  Result<Response> dispatch(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer, Role::production_officer}));
    YX_CHECK(needs(parts_.ports.order_courier));
    const std::string id = id_of(request);
    // No courier is called for what cannot leave.
    YX_TRY(const hall::CaseRecord now, at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    if (now.application.state == hall::CaseState::shipped) {
      return shown(session, id);
    }
    if (now.application.state != hall::CaseState::ready || !now.application.progress.paid) {
      return fail(ErrorCode::wrong_state, "the case is not ready to be sent");
    }
    YX_TRY(const auto claim, at_desk([&](hall::Desk& desk) { return desk.find_claim(id); }));
    if (claim && claim->person != session.person) {
      return refused_by_claim(fail(ErrorCode::conflict, "claim.other"), id);
    }
    YX_CHECK(record(session, "case.courier", id));
    YX_TRY(const std::string waybill, parts_.ports.order_courier(id));
    const auto done = at_desk([&](hall::Desk& desk) { return desk.dispatch(id, session.actor(), waybill); });
    return done ? shown(session, id) : refused_by_claim(done.error(), id);
  }
  Result<Response> parcel(const Request& request) const {
    YX_TRY(const OfficerSession session, who(request, {Role::registration_officer}));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string standing, body.text("standing"));
    if (standing != "returned" && standing != "lost") {
      return fail(ErrorCode::invalid_input, "parcel.standing");
    }
    const std::string id = id_of(request);
    const auto done = at_desk([&](hall::Desk& desk) {
      return standing == "lost" ? desk.parcel_lost(id, session.actor()) : desk.parcel_returned(id, session.actor());
    });
    return done ? shown(session, id) : refused_by_claim(done.error(), id);
  }

 private:
  static boost::json::object session_view(const OfficerSession& session) {
    return {{"role", trust::name_of(session.role)},
            {"person", session.person},
            {"name", session.certificate.subject().find(oid::common_name())},
            {"expires_at", to_rfc3339(session.began + desk_session_life)}};
  }

  // Reading a case is a deed of its own: recorded first.
  Result<Response> shown(const OfficerSession& session, const std::string& id) const {
    DeskCase out;
    out.now = parts_.desk.now();
    YX_TRY(out.record, at_desk([&](hall::Desk& desk) { return desk.find(id); }));
    YX_CHECK(record(session, "case.read", id));
    YX_CHECK(at_desk([&](hall::Desk& desk) -> Result<void> {
      YX_TRY(out.timeline, desk.timeline(id));
      YX_TRY(out.claim, desk.find_claim(id));
      YX_TRY(out.reopened, desk.reopened(id));
      YX_TRY(out.receipts, desk.receipts(id));
      YX_TRY(out.checks, desk.checks(id));
      return {};
    }));
    if (parts_.ports.consents) {
      YX_TRY(out.consents, parts_.ports.consents(id));
    }
    return json_answer(desk_case_view(out));
  }

  // Who has the case, and since when, stands beside the refusal.
  Result<Response> refused_by_claim(const Error& error, const std::string& id) const {
    if (error.detail != "claim.other") {
      return error;
    }
    YX_TRY(const auto claim, at_desk([&](hall::Desk& desk) { return desk.find_claim(id); }));
    boost::json::object more{{"why", error.detail}};
    if (claim) {
      more["claim"] = claim_view(*claim);
    }
    return problem_of(error, std::move(more));
  }

  Result<void> check_same_person(const OfficerSession& session, const x509::Certificate& certificate) const {
    const auto officer = trust::officer_of(certificate);
    const bool same = officer && trust::is_issued_by(certificate, parts_.roles_ca) &&
                      to_hex(officer->person.value) == session.person && officer->role == session.role;
    return same ? Result<void>() : Result<void>(fail(ErrorCode::forbidden, "login.other_person"));
  }
  Result<void> check_signer(const OfficerSession& session, BytesView signed_statement,
                            const asn1::ObjectId& type) const {
    YX_TRY(const auto opened, trust::open_signed(signed_statement, type));
    return check_same_person(session, opened.certificate);
  }

  Result<Response> decide(const Request& request, Role role) const {
    YX_TRY(const OfficerSession session, who(request, {role}));
    YX_CHECK(check_signer(session, request.body, oid::statement_approval()));
    const std::string id = id_of(request);
    const auto done = at_desk([&](hall::Desk& desk) {
      return role == Role::registration_officer ? desk.accept(id, request.body) : desk.approve(id, request.body);
    });
    return done ? shown(session, id) : refused_by_claim(done.error(), id);
  }

  // override=KIND=REASON, as often as needed.
  static Result<std::map<std::string, std::string>> overrides_of(const Request& request) {
    std::map<std::string, std::string> overrides;
    for (const auto& [name, text] : request.target.query) {
      if (name != "override") {
        continue;
      }
      const std::size_t equals = text.find('=');
      if (equals == std::string::npos || equals == 0 || equals + 1 == text.size() ||
          overrides.size() >= max_overrides) {
        return fail(ErrorCode::invalid_input, "override reads KIND=REASON");
      }
      overrides[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return overrides;
  }

  DeskParts parts_;
  DeskGate gate_;
};

}  // namespace

void add_desk_routes(net::Router& router, const DeskParts& parts) {
  const auto routes = std::make_shared<DeskRoutes>(parts);
  using R = DeskRoutes;
  using Call = Result<Response> (R::*)(const Request&) const;
  const auto get = [&](std::string_view path, Call call) {
    router.add(Method::get, path, reading, [routes, call](const Request& request) {
      const auto result = ((*routes).*call)(request);
      return result ? *result : told_to_officer(result.error());
    });
  };
  const auto from_page = [&](Method method, std::string_view path, net::RouteOptions options, Call call) {
    router.add(method, path, options, [routes, call](const Request& request) {
      const auto allowed = routes->check_page(request);
      const auto result = allowed ? ((*routes).*call)(request) : Result<Response>(allowed.error());
      return result ? *result : told_to_officer(result.error());
    });
  };
  const auto post = [&](std::string_view path, net::RouteOptions options, Call call) {
    from_page(Method::post, path, options, call);
  };
  post("/desk/v1/challenge", form, &R::challenge);
  post("/desk/v1/login", form, &R::sign_in);
  from_page(Method::delete_, "/desk/v1/login", reading, &R::sign_out);
  get("/desk/v1/me", &R::me);
  get("/desk/v1/programmes", &R::programmes);
  get("/desk/v1/officers", &R::officers);
  get("/desk/v1/cases", &R::list);
  get("/desk/v1/cases/{case}", &R::find);
  post("/desk/v1/cases/{case}/materials/{slot}/link", form, &R::rendition);
  get("/desk/v1/cases/{case}/consents", &R::consents);
  post("/desk/v1/cases/{case}/reveal", form, &R::reveal);
  post("/desk/v1/cases/{case}/claim", form, &R::claim);
  post("/desk/v1/cases/{case}/return", form, &R::give_back);
  post("/desk/v1/cases/{case}/refusal", form, &R::refuse);
  post("/desk/v1/cases/{case}/identity", form, &R::identity);
  get("/desk/v1/cases/{case}/legal-representative", &R::legal_check);
  post("/desk/v1/cases/{case}/legal-representative", form, &R::prove_legal_representative);
  post("/desk/v1/cases/{case}/evidence", form, &R::evidence);
  get("/desk/v1/cases/{case}/approval-bundle", &R::approval_bundle);
  post("/desk/v1/cases/{case}/acceptance", statement, &R::accept);
  post("/desk/v1/cases/{case}/second-approval", statement, &R::approve);
  post("/desk/v1/cases/{case}/lines/{line}/permit", form, &R::permit);
  post("/desk/v1/cases/{case}/lines/{line}/binding", binding, &R::bind);
  post("/desk/v1/cases/{case}/lines/{line}/issue", form, &R::issue);
  post("/desk/v1/cases/{case}/lines/{line}/seal", form, &R::make_seal);
  get("/desk/v1/cases/{case}/lines/{line}/certificates", &R::certificates);
  post("/desk/v1/cases/{case}/lines/{line}/written", statement, &R::written);
  post("/desk/v1/cases/{case}/dispatch", form, &R::dispatch);
  post("/desk/v1/cases/{case}/parcel", form, &R::parcel);
}

}  // namespace yinxin::api
