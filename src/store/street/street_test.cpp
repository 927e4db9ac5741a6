// The requester's road from the first code to the desk, and every turning where it must stop.

#include <algorithm>

#include "store/street/testing_street.h"
#include "trust/snapshot.h"

namespace yinxin::store::street {
namespace {

bool has_problem(const std::vector<hall::FieldProblem>& problems, const std::string& field, const std::string& code) {
  return std::ranges::any_of(problems, [&](const auto& each) { return each.field == field && each.code == code; });
}

TEST_F(StreetTest, TheWholeRoadEndsAtTheDeskWithPapersThatTheSnapshotNames) {
  lead_to_payment();
  const auto order = open_payment();
  ASSERT_TRUE(order) << order.error().describe();
  ASSERT_EQ(order->dossier.orders.size(), 1U);
  EXPECT_EQ(order->dossier.orders.front().price_fen, 60000);
  EXPECT_EQ(order->dossier.orders.front().code_url, "weixin://pay/" + id_ + "-1");
  pay(60000);
  const auto paid = street_->ask_payment(id_ + "-1");
  ASSERT_TRUE(paid) << paid.error().describe();
  EXPECT_EQ(paid->dossier.application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(store_->claim_errands("submit", 10, 1min).value().size(), 1U);
  const auto deposits = store_->claim_errands("micro_deposit", 10, 1min).value();
  ASSERT_EQ(deposits.size(), 1U);
  EXPECT_EQ(deposits.front().errand.case_id, id_);

  const auto submission = street_->submission(id_);
  ASSERT_TRUE(submission) << submission.error().describe();
  const auto shot = trust::Snapshot::parse(submission->snapshot);
  ASSERT_TRUE(shot) << shot.error().describe();
  EXPECT_EQ(shot->application_id, id_);
  EXPECT_EQ(shot->unit.uscc, answers_["unit_document_number"]);
  EXPECT_EQ(shot->unit.locality, "深圳市");
  EXPECT_EQ(shot->requester.resident_id, answers_["requester_id_number"]);
  EXPECT_EQ(shot->money.due_fen, 60000);
  EXPECT_EQ(shot->money.received_fen, 60000);
  ASSERT_EQ(shot->lines.size(), 1U);
  EXPECT_EQ(shot->lines.front().validity_months, 36);
  ASSERT_TRUE(shot->lines.front().seal);
  EXPECT_EQ(shot->lines.front().seal->width_mm, 42);
  EXPECT_EQ(shot->lines.front().seal->picture_hash, crypto::sm3(bytes_of("a seal's picture")));
  ASSERT_EQ(submission->materials.size(), 5U) << "three papers and both sides of the card";
  for (const auto& material : submission->materials) {
    const auto named = std::ranges::find(shot->materials, material.slot, &trust::SlotHash::slot);
    ASSERT_NE(named, shot->materials.end());
    EXPECT_EQ(named->original, crypto::sm3(material.original));
    EXPECT_EQ(named->rendition, crypto::sm3(material.rendition));
  }
  EXPECT_TRUE(submission->progress.paid);
  EXPECT_TRUE(submission->progress.identity_proven);
}

TEST_F(StreetTest, TheSameOpeningKeyIsTheSameCaseAndAnotherAccountDoesNotSeeIt) {
  begin();
  const auto again = street_->begin(session_, project(), "key-1");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->dossier.id, id_);
  EXPECT_TRUE(hall::is_case_number(id_)) << id_;
  const auto other = sign_in("13900139000");
  EXPECT_NE(other.account, session_.account);
  const auto stolen = street_->find(other.account, id_);
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().code, ErrorCode::not_found);
  EXPECT_EQ(street_->list(session_.account)->size(), 1U);
  EXPECT_TRUE(street_->list(other.account)->empty());
  EXPECT_EQ(street_->begin(session_, "00", "key-2").error().code, ErrorCode::not_found);
}

TEST_F(StreetTest, WhatIsTypedWronglyIsKeptAndNamedField) {
  begin();
  const auto saved = save({{"unit_document_number", "91440300MA5DA00010"},
                           {"requester_id_number", "440300199003072111"},
                           {"requester_mobile", "２３８00138000"},
                           {"mailing_postcode", "51800"},
                           {"unit_name", "深圳市 样例(集团)有限公司"}});
  ASSERT_TRUE(saved) << saved.error().describe();
  EXPECT_TRUE(has_problem(saved->problems, "requester_mobile", "mobile.prefix"));
  EXPECT_TRUE(has_problem(saved->problems, "mailing_postcode", "postcode.form"));
  EXPECT_EQ(saved->dossier.answer("mailing_postcode"), "51800");
  EXPECT_EQ(saved->dossier.answer("unit_name"), "深圳市样例（集团）有限公司");
  const auto unfinished = street_->finish_entry(session_.account, id_);
  ASSERT_TRUE(unfinished);
  EXPECT_TRUE(has_problem(unfinished->problems, "years", "required"));
  EXPECT_TRUE(has_problem(unfinished->problems, "consents", "consent.missing"));
  EXPECT_EQ(providers_.carrier_asked, 0);
}

TEST_F(StreetTest, ASecondTabIsToldThatSomebodyWasFaster) {
  begin();
  const std::int64_t version = dossier().version;
  ASSERT_TRUE(save({{"years", "1"}}));
  const auto late = street_->save(session_.account, id_, version, {{"years", "2"}}, {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_EQ(late.error().detail, "case.changed_elsewhere");
  EXPECT_EQ(dossier().answer("years"), "1");
}

TEST_F(StreetTest, TheCarriersWordStopsTheEntryAndItsSilenceDoesNot) {
  begin();
  agree();
  ASSERT_TRUE(save(answers_));
  providers_.carrier_is_down = true;
  const auto silent = street_->finish_entry(session_.account, id_);
  ASSERT_TRUE(silent);
  EXPECT_TRUE(has_problem(silent->problems, "requester_mobile", "carrier.unavailable"));
  EXPECT_TRUE(std::ranges::all_of(silent->problems, &hall::FieldProblem::is_warning));
  providers_.carrier_is_down = false;
  providers_.carrier = hall::CarrierVerdict::not_this_person;
  for (int tries = 0; tries < hall::max_carrier_tries_a_day; ++tries) {
    const auto refused = street_->finish_entry(session_.account, id_);
    ASSERT_TRUE(refused);
    EXPECT_TRUE(has_problem(refused->problems, "requester_mobile", "carrier.not_this_person"));
  }
  const auto used_up = street_->finish_entry(session_.account, id_);
  EXPECT_TRUE(has_problem(used_up->problems, "requester_mobile", "carrier.tries_used"));
  clock_.advance(24h);
  providers_.carrier = hall::CarrierVerdict::match;
  EXPECT_TRUE(street_->finish_entry(session_.account, id_)->problems.empty());
}

TEST_F(StreetTest, AFormOfOtherAnswersOrAnotherCaseIsNotTaken) {
  lead_to_entry();
  EXPECT_TRUE(has_problem(upload("application_form")->problems, "materials.application_form", "form.print_first"));
  ASSERT_TRUE(street_->print_form(session_.account, id_));
  const std::string first = press_.form.code;
  examiner_.paper.codes = {"YX202611210000991/1/0011223344556677"};
  EXPECT_TRUE(
      has_problem(upload("application_form")->problems, "materials.application_form", "form.other_application"));
  examiner_.paper.codes = {first};
  EXPECT_TRUE(upload("application_form")->problems.empty());
  // A changed answer makes a new version; the scan of the old one counts no more.
  ASSERT_TRUE(save({{"requester_post", "总经理"}}));
  ASSERT_TRUE(street_->print_form(session_.account, id_));
  EXPECT_EQ(press_.form.version, 2);
  EXPECT_NE(press_.form.code, first);
  EXPECT_TRUE(has_problem(upload("application_form")->problems, "materials.application_form", "form.old_version.1"));
  ASSERT_TRUE(upload("licence"));
  examiner_.impression.codes = {id_ + "/seal"};
  ASSERT_TRUE(upload("impression_sheet"));
  const auto link = street_->open_phone_link(session_.account, id_);
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().detail, "papers.incomplete");
  // Printing the same answers again is the same version.
  ASSERT_TRUE(street_->print_form(session_.account, id_));
  EXPECT_EQ(press_.form.version, 2);
}

TEST_F(StreetTest, WhatAFileIsRefusedForIsSaidAndNothingIsKept) {
  lead_to_entry();
  for (const char* refusal :
       {"upload.empty", "upload.not_a_picture", "upload.scripted_pdf", "upload.too_many_pixels"}) {
    examiner_.paper.refusal = refusal;
    const auto refused = upload("licence");
    ASSERT_TRUE(refused);
    EXPECT_TRUE(has_problem(refused->problems, "materials.licence", refusal));
    EXPECT_EQ(dossier().find_upload("licence"), nullptr);
  }
  examiner_.impression.refusal = "impression.two_seals";
  EXPECT_TRUE(has_problem(upload("impression_sheet")->problems, "materials.impression_sheet", "impression.two_seals"));
  EXPECT_EQ(upload("other_medium").error().code, ErrorCode::not_found);
  examiner_.paper.refusal.clear();
  examiner_.paper.has_red_seal = false;
  const auto unstamped = upload("licence");
  EXPECT_TRUE(has_problem(unstamped->problems, "materials.licence", "stamp.not_seen"));
  EXPECT_NE(dossier().find_upload("licence"), nullptr);
}

TEST_F(StreetTest, APhoneLinkOpensOnOnePhoneOnceAndInTime) {
  lead_to_entry();
  print_and_upload();
  const Bytes late = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  clock_.advance(6min);
  EXPECT_EQ(street_->phone_open(late, "phone").error().detail, "link.late");
  const Bytes token = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  EXPECT_EQ(street_->phone_open(late, "phone").error().detail, "link.replaced");
  const auto view = street_->phone_open(token, "phone");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->requester, "张*");
  EXPECT_EQ(view->resident_id.find("19900307"), std::string::npos);
  EXPECT_EQ(street_->phone_open(token, "another").error().detail, "link.other_phone");
  EXPECT_EQ(street_->phone_card(token, "another", hall::CardSide::portrait, bytes_of("p")).error().code,
            ErrorCode::forbidden);
  EXPECT_EQ(street_->phone_open(random_.bytes(hall::phone_token_bytes), "phone").error().code, ErrorCode::not_found);
  EXPECT_EQ(street_->phone_begin_face(token, "phone", "https://h", "{}").error().detail, "card.missing");
}

TEST_F(StreetTest, AForeignOrOldCardIsRefusedAndTheFaceHasItsTriesOnly) {
  lead_to_entry();
  print_and_upload();
  const Bytes token = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  ASSERT_TRUE(street_->phone_open(token, "phone"));
  const auto card = [&](hall::CardSide side) {
    return street_->phone_card(token, "phone", side, bytes_of("x"))->identity.reason;
  };
  providers_.portrait.name = "王五";
  EXPECT_EQ(card(hall::CardSide::portrait), "card.name_differs");
  providers_.portrait.name = answers_["requester_name"];
  providers_.portrait.is_copy = true;
  EXPECT_EQ(card(hall::CardSide::portrait), "card.copy");
  providers_.portrait.is_copy = false;
  providers_.emblem.valid_to = "20261120";
  EXPECT_EQ(card(hall::CardSide::emblem), "card.expired");
  providers_.emblem.valid_to = "长期";
  EXPECT_EQ(card(hall::CardSide::emblem), "");
  EXPECT_EQ(card(hall::CardSide::portrait), "");
  const auto face = [&] {
    const auto begun = street_->phone_begin_face(token, "phone", "https://h", "{}");
    return begun ? street_->phone_result(token, "phone")->identity.reason : begun.error().detail;
  };
  providers_.face = hall::FaceVerdict::cancelled;
  EXPECT_EQ(face(), "face.cancelled");
  providers_.face = hall::FaceVerdict::failed;
  for (int tries = 0; tries < 5; ++tries) {
    EXPECT_EQ(face(), "face.failed");
  }
  EXPECT_EQ(dossier().identity.state, hall::IdentityState::manual);
  EXPECT_EQ(face(), "face.tries_used");
  EXPECT_EQ(providers_.face_asked_for, answers_["requester_id_number"]);
}

TEST_F(StreetTest, AnotherPersonMustProveHimselfAgain) {
  lead_to_payment();
  ASSERT_TRUE(save({{"requester_post", "主任"}}));
  EXPECT_TRUE(dossier().application.progress.identity_proven);
  EXPECT_EQ(dossier().application.state, CaseState::draft);
  ASSERT_TRUE(save({{"requester_name", "赵六"}}));
  EXPECT_FALSE(dossier().application.progress.identity_proven);
  EXPECT_FALSE(dossier().identity.portrait_side);
}

TEST_F(StreetTest, OnlyTheRightSumFromTheProviderSubmitsAndOnlyOnce) {
  lead_to_payment();
  EXPECT_EQ(street_->open_payment(session_.account, id_, "cash").error().detail, "payment.way");
  const auto without_account = street_->open_payment(session_.account, id_, "wechat");
  ASSERT_TRUE(without_account);
  EXPECT_TRUE(has_problem(without_account->problems, "account_number", "required"));
  EXPECT_TRUE(providers_.opened.empty());
  ASSERT_TRUE(open_payment());
  ASSERT_TRUE(street_->open_payment(session_.account, id_, "wechat"));
  EXPECT_EQ(providers_.opened.size(), 1U) << "a second click opens no second order";
  const std::string order = id_ + "-1";
  const auto unpaid = street_->ask_payment(order);
  EXPECT_EQ(unpaid->dossier.application.state, CaseState::awaiting_payment);
  pay(60000);
  EXPECT_EQ(street_->ask_payment(order)->dossier.application.state, CaseState::awaiting_acceptance);
  const auto version = dossier().version;
  ASSERT_TRUE(street_->ask_payment(order));
  EXPECT_EQ(dossier().version, version) << "a repeated callback changes nothing";
  EXPECT_EQ(store_->claim_errands("submit", 10, 1min)->size(), 1U);
  EXPECT_EQ(street_->ask_payment("nobody").error().code, ErrorCode::not_found);
}

TEST_F(StreetTest, WhileMoneyIsUnderWayNothingIsEditedAndAfterItsTimeItIs) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  const auto refused = save({{"requester_post", "主任"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "case.payment_under_way");
  clock_.advance(31min);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  EXPECT_TRUE(save({{"requester_post", "主任"}}));
}

TEST_F(StreetTest, AReturnOpensOnlyWhatItNamesAndNothingIsPaidAgain) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  ASSERT_TRUE(street_->hear_desk(
      {id_, CaseState::returned, "申请表未加盖公章", {{"materials.application_form", "申请表未加盖公章"}}}));
  EXPECT_EQ(dossier().revision, 2);
  EXPECT_EQ(upload("licence").error().detail, "field.closed");
  EXPECT_TRUE(has_problem(save({{"unit_name", "另一家公司"}})->problems, "unit_name", "field.closed"));
  EXPECT_TRUE(upload("application_form")->problems.empty());
  const auto sent = street_->resubmit(session_.account, id_);
  ASSERT_TRUE(sent) << sent.error().describe();
  EXPECT_EQ(sent->dossier.application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(store_->claim_errands("submit", 10, 1min)->size(), 2U);
  EXPECT_EQ(street_->submission(id_)->progress.paid, true);
  EXPECT_EQ(providers_.opened.size(), 1U);
}

TEST_F(StreetTest, AReturnedDepositOpensTheAccountAndSendsTheGuidesMessage) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  const std::string deposit = id_ + "D1";
  ASSERT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::accepted, ""));
  EXPECT_EQ(street_->set_account(session_.account, id_, {}).error().detail, "account.closed");
  ASSERT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::came_back, "户名不符"));
  ASSERT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::came_back, "户名不符"));
  EXPECT_EQ(dossier().deposits.back().failures, 1);
  const auto messages = store_->claim_messages(10, 1min).value();
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.back().wish.text, "micro_deposit_failed");
  EXPECT_EQ(messages.back().wish.mobile, answers_["requester_mobile"]);
  const auto other_name = street_->set_account(
      session_.account, id_,
      {{"account_name", "别家公司"}, {"account_bank", "样例银行"}, {"account_number", "755912345678902"}});
  EXPECT_TRUE(has_problem(other_name->problems, "account_name", "account.name_differs"));
  const auto refilled = street_->set_account(
      session_.account, id_,
      {{"account_name", answers_["unit_name"]}, {"account_bank", "样例银行"}, {"account_number", "755912345678902"}});
  ASSERT_TRUE(refilled);
  ASSERT_EQ(refilled->dossier.deposits.size(), 2U);
  EXPECT_EQ(refilled->dossier.deposits.back().id, id_ + "D2");
}

class StreetEnded : public StreetTest {
 protected:
  // The deposit of a case comes back from the bank when the desk has ended the case; what stands of it then.
  hall::DepositRecord deposit_comes_back_after(CaseState end) {
    lead_to_payment();
    EXPECT_TRUE(open_payment());
    pay(60000);
    EXPECT_TRUE(street_->ask_payment(id_ + "-1"));
    const std::string deposit = id_ + "D1";
    EXPECT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::accepted, ""));
    EXPECT_TRUE(street_->hear_desk({id_, end, "营业执照已注销", {}}));
    for (const auto& message : *store_->claim_messages(100, 1min)) {
      EXPECT_TRUE(store_->finish(message.claimed));
    }
    EXPECT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::came_back, "账户已销户"));
    const hall::Dossier told = dossier();
    EXPECT_EQ(told.application.state, end);
    EXPECT_EQ(told.timeline.back().kind, "deposit_returned_late");
    EXPECT_TRUE(told.reopened.empty()) << "no account is asked for again";
    EXPECT_EQ(street_->set_account(session_.account, id_, {}).error().detail, "account.closed");
    return told.deposits.back();
  }
};
TEST_F(StreetEnded, ADepositThatComesBackAfterARefusalAsksNobodyForAnything) {
  const auto deposit = deposit_comes_back_after(CaseState::refused);
  EXPECT_EQ(deposit.state, hall::DepositState::returned);
  EXPECT_EQ(deposit.reason, "账户已销户");
  EXPECT_TRUE(store_->claim_messages(10, 1min)->empty()) << "nobody gets a message";
}
TEST_F(StreetEnded, ADepositThatComesBackAfterAWithdrawalAsksNobodyForAnything) {
  EXPECT_EQ(deposit_comes_back_after(CaseState::withdrawn).state, hall::DepositState::returned);
  EXPECT_TRUE(store_->claim_messages(10, 1min)->empty()) << "nobody gets a message";
}

//
TEST_F(StreetTest, TheLegalRepresentativeTakesTheAccountsPlaceByTwoOfficers) {
  const hall::Actor first{hall::By::registration_officer, "li"};
  const hall::Actor second{hall::By::review_officer, "wang"};
  const auto see = [&] { return street_->see_legal_representative(id_, first, {"video", "本人出示身份证与营业执照"}); };
  const auto why = [](const auto& result) { return result ? std::string() : result.error().detail; };
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  for (int failures = 1; failures <= 3; ++failures) {
    EXPECT_EQ(why(see()), "legal_check.not_now") << "a deposit is under way";
    const std::string deposit = id_ + "D" + std::to_string(failures);
    ASSERT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::accepted, ""));
    ASSERT_TRUE(street_->hear_deposit(id_, deposit, hall::DepositEvent::came_back, "户名不符"));
    if (failures < 3) {
      EXPECT_EQ(why(see()), "legal_check.early");
      ASSERT_TRUE(street_->set_account(session_.account, id_,
                                       {{"account_name", answers_["unit_name"]},
                                        {"account_bank", "样例银行"},
                                        {"account_number", "755912345678902"}}));
    }
  }
  // Whether it is offered at all is the programme's to say.
  const auto offered = shelf_.offer;
  auto closed = std::make_shared<hall::Offer>(*offered);
  closed->programme.micro_deposit.offers_legal_check = false;
  shelf_.offer = closed;
  EXPECT_EQ(why(see()), "legal_check.not_offered");
  shelf_.offer = offered;
  EXPECT_EQ(why(street_->see_legal_representative(id_, first, {"telephone", "听过"})), "identity.method");
  EXPECT_EQ(why(street_->see_legal_representative(id_, first, {"video", ""})), "identity.words");
  EXPECT_EQ(why(street_->confirm_legal_representative(id_, second)), "legal_check.not_seen");
  ASSERT_TRUE(see());
  EXPECT_EQ(dossier().deposits.back().state, hall::DepositState::returned) << "one officer's word moves nothing";
  EXPECT_EQ(why(street_->confirm_legal_representative(id_, {hall::By::review_officer, "li"})),
            "legal_check.other_officer");
  EXPECT_TRUE(store_->claim_errands("legal_secret", 10, 1min)->empty());
  for (int twice = 0; twice < 2; ++twice) {
    const auto confirmed = street_->confirm_legal_representative(id_, second);
    ASSERT_TRUE(confirmed) << confirmed.error().describe();
    EXPECT_EQ(confirmed->dossier.deposits.back().state, hall::DepositState::replaced);
    EXPECT_TRUE(confirmed->dossier.reopened.empty());
  }
  EXPECT_EQ(store_->claim_errands("legal_secret", 10, 1min)->size(), 1U);
  EXPECT_EQ(street_->set_account(session_.account, id_, {}).error().detail, "account.closed");
  EXPECT_EQ(why(see()), "legal_check.not_now");
}

TEST_F(StreetTest, WithoutTheLegalRepresentativesNumberHeIsNotAskedInTheAccountsPlace) {
  answers_.erase("legal_mobile");
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  auto lenient = std::make_shared<hall::Offer>(*shelf_.offer);
  lenient->programme.micro_deposit.legal_check_after_failures = 1;
  shelf_.offer = lenient;
  ASSERT_TRUE(street_->hear_deposit(id_, id_ + "D1", hall::DepositEvent::accepted, ""));
  ASSERT_TRUE(street_->hear_deposit(id_, id_ + "D1", hall::DepositEvent::came_back, "户名不符"));
  const auto seen = street_->see_legal_representative(id_, {hall::By::registration_officer, "li"}, {"counter", "当面"});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().detail, "legal_check.no_mobile");
}

TEST_F(StreetTest, CodesAreCountedPausedAndBoundToTheirChallenge) {
  const auto first = login_->send_code("138 0013 8000", "login");
  ASSERT_TRUE(first);
  EXPECT_EQ(login_->send_code("13800138000", "login").error().detail, "code.pause");
  const std::string code = code_sent();
  const std::string wrong = code == "000000" ? "000001" : "000000";
  const auto mistyped = login_->use_code("13800138000", "login", first->challenge, wrong);
  EXPECT_EQ(mistyped.error().detail, "code.wrong.4");
  EXPECT_EQ(login_->use_code("13800138000", "activate", first->challenge, code).error().code, ErrorCode::expired);
  EXPECT_EQ(login_->use_code("13900139000", "login", first->challenge, code).error().code, ErrorCode::expired);
  EXPECT_TRUE(login_->use_code("13800138000", "login", first->challenge, code));
  EXPECT_EQ(login_->use_code("13800138000", "login", first->challenge, code).error().code, ErrorCode::expired);
  clock_.advance(61s);
  const auto second = login_->send_code("13800138000", "login");
  ASSERT_TRUE(second);
  clock_.advance(5min);
  EXPECT_EQ(login_->use_code("13800138000", "login", second->challenge, code_sent()).error().code, ErrorCode::expired);
}

TEST_F(StreetTest, FiveWrongAnswersLockACodeAndTenTheNumberForTheDay) {
  for (int round = 0; round < 2; ++round) {
    const auto sent = login_->send_code("13800138000", "login");
    ASSERT_TRUE(sent) << sent.error().describe();
    const std::string code = code_sent();
    const std::string wrong = code == "000000" ? "000001" : "000000";
    for (int tries = 1; tries < hall::max_code_tries; ++tries) {
      EXPECT_EQ(login_->use_code("13800138000", "login", sent->challenge, wrong).error().code, ErrorCode::pin_wrong);
    }
    EXPECT_EQ(login_->use_code("13800138000", "login", sent->challenge, wrong).error().code, ErrorCode::pin_locked);
    EXPECT_FALSE(login_->use_code("13800138000", "login", sent->challenge, code));
    clock_.advance(61s);
  }
  EXPECT_EQ(login_->send_code("13800138000", "login").error().detail, "code.day");
  clock_.advance(24h);
  EXPECT_TRUE(login_->send_code("13800138000", "login"));
}

TEST_F(StreetTest, ASessionEndsAfterAPauseAndAfterItsDay) {
  const auto sent = login_->send_code("13800138000", "login");
  auto in = login_->sign_in("13800138000", sent->challenge, code_sent(), project());
  ASSERT_TRUE(in);
  clock_.advance(29min);
  EXPECT_TRUE(login_->session(in->token.expose()));
  clock_.advance(29min);
  EXPECT_TRUE(login_->session(in->token.expose())) << "being used keeps it";
  clock_.advance(31min);
  EXPECT_EQ(login_->session(in->token.expose()).error().code, ErrorCode::not_signed_in);
  EXPECT_EQ(login_->session(bytes_of("nonsense")).error().code, ErrorCode::not_signed_in);
}

TEST_F(StreetTest, NothingPersonalStandsInTheStoreInClearAndWithoutAuditNothingHappens) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  engine_.reset();
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) {
      continue;
    }
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (const char* field : {"requester_id_number", "requester_mobile", "unit_name", "account_number"}) {
      const std::string value = field == std::string("account_number") ? "755912345678901" : answers_[field];
      EXPECT_EQ(text.find(value), std::string::npos) << entry.path() << " " << field;
      EXPECT_EQ(text.find(to_hex(bytes_of(value))), std::string::npos) << entry.path() << " " << field;
    }
  }
}

TEST_F(StreetTest, WithoutAuditNothingHappens) {
  begin();
  const auto version = dossier().version;
  audit_.full = true;
  EXPECT_FALSE(save({{"years", "1"}}));
  EXPECT_FALSE(street_->begin(session_, project(), "key-2"));
  audit_.full = false;
  EXPECT_EQ(dossier().version, version);
  EXPECT_EQ(street_->list(session_.account)->size(), 1U);
}

}  // namespace
}  // namespace yinxin::store::street
