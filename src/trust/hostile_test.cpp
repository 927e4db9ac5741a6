// Hostile bundles: each differs from a good one in exactly one fact, with every signature right for what it then says,
// and is refused for exactly its own reason. Taking any one rule away lets exactly its own bundle through.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "base/clock.h"
#include "crypto/oids.h"
#include "trust/checks.h"
#include "trust/testing/office.h"

namespace yinxin::trust {
namespace {

using testing::Holder;
using testing::Office;
using testing::OfficerWish;
using testing::Story;
using namespace std::chrono_literals;
namespace ids = testing::ids;

struct Hostile {
  Reason reason;
  std::function<void(Story&)> change;
};

Office& office() {
  static Office one(SystemClock().now());
  return one;
}

Holder officer(std::string_view resident_id, Role role, const std::function<void(OfficerWish&)>& twist,
               bool rogue = false) {
  OfficerWish wish = office().approving("officer", role, std::string(resident_id));
  twist(wish);
  return office().make(wish, rogue);
}

void no_twist(OfficerWish&) {}
void lapsed(OfficerWish& w) {
  w.not_before = office().at - 48h;
  w.not_after = office().at - 24h;
}
void not_critical(OfficerWish& w) { w.critical_purpose = false; }
void break_signature(Bytes& der) { der.back() ^= 1; }

std::function<void(Story&)> content(const std::function<void(ApprovalContent&)>& change) {
  return [change](Story& s) { s.on_content = change; };
}
std::function<void(Story&)> snapshot(const std::function<void(Snapshot&)>& change) {
  return [change](Story& s) { s.on_snapshot = change; };
}
// Revokes `holder` in the list that the vault holds.
void revoke(Story& s, const Holder& holder) {
  s.on_pinned = [serial = holder.certificate.serial()](Pinned& p) {
    p.roles_crl = office().roles_ca.crl({serial}, p.now);
  };
}

// long: one row for each rule
const std::vector<Hostile>& approvals() {
  static const std::vector<Hostile> all{
      {Reason::s1_signature, [](Story& s) { s.on_signed_first = break_signature; }},
      {Reason::s1_issuer,
       [](Story& s) { s.first_officer = officer(ids::registration, Role::registration_officer, no_twist, true); }},
      {Reason::s1_in_force,
       [](Story& s) { s.first_officer = officer(ids::registration, Role::registration_officer, lapsed); }},
      {Reason::s1_revoked, [](Story& s) { revoke(s, s.first_officer); }},
      {Reason::s1_purpose,
       [](Story& s) { s.first_officer = officer(ids::registration, Role::registration_officer, not_critical); }},
      {Reason::s1_role, [](Story& s) { s.first_officer = officer(ids::registration, Role::review_officer, no_twist); }},
      {Reason::s1_stated_role, [](Story& s) { s.on_first = [](Approval& a) { a.role = Role::review_officer; }; }},
      {Reason::s1_officer,
       [](Story& s) { s.on_first = [](Approval& a) { a.officer_certificate = crypto::sm3(bytes_of("other")); }; }},
      {Reason::s1_decision, [](Story& s) { s.on_first = [](Approval& a) { a.decision = Decision::approve; }; }},
      {Reason::s1_concerned,
       [](Story& s) { s.first_officer = officer(ids::requester, Role::registration_officer, no_twist); }},
      {Reason::s1_expired, [](Story& s) { s.on_first = [](Approval& a) { a.not_after = office().at - 1min; }; }},
      {Reason::s1_too_long, [](Story& s) { s.on_first = [](Approval& a) { a.not_after = a.at + 30 * 24h + 1s; }; }},
      {Reason::s1_nonce, [](Story& s) { s.on_first = [](Approval& a) { a.nonce.resize(15); }; }},
      {Reason::s2_signature, [](Story& s) { s.on_signed_second = break_signature; }},
      {Reason::s2_issuer,
       [](Story& s) { s.second_officer = officer(ids::review, Role::review_officer, no_twist, true); }},
      {Reason::s2_in_force, [](Story& s) { s.second_officer = officer(ids::review, Role::review_officer, lapsed); }},
      {Reason::s2_revoked, [](Story& s) { revoke(s, s.second_officer); }},
      {Reason::s2_purpose,
       [](Story& s) { s.second_officer = officer(ids::review, Role::review_officer, not_critical); }},
      {Reason::s2_role,
       [](Story& s) { s.second_officer = officer(ids::review, Role::registration_officer, no_twist); }},
      {Reason::s2_stated_role,
       [](Story& s) { s.on_second = [](Approval& a) { a.role = Role::registration_officer; }; }},
      {Reason::s2_officer,
       [](Story& s) { s.on_second = [](Approval& a) { a.officer_certificate = crypto::sm3(bytes_of("other")); }; }},
      {Reason::s2_decision, [](Story& s) { s.on_second = [](Approval& a) { a.decision = Decision::accept; }; }},
      {Reason::s2_concerned,
       [](Story& s) { s.second_officer = officer(ids::legal_representative, Role::review_officer, no_twist); }},
      {Reason::s2_time, [](Story& s) { s.on_second = [](Approval& a) { a.at = office().at + 5min + 1s; }; }},
      {Reason::s2_order, [](Story& s) { s.on_second = [](Approval& a) { a.at = office().at - 2h; }; }},
      {Reason::s2_expired, [](Story& s) { s.on_second = [](Approval& a) { a.not_after = office().at - 1min; }; }},
      {Reason::s2_too_long, [](Story& s) { s.on_second = [](Approval& a) { a.not_after = a.at + 30 * 24h + 1s; }; }},
      {Reason::s2_nonce, [](Story& s) { s.on_second = [](Approval& a) { a.nonce.clear(); }; }},
      {Reason::s2_first_approval,
       [](Story& s) { s.on_second = [](Approval& a) { a.first_approval = crypto::sm3(bytes_of("another S1")); }; }},
      {Reason::same_content, [](Story& s) { s.on_first = [](Approval& a) { a.content.delivery = "counter"; }; }},
      {Reason::two_persons,
       [](Story& s) { s.second_officer = officer(ids::registration, Role::review_officer, no_twist); }},
  };
  return all;
}

// long: one row for each rule
const std::vector<Hostile>& contents() {
  static const std::vector<Hostile> all{
      {Reason::ca_key, content([](ApprovalContent& c) { c.ca_key_hash = crypto::sm3(bytes_of("another CA")); })},
      {Reason::environment, content([](ApprovalContent& c) { c.environment = "demo"; })},
      {Reason::manifest_hash, content([](ApprovalContent& c) { c.manifest_hash = crypto::sm3(bytes_of("other")); })},
      {Reason::manifest_in_force, [](Story& s) { s.on_pinned = [](Pinned& p) { p.manifests_in_force.clear(); }; }},
      {Reason::manifest_programme, [](Story& s) { s.on_policy = [](ProgrammePolicy& p) { p.version = 4; }; }},
      {Reason::manifest_environment,
       [](Story& s) { s.on_policy = [](ProgrammePolicy& p) { p.environment = "demo"; }; }},
      {Reason::snapshot_hash,
       [](Story& s) {
         s.on_bundle = [](Bundle& b) {
           Snapshot other = *Snapshot::parse(b.snapshot);
           other.unit.address = "另一条路 2 号";  // shown to nobody, and in no certificate
           b.snapshot = other.to_der();
         };
       }},
      {Reason::application, content([](ApprovalContent& c) { c.revision = 1; })},
      {Reason::lines, content([](ApprovalContent& c) {
         ApprovedLine more = c.lines.front();
         more.number = 2;
         c.lines.push_back(std::move(more));
       })},
      {Reason::materials, content([](ApprovalContent& c) { c.materials.front().original = {}; })},
      {Reason::materials_required, snapshot([](Snapshot& s) { s.materials.erase(s.materials.begin()); })},
      {Reason::money_stated, content([](ApprovalContent& c) { c.money.due_fen = 1; })},
      {Reason::money_paid, snapshot([](Snapshot& s) { s.money.received_fen = s.money.due_fen - 1; })},
      {Reason::requester, content([](ApprovalContent& c) { c.requester = "王五"; })},
      {Reason::channel, content([](ApprovalContent& c) { c.channel = "counter"; })},
      {Reason::delivery, content([](ApprovalContent& c) { c.delivery = "counter"; })},
      {Reason::line_business, content([](ApprovalContent& c) { c.lines.front().business = Business::replace; })},
      {Reason::line_business_allowed, snapshot([](Snapshot& s) { s.lines.front().business = Business::add; })},
      {Reason::line_business_floor, snapshot([](Snapshot& s) { s.lines.front().business = Business::revoke; })},
      {Reason::line_kind,
       [](Story& s) {
         s.on_policy = [](ProgrammePolicy& p) { p.kinds.push_back(SubjectKind::individual); };
         s.on_content = [](ApprovalContent& c) { c.lines.front().kind = SubjectKind::individual; };
       }},
      {Reason::line_kind_allowed, snapshot([](Snapshot& s) { s.lines.front().kind = SubjectKind::individual; })},
      {Reason::line_validity, content([](ApprovalContent& c) { c.lines.front().validity_months = 36; })},
      {Reason::line_validity_allowed, snapshot([](Snapshot& s) { s.lines.front().validity_months = 60; })},
      {Reason::line_profile_allowed, [](Story& s) { s.on_policy = [](ProgrammePolicy& p) { p.profiles.clear(); }; }},
      {Reason::line_subject, content([](ApprovalContent& c) {
         c.lines.front().subject = x509::Name::build({{oid::common_name(), "乙公司"}}).der();
       })},
      {Reason::line_extensions, content([](ApprovalContent& c) {
         c.lines.front().extensions = {
             {oid::unified_social_credit_code(), asn1::Writer().printable("12100000000018032A").take()}};
       })},
      {Reason::line_template, content([](ApprovalContent& c) { c.lines.front().template_hash = {}; })},
      {Reason::line_medium, content([](ApprovalContent& c) { c.lines.front().held_device = "DEV-0001"; })},
      {Reason::line_replaces, content([](ApprovalContent& c) {
         c.lines.front().replaced_serial = Bytes{1, 2, 3};
       })},
      {Reason::line_may_replace,
       [](Story& s) {
         s.on_snapshot = [](Snapshot& shot) {
           shot.lines.front().business = Business::replace;
           shot.lines.front().replaced_serial = Bytes{1, 2, 3};
         };
         s.on_answers = [](VaultAnswers& a) { a.may_replace = [](BytesView, std::string_view) { return false; }; };
       }},
      {Reason::line_seal, content([](ApprovalContent& c) { c.lines.front().seal->name = "乙公司公章"; })},
      {Reason::line_seal_size, snapshot([](Snapshot& s) { s.lines.front().seal->width_mm = 200; })},
      {Reason::line_seal_picture,
       snapshot([](Snapshot& s) { s.lines.front().seal->picture_hash = crypto::sm3(bytes_of("unseen")); })},
      {Reason::evidence_signature, [](Story& s) { s.on_signed_evidence = break_signature; }},
      {Reason::evidence_issuer,
       [](Story& s) {
         OfficerWish wish = office().approving("evidence", Role::registration_officer, "");
         wish.role = std::nullopt;
         wish.purpose = oid::eku_evidence();
         s.evidence_key = office().make(wish, true);
       }},
      {Reason::evidence_revoked, [](Story& s) { revoke(s, s.evidence_key); }},
      {Reason::evidence_purpose, [](Story& s) { s.evidence_key = office().permit; }},
      {Reason::evidence_application,
       [](Story& s) { s.on_evidence = [](std::vector<Evidence>& e) { e.front().application_id = "YX-other"; }; }},
      {Reason::evidence_outcome,
       [](Story& s) { s.on_evidence = [](std::vector<Evidence>& e) { e.front().passed = false; }; }},
      {Reason::evidence_present, [](Story& s) { s.on_bundle = [](Bundle& b) { b.evidence.pop_back(); }; }},
      {Reason::evidence_required, [](Story& s) { s.on_evidence = [](std::vector<Evidence>& e) { e.pop_back(); }; }},
      {Reason::evidence_override,
       content([](ApprovalContent& c) { c.evidence.back().override_reason = "bank is closed"; })},
      {Reason::evidence_reason, content([](ApprovalContent& c) { c.evidence.front().override_reason = ""; })},
  };
  return all;
}

// long: one row for each rule
const std::vector<Hostile>& keyings() {
  static const std::vector<Hostile> all{
      {Reason::permit_signature, [](Story& s) { s.on_signed_permit = break_signature; }},
      {Reason::permit_signer,
       [](Story& s) {
         OfficerWish wish = office().approving("permit", Role::registration_officer, "");
         wish.role = std::nullopt;
         wish.purpose = oid::eku_permit();
         s.permit_key = office().make(wish);
       }},
      {Reason::permit_approval,
       [](Story& s) { s.on_permit = [](Permit& p) { p.second_approval = crypto::sm3(bytes_of("another S2")); }; }},
      {Reason::permit_line, [](Story& s) { s.on_permit = [](Permit& p) { p.line = 2; }; }},
      {Reason::permit_live,
       [](Story& s) {
         s.on_permit = [](Permit& p) {
           p.at = office().at - 40min;
           p.not_after = office().at - 10min;
         };
         s.on_binding = [](KeyBinding& b) { b.at = office().at - 20min; };
       }},
      {Reason::permit_officer,
       [](Story& s) { s.on_permit = [](Permit& p) { p.production_officer = crypto::sm3(bytes_of("another")); }; }},
      {Reason::s3_signature, [](Story& s) { s.on_signed_binding = break_signature; }},
      {Reason::s3_issuer,
       [](Story& s) { s.production_officer = officer(ids::production, Role::production_officer, no_twist, true); }},
      {Reason::s3_in_force,
       [](Story& s) { s.production_officer = officer(ids::production, Role::production_officer, lapsed); }},
      {Reason::s3_revoked, [](Story& s) { revoke(s, s.production_officer); }},
      {Reason::s3_purpose,
       [](Story& s) { s.production_officer = officer(ids::production, Role::production_officer, not_critical); }},
      {Reason::s3_role,
       [](Story& s) { s.production_officer = officer(ids::production, Role::registration_officer, no_twist); }},
      {Reason::s3_officer,
       [](Story& s) { s.on_binding = [](KeyBinding& b) { b.officer_certificate = crypto::sm3(bytes_of("x")); }; }},
      {Reason::s3_permit,
       [](Story& s) { s.on_binding = [](KeyBinding& b) { b.permit = crypto::sm3(bytes_of("another P")); }; }},
      {Reason::s3_approval,
       [](Story& s) { s.on_binding = [](KeyBinding& b) { b.second_approval = crypto::sm3(bytes_of("another S2")); }; }},
      {Reason::s3_line, [](Story& s) { s.on_binding = [](KeyBinding& b) { b.line = 2; }; }},
      {Reason::s3_device, [](Story& s) { s.on_binding = [](KeyBinding& b) { b.device_serial = "DEV-0002"; }; }},
      {Reason::s3_held_device, snapshot([](Snapshot& s) { s.lines.front().held_device = "DEV-0009"; })},
      {Reason::s3_key,
       [](Story& s) {
         s.on_binding = [](KeyBinding& b) {
           b.public_key = x509::PublicKey::of(crypto::Sm2PrivateKey::generate(office().random).public_key()).der();
         };
       }},
      {Reason::s3_request,
       [](Story& s) { s.on_binding = [](KeyBinding& b) { b.request = crypto::sm3(bytes_of("another CSR")); }; }},
      {Reason::s3_time, [](Story& s) { s.on_binding = [](KeyBinding& b) { b.at = office().at - 11min; }; }},
      {Reason::s3_not_reviewer,
       [](Story& s) { s.production_officer = officer(ids::review, Role::production_officer, no_twist); }},
      {Reason::s3_not_acceptor,
       [](Story& s) { s.production_officer = officer(ids::registration, Role::production_officer, no_twist); }},
      {Reason::s3_concerned,
       [](Story& s) { s.production_officer = officer(ids::requester, Role::production_officer, no_twist); }},
      {Reason::csr_signature, [](Story& s) { s.on_request = break_signature; }},
      {Reason::csr_permit,
       [](Story& s) {
         s.on_request_attributes = [](auto& attributes) {
           attributes.front().second = asn1::Writer().octet_string(crypto::sm3(bytes_of("another P"))).take();
         };
       }},
      {Reason::key_unused,
       [](Story& s) { s.on_answers = [](VaultAnswers& a) { a.is_key_known = [](BytesView) { return true; }; }; }},
      {Reason::line_unissued,
       [](Story& s) {
         s.on_answers = [](VaultAnswers& a) { a.is_issued = [](const Digest&, std::int64_t) { return true; }; };
       }},
      {Reason::device_ready,
       [](Story& s) {
         s.on_answers = [](VaultAnswers& a) { a.is_device_ready = [](std::string_view) { return false; }; };
       }},
  };
  return all;
}

std::vector<Hostile> all_hostile() {
  std::vector<Hostile> all;
  for (const auto* some : {&approvals(), &contents(), &keyings()}) {
    all.insert(all.end(), some->begin(), some->end());
  }
  return all;
}

// What the production checker says, rule by rule removed: only the report, never an approval.
std::set<Reason> refusals(const Story& story, std::optional<Reason> removed) {
  const auto facts = read_request(story.bundle, story.keying, story.pinned, story.answers);
  if (!facts) {
    ADD_FAILURE() << facts.error().describe();
    return {Reason::malformed};
  }
  std::set<Reason> reasons;
  for (const CheckReport& report :
       {run_checks(case_checks(), facts->of_case, removed), run_checks(request_checks(), *facts, removed)}) {
    for (const CheckFinding& finding : report.findings) {
      reasons.insert(finding.reason);
    }
  }
  return reasons;
}

std::string codes(const std::set<Reason>& reasons) {
  std::string text;
  for (const Reason reason : reasons) {
    text += std::string(code_of(reason)) + " ";
  }
  return text;
}

TEST(Checker, LetsTheGoodBundleThrough) {
  Story story(office());
  story.tell();
  const auto checked = Checker(story.pinned, story.answers).check_request(story.bundle, story.keying);
  EXPECT_TRUE(checked.report.holds()) << codes(refusals(story, std::nullopt));
  ASSERT_TRUE(checked.value);
  EXPECT_EQ(checked.value->line().number, 1);
  EXPECT_EQ(checked.value->public_key().sm2(), story.new_key->public_key());
  EXPECT_TRUE(Checker(story.pinned, story.answers).check_case(story.bundle).value);
}

TEST(Checker, RefusesEachHostileBundleForExactlyItsOwnReason) {
  for (const Hostile& hostile : all_hostile()) {
    Story story(office());
    hostile.change(story);
    story.tell();
    const auto checked = Checker(story.pinned, story.answers).check_request(story.bundle, story.keying);
    EXPECT_FALSE(checked.value) << code_of(hostile.reason);
    ASSERT_EQ(checked.report.findings.size(), 1U)
        << code_of(hostile.reason) << " was refused for: " << codes(refusals(story, std::nullopt));
    EXPECT_EQ(checked.report.findings.front().reason, hostile.reason)
        << code_of(checked.report.findings.front().reason);
  }
}

TEST(Checker, HasAHostileBundleForEveryRule) {
  std::set<Reason> shown;
  for (const Hostile& hostile : all_hostile()) {
    EXPECT_TRUE(shown.insert(hostile.reason).second) << "twice: " << code_of(hostile.reason);
  }
  for (const auto& check : case_checks()) {
    EXPECT_TRUE(shown.contains(check.reason)) << code_of(check.reason);
  }
  for (const auto& check : request_checks()) {
    EXPECT_TRUE(shown.contains(check.reason)) << code_of(check.reason);
  }
  EXPECT_EQ(shown.size(), case_checks().size() + request_checks().size());
  EXPECT_GE(shown.size(), 40U);
}

// The mutation run: with one rule removed, its own bundle passes and every other is still refused.
TEST(Checker, NeedsEachOfItsRules) {
  std::map<Reason, Story> stories;
  for (const Hostile& hostile : all_hostile()) {
    Story story(office());
    hostile.change(story);
    story.tell();
    stories.emplace(hostile.reason, std::move(story));
  }
  // Facts are read once for each bundle: reading does not depend on the rules.
  std::map<Reason, RequestFacts> facts;
  for (const auto& [reason, story] : stories) {
    auto read = read_request(story.bundle, story.keying, story.pinned, story.answers);
    ASSERT_TRUE(read) << code_of(reason);
    RequestFacts& kept = facts.emplace(reason, std::move(*read)).first->second;
    kept.line = &kept.of_case.second.content.lines.front();
  }
  std::size_t mutants = 0;
  for (const auto& [removed, own_story] : stories) {
    for (const auto& [reason, fact] : facts) {
      const std::size_t findings = run_checks(case_checks(), fact.of_case, removed).findings.size() +
                                   run_checks(request_checks(), fact, removed).findings.size();
      EXPECT_EQ(findings, reason == removed ? 0U : 1U)
          << "without " << code_of(removed) << ", the bundle of " << code_of(reason);
    }
    ++mutants;
  }
  std::cout << "rules removed one by one: " << mutants << "; bundles tried against each: " << facts.size() << '\n';
}

TEST(Checker, RefusesWhatItCannotRead) {
  Story story(office());
  story.tell();
  const Checker checker(story.pinned, story.answers);
  for (Bytes Bundle::*part :
       {&Bundle::snapshot, &Bundle::manifest, &Bundle::first_approval, &Bundle::second_approval}) {
    for (const std::size_t keep : {std::size_t{0}, (story.bundle.*part).size() / 2, (story.bundle.*part).size() - 1}) {
      Bundle cut = story.bundle;
      (cut.*part).resize(keep);
      const auto checked = checker.check_request(cut, story.keying);
      ASSERT_FALSE(checked.value);
      EXPECT_EQ(checked.report.findings.front().reason, Reason::malformed);
    }
  }
  KeyingBundle no_line = story.keying;
  no_line.line = 7;
  EXPECT_EQ(checker.check_request(story.bundle, no_line).report.findings.front().reason, Reason::malformed);
}

// An approval is not an evidence receipt, whoever signed it: types are not interchangeable.
TEST(Checker, TakesNoStatementForAnother) {
  Story story(office());
  story.tell();
  const Checker checker(story.pinned, story.answers);
  Bundle mixed = story.bundle;
  mixed.evidence.front() = mixed.first_approval;
  EXPECT_EQ(checker.check_case(mixed).report.findings.front().reason, Reason::malformed);
  KeyingBundle keying = story.keying;
  keying.permit = story.bundle.second_approval;
  EXPECT_EQ(checker.check_request(story.bundle, keying).report.findings.front().reason, Reason::malformed);
}

}  // namespace
}  // namespace yinxin::trust
