// Each law of the ordeal says so when it is broken: what breaks it is planted.

#include "ordeal/counting.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "store/vault/vault_schema.h"

namespace yinxin::ordeal {
namespace {

namespace fs = std::filesystem;
using boost::json::array;
using boost::json::parse;

Case paid_case() {
  Case one;
  one.dossier.id = "YX1";
  one.dossier.application.state = hall::CaseState::completed;
  one.at_desk = hall::CaseState::completed;
  one.dossier.orders.push_back({.number = "YX1P1",
                                .way = "wechat",
                                .price_fen = 100,
                                .state = hall::PaymentState::paid,
                                .code_url = {},
                                .expires_at = {},
                                .transaction = "t",
                                .paid_fen = 100,
                                .paid_at = Instant(),
                                .currency = "CNY"});
  one.dossier.deposits.push_back({.id = "YX1D1", .state = hall::DepositState::settled, .reason = {}, .asked_at = {}});
  return one;
}

array list(const char* json) { return parse(json).as_array(); }
const char* const books = R"([{"number":"YX1P1","state":"SUCCESS","paid_fen":100,"refunds":[]},
                              {"number":"YX1P2","state":"CLOSED","paid_fen":0,"refunds":[]}])";

TEST(Counting, APaymentIsCountedOnceOrTheLawIsBroken) {
  const Case one = paid_case();
  const Law good = count_payments(books_of_orders(list(books)), {one});
  EXPECT_EQ(good.counted, 1U);
  EXPECT_TRUE(good.broken.empty()) << good.broken.front();
  EXPECT_EQ(count_payments(books_of_orders(list(books)), {}).broken.size(), 1U) << "lost";
  EXPECT_EQ(count_payments(books_of_orders(list(books)), {one, one}).broken.size(), 1U) << "counted twice";
  EXPECT_EQ(count_payments({}, {one}).broken.size(), 1U) << "never paid";
  Case less = one;
  less.dossier.orders.front().paid_fen = 99;
  EXPECT_EQ(count_payments(books_of_orders(list(books)), {less}).broken.size(), 1U);
  Case twice = one;
  twice.dossier.orders.push_back(one.dossier.orders.front());
  twice.dossier.orders.back().number = "YX1P2";
  EXPECT_FALSE(count_payments(books_of_orders(list(books)), {twice}).broken.empty());
}

TEST(Counting, ATransferIsCountedOnceOrTheLawIsBroken) {
  Case one = paid_case();
  one.dossier.id = "YX202611221234560";
  one.dossier.orders.front().number = "YX202611221234560-1";
  one.dossier.orders.front().way = hall::transfer_way;
  const auto counted = [&](const char* day_book, const std::vector<Case>& cases) {
    return count_payments(books_of_transfers(list(day_book), cases), cases);
  };
  const char* const in_parts = R"([
    {"side":"credit","fen":40,"remark":"YX202611221234560","is_taken_back":false},
    {"side":"credit","fen":60,"remark":"YX202611221234560","is_taken_back":false},
    {"side":"credit","fen":70,"remark":"YX202611221234560","is_taken_back":true},
    {"side":"debit","fen":70,"remark":"YX202611221234560","is_taken_back":false},
    {"side":"credit","fen":5,"remark":"房租","is_taken_back":false}])";
  const Law good = counted(in_parts, {one});
  EXPECT_EQ(good.counted, 1U);
  EXPECT_TRUE(good.broken.empty()) << good.broken.front();
  const char* const one_part = R"([{"side":"credit","fen":40,"remark":"YX202611221234560","is_taken_back":false}])";
  EXPECT_EQ(counted(one_part, {one}).broken.size(), 1U) << "more than has come";
  EXPECT_EQ(counted("[]", {one}).broken.size(), 1U) << "never came";
  EXPECT_EQ(counted(in_parts, {}).broken.size(), 1U) << "lost";
  one.dossier.orders.clear();
  EXPECT_EQ(counted(in_parts, {one}).broken.size(), 1U) << "of a case that knows nothing of it";
}

hall::RefundRecord settled_refund() {
  hall::RefundRecord refund;
  refund.number = "YX1P1R1";
  refund.order = "YX1P1";
  refund.fen = 100;
  refund.state = hall::RefundState::settled;
  return refund;
}

TEST(Counting, ARefundIsCountedOnceOrTheLawIsBroken) {
  const char* const refunded =
      R"([{"number":"YX1P1","state":"REFUND","paid_fen":100,"refunds":[{"number":"YX1P1R1","fen":100}]}])";
  Case one = paid_case();
  EXPECT_EQ(count_refunds(list(refunded), {one}).broken.size(), 1U) << "not counted";
  one.dossier.refunds.push_back(settled_refund());
  EXPECT_TRUE(count_refunds(list(refunded), {one}).broken.empty());
  EXPECT_EQ(count_refunds(list(books), {one}).broken.size(), 1U) << "nothing went back";
  one.dossier.refunds.push_back(one.dossier.refunds.front());
  EXPECT_EQ(count_refunds(list(refunded), {one}).broken.size(), 1U) << "counted twice";
  one.dossier.orders.front().way = hall::transfer_way;
  EXPECT_TRUE(count_refunds({}, {one}).broken.empty()) << "a person's deed is in no provider's books";
}

Case ended_case(hall::CaseState state) {
  Case one = paid_case();
  one.dossier.application.state = state;
  one.at_desk = state;
  one.dossier.refunds.push_back(settled_refund());
  return one;
}

TEST(Counting, WhatIsGivenBackTwiceOrMoreThanWasPaidIsFound) {
  const Case one = ended_case(hall::CaseState::withdrawn);
  const char* const once =
      R"([{"number":"YX1P1","state":"REFUND","paid_fen":100,"refunds":[{"number":"YX1P1R1","fen":100}]}])";
  const Law good = count_given_back(books_of_orders(list(once)), {one});
  EXPECT_EQ(good.counted, 1U);
  EXPECT_TRUE(good.broken.empty());
  const char* const twice = R"([{"number":"YX1P1","state":"REFUND","paid_fen":100,
                                 "refunds":[{"number":"YX1P1R1","fen":40},{"number":"YX1P1R1","fen":40}]}])";
  EXPECT_EQ(count_given_back(books_of_orders(list(twice)), {one}).broken.size(), 1U);
  const char* const more = R"([{"number":"YX1P1","state":"REFUND","paid_fen":100,
                                "refunds":[{"number":"YX1P1R1","fen":100},{"number":"YX1P1R2","fen":1}]}])";
  EXPECT_EQ(count_given_back(books_of_orders(list(more)), {one}).broken.size(), 1U);
  Case promised = one;
  promised.dossier.refunds.push_back(one.dossier.refunds.front());
  promised.dossier.refunds.back().number = "YX1P1R2";
  promised.dossier.refunds.back().state = hall::RefundState::granted;
  EXPECT_EQ(count_given_back(books_of_orders(list(once)), {promised}).broken.size(), 1U);
}

TEST(Counting, MoneyOfACaseThatEndedWithoutACertificateComesBackOrIsSomebodysMove) {
  for (const auto state : {hall::CaseState::withdrawn, hall::CaseState::refused, hall::CaseState::expired}) {
    Case one = ended_case(state);
    const Law good = money_comes_back({one}, {});
    EXPECT_EQ(good.counted, 1U);
    EXPECT_TRUE(good.broken.empty());
    one.dossier.refunds.front().fen = 99;
    EXPECT_EQ(money_comes_back({one}, {}).broken.size(), 1U) << "one fen is missing";
    one.dossier.refunds.front().fen = 100;
    one.dossier.refunds.front().state = hall::RefundState::asked;
    EXPECT_TRUE(money_comes_back({one}, {}).broken.empty()) << "a finance officer's move";
    for (const auto under_way : {hall::RefundState::granted, hall::RefundState::sent, hall::RefundState::uncertain}) {
      one.dossier.refunds.front().state = under_way;
      EXPECT_EQ(money_comes_back({one}, {}).broken.size(), 1U) << "nobody asks about it";
      EXPECT_TRUE(money_comes_back({one}, {"YX1P1R1"}).broken.empty());
    }
    one.dossier.refunds.clear();
    EXPECT_EQ(money_comes_back({one}, {}).broken.size(), 1U) << "nobody has thought of it";
  }
  EXPECT_EQ(money_comes_back({paid_case()}, {}).counted, 0U) << "its certificate stands for the money";
}

TEST(Counting, BothProvidersBooksAreReadInOneWriting) {
  const array orders = books_of_orders(
      list(R"([{"number":"YX1_P1","status":"TRADE_CLOSED","paid_fen":100,"refunds":[{"number":"YX1_P1R1","fen":100}]},
               {"number":"YX1_P2","status":"TRADE_CLOSED","paid_fen":0,"refunds":[]}])"));
  EXPECT_EQ(boost::json::serialize(orders),
            R"([{"number":"YX1-P1","state":"SUCCESS","paid_fen":100,"refunds":[{"number":"YX1-P1R1","fen":100}]},)"
            R"({"number":"YX1-P2","state":"CLOSED","paid_fen":0,"refunds":[]}])");
}

TEST(Counting, ACaseIsToldOnceThatItIsReturnedOrRefusedOrThatASumHasGoneBack) {
  const auto told = [](const char* parameters) {
    const std::string message = std::string(R"("mobile":"1","template_code":"SMS_9","parameters":)") + parameters + "}";
    return list(("[{\"out_id\":\"a\"," + message + ",{\"out_id\":\"b\"," + message + "]").c_str());
  };
  EXPECT_EQ(count_messages(told(R"({"case":"YX1","reason":"请核对职务"})"), {paid_case()}).broken.size(), 1U);
  EXPECT_EQ(count_messages(told(R"({"case":"YX1"})"), {ended_case(hall::CaseState::refused)}).broken.size(), 1U);
  Case one = ended_case(hall::CaseState::withdrawn);
  const char* const back = R"({"order":"YX1","amount":"1.00"})";
  EXPECT_EQ(count_messages(told(back), {one}).broken.size(), 1U);
  one.dossier.refunds.push_back(one.dossier.refunds.front());
  EXPECT_TRUE(count_messages(told(back), {one}).broken.empty()) << "two orders of one price";
}

TEST(Counting, AMicroDepositIsAtTheBankOnceOrTheLawIsBroken) {
  const Case one = paid_case();
  EXPECT_TRUE(count_deposits(list(R"([{"id":"YX1D1"}])"), {one}).broken.empty());
  EXPECT_EQ(count_deposits({}, {one}).broken.size(), 1U);
  EXPECT_EQ(count_deposits(list(R"([{"id":"YX1D1"},{"id":"YX1D1"}])"), {one}).broken.size(), 1U);
  EXPECT_EQ(count_deposits(list(R"([{"id":"YX1D1"},{"id":"YX2D1"}])"), {one}).broken.size(), 1U);
}

TEST(Counting, AMessageIsSentOnceOrTheLawIsBroken) {
  EXPECT_TRUE(count_messages(list(R"([{"out_id":"a","mobile":"1","template_code":"SMS_1","parameters":{"code":"1"}},
                                      {"out_id":"b","mobile":"1","template_code":"SMS_1","parameters":{"code":"2"}}])"),
                             {})
                  .broken.empty());
  EXPECT_EQ(count_messages(list(R"([{"out_id":"a","mobile":"1","template_code":"SMS_1","parameters":{"code":"1"}},
                                    {"out_id":"a","mobile":"1","template_code":"SMS_1","parameters":{"code":"2"}}])"),
                           {})
                .broken.size(),
            1U);
  EXPECT_EQ(count_messages(list(R"([{"out_id":"a","mobile":"1","template_code":"SMS_1","parameters":{}},
                                    {"out_id":"b","mobile":"1","template_code":"SMS_1","parameters":{}}])"),
                           {})
                .broken.size(),
            1U);
}

TEST(Counting, ACaseThatNobodyCarriesOnIsFound) {
  Rows rows;
  rows.errands["street"] = {};
  EXPECT_TRUE(somebody_moves({paid_case()}, rows).broken.empty());

  Case between = paid_case();
  between.at_desk.reset();
  between.dossier.application.state = hall::CaseState::awaiting_acceptance;
  EXPECT_EQ(somebody_moves({between}, rows).broken.size(), 1U) << "the desk has never heard of it";
  rows.errands["street"] = {"street.submit YX1/1 waiting"};
  EXPECT_TRUE(somebody_moves({between}, rows).broken.empty());
  rows.errands["street"] = {"street.submit YX1/1 given_up"};
  EXPECT_EQ(somebody_moves({between}, rows).broken.size(), 2U) << "the errand, and the case";

  rows.errands["street"] = {};
  Case deaf = paid_case();
  deaf.dossier.application.state = hall::CaseState::shipped;
  EXPECT_EQ(somebody_moves({deaf}, rows).broken.size(), 1U) << "the desk says something else";
  deaf.at_desk = hall::CaseState::shipped;
  deaf.dossier.deposits.front().state = hall::DepositState::asked;
  EXPECT_EQ(somebody_moves({deaf}, rows).broken.size(), 1U) << "nobody carries its deposit";
}

class CountingVault : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "vault");
    // As the vault has them: one pair that is a line's, written by its own hand.
    engine_ =
        store::Engine::open((folder_ / "vault" / "vault.db").string(),
                            {.domain = "vault", .migrations = store::vault::migrations(), .on_calling_thread = true})
            .value();
    run("INSERT INTO issuance VALUES(1, zeroblob(32), zeroblob(32), zeroblob(32), 2, 0)");
    run("INSERT INTO certificate VALUES(zeroblob(32), x'01', 1, 1, 0), (zeroblob(32), x'02', 1, 1, 1)");
    run("INSERT INTO certificate_blob VALUES(zeroblob(32), x'01', x'', NULL, x'AA'), (zeroblob(32), x'02', x'', NULL, "
        "x'BB')");
    run("INSERT INTO device VALUES('D', 'm', 'f', 'b', 0, 0)");
    run("INSERT INTO permit VALUES(zeroblob(32), zeroblob(32), 1, 'D', x'', x'', x'', 0)");
    run("INSERT INTO issued_line(second_approval, line, case_id, device, permit, signing, encryption, envelope, "
        "receipt, "
        "at_ms, wants_seal) VALUES(zeroblob(32), 1, 'YX1', 'D', zeroblob(32), x'AA', x'BB', x'', x'', 0, 0)");
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(folder_);
  }
  void run(const std::string& sql) {
    const auto done = engine_->write([&](store::Transaction& t) { return t.run(sql); });
    ASSERT_TRUE(done) << sql << ": " << done.error().describe();
  }
  // The names of the laws that are broken.
  std::vector<std::string> broken(const std::set<std::string>& signed_serials = {"01", "02"}) {
    engine_.reset();
    std::vector<std::string> names;
    {
      Store vault = Store::open(folder_.string(), "vault", store::vault::migrations()).value();
      const auto laws = count_vault(vault, signed_serials, {"01", "02"}).value();
      for (const Law& law : laws) {
        if (!law.broken.empty()) {
          names.push_back(law.name);
        }
      }
    }
    return names;
  }
  using Names = std::vector<std::string>;

  const fs::path folder_ = fs::temp_directory_path() / ("counting_test_" + std::to_string(::getpid()));
  std::unique_ptr<store::Engine> engine_;
};

TEST_F(CountingVault, OnePairOfOneLineBreaksNothing) { EXPECT_EQ(broken(), Names{}); }

TEST_F(CountingVault, ACertificateThatNobodyWroteDownIsFound) {
  EXPECT_EQ(broken({"01", "02", "03"}), Names{"every certificate is in the journal exactly once"});
}

TEST_F(CountingVault, WhatWasBegunAndNeverEndedIsFound) {
  run("INSERT INTO issuance VALUES(2, zeroblob(32), randomblob(32), randomblob(32), 1, 0)");
  EXPECT_EQ(broken(), Names{"no issuance dangles"});
}

TEST_F(CountingVault, ABurnedCertificateThatIsStillGoodIsFound) {
  run("INSERT INTO issuance VALUES(2, zeroblob(32), randomblob(32), randomblob(32), 3, 0)");
  run("INSERT INTO certificate VALUES(zeroblob(32), x'03', 2, 1, 0)");
  EXPECT_EQ(broken(), Names{"what was burned is revoked"});
}

TEST_F(CountingVault, APairThatNoLineHasIsFound) {
  run("INSERT INTO issuance VALUES(2, zeroblob(32), randomblob(32), randomblob(32), 2, 0)");
  run("INSERT INTO certificate VALUES(zeroblob(32), x'03', 2, 1, 0)");
  EXPECT_EQ(broken(), Names{"a pair that belongs to no line, or to one that was given up, is revoked"});
}

TEST_F(CountingVault, ALineWithTwoPairsIsFound) {
  run("INSERT INTO issued_line(second_approval, line, case_id, device, permit, signing, encryption, envelope, receipt, "
      "at_ms, wants_seal) VALUES(randomblob(32), 1, 'YX1', 'D', zeroblob(32), x'AA', x'BB', x'', x'', 0, 0)");
  EXPECT_EQ(broken(), Names{"an approved line has one pair that is not given up"});
}

TEST_F(CountingVault, AnOrderThatIsGivenUpIsFound) {
  run("INSERT INTO outbox(kind, idempotency_key, payload, created_ms, next_try_ms, state) "
      "VALUES('kmc.discard', 'k', x'', 0, 0, 'given_up')");
  EXPECT_EQ(broken(), Names{"nothing that the vault owes its neighbours is given up"});
}

}  // namespace
}  // namespace yinxin::ordeal
