#pragma once
// Password-based containers of others, opened with OpenSSL and its legacy algorithms in a library context of their own.

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

namespace yinxin::crypto::openssl {

// EncryptedPrivateKeyInfo → PrivateKeyInfo, both DER. forbidden for a wrong passphrase, invalid_input for the rest.
Result<SecretBytes> decrypt_pkcs8(BytesView der, const SecretBytes& passphrase);

struct Pkcs12Parts {
  SecretBytes private_key;  // PrivateKeyInfo
  Bytes certificate;        // DER, empty when there is none
};
Result<Pkcs12Parts> open_pkcs12(BytesView der, const SecretBytes& passphrase);

}  // namespace yinxin::crypto::openssl
