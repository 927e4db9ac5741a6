#pragma once
// Lints: one rule, one function, one id. They parse the bytes anew and know nothing of the profile code, so that a
// mistake there is found here, before the signature. RFC 5280, GB/T 20518 / GM/T 0015, and our own practice (CPS).

#include <optional>
#include <string>
#include <vector>

#include "crypto/x509/certificate.h"

namespace yinxin::pki::lint {

enum class Severity { error, warning, notice };
enum class Source { rfc, gmt, cps };
std::string_view name_of(Severity severity);
std::string_view name_of(Source source);

struct Finding {
  std::string id;
  Severity severity = Severity::error;
  Source source = Source::rfc;
  std::string clause;
  std::string detail;
};

// What the issuer meant to make, in plain values. Without it only the rules that need none of it run.
struct Expected {
  bool authority = false;
  bool root = false;
  std::optional<int> path_length;
  std::uint32_t key_usage = 0;
  std::vector<asn1::ObjectId> purposes;
  std::vector<asn1::ObjectId> policies;  // besides the demo mark and any CPS
  std::string environment;
  Instant now;
  Instant latest_end;  // not_before and the profile's longest validity
  std::size_t serial_bytes = 18;
};

struct Context {
  const Expected* expected = nullptr;         // a certificate that we are about to sign
  const x509::Certificate* issuer = nullptr;  // nullptr: unknown, or self-signed
};

// What a rule is given: the certificate as parsed, and where to report.
class Examined {
 public:
  Examined(const x509::Certificate& certificate, const Context& context)
      : certificate_(certificate), context_(context) {}
  [[nodiscard]] const x509::Certificate& certificate() const { return certificate_; }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] bool is_authority() const;
  void report(std::string detail) { details_.push_back(std::move(detail)); }
  [[nodiscard]] const std::vector<std::string>& details() const { return details_; }

 private:
  const x509::Certificate& certificate_;
  const Context& context_;
  std::vector<std::string> details_;
};

struct Rule {
  std::string_view id;
  Severity severity;
  Source source;
  std::string_view clause;
  void (*check)(Examined&);
};
const std::vector<Rule>& rfc_rules();
const std::vector<Rule>& gmt_rules();
const std::vector<Rule>& cps_rules();
std::vector<Rule> all_rules();

// Findings in the order of the rules; empty: nothing to say.
std::vector<Finding> examine(const x509::Certificate& certificate, const Context& context);
// The same over to-be-signed bytes. invalid_input when they are no TBSCertificate at all.
Result<std::vector<Finding>> examine_tbs(BytesView tbs, const Context& context);
[[nodiscard]] bool has_error(const std::vector<Finding>& findings);
// "id: detail; id: detail"
std::string text_of(const std::vector<Finding>& findings);

}  // namespace yinxin::pki::lint
