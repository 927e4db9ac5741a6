#include "seal/verify/cms_checks.h"

#include "crypto/oids.h"

namespace yinxin::seal::verify {
namespace {

// The forms in which a signed file goes into a message.
std::vector<Bytes> forms_of(BytesView file) {
  const crypto::Digest digest = crypto::sm3(file);
  const std::string text = to_base64(digest);
  return {to_bytes(digest), to_bytes(file), to_bytes(bytes_of(text))};
}

void check_content(const cms::SignedData& message, const std::vector<Bytes>& forms, std::vector<Finding>& findings) {
  if (!message.content) {
    return;  // detached: the signature check itself needs the file
  }
  if (forms.empty()) {
    add_info(findings, check::cms_content, {"内容在消息内", "The content is inside the message"});
    return;
  }
  for (const Bytes& form : forms) {
    if (same(form, *message.content)) {
      add_pass(findings, check::cms_content, {"就是这个文件", "It is this file"});
      return;
    }
  }
  add_fail(findings, check::cms_content, Effect::breaks_integrity,
           {"消息内的内容不是这个文件", "The content in the message is not this file"});
}

cms::SignerReport check_in_all_forms(const cms::SignedData& message, const cms::SignerInfo& signer,
                                     const std::vector<Bytes>& forms) {
  if (message.content || forms.empty()) {
    return cms::check_signer(message, signer);
  }
  cms::SignerReport report;
  for (const Bytes& form : forms) {
    report = cms::check_signer(message, signer, BytesView(form));
    if (!report.problem) {
      break;
    }
  }
  return report;
}

void add_problem(cms::SignerProblem problem, std::vector<Finding>& findings) {
  const std::string name(cms::name_of(problem));
  switch (problem) {
    case cms::SignerProblem::no_certificate:
    case cms::SignerProblem::content_missing:
    case cms::SignerProblem::algorithm_unsupported:
      add_warn(findings, check::cms_signature, Effect::hides_integrity,
               {"无法验证：" + name, "It cannot be verified: " + name});
      return;
    case cms::SignerProblem::digest_mismatch:
    case cms::SignerProblem::content_type_mismatch:
    case cms::SignerProblem::signature_broken:
      add_fail(findings, check::cms_signature, Effect::breaks_integrity,
               {"签名不成立：" + name, "It does not hold: " + name});
      return;
  }
}

SignatureReport check_one(const cms::SignedData& message, const cms::SignerInfo& signer,
                          const std::vector<Bytes>& forms, const TrustContext& context) {
  SignatureReport report;
  report.kind = message.family == cms::Family::gm ? "gbt35275" : "cms";
  check_content(message, forms, report.findings);
  const auto checked = check_in_all_forms(message, signer, forms);
  if (checked.problem) {
    add_problem(*checked.problem, report.findings);
  } else {
    add_pass(report.findings, check::cms_signature, {"签名成立", "The signature holds"});
  }
  report.sealed_at = signer.signing_time();
  if (checked.certificate) {
    report.sealer = sealer_name(*checked.certificate);
    TrustContext with_inside = context;
    auto& intermediates = with_inside.store.intermediates;
    intermediates.insert(intermediates.end(), message.certificates.begin(), message.certificates.end());
    if (!report.sealed_at) {
      add_info(report.findings, check::sealing_time,
               {"消息内没有签名时间，按现在判断", "The message carries no signing time; judged at the present"});
    }
    report.trust = judge_certificate(
        *checked.certificate,
        {.at = report.sealed_at.value_or(context.now), .where = "signer", .usage = true, .ages = true}, with_inside,
        report.findings);
  }
  report.conclude();
  return report;
}

}  // namespace

bool looks_like_message(BytesView der) {
  asn1::Reader file(der);
  auto outer = file.sequence();
  if (!outer) {
    return false;
  }
  const auto type = outer->object_id();
  return type && (*type == oid::gm_signed_data() || *type == oid::cms_signed_data());
}

std::vector<SignatureReport> check_message(BytesView der, const std::optional<BytesView>& signed_file,
                                           const TrustContext& context) {
  std::vector<SignatureReport> reports;
  const auto message = cms::SignedData::parse(der);
  if (!message || message->signers.empty()) {
    SignatureReport report;
    report.kind = "gbt35275";
    const std::string why = message ? "no signer" : message.error().describe();
    add_fail(report.findings, check::ses_format, Effect::breaks_integrity,
             {"签名消息不可读或没有签名者", "The message cannot be read: " + why});
    report.conclude();
    reports.push_back(std::move(report));
    return reports;
  }
  const std::vector<Bytes> forms = signed_file ? forms_of(*signed_file) : std::vector<Bytes>();
  for (const cms::SignerInfo& signer : message->signers) {
    reports.push_back(check_one(*message, signer, forms, context));
  }
  return reports;
}

}  // namespace yinxin::seal::verify
