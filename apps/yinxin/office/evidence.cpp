#include "yinxin/office/evidence.h"

#include <set>

#include "hall/evidence_kinds.h"

namespace yinxin::office {

namespace {

constexpr std::string_view online = "online";

std::set<std::string> demanded(const trust::Snapshot& shot, const trust::ProgrammePolicy& policy) {
  std::set<std::string> kinds;
  for (const trust::SnapshotLine& line : shot.lines) {
    if (const trust::BusinessRule* rule = policy.find_rule(line.business, shot.channel)) {
      kinds.insert(rule->evidence.begin(), rule->evidence.end());
    }
  }
  if (shot.channel == online && shot.money.received_fen > 0) {
    kinds.emplace(hall::payment_evidence);
  }
  return kinds;
}

}  // namespace

Result<void> ask_again(House& house, OutsideDoors& outside, const std::string& case_id, EvidenceQuestion named) {
  YX_TRY(const hall::CaseRecord record, house.desk().find(case_id));
  YX_TRY(const Bytes der, house.desk().paper(case_id, 0, hall::Paper::manifest));
  YX_TRY(const trust::SignedManifest manifest, trust::SignedManifest::parse(der));
  YX_TRY(const trust::ProgrammePolicy policy, trust::ProgrammePolicy::parse(manifest.content));
  const trust::Snapshot& shot = record.snapshot;
  named.case_id = shot.application_id;
  named.name = shot.requester.name;
  named.resident_id = shot.requester.resident_id;
  named.mobile = shot.requester.mobile;
  named.received_fen = shot.money.received_fen;
  Result<void> all;
  for (const std::string& kind : demanded(shot, policy)) {
    named.kind = kind;
    const auto receipt = outside.receipt(named);
    const Result<void> laid = !receipt   ? Result<void>(receipt.error())
                              : *receipt ? house.desk().add_evidence(case_id, **receipt)
                                         : Result<void>();
    if (!laid && all) {
      all = laid;
    }
  }
  return all;
}

}  // namespace yinxin::office
