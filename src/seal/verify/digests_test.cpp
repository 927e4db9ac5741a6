#include "seal/verify/digests.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "seal/test_workshop.h"

namespace yinxin::seal::verify {
namespace {

TEST(Digests, ReadAFileOnceForEachMethodHoweverOftenItIsNamed) {
  const auto package = ofd::Package::open(document()).value();
  const std::string path = "Doc_0/Res/logo.bin";
  const Bytes content = *package.read(path);
  const std::size_t before = package.unpacked_bytes();
  Digests digests(package);
  for (int again = 0; again < 1000; ++again) {
    EXPECT_EQ(*digests.of(path, DigestMethod::sm3, std::nullopt), to_bytes(crypto::sm3(content)));
  }
  EXPECT_EQ(package.unpacked_bytes() - before, content.size());
  EXPECT_EQ(*digests.of(path, DigestMethod::sha256, std::nullopt), crypto::sha256(content));
  EXPECT_EQ(package.unpacked_bytes() - before, 2 * content.size());
  EXPECT_EQ(digests.of("no", DigestMethod::sm3, std::nullopt).error().code, ErrorCode::not_found);
}

TEST(Digests, WithZAreOfOneSigner) {
  const auto package = ofd::Package::open(document()).value();
  Digests digests(package);
  const crypto::Digest z = crypto::sm3(bytes_of("z"));
  const crypto::Digest other = crypto::sm3(bytes_of("other"));
  const Bytes content = *package.read("OFD.xml");
  EXPECT_EQ(*digests.of("OFD.xml", DigestMethod::sm3_with_z, z), to_bytes(crypto::sm3({z, content})));
  EXPECT_EQ(*digests.of("OFD.xml", DigestMethod::sm3_with_z, other), to_bytes(crypto::sm3({other, content})));
  EXPECT_EQ(digests.of("OFD.xml", DigestMethod::sm3_with_z, std::nullopt).error().code, ErrorCode::unsupported);
  EXPECT_EQ(digests.of("OFD.xml", DigestMethod::unsupported, std::nullopt).error().code, ErrorCode::unsupported);
}

TEST(Digests, HaveTheNamesThatProductsWrite) {
  EXPECT_EQ(digest_method_of("SM3"), DigestMethod::sm3);
  EXPECT_EQ(digest_method_of("1.2.156.10197.1.401.2"), DigestMethod::sm3_with_z);
  EXPECT_EQ(digest_method_of("SHA-256"), DigestMethod::sha256);
  EXPECT_EQ(digest_method_of("SHA1"), DigestMethod::sha1);
  EXPECT_EQ(digest_method_of(""), DigestMethod::unsupported);
}

}  // namespace
}  // namespace yinxin::seal::verify
