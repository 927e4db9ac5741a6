#pragma once
// Opening a signed statement without judging it: for those who look at one before the vault does. What a statement is
// worth is the checker's to say (checker.h).

#include "crypto/x509/path.h"
#include "trust/statement.h"

namespace yinxin::trust {

struct OpenedStatement {
  Digest hash{};                    // SM3 over the whole SignedData
  Bytes content{};                  // DER of the statement
  x509::Certificate certificate{};  // of its one signer, as it came along
  bool signature_holds = false;
};
// Statement ::= GB/T 35275 SignedData of the content type, attached, one signer, its certificate within.
// invalid_input for anything else; a signature that does not hold is no failure.
Result<OpenedStatement> open_signed(BytesView der, const asn1::ObjectId& content_type);

// The roles CA named itself as the issuer and its key made the signature.
bool is_issued_by(const x509::Certificate& certificate, const x509::Certificate& roles_ca);
// The approval purpose stands in a critical extension, so that no other use of the certificate is understood.
bool is_for_approvals(const x509::Certificate& certificate);
// The same of logging in at the desk; such a certificate approves nothing.
bool is_for_login(const x509::Certificate& certificate);
// The same of manifests and rosters.
bool is_for_administration(const x509::Certificate& certificate);

}  // namespace yinxin::trust
