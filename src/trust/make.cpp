#include "trust/make.h"

#include "crypto/oids.h"

namespace yinxin::trust {

namespace {

Result<Bytes> attached(BytesView content, const asn1::ObjectId& type, const x509::Certificate& certificate,
                       crypto::Signer& signer) {
  cms::SigningOptions options;
  options.family = cms::Family::gm;
  options.content_type = type;
  return cms::sign(content, certificate, signer, options);
}

}  // namespace

Result<Bytes> sign_approval(const Approval& approval, const x509::Certificate& officer, crypto::Signer& signer) {
  return attached(approval.to_der(), oid::statement_approval(), officer, signer);
}
Result<Bytes> sign_permit(const Permit& permit, const x509::Certificate& vault, crypto::Signer& signer) {
  return attached(permit.to_der(), oid::statement_permit(), vault, signer);
}
Result<Bytes> sign_key_binding(const KeyBinding& binding, const x509::Certificate& officer, crypto::Signer& signer) {
  return attached(binding.to_der(), oid::statement_key_binding(), officer, signer);
}
Result<Bytes> sign_issue_receipt(const IssueReceipt& receipt, const x509::Certificate& vault, crypto::Signer& signer) {
  return attached(receipt.to_der(), oid::statement_issue_receipt(), vault, signer);
}
Result<Bytes> sign_token_word(const TokenWord& word, const x509::Certificate& signing, crypto::Signer& signer) {
  const bool written = word.kind == TokenWord::Kind::written;
  return attached(word.to_der(), written ? oid::statement_written() : oid::statement_activated(), signing, signer);
}
Result<Bytes> sign_evidence(const Evidence& evidence, const x509::Certificate& certificate, crypto::Signer& signer) {
  return attached(evidence.to_der(), oid::statement_evidence(), certificate, signer);
}
Result<Bytes> sign_status(const StatusStatement& statement, const x509::Certificate& officer, crypto::Signer& signer) {
  return attached(statement.to_der(), oid::statement_revocation(), officer, signer);
}

Result<Bytes> sign_manifest(BytesView content, const x509::Certificate& administrator, crypto::Signer& signer,
                            Instant at) {
  cms::SigningOptions options;
  options.family = cms::Family::gm;
  options.content_type = oid::statement_manifest();
  options.attached = false;
  options.signing_time = at;
  return cms::sign(content, administrator, signer, options);
}

}  // namespace yinxin::trust
