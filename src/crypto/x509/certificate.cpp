#include "crypto/x509/certificate.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::x509 {

Result<std::vector<Extension>> read_extension_list(asn1::Reader& list) {
  std::vector<Extension> extensions;
  while (!list.at_end()) {
    if (extensions.size() == max_extensions) {
      return fail(ErrorCode::invalid_input, "more than 64 extensions");
    }
    YX_TRY(asn1::Reader one, list.sequence());
    Extension extension;
    YX_TRY(extension.id, one.object_id());
    if (one.next_is(asn1::tag::boolean)) {
      YX_TRY(extension.critical, one.boolean());
    }
    YX_TRY(const BytesView value, one.octet_string());
    YX_CHECK(one.finish());
    extension.value = to_bytes(value);
    extensions.push_back(std::move(extension));
  }
  return extensions;
}

// TBSCertificate ::= SEQUENCE { version [0] EXPLICIT INTEGER DEFAULT v1, serialNumber INTEGER, signature
//   AlgorithmIdentifier, issuer Name, validity SEQUENCE { notBefore Time, notAfter Time }, subject Name,
//   subjectPublicKeyInfo, issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL, extensions [3] EXPLICIT OPTIONAL }
Result<void> Certificate::read_tbs(asn1::Reader tbs) {
  if (tbs.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(asn1::Reader version, tbs.enter(asn1::tag::context_constructed(0)));
    YX_TRY(const std::int64_t number, version.small_integer());
    YX_CHECK(version.finish());
    if (number > 2) {
      return fail(ErrorCode::invalid_input, "a certificate version we do not know");
    }
    version_ = static_cast<int>(number) + 1;
  }
  YX_TRY(const BytesView serial, tbs.integer());
  if (serial.size() > max_serial_size + 1) {
    return fail(ErrorCode::invalid_input, "a serial number of more than 20 octets");
  }
  serial_ = to_bytes(serial);
  YX_TRY(const Algorithm inner, read_algorithm(tbs));
  inner_algorithm_ = inner.id;
  YX_TRY(const asn1::Element issuer, tbs.expect(asn1::tag::sequence));
  YX_TRY(issuer_, Name::parse(issuer.whole));
  YX_TRY(asn1::Reader validity, tbs.sequence());
  YX_TRY(not_before_, validity.time());
  YX_TRY(not_after_, validity.time());
  YX_CHECK(validity.finish());
  YX_TRY(const asn1::Element subject, tbs.expect(asn1::tag::sequence));
  YX_TRY(subject_, Name::parse(subject.whole));
  YX_TRY(const asn1::Element key, tbs.expect(asn1::tag::sequence));
  YX_TRY(public_key_, PublicKey::parse(key.whole));
  for (const unsigned unique_id : {1U, 2U}) {
    YX_CHECK(tbs.optional(asn1::tag::context(unique_id)));
  }
  if (tbs.next_is(asn1::tag::context_constructed(3))) {
    YX_TRY(asn1::Reader wrapper, tbs.enter(asn1::tag::context_constructed(3)));
    YX_TRY(asn1::Reader list, wrapper.sequence());
    YX_CHECK(wrapper.finish());
    YX_CHECK(read_extensions(list));
  }
  return tbs.finish();
}

Result<void> Certificate::read_extensions(asn1::Reader list) {
  YX_TRY(extensions_, read_extension_list(list));
  for (std::size_t i = 0; i < extensions_.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      duplicate_extension_ = duplicate_extension_ || extensions_[i].id == extensions_[k].id;
    }
  }
  return {};
}

Result<Certificate> Certificate::parse(BytesView der) {
  if (der.size() > max_certificate_size) {
    return fail(ErrorCode::invalid_input, "a certificate of more than 64 KiB");
  }
  Certificate certificate;
  certificate.der_ = to_bytes(der);
  asn1::Reader outer(certificate.der_);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::Element tbs, inside.expect(asn1::tag::sequence));
  certificate.tbs_at_ = static_cast<std::size_t>(tbs.whole.data() - certificate.der_.data());
  certificate.tbs_size_ = tbs.whole.size();
  YX_TRY(const asn1::Reader tbs_reader, inside.inside(tbs));
  YX_CHECK(certificate.read_tbs(tbs_reader));
  YX_TRY(const Algorithm algorithm, read_algorithm(inside));
  certificate.signature_algorithm_ = algorithm.id;
  certificate.algorithms_agree_ = algorithm.id == certificate.inner_algorithm_;
  YX_TRY(const BytesView signature, inside.bit_string());
  YX_CHECK(inside.finish());
  certificate.signature_ = to_bytes(signature);
  certificate.fingerprint_ = crypto::sm3(certificate.der_);
  return certificate;
}

Result<std::vector<Certificate>> Certificate::parse_all(BytesView file) {
  std::vector<Certificate> all;
  if (!file.empty() && file[0] == asn1::tag::sequence) {
    YX_TRY(Certificate one, parse(file));
    all.push_back(std::move(one));
    return all;
  }
  YX_TRY(const std::vector<PemBlock> blocks, read_pem(text_of(file)));
  for (const PemBlock& block : blocks) {
    if (block.label == "CERTIFICATE") {
      YX_TRY(Certificate one, parse(block.der));
      all.push_back(std::move(one));
    }
  }
  if (all.empty()) {
    return fail(ErrorCode::invalid_input, "no certificate in the file");
  }
  return all;
}

Result<Certificate> Certificate::parse_any(BytesView file) {
  YX_TRY(std::vector<Certificate> all, parse_all(file));
  return std::move(all.front());
}

const Extension* Certificate::find_extension(const asn1::ObjectId& id) const {
  const auto found = std::ranges::find(extensions_, id, &Extension::id);
  return found == extensions_.end() ? nullptr : &*found;
}

// KeyUsage ::= BIT STRING. Production writes `03 02 00 C0`, unused bits 0: the bits count, not their number.
Result<std::optional<std::uint32_t>> Certificate::key_usage() const {
  const Extension* extension = find_extension(oid::key_usage());
  if (extension == nullptr) {
    return std::optional<std::uint32_t>();
  }
  YX_TRY(const asn1::Element element, asn1::whole_element(extension->value, asn1::tag::bit_string));
  if (element.content.empty() || element.content.size() > 3) {
    return fail(ErrorCode::invalid_input, "a KeyUsage that cannot be read");
  }
  std::uint32_t usage = 0;
  for (unsigned number = 0; number < (element.content.size() - 1) * 8; ++number) {
    if ((element.content[1 + number / 8] >> (7 - number % 8) & 1) != 0) {
      usage |= 1U << number;
    }
  }
  return std::optional<std::uint32_t>(usage);
}

// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }
Result<std::optional<BasicConstraints>> Certificate::basic_constraints() const {
  const Extension* extension = find_extension(oid::basic_constraints());
  if (extension == nullptr) {
    return std::optional<BasicConstraints>();
  }
  asn1::Reader outer(extension->value);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  BasicConstraints constraints;
  if (inside.next_is(asn1::tag::boolean)) {
    YX_TRY(constraints.ca, inside.boolean());
  }
  if (!inside.at_end()) {
    YX_TRY(constraints.path_length, inside.small_integer());
  }
  YX_CHECK(inside.finish());
  return std::optional<BasicConstraints>(constraints);
}

// ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF OBJECT IDENTIFIER
Result<std::vector<asn1::ObjectId>> Certificate::extended_key_usage() const {
  std::vector<asn1::ObjectId> purposes;
  const Extension* extension = find_extension(oid::extended_key_usage());
  if (extension == nullptr) {
    return purposes;
  }
  asn1::Reader outer(extension->value);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  do {
    YX_TRY(asn1::ObjectId purpose, inside.object_id());
    purposes.push_back(std::move(purpose));
  } while (!inside.at_end());
  return purposes;
}

// certificatePolicies ::= SEQUENCE OF SEQUENCE { policyIdentifier OBJECT IDENTIFIER, policyQualifiers OPTIONAL }
Result<std::vector<asn1::ObjectId>> Certificate::policies() const {
  std::vector<asn1::ObjectId> policies;
  const Extension* extension = find_extension(oid::certificate_policies());
  if (extension == nullptr) {
    return policies;
  }
  asn1::Reader outer(extension->value);
  YX_TRY(asn1::Reader inside, outer.sequence());
  while (!inside.at_end()) {
    YX_TRY(asn1::Reader information, inside.sequence());
    YX_TRY(asn1::ObjectId policy, information.object_id());
    policies.push_back(std::move(policy));
  }
  return policies;
}

std::optional<Bytes> Certificate::subject_key_id() const {
  const Extension* extension = find_extension(oid::subject_key_id());
  if (extension == nullptr) {
    return std::nullopt;
  }
  const auto element = asn1::whole_element(extension->value, asn1::tag::octet_string);
  return element ? std::optional<Bytes>(to_bytes(element->content)) : std::nullopt;
}

// AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] IMPLICIT OCTET STRING OPTIONAL, … }
std::optional<Bytes> Certificate::authority_key_id() const {
  const Extension* extension = find_extension(oid::authority_key_id());
  if (extension == nullptr) {
    return std::nullopt;
  }
  asn1::Reader outer(extension->value);
  auto inside = outer.sequence();
  if (!inside) {
    return std::nullopt;
  }
  const auto id = inside->optional(asn1::tag::context(0));
  return id && *id ? std::optional<Bytes>(to_bytes((*id)->content)) : std::nullopt;
}

namespace {

constexpr asn1::Tag uri_tag = asn1::tag::context(6);

// Every uniformResourceIdentifier [6] at any depth of an extension's value.
void collect_addresses(asn1::Reader reader, std::vector<std::string>& addresses) {
  while (!reader.at_end()) {
    const auto element = reader.any();
    if (!element) {
      return;
    }
    if (element->tag == uri_tag) {
      addresses.emplace_back(text_of(element->content));
    } else if ((element->tag & 0x20) != 0) {
      if (const auto inside = reader.inside(*element)) {
        collect_addresses(*inside, addresses);
      }
    }
  }
}

}  // namespace

std::vector<std::string> Certificate::crl_addresses() const {
  std::vector<std::string> addresses;
  if (const Extension* extension = find_extension(oid::crl_distribution_points())) {
    collect_addresses(asn1::Reader(extension->value), addresses);
  }
  return addresses;
}

// AuthorityInfoAccessSyntax ::= SEQUENCE OF SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
std::vector<std::string> Certificate::ocsp_addresses() const {
  std::vector<std::string> addresses;
  const Extension* extension = find_extension(oid::authority_info_access());
  if (extension == nullptr) {
    return addresses;
  }
  asn1::Reader outer(extension->value);
  auto list = outer.sequence();
  while (list && !list->at_end()) {
    auto one = list->sequence();
    if (!one) {
      break;
    }
    const auto method = one->object_id();
    const auto location = one->any();
    if (method && location && *method == oid::access_ocsp() && location->tag == uri_tag) {
      addresses.emplace_back(text_of(location->content));
    }
  }
  return addresses;
}

bool Certificate::may(KeyUsage usage) const {
  const auto granted = key_usage();
  return granted && (!*granted || (**granted & bit(usage)) != 0);
}

bool Certificate::has_purpose(const asn1::ObjectId& purpose) const {
  const auto purposes = extended_key_usage();
  return purposes && std::ranges::find(*purposes, purpose) != purposes->end();
}

SignatureCheck signed_by(const Certificate& certificate, const PublicKey& issuer_key) {
  return check_signature(issuer_key, certificate.signature_algorithm(), certificate.tbs(), certificate.signature());
}

}  // namespace yinxin::x509
