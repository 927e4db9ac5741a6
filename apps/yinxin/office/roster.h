#pragma once
// Who the officers of an office are: what the ceremony certified, and how it stands now. A copy for people; nothing is
// decided by it.

#include "crypto/x509/crl.h"
#include "trust/roles.h"

namespace yinxin::office {

constexpr std::size_t max_officers_listed = 1000;

struct RosterEntry {
  std::string file;  // of the approval certificate, without its folder
  x509::Certificate approval;
  std::optional<x509::Certificate> login;  // of those who sit at the desk
  trust::Officer officer;
};

// In the order of the ceremony. `folder`: of the office. not_found where there is none; invalid_input for a file that
// is no officer's.
Result<std::vector<RosterEntry>> roster_of(const std::string& folder);

}  // namespace yinxin::office
