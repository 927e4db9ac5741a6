#include <gtest/gtest.h>

#include "crypto/cms/enveloped_data.h"
#include "crypto/testing/little_ca.h"

namespace yinxin::cms {
namespace {

using namespace yinxin::testing;

constexpr std::string_view content = "两名审核人员的同意";

class Message : public ::testing::Test {
 protected:
  Party root_ = self_signed(ca_profile("root"));
  Party leaf_ = issued(leaf_profile("leaf"), root_);
  SystemRandom random_;

  [[nodiscard]] static SigningOptions plain(Family family, bool attached = true, bool attributes = true) {
    return {.family = family,
            .content_type = {},
            .attached = attached,
            .signing_time = day(1),
            .with_attributes = attributes,
            .include_certificate = true,
            .more_certificates = {},
            .more_attributes = {}};
  }
  Bytes signed_message(const SigningOptions& options) {
    auto message = sign(bytes_of(content), leaf_.certificate, leaf_.signer, options);
    EXPECT_TRUE(message) << message.error().describe();
    return std::move(*message);
  }
  static std::optional<SignerProblem> problem(BytesView der, const std::optional<BytesView>& detached = {}) {
    const auto message = SignedData::parse(der);
    EXPECT_TRUE(message) << message.error().describe();
    EXPECT_EQ(message->signers.size(), 1U);
    return check_signer(*message, message->signers.front(), detached).problem;
  }
};

TEST_F(Message, OfEitherFamilyVerifiesAttachedAndDetachedWithAndWithoutAttributes) {
  for (const Family family : {Family::gm, Family::rfc}) {
    for (const bool attributes : {true, false}) {
      const Bytes attached = signed_message(plain(family, true, attributes));
      EXPECT_EQ(problem(attached), std::nullopt);
      const auto parsed_back = SignedData::parse(attached);
      EXPECT_EQ(parsed_back->family, family);
      EXPECT_EQ(parsed_back->content, to_bytes(bytes_of(content)));
      EXPECT_EQ(parsed_back->signers[0].signing_time(), attributes ? std::optional(day(1)) : std::nullopt);
      const Bytes detached = signed_message(plain(family, false, attributes));
      EXPECT_EQ(problem(detached, bytes_of(content)), std::nullopt);
      EXPECT_EQ(problem(detached), SignerProblem::content_missing);
      EXPECT_EQ(problem(detached, bytes_of("other")),
                attributes ? SignerProblem::digest_mismatch : SignerProblem::signature_broken);
    }
  }
}

TEST_F(Message, EveryFlippedBitOfWhatIsSignedIsNoticed) {
  const Bytes der = signed_message(plain(Family::gm));
  const auto is_sound = [&](BytesView changed) {
    const auto message = SignedData::parse(changed);
    return message && message->signers.size() == 1 && message->content == to_bytes(bytes_of(content)) &&
           !check_signer(*message, message->signers[0]).problem &&
           message->certificate_of(message->signers[0])->public_key() == leaf_.certificate.public_key();
  };
  ASSERT_TRUE(is_sound(der));
  const auto original = SignedData::parse(der);
  const Bytes attributes = *original->signers[0].signed_attributes;
  const auto at = std::search(der.begin(), der.end(), attributes.begin() + 1, attributes.end());
  ASSERT_NE(at, der.end());
  for (auto i = static_cast<std::size_t>(at - der.begin()); i < der.size(); ++i) {
    Bytes changed = der;
    changed[i] ^= 1;
    EXPECT_FALSE(is_sound(changed)) << "byte " << i;
  }
}

TEST_F(Message, WithoutItsCertificateSaysSo) {
  SigningOptions options = plain(Family::gm);
  options.include_certificate = false;
  EXPECT_EQ(problem(signed_message(options)), SignerProblem::no_certificate);
  options.more_certificates = {root_.certificate.der()};
  EXPECT_EQ(problem(signed_message(options)), SignerProblem::no_certificate);
}

TEST_F(Message, IsNotSignedWithAnothersKey) {
  EXPECT_EQ(sign(bytes_of(content), root_.certificate, leaf_.signer, plain(Family::gm)).error().code,
            ErrorCode::precondition);
}

TEST_F(Message, OfAStatementCarriesItsTypeInSignedAttributes) {
  SigningOptions options = plain(Family::gm, true, false);
  options.content_type = oid::statement_approval();
  const Bytes der = signed_message(options);
  EXPECT_EQ(problem(der), std::nullopt);
  const auto message = SignedData::parse(der);
  EXPECT_TRUE(message->signers[0].signed_attributes.has_value()) << "a must when the content is not plain data";
  SignedData renamed = *message;
  renamed.content_type = oid::statement_permit();
  EXPECT_EQ(check_signer(renamed, renamed.signers[0]).problem, SignerProblem::content_type_mismatch);
}

// A signature over attributes must not pass as one over content that happens to be those attributes' bytes, relabelled
// as a statement (RFC 5652 5.3: attributes are a must for every type but data).
TEST_F(Message, AStatementWithoutSignedAttributesIsRefused) {
  SignedData message = *SignedData::parse(signed_message(plain(Family::gm, true, false)));
  EXPECT_EQ(check_signer(message, message.signers[0]).problem, std::nullopt);
  message.content_type = oid::statement_approval();
  EXPECT_EQ(check_signer(message, message.signers[0]).problem, SignerProblem::content_type_mismatch);
}

TEST_F(Message, FurtherAttributesAreSignedAndFound) {
  SigningOptions options = plain(Family::rfc);
  const Bytes value = asn1::Writer().octet_string(Bytes(32, 4)).take();
  options.more_attributes = {{oid::permit_hash(), value}};
  const auto message = SignedData::parse(signed_message(options));
  EXPECT_EQ(message->signers[0].find_signed_attribute(oid::permit_hash()), value);
  EXPECT_EQ(message->signers[0].find_signed_attribute(oid::common_name()), std::nullopt);
}

TEST_F(Message, BeyondItsLimitsIsRefused) {
  SigningOptions options = plain(Family::gm);
  options.more_certificates.assign(max_certificates - 1, root_.certificate.der());
  EXPECT_TRUE(SignedData::parse(signed_message(options)));
  options.more_certificates.push_back(root_.certificate.der());
  EXPECT_FALSE(SignedData::parse(signed_message(options)));
}

// Every constructed element with an indefinite length.
Bytes indefinite(BytesView der) {
  Bytes out;
  asn1::Reader reader(der);
  while (!reader.at_end()) {
    const auto element = reader.any();
    if ((element->tag & 0x20) == 0) {
      append(out, element->whole);
    } else {
      append(out, concat({Bytes{element->tag, 0x80}, indefinite(element->content), Bytes{0, 0}}));
    }
  }
  return out;
}

TEST_F(Message, InBerIsReadByTheLooseReaderOnly) {
  const Bytes der = signed_message(plain(Family::rfc));
  const Bytes ber = indefinite(der);
  EXPECT_FALSE(SignedData::parse(ber));
  EXPECT_EQ(*definite_lengths(ber), der);
  EXPECT_EQ(*definite_lengths(der), der);
  EXPECT_TRUE(SignedData::parse_ber(ber));
  for (std::size_t size = 0; size < ber.size(); ++size) {
    EXPECT_FALSE(definite_lengths(BytesView(ber).first(size))) << size;
  }
  const Bytes segments = *from_hex("24800401410401420401430000");
  EXPECT_EQ(to_hex(*definite_lengths(segments)), "0403414243");
  EXPECT_FALSE(definite_lengths(*from_hex("04800000"))) << "a primitive has no indefinite length";
  EXPECT_FALSE(definite_lengths(Bytes(2 * asn1::max_depth + 2, 0x30)));
  Bytes deep;
  for (std::size_t i = 0; i < 10000; ++i) {
    append(deep, Bytes{0x30, 0x80});
  }
  EXPECT_FALSE(definite_lengths(deep));
}

class Envelope : public Message {
 protected:
  Party holder_ = issued(holder_profile(), root_);

  static Profile holder_profile() {
    Profile profile = leaf_profile("holder");
    profile.serial = 0x44;
    return profile;
  }
};

TEST_F(Envelope, OpensForEachRecipientAndNobodyElse) {
  for (const Family family : {Family::gm, Family::rfc}) {
    const Bytes der = *envelop(bytes_of(content), {leaf_.certificate, holder_.certificate}, family, random_);
    const auto message = EnvelopedData::parse(der);
    ASSERT_TRUE(message) << message.error().describe();
    EXPECT_EQ(message->family, family);
    EXPECT_FALSE(message->is_signed);
    for (const Party* recipient : {&leaf_, &holder_}) {
      const auto opened = open(*message, recipient->certificate, recipient->signer.key());
      ASSERT_TRUE(opened) << opened.error().describe();
      EXPECT_EQ(to_bytes(opened->expose()), to_bytes(bytes_of(content)));
    }
    EXPECT_EQ(open(*message, leaf_.certificate, holder_.signer.key()).error().code, ErrorCode::corrupt);
    Profile third = leaf_profile("third");
    third.serial = 0x45;
    const Party stranger = issued(third, root_);
    EXPECT_EQ(open(*message, stranger.certificate, stranger.signer.key()).error().code, ErrorCode::not_found);
  }
}

TEST_F(Envelope, RefusesNobodyAndTamperedKeys) {
  EXPECT_FALSE(envelop(bytes_of(content), {}, Family::gm, random_));
  auto message = EnvelopedData::parse(*envelop(bytes_of(content), {leaf_.certificate}, Family::gm, random_));
  message->recipients[0].encrypted_key.hash[0] ^= 1;
  EXPECT_EQ(open(*message, leaf_.certificate, leaf_.signer.key()).error().code, ErrorCode::corrupt);
}

TEST_F(Envelope, EmptyAndLongContentsRoundTrip) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 100000U}) {
    const Bytes plain(size, 0x5a);
    const auto message = EnvelopedData::parse(*envelop(plain, {leaf_.certificate}, Family::gm, random_));
    ASSERT_TRUE(message);
    EXPECT_EQ(to_bytes(open(*message, leaf_.certificate, leaf_.signer.key())->expose()), plain);
  }
}

}  // namespace
}  // namespace yinxin::cms
