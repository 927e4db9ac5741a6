#include "crypto/tsp/time_stamp.h"

#include <gtest/gtest.h>

#include "crypto/testing/little_ca.h"

namespace yinxin::tsp {
namespace {

using namespace yinxin::testing;

class Stamp : public ::testing::Test {
 protected:
  Party root_ = self_signed(ca_profile("root"));
  Party tsa_ = issued(tsa_profile(), root_);
  TstInfo info_{.policy = oid::policy_demo(),
                .imprint = Imprint::sm3_of(bytes_of("a document")),
                .serial = {0x12},
                .time = day(1),
                .nonce = Bytes{0x00, 0x99}};

  static Profile tsa_profile() {
    Profile profile = leaf_profile("TSA");
    profile.purposes = {oid::eku_time_stamping()};
    return profile;
  }
  static std::vector<TokenProblem> problems(BytesView token, std::string_view document = "a document") {
    const auto parsed = TimeStampToken::parse(token);
    EXPECT_TRUE(parsed) << parsed.error().describe();
    return check_token(*parsed, bytes_of(document)).problems;
  }
};
using Problems = std::vector<TokenProblem>;

TEST_F(Stamp, HoldsForItsDocumentOnly) {
  const Bytes token = *make_token(info_, tsa_.certificate, tsa_.signer, true);
  EXPECT_EQ(problems(token), Problems{});
  EXPECT_EQ(problems(token, "another"), Problems{TokenProblem::imprint});
  const auto parsed = TimeStampToken::parse(token);
  EXPECT_EQ(parsed->info.time, day(1));
  EXPECT_EQ(parsed->info.nonce, info_.nonce);
  EXPECT_EQ(parsed->info.serial, info_.serial);
  EXPECT_EQ(parsed->info.policy, info_.policy);
}

TEST_F(Stamp, WithoutACertificateCannotBeChecked) {
  EXPECT_EQ(problems(*make_token(info_, tsa_.certificate, tsa_.signer, false)), Problems{TokenProblem::no_certificate});
}

TEST_F(Stamp, NeedsACertificateForStamping) {
  Party other = issued(leaf_profile("no TSA"), root_);
  EXPECT_EQ(problems(*make_token(info_, other.certificate, other.signer, true)),
            Problems{TokenProblem::certificate_purpose});
}

TEST_F(Stamp, NamesItsCertificate) {
  // The same key, name and serial number in a second certificate, put in the place of the first.
  Profile longer = tsa_profile();
  longer.to_day = 999;
  const x509::Certificate second = certify(longer, tsa_.signer.public_key(), root_);
  auto token = *TimeStampToken::parse(*make_token(info_, tsa_.certificate, tsa_.signer, true));
  token.message.certificates = {second};
  EXPECT_EQ(check_token(token, bytes_of("a document")).problems, Problems{TokenProblem::certificate_not_named});
}

TEST_F(Stamp, ChangedAnywhereInsideIsBroken) {
  const Bytes token = *make_token(info_, tsa_.certificate, tsa_.signer, true);
  const Bytes info = info_.to_der();
  const auto at = std::search(token.begin(), token.end(), info.begin(), info.end());
  ASSERT_NE(at, token.end());
  for (std::size_t i = 0; i < info.size(); ++i) {
    Bytes changed = token;
    changed[static_cast<std::size_t>(at - token.begin()) + i] ^= 1;
    const auto parsed = TimeStampToken::parse(changed);
    EXPECT_FALSE(parsed && check_token(*parsed, bytes_of("a document")).problems.empty()) << "byte " << i;
  }
}

TEST_F(Stamp, RequestsRoundTripAndHaveLimits) {
  for (const bool all : {true, false}) {
    const TimeStampRequest request{.imprint = info_.imprint,
                                   .policy = all ? std::optional(info_.policy) : std::nullopt,
                                   .nonce = all ? info_.nonce : std::nullopt,
                                   .want_certificate = all};
    const auto again = TimeStampRequest::parse(request.to_der());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->imprint, request.imprint);
    EXPECT_EQ(again->policy, request.policy);
    EXPECT_EQ(again->nonce, request.nonce);
    EXPECT_EQ(again->want_certificate, request.want_certificate);
  }
  TimeStampRequest request{.imprint = info_.imprint, .policy = {}, .nonce = Bytes(max_nonce_size + 1, 1)};
  EXPECT_FALSE(TimeStampRequest::parse(request.to_der()));
  request.nonce.reset();
  request.imprint.digest.pop_back();
  EXPECT_FALSE(TimeStampRequest::parse(request.to_der())) << "an SM3 imprint has 32 octets";
  EXPECT_FALSE(TimeStampRequest::parse(Bytes(max_request_size + 1, 0x30)));
}

TEST_F(Stamp, ResponsesCarryTheTokenOrTheReason) {
  const Bytes token = *make_token(info_, tsa_.certificate, tsa_.signer, true);
  EXPECT_EQ(*token_of_response(granted_response(token)), token);
  const auto refused = token_of_response(rejected_response(TspFailure::bad_algorithm, "use SM3"));
  EXPECT_EQ(refused.error().code, ErrorCode::declined_by_outside);
  EXPECT_NE(refused.error().describe().find("use SM3"), std::string::npos);
}

}  // namespace
}  // namespace yinxin::tsp
