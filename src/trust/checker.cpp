#include "trust/checker.h"

#include <algorithm>

#include "crypto/oids.h"
#include "trust/checks.h"

namespace yinxin::trust {

namespace {

CheckReport malformed(const Error& error) { return {.findings = {{Reason::malformed, error.describe()}}}; }

void require(CheckReport& report, Reason reason, bool holds) {
  if (!holds) {
    report.findings.push_back({reason, std::string(sentence_en(reason))});
  }
}

bool is_administrator(const Signed& signed_by) {
  return signed_by.has_role(Role::system_administrator) || signed_by.has_role(Role::security_administrator);
}

bool may_order_status(const Signed& signed_by) {
  return signed_by.has_role(Role::registration_officer) || signed_by.has_role(Role::review_officer) ||
         signed_by.has_role(Role::security_administrator);
}

bool different_persons(const Signed& a, const Signed& b) {
  return a.officer && b.officer && !(a.officer->person == b.officer->person);
}

}  // namespace

Checked<ApprovedCase> Checker::check_case(const Bundle& bundle) const {
  auto facts = read_case(bundle, pinned_, answers_);
  if (!facts) {
    return {.report = malformed(facts.error()), .value = std::nullopt};
  }
  Checked<ApprovedCase> checked{.report = run_checks(case_checks(), *facts), .value = std::nullopt};
  if (checked.report.holds()) {
    ApprovedCase approved;
    approved.content_ = facts->second.content;
    approved.snapshot_ = std::move(facts->snapshot);
    approved.second_approval_hash_ = facts->s2.hash;
    approved.not_after_ = std::min(facts->first.not_after, facts->second.not_after);
    checked.value = std::move(approved);
  }
  return checked;
}

Checked<ApprovedRequest> Checker::check_request(const Bundle& bundle, const KeyingBundle& keying) const {
  auto facts = read_request(bundle, keying, pinned_, answers_);
  if (!facts) {
    return {.report = malformed(facts.error()), .value = std::nullopt};
  }
  Checked<ApprovedRequest> checked{.report = run_checks(case_checks(), facts->of_case), .value = std::nullopt};
  CheckReport of_request = run_checks(request_checks(), *facts);
  checked.report.findings.insert(checked.report.findings.end(), of_request.findings.begin(), of_request.findings.end());
  if (checked.report.holds()) {
    ApprovedRequest approved;
    approved.line_ = *facts->line;
    approved.snapshot_ = std::move(facts->of_case.snapshot);
    approved.second_approval_hash_ = facts->of_case.s2.hash;
    approved.permit_hash_ = facts->permit_by.hash;
    approved.public_key_ = facts->request.public_key();
    approved.device_serial_ = facts->permit.device_serial;
    checked.value = std::move(approved);
  }
  return checked;
}

Checked<ApprovedSeal> Checker::check_seal(const Bundle& bundle, std::int64_t line, BytesView receipt,
                                          const x509::Certificate& owner, BytesView picture) const {
  auto facts = read_case(bundle, pinned_, answers_);
  if (!facts) {
    return {.report = malformed(facts.error()), .value = std::nullopt};
  }
  auto by = read_signed(receipt, oid::statement_issue_receipt(), pinned_);
  if (!by) {
    return {.report = malformed(by.error()), .value = std::nullopt};
  }
  const auto stated = IssueReceipt::parse(by->content);
  if (!stated) {
    return {.report = malformed(stated.error()), .value = std::nullopt};
  }
  const auto& lines = facts->content().lines;
  const auto found = std::ranges::find(lines, line, &ApprovedLine::number);
  const bool wanted = found != lines.end() && found->seal;
  Checked<ApprovedSeal> checked{.report = run_checks(case_checks(), *facts), .value = std::nullopt};
  CheckReport& report = checked.report;
  require(report, Reason::receipt_signature, by->signature_holds);
  require(report, Reason::receipt_signer, by->certificate == pinned_.permit_certificate);
  require(report, Reason::receipt_approval, stated->second_approval == facts->s2.hash);
  require(report, Reason::receipt_line, stated->line == line);
  require(report, Reason::receipt_certificate, stated->signing_certificate == owner.fingerprint());
  require(report, Reason::seal_wanted, wanted);
  require(report, Reason::seal_picture, !wanted || found->seal->picture_hash == crypto::sm3(picture));
  if (report.holds()) {
    ApprovedSeal approved(owner);
    approved.wish_ = *found->seal;
    approved.application_id_ = facts->content().application_id;
    checked.value = std::move(approved);
  }
  return checked;
}

Checked<TokenWordHeard> Checker::check_token_word(BytesView signed_word, TokenWord::Kind kind,
                                                  const x509::Certificate& signing, const x509::Certificate& encryption,
                                                  std::string_view device_serial) const {
  const asn1::ObjectId type = kind == TokenWord::Kind::written ? oid::statement_written() : oid::statement_activated();
  auto by = read_signed(signed_word, type, pinned_);
  if (!by) {
    return {.report = malformed(by.error()), .value = std::nullopt};
  }
  const auto word = TokenWord::parse(by->content, kind);
  if (!word) {
    return {.report = malformed(word.error()), .value = std::nullopt};
  }
  Checked<TokenWordHeard> checked;
  require(checked.report, Reason::word_signature, by->signature_holds);
  require(checked.report, Reason::word_signer, by->certificate == signing);
  require(
      checked.report, Reason::word_certificates,
      word->signing_certificate == signing.fingerprint() && word->encryption_certificate == encryption.fingerprint());
  require(checked.report, Reason::word_device, word->device_serial == device_serial);
  if (checked.report.holds()) {
    checked.value = TokenWordHeard(*word, signing, encryption);
  }
  return checked;
}

namespace {

constexpr std::chrono::hours longest_order{24};
constexpr std::chrono::minutes order_clock_tolerance{5};

// What is asked of each of the one or two orders.
void judge_order(CheckReport& report, const Signed& by, const StatusStatement& order, const Pinned& pinned) {
  require(report, Reason::order_signature, by.signature_holds);
  const bool for_orders = by.for_approvals || (by.has_role(Role::security_administrator) && by.for_administration);
  require(report, Reason::order_issuer, by.issued_by_roles_ca && for_orders && by.in_force_at(order.at));
  require(report, Reason::order_revoked, !by.revoked);
  require(report, Reason::order_role, may_order_status(by));
  require(report, Reason::order_officer, order.officer_certificate == by.certificate.fingerprint());
  require(report, Reason::order_ca_key, order.ca_key_hash == pinned.ca_key_hash);
  require(report, Reason::order_environment, order.environment == pinned.environment);
  require(report, Reason::order_time,
          order.at <= pinned.now + order_clock_tolerance && pinned.now <= order.at + longest_order);
}

// Everything that the second officer must have seen and meant as well.
bool same_order(const StatusStatement& a, const StatusStatement& b) {
  return a.deed == b.deed && a.serials == b.serials && a.reason == b.reason && a.explanation == b.explanation;
}

}  // namespace

Checked<StatusOrder> Checker::check_status_order(BytesView first, BytesView second) const {
  auto by = read_signed(first, oid::statement_revocation(), pinned_);
  if (!by) {
    return {.report = malformed(by.error()), .value = std::nullopt};
  }
  auto order = StatusStatement::parse(by->content);
  if (!order) {
    return {.report = malformed(order.error()), .value = std::nullopt};
  }
  const auto reason = x509::reason_of_number(order->reason);
  if (!reason || order->serials.empty()) {
    return {.report = malformed(fail(ErrorCode::invalid_input, "an order without serials or with no such reason")),
            .value = std::nullopt};
  }
  Checked<StatusOrder> checked;
  judge_order(checked.report, *by, *order, pinned_);
  if (second.empty()) {
    require(checked.report, Reason::order_two_persons, order->deed != StatusStatement::Deed::revoke);
  } else {
    auto by_second = read_signed(second, oid::statement_revocation(), pinned_);
    if (!by_second) {
      return {.report = malformed(by_second.error()), .value = std::nullopt};
    }
    auto second_order = StatusStatement::parse(by_second->content);
    if (!second_order) {
      return {.report = malformed(second_order.error()), .value = std::nullopt};
    }
    judge_order(checked.report, *by_second, *second_order, pinned_);
    require(checked.report, Reason::order_two_persons, different_persons(*by, *by_second));
    require(checked.report, Reason::order_same, same_order(*order, *second_order));
    require(checked.report, Reason::order_first, second_order->first == by->hash);
  }
  if (checked.report.holds()) {
    StatusOrder approved;
    approved.statement_ = std::move(*order);
    approved.reason_ = *reason;
    approved.order_hash_ = by->hash;
    checked.value = std::move(approved);
  }
  return checked;
}

Checked<AdoptedManifest> Checker::check_manifest(BytesView signed_manifest) const {
  const auto manifest = SignedManifest::parse(signed_manifest);
  if (!manifest) {
    return {.report = malformed(manifest.error()), .value = std::nullopt};
  }
  auto policy = ProgrammePolicy::parse(manifest->content);
  if (!policy) {
    return {.report = malformed(policy.error()), .value = std::nullopt};
  }
  Checked<AdoptedManifest> checked;
  std::vector<PersonId> persons;
  for (const Bytes& signature : manifest->signatures) {
    const auto message = cms::SignedData::parse(signature);
    if (!message || message->content_type != oid::statement_manifest() || message->signers.size() != 1) {
      return {.report = malformed(fail(ErrorCode::invalid_input, "a manifest signature that cannot be read")),
              .value = std::nullopt};
    }
    const cms::SignerInfo& signer = message->signers.front();
    const cms::SignerReport judged = cms::check_signer(*message, signer, BytesView(manifest->content));
    const auto time = signer.signing_time();
    require(checked.report, Reason::admin_signature, !judged.problem && !message->content);
    if (!judged.certificate) {
      continue;
    }
    const Signed by = judge_signer(*judged.certificate, pinned_);
    require(checked.report, Reason::admin_issuer,
            by.issued_by_roles_ca && by.for_administration && time && by.in_force_at(*time));
    require(checked.report, Reason::admin_revoked, !by.revoked);
    require(checked.report, Reason::admin_role, is_administrator(by));
    if (by.officer && std::ranges::find(persons, by.officer->person) == persons.end()) {
      persons.push_back(by.officer->person);
    }
  }
  require(checked.report, Reason::admin_two_persons, persons.size() >= 2);
  require(checked.report, Reason::manifest_environment, policy->environment == pinned_.environment);
  if (checked.report.holds()) {
    AdoptedManifest adopted;
    adopted.policy_ = std::move(*policy);
    adopted.content_ = manifest->content;
    adopted.hash_ = manifest->hash();
    checked.value = std::move(adopted);
  }
  return checked;
}

}  // namespace yinxin::trust
