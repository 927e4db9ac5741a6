#include "yinxin/office/approvals.h"

#include "crypto/oids.h"
#include "hall/evidence_kinds.h"
#include "pki/ca/issue_order.h"
#include "trust/make.h"

namespace yinxin::office {

namespace {

Result<trust::ApprovedLine> approved_line(const House& house, const trust::Snapshot& shot,
                                          const trust::SnapshotLine& line) {
  YX_TRY(const pki::ProfilePair pair, house.profiles().find_pair(trust::name_of(line.kind)));
  YX_TRY(const auto made,
         pki::answer_template(house.profiles(), house.settings().around("issuing"), shot, line, pair.hash()));
  return trust::ApprovedLine{.number = line.number,
                             .business = line.business,
                             .kind = line.kind,
                             .subject = made.subject,
                             .extensions = made.extensions,
                             .profile_hash = pair.hash(),
                             .template_hash = made.hash,
                             .validity_months = line.validity_months,
                             .held_device = line.held_device,
                             .replaced_serial = line.replaced_serial,
                             .seal = line.seal};
}

Result<trust::ApprovalContent> content_of(House& house, const hall::CaseRecord& record, const Bytes& manifest,
                                          const std::vector<Bytes>& receipts, const Overrides& overrides) {
  const trust::Snapshot& shot = record.snapshot;
  YX_TRY(const trust::SignedManifest programme, trust::SignedManifest::parse(manifest));
  trust::ApprovalContent content{.ca_key_hash = pki::issuer_id(house.issuing().public_key()),
                                 .environment = house.settings().environment,
                                 .application_id = shot.application_id,
                                 .revision = shot.revision,
                                 .programme = shot.programme,
                                 .programme_version = shot.programme_version,
                                 .manifest_hash = programme.hash(),
                                 .lines = {},
                                 .snapshot_hash = crypto::sm3(record.snapshot_der),
                                 .materials = shot.materials,
                                 .evidence = {},
                                 .money = shot.money,
                                 .requester = shot.requester.name,
                                 .channel = shot.channel,
                                 .delivery = shot.delivery};
  for (const trust::SnapshotLine& line : shot.lines) {
    YX_TRY(trust::ApprovedLine approved, approved_line(house, shot, line));
    content.lines.push_back(std::move(approved));
  }
  for (const Bytes& receipt : receipts) {
    YX_TRY(const cms::SignedData message, cms::SignedData::parse(receipt));
    if (!message.content) {
      return fail(ErrorCode::corrupt, "a receipt without its content");
    }
    YX_TRY(const trust::Evidence told, trust::Evidence::parse(*message.content));
    if (overrides.contains(told.kind)) {
      continue;  // an officer's word stands in its place
    }
    content.evidence.push_back({told.kind, trust::statement_hash(receipt), std::nullopt});
  }
  for (const auto& [kind, reason] : overrides) {
    content.evidence.push_back({kind, {}, reason});
  }
  return content;
}

}  // namespace

Result<token::ApprovalBundle> lay_before(House& house, const std::string& case_id, trust::Decision decision,
                                         const Overrides& overrides) {
  hall::Desk& desk = house.desk();
  YX_TRY(const hall::CaseRecord record, desk.find(case_id));
  token::ApprovalBundle bundle;
  bundle.snapshot = record.snapshot_der;
  YX_TRY(bundle.manifest, desk.paper(case_id, 0, hall::Paper::manifest));
  YX_TRY(bundle.evidence, desk.receipts(case_id));
  for (const trust::SlotHash& slot : record.snapshot.materials) {
    YX_TRY(Bytes original, desk.material(case_id, slot.slot, false));
    YX_TRY(Bytes rendition, desk.material(case_id, slot.slot, true));
    bundle.materials.push_back({slot.slot, std::move(original), std::move(rendition)});
  }
  if (decision == trust::Decision::accept) {
    // What the officer has recorded of the requester stands in S1, also if nobody types it again.
    Overrides said = overrides;
    YX_TRY(const auto manual, desk.manual_identity(case_id));
    if (manual) {
      const std::string how = manual->method == "video" ? "人工视频核验" : "受理点当面核验";
      said.emplace(std::string(hall::face_evidence), how + ": " + manual->words);
    }
    YX_TRY(bundle.content, content_of(house, record, bundle.manifest, bundle.evidence, said));
    return bundle;
  }
  YX_TRY(bundle.first_approval, desk.paper(case_id, 0, hall::Paper::first_approval));
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(*bundle.first_approval));
  if (!message.content) {
    return fail(ErrorCode::corrupt, "an acceptance without its content");
  }
  YX_TRY(trust::Approval first, trust::Approval::parse(*message.content));
  bundle.content = std::move(first.content);
  return bundle;
}

}  // namespace yinxin::office
