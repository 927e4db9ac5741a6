// Who gets a session at the desk, and how long it lasts.

#include "api/session/officer_sessions.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/oids.h"
#include "trust/testing/office.h"

namespace yinxin::api {
namespace {

using namespace std::chrono_literals;

const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();
constexpr std::string_view origin = "https://desk.example:8444";

class Sessions : public ::testing::Test {
 protected:
  trust::testing::Holder login_of(
      trust::Role role, const std::function<void(trust::testing::OfficerWish&)>& change = [](auto&) {},
      bool rogue = false) {
    auto wish = office_.approving("登录人", role, trust::testing::ids::registration);
    wish.purpose = oid::eku_officer_login();
    change(wish);
    return office_.make(wish, rogue);
  }
  OfficerSessions::Login signed_by(const trust::testing::Holder& holder, std::string_view at = origin) {
    const std::string nonce = sessions_.challenge().nonce;
    return {.certificate = holder.certificate.der(),
            .signature = holder.signer->sign(bytes_of(desk_login_words(at, nonce))).value().to_der(),
            .nonce = nonce};
  }
  void expect_refused(const OfficerSessions::Login& login, ErrorCode code, std::string_view word) {
    const auto in = sessions_.sign_in(login, origin);
    ASSERT_FALSE(in);
    EXPECT_EQ(in.error().code, code);
    EXPECT_EQ(in.error().detail, word);
  }

  SetClock clock_{moment};
  SystemRandom random_;
  trust::testing::Office office_{moment};
  std::vector<Bytes> revoked_;
  bool list_is_there_ = true;
  OfficerSessions sessions_{{.clock = clock_,
                             .random = random_,
                             .roles_ca = office_.roles_ca.certificate(),
                             .roles_list = [this]() -> Result<x509::CertificateList> {
                               if (!list_is_there_) {
                                 return fail(ErrorCode::internal, "no list");
                               }
                               return office_.roles_ca.crl(revoked_, clock_.now());
                             }}};
};

TEST_F(Sessions, AnOfficersLoginKeyOpensOneThatSaysRoleAndPerson) {
  const auto holder = login_of(trust::Role::review_officer);
  const auto in = sessions_.sign_in(signed_by(holder), origin);
  ASSERT_TRUE(in) << in.error().describe();
  const auto session = sessions_.find(in->token.expose());
  ASSERT_TRUE(session);
  EXPECT_EQ(session->role, trust::Role::review_officer);
  EXPECT_EQ(session->actor().role, hall::By::review_officer);
  EXPECT_EQ(session->person, to_hex(trust::officer_of(holder.certificate)->person.value));
  sessions_.sign_out(in->token.expose());
  EXPECT_EQ(sessions_.find(in->token.expose()).error().detail, "session.none");
  EXPECT_EQ(sessions_.find(bytes_of("somebody")).error().code, ErrorCode::not_signed_in);
}

TEST_F(Sessions, ACertificateThatIsNotForLoginOrNotOursOrNotGoodNowOpensNone) {
  const auto refused = [&](const trust::testing::Holder& holder) {
    expect_refused(signed_by(holder), ErrorCode::forbidden, "login.certificate");
  };
  refused(office_.registration);  // an approval certificate
  refused(login_of(trust::Role::registration_officer, [](auto& w) { w.critical_purpose = false; }));
  refused(login_of(
      trust::Role::registration_officer, [](auto&) {}, true));  // another CA of the same name
  refused(login_of(trust::Role::registration_officer, [](auto& w) { w.not_before = moment + 1h; }));
  refused(login_of(trust::Role::registration_officer, [](auto& w) { w.not_after = moment - 1h; }));
  const auto holder = login_of(trust::Role::registration_officer);
  revoked_.push_back(to_bytes(holder.certificate.serial()));
  refused(holder);
  auto login = signed_by(holder);
  login.certificate = to_bytes(bytes_of("nonsense"));
  expect_refused(login, ErrorCode::forbidden, "login.certificate");
  list_is_there_ = false;  // without a list nobody is let in
  EXPECT_FALSE(sessions_.sign_in(signed_by(login_of(trust::Role::review_officer)), origin));
}

TEST_F(Sessions, AdministratorsAndCustodiansHaveNoPlaceAtTheDesk) {
  for (const trust::Role role : {trust::Role::system_administrator, trust::Role::custodian}) {
    expect_refused(signed_by(login_of(role)), ErrorCode::forbidden, "login.role");
  }
}

TEST_F(Sessions, ANonceOpensOneSessionWithinTwoMinutes) {
  const auto holder = login_of(trust::Role::registration_officer);
  auto login = signed_by(holder);
  ASSERT_TRUE(sessions_.sign_in(login, origin));
  expect_refused(login, ErrorCode::expired, "login.nonce");
  auto upper = login;
  upper.nonce = ascii_upper(login.nonce);
  upper.signature = holder.signer->sign(bytes_of(desk_login_words(origin, upper.nonce))).value().to_der();
  expect_refused(upper, ErrorCode::expired, "login.nonce");
  login = signed_by(holder);
  clock_.set(moment + challenge_life);
  expect_refused(login, ErrorCode::expired, "login.nonce");
  login = signed_by(holder);
  login.nonce[0] = login.nonce[0] == '0' ? '1' : '0';  // a later hour of its own making
  expect_refused(login, ErrorCode::expired, "login.nonce");
  for (const char* bad : {"", "00", "zz"}) {
    login.nonce = bad;
    expect_refused(login, ErrorCode::expired, "login.nonce");
  }
  login.nonce.assign(max_nonce_text + 2, '0');
  expect_refused(login, ErrorCode::expired, "login.nonce");
}

TEST_F(Sessions, ASignatureForAnotherOriginOrByAnotherKeyOpensNone) {
  const auto holder = login_of(trust::Role::registration_officer);
  expect_refused(signed_by(holder, "https://desk.example.evil"), ErrorCode::forbidden, "login.signature");
  auto login = signed_by(login_of(trust::Role::registration_officer));
  login.certificate = holder.certificate.der();
  expect_refused(login, ErrorCode::forbidden, "login.signature");
  login.signature.clear();
  expect_refused(login, ErrorCode::forbidden, "login.signature");
}

TEST_F(Sessions, OneEndsAfterAPauseAndAfterADayOfWork) {
  const auto in = sessions_.sign_in(signed_by(login_of(trust::Role::registration_officer)), origin);
  ASSERT_TRUE(in);
  clock_.set(moment + desk_idle_life - 1s);
  ASSERT_TRUE(sessions_.find(in->token.expose()));
  clock_.set(clock_.now() + desk_idle_life);
  EXPECT_EQ(sessions_.find(in->token.expose()).error().detail, "session.over");
  EXPECT_EQ(sessions_.find(in->token.expose()).error().detail, "session.none");
  const auto busy = sessions_.sign_in(signed_by(login_of(trust::Role::registration_officer)), origin);
  ASSERT_TRUE(busy);
  const Instant began = clock_.now();
  for (; clock_.now() + 10min < began + desk_session_life; clock_.set(clock_.now() + 10min)) {
    ASSERT_TRUE(sessions_.find(busy->token.expose()));
  }
  clock_.set(began + desk_session_life);
  EXPECT_EQ(sessions_.find(busy->token.expose()).error().code, ErrorCode::not_signed_in);
}

TEST_F(Sessions, ARevokedOfficerIsOutWithinAMinute) {
  const auto holder = login_of(trust::Role::registration_officer);
  const auto in = sessions_.sign_in(signed_by(holder), origin);
  ASSERT_TRUE(in);
  revoked_.push_back(to_bytes(holder.certificate.serial()));
  clock_.set(moment + desk_status_interval);
  EXPECT_EQ(sessions_.find(in->token.expose()).error().detail, "session.over");
}

TEST_F(Sessions, OnePersonHasFewAtATimeAndTheOldestGoes) {
  const auto holder = login_of(trust::Role::registration_officer);
  std::vector<OfficerSessions::SignedIn> all;
  for (std::size_t i = 0; i <= max_sessions_a_person; ++i) {
    clock_.set(clock_.now() + 1s);
    auto in = sessions_.sign_in(signed_by(holder), origin);
    ASSERT_TRUE(in);
    all.push_back(std::move(*in));
  }
  EXPECT_FALSE(sessions_.find(all.front().token.expose()));
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_TRUE(sessions_.find(all[i].token.expose())) << i;
  }
}

}  // namespace
}  // namespace yinxin::api
