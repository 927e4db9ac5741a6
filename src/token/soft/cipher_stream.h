#pragma once
// SM4 over data that arrives in pieces, as SKF's Init, Update, Final want it.

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "crypto/sm4.h"

namespace yinxin::token::soft {

class CipherStream {
 public:
  enum class Direction { encrypt, decrypt };
  // `iv` is 16 bytes, empty for ECB. Padding is PKCS#5 and only for ECB and CBC.
  CipherStream(Direction direction, crypto::Sm4Mode mode, BytesView key, BytesView iv, bool padding);
  CipherStream(CipherStream&&) = default;
  CipherStream& operator=(CipherStream&&) = default;
  [[nodiscard]] CipherStream clone() const;

  // Whole blocks as far as there are; the rest waits. Decryption with padding keeps the last block back.
  Result<SecretBytes> update(BytesView data);
  // What waited. invalid_input: not whole blocks; corrupt: wrong padding.
  Result<SecretBytes> finish();

 private:
  Result<SecretBytes> run(BytesView data);
  Result<SecretBytes> unpad(SecretBytes last) const;

  Direction direction_;
  crypto::Sm4Mode mode_;
  SecretBytes key_;
  Bytes iv_;
  bool padding_;
  SecretBytes waiting_;
};

}  // namespace yinxin::token::soft
