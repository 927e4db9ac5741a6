#pragma once
// The officers' side over HTTP, on an origin of its own: a session by the login key, cases, decisions as signed bytes,
// production line by line. Nothing here approves: S1 and S2 come as statements that the officer's agent signed.

#include <mutex>

#include "api/routes/desk/desk_gate.h"
#include "api/session/paper_tickets.h"
#include "hall/desk/desk.h"
#include "hall/street/street.h"

namespace yinxin::api {

constexpr std::size_t max_desk_body_bytes = std::size_t{64} << 10;  // of a JSON body
constexpr std::size_t max_statement_body_bytes = hall::max_paper_bytes;
constexpr std::size_t max_binding_body_bytes = 2 * hall::max_paper_bytes;  // two papers in base64
// Of all materials of a case, as base64 in one answer; more is refused, and approved at a counter with its own means.
constexpr std::size_t max_bundle_bytes = std::size_t{96} << 20;
constexpr std::size_t max_overrides = 32;

struct OfferedMaterial {
  std::string slot;
  Bytes original;
  Bytes rendition;
};
// What an officer's agent judges before it signs; `content` is DER of trust::ApprovalContent.
struct OfferedBundle {
  Bytes snapshot;
  Bytes manifest;
  Bytes content;
  std::vector<OfferedMaterial> materials;
  std::vector<Bytes> evidence;
  std::optional<Bytes> first_approval;
  std::vector<hall::MachineCheck> checks;
};
struct PermittedLine {
  Bytes permit;
  Bytes secrets;     // the PIN domain's answer, sealed to the station
  Bytes pin_domain;  // certificate
};
struct MadeLine {
  Bytes signing;
  Bytes encryption;
  Bytes envelope;
  std::optional<Bytes> seal;
};

// An officer as the ceremony certified him, and how that stands now.
struct ListedOfficer {
  x509::Certificate approval;
  std::optional<x509::Certificate> login;
  trust::Officer officer;
  std::optional<Instant> revoked_at;  // of the approval key
};

// What needs vault, providers or audit. Each may be called from several threads and must not be called while `writer`
// below is held. One that is left empty answers 501.
struct DeskPorts {
  RecordPort record;
  std::function<Result<OfferedBundle>(const std::string& id, trust::Decision,
                                      const std::map<std::string, std::string>& overrides)>
      lay_before;
  // Asks each provider again by its transaction and lays the signed receipts on the desk.
  std::function<Result<void>(const std::string& id)> requery;
  // What the requester agreed to; nothing for a case that did not come over the street.
  std::function<Result<std::vector<hall::ConsentShown>>(const std::string& id)> consents;
  // The legal representative in place of an account that the bank cannot prove: how it stands, and an officer's word.
  // forbidden for an officer whom the case concerns; not_found for a case that did not come over the street.
  std::function<Result<std::optional<hall::LegalCheck>>(const std::string& id)> legal_check{};
  std::function<Result<void>(const std::string& id, const hall::Actor&, const hall::SeenInPerson&)>
      prove_legal_representative{};
  // Orders the courier once for the case as it stands, however often it is asked; his waybill.
  std::function<Result<std::string>(const std::string& id)> order_courier;
  std::function<Result<PermittedLine>(const std::string& id, std::int64_t line, const std::string& device,
                                      const x509::Certificate& station, const x509::Certificate& officer)>
      permit;
  std::function<Result<void>(const std::string& id, std::int64_t line)> issue;
  std::function<Result<Bytes>(const std::string& id, std::int64_t line)> make_seal;
  std::function<Result<MadeLine>(const std::string& id, std::int64_t line)> certificates;
  std::function<Result<void>(const std::string& id, std::int64_t line, BytesView written)> hear_written;
  // The programmes on offer.
  std::function<std::vector<std::shared_ptr<const hall::Offer>>()> programmes{};
  std::function<Result<std::vector<ListedOfficer>>()> officers{};
};

// All outlive the router; calls come from several threads.
struct DeskParts {
  hall::Desk& desk;
  std::mutex& writer;  // held around every call of the desk
  OfficerSessions& sessions;
  x509::Certificate roles_ca;
  std::function<std::string()> origin;  // "https://desk.example:8444", what login signatures name
  bool is_over_tls = false;             // cookies are Secure then
  // Where renditions are shown, and by what (papers.h); without, none are.
  std::function<std::string()> papers_origin{};
  const PaperTickets* tickets = nullptr;
  DeskPorts ports;
};

void add_desk_routes(net::Router& router, const DeskParts& parts);

}  // namespace yinxin::api
