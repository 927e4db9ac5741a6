#include "crypto/openssl/key_containers.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "base/ensure.h"
#include "crypto/openssl/handles.h"

namespace yinxin::crypto::openssl {

namespace {

using LibraryContext = std::unique_ptr<OSSL_LIB_CTX, Freer<OSSL_LIB_CTX_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Freer<OSSL_PROVIDER_unload>>;
using EncryptedKey = std::unique_ptr<X509_SIG, Freer<X509_SIG_free>>;
using KeyInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>>;
using Container = std::unique_ptr<PKCS12, Freer<PKCS12_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

// PKCS#12 files may ask for any number of key-derivation rounds; the field's use 1024 to 2048, modern ones 600000.
constexpr std::int64_t max_mac_rounds = 2'000'000;

// RC2-40 and its like live in the legacy provider, which must not reach the process's default context.
class OldAlgorithms {
 public:
  OldAlgorithms()
      : context_(OSSL_LIB_CTX_new()),
        default_(OSSL_PROVIDER_load(context_.get(), "default")),
        legacy_(OSSL_PROVIDER_load(context_.get(), "legacy")) {
    ensure(context_ && default_, "OpenSSL has no library context");
    if (!legacy_) {
      drained_errors();  // only the newer schemes open then
    }
  }
  [[nodiscard]] OSSL_LIB_CTX* get() const { return context_.get(); }

 private:
  LibraryContext context_;
  Provider default_;
  Provider legacy_;
};

template <class Object, class Write>
Bytes encoded(const Object* object, Write&& write) {
  unsigned char* out = nullptr;
  const int size = write(object, &out);
  ensure(size > 0, "OpenSSL cannot encode what it decoded");
  Bytes bytes(out, out + size);
  OPENSSL_clear_free(out, static_cast<std::size_t>(size));
  return bytes;
}

SecretBytes encoded_key(const KeyInfo& key) { return SecretBytes(encoded(key.get(), i2d_PKCS8_PRIV_KEY_INFO)); }

}  // namespace

Result<SecretBytes> decrypt_pkcs8(BytesView der, const SecretBytes& passphrase) {
  const OldAlgorithms algorithms;
  const unsigned char* at = der.data();
  const EncryptedKey sealed(d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!sealed) {
    return fail(ErrorCode::invalid_input, "an encrypted key that cannot be read: " + drained_errors());
  }
  const KeyInfo key(PKCS8_decrypt_ex(sealed.get(), reinterpret_cast<const char*>(passphrase.expose().data()),
                                     static_cast<int>(passphrase.size()), algorithms.get(), nullptr));
  if (!key) {
    drained_errors();
    return fail(ErrorCode::forbidden, "the key does not open with this passphrase");
  }
  return encoded_key(key);
}

Result<Pkcs12Parts> open_pkcs12(BytesView der, const SecretBytes& passphrase) {
  const OldAlgorithms algorithms;
  const unsigned char* at = der.data();
  PKCS12* raw = PKCS12_init_ex(NID_pkcs7_data, algorithms.get(), nullptr);
  ensure(raw != nullptr, "OpenSSL has no room for a PKCS#12");
  if (d2i_PKCS12(&raw, &at, static_cast<long>(der.size())) == nullptr) {
    return fail(ErrorCode::invalid_input, "a PKCS#12 that cannot be read: " + drained_errors());
  }
  const Container container(raw);
  const ASN1_INTEGER* rounds = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &rounds, container.get());
  if (rounds != nullptr && (ASN1_INTEGER_get(rounds) < 1 || ASN1_INTEGER_get(rounds) > max_mac_rounds)) {
    return fail(ErrorCode::unsupported, "a PKCS#12 that asks for more work than we allow");
  }
  std::string text(passphrase.expose_text());
  EVP_PKEY* key_raw = nullptr;
  X509* certificate_raw = nullptr;
  const int parsed = PKCS12_parse(container.get(), text.c_str(), &key_raw, &certificate_raw, nullptr);
  wipe(text);
  const Pkey key(key_raw);
  const Certificate certificate(certificate_raw);
  if (parsed != 1) {
    const std::string why = drained_errors();
    return why.find("mac verify") != std::string::npos
               ? fail(ErrorCode::forbidden, "the container does not open with this passphrase")
               : fail(ErrorCode::invalid_input, "a PKCS#12 that cannot be read: " + why);
  }
  if (!key) {
    return fail(ErrorCode::invalid_input, "a PKCS#12 without a private key");
  }
  const KeyInfo info(EVP_PKEY2PKCS8(key.get()));
  if (!info) {
    return fail(ErrorCode::unsupported, "a PKCS#12 key of an unknown kind: " + drained_errors());
  }
  Pkcs12Parts parts{.private_key = encoded_key(info), .certificate = {}};
  if (certificate) {
    parts.certificate = encoded(certificate.get(), i2d_X509);
  }
  return parts;
}

}  // namespace yinxin::crypto::openssl
