// What a page is told before and while somebody types: the programme as data, and what of it the entry then demands.

#include <algorithm>

#include "api/routes/hall/views.h"
#include "street/http_street.h"
#include "trust/snapshot.h"

namespace yinxin::street_test {
namespace {

using boost::json::object;
using boost::json::value;

class OfferedOverHttp : public StreetOverHttp {
 protected:
  object offer() {
    const Told told = call(Method::get, "/api/v1/projects/" + project());
    EXPECT_EQ(told.status, 200);
    return told.json;
  }
  object programme() { return offer().at("programme").as_object(); }
  Told agree_to(const std::vector<std::string>& documents) {
    object shown;
    for (const std::string& document : documents) {
      shown[document] = to_hex(crypto::sm3(bytes_of(shelf_.offer->documents.at(document))));
    }
    return call(Method::post, path("/consents"), {{"documents", shown}});
  }
  Told type(const hall::Answers& answers) {
    object typed;
    for (const auto& [field, text] : answers) {
      typed[field] = text;
    }
    return call(Method::patch, path(), {{"version", dossier().version}, {"answers", typed}});
  }
};

std::string text_of_field(const value& json, std::string_view key) {
  const value* found = json.as_object().if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

bool names(const object& answer, const std::string& field, const std::string& code) {
  const value* const list = answer.if_contains("problems");
  return list != nullptr && std::ranges::any_of(list->as_array(), [&](const value& problem) {
           return text_of_field(problem, "field") == field && text_of_field(problem, "code") == code;
         });
}

object field_named(const object& programme, const std::string& name) {
  for (const value& field : programme.at("fields").as_array()) {
    if (text_of_field(field, "name") == name) {
      return field.as_object();
    }
  }
  ADD_FAILURE() << "no field " << name;
  return {};
}

std::vector<std::string> step_names(const object& programme) {
  std::vector<std::string> names;
  for (const value& step : programme.at("steps").as_array()) {
    names.push_back(text_of_field(step, "name"));
  }
  return names;
}

TEST_F(OfferedOverHttp, WhoComesWithoutALinkFindsTheProgrammesOnOfferBeforeAnyLogin) {
  const Told told = call(Method::get, "/api/v1/projects");
  ASSERT_EQ(told.status, 200);
  const auto& list = told.json.at("projects").as_array();
  ASSERT_EQ(list.size(), 1U);
  const object whole = programme();
  for (const char* key : {"project_id", "code", "name", "status", "operator", "relying_platform"}) {
    EXPECT_EQ(list.front().at(key), whole.at(key)) << key;
  }
}

// the link of the relying platform is read by whoever comes, and outlasts his login.
TEST_F(OfferedOverHttp, ADeepLinkIsReadBeforeTheLoginAndLandsInItsProgrammeAfterIt) {
  const object before = programme();
  EXPECT_EQ(text_of_field(before, "project_id"), project());
  EXPECT_EQ(text_of_field(before, "name"), "深圳市建筑工务署政府工程承包商资信管理系统");
  EXPECT_EQ(text_of_field(before.at("relying_platform"), "path"), "承包商登录 → 证书申请");
  EXPECT_EQ(call(Method::get, "/api/v1/me").status, 401);
  ASSERT_NO_FATAL_FAILURE(open_page());
  EXPECT_EQ(text_of_field(call(Method::get, "/api/v1/me").json, "project_id"), project());
  const Told begun = call(Method::get, path());
  EXPECT_EQ(text_of_field(begun.json, "project_id"), project());
  EXPECT_EQ(text_of_field(begun.json.at("programme"), "name"), text_of_field(before, "name"));
  const Told unknown = call(Method::get, "/api/v1/projects/00000000000000000000000000000000");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(text_of_field(unknown.json, "detail"), "链接中的项目编号不存在。请回到业务平台的登录页重新点击“证书申请”");
}

// each programme has the steps of its own guide, and says which screens belong to each.
TEST_F(OfferedOverHttp, TheStepsAreNamedByTheirProgramme) {
  const object offered = programme();
  EXPECT_EQ(step_names(offered),
            (std::vector<std::string>{"选择应用", "录入信息", "展示申请表", "活体认证", "在线支付"}));
  for (const value& step : offered.at("steps").as_array()) {
    EXPECT_FALSE(step.at("screens").as_array().empty()) << text_of_field(step, "name");
  }
  const store::street::OneOffer trading(std::string(YX_SOURCE_DIR) + "/programmes/sz-trading.yaml");
  EXPECT_EQ(step_names(api::offer_view(*trading.offer).at("programme").as_object()),
            (std::vector<std::string>{"选择应用", "录入信息", "预览申请信息", "上传资料", "在线支付"}));
}

// every document has its text, sensitive information a tick of its own, and without that nothing goes on.
TEST_F(OfferedOverHttp, SensitiveInformationIsAgreedToByATickOfItsOwn) {
  const object shown = offer();
  const object page = shown.at("programme").at("agreement_page").as_object();
  EXPECT_EQ(text_of_field(page, "title"), "证书新办");
  EXPECT_EQ(text_of_field(page, "button"), "进入新办");
  EXPECT_EQ(page.at("ticks").as_array().size(), 2U);
  std::map<std::int64_t, std::vector<std::string>> by_tick;
  for (const value& document : shown.at("documents").as_array()) {
    const std::string text = text_of_field(document, "text");
    EXPECT_EQ(text_of_field(document, "sm3"), to_hex(crypto::sm3(bytes_of(text))));
    by_tick[document.at("tick").as_int64()].push_back(text_of_field(document, "document"));
  }
  ASSERT_EQ(by_tick[1], (std::vector<std::string>{"电子认证服务协议", "个人信息授权书", "隐私保护"}));
  ASSERT_EQ(by_tick[2], (std::vector<std::string>{"敏感个人信息授权书"}));

  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_EQ(type(answers_).status, 200);
  ASSERT_EQ(agree_to(by_tick[1]).status, 200);
  const Told kept_back = call(Method::post, path("/entry"));
  EXPECT_EQ(kept_back.status, 422);
  EXPECT_TRUE(names(kept_back.json, "consents", "consent.missing")) << boost::json::serialize(kept_back.json);
  ASSERT_EQ(agree_to(by_tick[2]).status, 200);
  EXPECT_EQ(call(Method::post, path("/entry")).status, 200);
}

// what was agreed to is read as it stood, whatever the document says by now.
TEST_F(OfferedOverHttp, AConsentKeepsTheTextThatWasShown) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_EQ(agree_to({"隐私保护"}).status, 200);
  ASSERT_EQ(agree_to({"隐私保护"}).status, 200) << "once is enough";
  auto changed = std::make_shared<hall::Offer>(*shelf_.offer);
  const std::string before = changed->documents.at("隐私保护");
  changed->documents.at("隐私保护") = "另一全文";
  shelf_.offer = changed;
  clock_.advance(10min);
  const Told told = call(Method::get, path("/consents"));
  ASSERT_EQ(told.status, 200);
  ASSERT_EQ(told.json.at("consents").as_array().size(), 1U);
  const value& consent = told.json.at("consents").as_array().front();
  EXPECT_EQ(text_of_field(consent, "document"), "隐私保护");
  EXPECT_EQ(text_of_field(consent, "text"), before);
  EXPECT_EQ(text_of_field(consent, "sm3"), to_hex(crypto::sm3(bytes_of(before))));
  EXPECT_EQ(text_of_field(consent, "at"), to_rfc3339(store::street::moment));
  EXPECT_EQ(text_of_field(consent, "address"), "127.0.0.1");
  EXPECT_EQ(text_of_field(consent, "agent"), "a browser");
  EXPECT_EQ(text_of_field(consent, "account"), session_.account);
  EXPECT_EQ(consent.at("programme_version").as_int64(), changed->programme.version);
  cookie_.clear();
  EXPECT_EQ(call(Method::get, path("/consents")).status, 401);
}

// each year that is offered has its price, per year; another number of years is none.
TEST_F(OfferedOverHttp, TheYearsAreTheProgrammesAndArePricedByTheYear) {
  constexpr std::int64_t year_fen = 20000;
  const object offered = programme();
  const auto& kinds = offered.at("kinds").as_array();
  ASSERT_EQ(kinds.size(), 1U);
  EXPECT_EQ(text_of_field(kinds.front(), "label"), "机构证书");
  const object years = offered.at("years").as_object();
  EXPECT_TRUE(years.at("assumed").as_bool());
  ASSERT_NO_FATAL_FAILURE(open_page());
  std::int64_t expected = 0;
  for (const value& each : years.at("values").as_array()) {
    ASSERT_EQ(each.as_int64(), ++expected);
    const Told chosen = type({{"years", std::to_string(expected)}});
    ASSERT_EQ(chosen.status, 200);
    EXPECT_EQ(chosen.json.at("price_fen").as_int64(), expected * year_fen);
  }
  EXPECT_EQ(expected, 5);
  for (const char* wrong : {"0", "6", "三"}) {
    EXPECT_TRUE(names(type({{"years", wrong}}).json, "years", "years.not_sold")) << wrong;
  }
  // The fees that no guide names say so themselves.
  for (const value& row : offered.at("fees").at("rows").as_array()) {
    EXPECT_TRUE(row.at("assumed").as_bool());
    EXPECT_FALSE(text_of_field(row, "reason").empty());
  }
}

// what is marked is what the entry demands, and nothing else is.
TEST_F(OfferedOverHttp, WhatIsMarkedRequiredIsWhatTheEntryDemands) {
  const object offered = programme();
  EXPECT_EQ(text_of_field(offered, "required_note"), "带*为必填项");
  ASSERT_NO_FATAL_FAILURE(open_page());
  agree();
  ASSERT_EQ(type(answers_).status, 200);
  ASSERT_EQ(call(Method::post, path("/entry")).status, 200);
  std::size_t demanded = 0;
  for (const value& field : offered.at("fields").as_array()) {
    const std::string name = text_of_field(field, "name");
    if (text_of_field(field, "block") == "account") {
      continue;  // asked for with the payment
    }
    SCOPED_TRACE(name);
    const bool is_required = field.at("required").as_bool();
    ASSERT_EQ(type({{name, ""}}).status, 200);
    const Told next = call(Method::post, path("/entry"));
    EXPECT_EQ(names(next.json, name, "required"), is_required) << boost::json::serialize(next.json);
    EXPECT_EQ(next.status, is_required ? 422 : 200);
    demanded += is_required ? 1 : 0;
    if (answers_.contains(name)) {
      ASSERT_EQ(type({{name, answers_.at(name)}}).status, 200);
    }
  }
  EXPECT_EQ(demanded, 19U);
  EXPECT_TRUE(field_named(offered, "unit_name").at("required").as_bool());
  EXPECT_EQ(text_of_field(field_named(offered, "unit_name"), "label"), "机构名称");
}

// province, city and district, and where it is sent; recipient and telephone with it.
TEST_F(OfferedOverHttp, WhereItIsSentIsAskedForWithRecipientAndTelephone) {
  const object offered = programme();
  for (const auto& [name, label, is_required] :
       {std::tuple{"mailing_name", "收件人", true}, std::tuple{"mailing_phone", "联系电话", true},
        std::tuple{"mailing_region", "省市县", true}, std::tuple{"mailing_address", "收件地址", true},
        std::tuple{"mailing_postcode", "邮政编码", false}}) {
    const object field = field_named(offered, name);
    EXPECT_EQ(text_of_field(field, "label"), label);
    EXPECT_EQ(text_of_field(field, "block"), "mailing");
    EXPECT_EQ(field.at("required").as_bool(), is_required);
  }
  ASSERT_NO_FATAL_FAILURE(open_page());
  EXPECT_TRUE(names(type({{"mailing_region", "广东省/深圳市"}}).json, "mailing_region", "region.incomplete"))
      << "the district too";
  const Told typed = type({{"mailing_region", "广东省/深圳市/福田区"},
                           {"mailing_address", "样例路1号2楼"},
                           {"mailing_postcode", "518000"}});
  EXPECT_TRUE(typed.json.at("problems").as_array().empty());
  EXPECT_EQ(text_of_field(typed.json.at("answers"), "mailing_postcode"), "518000");
}

// how the account is proven, with the guide's explanation of where the PIN will go; hints beside fields.
TEST_F(OfferedOverHttp, ThePageExplainsWhereThePinWillGoAndWhatToTypeWhere) {
  const object offered = programme();
  const object check = offered.at("micro_deposit").as_object();
  EXPECT_EQ(text_of_field(check, "label"), "银行金融认证");
  EXPECT_EQ(text_of_field(check, "notice"),
            "如付款方式选择支付宝/"
            "微信,则需要进行单位金融认证,证书PIN码将以转账交易附言方式发送至对公账户,请向贵司财务人员获取;"
            "如付款方式选择公对公转账,机构证书PIN码将通过短信方式发至经办人手机号码,个人证书PIN码将通过短信方式发至"
            "申请人手机号码。");
  EXPECT_EQ(text_of_field(field_named(offered, "requester_mobile"), "hint"), "请填写实名手机号码");
  EXPECT_EQ(text_of_field(field_named(offered, "invoice_title"), "hint"), "发票名称请完整填写");
  EXPECT_NE(text_of_field(field_named(offered, "account_bank"), "hint").find("输入工商关键字即可"), std::string::npos);
}

// the guide's words on the phone when it is done, and not before; the page may go on.
TEST_F(OfferedOverHttp, ThePhoneSaysTheGuidesWordsWhenItIsDone) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_NO_FATAL_FAILURE(fill_in());
  ASSERT_NO_FATAL_FAILURE(print_and_upload());
  token_ = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  const std::string link = "/api/v1/phone/" + to_hex(token_);
  const std::vector<std::pair<std::string, std::string>> device{{"X-Yinxin-Device", "phone"}};
  Told view = call(Method::post, link + "/visit", {}, device);
  ASSERT_EQ(view.status, 200);
  for (const char* side : {"portrait", "emblem"}) {
    EXPECT_FALSE(view.json.at("is_done").as_bool());
    EXPECT_EQ(text_of_field(view.json, "done_text"), "");
    view = send(Method::put, link + "/card/" + side, to_bytes(bytes_of(side)), device);
    ASSERT_EQ(view.status, 200);
  }
  ASSERT_EQ(call(Method::post, link + "/face", {{"consent", true}}, device).status, 200);
  view = call(Method::post, link + "/face/result", {}, device);
  ASSERT_EQ(view.status, 200);
  EXPECT_TRUE(view.json.at("is_done").as_bool());
  EXPECT_EQ(text_of_field(view.json, "done_text"), "恭喜! 认证通过 请查看PC端继续操作");
  EXPECT_EQ(text_of_field(call(Method::get, path()).json.at("state"), "code"), "awaiting_payment");
}

}  // namespace
}  // namespace yinxin::street_test
