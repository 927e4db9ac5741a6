#include "pki/lint/lint.h"

#include <algorithm>

#include "crypto/x509/build.h"

namespace yinxin::pki::lint {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::notice: return "notice";
  }
  ensure_unreachable("a Severity without a name");
}

std::string_view name_of(Source source) {
  switch (source) {
    case Source::rfc: return "rfc";
    case Source::gmt: return "gmt";
    case Source::cps: return "cps";
  }
  ensure_unreachable("a Source without a name");
}

bool Examined::is_authority() const {
  const auto constraints = certificate_.basic_constraints();
  return constraints && constraints->has_value() && (*constraints)->ca;
}

std::vector<Rule> all_rules() {
  std::vector<Rule> all = rfc_rules();
  all.insert(all.end(), gmt_rules().begin(), gmt_rules().end());
  all.insert(all.end(), cps_rules().begin(), cps_rules().end());
  return all;
}

std::vector<Finding> examine(const x509::Certificate& certificate, const Context& context) {
  std::vector<Finding> findings;
  for (const Rule& rule : all_rules()) {
    Examined examined(certificate, context);
    rule.check(examined);
    for (const std::string& detail : examined.details()) {
      findings.push_back({std::string(rule.id), rule.severity, rule.source, std::string(rule.clause), detail});
    }
  }
  return findings;
}

Result<std::vector<Finding>> examine_tbs(BytesView tbs, const Context& context) {
  // A signature of zeros makes it a certificate that can be parsed; nobody checks it.
  YX_TRY(const x509::Certificate certificate,
         x509::Certificate::parse(x509::assemble_signed(tbs, crypto::Sm2Signature{})));
  return examine(certificate, context);
}

bool has_error(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& one) { return one.severity == Severity::error; });
}

std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += (text.empty() ? "" : "; ") + finding.id + ": " + finding.detail;
  }
  return text;
}

}  // namespace yinxin::pki::lint
