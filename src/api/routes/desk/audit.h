#pragma once
// The desk's own audit for the audit administrator, over HTTP on the desk's origin: who did what, the newest first, and
// whether the record is still what was written. Nobody else reads it, and he reads nothing of a case but what it says.

#include <optional>
#include <vector>

#include "api/routes/desk/desk_gate.h"
#include "crypto/sm3.h"

namespace yinxin::api {

constexpr std::size_t max_audit_filter_bytes = 64;  // of each value that is asked for

struct AuditEntry {
  std::uint64_t sequence = 0;
  Instant at{};
  std::string role;
  std::string officer;  // person, hexadecimal; or the part of the house that acted
  std::string action;
  std::string object;
  std::string result;
};

struct AuditQuery {
  std::string case_id;  // as the object, or before whatever of the case is named: "YX…/2", "YX…-1"
  std::string officer;  // how the person begins
  std::string action;   // whole
  std::optional<std::uint64_t> before{};
  // Of the entry only who, what and on what count.
  [[nodiscard]] bool is_met_by(const AuditEntry& entry) const;
};

struct AuditBreak {
  std::uint64_t sequence = 0;
  std::string id;  // "audit.line.edited" …
};

// What was found, and what was looked at for it: the entries from `newest` down to `oldest`.
struct AuditPage {
  std::vector<AuditEntry> entries;
  std::uint64_t newest = 0;
  std::uint64_t oldest = 0;
  crypto::Digest newest_sm3{};       // of the newest line
  crypto::Digest predecessor_sm3{};  // what the oldest line names as the one before it
  std::size_t looked_at = 0;
  bool reaches_writer = false;  // the newest line is the last that the office knows to have written
  bool has_older = false;
  std::vector<AuditBreak> breaks;
  std::uint64_t checked_at_start = 0;  // up to here the office judged the whole file when it was started
};

struct AuditPorts {
  RecordPort record{};
  // From several threads. Empty answers 501.
  std::function<Result<AuditPage>(const AuditQuery&)> read{};
};

// All outlive the router.
struct AuditParts {
  OfficerSessions& sessions;
  std::function<std::string()> origin;
  AuditPorts ports;
};

void add_audit_routes(net::Router& router, const AuditParts& parts);

}  // namespace yinxin::api
