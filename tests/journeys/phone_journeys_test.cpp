// The requester's phone: links opened twice or late, cards that are not his, faces that do not pass.

#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

void expect_reason(const Answered& answer, const std::string& word, const std::string& sentence) {
  ASSERT_EQ(answer.status, 200) << text_of(answer.body);
  const object identity = answer.json->at("identity").as_object();
  ASSERT_TRUE(identity.contains("reason")) << text_of(answer.body);
  EXPECT_EQ(text_at(identity.at("reason"), "code"), word);
  EXPECT_EQ(text_at(identity.at("reason"), "message"), sentence);
  EXPECT_FALSE(answer.json->at("is_done").as_bool());
}

std::int64_t face_tries(Requester& who) {
  return who.view().at("identity").as_object().at("face_tries_today").as_int64();
}

TEST(PhoneJourney, ALinkIsOnePhonesAndNotForLong) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::papers_in);
  Phone old = who.open_link();
  Phone first = who.open_link();
  expect_refused(old.visit(), 410, "link.replaced", "二维码已刷新,请扫描电脑上的新二维码");
  Phone second(hall, first.token());
  expect_done(first.visit());
  expect_refused(second.visit(), 403, "link.other_phone", "该二维码已在另一台手机上使用");
  expect_refused(second.photograph("portrait", who.portrait()), 403, "link.other_phone",
                 "该二维码已在另一台手机上使用");
  EXPECT_FALSE(who.view().at("identity").as_object().at("has_portrait_side").as_bool());
  Phone stranger(hall, std::string(36, 'a'));
  expect_refused(stranger.visit(), 404, "link.unknown", "没有找到这个二维码对应的申请");
  const Answered deviceless = hall.ask(Method::post, "/api/v1/phone/" + first.token() + "/visit",
                                       {{"X-Yinxin-Page", "1"}, {"Content-Type", "application/json"}}, "{}");
  expect_refused(deviceless, 400, "link.device", "页面已失效,请重新扫码");
  // Opened in time, but left lying.
  hall.let_pass(15min);
  expect_refused(first.photograph("portrait", who.portrait()), 410, "link.late", "二维码已过期,请在电脑上刷新");
  Phone unopened = who.open_link();
  hall.let_pass(5min);
  expect_refused(unopened.visit(), 410, "link.late", "二维码已过期,请在电脑上刷新");
  EXPECT_EQ(who.answers(), who.applicant().answers);
  Phone good = who.open_link();
  who.pass_identity(good);
  who.lead_to(Stage::submitted);
  EXPECT_EQ(who.state(), "awaiting_acceptance");
}

TEST(PhoneJourney, ACardIsReadableOriginalGoodAndHisOwn) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::papers_in);
  Phone phone = who.open_link();
  expect_done(phone.visit());
  expect_reason(phone.photograph("portrait", {}), "card.unreadable", "照片无法识别,请在光线充足处重拍,避免反光和缺边");
  expect_reason(phone.photograph("portrait", who.emblem()), "card.unreadable",
                "照片无法识别,请在光线充足处重拍,避免反光和缺边");
  Answers card = who.portrait();
  card["is_copy"] = "true";
  expect_reason(phone.photograph("portrait", card), "card.copy", "请拍摄身份证原件,不要使用复印件或屏幕翻拍");
  card = who.portrait();
  card["resident_id"] = "110105199003070076";
  expect_reason(phone.photograph("portrait", card), "card.id_differs",
                "身份证号码与填写的信息不一致,请重拍或回电脑修改");
  card = who.portrait();
  card["name"] = "别人";
  expect_reason(phone.photograph("portrait", card), "card.name_differs",
                "身份证姓名与填写的信息不一致,请重拍或回电脑修改");
  expect_refused(phone.begin_face(), 409, "card.missing", "请先上传身份证正、反面照片");
  hall.plan(hall.places().card_reader, "RecognizeIdcard", "unavailable");
  expect_refused(phone.photograph("portrait", who.portrait()), 503, "provider.unavailable",
                 "外部服务暂时没有答复,请稍后再试,已填写的内容不会丢失");
  expect_done(phone.photograph("portrait", who.portrait()));
  card = who.emblem();
  card["valid_from"] = "20000101";
  card["valid_to"] = "20200101";
  expect_reason(phone.photograph("emblem", card), "card.expired", "身份证已过有效期");
  expect_refused(phone.begin_face(), 409, "card.missing", "请先上传身份证正、反面照片");
  expect_done(phone.photograph("emblem", who.emblem()));
  EXPECT_EQ(who.answers(), who.applicant().answers);
  EXPECT_TRUE(who.view().at("identity").as_object().at("has_portrait_side").as_bool());
  phone.press(phone.begin_face(), "pass");
  EXPECT_TRUE(phone.result().json->at("is_done").as_bool());
  EXPECT_EQ(who.state(), "awaiting_payment");
}

TEST(PhoneJourney, AFaceMayFailOrBeLeftAndTheProviderMayBeDown) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::papers_in);
  Phone phone = who.open_link();
  expect_done(phone.visit());
  expect_done(phone.photograph("portrait", who.portrait()));
  expect_done(phone.photograph("emblem", who.emblem()));
  expect_refused(phone.begin_face(false), 409, "face.consent", "请先阅读并同意面部识别告知");
  hall.plan(hall.places().face, "InitFaceVerify", "unavailable");
  expect_refused(phone.begin_face(), 503, "provider.unavailable",
                 "外部服务暂时没有答复,请稍后再试,已填写的内容不会丢失");
  // Left on the provider's page: no try is lost.
  phone.press(phone.begin_face(), "cancel");
  expect_reason(phone.result(true), "face.cancelled", "您已取消认证,可以重新开始,不计入次数");
  EXPECT_EQ(face_tries(who), 0);
  // Not he, or in the dark.
  phone.press(phone.begin_face(), "fail");
  expect_reason(phone.result(), "face.failed", "认证未通过,请在光线充足处由经办人本人重试");
  EXPECT_EQ(face_tries(who), 1);
  EXPECT_EQ(who.state(), "proving_identity");
  // Passed at the provider, which does not answer at first; the phone saying that he left changes no verdict.
  phone.press(phone.begin_face(), "pass");
  hall.plan(hall.places().face, "DescribeFaceVerify", "lose_answer");
  expect_refused(phone.result(), 503, "provider.unavailable", "外部服务暂时没有答复,请稍后再试,已填写的内容不会丢失");
  EXPECT_EQ(who.answers(), who.applicant().answers);
  EXPECT_TRUE(phone.result(true).json->at("is_done").as_bool());
  expect_refused(phone.begin_face(), 409, "identity.done", "身份认证已完成");
  who.pay();
  EXPECT_EQ(who.state(), "awaiting_acceptance");
}

TEST(PhoneJourney, AfterTheLastTryAPersonHasToLook) {
  Requester who;
  who.lead_to(Stage::papers_in);
  Phone phone = who.open_link();
  expect_done(phone.visit());
  expect_done(phone.photograph("portrait", who.portrait()));
  expect_done(phone.photograph("emblem", who.emblem()));
  for (std::int64_t tries = 1; tries <= 5; ++tries) {
    phone.press(phone.begin_face(), "fail");
    expect_reason(phone.result(), "face.failed", "认证未通过,请在光线充足处由经办人本人重试");
    EXPECT_EQ(face_tries(who), tries);
  }
  expect_refused(phone.begin_face(), 429, "face.tries_used", "今日认证次数已用完,请选择人工核验");
  EXPECT_EQ(text_at(who.view().at("identity"), "state"), "manual");
  EXPECT_EQ(who.state(), "proving_identity");
  EXPECT_EQ(who.answers(), who.applicant().answers);
}

TEST(PhoneJourney, WhoWillNotHaveHisFaceCheckedIsSeenByAnOfficer) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::papers_in);
  Phone phone = who.open_link();
  expect_done(phone.visit());
  expect_done(phone.photograph("portrait", who.portrait()));
  expect_done(phone.photograph("emblem", who.emblem()));
  expect_refused(phone.begin_face(false), 409, "face.consent", "请先阅读并同意面部识别告知");
  expect_done(phone.by_person());
  expect_refused(phone.begin_face(), 409, "identity.by_person", "您已选择人工核验,请等候工作人员联系");
  EXPECT_EQ(who.state(), "awaiting_payment");
  expect_done(who.set_account(who.applicant().account));
  expect_done(who.order());
  who.pay_order();
  must("handed in", who.customer().wait_for("proving_identity"));
  hall.settle();
  // The desk has the case, and takes it up only when its officer has seen him.
  ASSERT_EQ(who.state(), "proving_identity");
  Officer officer(scene::registration);
  ASSERT_TRUE(officer.desk().requery(who.id()));
  expect_told_as(officer.desk().prove_identity(who.id(), "guess", "看着像"), "identity.method",
                 "请选择视频核验或当面核验");
  ASSERT_TRUE(officer.desk().prove_identity(who.id(), "video", "视频中出示身份证原件"));
  hall.settle();
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  const auto accepted = officer.decide(who.id(), trust::Decision::accept);
  ASSERT_TRUE(accepted) << accepted.error().describe();
  EXPECT_NE(officer.read().find("人工视频核验: 视频中出示身份证原件"), std::string::npos);
  Officer reviewer(scene::review);
  reviewer.approve(who.id());
  hall.take_in_token("holder-6", "HOLDER-0006");
  make_line(who.id(), "holder-6");
  hall.settle();
  EXPECT_EQ(who.state(), "ready");
}

}  // namespace
}  // namespace yinxin::journeys
