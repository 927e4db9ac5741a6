#include "crypto/enveloped_key.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "crypto/asn1/der.h"

namespace yinxin::crypto {
namespace {

Sm2PrivateKey vector_recipient() {
  return *Sm2PrivateKey::from_scalar(
      SecretBytes(*from_hex("5cbd96822bb1491ec835ae9c09d4d3825e30bd9955e3c7031fbbe0e72d6fddf6")));
}

std::filesystem::path vectors() {
  const char* folder = std::getenv("YX_VECTORS");
  return folder != nullptr ? folder : "../shared/vectors";
}

Bytes file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(EnvelopedKey, what_is_wrapped_for_a_signing_key_opens_with_it_alone) {
  SystemRandom random;
  const Sm2PrivateKey token = Sm2PrivateKey::generate(random);
  const Sm2PrivateKey stranger = Sm2PrivateKey::generate(random);
  const Sm2PrivateKey pair = Sm2PrivateKey::generate(random);
  const auto envelope = envelope_key(token.public_key(), pair, random);
  ASSERT_TRUE(envelope);
  const auto read = EnvelopedKey::parse(envelope->to_der());
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->to_der(), envelope->to_der());
  const auto opened = open_enveloped_key(*read, token);
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_TRUE(opened->scalar().equals(pair.scalar()));
  const auto refused = open_enveloped_key(*read, stranger);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
}

TEST(EnvelopedKey, a_private_key_that_is_not_the_named_public_keys_is_refused) {
  SystemRandom random;
  const Sm2PrivateKey token = Sm2PrivateKey::generate(random);
  auto envelope = envelope_key(token.public_key(), Sm2PrivateKey::generate(random), random);
  ASSERT_TRUE(envelope);
  envelope->public_key = Sm2PrivateKey::generate(random).public_key();
  const auto opened = open_enveloped_key(*envelope, token);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
}

TEST(EnvelopedKey, the_bare_sm4_identifier_is_read_as_ecb_and_cbc_is_refused) {
  SystemRandom random;
  const Sm2PrivateKey token = Sm2PrivateKey::generate(random);
  const auto envelope = envelope_key(token.public_key(), Sm2PrivateKey::generate(random), random);
  ASSERT_TRUE(envelope);
  const auto with = [&](std::string_view algorithm, bool null) {
    return asn1::sequence([&](asn1::Writer& out) {
      out.sequence([&](asn1::Writer& id) {
        id.object_id(asn1::ObjectId(algorithm));
        if (null) {
          id.null();
        }
      });
      out.raw(envelope->wrapped_key.to_der());
      out.bit_string(envelope->public_key.point());
      out.bit_string(envelope->encrypted_private_key);
    });
  };
  for (const bool null : {true, false}) {
    const auto bare = EnvelopedKey::parse(with("1.2.156.10197.1.104", null));
    ASSERT_TRUE(bare) << bare.error().describe();
    EXPECT_TRUE(open_enveloped_key(*bare, token));
  }
  const auto cbc = EnvelopedKey::parse(with("1.2.156.10197.1.104.2", true));
  ASSERT_FALSE(cbc);
  EXPECT_EQ(cbc.error().code, ErrorCode::unsupported);
}

TEST(EnvelopedKey, every_shortened_envelope_is_refused) {
  SystemRandom random;
  const Sm2PrivateKey token = Sm2PrivateKey::generate(random);
  const auto envelope = envelope_key(token.public_key(), Sm2PrivateKey::generate(random), random);
  ASSERT_TRUE(envelope);
  const Bytes der = envelope->to_der();
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(EnvelopedKey::parse(BytesView(der).first(size))) << size;
  }
  EXPECT_FALSE(EnvelopedKey::parse(concat({der, bytes_of("x")})));
}

TEST(EnvelopedKey, the_published_malformed_envelopes_are_refused) {
  const auto folder = vectors() / "enveloped";
  if (!std::filesystem::exists(folder)) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "the test vectors are missing";
    GTEST_SKIP() << "no test vectors at " << folder;
  }
  const Sm2PrivateKey recipient = vector_recipient();
  for (const char* name : {"neg_invalidASN1.der", "neg_invalidOID.der"}) {
    const Bytes der = file(folder / name);
    ASSERT_FALSE(der.empty()) << name;
    EXPECT_FALSE(EnvelopedKey::parse(der)) << name;
  }
  // The CBC one fails for its identifier alone: with the identifier set right its other parts do open.
  Bytes repaired = file(folder / "neg_invalidOID.der");
  ASSERT_EQ(repaired[14], 2);
  repaired[14] = 1;
  const auto envelope = EnvelopedKey::parse(repaired);
  ASSERT_TRUE(envelope) << envelope.error().describe();
  EXPECT_TRUE(open_enveloped_key(*envelope, recipient));
}

}  // namespace
}  // namespace yinxin::crypto
