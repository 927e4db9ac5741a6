#include "crypto/sm4.h"

#include <gcrypt.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/ensure.h"
#include "crypto/gcrypt_ready.h"

namespace yinxin::crypto {

namespace {

class Cipher {
 public:
  static Result<Cipher> open(int mode, BytesView key) {
    if (key.size() != sm4_key_size) {
      return fail(ErrorCode::invalid_input, "an SM4 key is 16 bytes");
    }
    gcrypt_ready();
    Cipher cipher;
    ensure(gcry_cipher_open(&cipher.handle_, GCRY_CIPHER_SM4, mode, 0) == 0, "libgcrypt has no SM4 in this mode");
    ensure(gcry_cipher_setkey(cipher.handle_, key.data(), key.size()) == 0, "libgcrypt refuses an SM4 key");
    return cipher;
  }
  Cipher(Cipher&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Cipher& operator=(Cipher&&) = delete;
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  ~Cipher() {
    if (handle_ != nullptr) {
      gcry_cipher_close(handle_);  // wipes the key schedule
    }
  }
  [[nodiscard]] gcry_cipher_hd_t handle() const { return handle_; }

 private:
  Cipher() = default;
  gcry_cipher_hd_t handle_ = nullptr;
};

int gcrypt_mode(Sm4Mode mode) {
  switch (mode) {
    case Sm4Mode::ecb: return GCRY_CIPHER_MODE_ECB;
    case Sm4Mode::cbc: return GCRY_CIPHER_MODE_CBC;
    case Sm4Mode::cfb: return GCRY_CIPHER_MODE_CFB;
    case Sm4Mode::ofb: return GCRY_CIPHER_MODE_OFB;
    case Sm4Mode::ctr: return GCRY_CIPHER_MODE_CTR;
  }
  ensure_unreachable("an Sm4Mode without a libgcrypt mode");
}

Result<Cipher> start(Sm4Mode mode, BytesView key, BytesView iv, std::size_t size) {
  const bool blocks = mode == Sm4Mode::ecb || mode == Sm4Mode::cbc;
  if (iv.size() != (mode == Sm4Mode::ecb ? 0 : sm4_block_size)) {
    return fail(ErrorCode::invalid_input, "an SM4 initial vector is 16 bytes, and ECB has none");
  }
  if (blocks && size % sm4_block_size != 0) {
    return fail(ErrorCode::invalid_input, "SM4 ECB and CBC take whole blocks");
  }
  YX_TRY(Cipher cipher, Cipher::open(gcrypt_mode(mode), key));
  const auto set = mode == Sm4Mode::ctr   ? gcry_cipher_setctr(cipher.handle(), iv.data(), iv.size())
                   : mode == Sm4Mode::ecb ? 0
                                          : gcry_cipher_setiv(cipher.handle(), iv.data(), iv.size());
  ensure(set == 0, "libgcrypt refuses an SM4 initial vector");
  return cipher;
}

constexpr std::size_t ccm_min_nonce = 7;
constexpr std::size_t ccm_max_nonce = 13;

// Nonce, lengths (CCM) and additional data, in the order libgcrypt wants them.
Result<Cipher> start_aead(int mode, BytesView key, BytesView nonce, BytesView additional, std::size_t plain_size,
                          std::size_t tag_size) {
  const bool ccm = mode == GCRY_CIPHER_MODE_CCM;
  const bool nonce_fits = ccm ? nonce.size() >= ccm_min_nonce && nonce.size() <= ccm_max_nonce : !nonce.empty();
  // GCM tags under 12 bytes forge too easily; CCM's sizes are the standard's even ones.
  const bool tag_fits = ccm ? tag_size >= 4 && tag_size <= 16 && tag_size % 2 == 0 : tag_size >= 12 && tag_size <= 16;
  if (!nonce_fits || !tag_fits) {
    return fail(ErrorCode::invalid_input, "a nonce or tag size that this mode does not have");
  }
  YX_TRY(Cipher cipher, Cipher::open(mode, key));
  if (gcry_cipher_setiv(cipher.handle(), nonce.data(), nonce.size()) != 0) {
    return fail(ErrorCode::invalid_input, "a nonce that this mode refuses");
  }
  if (ccm) {
    std::array<std::uint64_t, 3> lengths{plain_size, additional.size(), tag_size};
    if (gcry_cipher_ctl(cipher.handle(), GCRYCTL_SET_CCM_LENGTHS, lengths.data(), sizeof lengths) != 0) {
      return fail(ErrorCode::invalid_input, "a message too long for its CCM nonce");
    }
  }
  ensure(gcry_cipher_authenticate(cipher.handle(), additional.data(), additional.size()) == 0,
         "libgcrypt refuses additional data");
  return cipher;
}

Result<Bytes> seal(int mode, BytesView key, BytesView nonce, BytesView additional, BytesView plain,
                   std::size_t tag_size) {
  YX_TRY(const Cipher cipher, start_aead(mode, key, nonce, additional, plain.size(), tag_size));
  Bytes out(plain.size() + tag_size);
  ensure(gcry_cipher_encrypt(cipher.handle(), out.data(), plain.size(), plain.data(), plain.size()) == 0,
         "libgcrypt cannot encrypt");
  ensure(gcry_cipher_gettag(cipher.handle(), out.data() + plain.size(), tag_size) == 0, "libgcrypt gives no tag");
  return out;
}

Result<SecretBytes> unseal(int mode, BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag,
                           std::size_t tag_size) {
  if (cipher_and_tag.size() < tag_size) {
    return fail(ErrorCode::corrupt, "shorter than its tag");
  }
  const std::size_t size = cipher_and_tag.size() - tag_size;
  YX_TRY(const Cipher cipher, start_aead(mode, key, nonce, additional, size, tag_size));
  SecretBytes out(size);
  ensure(gcry_cipher_decrypt(cipher.handle(), out.expose_for_writing().data(), size, cipher_and_tag.data(), size) == 0,
         "libgcrypt cannot decrypt");
  if (gcry_cipher_checktag(cipher.handle(), cipher_and_tag.data() + size, tag_size) != 0) {
    return fail(ErrorCode::corrupt, "the authentication tag does not hold");
  }
  return out;
}

}  // namespace

Result<Bytes> sm4_encrypt(Sm4Mode mode, BytesView key, BytesView iv, BytesView plain) {
  YX_TRY(const Cipher cipher, start(mode, key, iv, plain.size()));
  Bytes out(plain.size());
  ensure(gcry_cipher_encrypt(cipher.handle(), out.data(), out.size(), plain.data(), plain.size()) == 0,
         "libgcrypt cannot encrypt");
  return out;
}

Result<SecretBytes> sm4_decrypt(Sm4Mode mode, BytesView key, BytesView iv, BytesView cipher_text) {
  YX_TRY(const Cipher cipher, start(mode, key, iv, cipher_text.size()));
  SecretBytes out(cipher_text.size());
  ensure(gcry_cipher_decrypt(cipher.handle(), out.expose_for_writing().data(), out.size(), cipher_text.data(),
                             cipher_text.size()) == 0,
         "libgcrypt cannot decrypt");
  return out;
}

Result<Bytes> sm4_cbc_pkcs7_encrypt(BytesView key, BytesView iv, BytesView plain) {
  const std::size_t padding = sm4_block_size - plain.size() % sm4_block_size;
  SecretBytes padded(plain.size() + padding);
  std::ranges::copy(plain, padded.expose_for_writing().begin());
  std::ranges::fill(padded.expose_for_writing().subspan(plain.size()), static_cast<std::uint8_t>(padding));
  return sm4_encrypt(Sm4Mode::cbc, key, iv, padded.expose());
}

Result<SecretBytes> sm4_cbc_pkcs7_decrypt(BytesView key, BytesView iv, BytesView cipher_text) {
  YX_TRY(const SecretBytes padded, sm4_decrypt(Sm4Mode::cbc, key, iv, cipher_text));
  const BytesView bytes = padded.expose();
  const std::size_t padding = bytes.empty() ? 0 : bytes.back();
  bool holds = padding >= 1 && padding <= sm4_block_size && padding <= bytes.size();
  for (std::size_t i = 0; holds && i < padding; ++i) {
    holds = bytes[bytes.size() - 1 - i] == padding;
  }
  if (!holds) {
    return fail(ErrorCode::corrupt, "the padding does not hold");
  }
  return SecretBytes(bytes.first(bytes.size() - padding));
}

Result<Bytes> sm4_gcm_encrypt(BytesView key, BytesView nonce, BytesView additional, BytesView plain) {
  return seal(GCRY_CIPHER_MODE_GCM, key, nonce, additional, plain, sm4_tag_size);
}
Result<SecretBytes> sm4_gcm_decrypt(BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag,
                                    std::size_t tag_size) {
  return unseal(GCRY_CIPHER_MODE_GCM, key, nonce, additional, cipher_and_tag, tag_size);
}
Result<Bytes> sm4_ccm_encrypt(BytesView key, BytesView nonce, BytesView additional, BytesView plain,
                              std::size_t tag_size) {
  return seal(GCRY_CIPHER_MODE_CCM, key, nonce, additional, plain, tag_size);
}
Result<SecretBytes> sm4_ccm_decrypt(BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag,
                                    std::size_t tag_size) {
  return unseal(GCRY_CIPHER_MODE_CCM, key, nonce, additional, cipher_and_tag, tag_size);
}

}  // namespace yinxin::crypto
