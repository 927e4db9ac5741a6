// yinxin verify [--content FILE] [--trust DIR]… [--also FILE]… [--at TIME] [--json] [--html PAGE] FILE

#include "seal/verify/verify.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/clock.h"
#include "seal/verify/report_html.h"
#include "terminal/files.h"
#include "yinxin/trust_files.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

using namespace seal::verify;

struct Wish {
  std::string file;
  std::string content;
  std::vector<std::string> trust;
  std::vector<std::string> also;
  std::string at;
  std::string html;
  bool json = false;
  bool english = false;
};

std::string_view level_mark(Level level) {
  switch (level) {
    case Level::fail: return "✗";
    case Level::warn: return "!";
    case Level::info: return "·";
    case Level::pass: return "✓";
  }
  return " ";
}

void print(const std::vector<Finding>& findings, bool english, std::string_view indent) {
  for (const Finding& finding : findings) {
    const Check& check = *finding.check;
    std::cout << indent << level_mark(finding.level) << " " << (english ? check.question_en : check.question_zh) << " "
              << (english ? finding.answer.en : finding.answer.zh) << "  [" << check.id << "; " << check.clause << "]";
    if (!finding.where.empty()) {
      std::cout << " " << finding.where;
    }
    std::cout << "\n";
  }
}

void print(const DocumentReport& report, bool english) {
  std::cout << report.file << ": " << name_of(report.verdict) << "\n";
  for (const SignatureReport& signature : report.signatures) {
    std::cout << "  签名 signature " << signature.index << ": " << name_of(signature.verdict) << ", "
              << name_of(signature.integrity) << ", " << name_of(signature.trust);
    if (!signature.sealer.empty()) {
      std::cout << "; 签章人 sealer: " << signature.sealer;
    }
    if (!signature.seal_name.empty()) {
      std::cout << "; 印章 seal: " << signature.seal_name;
    }
    if (signature.sealed_at) {
      std::cout << "; " << to_beijing_text(*signature.sealed_at) << " UTC+8";
    }
    std::cout << "\n";
    print(signature.findings, english, "    ");
  }
  print(report.findings, english, "  ");
}

Result<Exit> verify(const Wish& wish) {
  YX_TRY(Bytes input, read_file(wish.file, max_input_size));
  Options options{.file_name = wish.file, .signed_content = std::nullopt, .trust = {}};
  if (!wish.content.empty()) {
    YX_TRY(options.signed_content, read_file(wish.content, max_input_size));
  }
  YX_TRY(options.trust.store, read_trust(wish.trust, wish.also));
  options.trust.now = SystemClock().now();
  if (!wish.at.empty()) {
    YX_TRY(options.trust.now, from_rfc3339(wish.at));
  }
  const DocumentReport report = verify_bytes(std::move(input), options);
  if (!wish.html.empty()) {
    YX_CHECK(write_file(wish.html, to_html(report, options.trust.now), false));
  }
  if (wish.json) {
    std::cout << to_json(report, wish.english ? Language::en : Language::zh) << "\n";
  } else {
    print(report, wish.english);
  }
  const int status = exit_status(report);
  if (static_cast<Exit>(status) == Exit::could_not) {
    std::cerr << "yinxin: 文件被拒绝，未作验证 / the file is refused and was not verified\n  " << report.refused_because
              << "\n";
  }
  return static_cast<Exit>(status);
}

}  // namespace

void add_verify(CLI::App& app, Chosen& chosen) {
  CLI::App* verify_app = app.add_subcommand(
      "verify",
      "verify an OFD, a seal, a seal signature, a signed message, a certificate, CRL, OCSP response or time stamp");
  auto wish = std::make_shared<Wish>();
  verify_app->add_option("FILE", wish->file, "what to verify; its kind is found by content")->required();
  verify_app->add_option("--content", wish->content, "the bytes that a detached signature is over");
  verify_app->add_option("--trust", wish->trust, "file or folder of trusted certificates, CRLs, OCSP responses")
      ->allow_extra_args(false);
  verify_app->add_option("--also", wish->also, "further certificates, CRLs, OCSP responses, not trusted by themselves")
      ->allow_extra_args(false);
  verify_app->add_option("--at", wish->at, "judge from this moment (RFC 3339); default now");
  verify_app->add_option("--html", wish->html, "also write the report as a page for a person to this file");
  verify_app->add_flag("--json", wish->json, "print JSON");
  verify_app->add_flag("--english", wish->english, "sentences in English");
  verify_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = verify(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
