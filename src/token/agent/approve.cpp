#include "token/agent/approve.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "crypto/oids.h"
#include "trust/make.h"

namespace yinxin::token {

namespace {

using trust::ApprovalContent;
using trust::ApprovedLine;
using trust::Snapshot;
using trust::SnapshotLine;

constexpr std::size_t code_size = 8;

Error contradiction(const std::string& field) {
  return fail(ErrorCode::conflict, "what is to be signed does not agree with the case: " + field);
}

std::string yuan(std::int64_t fen) {
  const std::string cents = std::to_string(fen % 100);
  return std::to_string(fen / 100) + "." + (cents.size() < 2 ? "0" : "") + cents + " 元";
}

// GLOSSARY's words, with the code behind for whoever compares.
std::string label_of(trust::Business business) {
  constexpr std::string_view labels[] = {"新办",       "增加", "续期", "补办",    "变更",
                                         "经办人变更", "解锁", "注销", "密钥恢复"};
  return std::string(labels[static_cast<std::size_t>(business)]) + " " + std::string(trust::name_of(business));
}
std::string label_of(trust::SubjectKind kind) {
  constexpr std::string_view labels[] = {"机构证书", "机构个人证书", "个人证书"};
  return std::string(labels[static_cast<std::size_t>(kind)]) + " " + std::string(trust::name_of(kind));
}

// What a line's approval must say, as far as the snapshot alone decides it.
Result<void> check_line(const Snapshot& shot, const ApprovedLine& line) {
  const std::string name = "line " + std::to_string(line.number);
  const SnapshotLine* asked = shot.find_line(line.number);
  if (asked == nullptr || asked->business != line.business || asked->kind != line.kind ||
      asked->validity_months != line.validity_months || asked->held_device != line.held_device ||
      asked->replaced_serial != line.replaced_serial || asked->seal != line.seal) {
    return contradiction(name);
  }
  YX_TRY(const x509::Name subject, x509::Name::parse(line.subject));
  const bool of_unit = line.kind != trust::SubjectKind::individual;
  const std::string& common_name = asked->holder ? asked->holder->name : shot.unit.name;
  if (subject.find(oid::common_name()) != common_name ||
      (of_unit && subject.find(oid::organization()) != shot.unit.name)) {
    return contradiction(name + " subject");
  }
  const x509::Extension code = x509::extension::text(oid::unified_social_credit_code(), shot.unit.uscc);
  for (const auto& [id, value] : line.extensions) {
    if (id == code.id && value != code.value) {
      return contradiction(name + " unified social credit code");
    }
  }
  return {};
}

Result<void> check_materials(const ApprovalBundle& bundle, const Snapshot& shot) {
  if (bundle.content.materials != shot.materials || bundle.materials.size() != shot.materials.size()) {
    return contradiction("materials");
  }
  for (const trust::SlotHash& slot : shot.materials) {
    const auto shown = std::ranges::find(bundle.materials, slot.slot, &ShownMaterial::slot);
    if (shown == bundle.materials.end() || crypto::sm3(shown->original) != slot.original ||
        crypto::sm3(shown->rendition) != slot.rendition) {
      return contradiction("material " + slot.slot);
    }
  }
  return {};
}

Result<void> check_evidence(const ApprovalBundle& bundle) {
  if (bundle.content.evidence.size() < bundle.evidence.size()) {
    return contradiction("evidence");
  }
  for (const trust::EvidenceMention& mention : bundle.content.evidence) {
    const bool there = std::ranges::any_of(
        bundle.evidence, [&](const Bytes& receipt) { return trust::statement_hash(receipt) == mention.receipt; });
    if (!there && !mention.override_reason) {
      return contradiction("evidence " + mention.kind);
    }
  }
  return {};
}

// Every field of the content, against the bytes it speaks of. The snapshot.
Result<Snapshot> recompute(const ApprovalBundle& bundle) {
  const ApprovalContent& content = bundle.content;
  YX_TRY(Snapshot shot, Snapshot::parse(bundle.snapshot));
  YX_TRY(const trust::SignedManifest manifest, trust::SignedManifest::parse(bundle.manifest));
  YX_TRY(const trust::ProgrammePolicy policy, trust::ProgrammePolicy::parse(manifest.content));
  const std::pair<const char*, bool> facts[] = {
      {"snapshot", content.snapshot_hash == crypto::sm3(bundle.snapshot)},
      {"application", content.application_id == shot.application_id && content.revision == shot.revision},
      {"programme", content.programme == shot.programme && content.programme_version == shot.programme_version &&
                        policy.programme == shot.programme && policy.version == shot.programme_version},
      {"manifest", content.manifest_hash == manifest.hash()},
      {"money", content.money == shot.money},
      {"requester", content.requester == shot.requester.name},
      {"channel", content.channel == shot.channel},
      {"delivery", content.delivery == shot.delivery},
      {"lines", content.lines.size() == shot.lines.size()},
  };
  for (const auto& [field, agrees] : facts) {
    if (!agrees) {
      return contradiction(field);
    }
  }
  for (const ApprovedLine& line : content.lines) {
    YX_CHECK(check_line(shot, line));
  }
  YX_CHECK(check_materials(bundle, shot));
  YX_CHECK(check_evidence(bundle));
  return shot;
}

// What comes from outside, on the line that it was put on: it cannot write the window's other lines.
std::string inline_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
  return text;
}

std::string describe_line(const ApprovedLine& line) {
  std::string text = "  第 " + std::to_string(line.number) + " 行  " + label_of(line.business) + " · " +
                     label_of(line.kind) + " · " + std::to_string(line.validity_months) + " 个月\n";
  if (const auto subject = x509::Name::parse(line.subject)) {
    text += "    主体: " + inline_text(subject->text()) + "\n";
  }
  if (line.held_device) {
    text += "    自有介质: " + inline_text(*line.held_device) + "\n";
  }
  if (line.replaced_serial) {
    text += "    替换证书: " + to_hex(*line.replaced_serial) + "\n";
  }
  if (line.seal) {
    text += "    印章: " + inline_text(line.seal->name) + "，" + std::to_string(line.seal->width_mm) + "×" +
            std::to_string(line.seal->height_mm) + " 毫米，印模 SM3 " + to_hex(line.seal->picture_hash).substr(0, 16) +
            "…\n";
  }
  return text;
}

// What stands behind a mention: an officer's reason, or a receipt and what it says.
std::string describe_evidence(const ApprovalBundle& bundle, const trust::EvidenceMention& mention) {
  if (mention.override_reason) {
    return "  人工放行: " + inline_text(*mention.override_reason);
  }
  for (const Bytes& receipt : bundle.evidence) {
    if (trust::statement_hash(receipt) != mention.receipt) {
      continue;
    }
    const auto message = cms::SignedData::parse(receipt);
    const auto told = message && message->content ? trust::Evidence::parse(*message->content)
                                                  : Result<trust::Evidence>(fail(ErrorCode::corrupt, "a receipt"));
    return !told ? "  回执无法读取" : told->passed ? "  有回执：通过" : "  有回执：未通过";
  }
  return "  没有回执";
}

// A machine's words, which nobody signs, need not be endless.
std::string one_line(const std::string& text) {
  constexpr std::size_t longest = 600;
  return text.size() <= longest ? inline_text(text) : std::string("(过长 / too long)");
}

std::string text_of_checks(const std::vector<ShownCheck>& checks) {
  if (checks.empty()) {
    return {};
  }
  std::string text = "机器核对（仅供参考，不在签名内） / machine checks, not signed:\n";
  for (std::size_t n = 0; n < checks.size() && n < max_checks_shown; ++n) {
    const std::string& level = checks[n].level;
    text += level == "good" ? "  ✓ " : level == "attention" ? "  ！注意 " : "  ？未核对 ";
    text += one_line(checks[n].words) + "\n";
  }
  return text;
}

std::string text_of_case(const ApprovalBundle& bundle, const Snapshot& shot, trust::Decision decision) {
  const ApprovalContent& content = bundle.content;
  std::string text = decision == trust::Decision::accept ? "受理 / accept\n" : "复核批准 / approve\n";
  text += "业务单: " + inline_text(content.application_id) + " 第 " + std::to_string(content.revision) + " 版\n";
  text += "项目: " + inline_text(content.programme) + " 第 " + std::to_string(content.programme_version) +
          " 版，环境 " + inline_text(content.environment) + "\n";
  text += "单位: " + inline_text(shot.unit.name) + "\n统一社会信用代码: " + inline_text(shot.unit.uscc) + "\n";
  text += "法定代表人: " + inline_text(shot.legal_representative.name) +
          "  经办人: " + inline_text(shot.requester.name) + "\n";
  text += "应收 " + yuan(content.money.due_fen) + "，实收 " + yuan(content.money.received_fen) + "，价目 " +
          inline_text(content.money.price_version) + "\n";
  text += "渠道: " + inline_text(content.channel) + "  交付: " + inline_text(content.delivery) + "\n证书:\n";
  for (const ApprovedLine& line : content.lines) {
    text += describe_line(line);
  }
  text += "材料:\n";
  for (const trust::SlotHash& slot : content.materials) {
    text += "  " + inline_text(slot.slot) + "  SM3 " + to_hex(slot.original).substr(0, 16) + "…\n";
  }
  text += "核验:\n";
  for (const trust::EvidenceMention& mention : content.evidence) {
    text += "  " + inline_text(mention.kind) + describe_evidence(bundle, mention) + "\n";
  }
  text += text_of_checks(bundle.checks);
  return text;
}

Result<void> check_approver(const ApprovalBundle& bundle, trust::Decision decision, const Approver& approver) {
  YX_TRY(const trust::Officer officer, trust::officer_of(approver.certificate));
  const trust::Role wanted =
      decision == trust::Decision::accept ? trust::Role::registration_officer : trust::Role::review_officer;
  if (officer.role != wanted || !approver.certificate.has_purpose(oid::eku_approval())) {
    return fail(ErrorCode::forbidden, "this certificate is not one that may sign this decision");
  }
  if (bundle.content.ca_key_hash != approver.ca_key_hash || bundle.content.environment != approver.environment) {
    return fail(ErrorCode::forbidden, "the case is for another authority or environment than this machine's");
  }
  if ((decision == trust::Decision::approve) != bundle.first_approval.has_value()) {
    return contradiction("first approval");
  }
  return {};
}

// The reviewer signs the very content that the first officer signed.
Result<void> check_first(const ApprovalBundle& bundle) {
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(*bundle.first_approval));
  if (message.content_type != oid::statement_approval() || !message.content) {
    return contradiction("first approval");
  }
  YX_TRY(const trust::Approval first, trust::Approval::parse(*message.content));
  return first.content == bundle.content ? Result<void>() : contradiction("first approval's content");
}

}  // namespace

Result<std::string> approval_text(const ApprovalBundle& bundle, trust::Decision decision) {
  YX_TRY(const Snapshot shot, recompute(bundle));
  return text_of_case(bundle, shot, decision);
}

Result<Bytes> approve(const ApprovalBundle& bundle, trust::Decision decision, const Approver& approver,
                      ApprovalWindow& window, Random& random, Instant now) {
  YX_CHECK(check_approver(bundle, decision, approver));
  YX_TRY(std::string text, approval_text(bundle, decision));
  trust::Approval approval{
      .content = bundle.content,
      .decision = decision,
      .role = decision == trust::Decision::accept ? trust::Role::registration_officer : trust::Role::review_officer,
      .officer_certificate = approver.certificate.fingerprint(),
      .at = whole_seconds(now),
      .not_after = whole_seconds(now) + approval_life,
      .nonce = random.bytes(approval_nonce_bytes),
      .first_approval = std::nullopt};
  if (bundle.first_approval) {
    YX_CHECK(check_first(bundle));
    approval.first_approval = trust::statement_hash(*bundle.first_approval);
  }
  const std::string code = to_hex(crypto::sm3(approval.to_der())).substr(0, code_size);
  text += "核对码 / code: " + code + "\n";
  YX_TRY(const bool confirmed, window.confirm(text, code));
  if (!confirmed) {
    return fail(ErrorCode::declined_by_outside, "the officer did not confirm");
  }
  return trust::sign_approval(approval, approver.certificate, *approver.signer);
}

}  // namespace yinxin::token
