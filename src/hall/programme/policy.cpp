#include "hall/programme/policy.h"

#include <algorithm>

#include "hall/evidence_kinds.h"

namespace yinxin::hall::programme {

namespace {

bool has(const Set& set, std::string_view word) { return std::ranges::find(set, word) != set.end(); }

// The programme's words for checks, and what the receipts of those checks are called. Photos are material, and
// originals are seen by the accepting officer, whose signature says so.
std::optional<std::string> evidence_of(std::string_view check) {
  if (check == "liveness") {
    return std::string(face_evidence);
  }
  if (check == "carrier") {
    return std::string(carrier_evidence);
  }
  return std::nullopt;
}

Set materials_of(const Programme& programme, const std::string& business, const std::string& channel, bool with_seal) {
  Set slots;
  for (const Material& row : programme.materials) {
    const bool plain = row.conditions.empty();
    const bool for_seal = row.conditions == Set{"seal"};
    if (has(row.business, business) && has(row.channels, channel) && (with_seal ? for_seal : plain) &&
        !has(slots, row.id)) {
      slots.push_back(row.id);
    }
  }
  return slots;
}

bool paid_before_making(const Programme& programme, const std::string& business, const std::string& channel) {
  return std::ranges::none_of(programme.payment, [&](const PaymentRule& rule) {
    return has(rule.business, business) && has(rule.channels, channel) && rule.gate == "hand_over";
  });
}

// The money came in through a provider, before anybody looked at the case.
bool paid_by_submission(const Programme& programme, const std::string& business, const std::string& channel) {
  return channel == "online" && std::ranges::any_of(programme.payment, [&](const PaymentRule& rule) {
           return has(rule.business, business) && has(rule.channels, channel) && rule.gate == "submit";
         });
}

Result<trust::BusinessRule> rule_of(const Programme& programme, const BusinessOffered& offered,
                                    const std::string& channel) {
  trust::BusinessRule rule;
  YX_TRY(rule.business, trust::business_of_name(offered.business));
  rule.channel = channel;
  for (const IdentityRule& identity : programme.identity) {
    if (!has(identity.channels, channel)) {
      continue;
    }
    for (const std::string& check : identity.checks) {
      if (auto kind = evidence_of(check); kind && !has(rule.evidence, *kind)) {
        rule.evidence.push_back(*kind);
        // a provider that is down may be answered by a look of the officer's own, with a reason both sign.
        rule.overridable_evidence.push_back(std::move(*kind));
      }
    }
  }
  if (paid_by_submission(programme, offered.business, channel)) {
    rule.evidence.emplace_back(payment_evidence);
  }
  if (programme.micro_deposit.blocks == "review" && channel == "online") {
    rule.evidence.emplace_back(deposit_evidence);
  }
  rule.materials = materials_of(programme, offered.business, channel, false);
  rule.seal_materials = materials_of(programme, offered.business, channel, true);
  rule.paid_before_making = paid_before_making(programme, offered.business, channel);
  return rule;
}

}  // namespace

Result<trust::ProgrammePolicy> policy_of(const Programme& programme, const std::string& environment,
                                         const std::map<std::string, crypto::Digest>& profiles) {
  trust::ProgrammePolicy policy;
  policy.programme = programme.code;
  policy.version = programme.version;
  policy.environment = environment;
  for (const BusinessOffered& offered : programme.business) {
    for (const std::string& channel : offered.channels) {
      YX_TRY(trust::BusinessRule rule, rule_of(programme, offered, channel));
      policy.rules.push_back(std::move(rule));
    }
  }
  for (const KindOffered& offered : programme.kinds) {
    YX_TRY(const trust::SubjectKind kind, trust::subject_kind_of_name(offered.kind));
    if (const auto profile = profiles.find(offered.kind); profile != profiles.end()) {
      policy.kinds.push_back(kind);
      policy.profiles.push_back(profile->second);
    }
  }
  if (policy.kinds.empty()) {
    return fail(ErrorCode::unsupported, "no profile for any kind that the programme offers");
  }
  for (const std::int64_t years : programme.years) {
    policy.validity_months.push_back(years * 12);
  }
  policy.details = programme.manifest;
  return policy;
}

}  // namespace yinxin::hall::programme
