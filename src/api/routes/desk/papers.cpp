#include "api/routes/desk/papers.h"

#include <boost/json.hpp>

#include "api/body.h"
#include "api/problem/problem.h"
#include "api/routes/desk/desk_gate.h"
#include "api/routes/desk/views.h"
#include "api/session/session.h"
#include "hall/street/dossier.h"

namespace yinxin::api {

namespace {

// A case's number has no dash.
bool is_order(std::string_view id) { return id.find('-') != std::string_view::npos; }

class PaperRoutes {
 public:
  explicit PaperRoutes(PaperParts parts) : parts_(std::move(parts)) {}

  Result<net::Response> show(const net::Request& request) const {
    const std::string origin = parts_.origin();
    const std::string_view authority = std::string_view(origin).substr(origin.find("://") + 3);
    // Under the desk's own name a browser would send its session along, and a paper would stand beside it.
    if (request.headers.find("Host").value_or("") != authority || !cookie(request, desk_cookie).empty()) {
      return fail(ErrorCode::forbidden, "page.foreign");
    }
    const std::string id(request.parameter("case"));
    const std::string slot(request.parameter("slot"));
    YX_CHECK(parts_.tickets.check(id, slot, request.parameter("ticket")));
    const auto read = [&]() -> Result<Bytes> {
      if (slot == hall::voucher_slot && parts_.voucher && is_order(id)) {
        return parts_.voucher(id);
      }
      const std::scoped_lock lock(parts_.writer);
      return parts_.desk.material(id, slot, true);
    };
    YX_TRY(Bytes bytes, read());
    const std::string type = media_type_of_rendition(bytes);
    net::Response response = net::answer(type, std::move(bytes));
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Content-Security-Policy",
                         "default-src 'none'; sandbox; frame-ancestors " + parts_.desk_origin());
    response.headers.add("Cross-Origin-Resource-Policy", "cross-origin");
    response.headers.add("Referrer-Policy", "no-referrer");
    if (!type.starts_with("image/")) {
      response.headers.add("Content-Disposition", "attachment");
    }
    return response;
  }

 private:
  PaperParts parts_;
};

}  // namespace

Result<net::Response> paper_link(const PaperTickets* tickets, const std::function<std::string()>& papers_origin,
                                 const std::string& id, std::string_view slot) {
  if (tickets == nullptr || !papers_origin) {
    return fail(ErrorCode::unsupported, "this desk shows no papers");
  }
  const PaperTickets::Ticket ticket = tickets->make(id, slot);
  return json_answer(boost::json::object{{"url", papers_origin() + std::string(papers_path) + net::percent_encoded(id) +
                                                     "/" + net::percent_encoded(slot) + "/" + ticket.text},
                                         {"expires_at", to_rfc3339(ticket.expires_at)}});
}

void add_paper_routes(net::Router& router, const PaperParts& parts) {
  const auto routes = std::make_shared<PaperRoutes>(parts);
  router.add(net::Method::get, std::string(papers_path) + "{case}/{slot}/{ticket}", {.max_body_bytes = 0, .slow = true},
             [routes](const net::Request& request) {
               const auto shown = routes->show(request);
               return shown ? *shown : told_to_officer(shown.error());
             });
}

}  // namespace yinxin::api
