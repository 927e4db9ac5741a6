#pragma once
// Whom the vault asks: the PIN domain and the seal maker (the key centre is pki::EncryptionKeys). Every request is
// idempotent: asked again with the same permit or line, the answer is the same.

#include "crypto/sm2.h"
#include "pki/vault/vault_book.h"

namespace yinxin::pki {

class TokenSecrets {
 public:
  virtual ~TokenSecrets() = default;
  // Initial PIN and administrator PIN for a token, sealed to the station's key; the signed answer as it came.
  virtual Result<Bytes> draw_for_keying(const Digest& permit, const std::string& line, const std::string& device,
                                        const crypto::Sm2PublicKey& station) = 0;
  // Money, account and review are proven: the activation secret may release the PIN.
  virtual Result<void> open_gate(const Digest& permit, const std::string& line) = 0;
  virtual Result<void> written(const Digest& permit, const std::string& line, const std::string& device,
                               BytesView serial) = 0;
  virtual Result<void> activated(const Digest& permit, const std::string& line, const std::string& device,
                                 BytesView serial) = 0;
  virtual Result<void> abandon(const Digest& permit, const std::string& line, const std::string& device) = 0;
};

class SealWorkshop {
 public:
  virtual ~SealWorkshop() = default;
  // The seal of an approved line that has its certificates; it judges the bundle by itself.
  virtual Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                                  const x509::Certificate& owner, BytesView picture) = 0;
};

}  // namespace yinxin::pki
