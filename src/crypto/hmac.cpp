#include "crypto/hmac.h"

#include <gcrypt.h>

#include "base/ensure.h"
#include "crypto/gcrypt_ready.h"

namespace yinxin::crypto {

Bytes hmac_sha256(BytesView key, BytesView data) {
  gcrypt_ready();
  gcry_md_hd_t handle = nullptr;
  ensure(gcry_md_open(&handle, GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC) == 0, "libgcrypt cannot open HMAC-SHA256");
  ensure(gcry_md_setkey(handle, key.data(), key.size()) == 0, "libgcrypt refuses an HMAC key");
  gcry_md_write(handle, data.data(), data.size());
  const unsigned char* bytes = gcry_md_read(handle, GCRY_MD_SHA256);
  ensure(bytes != nullptr, "libgcrypt gives no digest");
  Bytes mac(bytes, bytes + gcry_md_get_algo_dlen(GCRY_MD_SHA256));
  gcry_md_close(handle);
  return mac;
}

Bytes md5(BytesView data) {
  gcrypt_ready();
  Bytes digest(gcry_md_get_algo_dlen(GCRY_MD_MD5));
  gcry_md_hash_buffer(GCRY_MD_MD5, digest.data(), data.data(), data.size());
  return digest;
}

}  // namespace yinxin::crypto
