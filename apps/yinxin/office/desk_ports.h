#pragma once
// The office behind the officers' desk: what the routes ask, out of one house, and what the street lays down for it.
// The house is one writer: every call takes the same lock.

#include "api/routes/desk/audit.h"
#include "api/routes/desk/desk.h"
#include "api/routes/desk/finance.h"
#include "api/routes/desk/papers.h"
#include "yinxin/office/desk_doors.h"
#include "yinxin/office/house.h"
#include "yinxin/office/street_doors.h"

namespace yinxin::office {

// What reaches out of the house; each takes its own time and must not hold `writer` while it waits for a provider. One
// that is empty answers 501, or tells nothing.
struct DeskOutside {
  std::function<Result<void>(const std::string& id)> requery{};
  std::function<Result<std::string>(const std::string& id)> order_courier{};
  // As OutsideDoors::send_code.
  std::function<Result<Bytes>(const std::string& line, const std::string& device, const std::string& mobile)>
      send_code{};
  StreetDoors* street = nullptr;
  std::function<std::vector<std::shared_ptr<const hall::Offer>>()> programmes{};  // that are on offer
};

class DeskService final : public DeskDoors {
 public:
  struct Parts {
    House& house;
    std::mutex& writer;
    const Clock& clock;
    Random& random;
    std::function<std::string()> origin;         // of the desk
    std::function<std::string()> papers_origin;  // of the renditions, under another host name; empty: none are shown
    bool is_over_tls = false;
    DeskOutside outside{};
  };
  explicit DeskService(Parts parts);
  // The routes outlive neither this nor its parts.
  void add_desk_routes(net::Router& router);
  void add_paper_routes(net::Router& router);
  Result<api::CodeTicket> send_code(const api::TokenSeen& seen, const std::string& mobile) override;
  Result<void> follow_line(const std::string& case_id, std::int64_t line) override;

 private:
  [[nodiscard]] api::DeskPorts desk_ports();
  [[nodiscard]] api::FinancePorts finance_ports();
  [[nodiscard]] api::AuditPorts audit_ports();
  Result<void> check_not_concerned(const std::string& id, const hall::Actor& officer);
  Result<void> prove_legal_representative(const std::string& id, const hall::Actor& officer,
                                          const hall::SeenInPerson& seen);
  Result<api::OfferedBundle> offer(const std::string& id, trust::Decision decision,
                                   const std::map<std::string, std::string>& overrides);

  Parts parts_;
  api::OfficerSessions sessions_;
  api::PaperTickets tickets_;
};

}  // namespace yinxin::office
