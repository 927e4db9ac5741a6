#include "trust/testing/hostile.h"

#include "crypto/oids.h"

namespace yinxin::trust::testing {

namespace {

using namespace std::chrono_literals;

Holder officer(
    const Story& s, std::string_view resident_id, Role role,
    const std::function<void(OfficerWish&)>& twist = [](auto&) {}, bool rogue = false) {
  OfficerWish wish = s.office.approving("officer", role, std::string(resident_id));
  twist(wish);
  return s.office.make(wish, rogue);
}
Holder service(const Story& s, const asn1::ObjectId& purpose, bool rogue = false) {
  OfficerWish wish = s.office.approving("service", Role::registration_officer, "");
  wish.role = std::nullopt;
  wish.purpose = purpose;
  return s.office.make(wish, rogue);
}

void lapsed(OfficerWish& w) {
  w.not_before -= 24h;
  w.not_after = w.not_before + 24h;
}
void not_critical(OfficerWish& w) { w.critical_purpose = false; }
void break_signature(Bytes& der) { der.back() ^= 1; }

std::function<void(Story&)> content(const std::function<void(ApprovalContent&)>& change) {
  return [change](Story& s) { s.on_content = change; };
}
std::function<void(Story&)> snapshot(const std::function<void(Snapshot&)>& change) {
  return [change](Story& s) { s.on_snapshot = change; };
}
// Whoever was in force, and is revoked.
Holder revoked(Story& s, Holder holder) {
  s.revoked.push_back(holder.certificate.serial());
  return holder;
}

// long: one row for each rule
const std::vector<Hostile>& approvals() {
  static const std::vector<Hostile> all{
      {Reason::s1_signature, [](Story& s) { s.on_signed_first = break_signature; }},
      {Reason::s1_issuer,
       [](Story& s) {
         s.first_officer = officer(
             s, ids::registration, Role::registration_officer, [](auto&) {}, true);
       }},
      {Reason::s1_in_force,
       [](Story& s) { s.first_officer = officer(s, ids::registration, Role::registration_officer, lapsed); }},
      {Reason::s1_revoked,
       [](Story& s) { s.first_officer = revoked(s, officer(s, ids::registration, Role::registration_officer)); }},
      {Reason::s1_purpose,
       [](Story& s) { s.first_officer = officer(s, ids::registration, Role::registration_officer, not_critical); }},
      {Reason::s1_role, [](Story& s) { s.first_officer = officer(s, ids::registration, Role::review_officer); }},
      {Reason::s1_stated_role, [](Story& s) { s.on_first = [](Approval& a) { a.role = Role::review_officer; }; }},
      {Reason::s1_officer,
       [](Story& s) { s.on_first = [](Approval& a) { a.officer_certificate = crypto::sm3(bytes_of("other")); }; }},
      {Reason::s1_decision, [](Story& s) { s.on_first = [](Approval& a) { a.decision = Decision::approve; }; }},
      {Reason::s1_concerned,
       [](Story& s) { s.first_officer = officer(s, ids::requester, Role::registration_officer); }},
      {Reason::s1_expired, [](Story& s) { s.on_first = [](Approval& a) { a.not_after = a.at + 59min; }; }},
      {Reason::s1_too_long, [](Story& s) { s.on_first = [](Approval& a) { a.not_after = a.at + 30 * 24h + 1s; }; }},
      {Reason::s1_nonce, [](Story& s) { s.on_first = [](Approval& a) { a.nonce.resize(15); }; }},
      {Reason::s2_signature, [](Story& s) { s.on_signed_second = break_signature; }},
      {Reason::s2_issuer,
       [](Story& s) {
         s.second_officer = officer(
             s, ids::review, Role::review_officer, [](auto&) {}, true);
       }},
      {Reason::s2_in_force, [](Story& s) { s.second_officer = officer(s, ids::review, Role::review_officer, lapsed); }},
      {Reason::s2_revoked,
       [](Story& s) { s.second_officer = revoked(s, officer(s, ids::review, Role::review_officer)); }},
      {Reason::s2_purpose,
       [](Story& s) { s.second_officer = officer(s, ids::review, Role::review_officer, not_critical); }},
      {Reason::s2_role, [](Story& s) { s.second_officer = officer(s, ids::review, Role::registration_officer); }},
      {Reason::s2_stated_role,
       [](Story& s) { s.on_second = [](Approval& a) { a.role = Role::registration_officer; }; }},
      {Reason::s2_officer,
       [](Story& s) { s.on_second = [](Approval& a) { a.officer_certificate = crypto::sm3(bytes_of("other")); }; }},
      {Reason::s2_decision, [](Story& s) { s.on_second = [](Approval& a) { a.decision = Decision::accept; }; }},
      {Reason::s2_concerned,
       [](Story& s) { s.second_officer = officer(s, ids::legal_representative, Role::review_officer); }},
      {Reason::s2_time, [](Story& s) { s.on_second = [](Approval& a) { a.at += 90min; }; }},
      {Reason::s2_order, [](Story& s) { s.on_second = [](Approval& a) { a.at -= 90min; }; }},
      {Reason::s2_expired, [](Story& s) { s.on_second = [](Approval& a) { a.not_after = a.at + 29min; }; }},
      {Reason::s2_too_long, [](Story& s) { s.on_second = [](Approval& a) { a.not_after = a.at + 30 * 24h + 1s; }; }},
      {Reason::s2_nonce, [](Story& s) { s.on_second = [](Approval& a) { a.nonce.clear(); }; }},
      {Reason::s2_first_approval,
       [](Story& s) { s.on_second = [](Approval& a) { a.first_approval = crypto::sm3(bytes_of("another S1")); }; }},
      {Reason::same_content, [](Story& s) { s.on_first = [](Approval& a) { a.content.delivery = "counter"; }; }},
      {Reason::two_persons, [](Story& s) { s.second_officer = officer(s, ids::registration, Role::review_officer); }},
  };
  return all;
}

// long: one row for each rule
const std::vector<Hostile>& contents() {
  static const std::vector<Hostile> all{
      {Reason::ca_key, content([](ApprovalContent& c) { c.ca_key_hash = crypto::sm3(bytes_of("another CA")); })},
      {Reason::environment, content([](ApprovalContent& c) { c.environment = "elsewhere"; })},
      {Reason::manifest_hash, content([](ApprovalContent& c) { c.manifest_hash = crypto::sm3(bytes_of("other")); })},
      {Reason::manifest_in_force,
       [](Story& s) {
         s.on_policy = [](ProgrammePolicy& p) { p.details = to_bytes(bytes_of("details that nobody signed")); };
         s.is_policy_in_force = false;
       }},
      {Reason::manifest_programme, [](Story& s) { s.on_policy = [](ProgrammePolicy& p) { p.version = 4; }; }},
      {Reason::manifest_environment,
       [](Story& s) { s.on_policy = [](ProgrammePolicy& p) { p.environment = "elsewhere"; }; }},
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
      {Reason::line_medium,
       [](Story& s) {
         s.on_content = [device = s.device](ApprovalContent& c) { c.lines.front().held_device = device; };
       }},
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
      {Reason::evidence_issuer, [](Story& s) { s.evidence_key = service(s, oid::eku_evidence(), true); }},
      {Reason::evidence_revoked, [](Story& s) { s.evidence_key = revoked(s, service(s, oid::eku_evidence())); }},
      {Reason::evidence_purpose, [](Story& s) { s.evidence_key = s.office.permit; }},
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
      {Reason::permit_signer, [](Story& s) { s.permit_key = service(s, oid::eku_permit()); }},
      {Reason::permit_approval,
       [](Story& s) { s.on_permit = [](Permit& p) { p.second_approval = crypto::sm3(bytes_of("another S2")); }; }},
      {Reason::permit_line, [](Story& s) { s.on_permit = [](Permit& p) { p.line = 2; }; }},
      {Reason::permit_live,
       [](Story& s) {
         s.on_permit = [](Permit& p) {
           p.at -= 30min;
           p.not_after -= 30min;
         };
         s.on_binding = [](KeyBinding& b) { b.at -= 15min; };
       }},
      {Reason::permit_officer,
       [](Story& s) { s.on_permit = [](Permit& p) { p.production_officer = crypto::sm3(bytes_of("another")); }; }},
      {Reason::s3_signature, [](Story& s) { s.on_signed_binding = break_signature; }},
      {Reason::s3_issuer,
       [](Story& s) {
         s.production_officer = officer(
             s, ids::production, Role::production_officer, [](auto&) {}, true);
       }},
      {Reason::s3_in_force,
       [](Story& s) { s.production_officer = officer(s, ids::production, Role::production_officer, lapsed); }},
      {Reason::s3_revoked,
       [](Story& s) { s.production_officer = revoked(s, officer(s, ids::production, Role::production_officer)); }},
      {Reason::s3_purpose,
       [](Story& s) { s.production_officer = officer(s, ids::production, Role::production_officer, not_critical); }},
      {Reason::s3_role,
       [](Story& s) { s.production_officer = officer(s, ids::production, Role::registration_officer); }},
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
         s.on_binding = [&random = s.office.random](KeyBinding& b) {
           b.public_key = x509::PublicKey::of(crypto::Sm2PrivateKey::generate(random).public_key()).der();
         };
       }},
      {Reason::s3_request,
       [](Story& s) { s.on_binding = [](KeyBinding& b) { b.request = crypto::sm3(bytes_of("another CSR")); }; }},
      {Reason::s3_time, [](Story& s) { s.on_binding = [](KeyBinding& b) { b.at -= 6min; }; }},
      {Reason::s3_not_reviewer,
       [](Story& s) { s.production_officer = officer(s, ids::review, Role::production_officer); }},
      {Reason::s3_not_acceptor,
       [](Story& s) { s.production_officer = officer(s, ids::registration, Role::production_officer); }},
      {Reason::s3_concerned,
       [](Story& s) { s.production_officer = officer(s, ids::requester, Role::production_officer); }},
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
      {Reason::device_ready, [](Story& s) { s.device = "DEV-0404"; }},
  };
  return all;
}

}  // namespace

std::vector<Hostile> all_hostile() {
  std::vector<Hostile> all;
  for (const auto* some : {&approvals(), &contents(), &keyings()}) {
    for (const Hostile& one : *some) {
      all.push_back(one);
      all.back().is_of_keying = some == &keyings();
    }
  }
  return all;
}

}  // namespace yinxin::trust::testing
