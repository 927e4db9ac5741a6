// The printed examples of GB/T 32918.5-2017, 32905-2016 and 32907-2016.

#include <gtest/gtest.h>

#include "crypto/asn1/der.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"

namespace yinxin::crypto {
namespace {

Bytes hex(std::string_view text) { return *from_hex(text); }

Sm2PrivateKey example_key() {
  return *Sm2PrivateKey::from_scalar(
      SecretBytes(hex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")));
}

TEST(Sm3, HashesTheStandardsExamples) {
  EXPECT_EQ(to_hex(sm3(bytes_of("abc"))), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  std::string long_text;
  for (int i = 0; i < 16; ++i) {
    long_text += "abcd";
  }
  EXPECT_EQ(to_hex(sm3(bytes_of(long_text))), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
  EXPECT_EQ(to_hex(sm3(bytes_of(""))), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
  Sm3 piecewise;
  piecewise.update(bytes_of("a"));
  Sm3 fork(piecewise);
  EXPECT_EQ(piecewise.update(bytes_of("bc")).finish(), sm3(bytes_of("abc")));
  EXPECT_EQ(fork.update(bytes_of("bd")).finish(), sm3(bytes_of("abd")));
}

TEST(Sm4, EncryptsTheStandardsExampleOnceAndAMillionTimes) {
  const Bytes key = hex("0123456789ABCDEFFEDCBA9876543210");
  Bytes block = key;
  block = *sm4_encrypt(Sm4Mode::ecb, key, {}, block);
  EXPECT_EQ(to_hex(block), "681edf34d206965e86b3e94f536e4246");
  EXPECT_EQ(to_hex(sm4_decrypt(Sm4Mode::ecb, key, {}, block)->expose()), to_hex(key));
  // CBC over zeros with the first block as vector is the same chain of a million encryptions.
  const Bytes chain = *sm4_encrypt(Sm4Mode::cbc, key, block, Bytes((1000000 - 1) * sm4_block_size, 0));
  EXPECT_EQ(to_hex(BytesView(chain).last(sm4_block_size)), "595298c7c6fd271f0402f804c33d3f66");
}

TEST(Sm4, RefusesWrongSizesPaddingAndTags) {
  const Bytes key(16, 7);
  const Bytes iv(16, 9);
  EXPECT_FALSE(sm4_encrypt(Sm4Mode::ecb, Bytes(15), {}, Bytes(16)));
  EXPECT_FALSE(sm4_encrypt(Sm4Mode::cbc, key, iv, Bytes(17)));
  EXPECT_FALSE(sm4_encrypt(Sm4Mode::ctr, key, Bytes(12), Bytes(17)));
  for (std::size_t size = 0; size < 40; ++size) {
    const Bytes plain(size, 0x5a);
    const Bytes cipher = *sm4_cbc_pkcs7_encrypt(key, iv, plain);
    EXPECT_EQ(to_bytes(sm4_cbc_pkcs7_decrypt(key, iv, cipher)->expose()), plain);
    Bytes sealed = *sm4_gcm_encrypt(key, Bytes(12, 1), bytes_of("row 7"), plain);
    EXPECT_EQ(to_bytes(sm4_gcm_decrypt(key, Bytes(12, 1), bytes_of("row 7"), sealed)->expose()), plain);
    EXPECT_EQ(sm4_gcm_decrypt(key, Bytes(12, 1), bytes_of("row 8"), sealed).error().code, ErrorCode::corrupt);
    sealed.back() ^= 1;
    EXPECT_FALSE(sm4_gcm_decrypt(key, Bytes(12, 1), bytes_of("row 7"), sealed));
  }
  EXPECT_EQ(sm4_cbc_pkcs7_decrypt(key, iv, *sm4_encrypt(Sm4Mode::cbc, key, iv, Bytes(16, 0))).error().code,
            ErrorCode::corrupt);
  EXPECT_FALSE(sm4_cbc_pkcs7_decrypt(key, iv, {}));
}

TEST(Sm2, ReproducesTheStandardsKeyZAndDigest) {
  const Sm2PrivateKey key = example_key();
  EXPECT_EQ(to_hex(key.public_key().x()), "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020");
  EXPECT_EQ(to_hex(key.public_key().y()), "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
  EXPECT_EQ(to_hex(sm2_z(key.public_key())), "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3");
  EXPECT_EQ(to_hex(sm2_message_digest(key.public_key(), bytes_of("message digest"))),
            "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640");
}

TEST(Sm2, VerifiesTheStandardsSignatureAndNothingNearIt) {
  const Sm2PublicKey key = example_key().public_key();
  const Bytes raw =
      hex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
          "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
  const Sm2Signature signature = *Sm2Signature::from_raw(raw);
  EXPECT_TRUE(sm2_verify(key, bytes_of("message digest"), signature));
  EXPECT_FALSE(sm2_verify(key, bytes_of("message digesT"), signature));
  EXPECT_FALSE(sm2_verify(key, bytes_of("message digest"), signature, ""));
  for (std::size_t i = 0; i < raw.size(); i += 7) {
    Bytes changed = raw;
    changed[i] ^= 0x10;
    EXPECT_FALSE(sm2_verify(key, bytes_of("message digest"), *Sm2Signature::from_raw(changed))) << i;
  }
  const Bytes n = hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
  const Bytes zero(32, 0);
  for (const auto& [r, s] :
       {std::pair{zero, zero}, {n, n}, {zero, to_bytes(signature.s)}, {to_bytes(signature.r), n}}) {
    EXPECT_FALSE(sm2_verify(key, bytes_of("message digest"), *Sm2Signature::from_raw(concat({r, s}))));
  }
}

TEST(Sm2, SignaturesHoldInBothEncodings) {
  SystemRandom random;
  for (int i = 0; i < 20; ++i) {
    const Sm2PrivateKey key = Sm2PrivateKey::generate(random);
    const Bytes message = random.bytes(static_cast<std::size_t>(i) * 13);
    const Sm2Signature signature = sm2_sign(key, message);
    EXPECT_TRUE(sm2_verify(key.public_key(), message, signature));
    EXPECT_EQ(*Sm2Signature::from_der(signature.to_der()), signature);
    EXPECT_EQ(*Sm2Signature::from_der_or_raw(signature.to_raw()), signature);
    EXPECT_FALSE(sm2_verify(Sm2PrivateKey::generate(random).public_key(), message, signature));
  }
}

TEST(Sm2, DecryptsTheStandardsCiphertext) {
  const Bytes raw =
      hex("0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
          "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
          "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
          "21886CA989CA9C7D58087307CA93092D651EFA");
  const Sm2Cipher cipher = *Sm2Cipher::from_c1c3c2(raw);
  EXPECT_EQ(sm2_decrypt(example_key(), cipher)->expose_text(), "encryption standard");
  EXPECT_EQ(Sm2Cipher::from_der(cipher.to_der())->to_der(), cipher.to_der());
  Sm2Cipher changed = cipher;
  changed.hash[5] ^= 1;
  EXPECT_EQ(sm2_decrypt(example_key(), changed).error().code, ErrorCode::corrupt);
}

TEST(Sm2, EncryptsWhatItsKeyDecrypts) {
  SystemRandom random;
  const Sm2PrivateKey key = Sm2PrivateKey::generate(random);
  for (const std::size_t size : {1U, 16U, 31U, 32U, 33U, 100U, 5000U}) {
    const Bytes plain = random.bytes(size);
    EXPECT_EQ(to_bytes(sm2_decrypt(key, *sm2_encrypt(key.public_key(), plain))->expose()), plain);
  }
  EXPECT_FALSE(sm2_encrypt(key.public_key(), {}));
}

TEST(Sm2, RefusesKeysOutOfRangeAndPointsOffTheCurve) {
  for (const char* scalar : {"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123",
                             "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122",
                             "0000000000000000000000000000000000000000000000000000000000000000",
                             "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}) {
    EXPECT_FALSE(Sm2PrivateKey::from_scalar(SecretBytes(hex(scalar)))) << scalar;
  }
  EXPECT_TRUE(
      Sm2PrivateKey::from_scalar(SecretBytes(hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121"))));
  Bytes point = to_bytes(example_key().public_key().point());
  point[64] ^= 1;
  EXPECT_FALSE(Sm2PublicKey::from_point(point));
  EXPECT_FALSE(Sm2PublicKey::from_point(Bytes{0}));
}

}  // namespace
}  // namespace yinxin::crypto
