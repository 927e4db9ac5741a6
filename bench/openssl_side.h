#pragma once
// OpenSSL as a peer: the same keys as ours, and always the signer id of GM/T 0009.

#include <openssl/x509.h>

#include "crypto/openssl/handles.h"
#include "crypto/sm2.h"
#include "subject.h"

namespace yinxin::bench {

namespace openssl = crypto::openssl;

using OpensslCertificate = std::unique_ptr<X509, openssl::Freer<X509_free>>;

// internal when OpenSSL does not take the key.
Result<openssl::Pkey> openssl_key(const crypto::Sm2PrivateKey& key);
// Over the message, as DER; empty when it fails.
Bytes openssl_sign(EVP_PKEY* key, BytesView message);
bool openssl_verify(EVP_PKEY* key, BytesView message, BytesView signature);
// One SM2 signature over 600 bytes verified by OpenSSL: what a figure without a peer is put beside.
Result<Side> openssl_yardstick();
// A context that signs with the id, for the functions that take one; null when it cannot be had.
openssl::MdContext openssl_signing(EVP_PKEY* key);
// Makes the certificate be verified with the id. False when that fails.
bool set_id(X509* certificate);

}  // namespace yinxin::bench
