#pragma once
// The finance officers' side over HTTP, on the desk's origin: money that came wrong or goes back, and what is decided
// about it. Every deed is recorded with the officer before it is done.

#include "api/routes/desk/desk_gate.h"
#include "api/session/paper_tickets.h"
#include "hall/street/street.h"

namespace yinxin::api {

constexpr std::size_t max_finance_body_bytes = std::size_t{8} << 10;

// Each may be called from several threads. One that is left empty answers 501.
struct FinancePorts {
  RecordPort record{};
  std::function<Result<std::vector<hall::MoneyItem>>()> to_decide{};
  // forbidden for an officer whom the case concerns.
  std::function<Result<hall::MoneyItem>(const std::string& refund, hall::FinanceDeed, const hall::Actor&,
                                        const std::string& words)>
      decide{};
  std::function<Result<hall::MoneyItem>(const std::string& order, std::int64_t fen, const hall::Actor&,
                                        const std::string& words)>
      give_back{};
  // Transfers that were announced, and what is decided about one.
  std::function<Result<std::vector<hall::TransferItem>>()> transfers{};
  std::function<Result<void>(const std::string& order, const hall::Actor&, const std::string& words)> deny_voucher{};
  std::function<Result<void>(const std::string& order, const std::string& booking, const hall::Actor&,
                             const std::string& words)>
      name_booking{};
};

// All outlive the router.
struct FinanceParts {
  OfficerSessions& sessions;
  std::function<std::string()> origin;
  // Where slips are shown, and by what (papers.h); without, none are.
  std::function<std::string()> papers_origin{};
  const PaperTickets* tickets = nullptr;
  FinancePorts ports;
};

void add_finance_routes(net::Router& router, const FinanceParts& parts);

}  // namespace yinxin::api
