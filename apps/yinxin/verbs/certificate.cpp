// yinxin cert show FILE, yinxin cert verify FILE --trust DIR

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <iostream>

#include "base/clock.h"
#include "crypto/x509/path.h"
#include "terminal/files.h"
#include "yinxin/trust_files.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  std::string file;
  std::vector<std::string> trust;
  std::vector<std::string> also;
  std::string at;
  bool require_status = false;
  bool json = false;
};

constexpr std::array usage_names{"digital_signature", "non_repudiation", "key_encipherment",
                                 "data_encipherment", "key_agreement",   "key_cert_sign",
                                 "crl_sign",          "encipher_only",   "decipher_only"};

boost::json::object json_of(const x509::Certificate& certificate) {
  boost::json::array usages;
  if (const auto usage = certificate.key_usage(); usage && *usage) {
    for (std::size_t i = 0; i < usage_names.size(); ++i) {
      if ((**usage >> i & 1U) != 0) {
        usages.emplace_back(usage_names[i]);
      }
    }
  }
  boost::json::array purposes;
  if (const auto read = certificate.extended_key_usage()) {
    for (const asn1::ObjectId& purpose : *read) {
      purposes.emplace_back(purpose.dotted());
    }
  }
  boost::json::array extensions;
  for (const x509::Extension& extension : certificate.extensions()) {
    extensions.push_back(boost::json::object{
        {"id", extension.id.dotted()}, {"critical", extension.critical}, {"value", to_hex(extension.value)}});
  }
  return {{"subject", certificate.subject().text()},
          {"issuer", certificate.issuer().text()},
          {"serial", certificate.serial_hex()},
          {"not_before", to_rfc3339(certificate.not_before())},
          {"not_after", to_rfc3339(certificate.not_after())},
          {"key_usage", std::move(usages)},
          {"purposes", std::move(purposes)},
          {"extensions", std::move(extensions)},
          {"sm2", certificate.public_key().sm2().has_value()},
          {"sm3_fingerprint", to_hex(certificate.fingerprint())}};
}

void print(const x509::Certificate& certificate) {
  const boost::json::object json = json_of(certificate);
  std::cout << "主体 subject     " << certificate.subject().text() << "\n颁发者 issuer    "
            << certificate.issuer().text() << "\n序列号 serial    " << certificate.serial_hex() << "\n有效期 validity  "
            << to_beijing_text(certificate.not_before()) << " 至 " << to_beijing_text(certificate.not_after())
            << " (UTC+8)\n密钥用途 usage   " << boost::json::serialize(json.at("key_usage")) << "\n扩展用途 purposes "
            << boost::json::serialize(json.at("purposes")) << "\n指纹 SM3         " << to_hex(certificate.fingerprint())
            << "\n";
}

Exit show(const Wish& wish) {
  const auto content = read_file(wish.file);
  if (!content) {
    return tell(content.error());
  }
  const auto certificates = x509::Certificate::parse_all(*content);
  if (!certificates) {
    return tell(within(wish.file, certificates.error()));
  }
  for (const x509::Certificate& certificate : *certificates) {
    if (wish.json) {
      std::cout << boost::json::serialize(json_of(certificate)) << "\n";
    } else {
      print(certificate);
    }
  }
  return Exit::done;
}

// Problems that only say that something is missing here, not that the certificate is bad.
bool is_lack(x509::PathProblem problem) {
  return problem == x509::PathProblem::no_trusted_root || problem == x509::PathProblem::status_unknown;
}

Result<Exit> verify(const Wish& wish) {
  YX_TRY(const Bytes content, read_file(wish.file));
  YX_TRY(std::vector<x509::Certificate> certificates, x509::Certificate::parse_all(content));
  YX_TRY(x509::TrustStore store, read_trust(wish.trust, wish.also));
  store.intermediates.insert(store.intermediates.end(), certificates.begin() + 1, certificates.end());
  x509::PathRequest request{.at = SystemClock().now(), .require_status = wish.require_status};
  if (!wish.at.empty()) {
    YX_TRY(request.at, from_rfc3339(wish.at));
  }
  const x509::PathReport report = x509::validate_path(certificates.front(), store, request);
  const bool bad = std::ranges::any_of(report.findings, [](const auto& f) { return !is_lack(f.problem); });
  const Exit exit = report.valid() ? Exit::done : bad ? Exit::bad_verdict : Exit::indeterminate;
  const std::string_view verdict = report.valid() ? "valid" : bad ? "invalid" : "indeterminate";
  boost::json::array findings;
  for (const x509::PathFinding& finding : report.findings) {
    findings.push_back(boost::json::object{
        {"id", x509::name_of(finding.problem)}, {"depth", finding.depth}, {"subject", finding.subject}});
    if (!wish.json) {
      std::cout << x509::name_of(finding.problem) << ": " << finding.subject << "\n";
    }
  }
  if (wish.json) {
    std::cout << boost::json::serialize(boost::json::object{
                     {"verdict", verdict}, {"at", to_rfc3339(request.at)}, {"findings", std::move(findings)}})
              << "\n";
  } else {
    std::cout << (report.valid() ? "有效 "
                  : bad          ? "无效 "
                                 : "无法判定 ")
              << verdict << " (" << to_beijing_text(request.at) << " UTC+8)\n";
  }
  return exit;
}

}  // namespace

void add_certificate(CLI::App& app, Chosen& chosen) {
  CLI::App* cert = app.add_subcommand("cert", "look at certificates and judge them");
  cert->require_subcommand(1);
  auto wish = std::make_shared<Wish>();
  CLI::App* show_app = cert->add_subcommand("show", "print certificates (DER or PEM)");
  show_app->add_option("FILE", wish->file, "certificate file")->required();
  show_app->add_flag("--json", wish->json, "print JSON");
  show_app->callback([&chosen, wish] { chosen.run = [wish] { return show(*wish); }; });
  CLI::App* verify_app = cert->add_subcommand("verify", "validate a certificate's path at a moment");
  verify_app->add_option("FILE", wish->file, "certificate file; further ones in it are candidates")->required();
  verify_app->add_option("--trust", wish->trust, "file or folder of trusted certificates")
      ->required()
      ->allow_extra_args(false);
  verify_app->add_option("--also", wish->also, "intermediates, CRLs, OCSP responses")->allow_extra_args(false);
  verify_app->add_option("--at", wish->at, "the moment, RFC 3339; default now");
  verify_app->add_flag("--require-status", wish->require_status, "an unknown revocation status is a finding");
  verify_app->add_flag("--json", wish->json, "print JSON");
  verify_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = verify(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
