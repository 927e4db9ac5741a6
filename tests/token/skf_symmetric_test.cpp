// GM/T 0016 7.6: ciphers, digests and MACs through the C door.

#include "tests/token/black_box.h"

namespace yinxin::token::door {
namespace {

TEST_F(BlackBox, every_cipher_mode_agrees_with_ours_whole_and_in_pieces) {
  using crypto::Sm4Mode;
  const Bytes iv = random_.bytes(16);
  const std::vector<std::pair<ULONG, Sm4Mode>> modes{{SGD_SM4_ECB, Sm4Mode::ecb},
                                                     {SGD_SM4_CBC, Sm4Mode::cbc},
                                                     {SGD_SM4_CFB, Sm4Mode::cfb},
                                                     {SGD_SM4_OFB, Sm4Mode::ofb}};
  for (const auto& [algorithm, mode] : modes) {
    const bool blocks = mode == Sm4Mode::ecb || mode == Sm4Mode::cbc;
    Bytes plain = random_.bytes(blocks ? 96 : 101);
    const Bytes expected = *crypto::sm4_encrypt(mode, key_, mode == Sm4Mode::ecb ? Bytes() : iv, plain);
    HANDLE key = symmetric_key(algorithm);
    BLOCKCIPHERPARAM parameters{};
    std::ranges::copy(iv, static_cast<BYTE*>(parameters.IV));
    parameters.IVLen = 16;
    ASSERT_EQ(SKF(EncryptInit)(key, parameters), SAR_OK);
    Bytes out(200);
    ULONG used = 0;
    for (std::size_t at = 0; at < plain.size(); at += 7) {
      ULONG size = static_cast<ULONG>(out.size() - used);
      const auto piece = static_cast<ULONG>(std::min<std::size_t>(7, plain.size() - at));
      ASSERT_EQ(SKF(EncryptUpdate)(key, plain.data() + at, piece, out.data() + used, &size), SAR_OK);
      used += size;
    }
    ULONG size = static_cast<ULONG>(out.size() - used);
    ASSERT_EQ(SKF(EncryptFinal)(key, out.data() + used, &size), SAR_OK);
    EXPECT_TRUE(same(BytesView(out).first(used + size), expected)) << algorithm;
    EXPECT_EQ(SKF(EncryptFinal)(key, out.data(), &size), SAR_NOTINITIALIZEERR);

    ASSERT_EQ(SKF(DecryptInit)(key, parameters), SAR_OK);
    size = 0;
    Bytes cipher = expected;
    ASSERT_EQ(SKF(Decrypt)(key, cipher.data(), static_cast<ULONG>(cipher.size()), nullptr, &size), SAR_OK);
    EXPECT_EQ(size, plain.size());
    ASSERT_EQ(SKF(Decrypt)(key, cipher.data(), static_cast<ULONG>(cipher.size()), out.data(), &size), SAR_OK);
    EXPECT_TRUE(same(BytesView(out).first(size), plain)) << algorithm;
  }
}

TEST_F(BlackBox, padding_is_made_held_back_and_checked) {
  const Bytes iv = random_.bytes(16);
  BLOCKCIPHERPARAM parameters{};
  std::ranges::copy(iv, static_cast<BYTE*>(parameters.IV));
  parameters.IVLen = 16;
  parameters.PaddingType = PKCS5_PADDING;
  HANDLE key = symmetric_key(SGD_SM4_CBC);
  Bytes plain = random_.bytes(32);
  Bytes out(64);
  ULONG size = 64;
  ASSERT_EQ(SKF(EncryptInit)(key, parameters), SAR_OK);
  ASSERT_EQ(SKF(Encrypt)(key, plain.data(), 32, out.data(), &size), SAR_OK);
  ASSERT_EQ(size, 48U);
  Bytes cipher(out.begin(), out.begin() + 48);
  EXPECT_EQ(cipher, *crypto::sm4_cbc_pkcs7_encrypt(key_, iv, plain));
  ASSERT_EQ(SKF(DecryptInit)(key, parameters), SAR_OK);
  size = 64;
  ASSERT_EQ(SKF(DecryptUpdate)(key, cipher.data(), 48, out.data(), &size), SAR_OK);
  EXPECT_EQ(size, 32U);
  size = 0;
  ASSERT_EQ(SKF(DecryptFinal)(key, out.data(), &size), SAR_OK);
  EXPECT_EQ(size, 0U);
  cipher[31] ^= 0x55;
  ASSERT_EQ(SKF(DecryptInit)(key, parameters), SAR_OK);
  size = 64;
  EXPECT_EQ(SKF(Decrypt)(key, cipher.data(), 48, out.data(), &size), SAR_DECRYPTPADERR);
  parameters.PaddingType = NO_PADDING;
  ASSERT_EQ(SKF(EncryptInit)(key, parameters), SAR_OK);
  EXPECT_EQ(SKF(Encrypt)(key, plain.data(), 31, out.data(), &size), SAR_INDATALENERR);
}

TEST_F(BlackBox, sm3_gives_the_standards_answers_with_and_without_z) {
  HANDLE hash = nullptr;
  ASSERT_EQ(SKF(DigestInit)(device_, SGD_SM3, nullptr, nullptr, 0, &hash), SAR_OK);
  Bytes abc = to_bytes(bytes_of("abc"));
  Bytes out(32);
  ULONG size = 31;
  EXPECT_EQ(SKF(Digest)(hash, abc.data(), 3, out.data(), &size), SAR_BUFFER_TOO_SMALL);
  ASSERT_EQ(SKF(Digest)(hash, abc.data(), 3, out.data(), &size), SAR_OK);
  EXPECT_EQ(to_hex(out), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  EXPECT_EQ(SKF(DigestFinal)(hash, out.data(), &size), SAR_NOTINITIALIZEERR);
  // GB/T 32918.5 A.2
  const auto point =
      *crypto::Sm2PublicKey::from_point(*from_hex("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                                                  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"));
  ECCPUBLICKEYBLOB blob = skf::to_blob(point);
  Bytes id = to_bytes(bytes_of("1234567812345678"));
  ASSERT_EQ(SKF(DigestInit)(device_, SGD_SM3, &blob, id.data(), 16, &hash), SAR_OK);
  Bytes message = to_bytes(bytes_of("message digest"));
  ASSERT_EQ(SKF(DigestUpdate)(hash, message.data(), 7), SAR_OK);
  ASSERT_EQ(SKF(DigestUpdate)(hash, message.data() + 7, 7), SAR_OK);
  ASSERT_EQ(SKF(DigestFinal)(hash, out.data(), &size), SAR_OK);
  EXPECT_EQ(to_hex(out), "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640");
  EXPECT_EQ(SKF(DigestInit)(device_, 2, nullptr, nullptr, 0, &hash), SAR_NOTSUPPORTYETERR);
}

TEST_F(BlackBox, a_mac_is_the_last_block_of_cbc) {
  HANDLE key = symmetric_key(SGD_SM4_MAC);
  const Bytes iv(16, 0);
  Bytes data = random_.bytes(64);
  const Bytes cipher = *crypto::sm4_encrypt(crypto::Sm4Mode::cbc, key_, iv, data);
  BLOCKCIPHERPARAM parameters{};
  parameters.IVLen = 16;
  HANDLE mac = nullptr;
  ASSERT_EQ(SKF(MacInit)(key, &parameters, &mac), SAR_OK);
  ASSERT_EQ(SKF(MacUpdate)(mac, data.data(), 20), SAR_OK);
  ASSERT_EQ(SKF(MacUpdate)(mac, data.data() + 20, 44), SAR_OK);
  Bytes out(16);
  ULONG size = 16;
  ASSERT_EQ(SKF(MacFinal)(mac, out.data(), &size), SAR_OK);
  EXPECT_TRUE(same(out, BytesView(cipher).last(16)));
  ASSERT_EQ(SKF(MacInit)(key, &parameters, &mac), SAR_OK);
  ASSERT_EQ(SKF(Mac)(mac, data.data(), 64, out.data(), &size), SAR_OK);
  EXPECT_TRUE(same(out, BytesView(cipher).last(16)));
  ASSERT_EQ(SKF(MacInit)(key, &parameters, &mac), SAR_OK);
  EXPECT_EQ(SKF(Mac)(mac, data.data(), 63, out.data(), &size), SAR_INDATALENERR);
  EXPECT_EQ(SKF(CloseHandle)(mac), SAR_OK);
}

}  // namespace
}  // namespace yinxin::token::door
