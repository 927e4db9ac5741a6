#include "trust/roles.h"

#include <algorithm>
#include <array>

#include "crypto/oids.h"

namespace yinxin::trust {

namespace {
constexpr std::array roles{
    std::pair{Role::registration_officer, std::string_view("registration_officer")},
    std::pair{Role::review_officer, std::string_view("review_officer")},
    std::pair{Role::production_officer, std::string_view("production_officer")},
    std::pair{Role::system_administrator, std::string_view("system_administrator")},
    std::pair{Role::security_administrator, std::string_view("security_administrator")},
    std::pair{Role::audit_administrator, std::string_view("audit_administrator")},
    std::pair{Role::custodian, std::string_view("custodian")},
    std::pair{Role::finance_officer, std::string_view("finance_officer")},
};
}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [known, name] : roles) {
    if (known == role) {
      return name;
    }
  }
  ensure_unreachable("a Role without a name");
}

Result<Role> role_of_name(std::string_view name) {
  for (const auto& [role, known] : roles) {
    if (known == name) {
      return role;
    }
  }
  return fail(ErrorCode::invalid_input, "a role that does not exist");
}

PersonId person_id(BytesView roster_key, std::string_view resident_id) {
  return {crypto::hmac_sm3(roster_key, {bytes_of("yinxin person 1"), bytes_of(resident_id)})};
}

x509::Extension role_extension(Role role) {
  return {oid::officer_role(), false, asn1::Writer().utf8(name_of(role)).take()};
}

x509::Extension person_extension(const PersonId& person) {
  return {oid::person_id(), false, asn1::Writer().octet_string(person.value).take()};
}

Result<Officer> officer_of(const x509::Certificate& certificate) {
  const x509::Extension* role = certificate.find_extension(oid::officer_role());
  const x509::Extension* person = certificate.find_extension(oid::person_id());
  if (role == nullptr || person == nullptr) {
    return fail(ErrorCode::invalid_input, "a certificate without role or person");
  }
  Officer officer;
  YX_TRY(const asn1::Element role_text, asn1::whole_element(role->value, asn1::tag::utf8_string));
  YX_TRY(officer.role, role_of_name(text_of(role_text.content)));
  YX_TRY(const asn1::Element id, asn1::whole_element(person->value, asn1::tag::octet_string));
  if (id.content.size() != officer.person.value.size()) {
    return fail(ErrorCode::invalid_input, "a person identifier of a wrong size");
  }
  std::ranges::copy(id.content, officer.person.value.begin());
  return officer;
}

}  // namespace yinxin::trust
