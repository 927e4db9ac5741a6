#include "crypto/aes_gcm.h"

#include <gcrypt.h>

#include <utility>

#include "base/ensure.h"
#include "crypto/gcrypt_ready.h"

namespace yinxin::crypto {

namespace {

class Cipher {
 public:
  static Result<Cipher> start(BytesView key, BytesView nonce, BytesView additional) {
    if (key.size() != aes256_key_size || nonce.size() != aes_gcm_nonce_size) {
      return fail(ErrorCode::invalid_input, "AES-256-GCM takes a key of 32 and a nonce of 12 bytes");
    }
    gcrypt_ready();
    Cipher cipher;
    ensure(gcry_cipher_open(&cipher.handle_, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 0) == 0 &&
               gcry_cipher_setkey(cipher.handle_, key.data(), key.size()) == 0 &&
               gcry_cipher_setiv(cipher.handle_, nonce.data(), nonce.size()) == 0 &&
               gcry_cipher_authenticate(cipher.handle_, additional.data(), additional.size()) == 0,
           "libgcrypt has no AES-256-GCM");
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

}  // namespace

Result<Bytes> aes256_gcm_encrypt(BytesView key, BytesView nonce, BytesView additional, BytesView plain) {
  YX_TRY(const Cipher cipher, Cipher::start(key, nonce, additional));
  Bytes out(plain.size() + aes_gcm_tag_size);
  ensure(gcry_cipher_encrypt(cipher.handle(), out.data(), plain.size(), plain.data(), plain.size()) == 0 &&
             gcry_cipher_gettag(cipher.handle(), out.data() + plain.size(), aes_gcm_tag_size) == 0,
         "libgcrypt cannot encrypt");
  return out;
}

Result<SecretBytes> aes256_gcm_decrypt(BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag) {
  if (cipher_and_tag.size() < aes_gcm_tag_size) {
    return fail(ErrorCode::invalid_input, "shorter than its tag");
  }
  const std::size_t size = cipher_and_tag.size() - aes_gcm_tag_size;
  YX_TRY(const Cipher cipher, Cipher::start(key, nonce, additional));
  SecretBytes out(size);
  ensure(gcry_cipher_decrypt(cipher.handle(), out.expose_for_writing().data(), size, cipher_and_tag.data(), size) == 0,
         "libgcrypt cannot decrypt");
  if (gcry_cipher_checktag(cipher.handle(), cipher_and_tag.data() + size, aes_gcm_tag_size) != 0) {
    return fail(ErrorCode::corrupt, "the authentication tag does not hold");
  }
  return out;
}

}  // namespace yinxin::crypto
