#include "crypto/gcrypt_ready.h"

#include <gcrypt.h>

#include "base/ensure.h"

namespace yinxin::crypto {

void gcrypt_ready() {
  static const bool ready = [] {
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) == 0) {
      ensure(gcry_check_version("1.10.0") != nullptr, "libgcrypt is older than 1.10");
      // Secrets live in SecretBytes; libgcrypt's own secure pool is not used.
      gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
      gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
    return true;
  }();
  static_cast<void>(ready);
}

}  // namespace yinxin::crypto
