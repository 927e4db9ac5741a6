#pragma once
// libgcrypt wants to be initialised once before its first use.

namespace yinxin::crypto {

// Idempotent and safe between threads. Stops the process when the library is older than what we were built with.
void gcrypt_ready();

}  // namespace yinxin::crypto
