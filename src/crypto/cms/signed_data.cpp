#include "crypto/cms/signed_data.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/oids.h"

namespace yinxin::cms {

namespace {

// RSA keys name themselves as the signature algorithm in CMS; the digest then decides.
asn1::ObjectId effective_signature_algorithm(const SignerInfo& signer) {
  if (signer.signature_algorithm == oid::rsa_encryption()) {
    if (signer.digest_algorithm == oid::sha256())
      return oid::rsa_sha256();
    if (signer.digest_algorithm == oid::sha384())
      return oid::rsa_sha384();
    if (signer.digest_algorithm == oid::sha512())
      return oid::rsa_sha512();
    if (signer.digest_algorithm == oid::sha1())
      return oid::rsa_sha1();
  }
  return signer.signature_algorithm;
}

// SignerInfo ::= SEQUENCE { version INTEGER, sid CHOICE { issuerAndSerialNumber, subjectKeyIdentifier [0] },
//   digestAlgorithm, signedAttrs [0] IMPLICIT SET OF OPTIONAL, signatureAlgorithm, signature OCTET STRING,
//   unsignedAttrs [1] IMPLICIT SET OF OPTIONAL }
Result<SignerInfo> read_signer(asn1::Reader reader) {
  SignerInfo signer;
  YX_CHECK(reader.small_integer());
  if (reader.next_is(asn1::tag::sequence)) {
    YX_TRY(asn1::Reader sid, reader.sequence());
    YX_TRY(const asn1::Element issuer, sid.expect(asn1::tag::sequence));
    YX_TRY(const BytesView serial, sid.integer());
    YX_CHECK(sid.finish());
    signer.issuer_and_serial = x509::IssuerAndSerial{to_bytes(issuer.whole), to_bytes(serial)};
  } else {
    YX_TRY(const asn1::Element key_id, reader.expect(asn1::tag::context(0)));
    signer.subject_key_id = to_bytes(key_id.content);
  }
  YX_TRY(const x509::Algorithm digest, x509::read_algorithm(reader));
  signer.digest_algorithm = digest.id;
  YX_TRY(const auto attributes, reader.optional(asn1::tag::context_constructed(0)));
  if (attributes) {
    Bytes retagged = to_bytes(attributes->whole);
    retagged[0] = asn1::tag::set;  // RFC 5652 5.4: the EXPLICIT SET OF tag is what is signed
    signer.signed_attributes = std::move(retagged);
  }
  YX_TRY(const x509::Algorithm signature, x509::read_algorithm(reader));
  signer.signature_algorithm = signature.id;
  YX_TRY(const BytesView value, reader.octet_string());
  signer.signature = to_bytes(value);
  YX_CHECK(reader.optional(asn1::tag::context_constructed(1)));
  YX_CHECK(reader.finish());
  return signer;
}

// EncapsulatedContentInfo ::= SEQUENCE { eContentType, eContent [0] EXPLICIT OPTIONAL }. CMS has an OCTET STRING
// inside; GM/T 0010, like PKCS#7, any type, of which the content octets are signed (RFC 5652 5.2.1).
Result<void> read_content(asn1::Reader reader, SignedData& message) {
  YX_TRY(message.content_type, reader.object_id());
  if (!reader.at_end()) {
    YX_TRY(asn1::Reader wrapper, reader.enter(asn1::tag::context_constructed(0)));
    YX_TRY(const asn1::Element content, wrapper.any());
    YX_CHECK(wrapper.finish());
    message.content = to_bytes(content.content);
  }
  return reader.finish();
}

Result<void> read_certificates(asn1::Reader list, SignedData& message) {
  while (!list.at_end()) {
    YX_TRY(const asn1::Element one, list.any());
    if (one.tag != asn1::tag::sequence) {
      continue;  // attribute certificates and other formats
    }
    if (message.certificates.size() == max_certificates) {
      return fail(ErrorCode::invalid_input, "a message with more than 64 certificates");
    }
    YX_TRY(x509::Certificate certificate, x509::Certificate::parse(one.whole));
    message.certificates.push_back(std::move(certificate));
  }
  return {};
}

}  // namespace

std::optional<Bytes> SignerInfo::find_signed_attribute(const asn1::ObjectId& id) const {
  if (!signed_attributes) {
    return std::nullopt;
  }
  asn1::Reader outer(*signed_attributes);
  auto set = outer.set();
  while (set && !set->at_end()) {
    auto attribute = set->sequence();
    if (!attribute) {
      return std::nullopt;
    }
    const auto type = attribute->object_id();
    auto values = attribute->set();
    if (!type || !values) {
      return std::nullopt;
    }
    const auto value = values->any();
    if (*type == id) {
      return value && values->at_end() ? std::optional<Bytes>(to_bytes(value->whole)) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Instant> SignerInfo::signing_time() const {
  const auto value = find_signed_attribute(oid::attribute_signing_time());
  if (!value) {
    return std::nullopt;
  }
  const auto time = asn1::Reader(*value).time();
  return time ? std::optional<Instant>(*time) : std::nullopt;
}

bool SignerInfo::is_by(const x509::Certificate& certificate) const {
  if (issuer_and_serial) {
    return *issuer_and_serial == certificate.issuer_and_serial();
  }
  const auto key_id = certificate.subject_key_id();
  return key_id && subject_key_id && *key_id == *subject_key_id;
}

// SignedData ::= SEQUENCE { version INTEGER, digestAlgorithms SET OF, encapContentInfo, certificates [0] IMPLICIT
//   OPTIONAL, crls [1] IMPLICIT OPTIONAL, signerInfos SET OF SignerInfo }
Result<SignedData> SignedData::parse(BytesView der) {
  if (der.size() > max_message_size) {
    return fail(ErrorCode::invalid_input, "a message of more than 64 MiB");
  }
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader info, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const asn1::ObjectId type, info.object_id());
  SignedData message;
  if (type == oid::gm_signed_data()) {
    message.family = Family::gm;
  } else if (type == oid::cms_signed_data()) {
    message.family = Family::rfc;
  } else {
    return fail(ErrorCode::unsupported, "not a SignedData");
  }
  YX_TRY(asn1::Reader wrapper, info.enter(asn1::tag::context_constructed(0)));
  YX_CHECK(info.finish());
  YX_TRY(asn1::Reader data, wrapper.sequence());
  YX_CHECK(wrapper.finish());
  YX_CHECK(data.small_integer());
  YX_CHECK(data.set());
  YX_TRY(const asn1::Reader content, data.sequence());
  YX_CHECK(read_content(content, message));
  if (data.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(const asn1::Reader list, data.enter(asn1::tag::context_constructed(0)));
    YX_CHECK(read_certificates(list, message));
  }
  if (data.next_is(asn1::tag::context_constructed(1))) {
    YX_TRY(asn1::Reader list, data.enter(asn1::tag::context_constructed(1)));
    while (!list.at_end()) {
      YX_TRY(const asn1::Element one, list.any());
      message.crls.push_back(to_bytes(one.whole));
    }
  }
  YX_TRY(asn1::Reader signers, data.set());
  YX_CHECK(data.finish());
  while (!signers.at_end()) {
    if (message.signers.size() == max_signers) {
      return fail(ErrorCode::invalid_input, "a message with more than 32 signers");
    }
    YX_TRY(const asn1::Reader one, signers.sequence());
    YX_TRY(SignerInfo signer, read_signer(one));
    message.signers.push_back(std::move(signer));
  }
  return message;
}

Result<SignedData> SignedData::parse_ber(BytesView ber) {
  YX_TRY(const Bytes der, definite_lengths(ber));
  return parse(der);
}

const x509::Certificate* SignedData::certificate_of(const SignerInfo& signer) const {
  const auto found = std::ranges::find_if(certificates, [&](const auto& one) { return signer.is_by(one); });
  return found == certificates.end() ? nullptr : &*found;
}

std::string_view name_of(SignerProblem problem) {
  switch (problem) {
    case SignerProblem::no_certificate: return "no_certificate";
    case SignerProblem::content_missing: return "content_missing";
    case SignerProblem::digest_mismatch: return "digest_mismatch";
    case SignerProblem::content_type_mismatch: return "content_type_mismatch";
    case SignerProblem::signature_broken: return "signature_broken";
    case SignerProblem::algorithm_unsupported: return "algorithm_unsupported";
  }
  ensure_unreachable("a SignerProblem without a name");
}

SignerReport check_signer(const SignedData& message, const SignerInfo& signer,
                          const std::optional<BytesView>& detached) {
  SignerReport report;
  if (const x509::Certificate* certificate = message.certificate_of(signer)) {
    report.certificate = *certificate;
  }
  if (!message.content && !detached) {
    report.problem = SignerProblem::content_missing;
    return report;
  }
  const BytesView content = message.content ? BytesView(*message.content) : *detached;
  BytesView signed_bytes = content;
  if (signer.signed_attributes) {
    const auto digest = crypto::digest_with(signer.digest_algorithm, content);
    const auto stated = signer.find_signed_attribute(oid::attribute_message_digest());
    if (!digest) {
      report.problem = SignerProblem::algorithm_unsupported;
      return report;
    }
    if (!stated || *stated != asn1::Writer().octet_string(*digest).bytes()) {
      report.problem = SignerProblem::digest_mismatch;
      return report;
    }
    // Products in the field mix the families' "data" identifiers here; any other difference is a lie.
    const auto type = signer.find_signed_attribute(oid::attribute_content_type());
    const auto is = [&](const asn1::ObjectId& id) { return type && *type == asn1::Writer().object_id(id).bytes(); };
    const bool data_in_both = (is(oid::cms_data()) || is(oid::gm_data())) &&
                              (message.content_type == oid::cms_data() || message.content_type == oid::gm_data());
    if (!is(message.content_type) && !data_in_both) {
      report.problem = SignerProblem::content_type_mismatch;
      return report;
    }
    signed_bytes = *signer.signed_attributes;
  } else if (message.content_type != oid::cms_data() && message.content_type != oid::gm_data()) {
    // RFC 5652 5.3: without attributes nothing signed says what the content is, and a signature over somebody's
    // attributes could be passed off as one over content of another type.
    report.problem = SignerProblem::content_type_mismatch;
    return report;
  }
  if (!report.certificate) {
    report.problem = SignerProblem::no_certificate;
    return report;
  }
  switch (x509::check_signature(report.certificate->public_key(), effective_signature_algorithm(signer), signed_bytes,
                                signer.signature)) {
    case x509::SignatureCheck::holds: break;
    case x509::SignatureCheck::broken: report.problem = SignerProblem::signature_broken; break;
    case x509::SignatureCheck::unsupported: report.problem = SignerProblem::algorithm_unsupported; break;
  }
  return report;
}

namespace {

Bytes signed_attributes_of(BytesView content, const asn1::ObjectId& content_type, const SigningOptions& options) {
  const crypto::Digest digest = crypto::sm3(content);
  std::vector<std::pair<asn1::ObjectId, Bytes>> attributes{
      {oid::attribute_content_type(), asn1::Writer().object_id(content_type).take()},
      {oid::attribute_message_digest(), asn1::Writer().octet_string(digest).take()},
  };
  if (options.signing_time) {
    attributes.emplace_back(oid::attribute_signing_time(), asn1::Writer().x509_time(*options.signing_time).take());
  }
  attributes.insert(attributes.end(), options.more_attributes.begin(), options.more_attributes.end());
  asn1::Writer writer;
  writer.set_of([&](asn1::Writer& set) {
    for (const auto& [type, value] : attributes) {
      set.sequence([&, &type = type, &value = value](asn1::Writer& attribute) {
        attribute.object_id(type).constructed(asn1::tag::set, [&](asn1::Writer& values) { values.raw(value); });
      });
    }
  });
  return writer.take();
}

}  // namespace

Result<Bytes> sign(BytesView content, const x509::Certificate& certificate, crypto::Signer& signer,
                   const SigningOptions& options) {
  const bool gm = options.family == Family::gm;
  const asn1::ObjectId data_type = gm ? oid::gm_data() : oid::cms_data();
  const asn1::ObjectId content_type = options.content_type.empty() ? data_type : options.content_type;
  // RFC 5652 5.3: attributes are a must when the content is not plain data.
  const bool with_attributes = options.with_attributes || content_type != data_type;
  const Bytes attributes = with_attributes ? signed_attributes_of(content, content_type, options) : Bytes();
  const BytesView to_sign = with_attributes ? BytesView(attributes) : content;
  YX_TRY(const crypto::Sm2Signature signature, signer.sign(to_sign));
  if (!certificate.public_key().sm2() || !crypto::sm2_verify(*certificate.public_key().sm2(), to_sign, signature)) {
    return fail(ErrorCode::precondition, "the signer's key is not that of the certificate");
  }
  return asn1::sequence([&](asn1::Writer& info) {
    info.object_id(gm ? oid::gm_signed_data() : oid::cms_signed_data());
    info.explicit_tag(0, [&](asn1::Writer& wrapper) {
      wrapper.sequence([&](asn1::Writer& data) {
        // CMS: 3 when the content is not plain data; PKCS#7 and GM/T 0010: 1
        data.integer(!gm && content_type != data_type ? 3 : 1);
        data.constructed(asn1::tag::set, [](asn1::Writer& set) { x509::write_algorithm(set, oid::sm3()); });
        data.sequence([&](asn1::Writer& encapsulated) {
          encapsulated.object_id(content_type);
          if (options.attached) {
            encapsulated.explicit_tag(0, [&](asn1::Writer& w) { w.octet_string(content); });
          }
        });
        if (options.include_certificate || !options.more_certificates.empty()) {
          data.constructed(asn1::tag::context_constructed(0), [&](asn1::Writer& certificates) {
            if (options.include_certificate) {
              certificates.raw(certificate.der());
            }
            for (const Bytes& more : options.more_certificates) {
              certificates.raw(more);
            }
          });
        }
        data.constructed(asn1::tag::set, [&](asn1::Writer& signers) {
          signers.sequence([&](asn1::Writer& one) {
            one.integer(1);
            one.sequence([&](asn1::Writer& sid) {
              sid.raw(certificate.issuer().der()).primitive(asn1::tag::integer, certificate.serial());
            });
            x509::write_algorithm(one, oid::sm3());
            if (with_attributes) {
              Bytes tagged = attributes;
              tagged[0] = asn1::tag::context_constructed(0);
              one.raw(tagged);
            }
            x509::write_algorithm(one, gm ? oid::sm2_sign() : oid::sm2_with_sm3());
            one.octet_string(signature.to_der());
          });
        });
      });
    });
  });
}

}  // namespace yinxin::cms
