// A case that was begun before its programme changed, and the link that goes to a telephone by SMS.

#include <algorithm>

#include "store/street/testing_street.h"

namespace yinxin::store::street {
namespace {

void twice_the_price(hall::Offer& offer) {
  for (auto& row : offer.programme.fees) {
    row.fen *= 2;
  }
}

TEST_F(StreetTest, ANewPriceIsConfirmedBeforeTheNextStepAndTheFormIsPrintedAgain) {
  lead_to_entry();
  print_and_upload();
  EXPECT_FALSE(street_->find(session_.account, id_)->newer);
  shelf_.follow_with(twice_the_price);
  const auto stand = street_->find(session_.account, id_);
  ASSERT_TRUE(stand->newer);
  EXPECT_FALSE(stand->newer->is_closed);
  EXPECT_EQ(stand->newer->price_fen, 2 * stand->price_fen);
  EXPECT_EQ(street_->open_phone_link(session_.account, id_).error().detail, "offer.changed");
  EXPECT_EQ(street_->finish_entry(session_.account, id_).error().detail, "offer.changed");
  EXPECT_EQ(street_->take_newer_offer(session_.account, id_, 7).error().detail, "offer.changed");
  const std::int64_t version = stand->newer->version;
  const auto taken = street_->take_newer_offer(session_.account, id_, version);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_FALSE(taken->newer);
  EXPECT_EQ(taken->price_fen, 2 * stand->price_fen);
  EXPECT_EQ(taken->dossier.answers, stand->dossier.answers);
  EXPECT_FALSE(taken->form_is_current) << "the old price stands on it";
  EXPECT_EQ(taken->dossier.consents.size(), stand->dossier.consents.size()) << "the texts are the same";
  EXPECT_TRUE(street_->take_newer_offer(session_.account, id_, version)) << "twice is once";
  EXPECT_EQ(street_->open_phone_link(session_.account, id_).error().detail, "papers.incomplete");
  print_and_upload();
  EXPECT_TRUE(street_->open_phone_link(session_.account, id_));
}

TEST_F(StreetTest, ADocumentWithAnotherTextIsAgreedToAgain) {
  lead_to_entry();
  std::string changed;
  shelf_.follow_with([&](hall::Offer& offer) {
    changed = offer.documents.begin()->first;
    offer.documents.begin()->second += "\n新的一条";
  });
  ASSERT_TRUE(street_->take_newer_offer(session_.account, id_, shelf_.offer->programme.version));
  EXPECT_FALSE(dossier().has_consent(changed));
  const auto finished = street_->finish_entry(session_.account, id_);
  ASSERT_TRUE(finished);
  EXPECT_TRUE(std::ranges::any_of(finished->problems, [](const auto& each) { return each.code == "consent.missing"; }));
  agree();
  EXPECT_TRUE(street_->finish_entry(session_.account, id_)->problems.empty());
}

TEST_F(StreetTest, AClosedProgrammeKeepsTheDraftAndTakesItNoFurther) {
  lead_to_payment();
  shelf_.follow_with([](hall::Offer& offer) { offer.programme.status = "closed"; });
  const auto stand = street_->find(session_.account, id_);
  ASSERT_TRUE(stand->newer);
  EXPECT_TRUE(stand->newer->is_closed);
  EXPECT_EQ(open_payment().error().detail, "offer.closed");
  EXPECT_EQ(street_->take_newer_offer(session_.account, id_, stand->newer->version).error().detail, "offer.closed");
  EXPECT_EQ(dossier().answer("unit_name"), stand->dossier.answer("unit_name"));
  EXPECT_TRUE(street_->withdraw(session_.account, id_));
  EXPECT_FALSE(street_->find(session_.account, id_)->newer) << "nothing to confirm once it is over";
}

// The tests' day is 2026-11-21.
void close_with_three_days(hall::Offer& offer) {
  offer.programme.status = "closed";
  offer.programme.closing = hall::programme::Closing{.from = "2026-11-21", .words = "平台升级", .finish_days = 3};
}

TEST_F(StreetTest, ADraftOfAClosedProgrammeIsFinishedAndPaidInItsLastDays) {
  lead_to_entry();
  print_and_upload();
  shelf_.follow_with(close_with_three_days);
  const auto stand = street_->find(session_.account, id_);
  ASSERT_TRUE(stand->newer);
  EXPECT_FALSE(stand->newer->is_closed);
  EXPECT_FALSE(stand->newer->is_to_confirm) << "it costs what it did";
  EXPECT_EQ(stand->newer->closing->words, "平台升级");
  EXPECT_EQ(stand->newer->finish_end, *from_rfc3339("2026-11-25T00:00:00+08:00"));
  EXPECT_TRUE(street_->finish_entry(session_.account, id_)->problems.empty());
  clock_.advance(*stand->newer->finish_end - clock_.now() - 2min);
  prove_identity();
  ASSERT_EQ(dossier().application.state, hall::CaseState::awaiting_payment);
  ASSERT_TRUE(open_payment()) << "on the last evening";
  clock_.advance(3min);
  EXPECT_TRUE(street_->find(session_.account, id_)->newer->is_closed);
  pay(60000);
  const auto paid = street_->ask_payment(id_ + "-1");
  ASSERT_TRUE(paid) << paid.error().describe();
  EXPECT_EQ(paid->dossier.application.state, hall::CaseState::awaiting_acceptance) << "what was due then is taken";
}

TEST_F(StreetTest, AfterTheLastDaysNothingMoreIsBegunToBePaid) {
  lead_to_payment();
  shelf_.follow_with(close_with_three_days);
  const Instant end = street_->find(session_.account, id_)->newer->finish_end.value();
  clock_.advance(end - clock_.now());
  const auto stand = street_->find(session_.account, id_);
  EXPECT_TRUE(stand->newer->is_closed);
  EXPECT_FALSE(stand->newer->finish_end);
  EXPECT_EQ(stand->newer->closing->from, "2026-11-21") << "the page says since when";
  EXPECT_EQ(open_payment().error().detail, "offer.closed");
  EXPECT_EQ(street_->announce_transfer(session_.account, id_, bytes_of("slip")).error().detail, "offer.closed");
  EXPECT_EQ(street_->take_newer_offer(session_.account, id_, stand->newer->version).error().detail, "offer.closed");
}

TEST_F(StreetTest, AnotherPriceIsConfirmedInTheLastDaysToo) {
  lead_to_payment();
  shelf_.follow_with([](hall::Offer& offer) {
    close_with_three_days(offer);
    twice_the_price(offer);
  });
  const auto stand = street_->find(session_.account, id_);
  EXPECT_TRUE(stand->newer->is_to_confirm);
  EXPECT_EQ(open_payment().error().detail, "offer.changed");
  EXPECT_EQ(street_->announce_transfer(session_.account, id_, bytes_of("slip")).error().detail, "offer.changed");
  ASSERT_TRUE(street_->take_newer_offer(session_.account, id_, stand->newer->version));
  const auto taken = street_->find(session_.account, id_);
  EXPECT_FALSE(taken->newer);
}

TEST_F(StreetTest, WhatIsDueAlreadyIsPaidAtItsPrice) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  shelf_.follow_with(twice_the_price);
  EXPECT_TRUE(open_payment()) << "the open order stays";
  EXPECT_EQ(street_->open_payment(session_.account, id_, "alipay").error().detail, "offer.changed") << "another one";
  pay(60000);
  const auto paid = street_->ask_payment(id_ + "-1");
  ASSERT_TRUE(paid) << paid.error().describe();
  EXPECT_EQ(paid->dossier.application.state, hall::CaseState::awaiting_acceptance);
  EXPECT_FALSE(paid->newer);
}

TEST_F(StreetTest, TheLinkGoesToTheRequesterByMessageSoOftenAndNoMore) {
  lead_to_entry();
  print_and_upload();
  const std::string page = "https://hall.example/p/";
  const auto first = street_->send_phone_link(session_.account, id_, page);
  ASSERT_TRUE(first) << first.error().describe();
  const auto messages = store_->claim_messages(10, 1min).value();
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.back().wish.text, "phone_link");
  EXPECT_EQ(messages.back().wish.mobile, answers_["requester_mobile"]);
  EXPECT_EQ(messages.back().wish.parameters.at("link"), page + *first);
  EXPECT_TRUE(street_->phone_open(from_hex(*first).value(), "a phone"));
  EXPECT_EQ(street_->send_phone_link(session_.account, id_, page).error().detail, "link.pause");
  for (std::size_t sent = 1; sent < hall::max_link_messages_a_day; ++sent) {
    clock_.advance(61s);
    EXPECT_TRUE(street_->send_phone_link(session_.account, id_, page)) << sent;
  }
  clock_.advance(61s);
  EXPECT_EQ(street_->send_phone_link(session_.account, id_, page).error().detail, "link.day");
  EXPECT_TRUE(street_->open_phone_link(session_.account, id_)) << "the code can still be scanned";
  shelf_.follow_with([](hall::Offer& offer) { offer.programme.texts.erase("phone_link"); });
  ASSERT_TRUE(street_->take_newer_offer(session_.account, id_, shelf_.offer->programme.version));
  print_and_upload();
  clock_.advance(24h);
  EXPECT_EQ(street_->send_phone_link(session_.account, id_, page).error().code, ErrorCode::unsupported);
}

TEST_F(StreetTest, APlaceThatNoCourierServesIsARemark) {
  lead_to_entry();
  const auto remarks = [&] {
    const auto finished = street_->finish_entry(session_.account, id_);
    EXPECT_TRUE(finished);
    return std::ranges::count_if(finished->problems, [](const auto& each) {
      return each.field == "mailing_region" && each.code == "region.not_served" && each.is_warning;
    });
  };
  EXPECT_EQ(remarks(), 0);
  ASSERT_TRUE(save({{"mailing_region", "台湾省/台北市/中正区"}}));
  EXPECT_EQ(remarks(), 1);
}

TEST_F(StreetTest, AnotherCaseOfTheUnitIsToldWhereItsNumberIsTyped) {
  lead_to_entry();
  const auto first = id_;
  const auto second = street_->begin(session_, project(), "key-2");
  ASSERT_TRUE(second);
  const auto told = street_->save(session_.account, second->dossier.id, second->dossier.version,
                                  {{"unit_document_number", answers_["unit_document_number"]}}, {});
  ASSERT_TRUE(told);
  ASSERT_EQ(told->problems.size(), 1U);
  EXPECT_EQ(told->problems.front().code, "case.unit_has_another");
  EXPECT_TRUE(told->problems.front().is_warning);
  EXPECT_TRUE(save({{"unit_document_number", answers_["unit_document_number"]}})) << "either is told of the other";
}

}  // namespace
}  // namespace yinxin::store::street
