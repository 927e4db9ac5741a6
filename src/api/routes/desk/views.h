#pragma once
// A case as an officer reads it.

#include "api/json_names.h"
#include "api/routes/desk/desk.h"

namespace yinxin::api {

struct DeskCase {
  Instant now;
  hall::CaseRecord record;
  std::vector<hall::CaseEventRecord> timeline;
  std::optional<hall::Claim> claim;
  hall::Reopened reopened;
  std::vector<Bytes> receipts;
  std::vector<hall::MachineCheck> checks;
  std::vector<hall::ConsentShown> consents;
};

boost::json::object desk_case_view(const DeskCase& shown);
boost::json::object desk_summary_view(const hall::CaseSummary& summary, Instant now);
boost::json::object bundle_view(const OfferedBundle& bundle);
// What a slot and a field are called, and what is assumed; prices and texts stay in the file.
boost::json::object programme_view(const hall::Offer& offer);
boost::json::object officer_view(const ListedOfficer& officer, Instant now);
boost::json::object claim_view(const hall::Claim& claim);
// By its first bytes; application/octet-stream for what no page shows.
std::string media_type_of_rendition(BytesView rendition);

}  // namespace yinxin::api
