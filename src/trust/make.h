#pragma once
// Signing statements: the content goes attached into GB/T 35275 SignedData with the statement's own content type.

#include "crypto/cms/signed_data.h"
#include "trust/checker.h"

namespace yinxin::trust {

// S1 and S2, by an officer's approval container.
Result<Bytes> sign_approval(const Approval& approval, const x509::Certificate& officer, crypto::Signer& signer);
Result<Bytes> sign_permit(const Permit& permit, const x509::Certificate& vault, crypto::Signer& signer);
Result<Bytes> sign_key_binding(const KeyBinding& binding, const x509::Certificate& officer, crypto::Signer& signer);
Result<Bytes> sign_issue_receipt(const IssueReceipt& receipt, const x509::Certificate& vault, crypto::Signer& signer);
// S4 or S5, by the new key itself.
Result<Bytes> sign_token_word(const TokenWord& word, const x509::Certificate& signing, crypto::Signer& signer);
Result<Bytes> sign_evidence(const Evidence& evidence, const x509::Certificate& certificate, crypto::Signer& signer);
Result<Bytes> sign_status(const StatusStatement& statement, const x509::Certificate& officer, crypto::Signer& signer);
// One administrator's signature over a policy, to be put into SignedManifest::signatures.
Result<Bytes> sign_manifest(BytesView content, const x509::Certificate& administrator, crypto::Signer& signer,
                            Instant at);

// SM3 over a whole signed statement: how other statements refer to it.
inline Digest statement_hash(BytesView signed_statement) { return crypto::sm3(signed_statement); }

}  // namespace yinxin::trust
