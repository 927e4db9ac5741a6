#pragma once
// Renditions for officers' pages, on an origin of their own that reads no cookie: GET /papers/{case}/{slot}/{ticket};
// for the slip of a transfer, the order stands in place of the case.

#include <functional>
#include <mutex>

#include "api/session/paper_tickets.h"
#include "hall/desk/desk.h"
#include "net/http.h"

namespace yinxin::api {

inline constexpr std::string_view papers_path = "/papers/";

// All that are references outlive the router.
struct PaperParts {
  hall::Desk& desk;
  std::mutex& writer;  // held around every call of the desk
  const PaperTickets& tickets;
  std::function<Result<Bytes>(const std::string& order)> voucher{};  // of an announced transfer; none without it
  std::function<std::string()> origin;       // of the papers, under another host name than the desk's
  std::function<std::string()> desk_origin;  // whose pages may show them
};

// Where a page may show a paper, for a short while: {"url", "expires_at"}. unsupported without tickets or an origin.
Result<net::Response> paper_link(const PaperTickets* tickets, const std::function<std::string()>& papers_origin,
                                 const std::string& id, std::string_view slot);

void add_paper_routes(net::Router& router, const PaperParts& parts);

}  // namespace yinxin::api
