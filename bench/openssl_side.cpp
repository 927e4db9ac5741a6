#include "openssl_side.h"

#include "crypto/key_file.h"

namespace yinxin::bench {

namespace {

constexpr std::string_view id = crypto::sm2_default_id;
constexpr std::size_t most_signature_bytes = 128;

// EVP_DigestSignInit or EVP_DigestVerifyInit.
openssl::MdContext started(EVP_PKEY* key, decltype(&EVP_DigestSignInit) start) {
  openssl::MdContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* of_key = nullptr;  // the context's own
  const bool is_ready = context && start(context.get(), &of_key, EVP_sm3(), nullptr, key) == 1 &&
                        EVP_PKEY_CTX_set1_id(of_key, id.data(), static_cast<int>(id.size())) == 1;
  return is_ready ? std::move(context) : nullptr;
}

}  // namespace

Result<openssl::Pkey> openssl_key(const crypto::Sm2PrivateKey& key) {
  const SecretBytes der = crypto::pkcs8_of(key);
  const std::uint8_t* at = der.expose().data();
  openssl::Pkey made(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
  if (!made || EVP_PKEY_is_a(made.get(), "SM2") != 1) {
    return fail(ErrorCode::internal, "OpenSSL does not take the key: " + openssl::drained_errors());
  }
  return made;
}

openssl::MdContext openssl_signing(EVP_PKEY* key) { return started(key, EVP_DigestSignInit); }

Bytes openssl_sign(EVP_PKEY* key, BytesView message) {
  const openssl::MdContext context = openssl_signing(key);
  Bytes signature(most_signature_bytes);
  std::size_t size = signature.size();
  if (!context || EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    return {};
  }
  signature.resize(size);
  return signature;
}

bool openssl_verify(EVP_PKEY* key, BytesView message, BytesView signature) {
  const openssl::MdContext context = started(key, EVP_DigestVerifyInit);
  return context &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

Result<Side> openssl_yardstick() {
  constexpr std::size_t message_bytes = 600;
  SystemRandom random;
  const auto ours = crypto::Sm2PrivateKey::generate(random);
  YX_TRY(openssl::Pkey made, openssl_key(ours));
  const std::shared_ptr<EVP_PKEY> key(made.release(), EVP_PKEY_free);
  const Bytes message = random.bytes(message_bytes);
  return Side{.once = [key, message, signature = crypto::sm2_sign(ours, message).to_der()] {
    return openssl_verify(key.get(), message, signature);
  }};
}

bool set_id(X509* certificate) {
  ASN1_OCTET_STRING* const given = ASN1_OCTET_STRING_new();
  if (given == nullptr || ASN1_OCTET_STRING_set(given, bytes_of(id).data(), static_cast<int>(id.size())) != 1) {
    ASN1_OCTET_STRING_free(given);
    return false;
  }
  X509_set0_distinguishing_id(certificate, given);  // it is the certificate's now
  return true;
}

}  // namespace yinxin::bench
