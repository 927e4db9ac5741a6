#pragma once
// Who a person or a machine is in the protocol stands in its certificate, not in a database.

#include <optional>

#include "crypto/x509/path.h"

namespace yinxin::trust {

enum class Role {
  registration_officer,  // accepts: S1
  review_officer,        // approves: S2
  production_officer,    // binds the new key: S3
  system_administrator,
  security_administrator,
  audit_administrator,
  custodian,
  finance_officer,  // money that comes wrong or goes back; signs no approval
};
std::string_view name_of(Role role);
Result<Role> role_of_name(std::string_view name);

// A person as the protocol compares persons: HMAC-SM3 of the resident identity number under the roster's key, so that
// an officer can be told from a requester without his number standing in a certificate.
struct PersonId {
  crypto::Digest value{};
  bool operator==(const PersonId&) const = default;
};
PersonId person_id(BytesView roster_key, std::string_view resident_id);

// What an officer certificate says of its holder, from its role and person extensions. invalid_input when it says less.
struct Officer {
  Role role = Role::registration_officer;
  PersonId person;
};
Result<Officer> officer_of(const x509::Certificate& certificate);
// The two extensions that say so.
x509::Extension role_extension(Role role);
x509::Extension person_extension(const PersonId& person);

}  // namespace yinxin::trust
