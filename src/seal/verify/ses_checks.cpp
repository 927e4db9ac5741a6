#include "seal/verify/ses_checks.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::seal::verify {
namespace {

constexpr std::int64_t owners_as_digests = 2;
// A claimed sealing time this far ahead of us is nobody's clock skew.
constexpr std::chrono::minutes tolerated_clock_skew{10};

std::string joined(const std::vector<ses::Deviation>& deviations) {
  std::string text;
  for (const ses::Deviation one : deviations) {
    text.append(text.empty() ? "" : ", ").append(ses::name_of(one));
  }
  return text;
}

void check_encoding(std::vector<ses::Deviation> deviations, std::vector<Finding>& findings) {
  if (deviations.empty()) {
    add_pass(findings, check::ses_encoding, {"与标准一致", "As printed"});
    return;
  }
  // A default written out is what every vendor of the field does; all else is worth a warning.
  const bool harmless = std::all_of(deviations.begin(), deviations.end(), [](ses::Deviation one) {
    return one == ses::Deviation::critical_false_written || one == ses::Deviation::raw_signature;
  });
  const Answer answer = {"与标准或常见文件不同：" + joined(deviations),
                         "It deviates from the standard or from production files: " + joined(deviations)};
  if (harmless) {
    add_info(findings, check::ses_encoding, answer);
  } else {
    add_warn(findings, check::ses_encoding, Effect::none, answer);
  }
}

std::optional<x509::Certificate> certificate_of(BytesView der, const std::string& where,
                                                std::vector<Finding>& findings) {
  auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    add_fail(findings, check::certificate_readable, Effect::hides_integrity,
             {"证书不可读", "The certificate cannot be read: " + certificate.error().describe()}, where);
    return std::nullopt;
  }
  return std::move(*certificate);
}

void check_value(const Check& check, const x509::Certificate& certificate, const asn1::ObjectId& algorithm,
                 BytesView signed_bytes, BytesView signature, const std::string& where,
                 std::vector<Finding>& findings) {
  switch (x509::check_signature(certificate.public_key(), algorithm, signed_bytes, signature)) {
    case x509::SignatureCheck::holds: add_pass(findings, check, {"签名成立", "The signature holds"}, where); return;
    case x509::SignatureCheck::broken:
      add_fail(findings, check, Effect::breaks_integrity, {"签名不成立", "The signature does not hold"}, where);
      return;
    case x509::SignatureCheck::unsupported:
      add_warn(findings, check, Effect::hides_integrity,
               {"算法不支持：" + algorithm.dotted(), "The algorithm is not supported: " + algorithm.dotted()}, where);
      return;
  }
}

void check_owner(const ses::SealSignature& signature, std::vector<Finding>& findings) {
  if (is_owner(signature.seal.property, signature.signer_certificate)) {
    add_pass(findings, check::owner_list, {"在列表里", "He is in the list"});
  } else {
    add_fail(findings, check::owner_list, Effect::breaks_integrity,
             {"签章人不在印章的签章者列表里；若证书已换发，请重新制章",
              "The signer is not in the owner list; if the certificate was renewed, have the seal made anew"});
  }
}

void check_hash(const ses::SealSignature& signature, const std::optional<BytesView>& signed_file,
                std::vector<Finding>& findings) {
  if (!signed_file) {
    add_warn(findings, check::data_hash, Effect::hides_integrity, {"没有给出原文", "The signed file was not given"});
  } else if (same(signature.data_hash, crypto::sm3(*signed_file))) {
    add_pass(findings, check::data_hash, {"摘要相符", "The digest is right"});
  } else {
    add_fail(findings, check::data_hash, Effect::breaks_integrity,
             {"摘要不符，原文已被改动", "The digest is wrong: the file was changed"});
  }
}

void check_seal_period(const ses::Property& property, Instant at, Instant now, std::vector<Finding>& findings) {
  const std::string period = to_rfc3339(property.valid_from) + " – " + to_rfc3339(property.valid_until);
  if (at < property.valid_from || at > property.valid_until) {
    add_fail(findings, check::seal_period, Effect::invalid_at_sealing,
             {to_rfc3339(at) + " 不在印章有效期内：" + period, "Not in force at " + to_rfc3339(at) + ": " + period});
    return;
  }
  add_pass(findings, check::seal_period, {"在有效期内：" + period, "In force: " + period});
  if (now > property.valid_until) {
    add_warn(findings, check::seal_period_now, Effect::changed_since,
             {"此后已到期：" + to_rfc3339(property.valid_until), "Expired since: " + to_rfc3339(property.valid_until)});
  } else {
    add_pass(findings, check::seal_period_now, {"在有效期内", "It is in force"});
  }
}

void check_version(const ses::SealSignature& signature, std::vector<Finding>& findings) {
  if (signature.version == ses::Version::v1 || signature.tbs_version == signature.seal.header_version) {
    add_pass(findings, check::ses_version, {"一致", "They agree"});
  } else {
    add_warn(findings, check::ses_version, Effect::none, {"版本号不一致", "The version numbers differ"});
  }
}

// The seal's own signature and its maker. The maker is judged at the time the seal was made.
Trust check_maker(const ses::Seal& seal, const TrustContext& context, std::vector<Finding>& findings) {
  const auto maker = certificate_of(seal.maker_certificate, "maker", findings);
  if (!maker) {
    return Trust::unknown;
  }
  check_value(check::seal_signature, *maker, seal.signature_algorithm, seal.signed_bytes, seal.signature, "seal",
              findings);
  if (seal.time_stamp) {
    judge_time_stamp(*seal.time_stamp, seal.signature, context, findings);
  }
  return judge_certificate(*maker, {.at = seal.property.created_at, .where = "maker", .usage = true, .ages = false},
                           context, findings);
}

// The moment that counts: the time stamp's when it is trusted, else the one the signer wrote.
std::optional<Instant> settle_time(const ses::SealSignature& signature, const TrustContext& context,
                                   SignatureReport& report) {
  const std::optional<Bytes>& token = signature.time_stamp ? signature.time_stamp : signature.time_token;
  std::optional<Instant> proven;
  if (signature.time_stamp) {
    proven = judge_time_stamp(*token, signature.signature, context, report.findings);
  } else if (token) {
    // A v1 token in timeInfo is made before the signature; it can only be over the data hash.
    proven = judge_time_stamp(*token, signature.data_hash, context, report.findings);
  }
  report.sealed_at_proven = proven.has_value();
  report.sealed_at = proven ? proven : signature.signed_at;
  if (!report.sealed_at) {
    add_warn(report.findings, check::sealing_time, Effect::indeterminate,
             {"签章时间不可读：" + signature.time_text, "The sealing time cannot be read: " + signature.time_text});
  } else if (*report.sealed_at > context.now + tolerated_clock_skew) {
    add_fail(
        report.findings, check::sealing_time, Effect::invalid_at_sealing,
        {"签章时间在将来：" + to_rfc3339(*report.sealed_at), "Sealed in the future: " + to_rfc3339(*report.sealed_at)});
  } else {
    add_pass(report.findings, check::sealing_time,
             {to_rfc3339(*report.sealed_at) + (proven ? "（时间戳证明）" : "（签章人所称）"),
              to_rfc3339(*report.sealed_at) + (proven ? " (proven by a time stamp)" : " (as the signer says)")});
  }
  return report.sealed_at;
}

Trust worse(Trust a, Trust b) {
  if (a == Trust::untrusted || b == Trust::untrusted) {
    return Trust::untrusted;
  }
  return a == Trust::unknown || b == Trust::unknown ? Trust::unknown : Trust::trusted;
}

}  // namespace

bool is_owner(const ses::Property& property, BytesView certificate) {
  if (property.owner_list_type == owners_as_digests) {
    const crypto::Digest digest = crypto::sm3(certificate);
    return std::any_of(property.owner_digests.begin(), property.owner_digests.end(),
                       [&](const ses::CertificateDigest& one) { return same(one.value, digest); });
  }
  return std::any_of(property.owner_certificates.begin(), property.owner_certificates.end(),
                     [&](const Bytes& one) { return same(one, certificate); });
}

SignatureReport check_seal_signature(BytesView der, const std::optional<BytesView>& signed_file,
                                     const TrustContext& context, std::optional<ses::SealSignature>& parsed) {
  SignatureReport report;
  auto read = ses::parse_signature(der);
  if (!read) {
    report.kind = "ses_v4";
    add_fail(report.findings, check::ses_format, Effect::breaks_integrity,
             {"签章数据结构不正确", "It cannot be read: " + read.error().describe()});
    report.conclude();
    return report;
  }
  const ses::SealSignature& signature = parsed.emplace(std::move(*read));
  report.kind = ses::name_of(signature.version);
  report.seal_name = signature.seal.property.name;
  add_pass(report.findings, check::ses_format, {"正确", "It is"});
  std::vector<ses::Deviation> deviations = signature.deviations;
  deviations.insert(deviations.end(), signature.seal.deviations.begin(), signature.seal.deviations.end());
  check_encoding(std::move(deviations), report.findings);
  check_version(signature, report.findings);
  check_hash(signature, signed_file, report.findings);
  const auto at = settle_time(signature, context, report);
  const auto signer = certificate_of(signature.signer_certificate, "signer", report.findings);
  if (signer) {
    report.sealer = sealer_name(*signer);
    check_value(check::ses_signature, *signer, signature.signature_algorithm, signature.to_be_signed,
                signature.signature, "signature", report.findings);
    if (at) {
      report.trust = judge_certificate(*signer, {.at = *at, .where = "signer", .usage = true, .ages = true}, context,
                                       report.findings);
    }
  }
  check_owner(signature, report.findings);
  report.trust = worse(report.trust, check_maker(signature.seal, context, report.findings));
  if (at) {
    check_seal_period(signature.seal.property, *at, context.now, report.findings);
  }
  report.conclude();
  return report;
}

SignatureReport check_seal(BytesView der, const TrustContext& context) {
  SignatureReport report;
  const auto seal = ses::parse_seal(der);
  if (!seal) {
    report.kind = "ses_v4";
    add_fail(report.findings, check::ses_format, Effect::breaks_integrity,
             {"印章数据结构不正确", "It cannot be read: " + seal.error().describe()});
    report.conclude();
    return report;
  }
  report.kind = ses::name_of(seal->version);
  report.seal_name = seal->property.name;
  report.sealed_at = seal->property.created_at;
  add_pass(report.findings, check::ses_format, {"正确", "It is"});
  check_encoding(seal->deviations, report.findings);
  report.trust = check_maker(*seal, context, report.findings);
  if (const auto maker = x509::Certificate::parse(seal->maker_certificate)) {
    report.sealer = sealer_name(*maker);
  }
  // For a seal alone the moment that counts is now (6.1.2 d).
  check_seal_period(seal->property, context.now, context.now, report.findings);
  report.conclude();
  return report;
}

}  // namespace yinxin::seal::verify
