// A case at the desk, over the real store: its whole life, and what is refused on the way.

#include "store/desk/testing_desk.h"

namespace yinxin::store::desk {
namespace {

using hall::By;
using hall::CaseEvent;

TEST_F(DeskTest, AWholeCaseGoesFromSubmissionToCompletionAndEveryCallMayBeRepeated) {
  const auto twice = [&](const std::function<Result<void>()>& call, CaseState wanted) {
    const auto first = call();
    ASSERT_TRUE(first) << first.error().describe();
    EXPECT_EQ(state(), wanted);
    const auto before = rows();
    const auto deeds = audit_.deeds.size();
    const auto again = call();
    ASSERT_TRUE(again) << again.error().describe();
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(audit_.deeds.size(), deeds);
    EXPECT_EQ(state(), wanted);
  };
  const auto told = [](auto&& result) { return result ? Result<void>() : Result<void>(result.error()); };
  twice([&] { return told(desk_->submit(submission())); }, CaseState::awaiting_acceptance);
  twice([&] { return add_evidence(); }, CaseState::awaiting_acceptance);
  EXPECT_EQ(desk_->bundle(id_).error().code, ErrorCode::precondition);
  twice([&] { return told(desk_->accept(id_, story_.bundle.first_approval)); }, CaseState::awaiting_review);
  EXPECT_EQ(desk_->bundle(id_).error().code, ErrorCode::precondition);
  twice([&] { return told(desk_->approve(id_, story_.bundle.second_approval)); }, CaseState::approved);
  twice([&] { return permit(); }, CaseState::in_production);
  EXPECT_EQ(line_state(), LineState::keying);
  EXPECT_EQ(desk_->keying(id_, 1).error().code, ErrorCode::precondition);
  twice([&] { return bind(); }, CaseState::in_production);
  EXPECT_EQ(line_state(), LineState::issuing);

  // What the vault pulls is what the real checker takes.
  const auto checked = trust::Checker(story_.pinned, story_.answers)
                           .check_request(desk_->bundle(id_).value(), desk_->keying(id_, 1).value());
  EXPECT_TRUE(checked.report.holds());

  twice([&] { return issue(); }, CaseState::in_production);
  twice([&] { return seal(); }, CaseState::in_production);
  EXPECT_EQ(line_state(), LineState::writing);
  twice([&] { return desk_->line_written(id_, 1, written_); }, CaseState::ready);
  twice([&] { return told(desk_->hand_over(id_, registrar())); }, CaseState::handed_over);
  twice([&] { return desk_->line_activated(id_, 1, activated_); }, CaseState::completed);
  EXPECT_EQ(line_state(), LineState::activated);
  EXPECT_TRUE(same(desk_->paper(id_, 1, Paper::activated).value(), activated_));
  EXPECT_EQ(desk_->paper(id_, 2, Paper::activated).error().code, ErrorCode::not_found);
  EXPECT_TRUE(same(desk_->material(id_, "application_form", true).value(), bytes_of("form shown")));
  EXPECT_EQ(desk_->material(id_, "no such slot", true).error().code, ErrorCode::not_found);

  std::vector<std::string> kinds;
  const auto timeline = desk_->timeline(id_).value();
  kinds.reserve(timeline.size());
  for (const auto& event : timeline) {
    kinds.push_back(event.kind);
  }
  const std::vector<std::string> expected{"complete_entry", "add_evidence",  "add_evidence",   "accept",
                                          "approve",        "start_making",  "line.permit",    "line.bind_key",
                                          "line.issued",    "line.sealed",   "line.read_back", "production_finished",
                                          "hand_over",      "line.activate", "lines_ended"};
  EXPECT_EQ(kinds, expected);
}

TEST_F(DeskTest, TheMovesIntentsStandInTheOutboxAndTheDeedsInTheAudit) {
  lead_to_approved();
  ASSERT_TRUE(permit());
  ASSERT_EQ(count("SELECT count(*) FROM outbox"), 1);
  const auto payload =
      store_.engine
          ->read([&](Snapshot& s) -> Result<Bytes> {
            YX_TRY(auto rows, s.query("SELECT payload, idempotency_key FROM outbox WHERE kind='desk.send_sms'"));
            YX_TRY(const bool found, rows.next());
            EXPECT_TRUE(found);
            EXPECT_EQ(rows.text(1), id_ + "/5/0");
            return rows.blob(0);
          })
          .value();
  EXPECT_EQ(hall::DeskWork::parse(payload).value(), (hall::DeskWork{id_, 5, "approved"}));
  EXPECT_FALSE(hall::DeskWork::parse(bytes_of("nonsense")));
  std::vector<std::string> actions;
  for (const auto& deed : audit_.deeds) {
    actions.push_back(deed.role + " " + deed.action);
    EXPECT_EQ(deed.object, id_ + "/2");
  }
  EXPECT_EQ(actions, (std::vector<std::string>{"requester case.complete_entry", "outside case.add_evidence",
                                               "outside case.add_evidence", "registration_officer case.accept",
                                               "review_officer case.approve", "production_officer case.start_making"}));
}

TEST_F(DeskTest, ASubmissionThatDoesNotFitTogetherIsRefused) {
  const auto refused = [&](const std::function<void(hall::Submission&)>& spoil) {
    auto bad = submission();
    spoil(bad);
    const auto made = desk_->submit(bad);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::invalid_input) << made.error().describe();
  };
  const auto with_snapshot = [&](const std::function<void(trust::Snapshot&)>& change) {
    return [&, change](hall::Submission& bad) {
      auto snapshot = trust::Snapshot::parse(bad.snapshot).value();
      change(snapshot);
      bad.snapshot = snapshot.to_der();
    };
  };
  refused([](auto& bad) { bad.snapshot.back() ^= 0xFFU; });
  refused([](auto& bad) { bad.manifest.clear(); });
  refused([](auto& bad) { bad.manifest.pop_back(); });
  refused([](auto& bad) { bad.materials.pop_back(); });
  refused([](auto& bad) { bad.materials.push_back(bad.materials.back()); });
  refused([](auto& bad) { bad.materials.back() = bad.materials.front(); });
  refused([](auto& bad) { bad.materials.front().original.push_back(0); });
  refused([](auto& bad) { bad.materials.front().rendition.clear(); });
  refused(with_snapshot([](auto& shot) { shot.application_id = "../../etc"; }));
  refused(with_snapshot([](auto& shot) { shot.application_id.clear(); }));
  refused(with_snapshot([](auto& shot) { shot.application_id.assign(65, 'A'); }));
  refused(with_snapshot([](auto& shot) { shot.revision = 0; }));
  refused(with_snapshot([](auto& shot) { shot.lines.clear(); }));
  refused(with_snapshot([](auto& shot) { shot.lines.push_back(shot.lines.front()); }));
  refused(with_snapshot([](auto& shot) { shot.lines.front().number = std::int64_t{1} << 40; }));
  refused(with_snapshot([](auto& shot) { shot.lines.front().number = 0; }));
  refused(with_snapshot([](auto& shot) { shot.programme = "another"; }));
  refused(with_snapshot([](auto& shot) { shot.materials.push_back(shot.materials.front()); }));
  EXPECT_EQ(rows(), (std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(audit_.deeds.empty());
  EXPECT_EQ(desk_->find(id_).error().code, ErrorCode::not_found);
  EXPECT_EQ(desk_->timeline(id_).error().code, ErrorCode::not_found);
}

TEST_F(DeskTest, WhatIsStillOpenDecidesWhereASubmittedCaseStands) {
  auto open = submission();
  open.progress.paper_complete = false;
  open.needs.paper = true;
  open.progress.holder_signed = true;  // nobody's word for it is taken
  ASSERT_TRUE(desk_->submit(open));
  EXPECT_EQ(state(), CaseState::awaiting_paper);
  EXPECT_FALSE(desk_->find(id_).value().application.progress.holder_signed);
  EXPECT_EQ(desk_->report(id_, CaseEvent::approve, registrar()).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk_->report(id_, CaseEvent::paper_complete, producer()).error().code, ErrorCode::forbidden);
  ASSERT_TRUE(desk_->report(id_, CaseEvent::paper_complete, registrar()));
  EXPECT_EQ(state(), CaseState::awaiting_acceptance);
  const auto before = rows();
  ASSERT_TRUE(desk_->report(id_, CaseEvent::paper_complete, registrar()));
  EXPECT_EQ(rows(), before);
}

TEST_F(DeskTest, TheWrongOfficerIsForbidden) {
  lead_to_acceptance();
  const auto accept_as = [&](
                             const trust::testing::Holder& officer,
                             const std::function<void(trust::Approval&)>& change = [](auto&) {}) {
    auto said = trust::Approval::parse(
                    trust::open_signed(story_.bundle.first_approval, oid::statement_approval()).value().content)
                    .value();
    said.officer_certificate = officer.certificate.fingerprint();
    change(said);
    return desk_->accept(id_, trust::sign_approval(said, officer.certificate, *officer.signer).value()).error().code;
  };
  const auto before = rows();
  using trust::Role;
  const auto make = [&](Role role, const char* resident_id, bool rogue = false) {
    return office_.make(office_.approving("某人", role, resident_id), rogue);
  };
  EXPECT_EQ(accept_as(office_.review), ErrorCode::forbidden);
  EXPECT_EQ(accept_as(office_.production), ErrorCode::forbidden);
  EXPECT_EQ(accept_as(office_.evidence), ErrorCode::forbidden);
  EXPECT_EQ(accept_as(make(Role::registration_officer, trust::testing::ids::registration, true)), ErrorCode::forbidden);
  EXPECT_EQ(accept_as(make(Role::registration_officer, trust::testing::ids::requester)), ErrorCode::forbidden);
  EXPECT_EQ(accept_as(make(Role::registration_officer, trust::testing::ids::legal_representative)),
            ErrorCode::forbidden);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.role = Role::review_officer; }), ErrorCode::forbidden);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.at -= 48h; }), ErrorCode::forbidden);  // not yet in force
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.decision = trust::Decision::approve; }),
            ErrorCode::invalid_input);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.officer_certificate = {}; }), ErrorCode::invalid_input);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.at += 2h; }), ErrorCode::invalid_input);
  EXPECT_EQ(accept_as(office_.registration, [&](auto& a) { a.not_after = moment - 1min; }), ErrorCode::expired);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.content.revision = 1; }), ErrorCode::conflict);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.content.snapshot_hash[0] ^= 1U; }), ErrorCode::conflict);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.content.manifest_hash[0] ^= 1U; }), ErrorCode::conflict);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.content.application_id = "YX1"; }), ErrorCode::conflict);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.content.materials.pop_back(); }), ErrorCode::conflict);
  EXPECT_EQ(accept_as(office_.registration, [](auto& a) { a.content.evidence.front().receipt = {}; }),
            ErrorCode::precondition);
  Bytes broken = story_.bundle.first_approval;
  broken.back() ^= 1U;
  EXPECT_EQ(desk_->accept(id_, broken).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk_->accept(id_, {}).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk_->accept(id_, bytes_of("nonsense")).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk_->accept("YX0", story_.bundle.first_approval).error().code, ErrorCode::not_found);
  EXPECT_EQ(desk_->approve(id_, story_.bundle.second_approval).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(rows(), before);
}

TEST_F(DeskTest, TheSecondOfficerIsAnotherPersonAndSignsTheSame) {
  lead_to_acceptance();
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  const auto approve_as = [&](
                              const trust::testing::Holder& officer,
                              const std::function<void(trust::Approval&)>& change = [](auto&) {}) {
    auto said = trust::Approval::parse(
                    trust::open_signed(story_.bundle.second_approval, oid::statement_approval()).value().content)
                    .value();
    said.officer_certificate = officer.certificate.fingerprint();
    change(said);
    return desk_->approve(id_, trust::sign_approval(said, officer.certificate, *officer.signer).value()).error().code;
  };
  const auto before = rows();
  EXPECT_EQ(approve_as(office_.registration), ErrorCode::forbidden);
  EXPECT_EQ(approve_as(office_.make(
                office_.approving("受理员", trust::Role::review_officer, trust::testing::ids::registration))),
            ErrorCode::forbidden);
  EXPECT_EQ(approve_as(office_.review, [](auto& a) { a.first_approval = crypto::Digest{}; }), ErrorCode::conflict);
  EXPECT_EQ(approve_as(office_.review, [](auto& a) { a.first_approval.reset(); }), ErrorCode::conflict);
  EXPECT_EQ(approve_as(office_.review, [](auto& a) { a.content.money.due_fen = 1; }), ErrorCode::conflict);
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(desk_->accept(id_, story_.bundle.second_approval).error().code, ErrorCode::forbidden);
  ASSERT_TRUE(desk_->approve(id_, story_.bundle.second_approval));
}

TEST_F(DeskTest, ReceiptsAreReplacedUntilAcceptanceAndNotAfter) {
  ASSERT_TRUE(desk_->submit(submission()));
  EXPECT_EQ(desk_->accept(id_, story_.bundle.first_approval).error().code, ErrorCode::precondition);
  const auto receipt = [&](const std::string& kind, const std::string& application, const trust::testing::Holder& by) {
    const trust::Evidence evidence{.kind = kind,
                                   .provider = "provider",
                                   .transaction_id = "t-2",
                                   .application_id = application,
                                   .passed = true,
                                   .answer = {},
                                   .at = moment};
    return trust::sign_evidence(evidence, by.certificate, *by.signer).value();
  };
  EXPECT_EQ(desk_->add_evidence(id_, receipt("carrier_check", "YX1", office_.evidence)).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(desk_->add_evidence(id_, receipt("carrier_check", id_, office_.registration)).error().code,
            ErrorCode::forbidden);
  EXPECT_TRUE(desk_->add_evidence(id_, receipt("carrier_check", id_, office_.evidence)));
  ASSERT_TRUE(add_evidence());
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  EXPECT_EQ(desk_->add_evidence(id_, receipt("carrier_check", id_, office_.evidence)).error().code,
            ErrorCode::conflict);
  EXPECT_TRUE(desk_->add_evidence(id_, receipt("face_check", id_, office_.evidence)));
  ASSERT_TRUE(add_evidence());
  ASSERT_TRUE(desk_->approve(id_, story_.bundle.second_approval));
  EXPECT_EQ(desk_->bundle(id_).value().evidence, story_.bundle.evidence);
}

TEST_F(DeskTest, ACorrectionThatWasOnItsWayWhenTheCaseEndedChangesNothing) {
  lead_to_acceptance();
  ASSERT_TRUE(desk_->return_for_correction(id_, registrar(), "印模不清"));
  ASSERT_TRUE(desk_->refuse(id_, registrar(), "不予受理"));
  const auto before = rows();
  story_.on_snapshot = [](auto& shot) { ++shot.revision; };
  story_.tell();
  const auto late = desk_->submit(submission());
  ASSERT_TRUE(late) << late.error().describe();
  EXPECT_EQ(late->application.state, CaseState::refused);
  EXPECT_EQ(rows(), before);
}

TEST_F(DeskTest, AReturnedCaseKeepsItsOldPapersAndIsSignedAnew) {
  lead_to_approved();
  ASSERT_TRUE(permit());
  const Bytes old_first = story_.bundle.first_approval;
  EXPECT_EQ(desk_->return_for_correction(id_, producer(), "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk_->return_for_correction(id_, registrar(), "印模不清").error().code, ErrorCode::forbidden);
  ASSERT_TRUE(desk_->return_for_correction(id_, producer(), "印模不清"));
  const auto before = rows();
  ASSERT_TRUE(desk_->return_for_correction(id_, producer(), "印模不清"));
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(desk_->return_for_correction(id_, producer(), "别的原因").error().code, ErrorCode::wrong_state);
  EXPECT_EQ(state(), CaseState::returned);
  EXPECT_EQ(line_state(), LineState::checked);
  EXPECT_EQ(desk_->bundle(id_).error().code, ErrorCode::precondition);
  EXPECT_EQ(desk_->paper(id_, 0, Paper::first_approval).error().code, ErrorCode::not_found);
  EXPECT_EQ(desk_->accept(id_, old_first).error().code, ErrorCode::conflict);
  EXPECT_EQ(desk_->timeline(id_).value().end()[-2].detail, "印模不清");

  auto altered = submission();
  altered.manifest = trust::SignedManifest{
      .content = trust::SignedManifest::parse(altered.manifest).value().content,
      .signatures = {
          Bytes(3, 1)}}.to_der();
  EXPECT_EQ(desk_->submit(altered).error().code, ErrorCode::conflict);
  story_.on_snapshot = [](auto& shot) { shot.revision = 1; };
  story_.tell();
  EXPECT_EQ(desk_->submit(submission()).error().code, ErrorCode::conflict);

  story_.on_snapshot = [](auto& shot) {
    shot.revision = 3;
    shot.unit.address = "新路 2 号";
  };
  story_.tell();
  make_certificates();
  lead_to_approved();
  EXPECT_EQ(desk_->accept(id_, old_first).error().code, ErrorCode::conflict);
  ASSERT_TRUE(permit());
  ASSERT_TRUE(bind());
  EXPECT_EQ(desk_->return_for_correction(id_, producer(), "太迟").error().code, ErrorCode::precondition);
  EXPECT_EQ(count("SELECT count(*) FROM paper WHERE kind='first_approval'"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM submission"), 2);
  const auto checked = trust::Checker(story_.pinned, story_.answers)
                           .check_request(desk_->bundle(id_).value(), desk_->keying(id_, 1).value());
  EXPECT_TRUE(checked.report.holds());
  // A case that nobody returned takes no new revision.
  story_.on_snapshot = [](auto& shot) { shot.revision = 4; };
  story_.tell();
  EXPECT_EQ(desk_->submit(submission()).error().code, ErrorCode::wrong_state);
}

TEST_F(DeskTest, ALineIsMadeByThePermittedOfficerOnTheirDeviceInOrder) {
  lead_to_approved();
  const auto reviewer = hall::Actor{By::production_officer, person(office_.review)};
  EXPECT_EQ(desk_->line_permitted(id_, 1, story_.keying.permit, reviewer).error().code, ErrorCode::forbidden);
  EXPECT_EQ(desk_->line_permitted(id_, 1, story_.keying.permit, registrar()).error().code, ErrorCode::forbidden);
  EXPECT_EQ(desk_->line_permitted(id_, 2, story_.keying.permit, producer()).error().code, ErrorCode::not_found);
  EXPECT_EQ(desk_->line_permitted(id_, 1, story_.bundle.first_approval, producer()).error().code,
            ErrorCode::invalid_input);
  const auto said =
      trust::Permit::parse(trust::open_signed(story_.keying.permit, oid::statement_permit()).value().content).value();
  const auto permitted = [&](const std::function<void(trust::Permit&)>& change, const trust::testing::Holder& by) {
    auto other = said;
    change(other);
    return desk_->line_permitted(id_, 1, trust::sign_permit(other, by.certificate, *by.signer).value(), producer())
        .error()
        .code;
  };
  EXPECT_EQ(permitted([](auto&) {}, office_.evidence), ErrorCode::forbidden);
  EXPECT_EQ(permitted([](auto& p) { p.line = 2; }, office_.permit), ErrorCode::conflict);
  EXPECT_EQ(permitted([](auto& p) { p.second_approval = {}; }, office_.permit), ErrorCode::conflict);
  EXPECT_EQ(permitted([](auto& p) { p.not_after = moment - 1s; }, office_.permit), ErrorCode::expired);
  EXPECT_EQ(state(), CaseState::approved);
  EXPECT_EQ(bind().error().code, ErrorCode::wrong_state);
  ASSERT_TRUE(permit());
  EXPECT_EQ(issue().error().code, ErrorCode::wrong_state);
  EXPECT_EQ(desk_->line_written(id_, 1, written_).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(desk_->line_bound(id_, 1, story_.keying.key_binding, bytes_of("no request")).error().code,
            ErrorCode::conflict);
  const auto binding = trust::KeyBinding::parse(
                           trust::open_signed(story_.keying.key_binding, oid::statement_key_binding()).value().content)
                           .value();
  const auto bound = [&](const std::function<void(trust::KeyBinding&)>& change, const trust::testing::Holder& by) {
    auto other = binding;
    other.officer_certificate = by.certificate.fingerprint();
    change(other);
    const Bytes der = trust::sign_key_binding(other, by.certificate, *by.signer).value();
    return desk_->line_bound(id_, 1, der, story_.keying.request).error().code;
  };
  const auto second =
      office_.make(office_.approving("制证员二", trust::Role::production_officer, trust::testing::ids::administrator));
  EXPECT_EQ(bound([](auto&) {}, second), ErrorCode::forbidden);  // the permit names another
  EXPECT_EQ(bound([](auto&) {}, office_.review), ErrorCode::forbidden);
  EXPECT_EQ(bound([](auto& b) { b.device_serial = "DEV-0002"; }, office_.production), ErrorCode::conflict);
  EXPECT_EQ(bound([](auto& b) { b.permit = {}; }, office_.production), ErrorCode::conflict);
  EXPECT_EQ(bound([](auto& b) { b.public_key.back() ^= 1U; }, office_.production), ErrorCode::conflict);
  EXPECT_EQ(bound([&](auto& b) { b.at = said.not_after + 1s; }, office_.production), ErrorCode::expired);
  ASSERT_TRUE(bind());
  EXPECT_EQ(desk_->line_bound(id_, 1, story_.keying.key_binding, bytes_of("no request")).error().code,
            ErrorCode::conflict);
}

TEST_F(DeskTest, CertificatesSealAndTheTokensWordBelongTogether) {
  lead_to_approved();
  ASSERT_TRUE(permit());
  ASSERT_TRUE(bind());
  EXPECT_EQ(seal().error().code, ErrorCode::wrong_state);
  const auto envelope = bytes_of("envelope");
  EXPECT_EQ(desk_->line_issued(id_, 1, receipt_, encryption_.der(), signing_.der(), envelope).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(desk_->line_issued(id_, 1, receipt_, signing_.der(), bytes_of("x"), envelope).error().code,
            ErrorCode::invalid_input);
  ASSERT_TRUE(issue());
  EXPECT_EQ(desk_->line_issued(id_, 1, receipt_, signing_.der(), encryption_.der(), bytes_of("other")).error().code,
            ErrorCode::conflict);
  ASSERT_TRUE(seal());
  EXPECT_EQ(desk_->line_sealed(id_, 1, bytes_of("another seal")).error().code, ErrorCode::conflict);
  const auto written = [&](const std::function<void(trust::TokenWord&)>& change) {
    auto other = word(trust::TokenWord::Kind::written);
    change(other);
    return desk_->line_written(id_, 1, sign_word(other)).error().code;
  };
  EXPECT_EQ(written([](auto& w) { w.seal.reset(); }), ErrorCode::conflict);
  EXPECT_EQ(written([](auto& w) { w.encryption_certificate = {}; }), ErrorCode::conflict);
  EXPECT_EQ(written([](auto& w) { w.signing_certificate = {}; }), ErrorCode::conflict);
  EXPECT_EQ(written([](auto& w) { w.device_serial = "DEV-0002"; }), ErrorCode::conflict);
  EXPECT_EQ(desk_->line_written(id_, 1, activated_).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk_->line_activated(id_, 1, activated_).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(line_state(), LineState::writing);
  ASSERT_TRUE(desk_->line_written(id_, 1, written_));
  EXPECT_EQ(desk_->line_given_up(id_, 1).error().code, ErrorCode::wrong_state);
  // Activated before it was handed over: the case is completed when it is.
  ASSERT_TRUE(desk_->line_activated(id_, 1, activated_));
  EXPECT_EQ(state(), CaseState::ready);
  ASSERT_TRUE(desk_->hand_over(id_, registrar()));
  EXPECT_EQ(state(), CaseState::completed);
  ASSERT_TRUE(desk_->hand_over(id_, registrar()));
}

TEST_F(DeskTest, ALineThatWasGivenUpIsMadeWithNewPapersOnly) {
  lead_to_approved();
  ASSERT_TRUE(desk_->line_given_up(id_, 1));  // nothing to give up
  ASSERT_TRUE(permit());
  ASSERT_TRUE(desk_->line_given_up(id_, 1));
  EXPECT_EQ(line_state(), LineState::checked);
  EXPECT_EQ(state(), CaseState::in_production);
  EXPECT_EQ(permit().error().code, ErrorCode::conflict);
  const auto another = [&] {
    auto said =
        trust::Permit::parse(trust::open_signed(story_.keying.permit, oid::statement_permit()).value().content).value();
    said.nonce = random_.bytes(16);
    story_.keying.permit = trust::sign_permit(said, office_.permit.certificate, *office_.permit.signer).value();
    auto binding = trust::KeyBinding::parse(
                       trust::open_signed(story_.keying.key_binding, oid::statement_key_binding()).value().content)
                       .value();
    binding.permit = trust::statement_hash(story_.keying.permit);
    story_.keying.key_binding =
        trust::sign_key_binding(binding, office_.production.certificate, *office_.production.signer).value();
  };
  another();
  ASSERT_TRUE(permit());
  ASSERT_TRUE(bind());
  ASSERT_TRUE(desk_->line_given_up(id_, 1));
  EXPECT_EQ(bind().error().code, ErrorCode::conflict);
  EXPECT_EQ(desk_->keying(id_, 1).error().code, ErrorCode::precondition);
  const auto reviewer = hall::Actor{By::production_officer, person(office_.review)};
  another();
  EXPECT_EQ(desk_->line_permitted(id_, 1, story_.keying.permit, reviewer).error().code, ErrorCode::forbidden);
}

TEST_F(DeskTest, WithTwoLinesProductionEndsWithTheLast) {
  story_.on_snapshot = [](auto& shot) {
    shot.lines.push_back(shot.lines.front());
    shot.lines.back().number = 2;
    shot.lines.back().held_device = "DEV-0009";
  };
  story_.tell();
  make_certificates();
  lead_to_approved();
  const auto lines = desk_->find(id_).value().application.lines;
  EXPECT_EQ(lines[0].medium, hall::Medium::new_);
  EXPECT_EQ(lines[1].medium, hall::Medium::own);
  ASSERT_TRUE(permit());
  ASSERT_TRUE(bind());
  ASSERT_TRUE(issue());
  ASSERT_TRUE(seal());
  ASSERT_TRUE(desk_->line_written(id_, 1, written_));
  EXPECT_EQ(line_state(), LineState::written);
  EXPECT_EQ(state(), CaseState::in_production);
}

}  // namespace
}  // namespace yinxin::store::desk
