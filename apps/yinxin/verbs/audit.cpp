// yinxin audit verify FILE --writer NAME --environment NAME [--head WRITER:SEQUENCE:HASH]…

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <iostream>

#include "audit/verify.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Wish {
  std::string file;
  std::string writer;
  std::string environment;
  std::vector<std::string> heads;
  bool json = false;
};

// "writer:sequence:hash in hexadecimal", as a checkpoint prints it.
Result<audit::Head> head_of(const std::string& text) {
  const std::size_t first = text.find(':');
  const std::size_t second = text.find(':', first + 1);
  const Error wrong = fail(ErrorCode::invalid_input, "a head is WRITER:SEQUENCE:HASH");
  if (first == std::string::npos || second == std::string::npos) {
    return wrong;
  }
  audit::Head head{.writer = text.substr(0, first)};
  const char* end = text.data() + second;
  const auto read = std::from_chars(text.data() + first + 1, end, head.sequence);
  YX_TRY(const Bytes hash, from_hex(std::string_view(text).substr(second + 1)));
  if (read.ec != std::errc() || read.ptr != end || hash.size() != head.hash.size()) {
    return wrong;
  }
  std::ranges::copy(hash, head.hash.begin());
  return head;
}

std::string_view name_of(audit::Level level) {
  switch (level) {
    case audit::Level::note: return "note";
    case audit::Level::warning: return "warning";
    case audit::Level::error: return "error";
  }
  return "error";
}

Result<Exit> verify(const Wish& wish) {
  std::vector<audit::Head> heads;
  for (const std::string& text : wish.heads) {
    YX_TRY(audit::Head head, head_of(text));
    heads.push_back(std::move(head));
  }
  YX_TRY(const auto file, audit::open_for_reading(wish.file));
  YX_TRY(const audit::Report report,
         audit::verify(*file, {.writer = wish.writer, .environment = wish.environment}, heads));
  if (wish.json) {
    boost::json::array findings;
    for (const audit::Finding& finding : report.findings) {
      findings.push_back(boost::json::object{
          {"id", finding.id}, {"level", name_of(finding.level)}, {"line", finding.line}, {"text", finding.text}});
    }
    std::cout << boost::json::serialize(boost::json::object{{"verdict", audit::name_of(report.verdict)},
                                                            {"entries", report.entries},
                                                            {"findings", std::move(findings)}})
              << "\n";
  } else {
    for (const audit::Finding& finding : report.findings) {
      std::cout << wish.file << ":" << finding.line << ": " << name_of(finding.level) << " " << finding.id << ": "
                << finding.text << "\n";
    }
    std::cout << audit::name_of(report.verdict) << ": " << report.entries << " 条记录 / entries\n";
    if (report.verdict == audit::Verdict::indeterminate) {
      std::cout << "缺少机外保存的链头，无法排除整体改写 / without a head from outside the whole file may have been "
                   "rewritten\n";
    }
  }
  switch (report.verdict) {
    case audit::Verdict::valid: return Exit::done;
    case audit::Verdict::indeterminate: return Exit::indeterminate;
    case audit::Verdict::invalid: return Exit::bad_verdict;
  }
  return Exit::could_not;
}

}  // namespace

void add_audit(CLI::App& app, Chosen& chosen) {
  CLI::App* audit_app = app.add_subcommand("audit", "the hash-chained record of what was done");
  audit_app->require_subcommand(1);
  auto wish = std::make_shared<Wish>();
  CLI::App* verify_app = audit_app->add_subcommand("verify", "judge an audit file, best against heads kept outside");
  verify_app->add_option("FILE", wish->file, "audit file of one writer")->required();
  verify_app->add_option("--writer", wish->writer, "whose file it is")->required();
  verify_app->add_option("--environment", wish->environment, "the environment it was begun in")->required();
  verify_app->add_option("--head", wish->heads, "WRITER:SEQUENCE:HASH kept outside; may be given more than once");
  verify_app->add_flag("--json", wish->json, "print JSON");
  verify_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = verify(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
