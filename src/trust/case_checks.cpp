// trust.md's rules for S1, S2, the snapshot, the manifest and the evidence.

#include <algorithm>
#include <array>
#include <ranges>

#include "crypto/oids.h"
#include "trust/checks.h"

namespace yinxin::trust {

namespace {

using F = CaseFacts;

constexpr std::chrono::hours longest_approval{30 * 24};
constexpr std::chrono::minutes clock_tolerance{5};
constexpr std::size_t shortest_nonce = 16;
constexpr std::int64_t smallest_seal_mm = 10;
constexpr std::int64_t largest_seal_mm = 60;

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

// Both approvals are asked the same things; which of them is the first argument.
bool not_in_future(const F& f, const Approval& a) { return a.at <= f.pinned->now + clock_tolerance; }
bool not_expired(const F& f, const Approval& a) { return f.pinned->now <= a.not_after; }
bool not_too_long(const Approval& a) { return a.not_after <= a.at + longest_approval; }

// The line as approved beside the line as applied for. A line without its fellow is content.lines' matter.
template <class Holds>
bool every_line(const F& f, Holds&& holds) {
  return std::ranges::all_of(f.content().lines, [&](const ApprovedLine& line) {
    const SnapshotLine* asked = f.snapshot.find_line(line.number);
    return asked == nullptr || holds(line, *asked);
  });
}

template <class Holds>
bool every_template(const F& f, Holds&& holds) {
  for (std::size_t i = 0; i < f.templates.size(); ++i) {
    if (f.templates[i] && !holds(f.content().lines[i], *f.templates[i])) {
      return false;
    }
  }
  return true;
}

bool lines_match(const F& f) {
  std::vector<std::int64_t> approved;
  std::vector<std::int64_t> asked;
  for (const ApprovedLine& line : f.content().lines) {
    approved.push_back(line.number);
  }
  for (const SnapshotLine& line : f.snapshot.lines) {
    asked.push_back(line.number);
  }
  std::ranges::sort(approved);
  std::ranges::sort(asked);
  return !approved.empty() && approved == asked && std::ranges::adjacent_find(approved) == approved.end();
}

// A line whose profile makes nothing (unknown profile, data missing) can never match; one that was never asked for is
// content.lines' matter.
bool templates_made(const F& f) {
  for (std::size_t i = 0; i < f.templates.size(); ++i) {
    if (!f.templates[i] && f.snapshot.find_line(f.content().lines[i].number) != nullptr) {
      return false;
    }
  }
  return true;
}

bool certificates_are_made_by(Business business) {
  switch (business) {
    case Business::new_:
    case Business::add:
    case Business::replace:
    case Business::modify:
    case Business::renew: return true;
    case Business::change_requester:
    case Business::unlock:
    case Business::revoke:
    case Business::recover_key: return false;
  }
  return false;
}

// Only what ends another certificate may name one, and must.
bool replaces_as_asked(const ApprovedLine& line, const SnapshotLine& asked) {
  return line.replaced_serial == asked.replaced_serial;
}

// The rule of each line's business; a line without one is line.business_allowed's matter.
template <class Holds>
bool every_rule(const F& f, Holds&& holds) {
  return std::ranges::all_of(f.content().lines, [&](const ApprovedLine& line) {
    const BusinessRule* rule = f.policy.find_rule(line.business, f.content().channel);
    return rule == nullptr || holds(*rule, line);
  });
}

bool materials_complete(const F& f) {
  const auto there = [&](const std::string& slot) {
    return contains(f.content().materials | std::views::transform(&SlotHash::slot), slot);
  };
  return every_rule(f, [&](const BusinessRule& rule, const ApprovedLine& line) {
    return std::ranges::all_of(rule.materials, there) &&
           (!line.seal || std::ranges::all_of(rule.seal_materials, there));
  });
}

bool money_paid(const F& f) {
  return every_rule(f, [&](const BusinessRule& rule, const ApprovedLine&) {
    return !rule.paid_before_making || f.content().money.received_fen >= f.content().money.due_fen;
  });
}

bool seal_size_possible(const F& f) {
  return every_line(f, [](const ApprovedLine& line, const SnapshotLine&) {
    const auto possible = [](std::int64_t mm) { return mm >= smallest_seal_mm && mm <= largest_seal_mm; };
    return !line.seal || (possible(line.seal->width_mm) && possible(line.seal->height_mm));
  });
}

bool seal_picture_shown(const F& f) {
  return every_line(f, [&](const ApprovedLine& line, const SnapshotLine&) {
    return !line.seal || std::ranges::any_of(f.content().materials, [&](const SlotHash& slot) {
      return slot.original == line.seal->picture_hash || slot.rendition == line.seal->picture_hash;
    });
  });
}

bool evidence_present(const F& f) {
  return std::ranges::all_of(f.content().evidence, [&](const EvidenceMention& mention) {
    return mention.override_reason || std::ranges::any_of(f.evidence, [&](const EvidenceFacts& e) {
             return e.by.hash == mention.receipt && e.statement.kind == mention.kind;
           });
  });
}

bool evidence_complete(const F& f) {
  return every_rule(f, [&](const BusinessRule& rule, const ApprovedLine&) {
    return std::ranges::all_of(rule.evidence, [&](const std::string& kind) {
      return contains(f.content().evidence | std::views::transform(&EvidenceMention::kind), kind);
    });
  });
}

template <class Holds>
bool every_receipt(const F& f, Holds&& holds) {
  return std::ranges::all_of(f.evidence, holds);
}

bool evidence_passed(const F& f) {
  return every_receipt(f, [&](const EvidenceFacts& e) {
    return e.statement.passed || std::ranges::any_of(f.content().evidence, [&](const EvidenceMention& mention) {
             return mention.kind == e.statement.kind && mention.override_reason;
           });
  });
}

bool overrides_allowed(const F& f) {
  return every_rule(f, [&](const BusinessRule& rule, const ApprovedLine&) {
    return std::ranges::all_of(f.content().evidence, [&](const EvidenceMention& mention) {
      return !mention.override_reason || contains(rule.overridable_evidence, mention.kind);
    });
  });
}

bool overrides_explained(const F& f) {
  return std::ranges::all_of(f.content().evidence, [](const EvidenceMention& mention) {
    return !mention.override_reason || !mention.override_reason->empty();
  });
}

bool two_persons(const F& f) {
  return !f.s1.officer || !f.s2.officer || !(f.s1.officer->person == f.s2.officer->person);
}

constexpr std::array checks{
    // S1; its time is bounded by S2's, which may not be before it
    Check<F>{Reason::s1_signature, [](const F& f) { return f.s1.signature_holds; }},
    Check<F>{Reason::s1_issuer, [](const F& f) { return f.s1.issued_by_roles_ca; }},
    Check<F>{Reason::s1_in_force, [](const F& f) { return f.s1.in_force_at(f.first.at); }},
    Check<F>{Reason::s1_revoked, [](const F& f) { return !f.s1.revoked; }},
    Check<F>{Reason::s1_purpose, [](const F& f) { return f.s1.for_approvals; }},
    Check<F>{Reason::s1_role, [](const F& f) { return f.s1.has_role(Role::registration_officer); }},
    Check<F>{Reason::s1_stated_role, [](const F& f) { return f.first.role == Role::registration_officer; }},
    Check<F>{Reason::s1_officer,
             [](const F& f) { return f.first.officer_certificate == f.s1.certificate.fingerprint(); }},
    Check<F>{Reason::s1_decision, [](const F& f) { return f.first.decision == Decision::accept; }},
    Check<F>{Reason::s1_concerned, [](const F& f) { return !f.is_party(f.s1); }},
    Check<F>{Reason::s1_expired, [](const F& f) { return not_expired(f, f.first); }},
    Check<F>{Reason::s1_too_long, [](const F& f) { return not_too_long(f.first); }},
    Check<F>{Reason::s1_nonce, [](const F& f) { return f.first.nonce.size() >= shortest_nonce; }},
    // S2
    Check<F>{Reason::s2_signature, [](const F& f) { return f.s2.signature_holds; }},
    Check<F>{Reason::s2_issuer, [](const F& f) { return f.s2.issued_by_roles_ca; }},
    Check<F>{Reason::s2_in_force, [](const F& f) { return f.s2.in_force_at(f.second.at); }},
    Check<F>{Reason::s2_revoked, [](const F& f) { return !f.s2.revoked; }},
    Check<F>{Reason::s2_purpose, [](const F& f) { return f.s2.for_approvals; }},
    Check<F>{Reason::s2_role, [](const F& f) { return f.s2.has_role(Role::review_officer); }},
    Check<F>{Reason::s2_stated_role, [](const F& f) { return f.second.role == Role::review_officer; }},
    Check<F>{Reason::s2_officer,
             [](const F& f) { return f.second.officer_certificate == f.s2.certificate.fingerprint(); }},
    Check<F>{Reason::s2_decision, [](const F& f) { return f.second.decision == Decision::approve; }},
    Check<F>{Reason::s2_concerned, [](const F& f) { return !f.is_party(f.s2); }},
    Check<F>{Reason::s2_time, [](const F& f) { return not_in_future(f, f.second); }},
    Check<F>{Reason::s2_order, [](const F& f) { return f.second.at >= f.first.at; }},
    Check<F>{Reason::s2_expired, [](const F& f) { return not_expired(f, f.second); }},
    Check<F>{Reason::s2_too_long, [](const F& f) { return not_too_long(f.second); }},
    Check<F>{Reason::s2_nonce, [](const F& f) { return f.second.nonce.size() >= shortest_nonce; }},
    Check<F>{Reason::s2_first_approval, [](const F& f) { return f.second.first_approval == f.s1.hash; }},
    // Both
    Check<F>{Reason::same_content, [](const F& f) { return f.first.content == f.second.content; }},
    Check<F>{Reason::two_persons, two_persons},
    // What they say, against what the vault holds
    Check<F>{Reason::ca_key, [](const F& f) { return f.content().ca_key_hash == f.pinned->ca_key_hash; }},
    Check<F>{Reason::environment, [](const F& f) { return f.content().environment == f.pinned->environment; }},
    Check<F>{Reason::manifest_hash, [](const F& f) { return f.content().manifest_hash == f.manifest_hash; }},
    Check<F>{Reason::manifest_in_force,
             [](const F& f) { return contains(f.pinned->manifests_in_force, f.manifest_hash); }},
    Check<F>{Reason::manifest_programme,
             [](const F& f) {
               return f.content().programme == f.policy.programme && f.content().programme_version == f.policy.version;
             }},
    Check<F>{Reason::manifest_environment, [](const F& f) { return f.policy.environment == f.pinned->environment; }},
    // What they say, against the application
    Check<F>{Reason::snapshot_hash, [](const F& f) { return f.content().snapshot_hash == f.snapshot_hash; }},
    Check<F>{Reason::application,
             [](const F& f) {
               return f.content().application_id == f.snapshot.application_id &&
                      f.content().revision == f.snapshot.revision && f.content().programme == f.snapshot.programme &&
                      f.content().programme_version == f.snapshot.programme_version;
             }},
    Check<F>{Reason::lines, lines_match},
    Check<F>{Reason::materials, [](const F& f) { return f.content().materials == f.snapshot.materials; }},
    Check<F>{Reason::materials_required, materials_complete},
    Check<F>{Reason::money_stated, [](const F& f) { return f.content().money == f.snapshot.money; }},
    Check<F>{Reason::money_paid, money_paid},
    Check<F>{Reason::requester, [](const F& f) { return f.content().requester == f.snapshot.requester.name; }},
    Check<F>{Reason::channel, [](const F& f) { return f.content().channel == f.snapshot.channel; }},
    Check<F>{Reason::delivery, [](const F& f) { return f.content().delivery == f.snapshot.delivery; }},
    // Lines
    Check<F>{
        Reason::line_business,
        [](const F& f) { return every_line(f, [](auto& l, auto& asked) { return l.business == asked.business; }); }},
    Check<F>{Reason::line_business_allowed,
             [](const F& f) {
               return std::ranges::all_of(f.content().lines, [&](const ApprovedLine& l) {
                 return f.policy.find_rule(l.business, f.content().channel) != nullptr;
               });
             }},
    Check<F>{
        Reason::line_business_floor,
        [](const F& f) { return every_line(f, [](auto& l, auto&) { return certificates_are_made_by(l.business); }); }},
    Check<F>{Reason::line_kind,
             [](const F& f) { return every_line(f, [](auto& l, auto& asked) { return l.kind == asked.kind; }); }},
    Check<F>{
        Reason::line_kind_allowed,
        [](const F& f) { return every_line(f, [&](auto& l, auto&) { return contains(f.policy.kinds, l.kind); }); }},
    Check<F>{Reason::line_validity,
             [](const F& f) {
               return every_line(f, [](auto& l, auto& asked) { return l.validity_months == asked.validity_months; });
             }},
    Check<F>{Reason::line_validity_allowed,
             [](const F& f) {
               return every_line(f,
                                 [&](auto& l, auto&) { return contains(f.policy.validity_months, l.validity_months); });
             }},
    Check<F>{Reason::line_profile_allowed,
             [](const F& f) {
               return every_line(f, [&](auto& l, auto&) { return contains(f.policy.profiles, l.profile_hash); });
             }},
    Check<F>{Reason::line_subject,
             [](const F& f) { return every_template(f, [](auto& l, auto& t) { return l.subject == t.subject; }); }},
    Check<F>{
        Reason::line_extensions,
        [](const F& f) { return every_template(f, [](auto& l, auto& t) { return l.extensions == t.extensions; }); }},
    Check<F>{Reason::line_template,
             [](const F& f) {
               return templates_made(f) &&
                      every_template(f, [](auto& l, auto& t) { return l.template_hash == t.hash; });
             }},
    Check<F>{Reason::line_medium,
             [](const F& f) {
               return every_line(f, [](auto& l, auto& asked) { return l.held_device == asked.held_device; });
             }},
    Check<F>{Reason::line_replaces, [](const F& f) { return every_line(f, replaces_as_asked); }},
    Check<F>{Reason::line_may_replace, [](const F& f) { return !contains(f.may_replace, false); }},
    Check<F>{Reason::line_seal,
             [](const F& f) { return every_line(f, [](auto& l, auto& asked) { return l.seal == asked.seal; }); }},
    Check<F>{Reason::line_seal_size, seal_size_possible},
    Check<F>{Reason::line_seal_picture, seal_picture_shown},
    // Evidence
    Check<F>{Reason::evidence_signature,
             [](const F& f) { return every_receipt(f, [](auto& e) { return e.by.signature_holds; }); }},
    Check<F>{Reason::evidence_issuer,
             [](const F& f) { return every_receipt(f, [](auto& e) { return e.by.issued_by_roles_ca; }); }},
    Check<F>{Reason::evidence_revoked,
             [](const F& f) { return every_receipt(f, [](auto& e) { return !e.by.revoked; }); }},
    Check<F>{Reason::evidence_purpose,
             [](const F& f) {
               return every_receipt(f, [](auto& e) { return e.by.certificate.has_purpose(oid::eku_evidence()); });
             }},
    Check<F>{Reason::evidence_application,
             [](const F& f) {
               return every_receipt(f,
                                    [&](auto& e) { return e.statement.application_id == f.content().application_id; });
             }},
    Check<F>{Reason::evidence_outcome, evidence_passed},
    Check<F>{Reason::evidence_present, evidence_present},
    Check<F>{Reason::evidence_required, evidence_complete},
    Check<F>{Reason::evidence_override, overrides_allowed},
    Check<F>{Reason::evidence_reason, overrides_explained},
};

}  // namespace

std::span<const Check<CaseFacts>> case_checks() { return checks; }

}  // namespace yinxin::trust
