#include "crypto/key_file.h"

#include "crypto/testing/vectors.h"
#include "crypto/x509/certificate.h"

namespace yinxin::crypto {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes(bytes_of(text)); }

// The least work Argon2id does; the default's 64 MiB would make the test slow.
constexpr PassphraseCost cheap{.passes = 1, .memory_kib = 8, .lanes = 1};

Sm2PrivateKey fresh() {
  SystemRandom random;
  return Sm2PrivateKey::generate(random);
}

TEST(KeyFile, ReadsItsOwnPkcs8InDerAndPem) {
  const Sm2PrivateKey key = fresh();
  const SecretBytes der = pkcs8_of(key);
  EXPECT_TRUE(read_private_key(der.expose())->scalar().equals(key.scalar()));
  const std::string pem = x509::to_pem("PRIVATE KEY", der.expose());
  EXPECT_TRUE(read_private_key(bytes_of(pem))->scalar().equals(key.scalar()));
}

TEST(KeyFile, RefusesAPublicPartThatIsAnothers) {
  const SecretBytes mine = pkcs8_of(fresh());
  const SecretBytes other = pkcs8_of(fresh());
  Bytes mixed = to_bytes(mine.expose());
  std::ranges::copy(other.expose().last(64), mixed.end() - 64);
  EXPECT_EQ(read_private_key(mixed).error().code, ErrorCode::invalid_input);
}

TEST(KeyFile, RefusesEveryCutAndEveryForeignStart) {
  const SecretBytes der = pkcs8_of(fresh());
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(read_private_key(der.expose().first(size))) << size;
  }
  EXPECT_FALSE(read_private_key(bytes_of("not a key at all")));
  EXPECT_FALSE(read_private_key(Bytes(max_key_file_size + 1, 0x30)));
}

TEST(SealedKey, OpensWithItsPassphraseOnly) {
  SystemRandom random;
  const Sm2PrivateKey key = fresh();
  const auto sealed = seal_key(secret("correct horse"), key, random, cheap);
  ASSERT_TRUE(sealed);
  EXPECT_TRUE(sealed->starts_with("-----BEGIN YINXIN ENCRYPTED PRIVATE KEY-----\n"));
  const auto opened = open_key(secret("correct horse"), bytes_of(*sealed));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->scalar().equals(key.scalar()));
  EXPECT_EQ(open_key(secret("correct horsf"), bytes_of(*sealed)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(open_key(secret(""), bytes_of(*sealed)).error().code, ErrorCode::forbidden);
  EXPECT_NE(*sealed, *seal_key(secret("correct horse"), key, random, cheap)) << "salt and nonce are fresh each time";
}

TEST(SealedKey, NeverHoldsTheScalarInClear) {
  SystemRandom random;
  const Sm2PrivateKey key = fresh();
  const Bytes der = *x509::der_of_file(bytes_of(*seal_key(secret("p"), key, random, cheap)));
  const BytesView scalar = key.scalar().expose();
  EXPECT_EQ(std::search(der.begin(), der.end(), scalar.begin(), scalar.end()), der.end());
}

TEST(SealedKey, RefusesEveryChangedByte) {
  SystemRandom random;
  const auto sealed = seal_key(secret("p"), fresh(), random, cheap);
  const Bytes der = *x509::der_of_file(bytes_of(*sealed));
  for (std::size_t i = 0; i < der.size(); ++i) {
    Bytes changed = der;
    changed[i] ^= 1;
    EXPECT_FALSE(open_key(secret("p"), changed)) << "byte " << i;
  }
}

TEST(SealedKey, RefusesCostsBeyondTheLimits) {
  SystemRandom random;
  const Sm2PrivateKey key = fresh();
  for (const PassphraseCost& cost :
       {PassphraseCost{0, 64, 1}, PassphraseCost{max_passphrase_passes + 1, 64, 1}, PassphraseCost{1, 7, 1},
        PassphraseCost{1, 15, 2}, PassphraseCost{1, max_passphrase_memory_kib + 1, 1}, PassphraseCost{1, 64, 0},
        PassphraseCost{1, 1024, max_passphrase_lanes + 1}}) {
    EXPECT_EQ(seal_key(secret("p"), key, random, cost).error().code, ErrorCode::invalid_input);
    const Bytes asking = asn1::sequence([&](asn1::Writer& w) {
      w.integer(1);
      w.sequence([&](asn1::Writer& kdf) {
        kdf.octet_string(Bytes(16)).integer(cost.passes).integer(cost.memory_kib).integer(cost.lanes);
      });
      w.octet_string(Bytes(12)).octet_string(Bytes(48));
    });
    EXPECT_EQ(open_key(secret("p"), asking).error().code, ErrorCode::unsupported);
  }
  EXPECT_EQ(seal_key(secret(""), key, random, cheap).error().code, ErrorCode::invalid_input);
}

class KeyVectors : public yinxin::testing::VectorTest {};

TEST_F(KeyVectors, OldPkcs12OpensWithItsPasswordOnly) {
  for (const char* name : {"key/USER.p12", "key/SealBuilder.p12"}) {
    const auto opened = read_pkcs12(read(name), secret("777777"));
    ASSERT_TRUE(opened) << name << opened.error().describe();
    const auto certificate = x509::Certificate::parse(opened->certificate);
    ASSERT_TRUE(certificate) << certificate.error().describe();
    EXPECT_EQ(certificate->public_key().sm2(), opened->key.public_key());
    EXPECT_EQ(read_pkcs12(read(name), secret("777778")).error().code, ErrorCode::forbidden);
  }
}

TEST_F(KeyVectors, CfcaContainerOpensWithItsPasswordOnly) {
  const auto opened = read_cfca_sm2(read("key/cfca_v2ex.sm2"), secret("123456"));
  ASSERT_TRUE(opened) << opened.error().describe();
  const auto certificate = x509::Certificate::parse(opened->certificate);
  EXPECT_EQ(certificate->public_key().sm2(), opened->key.public_key());
  for (int wrong = 0; wrong < 1000; ++wrong) {  // enough to meet paddings that hold by chance
    EXPECT_EQ(read_cfca_sm2(read("key/cfca_v2ex.sm2"), secret(std::to_string(wrong))).error().code,
              ErrorCode::forbidden);
  }
}

TEST_F(KeyVectors, KeysOutsideTheRangeAreRefused) {
  for (const char* name : {"key/sm2_bad_0.pem", "key/sm2_bad_neg1.pem"}) {
    const auto refused = read_private_key(read(name));
    ASSERT_FALSE(refused) << name;
    EXPECT_NE(refused.error().describe().find("outside [1, n-2]"), std::string::npos) << refused.error().describe();
  }
}

TEST_F(KeyVectors, Sec1AndPkcs8KeysMatchTheirCertificates) {
  const auto sec1 = read_private_key(read("key/ofdrw_sign_key.pem"));
  ASSERT_TRUE(sec1) << sec1.error().describe();
  EXPECT_EQ(x509::Certificate::parse_any(read("cert/ofdrw_sign_cert.pem"))->public_key().sm2(), sec1->public_key());
  const auto pkcs8 = read_private_key(read("enveloped/gmcert_sign_key.p8"));
  ASSERT_TRUE(pkcs8) << pkcs8.error().describe();
  EXPECT_EQ(x509::Certificate::parse_any(read("enveloped/gmcert_sign.cer"))->public_key().sm2(), pkcs8->public_key());
}

}  // namespace
}  // namespace yinxin::crypto
