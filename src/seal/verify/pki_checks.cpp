#include "seal/verify/pki_checks.h"

#include <algorithm>

namespace yinxin::seal::verify {
namespace {

SignatureReport unreadable(const Error& error) {
  SignatureReport report;
  add_fail(report.findings, check::ses_format, Effect::breaks_integrity,
           {"不可读", "It cannot be read: " + error.describe()});
  report.conclude();
  return report;
}

std::vector<const x509::Certificate*> known_certificates(const TrustContext& context) {
  std::vector<const x509::Certificate*> known;
  for (const auto* list : {&context.store.anchors, &context.store.intermediates}) {
    for (const x509::Certificate& one : *list) {
      known.push_back(&one);
    }
  }
  return known;
}

void issuer_unknown(std::vector<Finding>& findings) {
  add_warn(findings, check::issued_signature, Effect::hides_integrity,
           {"没有给出签发者的证书", "The issuer's certificate was not given"}, "issuer");
}

// The signer judged by the path; he signs lists and answers, so no signature usage is asked of him here.
Trust judge_issuer(const x509::Certificate& issuer, const TrustContext& context, std::vector<Finding>& findings) {
  return judge_certificate(issuer, {.at = context.now, .where = "issuer", .usage = false, .ages = false}, context,
                           findings);
}

void check_window(Instant from, const std::optional<Instant>& until, Instant now, std::vector<Finding>& findings) {
  const std::string window = to_rfc3339(from) + " – " + (until ? to_rfc3339(*until) : std::string("?"));
  if (from <= now && (!until || now <= *until)) {
    add_pass(findings, check::issued_current, {window, window});
  } else {
    add_warn(findings, check::issued_current, Effect::indeterminate,
             {"不在有效时段内：" + window, "It is not current: " + window});
  }
}

}  // namespace

SignatureReport check_certificate_file(BytesView der, const TrustContext& context) {
  const auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    return unreadable(certificate.error());
  }
  SignatureReport report;
  report.kind = "certificate";
  report.sealer = sealer_name(*certificate);
  bool issuer_found = false;
  for (const x509::Certificate* issuer : known_certificates(context)) {
    if (!issuer->subject().matches(certificate->issuer())) {
      continue;
    }
    issuer_found = true;
    if (x509::signed_by(*certificate, issuer->public_key()) == x509::SignatureCheck::holds) {
      add_pass(report.findings, check::issued_signature, {"签名成立", "The signature holds"}, sealer_name(*issuer));
      break;
    }
  }
  const bool holds = report.find(check::issued_signature.id, Level::pass) != nullptr;
  if (!issuer_found && certificate->self_issued()) {
    if (x509::signed_by(*certificate, certificate->public_key()) == x509::SignatureCheck::broken) {
      add_fail(report.findings, check::issued_signature, Effect::breaks_integrity,
               {"自签名不成立", "Its own signature does not hold"});
    } else {
      add_pass(report.findings, check::issued_signature, {"自签名成立", "It is signed by itself"});
    }
  } else if (!issuer_found) {
    issuer_unknown(report.findings);
  } else if (!holds) {
    add_fail(report.findings, check::issued_signature, Effect::breaks_integrity,
             {"签名不成立", "The signature does not hold"}, "issuer");
  }
  report.trust =
      judge_certificate(*certificate, {.at = context.now, .where = "certificate", .usage = false, .ages = true},
                        context, report.findings);
  report.conclude();
  return report;
}

SignatureReport check_crl_file(BytesView der, const TrustContext& context) {
  const auto crl = x509::CertificateList::parse(der);
  if (!crl) {
    return unreadable(crl.error());
  }
  SignatureReport report;
  report.kind = "crl";
  report.sealed_at = crl->this_update();
  const x509::Certificate* issuer = nullptr;
  bool broken = false;
  for (const x509::Certificate* one : known_certificates(context)) {
    if (one->subject().matches(crl->issuer())) {
      broken = true;
      if (crl->signed_by(one->public_key()) == x509::SignatureCheck::holds) {
        issuer = one;
        break;
      }
    }
  }
  if (issuer != nullptr) {
    report.sealer = sealer_name(*issuer);
    add_pass(report.findings, check::issued_signature, {"签名成立", "The signature holds"}, report.sealer);
    if (!issuer->may(x509::KeyUsage::crl_sign)) {
      add_fail(report.findings, check::certificate_usage, Effect::invalid_at_sealing,
               {"签发者无权签发 CRL", "The issuer may not sign CRLs"}, "issuer");
    }
    report.trust = judge_issuer(*issuer, context, report.findings);
  } else if (broken) {
    add_fail(report.findings, check::issued_signature, Effect::breaks_integrity,
             {"签名不成立", "The signature does not hold"}, "issuer");
  } else {
    issuer_unknown(report.findings);
  }
  check_window(crl->this_update(), crl->next_update(), context.now, report.findings);
  report.conclude();
  return report;
}

SignatureReport check_ocsp_file(BytesView der, const TrustContext& context) {
  const auto response = x509::OcspResponse::parse(der);
  if (!response) {
    return unreadable(response.error());
  }
  SignatureReport report;
  report.kind = "ocsp";
  if (response->status() != x509::OcspResponseStatus::successful) {
    add_warn(report.findings, check::issued_signature, Effect::hides_integrity,
             {"响应不是成功的答复", "The responder did not answer the question"});
    report.conclude();
    return report;
  }
  report.sealed_at = response->produced_at();
  const x509::Certificate* issuer = nullptr;
  for (const x509::Certificate* one : known_certificates(context)) {
    const bool about_his = std::any_of(response->responses().begin(), response->responses().end(),
                                       [&](const auto& single) { return single.id.names_issuer(*one); });
    if (about_his) {
      issuer = one;
      break;
    }
  }
  if (issuer == nullptr) {
    issuer_unknown(report.findings);
  } else if (!response->is_authorised(*issuer, response->produced_at())) {
    add_fail(report.findings, check::issued_signature, Effect::breaks_integrity,
             {"没有有权者的有效签名", "Nobody entitled signed it"}, "issuer");
  } else {
    report.sealer = sealer_name(*issuer);
    add_pass(report.findings, check::issued_signature, {"签名成立", "The signature holds"}, report.sealer);
    report.trust = judge_issuer(*issuer, context, report.findings);
  }
  for (const x509::SingleResponse& single : response->responses()) {
    check_window(single.this_update, single.next_update, context.now, report.findings);
  }
  report.conclude();
  return report;
}

SignatureReport check_time_stamp_file(BytesView der, const std::optional<BytesView>& signed_file,
                                      const TrustContext& context) {
  const auto token = tsp::TimeStampToken::parse(der);
  if (!token) {
    return unreadable(token.error());
  }
  SignatureReport report;
  report.kind = "timestamp";
  report.sealed_at = token->info.time;
  if (!token->message.certificates.empty()) {
    report.sealer = sealer_name(token->message.certificates.front());
  }
  if (signed_file) {
    const auto proven = judge_time_stamp(der, *signed_file, context, report.findings);
    report.trust = proven ? Trust::trusted : Trust::unknown;
    report.sealed_at_proven = proven.has_value();
  } else {
    for (const cms::SignerInfo& signer : token->message.signers) {
      const auto checked = cms::check_signer(token->message, signer);
      if (!checked.problem) {
        add_pass(report.findings, check::cms_signature, {"签名成立", "The signature holds"});
      } else {
        add_fail(report.findings, check::cms_signature, Effect::breaks_integrity,
                 {"签名不成立", "It does not hold: " + std::string(cms::name_of(*checked.problem))});
      }
    }
    add_warn(report.findings, check::time_stamp, Effect::hides_integrity,
             {"没有给出被盖时间戳的内容", "The stamped content was not given"});
  }
  report.conclude();
  return report;
}

}  // namespace yinxin::seal::verify
