// Certificate status and time stamps from processes of their own: the status is what the vault feeds, and nothing else.

#include <gtest/gtest.h>

#include <csignal>

#include "apart.h"
#include "cage/means.h"
#include "crypto/tsp/time_stamp.h"
#include "crypto/x509/ocsp.h"
#include "exploit.h"
#include "terminal/files.h"

namespace yinxin::walls {
namespace {

using supervisor::Level;
using x509::OcspResponseStatus;

class Answers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    office_ = prepared().fresh();
    ::setenv("YINXIN_SOFT_TOKENS", (office_ / "tokens").c_str(), 1);
    apart_ = std::make_unique<Apart>(office_, Level::one_uid);
    ASSERT_TRUE(apart_->wait_until_running()) << apart_->log();
    house_ = apart_->open_house(office::Opened::all);
  }
  void TearDown() override {
    house_.reset();
    apart_.reset();
  }
  // Once its edge is there.
  bool feed() {
    for (const auto end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;
         std::this_thread::yield()) {
      const auto fed = house_->refresh_status();
      if (fed) {
        return true;
      }
      EXPECT_EQ(fed.error().code, ErrorCode::outside_unreachable) << fed.error().describe();
    }
    return false;
  }
  x509::OcspResponse ask(BytesView serial) {
    const Bytes request = x509::build_ocsp_request({x509::CertId::of(house_->issuing(), serial)}, std::nullopt);
    return x509::OcspResponse::parse(house_->answers().status(request)).value();
  }
  // The status of a serial number, when it is answered at all.
  std::optional<x509::SingleResponse> status(BytesView serial) {
    const auto response = ask(serial);
    if (response.status() != OcspResponseStatus::successful) {
      EXPECT_EQ(response.status(), OcspResponseStatus::try_later);
      return std::nullopt;
    }
    EXPECT_TRUE(response.is_authorised(house_->issuing(), response.produced_at()));
    const auto* single = response.find(house_->issuing(), serial);
    return single == nullptr ? std::nullopt : std::optional(*single);
  }
  Result<std::int64_t> stamp() {
    const tsp::TimeStampRequest wish{.imprint = tsp::Imprint::sm3_of(bytes_of("x")),
                                     .policy = std::nullopt,
                                     .nonce = Bytes{1},
                                     .want_certificate = true};
    YX_TRY(const Bytes der, tsp::token_of_response(house_->answers().stamp(wish.to_der())));
    YX_TRY(const auto token, tsp::TimeStampToken::parse(der));
    EXPECT_TRUE(tsp::check_token(token, bytes_of("x")).problems.empty());
    return std::stoll(to_hex(token.info.serial), nullptr, 16);
  }
  // However often it takes while it is being started again.
  std::int64_t stamp_at_last() {
    for (const auto end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;) {
      if (const auto made = stamp()) {
        return *made;
      }
    }
    ADD_FAILURE() << "no time stamp came\n" << apart_->log();
    return 0;
  }
  std::filesystem::path office_;
  std::unique_ptr<Apart> apart_;
  std::unique_ptr<office::House> house_;
};

TEST_F(Answers, ARevocationIsSeenAfterOneFeedAndAlsoByWhoeverIsStartedAnew) {
  ASSERT_TRUE(feed());
  const auto made = prepared().finish_line(*house_, scene::case_number);
  ASSERT_TRUE(made) << made.error().describe();
  const auto line = house_->book().find_issued_on(scene::device_serial).value();
  ASSERT_TRUE(line);
  const Bytes serial = x509::Certificate::parse(line->signing)->serial();
  EXPECT_EQ(status(serial)->status, x509::CertStatus::unknown) << "it hears of nothing but by its edge";
  ASSERT_TRUE(feed());
  EXPECT_EQ(status(serial)->reason, x509::RevocationReason::certificate_hold);
  EXPECT_TRUE(house_->publish_due_lists());
  EXPECT_TRUE(house_->take_status_news());
  EXPECT_FALSE(house_->take_status_news());
  const SystemClock clock;
  ASSERT_EQ(house_->vault().value()->give_up_held(scene::case_number, clock.now(), "the parcel was lost").value(), 1U);
  EXPECT_EQ(status(serial)->reason, x509::RevocationReason::certificate_hold);
  ASSERT_TRUE(feed());
  const auto revoked = status(serial);
  EXPECT_EQ(revoked->status, x509::CertStatus::revoked);
  EXPECT_NE(revoked->reason, x509::RevocationReason::certificate_hold);

  const auto before = apart_->status("ocsp");
  ASSERT_EQ(::kill(before.pid, SIGKILL), 0);
  ASSERT_TRUE(apart_->wait_until_running("ocsp", before.lives + 1)) << apart_->log();
  EXPECT_FALSE(status(serial)) << "who has been told nothing says nothing";
  ASSERT_TRUE(feed());
  EXPECT_EQ(status(serial)->reason, revoked->reason);
}

TEST_F(Answers, KilledInTheMiddleOfACallEachComesBack) {
  const Bytes serial = house_->issuing().serial();  // none of this authority's: unknown, but answered
  ASSERT_TRUE(feed());
  EXPECT_EQ(status(serial)->status, x509::CertStatus::unknown);
  for (const char* point : {"ocsp.sign.call.before", "ocsp.sign.call.after"}) {
    SCOPED_TRACE(point);
    const auto lives = apart_->status("ocsp").lives;
    ASSERT_TRUE(apart_->ask("ocsp", arm_verb, point));
    EXPECT_EQ(ask(serial).status(), OcspResponseStatus::try_later);
    ASSERT_TRUE(apart_->wait_until_running("ocsp", lives + 1)) << apart_->log();
    ASSERT_TRUE(feed());
    EXPECT_EQ(status(serial)->status, x509::CertStatus::unknown);
  }
  std::int64_t last = stamp_at_last();
  for (const char* point : {"tsa.commit.before", "tsa.commit.after", "tsa.sign.call.before", "tsa.sign.call.after"}) {
    SCOPED_TRACE(point);
    const auto lives = apart_->status("tsa").lives;
    ASSERT_TRUE(apart_->ask("tsa", arm_verb, point));
    EXPECT_FALSE(stamp());
    ASSERT_TRUE(apart_->wait_until_running("tsa", lives + 1)) << apart_->log();
    const std::int64_t next = stamp_at_last();
    EXPECT_GT(next, last) << "a number is never given twice";
    last = next;
  }
}

TEST_F(Answers, NobodyIsHeardButByHisOwnVerbs) {
  ASSERT_TRUE(feed());
  const auto refused = [&](const char* asker, const char* hearer, std::uint16_t verb) {
    const auto answer = apart_->ask(hearer, verb, "", asker);
    return !answer && answer.error().code == ErrorCode::outside_unreachable &&
           answer.error().detail.find("edge.closed") != std::string::npos;
  };
  EXPECT_TRUE(refused("street", "ocsp", office::ocsp_verb::feed)) << "who relays questions feeds nothing";
  EXPECT_TRUE(refused("vault", "ocsp", office::ocsp_verb::answer));
  EXPECT_TRUE(refused("street", "tsa", 2));
  EXPECT_EQ(apart_->status("ocsp").lives, 1U) << "an edge ended, not a domain";
  const auto edges = supervisor::inner_edges({}, "");
  for (const char* hearer : {"ocsp", "tsa"}) {
    for (const auto& edge : edges) {
      EXPECT_TRUE(edge.hearer != hearer || edge.asker == "street" || (edge.asker == "vault" && edge.hearer == "ocsp"));
    }
  }
}

TEST_F(Answers, ARequestThatIsTooLongIsNotRead) {
  ASSERT_TRUE(feed());
  const Bytes longest(office::max_answer_request_bytes, 0x30), longer(office::max_answer_request_bytes + 1, 0x30);
  const auto state = [&](const Bytes& request) {
    return x509::OcspResponse::parse(house_->answers().status(request)).value().status();
  };
  EXPECT_EQ(state(longest), OcspResponseStatus::malformed_request);
  EXPECT_EQ(state(longer), OcspResponseStatus::try_later);
  EXPECT_FALSE(tsp::token_of_response(house_->answers().stamp(longer)));
  EXPECT_TRUE(stamp());
}

TEST_F(Answers, AFeedThatIsNotTheAuthoritysEndsTheAnswersAndIsRecorded) {
  ASSERT_TRUE(feed());
  const auto issuer = pki::issuer_id(house_->issuing().public_key());
  const auto told = apart_->ask("ocsp", office::ocsp_verb::where, "").value();
  const auto place = *pki::StatusPlaces::parse(told)->find(issuer);
  ASSERT_GT(place.sequence, 0);
  pki::StatusBatch lie{.issuer = issuer, .after = place.sequence, .rows = {}};
  lie.rows.push_back({.sequence = place.sequence + 1,
                      .change = {.serial = Bytes{1, 2, 3},
                                 .deed = pki::StatusDeed::issue,
                                 .reason = x509::RevocationReason::unspecified,
                                 .at = SystemClock().now(),
                                 .cause = {}},
                      .hash = {}});
  const auto refused = apart_->ask("ocsp", office::ocsp_verb::feed, text_of(lie.to_der()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_EQ(ask(Bytes{1, 2, 3}).status(), OcspResponseStatus::try_later);
  EXPECT_EQ(house_->refresh_status().error().code, ErrorCode::corrupt);
  const auto audit = cli::read_file(apart_->data() + "/audit/ocsp.log").value();
  EXPECT_NE(text_of(audit).find("\"status.feed\""), std::string_view::npos);
}

}  // namespace
}  // namespace yinxin::walls
