// The entry screen: every rule of every answer fails once, is said at its field, keeps what was typed, and is mended.

#include <thread>

#include "base/identifiers/check_digits.h"
#include "base/identifiers/organization.h"
#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

struct Slip {
  std::string field, typed, word, sentence;
};

std::string with_wrong_end(std::string number) {
  number.back() = number.back() == '0' ? '1' : '0';
  return number;
}

// Wrong as a tax number, which may end like a credit code or like an identity number.
std::string with_wrong_tax_end(std::string number) {
  for (const char end : {'0', '1', '2'}) {
    number.back() = end;
    if (!TaxNumber::parse(number)) {
      break;
    }
  }
  return number;
}

// A resident identity number with a right check digit.
std::string resident_id(const std::string& division, const std::string& birth) {
  const std::string seventeen = division + birth + "123";
  return seventeen + resident_id_check_digit(seventeen);
}

std::vector<Slip> slips_of(const demo::Applicant& a) {
  const std::string uscc = a.answer("unit_document_number");
  const std::string id = a.answer("requester_id_number");
  const std::string check = "校验位不正确,请对照证件逐位核对";
  return {
      {"years", "9", "years.not_sold", "请选择证书年限"},
      {"unit_name", "甲", "unit_name.length", "请填写2至100个字的全称"},
      {"unit_document_kind", "护照", "choice", "请从选项中选择"},
      {"unit_document_number", uscc.substr(1), "uscc.length", "统一社会信用代码应为18位"},
      {"unit_document_number", "9I" + uscc.substr(2), "uscc.character",
       "统一社会信用代码含有无效字符(不含I、O、S、V、Z)"},
      {"unit_document_number", with_wrong_end(uscc), "uscc.check_digit", check},
      {"unit_region", "广东省/", "region.incomplete", "请选择完整的地区"},
      {"unit_address", "某路", "address.length", "地址应为5至120个字"},
      {"legal_name", "张", "person_name.length", "姓名应为2至30个字"},
      {"legal_name", "张3丰", "person_name.character", "姓名只能是汉字(可含·)或外文字母"},
      {"requester_id_number", id.substr(0, 16), "resident_id.length", "身份证号码应为18位"},
      {"requester_id_number", "A" + id.substr(1), "resident_id.character", "身份证号码含有无效字符"},
      {"requester_id_number", with_wrong_end(id), "resident_id.check_digit", "身份证号码" + check},
      {"requester_id_number", resident_id("990101", "19900101"), "resident_id.division", "身份证号码前六位不正确"},
      {"requester_id_number", resident_id("440304", "19900230"), "resident_id.date", "身份证号码中的出生日期不存在"},
      {"requester_id_number", resident_id("440304", "20990101"), "resident_id.future", "身份证号码中的出生日期不正确"},
      {"requester_id_number", resident_id("440304", "20200101"), "resident_id.too_young", "经办人须年满18周岁"},
      {"requester_mobile", "1380013", "mobile.length", "手机号码应为11位数字"},
      {"requester_mobile", "1380013800o", "mobile.character", "手机号码应为11位数字"},
      {"requester_mobile", "11800138000", "mobile.prefix", "手机号码应为11位数字,以13至19开头"},
      {"requester_mail", "zhang@", "email.domain", "邮箱格式不正确"},
      {"requester_mail", "@example.cn", "email.local_part", "邮箱格式不正确"},
      {"requester_mail", std::string(250, 'a') + "@example.cn", "email.length", "邮箱格式不正确"},
      {"requester_post", std::string(700, 'x'), "text.length", "长度不符合要求"},
      {"unit_address", std::string("样例路\x01第一号"), "text.control", "含有不可见的控制字符"},
      {"mailing_phone", "12345", "phone.form", "请填写手机号码,或区号加座机号码"},
      {"mailing_region", "广东省/深圳市/", "region.incomplete", "请选择完整的地区"},
      {"mailing_postcode", "51800", "postcode.form", "邮政编码为6位数字"},
  };
}

TEST(EntryJourney, EveryWrongAnswerIsSaidAtItsFieldAndKeptUntilItIsMended) {
  Requester who;
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, true));
  for (const Slip& slip : slips_of(who.applicant())) {
    SCOPED_TRACE(slip.field + " " + slip.word);
    const Answered saved = who.save({{slip.field, slip.typed}});
    expect_done(saved);
    expect_problem(saved, slip.field, slip.word, slip.sentence);
    // What was typed stands as it was typed, and nothing else is lost; only text that is none is not kept.
    Answers expected = who.applicant().answers;
    if (!slip.word.starts_with("text.")) {
      expected[slip.field] = slip.typed;
    }
    EXPECT_EQ(who.answers(), expected);
    if (!slip.word.starts_with("text.")) {
      const Answered next = who.finish_entry();
      EXPECT_EQ(next.status, 422);
      expect_problem(next, slip.field, slip.word, slip.sentence);
    }
    const Answered mended = who.save({{slip.field, who.applicant().answer(slip.field)}});
    expect_done(mended);
    expect_no_problem(mended, slip.field);
  }
  expect_done(who.finish_entry());
  EXPECT_EQ(who.answers(), who.applicant().answers);
}

TEST(EntryJourney, ACreditCodesOtherCheckDigitsAreToldApart) {
  Requester who;
  who.lead_to(Stage::agreed);
  const std::string good = who.applicant().answer("unit_document_number");
  std::set<std::string> told;
  const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const auto type = [&](const std::string& code) {
    const Answered saved = who.save({{"unit_document_number", code}});
    for (const auto& [word, sentence] :
         {std::pair{"uscc.both_check_digits", "校验位不正确,请对照证件逐位核对"},
          std::pair{"uscc.organization_check_digit", "第17位校验位不正确,请对照证件逐位核对"},
          std::pair{"uscc.division", "第3至8位行政区划不正确"}}) {
      for (const value& problem : saved.json->at("problems").as_array()) {
        if (text_at(problem, "code") == word) {
          EXPECT_EQ(text_at(problem, "message"), sentence);
          told.insert(word);
        }
      }
    }
  };
  std::string code = good;
  code[16] = good[16] == '0' ? '1' : '0';
  type(code);  // position 17, and with it 18
  for (const char last : alphabet) {
    code.back() = last;
    if (told.contains("uscc.organization_check_digit")) {
      break;
    }
    type(code);
  }
  code = good;
  code.replace(2, 6, "990000");
  for (const char last : alphabet) {
    code.back() = last;
    if (told.contains("uscc.division")) {
      break;
    }
    type(code);
  }
  EXPECT_EQ(told.size(), 3U);
  must("fill in", who.customer().fill_in());
  EXPECT_EQ(who.answers().at("unit_document_number"), good);
}

TEST(EntryJourney, AnAnswerThatIsMissingIsAskedForBeforeAnythingIsPrinted) {
  Requester who;
  who.lead_to(Stage::agreed);
  Answers most = who.applicant().answers;
  most.erase("requester_post");
  expect_done(who.save(most, true));
  expect_problem(who.finish_entry(), "requester_post", "required", "此项必填");
  expect_refused(who.post("/application-form"), 409, "entry.incomplete", "信息尚未填写完整");
  expect_refused(who.post("/phone-links"), 409, "entry.incomplete", "信息尚未填写完整");
  EXPECT_EQ(who.answers(), most);
  expect_done(who.save({{"requester_post", who.applicant().answer("requester_post")}}));
  who.lead_to(Stage::entered);
  expect_done(who.post("/application-form"));
}

TEST(EntryJourney, WhatOnlyShowsBetweenTwoAnswersIsSaid) {
  Requester who;
  who.lead_to(Stage::agreed);
  const auto& a = who.applicant();
  expect_done(who.save(a.answers, true));
  expect_done(who.save({{"legal_id_number", a.answer("requester_id_number")},
                        {"legal_name", a.answer("requester_name") == "王样例" ? "李样例" : "王样例"}}));
  expect_problem(who.finish_entry(), "requester_name", "person.one_id_two_names",
                 "法定代表人与经办人身份证号码相同,但姓名不同");
  expect_done(who.save({{"legal_id_number", a.answer("legal_id_number")},
                        {"legal_name", a.answer("legal_name")},
                        {"legal_mobile", a.answer("requester_mobile")}}));
  expect_problem(who.finish_entry(), "requester_mobile", "person.two_ids_one_mobile",
                 "法定代表人与经办人手机号码相同,但不是同一人");
  EXPECT_EQ(who.answers().at("legal_mobile"), a.answer("requester_mobile"));
  expect_done(who.save({{"legal_mobile", a.answer("legal_mobile")}}));
  // Warnings may stay as they are.
  const std::string region = a.answer("mailing_region");
  const std::string repeated = region.substr(0, region.find('/')) + a.answer("mailing_address");
  expect_done(who.save({{"mailing_address", repeated}}));
  const Answered warned = who.finish_entry();
  expect_done(warned);
  expect_problem(warned, "mailing_address", "address.repeats_region", "收件地址不必重复省市县", true);
  EXPECT_EQ(who.answers().at("mailing_address"), repeated);
}

TEST(EntryJourney, AnOldRequesterIsOnlyAskedToLookAgain) {
  Requester who;
  who.applicant().answers["requester_id_number"] = resident_id("440304", "19400101");
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, true));
  const Answered warned = who.finish_entry();
  expect_done(warned);
  expect_problem(warned, "requester_id_number", "resident_id.old", "请核对经办人身份证号码中的出生日期", true);
}

TEST(EntryJourney, AnInvoiceHasATaxNumber) {
  Requester who;
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, true));
  const std::string uscc = who.applicant().answer("unit_document_number");
  for (const auto& [typed, word, sentence] :
       {std::tuple{uscc.substr(2), "tax_number.length", "纳税人识别号长度不正确"},
        std::tuple{"-*" + uscc.substr(2), "tax_number.character", "纳税人识别号含有无效字符"},
        std::tuple{with_wrong_tax_end(uscc), "tax_number.check_digit", "纳税人识别号校验位不正确"}}) {
    expect_problem(who.save({{"invoice_tax_number", typed}}), "invoice_tax_number", word, sentence);
    EXPECT_EQ(who.answers().at("invoice_tax_number"), typed);
  }
  expect_no_problem(who.save({{"invoice_tax_number", uscc}}), "invoice_tax_number");
  expect_done(who.finish_entry());
}

TEST(EntryJourney, NothingGoesOnWithoutEveryConsentToTheTextThatIsThere) {
  Requester who;
  who.lead_to(Stage::begun);
  expect_done(who.save(who.applicant().answers, true));
  expect_problem(who.finish_entry(), "consents", "consent.missing", "请阅读并勾选全部协议后继续");
  const auto consent = [&](const object& documents) { return who.post("/consents", {{"documents", documents}}); };
  expect_refused(consent({{"服务协议", std::string(64, '0')}}), 400, "consent.unknown_document", "没有这份协议");
  expect_refused(consent({{"电子认证服务协议", std::string(64, '0')}}), 400, "consent.other_text",
                 "协议内容已更新,请重新阅读");
  expect_problem(who.finish_entry(), "consents", "consent.missing", "请阅读并勾选全部协议后继续");
  EXPECT_TRUE(who.view().at("consents").as_array().empty());
  EXPECT_EQ(who.answers(), who.applicant().answers);
  must("agree", who.customer().agree());
  expect_done(who.finish_entry());
}

// R-049.
TEST(EntryJourney, WhatWasAgreedToIsReadLaterByTheRequesterAndByTheOfficer) {
  Requester who;
  who.lead_to(Stage::submitted);
  const auto told = must_have("the consents", who.customer().get("/api/v1/cases/" + who.id() + "/consents"));
  ASSERT_EQ(told.status, 200);
  const object mine = told.json->as_object();
  const auto offer = LiveHall::get().hall().shelf().offers().front();
  ASSERT_EQ(mine.at("consents").as_array().size(), offer->programme.agreements.size());
  for (const value& consent : mine.at("consents").as_array()) {
    const std::string text = offer->documents.at(text_at(consent, "document"));
    EXPECT_EQ(text_at(consent, "text"), text);
    EXPECT_EQ(text_at(consent, "sm3"), to_hex(crypto::sm3(bytes_of(text))));
    EXPECT_EQ(consent.at("programme_version").as_int64(), offer->programme.version);
    EXPECT_EQ(text_at(consent, "address"), "127.0.0.1");
    EXPECT_FALSE(text_at(consent, "account").empty());
    EXPECT_FALSE(text_at(consent, "at").empty());
  }
  Officer officer(scene::registration);
  const Answered read = officer.call(Method::get, "/desk/v1/cases/" + who.id() + "/consents");
  expect_done(read);
  EXPECT_EQ(read.json->as_object(), mine);
  // Beside the case stands who, what and when; the texts are read where they are asked for.
  const object beside = officer.show(who.id());
  ASSERT_EQ(beside.at("consents").as_array().size(), offer->programme.agreements.size());
  EXPECT_FALSE(beside.at("consents").as_array().front().as_object().contains("text"));
  Requester other;
  other.lead_to(Stage::begun);
  EXPECT_EQ(must_have("an answer", other.customer().get("/api/v1/cases/" + who.id() + "/consents")).status, 404);
}

TEST(EntryJourney, TwoPagesOfOneCaseDoNotOverwriteEachOther) {
  Requester who;
  who.lead_to(Stage::agreed);
  const value old = who.view().at("version");
  expect_done(who.save({{"requester_post", "会计"}}));
  const Answered late =
      must_have("an answer", who.customer().call(Method::patch, "/api/v1/cases/" + who.id(),
                                                 {{"version", old}, {"answers", object{{"requester_post", "出纳"}}}}));
  expect_refused(late, 409, "case.changed_elsewhere", "该申请已在另一处修改,请刷新后再填");
  EXPECT_EQ(who.answers().at("requester_post"), "会计");
  object many;
  for (int n = 0; n <= 64; ++n) {
    many["field_" + std::to_string(n)] = "x";
  }
  const Answered too_many = must_have(
      "an answer", who.customer().call(Method::patch, "/api/v1/cases/" + who.id(),
                                       {{"version", who.view().at("version")}, {"answers", std::move(many)}}));
  expect_refused(too_many, 400, "answers.too_many", "提交的项目过多");
  must("fill in", who.customer().fill_in());
  EXPECT_EQ(who.answers(), who.applicant().answers);
}

void know_subscriber(const std::string& mobile, const std::string& name, const std::string& id) {
  const auto known = demo::Customer::at(LiveHall::get().places().carrier, Method::post, "/admin/subscribers",
                                        {{"name", name}, {"resident_id", id}, {"mobile", mobile}});
  must("a subscriber", known && known->status == 204 ? Result<void>() : fail(ErrorCode::internal, "not taken"));
}

TEST(EntryJourney, TheSameUnitTwiceIsWarnedOf) {
  Requester first;
  first.lead_to(Stage::entered);
  Requester second;
  second.applicant().answers["unit_document_number"] = first.applicant().answer("unit_document_number");
  second.lead_to(Stage::agreed);
  // Nobody learns by a unit's number what others have begun, until he has said who he is and the carrier agrees.
  const Answered saved = second.save(second.applicant().answers, true);
  expect_done(saved);
  EXPECT_EQ(text_of(saved.body).find("case.unit_has_another"), std::string::npos);
  know_subscriber(second.applicant().answer("requester_mobile"), second.applicant().answer("requester_name"),
                  "11010519491231002X");
  EXPECT_EQ(text_of(second.finish_entry().body).find("case.unit_has_another"), std::string::npos);
  know_subscriber(second.applicant().answer("requester_mobile"), second.applicant().answer("requester_name"),
                  second.applicant().answer("requester_id_number"));
  const Answered warned = second.finish_entry();
  expect_done(warned);
  expect_problem(warned, "unit_document_number", "case.unit_has_another",
                 "该单位已有一份办理中的申请,继续办理可能重复收费", true);
}

// The carriers.

TEST(CarrierJourney, EachWayOfNotMatchingIsToldAndMended) {
  Requester who;
  const auto& a = who.applicant();
  who.lead_to(Stage::agreed);
  const Answers typed = a.answers;
  expect_done(who.save(typed, true));
  const std::string mobile = a.answer("requester_mobile");
  // Registered to somebody else altogether; then to the right name but another identity number.
  know_subscriber(mobile, "别人", "110105199003070076");
  expect_problem(who.finish_entry(), "requester_mobile", "carrier.not_this_person",
                 "该手机号码不是经办人本人实名登记的号码。登记在单位或他人名下的号码无法通过核验");
  EXPECT_EQ(who.answers(), typed);
  know_subscriber(mobile, a.answer("requester_name"), "110105199003070076");
  expect_problem(who.finish_entry(), "requester_mobile", "carrier.name_and_id_differ",
                 "姓名或身份证号码与该手机号码的实名登记不一致,请对照身份证逐字核对");
  EXPECT_EQ(who.answers(), typed);
  // He has it put right at the carrier's.
  know_subscriber(mobile, a.answer("requester_name"), a.answer("requester_id_number"));
  const Answered mended = who.finish_entry();
  expect_done(mended);
  expect_no_problem(mended, "requester_mobile");
  // A match is not asked for again.
  expect_done(who.finish_entry());
}

TEST(CarrierJourney, ANumberThatNobodyKnowsAndTriesThatAreUsedUp) {
  auto& hall = LiveHall::get();
  Requester who;
  const auto& a = who.applicant();
  who.lead_to(Stage::agreed);
  Answers typed = a.answers;
  typed["requester_mobile"] = "13700000001";
  expect_done(who.save(typed, true));
  for (int tries = 0; tries < 3; ++tries) {
    expect_problem(who.finish_entry(), "requester_mobile", "carrier.no_record",
                   "运营商查无此号码的实名记录,请更换经办人本人实名登记的号码");
  }
  expect_problem(who.finish_entry(), "requester_mobile", "carrier.tries_used",
                 "今日核验次数已用完,请明日再试,已填写的内容不会丢失");
  // Not even with the right number: the day is over.
  expect_done(who.save({{"requester_mobile", a.answer("requester_mobile")}}));
  expect_problem(who.finish_entry(), "requester_mobile", "carrier.tries_used",
                 "今日核验次数已用完,请明日再试,已填写的内容不会丢失");
  EXPECT_EQ(who.answers(), a.answers);
  hall.let_pass(24h);
  who.sign_in();
  const Answered next_day = who.finish_entry();
  expect_done(next_day);
  expect_no_problem(next_day, "requester_mobile");
}

TEST(CarrierJourney, AProviderThatIsDownOrTalksRubbishDoesNotStopTheCase) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, true));
  for (const char* fault : {"unavailable", "bad_signature", "decline", "lose_answer"}) {
    SCOPED_TRACE(fault);
    hall.plan(hall.places().carrier, "Mobile3MetaDetailVerify", fault);
    const Answered answered = who.finish_entry();
    expect_done(answered);
    expect_problem(answered, "requester_mobile", "carrier.unavailable",
                   "暂时无法核验手机号码,您可以继续,我们将在审核前再次核对", true);
  }
  EXPECT_EQ(who.answers(), who.applicant().answers);
  // He goes on; the desk asks again before acceptance.
  who.hand_in_papers();
  who.lead_to(Stage::submitted);
  Officer officer(scene::registration);
  officer.accept(who.id());
  EXPECT_EQ(text_at(officer.show(who.id()).at("state"), "code"), "awaiting_review");
}

TEST(CarrierJourney, ASlowProviderHoldsUpNobodyElse) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, true));
  hall.plan(hall.places().carrier, "Mobile3MetaDetailVerify", "hold");
  std::optional<Answered> answered;
  std::thread clicks([&] { answered = who.finish_entry(); });
  const auto held = [&] {
    const auto told = demo::Customer::at(hall.places().carrier, Method::get, "/admin/faults", {});
    return told && told->json->is_object() && told->json->at("held").as_int64() == 1;
  };
  const auto patience = std::chrono::steady_clock::now() + 10s;
  while (!held() && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(held());
  // Meanwhile the same person's page is answered, and so is everybody else's.
  EXPECT_EQ(who.answers(), who.applicant().answers);
  Requester other;
  other.lead_to(Stage::begun);
  EXPECT_FALSE(answered);
  const auto released = demo::Customer::at(hall.places().carrier, Method::post, "/admin/faults/release", {});
  clicks.join();
  ASSERT_TRUE(released);
  expect_done(*answered);
  expect_no_problem(*answered, "requester_mobile");
}

}  // namespace
}  // namespace yinxin::journeys
