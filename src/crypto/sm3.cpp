#include "crypto/sm3.h"

#include <gcrypt.h>

#include <algorithm>

#include "base/ensure.h"
#include "crypto/gcrypt_ready.h"

namespace yinxin::crypto {

namespace {

Bytes hashed(int algorithm, BytesView data) {
  gcrypt_ready();
  Bytes out(gcry_md_get_algo_dlen(algorithm));
  gcry_md_hash_buffer(algorithm, out.data(), data.data(), data.size());
  return out;
}

Digest read_digest(gcry_md_hd_t handle, int algorithm) {
  const unsigned char* bytes = gcry_md_read(handle, algorithm);
  ensure(bytes != nullptr, "libgcrypt gives no digest");
  Digest digest;
  std::copy_n(bytes, sm3_size, digest.begin());
  return digest;
}

gcry_md_hd_t opened(int algorithm, unsigned flags) {
  gcrypt_ready();
  gcry_md_hd_t handle = nullptr;
  ensure(gcry_md_open(&handle, algorithm, flags) == 0, "libgcrypt cannot open SM3");
  return handle;
}

}  // namespace

struct Sm3::State {
  gcry_md_hd_t handle = nullptr;
};

Sm3::Sm3() : state_(std::make_unique<State>()) { state_->handle = opened(GCRY_MD_SM3, 0); }
Sm3::Sm3(const Sm3& other) : state_(std::make_unique<State>()) {
  ensure(gcry_md_copy(&state_->handle, other.state_->handle) == 0, "libgcrypt cannot copy an SM3 state");
}
Sm3::Sm3(Sm3&&) noexcept = default;
Sm3& Sm3::operator=(Sm3&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
Sm3::~Sm3() {
  if (state_) {
    gcry_md_close(state_->handle);
  }
}

Sm3& Sm3::update(BytesView data) {
  gcry_md_write(state_->handle, data.data(), data.size());
  return *this;
}

Digest Sm3::finish() { return read_digest(state_->handle, GCRY_MD_SM3); }

Digest sm3(BytesView data) {
  gcrypt_ready();
  Digest digest;
  gcry_md_hash_buffer(GCRY_MD_SM3, digest.data(), data.data(), data.size());
  return digest;
}

Digest sm3(std::initializer_list<BytesView> parts) {
  Sm3 hash;
  for (const BytesView part : parts) {
    hash.update(part);
  }
  return hash.finish();
}

Digest hmac_sm3(BytesView key, BytesView data) { return hmac_sm3(key, {data}); }

Digest hmac_sm3(BytesView key, std::initializer_list<BytesView> parts) {
  gcry_md_hd_t handle = opened(GCRY_MD_SM3, GCRY_MD_FLAG_HMAC);
  ensure(gcry_md_setkey(handle, key.data(), key.size()) == 0, "libgcrypt refuses an HMAC key");
  for (const BytesView part : parts) {
    gcry_md_write(handle, part.data(), part.size());
  }
  const Digest digest = read_digest(handle, GCRY_MD_SM3);
  gcry_md_close(handle);
  return digest;
}

Bytes sha1(BytesView data) { return hashed(GCRY_MD_SHA1, data); }
Bytes sha256(BytesView data) { return hashed(GCRY_MD_SHA256, data); }
Bytes sha384(BytesView data) { return hashed(GCRY_MD_SHA384, data); }
Bytes sha512(BytesView data) { return hashed(GCRY_MD_SHA512, data); }

SecretBytes sm3_kdf(BytesView shared, std::size_t size) {
  Bytes out;
  for (std::uint32_t counter = 1; out.size() < size; ++counter) {
    const std::array<std::uint8_t, 4> count{
        static_cast<std::uint8_t>(counter >> 24), static_cast<std::uint8_t>(counter >> 16),
        static_cast<std::uint8_t>(counter >> 8), static_cast<std::uint8_t>(counter)};
    Digest block = sm3({shared, count});
    append(out, block);
    wipe(block);
  }
  wipe(std::span(out).subspan(size));
  out.resize(size);
  return SecretBytes(std::move(out));
}

}  // namespace yinxin::crypto
