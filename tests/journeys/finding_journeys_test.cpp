// What the machines found about papers that were taken all the same: the officer sees it, returns the case, and it is
// gone when the papers are good.

#include "api/problem/sentences.h"
#include "intake/picture.h"
#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

// The findings beside the case at the desk: id → sentence.
Answers findings(Officer& officer, const std::string& id) {
  const object shown = officer.show(id);
  Answers found;
  for (const value& check : shown.at("checks").as_array()) {
    const std::string word = "check." + text_at(check, "id");
    EXPECT_TRUE(api::has_sentence(word)) << word;
    found[word] = api::sentence(word, api::Language::zh);
  }
  return found;
}

Bytes blank_page(int width, int height) {
  constexpr std::size_t channels = 3;
  intake::Picture picture{.width = width, .height = height, .rgb = {}};
  picture.rgb.assign(channels * static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 240);
  constexpr int quality = 80;
  return must_have("a picture", intake::encode_jpeg(picture, quality));
}

TEST(FindingJourney, WhatTheMachinesFoundIsBesideTheCaseAndGoesWhenItIsMended) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::agreed);
  expect_done(who.save(who.applicant().answers, true));
  hall.plan(hall.places().carrier, "Mobile3MetaDetailVerify", "unavailable");
  expect_done(who.finish_entry());
  const Bytes form = who.form_scan();
  expect_done(who.upload("application_form", blank_page(1200, 1600)));
  expect_done(who.upload("licence", form));
  expect_done(who.upload("impression_sheet", who.sheet_scan({who.applicant().seal}, "样例")));
  Phone phone = who.open_link();
  who.pass_identity(phone);
  who.pay();
  Officer officer(scene::registration);
  Answers found = findings(officer, who.id());
  for (const auto& [word, sentence] : {std::pair{"check.stamp.not_seen", "未发现红色公章"},
                                       std::pair{"check.scan.coarse", "扫描分辨率偏低,请核对文字是否清晰"},
                                       std::pair{"check.form.code_unread", "申请表二维码未能识别,请核对单号和版本"},
                                       std::pair{"check.sheet.code_unread", "采集表二维码未能识别,请核对单号"},
                                       std::pair{"check.carrier.not_asked", "运营商三要素尚未核验"}}) {
    EXPECT_EQ(found[word], sentence) << word;
  }
  ASSERT_TRUE(officer.desk().give_back(
      who.id(), "申请表未加盖公章",
      {{"materials.application_form", "未见公章"}, {"materials.impression_sheet", "请重新扫描"}}));
  hall.settle();
  ASSERT_EQ(who.state(), "returned");
  expect_done(who.upload("application_form", form));
  expect_done(who.upload("impression_sheet", who.good_sheet()));
  expect_done(who.post("/resubmission"));
  hall.settle();
  found = findings(officer, who.id());
  for (const char* gone : {"check.stamp.not_seen", "check.form.code_unread", "check.sheet.code_unread"}) {
    EXPECT_FALSE(found.contains(gone)) << gone;
  }
  EXPECT_TRUE(found.contains("check.form.code_agrees"));
  EXPECT_TRUE(found.contains("check.sheet.code_agrees"));
  officer.accept(who.id());
  EXPECT_EQ(text_at(officer.show(who.id()).at("state"), "code"), "awaiting_review");
}

}  // namespace
}  // namespace yinxin::journeys
