// What was made, as its requester reads it: by account, with what the responder says of each certificate now.

#include "crypto/testing/little_ca.h"
#include "street/http_street.h"

namespace yinxin::street_test {
namespace {

using x509::CertStatus;
using x509::RevocationReason;

class Certificates : public StreetOverHttp {
 protected:
  api::StatusOf status_of() override {
    return [this](const std::vector<x509::Certificate>& asked) {
      asked_ = asked.size();
      return told_;
    };
  }
  // Submitted, made, and told by the desk.
  void lead_to_made(int signing_days = 365) {
    ASSERT_NO_FATAL_FAILURE(open_page());
    fill_in();
    const auto made = [this](std::uint8_t serial, int to_day) {
      return testing::issued({.subject = testing::name("样例公司"), .to_day = to_day, .serial = serial}, ca_)
          .certificate.der();
    };
    signing_ = made(0x21, signing_days);
    encryption_ = made(0x22, 365);
    hall::DeskNews news{.id = id_, .state = hall::CaseState::ready};
    news.made = {{.line = 1,
                  .token = "YX00000001",
                  .signing = signing_,
                  .encryption = encryption_,
                  .seal = hall::MadeSeal{.id = "4403000001",
                                         .name = "样例公司公章",
                                         .valid_from = testing::day(0),
                                         .valid_until = testing::day(200)}}};
    ASSERT_TRUE(street_->hear_desk(news));
  }
  boost::json::object only_line() {
    const Told told = call(Method::get, "/api/v1/certificates");
    EXPECT_EQ(told.status, 200);
    const auto& list = told.json.at("certificates").as_array();
    EXPECT_EQ(list.size(), 1U);
    return list.empty() ? boost::json::object() : list.at(0).as_object();
  }
  static std::string state_of(const boost::json::object& line, const char* part) {
    return std::string(line.at(part).at("state").at("code").as_string());
  }
  std::string state_now(CertStatus status, RevocationReason reason = RevocationReason::unspecified) {
    told_.assign(2, {.status = status, .revoked_at = clock_.now(), .reason = reason});
    return state_of(only_line(), "signing");
  }

  testing::Party ca_ = testing::self_signed(testing::ca_profile("签发机构"));
  Bytes signing_, encryption_;
  std::vector<api::StatusTold> told_;
  std::size_t asked_ = 0;
};

TEST_F(Certificates, StandWithTheirTokenAndSealAndOutliveTheNextWordOfTheDesk) {
  ASSERT_NO_FATAL_FAILURE(lead_to_made());
  told_.assign(2, {.status = CertStatus::good, .revoked_at = {}, .reason = {}});
  // The case goes on; what was made is not told again.
  ASSERT_TRUE(street_->hear_desk({.id = id_, .state = hall::CaseState::shipped, .waybill = "SF1"}));
  const auto line = only_line();
  EXPECT_EQ(asked_, 2U);
  EXPECT_EQ(line.at("token").as_string(), "YX00000001");
  EXPECT_EQ(line.at("unit").as_string(), answers_["unit_name"]);
  EXPECT_EQ(line.at("seal").at("id").as_string(), "4403000001");
  EXPECT_EQ(line.at("signing").at("serial").as_string(), "1021");
  EXPECT_EQ(state_of(line, "signing"), "in_force");
  EXPECT_EQ(state_of(line, "seal"), "in_force");
  EXPECT_TRUE(line.at("signing").at("revoked_at").is_null());
  const Told file = call(Method::get, path("/lines/1/certificates/encryption"));
  EXPECT_EQ(file.status, 200);
  for (const char* none :
       {"/lines/2/certificates/signing", "/lines/1/certificates/seal", "/lines/01/certificates/signing"}) {
    EXPECT_EQ(call(Method::get, path(none)).status, 404) << none;
  }
}

TEST_F(Certificates, EachStateIsToldAndNothingIsClaimedThatIsNotKnown) {
  ASSERT_NO_FATAL_FAILURE(lead_to_made(30));
  EXPECT_EQ(state_now(CertStatus::revoked, RevocationReason::certificate_hold), "on_hold");
  EXPECT_EQ(state_now(CertStatus::good), "in_force");
  EXPECT_EQ(only_line().at("signing").at("days_left").as_int64(), 10) << "the tenth has begun";
  EXPECT_EQ(state_now(CertStatus::unknown), "unknown");
  EXPECT_EQ(state_now(CertStatus::revoked, RevocationReason::key_compromise), "revoked");
  EXPECT_FALSE(only_line().at("signing").at("revoked_at").is_null());
  told_.clear();
  EXPECT_EQ(state_of(only_line(), "signing"), "unknown") << "no answer is no good word";
  told_.assign(1, {.status = CertStatus::good, .revoked_at = {}, .reason = {}});
  EXPECT_EQ(state_of(only_line(), "encryption"), "unknown") << "an answer about one is none about the other";
  clock_.advance(std::chrono::hours(24) * 11);
  cookie_ = sign_in_again();
  EXPECT_EQ(state_now(CertStatus::good), "expired");
  EXPECT_EQ(state_now(CertStatus::revoked, RevocationReason::certificate_hold), "expired");
  EXPECT_EQ(state_now(CertStatus::revoked, RevocationReason::superseded), "revoked");
  EXPECT_EQ(only_line().at("signing").at("days_left").as_int64(), 0);
}

TEST_F(Certificates, AreTheirAccountsAlone) {
  ASSERT_NO_FATAL_FAILURE(lead_to_made());
  cookie_.clear();
  EXPECT_EQ(call(Method::get, "/api/v1/certificates").status, 401);
  EXPECT_EQ(call(Method::get, path("/lines/1/certificates/signing")).status, 401);
  cookie_ = sign_in_again("13900139000");
  EXPECT_TRUE(call(Method::get, "/api/v1/certificates").json.at("certificates").as_array().empty());
  EXPECT_EQ(call(Method::get, path("/lines/1/certificates/signing")).status, 404);
}

}  // namespace
}  // namespace yinxin::street_test
