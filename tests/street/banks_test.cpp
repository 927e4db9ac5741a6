// The table of banks as a page sees it: searched with a session alone, and binding where it is whole.
#include "http_street.h"

namespace yinxin::street_test {
namespace {

constexpr std::string_view branch = "中国工商银行股份有限公司深圳福田支行";
constexpr std::string_view found_by_words = "/api/v1/banks?q=%E7%A6%8F%E7%94%B0%20%E5%B7%A5%E5%95%86";  // 福田 工商

std::string table(const std::string& extent) {
  return "banks\t2026-11-22\t" + extent + "\t测试用表\n102100099996\t中国工商银行\t北京\n102584002910\t" +
         std::string(branch) + "\t深圳\n";
}

class Banks : public StreetOverHttp {
 protected:
  Told give_account(const std::string& bank) {
    return call(Method::put, path("/account"),
                {{"answers", boost::json::object{{"account_name", answers_["unit_name"]},
                                                 {"account_bank", bank},
                                                 {"account_number", "755912345678901"}}}});
  }
  void lead_page_to_payment() {
    open_page();
    fill_in();
    print_and_upload();
    prove_identity();
    ASSERT_EQ(dossier().application.state, hall::CaseState::awaiting_payment);
  }
  static std::string word_of(const Told& told) {
    const auto* problems = told.json.if_contains("problems");
    return problems == nullptr || problems->as_array().empty()
               ? std::string()
               : std::string(problems->as_array().front().at("code").as_string());
  }
};

TEST_F(Banks, AreFoundByWordsAndNumbersWithASessionOnly) {
  street_->use_banks(hall::BankDirectory::parse(table("partial")).value());
  EXPECT_EQ(call(Method::get, std::string(found_by_words)).status, 401);
  open_page();
  const Told told = call(Method::get, std::string(found_by_words));
  ASSERT_EQ(told.status, 200);
  EXPECT_EQ(told.json.at("banks"),
            (boost::json::array{boost::json::object{{"number", "102584002910"}, {"name", branch}, {"city", "深圳"}}}));
  EXPECT_EQ(told.json.at("has_more"), false);
  EXPECT_EQ(told.json.at("size"), 2);
  EXPECT_EQ(told.json.at("is_complete"), false);
  EXPECT_EQ(call(Method::get, "/api/v1/banks?q=1021000").json.at("banks").as_array().size(), 1U);
  EXPECT_TRUE(call(Method::get, "/api/v1/banks").json.at("banks").as_array().empty());
  EXPECT_EQ(call(Method::get, "/api/v1/banks?q=%FF%FE").status, 400);
}

TEST_F(Banks, OfAWholeTableOneMustBePicked) {
  street_->use_banks(hall::BankDirectory::parse(table("complete")).value());
  lead_page_to_payment();
  const Told refused = give_account("天地银行福田支行");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(word_of(refused), "account_bank.not_listed");
  EXPECT_EQ(refused.json.at("problems").as_array().front().at("message"), "请从列表中选择开户行");
  EXPECT_EQ(dossier().answer("account_bank"), "天地银行福田支行") << "kept as it was typed";
  EXPECT_EQ(call(Method::post, path("/payments"), {{"way", "wechat"}}).status, 422) << "nor is it paid past it";
  EXPECT_TRUE(providers_.opened.empty());
  const Told taken = give_account(" 中国工商银行 股份有限公司深圳福田支行");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(dossier().answer("account_bank"), branch) << "in the table's words";
  EXPECT_EQ(call(Method::post, path("/payments"), {{"way", "wechat"}}).status, 200);
}

TEST_F(Banks, OfAPartialTableAnotherIsTakenWithAWarning) {
  street_->use_banks(hall::BankDirectory::parse(table("partial")).value());
  lead_page_to_payment();
  const Told warned = give_account("天地银行福田支行");
  EXPECT_EQ(warned.status, 200);
  EXPECT_EQ(word_of(warned), "account_bank.not_found");
  EXPECT_EQ(word_of(give_account("中国工商银行")), "");
  street_->use_banks({});
  EXPECT_EQ(word_of(give_account("天地银行福田支行")), "") << "nobody can look it up";
}

}  // namespace
}  // namespace yinxin::street_test
