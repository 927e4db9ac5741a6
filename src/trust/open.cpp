#include "trust/open.h"

#include "crypto/cms/signed_data.h"
#include "crypto/oids.h"

namespace yinxin::trust {

namespace {

bool is_only_for(const x509::Certificate& certificate, const asn1::ObjectId& purpose) {
  const x509::Extension* extension = certificate.find_extension(oid::extended_key_usage());
  return extension != nullptr && extension->critical && certificate.has_purpose(purpose);
}

// What no signature covers has one form only, so that a statement is one message: version 1, the digest SM3 alone, the
// content in an OCTET STRING.
bool has_one_form(BytesView der) {
  const auto inside = [&]() -> Result<asn1::Reader> {
    asn1::Reader outer(der);
    YX_TRY(asn1::Reader info, outer.sequence());
    YX_CHECK(info.object_id());
    YX_TRY(asn1::Reader wrapper, info.enter(asn1::tag::context_constructed(0)));
    return wrapper.sequence();
  };
  const auto reads = [&]() -> Result<bool> {
    YX_TRY(asn1::Reader data, inside());
    YX_TRY(const auto version, data.small_integer());
    YX_TRY(asn1::Reader digests, data.set());
    YX_TRY(asn1::Reader digest, digests.sequence());
    YX_TRY(const asn1::ObjectId algorithm, digest.object_id());
    YX_TRY(asn1::Reader content, data.sequence());
    YX_CHECK(content.object_id());
    YX_TRY(asn1::Reader wrapper, content.enter(asn1::tag::context_constructed(0)));
    YX_CHECK(wrapper.octet_string());
    return version == 1 && algorithm == oid::sm3() && digest.at_end() && digests.at_end();
  };
  const auto read = reads();
  return read && *read;
}

}  // namespace

Result<OpenedStatement> open_signed(BytesView der, const asn1::ObjectId& content_type) {
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(der));
  if (message.content_type != content_type || !message.content || message.signers.size() != 1 || !has_one_form(der)) {
    return fail(ErrorCode::invalid_input, "not a statement of the expected type with one signer");
  }
  const cms::SignerReport report = cms::check_signer(message, message.signers.front());
  if (!report.certificate) {
    return fail(ErrorCode::invalid_input, "a statement without its signer's certificate");
  }
  return OpenedStatement{.hash = crypto::sm3(der),
                         .content = *message.content,
                         .certificate = *report.certificate,
                         .signature_holds = !report.problem};
}

bool is_issued_by(const x509::Certificate& certificate, const x509::Certificate& roles_ca) {
  return certificate.issuer() == roles_ca.subject() &&
         x509::signed_by(certificate, roles_ca.public_key()) == x509::SignatureCheck::holds;
}

bool is_for_approvals(const x509::Certificate& certificate) { return is_only_for(certificate, oid::eku_approval()); }

bool is_for_login(const x509::Certificate& certificate) {
  return is_only_for(certificate, oid::eku_officer_login()) && !certificate.has_purpose(oid::eku_approval());
}

bool is_for_administration(const x509::Certificate& certificate) {
  return is_only_for(certificate, oid::eku_administrator());
}

}  // namespace yinxin::trust
