#include "net/tls_host_key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "base/ensure.h"

namespace yinxin::net {

namespace {

constexpr std::size_t max_common_name_bytes = 64;  // RFC 5280 upper bound ub-common-name
constexpr std::size_t serial_bytes = 16;
constexpr std::size_t max_pem_bytes = 64 * 1024;
constexpr long life_s = 10L * 365 * 24 * 3600;  // nobody judges it: what counts is the fingerprint

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

BytesView content_of(const Bio& bio) {
  char* at = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &at);
  return bytes_of({at, static_cast<std::size_t>(size)});
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& name) {
  std::array<unsigned char, serial_bytes> drawn{};
  if (RAND_bytes(drawn.data(), static_cast<int>(drawn.size())) != 1) {
    return false;
  }
  drawn[0] = static_cast<unsigned char>((drawn[0] & 0x3fU) | 0x40U);  // positive, and as long as it is
  const std::unique_ptr<BIGNUM, Freed<BN_free>> serial(
      BN_bin2bn(drawn.data(), static_cast<int>(drawn.size()), nullptr));
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  return serial && X509_set_version(certificate, X509_VERSION_3) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), life_s) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

Result<HostKey> make_host_key(const std::string& name) {
  if (name.empty() || name.size() > max_common_name_bytes) {
    return fail(ErrorCode::invalid_input, "a host's name has 1 to 64 octets");
  }
  const Error failed = fail(ErrorCode::internal, "OpenSSL makes no key for a host");
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  if (!key || !certificate || !fill(certificate.get(), key.get(), name)) {
    ERR_clear_error();
    return failed;
  }
  const Bio shown(BIO_new(BIO_s_mem()));
  const Bio kept(BIO_new(BIO_s_secmem()));  // wiped when it is freed
  if (!shown || !kept || PEM_write_bio_X509(shown.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(kept.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    return failed;
  }
  return HostKey{.certificate_pem = std::string(text_of(content_of(shown))), .key_pem = SecretBytes(content_of(kept))};
}

Result<std::string> certificate_fingerprint(std::string_view certificate_pem) {
  const Error wrong = fail(ErrorCode::invalid_input, "no certificate in the PEM text");
  if (certificate_pem.size() > max_pem_bytes) {
    return wrong;
  }
  const Bio bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) {
    ERR_clear_error();
    return wrong;
  }
  return to_hex(BytesView(digest).first(size));
}

}  // namespace yinxin::net
