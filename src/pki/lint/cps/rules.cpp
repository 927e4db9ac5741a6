// Our own practice: what the profile meant is what the bytes say, and what the field's incidents taught.

#include <algorithm>

#include "crypto/oids.h"
#include "pki/lint/lint.h"

namespace yinxin::pki::lint {

namespace {

// WoSign 2016: no backdating beyond clock differences.
constexpr std::chrono::hours longest_backdating{1};
// A draw of 16 octets; what comes before it is instance and epoch.
constexpr std::size_t serial_prefix_bytes = 2;
constexpr std::size_t longest_run_of_equal_octets = 6;

void serial_shape(Examined& e) {
  const Bytes& serial = e.certificate().serial();
  if (e.context().expected == nullptr) {
    if (serial.size() < 8) {
      e.report("a serial number of less than 64 bits");
    }
    return;
  }
  if (serial.size() != e.context().expected->serial_bytes) {
    e.report("the serial number has not the size of instance, epoch and 16 random octets");
    return;
  }
  std::size_t run = 1;
  for (std::size_t i = serial_prefix_bytes + 1; i < serial.size(); ++i) {
    run = serial[i] == serial[i - 1] ? run + 1 : 1;
    if (run == longest_run_of_equal_octets) {
      e.report("the serial number does not look drawn at random");
      return;
    }
  }
}

void not_backdated(Examined& e) {
  if (e.context().expected == nullptr) {
    return;
  }
  const Instant now = e.context().expected->now;
  if (e.certificate().not_before() < now - longest_backdating) {
    e.report("the validity begins more than an hour ago");
  } else if (e.certificate().not_before() > now + longest_backdating) {
    e.report("the validity begins more than an hour from now");
  }
}

void validity_within_profile(Examined& e) {
  if (e.context().expected != nullptr && e.certificate().not_after() > e.context().expected->latest_end) {
    e.report("the validity is longer than the profile's");
  }
}

void validity_within_issuer(Examined& e) {
  if (e.context().issuer != nullptr && e.certificate().not_after() > e.context().issuer->not_after()) {
    e.report("the validity ends after the issuer's");
  }
}

void no_constraints_in_end_entities(Examined& e) {
  if (e.context().expected != nullptr && !e.context().expected->authority &&
      e.certificate().find_extension(oid::basic_constraints()) != nullptr) {
    e.report("basic constraints in an end entity");
  }
}

// TURKTRUST 2011
void no_authority_by_accident(Examined& e) {
  if (e.context().expected == nullptr) {
    return;
  }
  const auto usage = e.certificate().key_usage();
  const std::uint32_t authority = x509::bit(x509::KeyUsage::key_cert_sign) | x509::bit(x509::KeyUsage::crl_sign);
  const bool signs = usage && usage->has_value() && (**usage & authority) != 0;
  if (!e.context().expected->authority && (e.is_authority() || signs)) {
    e.report("an end entity with the rights of an authority");
  }
  if (e.context().expected->authority && !e.is_authority()) {
    e.report("an authority without CA:TRUE");
  }
}

void path_length_as_meant(Examined& e) {
  if (e.context().expected == nullptr || !e.context().expected->authority) {
    return;
  }
  const auto constraints = e.certificate().basic_constraints();
  const auto length =
      constraints && constraints->has_value() ? (*constraints)->path_length : std::optional<std::int64_t>();
  const auto wanted = e.context().expected->path_length;
  if (length.has_value() != wanted.has_value() || (wanted && *length != *wanted)) {
    e.report("another path length than the profile's");
  }
}

void usage_as_meant(Examined& e) {
  if (e.context().expected == nullptr) {
    return;
  }
  const auto usage = e.certificate().key_usage();
  const auto* extension = e.certificate().find_extension(oid::key_usage());
  if (!usage || !usage->has_value() || **usage != e.context().expected->key_usage || !extension->critical) {
    e.report("the key usage is not the profile's, critical");
  }
}

void purposes_as_meant(Examined& e) {
  if (e.context().expected == nullptr) {
    return;
  }
  const auto purposes = e.certificate().extended_key_usage();
  if (!purposes || *purposes != e.context().expected->purposes) {
    e.report("the extended key usage is not the profile's");
    return;
  }
  const auto* extension = e.certificate().find_extension(oid::extended_key_usage());
  if (std::ranges::find(*purposes, oid::eku_approval()) != purposes->end() &&
      (!extension->critical || purposes->size() != 1)) {
    e.report("the approval purpose is not critical and alone");
  }
}

void policies_as_meant(Examined& e) {
  const auto policies = e.certificate().policies();
  if (e.context().expected == nullptr) {
    return;
  }
  std::vector<asn1::ObjectId> wanted = e.context().expected->policies;
  if (!e.context().expected->root && e.context().expected->environment != "production") {
    wanted.push_back(oid::policy_demo());
  }
  if (!policies || *policies != wanted) {
    e.report("the policies are not the profile's, with the mark of the environment");
  }
}

void key_is_not_the_issuers(Examined& e) {
  if (e.context().issuer != nullptr && e.certificate().public_key() == e.context().issuer->public_key()) {
    e.report("the key is the issuer's");
  }
}

void issuer_may_issue(Examined& e) {
  if (e.context().issuer == nullptr || e.context().expected == nullptr) {
    return;
  }
  const x509::Certificate& issuer = *e.context().issuer;
  const auto constraints = issuer.basic_constraints();
  if (!constraints || !constraints->has_value() || !(*constraints)->ca || !issuer.may(x509::KeyUsage::key_cert_sign) ||
      (e.is_authority() && (*constraints)->path_length && *(*constraints)->path_length == 0)) {
    e.report("the issuer may not issue this");
  }
}

void encoding_is_canonical(Examined& e) {
  asn1::Reader outer(e.certificate().tbs());
  auto tbs = outer.sequence();
  if (!tbs || !outer.finish()) {
    e.report("the to-be-signed bytes are not one SEQUENCE");
    return;
  }
  for (const auto& extension : e.certificate().extensions()) {
    if (e.context().expected != nullptr && !asn1::whole_element(extension.value)) {
      e.report("the value of " + extension.id.dotted() + " is not one DER element");
    }
  }
}

}  // namespace

const std::vector<Rule>& cps_rules() {
  static const std::vector<Rule> rules = {
      {"cps.serial.shape", Severity::error, Source::cps, "CPS 7.1", serial_shape},
      {"cps.validity.backdated", Severity::error, Source::cps, "CPS 6.3.2", not_backdated},
      {"cps.validity.profile", Severity::error, Source::cps, "CPS 6.3.2", validity_within_profile},
      {"cps.validity.issuer", Severity::error, Source::cps, "CPS 6.3.2", validity_within_issuer},
      {"cps.end_entity.constraints", Severity::error, Source::cps, "CPS 7.1.2", no_constraints_in_end_entities},
      {"cps.end_entity.authority", Severity::error, Source::cps, "CPS 7.1.2", no_authority_by_accident},
      {"cps.path_length", Severity::error, Source::cps, "CPS 7.1.2", path_length_as_meant},
      {"cps.key_usage", Severity::error, Source::cps, "CPS 7.1.2", usage_as_meant},
      {"cps.purposes", Severity::error, Source::cps, "CPS 7.1.2", purposes_as_meant},
      {"cps.policies", Severity::error, Source::cps, "CPS 7.1.6", policies_as_meant},
      {"cps.key.issuer", Severity::error, Source::cps, "CPS 6.1", key_is_not_the_issuers},
      {"cps.issuer.may", Severity::error, Source::cps, "CPS 6.1", issuer_may_issue},
      {"cps.encoding", Severity::error, Source::cps, "CPS 7.1", encoding_is_canonical},
  };
  return rules;
}

}  // namespace yinxin::pki::lint
