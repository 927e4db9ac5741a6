// The adapter against the emulator over loopback, and against an impostor who answers what the test likes.
#include "outside/bank/direct_link.h"

#include <gtest/gtest.h>

#include <functional>
#include <mutex>

#include "crypto/sm4.h"
#include "net/server.h"
#include "outside/bank/direct_link_messages.h"
#include "outside/bank/direct_link_test_keys.h"
#include "outside/bank/transfers.h"

namespace yinxin::outside {
namespace {

using hall::DepositStanding;

const DirectLinkTestKeys& keys() {
  static SystemRandom random;
  static const DirectLinkTestKeys made = make_direct_link_test_keys(random);
  return made;
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::internal : result.error().code;
}

net::ClientOptions place(std::uint16_t port) {
  net::ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  return options;
}

hall::MicroDeposit deposit(std::string id, std::string account = "6225880100000001") {
  return {.id = std::move(id),
          .account_name = "广州样例科技有限公司",
          .account_number = std::move(account),
          .bank_name = "样例银行广州分行",
          .amount_fen = 1,
          .remark = SecretBytes(bytes_of("激活码 \"7K4M\\2Q9X\""))};
}

class DirectLinkTest : public ::testing::Test {
 protected:
  void SetUp() override { start(true, 200); }
  void TearDown() override { server_->stop(); }
  void start(bool settles_when_asked, std::size_t page_records, std::map<std::string, std::string> banks = {}) {
    if (server_) {
      server_->stop();
    }
    auto options = emulator_options(keys());
    options.others = {{"6225880100000001", "广州样例科技有限公司"}, {"6225880100000002", "深圳样例科技有限公司"}};
    options.banks = std::move(banks);
    options.settles_when_asked = settles_when_asked;
    options.page_records = page_records;
    emulator_ = std::move(*DirectLinkEmulator::make(std::move(options), clock_, random_));
    net::Router router;
    emulator_->add_routes(router);
    server_ = std::move(*net::Server::start({}, std::move(router), clock_));
    bank_ = std::move(*DirectLink::make(adapter_options(keys(), place(server_->port())), clock_, random_));
  }
  std::pair<int, std::string> admin(const std::string& path, std::string_view body = "") {
    const auto answer =
        net::Client(place(server_->port())).post("/admin/" + path, "application/json", to_bytes(bytes_of(body)));
    return answer ? std::pair(answer->status, std::string(text_of(answer->body.view()))) : std::pair(0, std::string());
  }
  std::string statement() {
    const auto answer = net::Client(place(server_->port())).get("/admin/deposits");
    EXPECT_TRUE(answer && answer->status == 200);
    return answer ? std::string(text_of(answer->body.view())) : std::string();
  }
  std::string credit(std::string_view name, std::int64_t amount_fen, std::string_view remark) {
    const auto [status, body] =
        admin("credits", R"({"payer_name":")" + std::string(name) + R"(","payer_account":"6225","fen":)" +
                             std::to_string(amount_fen) + R"(,"remark":")" + std::string(remark) + R"("})");
    EXPECT_EQ(status, 201);
    return body.substr(7, body.size() - 9);  // {"id":"…"}
  }
  void fault(std::string operation, Fault fault) { ASSERT_TRUE(emulator_->faults().add(std::move(operation), fault)); }

  SetClock clock_{*from_rfc3339("2026-11-21T03:46:50.123Z")};
  SystemRandom random_;
  std::unique_ptr<DirectLinkEmulator> emulator_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<DirectLink> bank_;
};

TEST_F(DirectLinkTest, a_deposit_is_accepted_and_settled_and_its_remark_reaches_the_payee) {
  const auto accepted = bank_->pay(deposit("D1"));
  ASSERT_TRUE(accepted) << accepted.error().describe();
  EXPECT_EQ(accepted->provider, "direct_link");
  EXPECT_FALSE(accepted->transaction.empty());
  EXPECT_NE(statement().find("激活码 \\\"7K4M\\\\2Q9X\\\""), std::string::npos) << statement();
  const auto fact = bank_->find("D1", clock_.now());
  ASSERT_TRUE(fact) << fact.error().describe();
  EXPECT_EQ(fact->standing, DepositStanding::settled);
  EXPECT_EQ(fact->answer.transaction, accepted->transaction);
  EXPECT_EQ(text_of(fact->answer.raw).find("7K4M"), std::string_view::npos) << "the receipt does not carry the secret";
  EXPECT_FALSE(fact->answer.raw.empty());
  EXPECT_EQ(code_of(bank_->find("D2", clock_.now())), ErrorCode::not_found);
}

TEST_F(DirectLinkTest, an_unknown_account_and_a_wrong_name_come_back) {
  ASSERT_TRUE(bank_->pay(deposit("UNKNOWN", "6225880199999999")));
  ASSERT_TRUE(bank_->pay(deposit("OTHERNAME", "6225880100000002")));
  ASSERT_TRUE(bank_->pay(deposit("GOOD")));
  const auto unknown = bank_->find("UNKNOWN", clock_.now());
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->standing, DepositStanding::returned);
  EXPECT_EQ(unknown->reason, "账号不存在");
  EXPECT_EQ(bank_->find("OTHERNAME", clock_.now())->reason, "账号户名不符");
  EXPECT_EQ(bank_->find("GOOD", clock_.now())->standing, DepositStanding::settled);
  const auto returned = bank_->returned(clock_.now(), clock_.now());
  ASSERT_TRUE(returned) << returned.error().describe();
  ASSERT_EQ(returned->size(), 2U);
  EXPECT_EQ((*returned)[0].first, "OTHERNAME");
  EXPECT_EQ((*returned)[1].first, "UNKNOWN");
  EXPECT_EQ((*returned)[1].second.standing, DepositStanding::returned);
  EXPECT_EQ((*returned)[1].second.reason, "账号不存在");
  EXPECT_TRUE(bank_->returned(clock_.now() - std::chrono::hours(48), clock_.now() - std::chrono::hours(24))->empty());
  EXPECT_EQ(code_of(bank_->returned(clock_.now(), clock_.now() - std::chrono::hours(1))), ErrorCode::invalid_input);
}

TEST_F(DirectLinkTest, a_settled_deposit_may_still_come_back_days_later) {
  start(false, 2);
  for (const char* id : {"D1", "D2", "D3", "D4", "D5"}) {
    ASSERT_TRUE(bank_->pay(deposit(id)));
    EXPECT_EQ(bank_->find(id, clock_.now())->standing, DepositStanding::under_way);
    ASSERT_EQ(admin("deposits/" + std::string(id) + "/settle").first, 204);
    EXPECT_EQ(bank_->find(id, clock_.now())->standing, DepositStanding::settled);
  }
  const Instant paid_at = clock_.now();
  clock_.advance(std::chrono::hours(48));
  for (const char* id : {"D1", "D2", "D3", "D4", "D5"}) {
    ASSERT_EQ(admin("deposits/" + std::string(id) + "/return", R"({"reason":"账户已销户"})").first, 204);
  }
  const auto returned = bank_->returned(paid_at, clock_.now());
  ASSERT_TRUE(returned) << returned.error().describe();
  ASSERT_EQ(returned->size(), 5U) << "three pages of two";
  EXPECT_EQ((*returned)[4].second.reason, "账户已销户");
  EXPECT_EQ(admin("deposits/D1/return").first, 409);
  EXPECT_EQ(admin("deposits/D1/settle").first, 409);
  EXPECT_EQ(admin("deposits/D9/settle").first, 404);
}

TEST_F(DirectLinkTest, the_same_id_is_paid_once) {
  ASSERT_TRUE(bank_->pay(deposit("D1")));
  EXPECT_EQ(code_of(bank_->pay(deposit("D1"))), ErrorCode::already_exists);
  fault("pay", Fault::lose_answer);
  EXPECT_EQ(code_of(bank_->pay(deposit("D2"))), ErrorCode::outside_uncertain);
  EXPECT_EQ(code_of(bank_->pay(deposit("D2"))), ErrorCode::already_exists) << "it was done though nobody said so";
  fault("find", Fault::unavailable);
  EXPECT_EQ(code_of(bank_->pay(deposit("D2"))), ErrorCode::outside_uncertain) << "a no that cannot be told from twice";
  const std::string all = statement();
  EXPECT_EQ(all.find("\"D2\""), all.rfind("\"D2\""));
}

TEST_F(DirectLinkTest, a_record_decides_and_not_the_head) {
  auto options = adapter_options(keys(), place(server_->port()));
  options.pay_mode = "S9999";  // accepted by the head, refused by the record
  const auto other = std::move(*DirectLink::make(std::move(options), clock_, random_));
  const auto refused = other->pay(deposit("D1"));
  EXPECT_EQ(code_of(refused), ErrorCode::declined_by_outside);
  EXPECT_EQ(refused.error().detail, "PAY0001");
}

TEST_F(DirectLinkTest, every_operation_reports_every_fault_for_what_it_is) {
  ASSERT_TRUE(bank_->pay(deposit("D1")));
  int number = 100;
  const std::vector<std::pair<std::string, std::function<ErrorCode()>>> operations{
      {"pay", [&] { return code_of(bank_->pay(deposit("E" + std::to_string(++number)))); }},
      {"find", [&] { return code_of(bank_->find("D1", clock_.now())); }},
      {"returned", [&] { return code_of(bank_->returned(clock_.now(), clock_.now())); }},
      {"incoming", [&] { return code_of(bank_->incoming(clock_.now(), "")); }}};
  for (const auto& [operation, ask] : operations) {
    for (const auto& [spoiled, expected] :
         {std::pair(Fault::decline, ErrorCode::declined_by_outside),
          std::pair(Fault::unavailable, ErrorCode::outside_uncertain),
          std::pair(Fault::lose_answer, ErrorCode::outside_uncertain),
          std::pair(Fault::bad_signature, ErrorCode::corrupt), std::pair(Fault::unknown_key, ErrorCode::corrupt)}) {
      fault(operation, spoiled);
      EXPECT_EQ(ask(), expected) << operation << " with " << name_of(spoiled);
    }
  }
  server_->stop();
  EXPECT_EQ(code_of(bank_->find("D1", clock_.now())), ErrorCode::outside_unreachable);
}

TEST_F(DirectLinkTest, credits_come_in_pages_once_each_and_go_on_at_the_cursor) {
  start(false, 3);
  std::vector<std::string> ids;
  for (int i = 1; i <= 5; ++i) {
    ids.push_back(credit("样例公司" + std::to_string(i), 20'000 + i, "办理广东政府采购CA"));
    clock_.advance(std::chrono::hours(5));  // over midnight in UTC+8
  }
  ASSERT_TRUE(bank_->pay(deposit("D1")));  // a debit, which is nobody's receipt
  const Instant first_day = clock_.now() - std::chrono::hours(48);
  std::vector<hall::IncomingCredit> all;
  std::string cursor;
  std::size_t pages = 0;
  const auto read_on = [&] {
    for (bool is_last = false; !is_last && pages < 20;) {
      const auto page = bank_->incoming(first_day, cursor);
      ASSERT_TRUE(page) << page.error().describe();
      all.insert(all.end(), page->credits.begin(), page->credits.end());
      cursor = page->cursor;
      is_last = page->is_last;
      ++pages;
    }
  };
  read_on();
  EXPECT_EQ(pages, 2U);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].id, ids[0]);
  EXPECT_EQ(all[0].amount_fen, 20'001);
  EXPECT_EQ(all[0].payer_name, "样例公司1");
  EXPECT_EQ(all[0].payer_account, "6225");
  EXPECT_EQ(all[0].remark, "办理广东政府采购CA");
  EXPECT_EQ(all[0].booked_at, *from_rfc3339("2026-11-21T03:46:50Z"));
  EXPECT_FALSE(all[0].is_reversed);
  EXPECT_EQ(all[4].id, ids[4]);
  read_on();
  EXPECT_EQ(all.size(), 5U) << "nothing comes twice";

  ASSERT_EQ(admin("credits/" + ids[1] + "/reverse").first, 204);
  EXPECT_EQ(admin("credits/" + ids[1] + "/reverse").first, 409);
  clock_.advance(std::chrono::hours(72));
  credit("样例公司6", 12'000, "补办");
  read_on();
  ASSERT_EQ(all.size(), 7U);
  EXPECT_TRUE(all[5].is_reversed);
  EXPECT_EQ(all[5].amount_fen, 20'002);
  EXPECT_EQ(all[5].payer_name, "样例公司2");
  EXPECT_EQ(all[6].payer_name, "样例公司6");
  EXPECT_EQ(code_of(bank_->incoming(first_day, "20261121;x\",\"y")), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(bank_->incoming(first_day, "nonsense")), ErrorCode::invalid_input);
}

TEST_F(DirectLinkTest, the_emulator_refuses_a_customer_who_is_not_who_he_says) {
  ASSERT_TRUE(bank_->pay(deposit("D1")));
  const auto refused = [&](const std::function<void(DirectLinkOptions&)>& change, const Clock& clock) {
    auto options = adapter_options(keys(), place(server_->port()));
    change(options);
    const auto found = (*DirectLink::make(std::move(options), clock, random_))->find("D1", clock_.now());
    EXPECT_EQ(code_of(found), ErrorCode::outside_uncertain) << "an unsigned no is none";
    return found ? std::string() : found.error().detail;
  };
  const auto ends = [](const std::string& text, std::string_view end) { return text.ends_with(end); };
  const std::string other_user = refused([](auto& o) { o.user = "N999999999"; }, clock_);
  EXPECT_TRUE(ends(other_user, "CDC0002")) << other_user;
  const std::string other_key = refused([](auto& o) { o.user_key = keys().bank_key.clone(); }, clock_);
  EXPECT_TRUE(ends(other_key, "CDC0007")) << other_key;
  const SetClock behind(clock_.now() - std::chrono::hours(1));
  const std::string late = refused([](auto&) {}, behind);
  EXPECT_TRUE(ends(late, "CDC0008")) << late;
  class SameRandom final : public Random {
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{7}); }
  } same;
  const auto repeating = std::move(*DirectLink::make(adapter_options(keys(), place(server_->port())), clock_, same));
  EXPECT_TRUE(repeating->find("D1", clock_.now()));
  EXPECT_EQ(code_of(repeating->find("D1", clock_.now())), ErrorCode::outside_uncertain) << "one request, twice";
}

TEST_F(DirectLinkTest, the_branchs_number_goes_along_and_must_be_of_that_name) {
  start(true, 200, {{"102581000013", "样例银行广州分行"}, {"102584002910", "样例银行深圳分行"}});
  const auto with = [&](std::string id, std::string number) {
    auto one = deposit(std::move(id));
    one.bank_number = std::move(number);
    return one;
  };
  const auto fact = [&](const std::string& id) { return bank_->find(id, clock_.now()).value(); };
  ASSERT_TRUE(bank_->pay(with("D1", "102581000013")));
  ASSERT_TRUE(bank_->pay(with("D2", "102584002910")));
  ASSERT_TRUE(bank_->pay(with("D3", "102100099996")));
  ASSERT_TRUE(bank_->pay(with("D4", "")));
  EXPECT_NE(statement().find(R"("bank_number":"102581000013")"), std::string::npos);
  EXPECT_EQ(fact("D1").standing, DepositStanding::settled);
  EXPECT_EQ(fact("D2").standing, DepositStanding::returned) << "of another branch";
  EXPECT_EQ(fact("D2").reason, "开户行有误");
  EXPECT_EQ(fact("D3").standing, DepositStanding::returned) << "of no branch";
  EXPECT_EQ(fact("D4").standing, DepositStanding::settled) << "the name alone is looked up by the bank";
}

TEST_F(DirectLinkTest, nothing_unfit_is_sent) {
  const auto with = [&](const std::function<void(hall::MicroDeposit&)>& change) {
    auto one = deposit("D1");
    change(one);
    return code_of(bank_->pay(one));
  };
  EXPECT_EQ(with([](auto& d) { d.id = "D-1"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.id = std::string(31, 'D'); }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.account_number = "62 25"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.account_name = "\xff"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.bank_number = "10210009999"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.bank_number = "10210009999X"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.amount_fen = 100; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.amount_fen = 0; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.remark = SecretBytes(); }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.remark = SecretBytes(bytes_of("a\nb")); }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& d) { d.remark = SecretBytes(Bytes(max_remark_columns + 1, 'a')); }),
            ErrorCode::invalid_input);
  EXPECT_EQ(code_of(bank_->find("D\"1", clock_.now())), ErrorCode::invalid_input);
  const auto made = [&](const std::function<void(DirectLinkOptions&)>& change) {
    auto options = adapter_options(keys(), place(1));
    change(options);
    return code_of(DirectLink::make(std::move(options), clock_, random_));
  };
  EXPECT_EQ(made([](auto& o) { o.user = "N12345678901234567"; }), ErrorCode::invalid_input);
  EXPECT_EQ(made([](auto& o) { o.user_key = SecretBytes(31); }), ErrorCode::invalid_input);
  EXPECT_EQ(made([](auto& o) { o.bank_key.back() ^= 1; }), ErrorCode::invalid_input);
  EXPECT_EQ(made([](auto& o) { o.transport_key = SecretBytes(8); }), ErrorCode::invalid_input);
  EXPECT_EQ(made([](auto& o) { o.account = ""; }), ErrorCode::invalid_input);
}

// A bank's answer, taken on its way and changed: who has the transport key has not the bank's signature.
TEST_F(DirectLinkTest, an_answer_that_was_changed_kept_or_made_up_is_not_believed) {
  ASSERT_TRUE(bank_->pay(deposit("D1")));
  const std::string vector = (keys().user + "000000").substr(0, 16);
  const net::Client forward(place(server_->port()));
  std::function<std::string(std::string)> change;  // of the plain answer
  std::function<net::Response(net::Response)> whole = [](net::Response response) { return response; };
  net::Router router;
  router.add(
      net::Method::post, "/cdcserver/api/v2", {.max_body_bytes = 65'536, .slow = true},
      [&](const net::Request& request) {
        net::ClientRequest copy{.method = net::Method::post, .target = request.target.path, .body = request.body};
        copy.headers.add("Content-Type", "application/x-www-form-urlencoded");
        const net::Response response = *forward.send(copy);
        const Bytes cipher = *from_base64(text_of(response.body.view()));
        const auto plain = crypto::sm4_cbc_pkcs7_decrypt(keys().transport_key.expose(), bytes_of(vector), cipher);
        const std::string changed =
            change ? change(std::string(plain->expose_text())) : std::string(plain->expose_text());
        const Bytes sealed =
            *crypto::sm4_cbc_pkcs7_encrypt(keys().transport_key.expose(), bytes_of(vector), bytes_of(changed));
        return whole(net::answer("text/plain", net::Body(std::string_view(to_base64(sealed)))));
      });
  const auto between = std::move(*net::Server::start({}, std::move(router), clock_));
  const auto bank = std::move(*DirectLink::make(adapter_options(keys(), place(between->port())), clock_, random_));
  const auto find = [&] { return bank->find("D1", clock_.now()); };
  ASSERT_TRUE(find()) << find().error().describe();

  const auto replaced = [](std::string_view from, std::string_view to) {
    return [from, to](std::string plain) {
      const std::size_t at = plain.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      return at == std::string::npos ? plain : plain.replace(at, from.size(), to);
    };
  };
  change = replaced(R"("rtnFlg":"S")", R"("rtnFlg":"B")");
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
  change = replaced(R"("sigdat":")", R"("sigdat":"A)");
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
  change = replaced(R"("sigtim":"2026)", R"("sigtim":"2027)");
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
  change = replaced(R"({"response")", R"({"more":1,"response")");
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
  change = [](const std::string&) { return std::string("{}"); };
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
  change = [](const std::string& plain) { return "  " + plain + "\n"; };
  EXPECT_TRUE(find()) << "blanks between tokens are not signed";
  // The answer to an earlier question, true in itself.
  std::string kept;
  change = [&](std::string plain) { return kept = std::move(plain); };
  ASSERT_TRUE(find());
  change = [&](const std::string&) { return kept; };
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);

  change = nullptr;
  whole = [](const net::Response&) {
    return net::answer("text/plain", net::Body(std::string_view("CDCServer:XX01 系统忙")));
  };
  EXPECT_EQ(code_of(find()), ErrorCode::outside_uncertain);
  whole = [](const net::Response&) { return net::answer("text/plain", net::Body(std::string_view("<html>"))); };
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
  whole = [](const net::Response&) { return net::answer("text/plain", net::Body()); };
  EXPECT_EQ(code_of(find()), ErrorCode::corrupt);
}

TEST(DirectLinkMessages, amounts_are_read_and_written_without_a_fraction_getting_lost) {
  using direct_link::fen_of;
  for (const auto& [text, expected] : {std::pair("0.01", 1), std::pair("1", 100), std::pair("12.3", 1230),
                                       std::pair("-20000.05", -2'000'005), std::pair("0.00", 0)}) {
    EXPECT_EQ(fen_of(text), expected) << text;
  }
  for (const char* text : {"", ".", ".5", "1.", "1.234", "1e2", "1,000.00", "--1", "+1", " 1", "12345678901234.00"}) {
    EXPECT_FALSE(fen_of(text)) << text;
  }
  EXPECT_EQ(direct_link::yuan_of(1), "0.01");
  EXPECT_EQ(direct_link::yuan_of(99), "0.99");
  EXPECT_EQ(direct_link::yuan_of(12'345), "123.45");
}

constexpr const char* awaited_order = "YX202611210000018-1";

TEST_F(DirectLinkTest, a_transfer_is_found_by_the_case_number_in_its_remark) {
  Transfers transfers(*bank_);
  credit("别的公司", 60'000, "货款");
  credit("样例公司二", 60'000, "YX202611210000026");
  const auto none = transfers.find(awaited_order);
  ASSERT_TRUE(none) << none.error().describe();
  EXPECT_EQ(none->standing, hall::PaymentStanding::not_paid);
  clock_.advance(std::chrono::hours(30));
  // As people write it: full-width digits, a blank, without the letters.
  const std::string id = credit("样例公司一", 60'000, "数字证书 ２０２６１１２１ 0000018");
  const auto come = transfers.find(awaited_order);
  ASSERT_TRUE(come) << come.error().describe();
  EXPECT_EQ(come->standing, hall::PaymentStanding::paid);
  EXPECT_EQ(come->order, awaited_order);
  EXPECT_EQ(come->paid_fen, 60'000);
  EXPECT_EQ(come->currency, "CNY");
  EXPECT_EQ(come->payer_name, "样例公司一");
  EXPECT_EQ(come->answer.transaction, id);
  EXPECT_NE(text_of(come->answer.raw).find(id), std::string_view::npos) << "the receipt says which booking";
}

TEST_F(DirectLinkTest, the_parts_of_a_transfer_are_summed_and_what_was_taken_back_is_not_there) {
  Transfers transfers(*bank_);
  credit("样例公司一", 20'000, "YX202611210000018");
  const std::string second = credit("样例公司一", 40'000, "YX202611210000018 补");
  EXPECT_EQ(transfers.find(awaited_order)->paid_fen, 60'000);
  ASSERT_EQ(admin("credits/" + second + "/reverse").first, 204);
  EXPECT_EQ(transfers.find(awaited_order)->paid_fen, 20'000);
  credit("样例公司一的股东", 40'000, "YX202611210000018");
  EXPECT_EQ(transfers.find(awaited_order)->payer_name, "样例公司一、样例公司一的股东");
}

TEST_F(DirectLinkTest, a_booking_that_an_officer_names_pays_unless_it_names_another_case) {
  Transfers transfers(*bank_);
  const std::string silent = credit("样例公司一", 60'000, "办理数字证书");
  const std::string others = credit("样例公司二", 60'000, "YX202611210000026");
  EXPECT_EQ(transfers.find(awaited_order)->standing, hall::PaymentStanding::not_paid);
  const std::string asked = std::string(awaited_order) + "/" + silent;
  const auto named = transfers.find(asked);
  ASSERT_TRUE(named) << named.error().describe();
  EXPECT_EQ(named->order, asked);
  EXPECT_EQ(named->paid_fen, 60'000);
  EXPECT_EQ(code_of(transfers.find(std::string(awaited_order) + "/" + others)), ErrorCode::not_found);
  EXPECT_EQ(code_of(transfers.find(std::string(awaited_order) + "/NONE")), ErrorCode::not_found);
  ASSERT_EQ(admin("credits/" + silent + "/reverse").first, 204);
  EXPECT_EQ(code_of(transfers.find(asked)), ErrorCode::not_found);
}

TEST_F(DirectLinkTest, transfers_refuse_what_a_bank_cannot_do) {
  Transfers transfers(*bank_);
  for (const char* number : {"", "YX1-1", "AB202611210000018-1", "YX20261121000001X-1", "YX202611210000018"}) {
    EXPECT_EQ(code_of(transfers.find(number)), ErrorCode::invalid_input) << number;
  }
  EXPECT_EQ(code_of(transfers.open({})), ErrorCode::unsupported);
  EXPECT_EQ(code_of(transfers.refund(awaited_order, "R1", 1, 1)), ErrorCode::declined_by_outside);
  EXPECT_EQ(code_of(transfers.hear({}, {})), ErrorCode::forbidden);
}

}  // namespace
}  // namespace yinxin::outside
