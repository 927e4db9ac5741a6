// What an officer sees of checks whose answer changed, cases that go back, and a courier who will not come.

#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

void tell(const std::string& place, const std::string& path, const object& body = {}) {
  const auto told = demo::Customer::at(place, Method::post, path, body);
  must("a provider", told && told->status == 204 ? Result<void>() : fail(ErrorCode::internal, path));
}

// Whether the newest receipt of this kind says yes; nothing when there is none.
std::optional<bool> receipt(Officer& officer, const std::string& id, const std::string& kind) {
  const object shown = officer.show(id);
  for (const value& told : shown.at("receipts").as_array()) {
    if (text_at(told, "kind") == kind) {
      return told.at("passed").as_bool();
    }
  }
  return std::nullopt;
}

std::string state_of(Officer& officer, const std::string& id) { return text_at(officer.show(id).at("state"), "code"); }

constexpr const char* carrier_says_no = "运营商实名核验未通过或本版没有回执,请重新查证";
constexpr const char* face_says_no = "活体认证未通过或本版没有回执,请重新查证";
constexpr const char* payment_says_no = "支付机构的账目与实收金额不符或本版没有回执,请重新查证";

// A link to a paper is for this paper and for now; whoever opens it later is told what to do.
TEST(PaperJourney, ALinkToAPaperRunsOutAndOpensNoOther) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  Officer officer(scene::registration);
  const auto link = boost::json::parse(must_have("a link", officer.desk().paper_link(who.id(), "licence")));
  const std::string url = text_at(link, "url");
  const std::string path = url.substr(url.find("/papers/"));
  const auto open = [&](const std::string& where) {
    return LiveHall::send(hall.papers_port(), {.method = Method::get, .target = where, .headers = {}, .body = {}},
                          "localhost");
  };
  EXPECT_EQ(open(path).status, 200);
  std::string other = path;
  other.replace(other.find("/licence/"), std::string("/licence/").size(), "/application_form/");
  expect_refused(open(other), 403, "ticket.false", "资料链接无效,请在办理台重新打开");
  hall.let_pass(api::paper_ticket_life);
  expect_refused(open(path), 410, "ticket.late", "资料链接已过期,请在办理台重新打开");
}

TEST(ReceiptJourney, EachProviderIsAskedAgainAndAnAnswerThatChangedStopsAcceptance) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  const std::string& id = who.id();
  const auto& a = who.applicant();
  Officer officer(scene::registration);
  const auto expect_stopped = [&](const std::string& kind, const std::string& word, const std::string& sentence) {
    ASSERT_TRUE(officer.desk().requery(id));
    EXPECT_EQ(receipt(officer, id, kind), false);
    const auto refused = officer.decide(id, trust::Decision::accept);
    expect_told(refused, sentence);
    expect_told(refused, word);
    EXPECT_NE(officer.read().find(kind + "  有回执：未通过"), std::string::npos) << officer.read();
    EXPECT_EQ(state_of(officer, id), "awaiting_acceptance");
  };
  // Without having asked, nothing stands.
  expect_told(officer.decide(id, trust::Decision::accept), "本版没有回执");
  // The number changed hands since.
  tell(hall.places().carrier, "/admin/subscribers",
       {{"name", "别人"}, {"resident_id", "110105199003070076"}, {"mobile", a.answer("requester_mobile")}});
  expect_stopped("carrier_check", "evidence.carrier_check", carrier_says_no);
  tell(hall.places().carrier, "/admin/subscribers",
       {{"name", a.answer("requester_name")},
        {"resident_id", a.answer("requester_id_number")},
        {"mobile", a.answer("requester_mobile")}});
  // The face check's provider knows nothing of it.
  const auto dossier = hall.hall().street().street().any(id);
  ASSERT_TRUE(dossier);
  const std::string face = "/admin/faces/" + dossier->identity.face_transaction;
  tell(hall.places().face, face + "/hide");
  expect_stopped("liveness_check", "evidence.liveness_check", face_says_no);
  tell(hall.places().face, face + "/show");
  // Nor the payment's of the money.
  const std::string order = "/admin/orders/" + text_at(who.newest_order(), "number");
  tell(hall.places().wechat_pay, order + "/hide");
  expect_stopped("payment", "evidence.payment", payment_says_no);
  tell(hall.places().wechat_pay, order + "/show");
  ASSERT_TRUE(officer.desk().requery(id));
  for (const char* kind : {"carrier_check", "liveness_check", "payment"}) {
    EXPECT_EQ(receipt(officer, id, kind), true) << kind;
  }
  const auto accepted = officer.decide(id, trust::Decision::accept);
  ASSERT_TRUE(accepted) << accepted.error().describe();
  Officer reviewer(scene::review);
  const auto approved = reviewer.decide(id, trust::Decision::approve);
  ASSERT_TRUE(approved) << approved.error().describe();
  EXPECT_EQ(state_of(reviewer, id), "approved");
  hall.settle();
  EXPECT_EQ(who.count_sms("approved"), 1U);
}

TEST(ReceiptJourney, AProviderThatIsDownLeavesAReceiptMissingAndTheOthersAsked) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  Officer officer(scene::registration);
  struct Down {
    std::string place, operation, kind, sentence;
  };
  for (const Down& down : {Down{hall.places().carrier, "Mobile3MetaDetailVerify", "carrier_check", carrier_says_no},
                           Down{hall.places().face, "DescribeFaceVerify", "liveness_check", face_says_no},
                           Down{hall.places().wechat_pay, "find", "payment", payment_says_no}}) {
    SCOPED_TRACE(down.kind);
    // Who goes back with a correction is asked about anew: the receipts before are of another revision.
    ASSERT_TRUE(officer.desk().give_back(who.id(), "请核对职务", {{"requester_post", "请核对职务"}}));
    hall.settle();
    const Answered resubmitted = who.post("/resubmission");
    expect_done(resubmitted);
    hall.settle();
    hall.plan(down.place, down.operation, "unavailable");
    const auto asked = officer.desk().requery(who.id());
    expect_told_as(asked, "desk.outside_uncertain", "对方机构未答复,结果待查,请稍后再试");
    const auto refused = officer.decide(who.id(), trust::Decision::accept);
    expect_told(refused, down.sentence);
  }
  officer.accept(who.id());
  EXPECT_EQ(state_of(officer, who.id()), "awaiting_review");
}

TEST(ReceiptJourney, AnOfficerAnswersForACheckWithAReasonButNeverForTheMoney) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  Officer officer(scene::registration);
  hall.plan(hall.places().carrier, "Mobile3MetaDetailVerify", "unavailable");
  EXPECT_FALSE(officer.desk().requery(who.id()));
  const auto for_money = officer.decide(who.id(), trust::Decision::accept,
                                        {{"carrier_check", "已视频核验本人"}, {"payment", "已电话核实"}});
  expect_told(for_money, payment_says_no);
  const auto accepted =
      officer.decide(who.id(), trust::Decision::accept, {{"carrier_check", "运营商接口故障,已视频核验本人"}});
  ASSERT_TRUE(accepted) << accepted.error().describe();
  Officer reviewer(scene::review);
  reviewer.approve(who.id());
  EXPECT_NE(reviewer.read().find("运营商接口故障,已视频核验本人"), std::string::npos) << "the second officer sees it";
  EXPECT_EQ(state_of(reviewer, who.id()), "approved");
}

TEST(ReturnJourney, OnlyWhatWasMarkedIsOpenAndNothingIsPaidAgain) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  expect_refused(who.post("/resubmission"), 409, "case.not_returned", "该申请当前不需要重新提交");
  Officer officer(scene::registration);
  ASSERT_TRUE(officer.desk().requery(who.id()));
  const auto stale = officer.desk().approval_bundle(who.id(), trust::Decision::accept, {});
  ASSERT_TRUE(stale) << stale.error().describe();
  const Bytes signed_before = must_have("S1", officer.sign(*stale, trust::Decision::accept));
  ASSERT_TRUE(officer.desk().give_back(who.id(), "职务有误", {{"requester_post", "请核对职务"}}));
  hall.settle();
  ASSERT_EQ(who.state(), "returned");
  EXPECT_EQ(who.count_sms("returned"), 1U);
  EXPECT_EQ(who.view().at("reopened").as_object(), (object{{"requester_post", "请核对职务"}}));
  const Answers before = who.answers();
  // Everything else is closed, and says so at its field.
  const Answered closed = who.save({{"unit_address", "别的路 9 号 9 楼"}});
  expect_done(closed);
  expect_problem(closed, "unit_address", "field.closed", "此项当前不能修改");
  expect_problem(who.save({{"years", before.at("years") == "1" ? "2" : "1"}}), "years", "field.closed",
                 "此项当前不能修改");
  expect_refused(who.upload("licence", who.form_scan()), 409, "field.closed", "此项当前不能修改");
  EXPECT_EQ(who.answers(), before);
  // The marked answer is printed on the form: with it the form is called for.
  expect_done(who.save({{"requester_post", "财务总监"}}));
  const Answered early = who.post("/resubmission");
  EXPECT_EQ(early.status, 422);
  expect_problem(early, "materials.application_form", "form.outdated", "填写内容已修改,请重新打印、盖章、上传申请表");
  expect_done(who.upload("application_form", who.form_scan()));
  expect_done(who.post("/resubmission"));
  hall.settle();
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  EXPECT_EQ(who.view().at("orders").as_array().size(), 1U);
  EXPECT_EQ(hall.house().desk().find(who.id())->snapshot.revision, 2);
  // What was signed over the case as it stood before is signed over nothing now.
  expect_told_as(officer.desk().hand_in(who.id(), trust::Decision::accept, signed_before), "desk.conflict",
                 "内容与业务单现状不符,请刷新后重新核对");
  // Nor do the receipts of before serve.
  expect_told(officer.decide(who.id(), trust::Decision::accept), "本版没有回执");
  officer.accept(who.id());
  // The same officer's hand is not a second one.
  EXPECT_FALSE(officer.decide(who.id(), trust::Decision::approve));
  EXPECT_EQ(state_of(officer, who.id()), "awaiting_review");
}

TEST(ReturnJourney, AnotherRequesterProvesHimselfAndTheCaseComesBackWithoutPaying) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  Officer officer(scene::registration);
  ASSERT_TRUE(officer.desk().give_back(who.id(), "经办人已离职",
                                       {{"requester_name", "请填写现任经办人"},
                                        {"requester_id_number", "请填写现任经办人"},
                                        {"materials.application_form", "请重新盖章"}}));
  hall.settle();
  ASSERT_EQ(who.state(), "returned");
  auto& answers = who.applicant().answers;
  answers["requester_name"] = answers.at("requester_name") == "王建国" ? "李建国" : "王建国";
  answers["requester_id_number"] = "110105199003070076";
  expect_done(who.save(
      {{"requester_name", answers.at("requester_name")}, {"requester_id_number", answers.at("requester_id_number")}}));
  tell(hall.places().carrier, "/admin/subscribers",
       {{"name", answers.at("requester_name")},
        {"resident_id", answers.at("requester_id_number")},
        {"mobile", answers.at("requester_mobile")}});
  expect_done(who.upload("application_form", who.form_scan()));
  expect_done(who.post("/resubmission"));
  ASSERT_EQ(who.state(), "proving_identity");
  Phone phone = who.open_link();
  who.pass_identity(phone);
  hall.settle();
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  EXPECT_EQ(who.view().at("orders").as_array().size(), 1U);
  const auto record = hall.house().desk().find(who.id());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->snapshot.revision, 2);
  EXPECT_EQ(record->snapshot.requester.name, answers.at("requester_name"));
  officer.accept(who.id());
}

TEST(CourierJourney, WhoRefusesIsDownOrForgetsGivesOneWaybillInTheEnd) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  const std::string& id = who.id();
  Officer officer(scene::registration);
  officer.accept(id);
  Officer reviewer(scene::review);
  reviewer.approve(id);
  expect_told_as(officer.desk().dispatch(id), "desk.wrong_state", "业务单当前状态不能办理此步骤");
  make_line(id);
  hall.settle();
  ASSERT_EQ(who.state(), "ready");
  const std::string order = "EXP_RECE_CREATE_ORDER";
  hall.plan(hall.places().courier, order, "decline");
  expect_told_as(officer.desk().dispatch(id), "desk.declined_by_outside",
                 "对方机构拒绝受理,请核对收件信息或改用其他方式");
  EXPECT_EQ(state_of(officer, id), "ready");
  hall.plan(hall.places().courier, order, "unavailable");
  expect_told(officer.desk().dispatch(id), "对方机构未答复,结果待查,请稍后再试");
  hall.plan(hall.places().courier, order, "lose_answer");
  const auto lost = officer.desk().dispatch(id);  // the courier has it, and may be asked at once
  EXPECT_EQ(state_of(officer, id), lost ? "shipped" : "ready");
  ASSERT_TRUE(officer.desk().dispatch(id));
  ASSERT_TRUE(officer.desk().dispatch(id)) << "a second click";
  EXPECT_EQ(state_of(officer, id), "shipped");
  hall.settle();
  EXPECT_EQ(who.state(), "shipped");
  EXPECT_EQ(who.count_sms("shipped"), 1U);
  const auto waybills = demo::Customer::at(hall.places().courier, Method::get, "/admin/waybills", {});
  ASSERT_TRUE(waybills);
  const std::string all(text_of(waybills->body));
  std::size_t count = 0;
  for (std::size_t at = all.find(id); at != std::string::npos; at = all.find(id, at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 1U) << all;
}

TEST(CourierJourney, ALostParcelIsMadeAnewAndItsTokenOpensNothing) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  const std::string& id = who.id();
  Officer officer(scene::registration);
  officer.accept(id);
  Officer reviewer(scene::review);
  reviewer.approve(id);
  hall.take_in_token("holder-4", "HOLDER-0004");
  make_line(id, "holder-4");
  ASSERT_TRUE(officer.desk().dispatch(id));
  hall.settle();
  // It comes back once, and is sent again as another parcel.
  expect_told_as(officer.desk().parcel(id, "eaten"), "parcel.standing", "请选择快递退回或快递丢失");
  ASSERT_TRUE(officer.desk().parcel(id, "returned"));
  ASSERT_TRUE(officer.desk().parcel(id, "returned")) << "a second click";
  EXPECT_EQ(state_of(officer, id), "ready");
  ASSERT_TRUE(officer.desk().dispatch(id));
  EXPECT_EQ(who.count_sms("shipped"), 1U);
  hall.settle();
  EXPECT_EQ(who.count_sms("shipped"), 2U) << "another waybill is another message";
  // The second one is lost: whoever finds it holds certificates that are revoked, and a token that nothing activates.
  const auto line = must_have("the line", hall.house().book().find_issued_on("HOLDER-0004"));
  ASSERT_TRUE(line);
  const x509::Certificate lost = x509::Certificate::parse(line->signing).value();
  ASSERT_TRUE(officer.desk().parcel(id, "lost"));
  ASSERT_TRUE(officer.desk().parcel(id, "lost"));
  EXPECT_EQ(state_of(officer, id), "in_production");
  hall.keep_house();
  const auto revoked = must_have("a list", hall.house().publish_list("issuing"));
  const auto entry = revoked.find(lost.serial());
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->reason, x509::RevocationReason::cessation_of_operation);
  token::Ukey found = must_have("the lost token", token::Ukey::open(hall.scene().library(), "holder-4"));
  const agent::HallClient finder(must_have("the hall", agent::Remote::at(hall.url(), {})));
  const auto code = agent::send_code(finder, found, scene::container, who.applicant().answer("requester_mobile"));
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().code, ErrorCode::not_found) << code.error().describe();
  // Another token, once the permit for the first has run out, and nobody signs or pays again.
  hall.let_pass(31min);
  who.sign_in();
  hall.take_in_token("holder-5", "HOLDER-0005");
  make_line(id, "holder-5");
  hall.keep_house();
  hall.settle();
  EXPECT_EQ(who.state(), "ready");
  EXPECT_TRUE(must_have("the line", hall.house().book().find_issued_on("HOLDER-0005")))
      << "it is not ended with the first";
  Officer later(scene::registration);
  ASSERT_TRUE(later.desk().dispatch(id));
  EXPECT_EQ(state_of(later, id), "shipped");
}

}  // namespace
}  // namespace yinxin::journeys
