#pragma once
// SM3 (GB/T 32905-2016) and HMAC-SM3 (GB/T 15852.2), on libgcrypt.

#include <array>
#include <memory>

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin::crypto {

constexpr std::size_t sm3_size = 32;
using Digest = std::array<std::uint8_t, sm3_size>;

Digest sm3(BytesView data);
Digest sm3(std::initializer_list<BytesView> parts);
Digest hmac_sm3(BytesView key, BytesView data);
Digest hmac_sm3(BytesView key, std::initializer_list<BytesView> parts);

// SM3 over data that arrives in pieces.
class Sm3 {
 public:
  Sm3();
  Sm3(const Sm3& other);  // a copy goes on from the same state
  Sm3(Sm3&&) noexcept;
  Sm3& operator=(Sm3&&) noexcept;
  Sm3& operator=(const Sm3&) = delete;
  ~Sm3();
  Sm3& update(BytesView data);
  Digest finish();  // may be called once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// SHA digests, only for reading what others made (AKI/SKI, OCSP CertID, RSA peers).
Bytes sha1(BytesView data);
Bytes sha256(BytesView data);
Bytes sha384(BytesView data);
Bytes sha512(BytesView data);

// GB/T 32918.4 5.4.3 key derivation: SM3(shared || counter32 from 1), `size` bytes.
SecretBytes sm3_kdf(BytesView shared, std::size_t size);

}  // namespace yinxin::crypto
