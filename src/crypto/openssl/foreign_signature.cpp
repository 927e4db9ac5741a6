#include "crypto/openssl/foreign_signature.h"

#include <openssl/x509.h>

#include "crypto/openssl/handles.h"

namespace yinxin::crypto::openssl {

bool verify_foreign(BytesView spki, ForeignDigest digest, BytesView signed_bytes, BytesView signature) {
  const unsigned char* cursor = spki.data();
  const Pkey key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(spki.size())));
  const MdContext context(EVP_MD_CTX_new());
  const EVP_MD* md = digest == ForeignDigest::sha1     ? EVP_sha1()
                     : digest == ForeignDigest::sha256 ? EVP_sha256()
                     : digest == ForeignDigest::sha384 ? EVP_sha384()
                                                       : EVP_sha512();
  const bool holds = key && context && EVP_DigestVerifyInit(context.get(), nullptr, md, nullptr, key.get()) == 1 &&
                     EVP_DigestVerify(context.get(), signature.data(), signature.size(), signed_bytes.data(),
                                      signed_bytes.size()) == 1;
  drained_errors();
  return holds;
}

}  // namespace yinxin::crypto::openssl
