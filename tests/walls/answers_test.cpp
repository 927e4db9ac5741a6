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
  // Once the vault has told it.
  template <class Holds>
  bool comes_to_say(BytesView serial, Holds holds) {
    for (const auto end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;) {
      const auto said = status(serial);
      if (said && holds(*said)) {
        return true;
      }
    }
    return false;
  }
  bool comes_to_answer(BytesView serial) {
    return comes_to_say(serial, [](const x509::SingleResponse&) { return true; });
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

TEST_F(Answers, ARevocationIsSeenAndAlsoByWhoeverIsStartedAnew) {
  const auto made = prepared().finish_line(*house_, scene::case_number);
  ASSERT_TRUE(made) << made.error().describe();
  const auto line = house_->doors().find_issued_on(scene::device_serial).value();
  ASSERT_TRUE(line);
  const Bytes serial = x509::Certificate::parse(line->signing)->serial();
  const auto is_held = [](const x509::SingleResponse& said) {
    return said.reason == x509::RevocationReason::certificate_hold;
  };
  const auto is_revoked = [&](const x509::SingleResponse& said) {
    return said.status == x509::CertStatus::revoked && !is_held(said);
  };
  EXPECT_TRUE(comes_to_say(serial, is_held)) << apart_->log();
  const SystemClock clock;
  ASSERT_EQ(house_->doors().give_up_held(scene::case_number, clock.now(), "the parcel was lost").value(), 1U);
  EXPECT_TRUE(comes_to_say(serial, is_revoked)) << apart_->log();

  const auto before = apart_->status("ocsp");
  ASSERT_EQ(::kill(before.pid, SIGKILL), 0);
  ASSERT_TRUE(apart_->wait_until_running("ocsp", before.lives + 1)) << apart_->log();
  EXPECT_TRUE(comes_to_say(serial, is_revoked)) << "told anew\n" << apart_->log();
}

// The same with the vault in the test: it tells when the test wants it.
class FedByHand : public Answers {
 protected:
  void SetUp() override {
    office_ = prepared().fresh();
    apart_ = std::make_unique<Apart>(office_, Level::one_uid, ApartWish{.played = "vault"});
    ASSERT_TRUE(apart_->wait_until_running()) << apart_->log();
    house_ = apart_->open_house(office::Opened::answers);
    const office::DomainPlace place{.folder = apart_->data(),
                                    .environment = house_->settings().environment,
                                    .vfs = {},
                                    .boot = &prepared().boot(),
                                    .random = &random_,
                                    .clock = &clock_};
    vault_ =
        office::VaultDomain::open(place, house_->settings(), house_->profiles(), {house_->issuing(), house_->roles()})
            .value();
  }
  bool feed() {
    office::RemoteStatus doors(apart_->link("vault", "ocsp"));
    const auto fed = vault_->feed(doors);
    EXPECT_TRUE(fed) << fed.error().describe();
    return fed.has_value();
  }
  SystemRandom random_;
  SystemClock clock_;
  std::unique_ptr<office::VaultDomain> vault_;
};

TEST_F(FedByHand, WhoHasBeenToldNothingSaysNothing) {
  const Bytes serial = house_->issuing().serial();
  EXPECT_FALSE(status(serial));
  ASSERT_TRUE(feed());
  EXPECT_EQ(status(serial)->status, x509::CertStatus::unknown);
  const auto before = apart_->status("ocsp");
  ASSERT_EQ(::kill(before.pid, SIGKILL), 0);
  ASSERT_TRUE(apart_->wait_until_running("ocsp", before.lives + 1)) << apart_->log();
  EXPECT_FALSE(status(serial));
  ASSERT_TRUE(feed());
  EXPECT_EQ(status(serial)->status, x509::CertStatus::unknown);
}

TEST_F(Answers, KilledInTheMiddleOfACallEachComesBack) {
  const Bytes serial = house_->issuing().serial();  // none of this authority's: unknown, but answered
  ASSERT_TRUE(comes_to_answer(serial));
  for (const char* point : {"ocsp.sign.call.before", "ocsp.sign.call.after"}) {
    SCOPED_TRACE(point);
    const auto lives = apart_->status("ocsp").lives;
    ASSERT_TRUE(apart_->ask("ocsp", arm_verb, point));
    EXPECT_EQ(ask(serial).status(), OcspResponseStatus::try_later);
    ASSERT_TRUE(apart_->wait_until_running("ocsp", lives + 1)) << apart_->log();
    EXPECT_TRUE(comes_to_answer(serial)) << apart_->log();
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

TEST_F(FedByHand, NobodyIsHeardButByHisOwnVerbs) {
  ASSERT_TRUE(feed());
  const auto refused = [&](const char* asker, const char* hearer, std::uint16_t verb) {
    const auto answer = apart_->link(asker, hearer).call(verb, {});
    return !answer && answer.error().code == ErrorCode::outside_unreachable &&
           answer.error().detail.find("edge.closed") != std::string::npos;
  };
  EXPECT_TRUE(refused("street", "ocsp", office::ocsp_verb::feed)) << "who relays questions feeds nothing";
  EXPECT_TRUE(refused("vault", "ocsp", office::ocsp_verb::answer));
  EXPECT_TRUE(refused("street", "tsa", 2));
  EXPECT_EQ(apart_->status("ocsp").lives, 1U) << "an edge ended, not a domain";
  const auto edges = supervisor::edges_of({}, {});
  for (const char* hearer : {"ocsp", "tsa"}) {
    for (const auto& edge : edges) {
      EXPECT_TRUE(edge.hearer != hearer || edge.asker == "street" || (edge.asker == "vault" && edge.hearer == "ocsp"));
    }
  }
}

TEST_F(FedByHand, ARequestThatIsTooLongIsNotRead) {
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

TEST_F(FedByHand, AFeedThatIsNotTheAuthoritysEndsTheAnswersAndIsRecorded) {
  ASSERT_TRUE(feed());
  const auto issuer = pki::issuer_id(house_->issuing().public_key());
  const auto told = apart_->link("vault", "ocsp").call(office::ocsp_verb::where, {}).value();
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
  const auto refused = apart_->link("vault", "ocsp").call(office::ocsp_verb::feed, lie.to_der());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_EQ(ask(Bytes{1, 2, 3}).status(), OcspResponseStatus::try_later);
  office::RemoteStatus doors(apart_->link("vault", "ocsp"));
  EXPECT_EQ(vault_->feed(doors).error().code, ErrorCode::corrupt);
  const auto audit = cli::read_file(apart_->data() + "/audit/ocsp.log").value();
  EXPECT_NE(text_of(audit).find("\"status.feed\""), std::string_view::npos);
}

}  // namespace
}  // namespace yinxin::walls
