// RFC 5280 and RFC 6960.

#include <algorithm>
#include <set>

#include "crypto/oids.h"
#include "pki/lint/lint.h"

namespace yinxin::pki::lint {

namespace {

void serial_positive(Examined& e) {
  const Bytes& serial = e.certificate().serial();
  if (serial.empty() || (serial[0] & 0x80) != 0 || std::ranges::all_of(serial, [](auto b) { return b == 0; })) {
    e.report("the serial number is not positive");
  }
}

void serial_length(Examined& e) {
  if (e.certificate().serial().size() > x509::max_serial_size) {
    e.report("the serial number is longer than 20 octets");
  }
}

void version_three(Examined& e) {
  if (e.certificate().version() != 3 && !e.certificate().extensions().empty()) {
    e.report("extensions in a certificate that is not version 3");
  }
}

void algorithms_same(Examined& e) {
  if (!e.certificate().algorithms_agree()) {
    e.report("inner and outer signature algorithm differ");
  }
}

void extensions_once(Examined& e) {
  if (e.certificate().has_duplicate_extension()) {
    e.report("an extension stands twice");
  }
}

void validity_order(Examined& e) {
  if (e.certificate().not_after() <= e.certificate().not_before()) {
    e.report("the validity ends before it begins");
  }
}

void subject_present(Examined& e) {
  if (e.certificate().subject().empty() && e.certificate().find_extension(asn1::ObjectId("2.5.29.17")) == nullptr) {
    e.report("neither subject nor alternative name");
  }
}

void issuer_present(Examined& e) {
  if (e.certificate().issuer().empty()) {
    e.report("the issuer is empty");
  }
}

void issuer_matches(Examined& e) {
  if (e.context().issuer != nullptr && !(e.certificate().issuer() == e.context().issuer->subject())) {
    e.report("the issuer's name is not byte for byte the authority's subject");
  }
}

void authority_key_matches(Examined& e) {
  const auto id = e.certificate().authority_key_id();
  if (e.context().issuer != nullptr) {
    const auto wanted = e.context().issuer->subject_key_id();
    if (!id || (wanted && *id != *wanted)) {
      e.report("the authority key identifier is not the issuer's subject key identifier");
    }
  } else if (!id && !e.certificate().self_issued()) {
    e.report("no authority key identifier");
  }
}

void subject_key_present(Examined& e) {
  const auto id = e.certificate().subject_key_id();
  if (!id || id->empty()) {
    if (e.is_authority() || e.context().expected != nullptr) {
      e.report("no subject key identifier");
    }
  } else if (e.context().expected != nullptr && *id != e.certificate().public_key().identifier()) {
    e.report("the subject key identifier is not of this key");
  }
}

void authority_usage(Examined& e) {
  const auto usage = e.certificate().key_usage();
  if (!usage) {
    e.report("the key usage cannot be read");
  } else if (usage->has_value() && (**usage & x509::bit(x509::KeyUsage::key_cert_sign)) != 0 && !e.is_authority()) {
    e.report("key_cert_sign without CA:TRUE");
  }
}

void authority_constraints(Examined& e) {
  const auto constraints = e.certificate().basic_constraints();
  const auto* extension = e.certificate().find_extension(oid::basic_constraints());
  if (!constraints) {
    e.report("the basic constraints cannot be read");
  } else if (constraints->has_value() && (*constraints)->ca && !extension->critical) {
    e.report("the basic constraints of an authority are not critical");
  } else if (constraints->has_value() && !(*constraints)->ca && (*constraints)->path_length) {
    e.report("a path length in what is no authority");
  }
}

void usage_not_empty(Examined& e) {
  const auto usage = e.certificate().key_usage();
  if (usage && usage->has_value() && **usage == 0) {
    e.report("a key usage that names none");
  }
}

void name_attributes_well_formed(Examined& e) {
  asn1::Reader outer(e.certificate().subject().der());
  auto rdns = outer.sequence();
  while (rdns && !rdns->at_end()) {
    auto rdn = rdns->set();
    auto attribute = rdn ? rdn->sequence() : Result<asn1::Reader>(rdn.error());
    if (!attribute) {
      return;
    }
    const auto type = attribute->object_id();
    const auto value = attribute->any();
    if (!type || !value) {
      return;
    }
    if (value->content.empty()) {
      e.report("an empty attribute " + type->dotted());
    }
    const auto text = asn1::text_of_element(*value);
    if (!text) {
      e.report("an attribute that is no text: " + type->dotted());
    } else if (std::ranges::any_of(*text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      e.report("a control character in " + type->dotted());
    }
    if (*type == oid::country() && (value->tag != asn1::tag::printable_string || value->content.size() != 2)) {
      e.report("the country is not a PrintableString of two letters");
    }
  }
}

void time_form(Examined& e) {
  asn1::Reader outer(e.certificate().tbs());
  auto tbs = outer.sequence();
  if (!tbs) {
    return;
  }
  (void)tbs->optional(asn1::tag::context_constructed(0));
  for (int skipped = 0; skipped < 3; ++skipped) {  // serial, algorithm, issuer
    if (!tbs->any()) {
      return;
    }
  }
  auto validity = tbs->sequence();
  while (validity && !validity->at_end()) {
    const auto time = validity->any();
    const auto at = time ? asn1::time_of_element(*time) : Result<Instant>(time.error());
    if (!at || yinxin::text_of(time->content).back() != 'Z' ||
        (to_calendar(*at).year < 2050) != (time->tag == asn1::tag::utc_time)) {
      e.report("a time that is not UTCTime to 2049 and GeneralizedTime after, in Z");
    }
  }
}

void responder_not_checked(Examined& e) {
  if (e.context().expected != nullptr && e.certificate().has_purpose(oid::eku_ocsp_signing()) &&
      e.certificate().find_extension(oid::ocsp_no_check()) == nullptr) {
    e.report("an OCSP responder without ocsp-nocheck");
  }
}

void time_stamping_alone(Examined& e) {
  const auto purposes = e.certificate().extended_key_usage();
  const auto* extension = e.certificate().find_extension(oid::extended_key_usage());
  if (purposes && std::ranges::find(*purposes, oid::eku_time_stamping()) != purposes->end() &&
      (purposes->size() != 1 || !extension->critical)) {
    e.report("time stamping is not the only, critical purpose");
  }
}

}  // namespace

const std::vector<Rule>& rfc_rules() {
  static const std::vector<Rule> rules = {
      {"rfc.serial.positive", Severity::error, Source::rfc, "RFC 5280 4.1.2.2", serial_positive},
      {"rfc.serial.length", Severity::error, Source::rfc, "RFC 5280 4.1.2.2", serial_length},
      {"rfc.version", Severity::error, Source::rfc, "RFC 5280 4.1.2.1", version_three},
      {"rfc.algorithm.same", Severity::error, Source::rfc, "RFC 5280 4.1.1.2", algorithms_same},
      {"rfc.extension.once", Severity::error, Source::rfc, "RFC 5280 4.2", extensions_once},
      {"rfc.validity.order", Severity::error, Source::rfc, "RFC 5280 4.1.2.5", validity_order},
      {"rfc.validity.form", Severity::error, Source::rfc, "RFC 5280 4.1.2.5", time_form},
      {"rfc.subject.present", Severity::error, Source::rfc, "RFC 5280 4.1.2.6", subject_present},
      {"rfc.issuer.present", Severity::error, Source::rfc, "RFC 5280 4.1.2.4", issuer_present},
      {"rfc.issuer.matches", Severity::error, Source::rfc, "RFC 5280 7.1", issuer_matches},
      {"rfc.authority_key_id", Severity::error, Source::rfc, "RFC 5280 4.2.1.1", authority_key_matches},
      {"rfc.subject_key_id", Severity::error, Source::rfc, "RFC 5280 4.2.1.2", subject_key_present},
      {"rfc.key_usage.authority", Severity::error, Source::rfc, "RFC 5280 4.2.1.3", authority_usage},
      {"rfc.key_usage.empty", Severity::error, Source::rfc, "RFC 5280 4.2.1.3", usage_not_empty},
      {"rfc.basic_constraints", Severity::error, Source::rfc, "RFC 5280 4.2.1.9", authority_constraints},
      {"rfc.name.attributes", Severity::error, Source::rfc, "RFC 5280 4.1.2.4, X.520", name_attributes_well_formed},
      {"rfc.ocsp.no_check", Severity::error, Source::rfc, "RFC 6960 4.2.2.2.1", responder_not_checked},
      {"rfc.tsa.purpose", Severity::error, Source::rfc, "RFC 3161 2.3", time_stamping_alone},
  };
  return rules;
}

}  // namespace yinxin::pki::lint
