#include "trust/open.h"

#include "crypto/cms/signed_data.h"
#include "crypto/oids.h"

namespace yinxin::trust {

namespace {

bool is_only_for(const x509::Certificate& certificate, const asn1::ObjectId& purpose) {
  const x509::Extension* extension = certificate.find_extension(oid::extended_key_usage());
  return extension != nullptr && extension->critical && certificate.has_purpose(purpose);
}

}  // namespace

Result<OpenedStatement> open_signed(BytesView der, const asn1::ObjectId& content_type) {
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(der));
  if (message.content_type != content_type || !message.content || message.signers.size() != 1) {
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
