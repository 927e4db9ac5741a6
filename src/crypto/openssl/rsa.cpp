#include "crypto/openssl/rsa.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/ensure.h"
#include "crypto/openssl/handles.h"

namespace yinxin::crypto::openssl {

struct RsaPublicKey::Key {
  Pkey pkey;
};

namespace {

using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

// Nobody is asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

Bio reading(BytesView bytes) {
  Bio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  ensure(bio != nullptr, "OpenSSL has no memory buffer");
  return bio;
}

// A buffer whose memory is wiped when it ends.
Bio writing() {
  Bio bio(BIO_new(BIO_s_secmem()));
  ensure(bio != nullptr, "OpenSSL has no memory buffer");
  return bio;
}

BytesView written(const Bio& bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  ensure(size > 0, "OpenSSL wrote nothing");
  return bytes_of({data, static_cast<std::size_t>(size)});
}

bool is_fit(const Pkey& key) {
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return false;
  }
  const auto bits = static_cast<std::size_t>(EVP_PKEY_get_bits(key.get()));
  return bits >= min_rsa_bits && bits <= max_rsa_bits;
}

Error unfit() {
  drained_errors();
  return fail(ErrorCode::invalid_input, "not an RSA key of 2048 to 8192 bits in PEM");
}

}  // namespace

Result<RsaPublicKey> RsaPublicKey::from_pem(std::string_view pem) {
  if (pem.size() > max_rsa_pem_bytes) {
    return unfit();
  }
  const Bio bio = reading(bytes_of(pem));
  Pkey key;
  if (pem.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    key.reset(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  } else {
    key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  }
  if (!is_fit(key)) {
    return unfit();
  }
  return RsaPublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

bool RsaPublicKey::verify(BytesView message, BytesView signature) const {
  const MdContext context(EVP_MD_CTX_new());
  const bool holds =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
  drained_errors();
  return holds;
}

std::string RsaPublicKey::to_pem() const {
  const Bio bio = writing();
  ensure(PEM_write_bio_PUBKEY(bio.get(), key_->pkey.get()) == 1, "OpenSSL cannot write a key that it has read");
  return std::string(text_of(written(bio)));
}

Result<RsaPrivateKey> RsaPrivateKey::from_pem(const SecretBytes& pem) {
  if (pem.empty() || pem.size() > max_rsa_pem_bytes) {
    return unfit();
  }
  const Bio bio = reading(pem.expose());
  Pkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!is_fit(key)) {
    return unfit();
  }
  return RsaPrivateKey(std::make_shared<const RsaPublicKey::Key>(RsaPublicKey::Key{std::move(key)}));
}

RsaPrivateKey RsaPrivateKey::generate() {
  Pkey key(EVP_RSA_gen(min_rsa_bits));
  ensure(key != nullptr, "OpenSSL cannot make an RSA key");
  return RsaPrivateKey(std::make_shared<const RsaPublicKey::Key>(RsaPublicKey::Key{std::move(key)}));
}

Bytes RsaPrivateKey::sign(BytesView message) const {
  const MdContext context(EVP_MD_CTX_new());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_->pkey.get()));
  Bytes signature(size);
  ensure(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey.get()) == 1 &&
             EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1,
         "OpenSSL cannot sign with an RSA key that it has read");
  signature.resize(size);
  return signature;
}

RsaPublicKey RsaPrivateKey::public_key() const {
  auto key = RsaPublicKey::from_pem(RsaPublicKey(key_).to_pem());
  ensure(key.has_value(), "the public half of a fit key is fit");
  return std::move(*key);
}

SecretBytes RsaPrivateKey::to_pem() const {
  const Bio bio = writing();
  ensure(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->pkey.get(), nullptr, nullptr, 0, no_passphrase, nullptr) == 1,
         "OpenSSL cannot write a key that it has read");
  return SecretBytes(written(bio));
}

}  // namespace yinxin::crypto::openssl
