// What CRLs and OCSP answers make of a certificate.

#include <gtest/gtest.h>

#include "crypto/testing/little_ca.h"

namespace yinxin::x509 {
namespace {

using namespace yinxin::testing;

class Status : public ::testing::Test {
 protected:
  Party root_ = self_signed(ca_profile("root"));
  Party leaf_ = issued(leaf_profile("leaf"), root_);
  TrustStore store_{.anchors = {root_.certificate}, .intermediates = {}, .crls = {}, .ocsp_responses = {}};

  [[nodiscard]] Profile responder_profile() const {
    Profile profile = leaf_profile("ocsp");
    profile.purposes = {oid::eku_ocsp_signing()};
    profile.serial = 0x77;
    return profile;
  }
  [[nodiscard]] RevokedEntry revoked(int on_day, RevocationReason reason = RevocationReason::key_compromise) const {
    return {leaf_.certificate.serial(), day(on_day), reason};
  }
  [[nodiscard]] PathReport judge(int on_day, std::optional<Instant> not_older_than = {}) const {
    return validate_path(leaf_.certificate, store_,
                         {.at = day(on_day), .require_status = true, .status_not_older_than = not_older_than});
  }
  void answer(Party& responder, CertStatus status, int as_of, int revoked_day = 0,
              RevocationReason reason = RevocationReason::unspecified, bool with_certificate = true) {
    store_.ocsp_responses.push_back(
        ocsp(responder, {status_of(root_.certificate, leaf_.certificate, status, as_of, revoked_day, reason)}, as_of,
             with_certificate ? std::vector<Bytes>{responder.certificate.der()} : std::vector<Bytes>{}));
  }
};

TEST_F(Status, IsUnknownWithoutAnyAnswer) { EXPECT_TRUE(judge(1).has(PathProblem::status_unknown)); }

TEST_F(Status, AListWithoutTheSerialSaysGood) {
  store_.crls = {crl(root_, {}, 1)};
  EXPECT_TRUE(judge(2).valid());
  EXPECT_EQ(judge(2).statuses.at(0).as_of, day(1));
}

TEST_F(Status, RevocationCountsFromItsMoment) {
  store_.crls = {crl(root_, {revoked(5)}, 6)};
  EXPECT_TRUE(judge(4).valid()) << "a document sealed before is still good";
  EXPECT_TRUE(judge(5).has(PathProblem::revoked)) << "the moment itself is too late";
  EXPECT_TRUE(judge(9).has(PathProblem::revoked));
  EXPECT_EQ(judge(9).statuses.at(0).reason, RevocationReason::key_compromise);
}

TEST_F(Status, AHoldIsSaidAsAHoldAndEndsWithANewerAnswer) {
  store_.crls = {crl(root_, {revoked(5, RevocationReason::certificate_hold)}, 6)};
  EXPECT_TRUE(judge(7).has(PathProblem::on_hold));
  EXPECT_FALSE(judge(7).has(PathProblem::revoked));
  store_.crls.push_back(crl(root_, {}, 8, 2));
  EXPECT_TRUE(judge(9).valid());
}

TEST_F(Status, OfTwoAnswersOfOneMomentTheRevocationCounts) {
  store_.crls = {crl(root_, {}, 6, 1), crl(root_, {revoked(5)}, 6, 2)};
  EXPECT_TRUE(judge(7).has(PathProblem::revoked));
  std::swap(store_.crls[0], store_.crls[1]);
  EXPECT_TRUE(judge(7).has(PathProblem::revoked));
}

TEST_F(Status, AStaleAnswerIsNoAnswerWhenFreshnessIsAskedFor) {
  store_.crls = {crl(root_, {}, 1)};
  EXPECT_TRUE(judge(9, day(8)).has(PathProblem::status_unknown));
  EXPECT_TRUE(judge(9, day(1)).valid());
}

TEST_F(Status, AForeignOrTamperedListIsNoAnswer) {
  Party impostor = self_signed(ca_profile("root"));
  store_.crls = {crl(impostor, {revoked(1)}, 2)};
  EXPECT_TRUE(judge(3).has(PathProblem::status_unknown));
  Bytes der = crl(root_, {revoked(1)}, 2).der();
  for (std::size_t i = 0; i < der.size(); ++i) {
    der[i] ^= 1;
    if (auto changed = CertificateList::parse(der)) {
      store_.crls = {std::move(*changed)};
      EXPECT_TRUE(judge(3).has(PathProblem::status_unknown)) << "byte " << i;
    }
    der[i] ^= 1;
  }
}

TEST_F(Status, AnIssuerWithoutCrlSignMakesNoLists) {
  Profile only_certificates = ca_profile("only certificates");
  only_certificates.usage = bits({KeyUsage::key_cert_sign});
  root_ = self_signed(only_certificates);
  leaf_ = issued(leaf_profile("leaf"), root_);
  store_.anchors = {root_.certificate};
  store_.crls = {crl(root_, {}, 1)};
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, AListKeepsItsEntriesNumbersAndReasons) {
  std::vector<RevokedEntry> entries;
  for (const auto reason :
       {RevocationReason::unspecified, RevocationReason::key_compromise, RevocationReason::ca_compromise,
        RevocationReason::affiliation_changed, RevocationReason::superseded, RevocationReason::cessation_of_operation,
        RevocationReason::certificate_hold, RevocationReason::remove_from_crl, RevocationReason::privilege_withdrawn,
        RevocationReason::aa_compromise}) {
    entries.push_back({{0x20, static_cast<std::uint8_t>(0x30 - static_cast<int>(reason))}, day(-5), reason});
  }
  const CertificateList list = crl(root_, entries, 1, 9);
  EXPECT_EQ(list.entries().size(), entries.size());
  for (const RevokedEntry& entry : entries) {
    const RevokedEntry* found = list.find(entry.serial);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->reason, entry.reason);
    EXPECT_EQ(*reason_of_name(name_of(entry.reason)), entry.reason);
  }
  EXPECT_EQ(list.find(Bytes{0x20, 0x31}), nullptr);
  EXPECT_EQ(list.number(), Bytes{9});
  EXPECT_EQ(list.next_update(), day(8));
  EXPECT_FALSE(list.is_delta() || list.is_partial() || list.has_unknown_critical());
  EXPECT_FALSE(reason_of_number(7));
}

TEST_F(Status, AnIssuersOwnOcspAnswerCounts) {
  answer(root_, CertStatus::good, 1, 0, RevocationReason::unspecified, false);
  EXPECT_TRUE(judge(2).valid());
}

TEST_F(Status, ADelegatesAnswersCount) {
  Party delegate = issued(responder_profile(), root_);
  answer(delegate, CertStatus::good, 1);
  EXPECT_TRUE(judge(2).valid());
  answer(delegate, CertStatus::revoked, 3, 2, RevocationReason::certificate_hold);
  EXPECT_TRUE(judge(4).has(PathProblem::on_hold));
  answer(delegate, CertStatus::revoked, 5, 2, RevocationReason::key_compromise);
  EXPECT_TRUE(judge(6).has(PathProblem::revoked));
  EXPECT_TRUE(judge(1).valid()) << "before the revocation";
}

TEST_F(Status, AnUnknownAnswerIsNoAnswer) {
  Party delegate = issued(responder_profile(), root_);
  answer(delegate, CertStatus::unknown, 1);
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, ADelegateWithoutItsPurposeIsRefused) {
  Profile wrong = responder_profile();
  wrong.purposes = {oid::eku_client_auth()};
  Party delegate = issued(wrong, root_);
  answer(delegate, CertStatus::good, 1);
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, ADelegateOutOfForceIsRefused) {
  Profile old = responder_profile();
  old.to_day = 0;
  Party delegate = issued(old, root_);
  answer(delegate, CertStatus::good, 1);
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, ADelegateOfAnotherAuthorityIsRefused) {
  Party other = self_signed(ca_profile("root"));
  Party delegate = issued(responder_profile(), other);
  answer(delegate, CertStatus::good, 1);
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, ADelegateWhoseCertificateIsNotSentIsUnknown) {
  Party delegate = issued(responder_profile(), root_);
  answer(delegate, CertStatus::good, 1, 0, RevocationReason::unspecified, false);
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, AnAnswerAboutAnotherSerialIsNoAnswer) {
  Profile second = leaf_profile("second");
  second.serial = 0x55;
  const Party other = issued(second, root_);
  store_.ocsp_responses = {ocsp(root_, {status_of(root_.certificate, other.certificate, CertStatus::good, 1)}, 1, {})};
  EXPECT_TRUE(judge(2).has(PathProblem::status_unknown));
}

TEST_F(Status, ResponsesAndRequestsRoundTrip) {
  const CertId id = CertId::of(root_.certificate, leaf_.certificate.serial());
  const Bytes nonce = asn1::Writer().octet_string(Bytes(16, 7)).take();
  const auto request = OcspRequest::parse(build_ocsp_request({id, id}, nonce));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->questions.size(), 2U);
  EXPECT_EQ(request->nonce, nonce);
  EXPECT_TRUE(request->questions[0].names_issuer(root_.certificate));
  EXPECT_FALSE(request->questions[0].names_issuer(leaf_.certificate));
  const auto response = OcspResponse::parse(
      ocsp_bytes(root_, {status_of(root_.certificate, leaf_.certificate, CertStatus::good, 1)}, 1, {}, nonce));
  EXPECT_EQ(response->nonce(), nonce);
  for (const auto status : {OcspResponseStatus::malformed_request, OcspResponseStatus::internal_error,
                            OcspResponseStatus::try_later, OcspResponseStatus::unauthorized}) {
    const auto failed = OcspResponse::parse(failed_ocsp_response(status));
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->status(), status);
    EXPECT_FALSE(failed->is_authorised(root_.certificate, day(1)));
  }
}

TEST_F(Status, RequestsBeyondTheLimitsAreRefused) {
  const CertId id = CertId::of(root_.certificate, leaf_.certificate.serial());
  EXPECT_TRUE(OcspRequest::parse(build_ocsp_request(std::vector(max_ocsp_request_entries, id), {})));
  EXPECT_FALSE(OcspRequest::parse(build_ocsp_request(std::vector(max_ocsp_request_entries + 1, id), {})));
  EXPECT_FALSE(OcspRequest::parse(build_ocsp_request({}, {})));
  EXPECT_FALSE(OcspRequest::parse(build_ocsp_request({id}, Bytes(max_ocsp_nonce_size + 3, 1))));
  EXPECT_FALSE(OcspRequest::parse(build_ocsp_request({id}, Bytes())));
  EXPECT_FALSE(OcspRequest::parse(Bytes(max_ocsp_request_size + 1, 0x30)));
}

TEST_F(Status, ResponsesBeyondTheLimitsAreRefused) {
  const SingleResponse good = status_of(root_.certificate, leaf_.certificate, CertStatus::good, 1);
  const auto with = [&](std::size_t answers, std::size_t certificates) {
    return OcspResponse::parse(
               ocsp_bytes(root_, std::vector(answers, good), 1, std::vector(certificates, root_.certificate.der())))
        .has_value();
  };
  EXPECT_TRUE(with(max_ocsp_answers, max_ocsp_certificates));
  EXPECT_FALSE(with(max_ocsp_answers + 1, 0));
  EXPECT_FALSE(with(1, max_ocsp_certificates + 1));
}

}  // namespace
}  // namespace yinxin::x509
