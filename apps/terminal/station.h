#pragma once
// What happens at the production station and, later, on the holder's desk: everything that touches a UKey between the
// permit and the activation. None of it knows the house; it gets signed papers and gives signed papers back. Each step
// may be repeated after a crash, wherever it was cut off.

#include "pin/messages.h"
#include "token/ukey.h"
#include "trust/make.h"

namespace yinxin::office {

// The PINs that the PIN domain drew for a token, opened with the station's key.
// forbidden when the answer is not the PIN domain's, corrupt when it is not for this station.
Result<pin::Secrets> open_secrets(BytesView signed_answer, const x509::Certificate& pin_domain,
                                  const crypto::Sm2PrivateKey& recipient, Instant now);

struct PresentPins {
  SecretBytes administrator;
  SecretBytes user;
};
// Sets the drawn PINs in place of the present ones, and verifies the user's.
Result<void> set_drawn_pins(token::Ukey& ukey, const pin::Secrets& drawn, const PresentPins& present);

struct NewKey {
  Bytes request;      // PKCS#10, with the permit's hash
  Bytes key_binding;  // S3
};
// The key is born in `container`; what an earlier try left there is replaced. The user PIN has been verified.
Result<NewKey> bind_new_key(token::Ukey& ukey, const std::string& container, BytesView permit,
                            const x509::Certificate& officer, crypto::Signer& officer_signer, Instant now);

struct LineCertificates {
  Bytes signing;
  Bytes encryption;
  Bytes envelope;
  std::optional<Bytes> seal;
};
// Writes both certificates and the encryption pair, reads them back, decrypts a probe; S4. The user PIN has been
// verified.
Result<Bytes> write_token(token::Ukey& ukey, const std::string& container, const LineCertificates& line, Random& random,
                          Instant now);
// What the token's own word is about.
struct WrittenLine {
  Bytes signing;     // certificate
  Bytes encryption;  // certificate
  std::optional<crypto::Digest> seal_hash;
};
WrittenLine written_line(const LineCertificates& line);
// S5, by the key that is on the token. The holder's PIN has been verified.
Result<Bytes> say_activated(token::Ukey& ukey, const std::string& container, const WrittenLine& line, Instant now);

}  // namespace yinxin::office
