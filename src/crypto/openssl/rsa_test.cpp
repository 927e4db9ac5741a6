#include "crypto/openssl/rsa.h"

#include <gtest/gtest.h>

namespace yinxin::crypto::openssl {
namespace {

TEST(Rsa, a_signature_holds_for_its_message_and_key_only) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const Bytes signature = key.sign(bytes_of("message"));
  ASSERT_EQ(signature.size(), min_rsa_bits / 8);
  EXPECT_EQ(key.sign(bytes_of("message")), signature) << "PKCS#1 v1.5 has no salt";
  const RsaPublicKey peer = key.public_key();
  EXPECT_TRUE(peer.verify(bytes_of("message"), signature));
  EXPECT_FALSE(peer.verify(bytes_of("massage"), signature));
  EXPECT_FALSE(peer.verify(bytes_of("message"), {}));
  EXPECT_FALSE(peer.verify(bytes_of("message"), BytesView(signature).first(signature.size() - 1)));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Bytes changed = signature;
    changed[i] ^= 1;
    EXPECT_FALSE(peer.verify(bytes_of("message"), changed)) << i;
  }
  EXPECT_FALSE(RsaPrivateKey::generate().public_key().verify(bytes_of("message"), signature));
}

TEST(Rsa, keys_are_the_same_after_a_walk_through_pem) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const auto again = RsaPrivateKey::from_pem(key.to_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->sign(bytes_of("message")), key.sign(bytes_of("message")));
  const auto peer = RsaPublicKey::from_pem(key.public_key().to_pem());
  ASSERT_TRUE(peer);
  EXPECT_TRUE(peer->verify(bytes_of("message"), key.sign(bytes_of("message"))));
}

TEST(Rsa, refuses_what_is_no_rsa_key_in_pem) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const std::string pem = key.public_key().to_pem();
  EXPECT_FALSE(RsaPublicKey::from_pem(""));
  EXPECT_FALSE(RsaPublicKey::from_pem(pem.substr(0, pem.size() / 2)));
  EXPECT_FALSE(RsaPublicKey::from_pem(std::string(max_rsa_pem_bytes, 'A') + pem));
  EXPECT_FALSE(RsaPublicKey::from_pem(key.to_pem().expose_text()));
  EXPECT_FALSE(RsaPrivateKey::from_pem(SecretBytes(bytes_of(pem))));
  EXPECT_FALSE(RsaPrivateKey::from_pem(SecretBytes()));
  // A key of 1024 bits and one of elliptic curves, made with the openssl command.
  EXPECT_EQ(RsaPublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n"
                                   "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDLxInSi6ogwFLHKvSQBixoD5Ep\n"
                                   "zdEHhdlL/7JeoPFBBCmhqlIZN4pwjbywdf9xuOs2NHUYEVVzbe3tuBh1v6pbhv/t\n"
                                   "79iE/kMKGXy7s7rbRJW08soIsFuMO5c3Fk6T10uJg70VS837omR258OhUxTaNyPV\n"
                                   "tY8DAHN4CrDxHHLMRwIDAQAB\n"
                                   "-----END PUBLIC KEY-----\n")
                .error()
                .code,
            ErrorCode::invalid_input);
  EXPECT_EQ(RsaPublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n"
                                   "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdAWIdp9YNwfQedIL5sj9K7J48T2G\n"
                                   "I/kJ/sk2ZOsjdihPVnZZcVVs1dgMfL7FtDzgLfkcE2MiEVjuWw+rvLJLwA==\n"
                                   "-----END PUBLIC KEY-----\n")
                .error()
                .code,
            ErrorCode::invalid_input);
}

}  // namespace
}  // namespace yinxin::crypto::openssl
