#include "api/routes/desk/audit.h"

#include <boost/json.hpp>
#include <charconv>

#include "api/body.h"

namespace yinxin::api {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using net::Request;
using net::Response;

constexpr net::RouteOptions reading{.max_body_bytes = 0, .slow = true};

bool goes_on_a_number(std::string_view rest) {
  const char c = rest.front();
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Result<AuditQuery> query_of(const Request& request) {
  AuditQuery query;
  for (const auto& [name, text] :
       {std::pair{"case", &query.case_id}, std::pair{"officer", &query.officer}, std::pair{"action", &query.action}}) {
    *text = request.target.query_value(name).value_or("");
    if (text->size() > max_audit_filter_bytes) {
      return fail(ErrorCode::invalid_input, std::string(name) + " is too long");
    }
  }
  if (const auto before = request.target.query_value("before"); before && !before->empty()) {
    std::uint64_t sequence = 0;
    const auto [end, failed] = std::from_chars(before->data(), before->data() + before->size(), sequence);
    if (failed != std::errc() || end != before->data() + before->size()) {
      return fail(ErrorCode::invalid_input, "before is the number of an entry");
    }
    query.before = sequence;
  }
  return query;
}

// What was asked for, as it stands in the audit.
std::string words_of(const AuditQuery& query) {
  std::string words;
  const auto add = [&](const char* name, const std::string& text) {
    words += text.empty() ? "" : (words.empty() ? "" : " ") + std::string(name) + "=" + text;
  };
  add("case", query.case_id);
  add("officer", query.officer);
  add("action", query.action);
  add("before", query.before ? std::to_string(*query.before) : std::string());
  return words.empty() ? "all" : words;
}

object entry_view(const AuditEntry& entry) {
  return {{"sequence", entry.sequence}, {"at", to_rfc3339(entry.at)}, {"role", entry.role},
          {"officer", entry.officer},   {"action", entry.action},     {"object", entry.object},
          {"result", entry.result}};
}

object page_view(const AuditPage& page) {
  array entries;
  for (const AuditEntry& entry : page.entries) {
    entries.push_back(entry_view(entry));
  }
  array breaks;
  for (const AuditBreak& each : page.breaks) {
    breaks.push_back(object{{"sequence", each.sequence}, {"id", each.id}});
  }
  return {{"entries", std::move(entries)},
          {"older", page.has_older && page.looked_at > 0 ? value(page.oldest) : value(nullptr)},
          {"chain", object{{"holds", page.breaks.empty()},
                           {"looked_at", page.looked_at},
                           {"newest", page.newest},
                           {"oldest", page.oldest},
                           {"newest_sm3", to_hex(page.newest_sm3)},
                           {"predecessor_sm3", to_hex(page.predecessor_sm3)},
                           {"reaches_writer", page.reaches_writer},
                           {"checked_at_start", page.checked_at_start},
                           {"breaks", std::move(breaks)}}}};
}

class AuditRoutes {
 public:
  explicit AuditRoutes(const AuditParts& parts) : gate_(parts.sessions, parts.origin), ports_(parts.ports) {}

  // Reading it is a deed of its own.
  Result<Response> list(const Request& request) const {
    YX_TRY(const OfficerSession session, gate_.who(request, {trust::Role::audit_administrator}));
    if (!ports_.record || !ports_.read) {
      return fail(ErrorCode::unsupported, "this house has no such service");
    }
    YX_TRY(const AuditQuery query, query_of(request));
    YX_CHECK(ports_.record(session, "audit.read", words_of(query)));
    YX_TRY(const AuditPage page, ports_.read(query));
    return json_answer(page_view(page));
  }

 private:
  DeskGate gate_;
  AuditPorts ports_;
};

}  // namespace

bool AuditQuery::is_met_by(const AuditEntry& entry) const {
  const std::string_view of_case = entry.object;
  const bool is_case = case_id.empty() || of_case == case_id ||
                       (of_case.starts_with(case_id) && !goes_on_a_number(of_case.substr(case_id.size())));
  return is_case && entry.officer.starts_with(officer) && (action.empty() || action == entry.action);
}

void add_audit_routes(net::Router& router, const AuditParts& parts) {
  const auto routes = std::make_shared<AuditRoutes>(parts);
  router.add(net::Method::get, "/desk/v1/audit", reading, [routes](const Request& request) {
    const auto result = routes->list(request);
    return result ? *result : told_to_officer(result.error());
  });
}

}  // namespace yinxin::api
