#pragma once
// Owners for OpenSSL's objects. Only src/crypto/openssl includes <openssl/…>.

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

namespace yinxin::crypto::openssl {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BigNum = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using BigNumContext = std::unique_ptr<BN_CTX, Freer<BN_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

// Empties the thread's whole error queue into one text.
inline std::string drained_errors() {
  std::string text;
  for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    text += text.empty() ? "" : ", ";
    text += reason != nullptr ? reason : "unknown";
  }
  return text;
}

}  // namespace yinxin::crypto::openssl
