#pragma once
// Whoever can make an SM2 signature: a key in memory, a device, a UKey behind its PIN.

#include <memory>

#include "crypto/sm2.h"

namespace yinxin::crypto {

class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual const Sm2PublicKey& public_key() const = 0;
  // Over SM3(Z || message) with the default id. Fails as the holder of the key fails (token absent, PIN locked …).
  virtual Result<Sm2Signature> sign(BytesView message) = 0;
};

class SoftSigner final : public Signer {
 public:
  explicit SoftSigner(Sm2PrivateKey key) : key_(std::move(key)) {}
  [[nodiscard]] const Sm2PublicKey& public_key() const override { return key_.public_key(); }
  Result<Sm2Signature> sign(BytesView message) override { return sm2_sign(key_, message); }
  [[nodiscard]] const Sm2PrivateKey& key() const { return key_; }

 private:
  Sm2PrivateKey key_;
};

}  // namespace yinxin::crypto
