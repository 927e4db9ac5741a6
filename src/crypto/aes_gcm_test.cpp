#include "crypto/aes_gcm.h"

#include <gtest/gtest.h>

#include <array>

namespace yinxin::crypto {
namespace {

struct Published {
  std::string_view key, nonce, additional, plain, cipher, tag;
};

// The AES-256 cases with a nonce of 96 bits of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
constexpr std::string_view zero_key = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr std::array<Published, 4> published{{
    {zero_key, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {zero_key, "000000000000000000000000", "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919"},
    {key, "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
     "b16aedf5aa0de657ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
     "c5f61e6393ba7a0abcc9f662898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {key, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
     "b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
     "c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
}};

TEST(AesGcm, gives_the_published_cipher_texts_and_opens_them) {
  for (const Published& one : published) {
    const Bytes secret = *from_hex(one.key);
    const Bytes nonce = *from_hex(one.nonce);
    const Bytes more = *from_hex(one.additional);
    const auto sealed = aes256_gcm_encrypt(secret, nonce, more, *from_hex(one.plain));
    ASSERT_TRUE(sealed);
    EXPECT_EQ(to_hex(*sealed), std::string(one.cipher) + std::string(one.tag));
    const auto opened = aes256_gcm_decrypt(secret, nonce, more, *sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(to_hex(opened->expose()), one.plain);
  }
}

TEST(AesGcm, releases_nothing_when_any_part_was_changed) {
  const Published& one = published.back();
  const Bytes secret = *from_hex(one.key);
  const Bytes nonce = *from_hex(one.nonce);
  const Bytes more = *from_hex(one.additional);
  const Bytes sealed = *aes256_gcm_encrypt(secret, nonce, more, *from_hex(one.plain));
  const auto code = [](const Result<SecretBytes>& opened) {
    return opened ? ErrorCode::internal : opened.error().code;
  };
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_EQ(code(aes256_gcm_decrypt(secret, nonce, more, changed)), ErrorCode::corrupt) << i;
  }
  Bytes other = nonce;
  other[0] ^= 1;
  EXPECT_EQ(code(aes256_gcm_decrypt(secret, other, more, sealed)), ErrorCode::corrupt);
  EXPECT_EQ(code(aes256_gcm_decrypt(secret, nonce, {}, sealed)), ErrorCode::corrupt);
  EXPECT_EQ(code(aes256_gcm_decrypt(secret, nonce, more, BytesView(sealed).first(15))), ErrorCode::invalid_input);
  EXPECT_EQ(code(aes256_gcm_decrypt(BytesView(secret).first(16), nonce, more, sealed)), ErrorCode::invalid_input);
  EXPECT_EQ(code(aes256_gcm_decrypt(secret, BytesView(nonce).first(11), more, sealed)), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace yinxin::crypto
