// Sealed OFD documents: verified in this process, in the cell that strangers' documents get, and stamped.

#include <cstdlib>
#include <filesystem>

#include "openssl_side.h"
#include "program.h"
#include "seal/test_workshop.h"
#include "subject.h"
#include "terminal/files.h"
#include "yinxin/verify_in_cell.h"

namespace yinxin::bench {

namespace {

namespace fs = std::filesystem;
namespace verify = seal::verify;

constexpr double must_verify = 1500;
constexpr const char* document = "ofd/v4_single_continue.ofd";

struct Sealed {
  verify::Job job;
  std::string what;
};

fs::path vectors() {
  const char* at = std::getenv("YX_VECTORS");
  return at != nullptr ? fs::path(at) : fs::path(YX_SOURCE_DIR) / ".." / "shared" / "vectors";
}

// The document that is measured everywhere, or one of our own where it is not at hand.
Result<Sealed> sealed_document() {
  Sealed sealed;
  std::error_code failed;
  if (const fs::path path = vectors() / document; fs::is_regular_file(path, failed)) {
    sealed.job.now = seal::day(2026, 6, 1);
    YX_TRY(sealed.job.file, cli::read_file(path.string()));
    sealed.what = document;
  } else {
    seal::Workshop workshop;
    sealed.job.now = workshop.context.now;
    sealed.job.trusted = {workshop.root->certificate.der()};
    YX_TRY(sealed.job.file, workshop.stamp(seal::document(), workshop.request()));
    sealed.what = std::string(document) + " is not at hand: a smaller document of our own";
  }
  sealed.job.file_name = "measured.ofd";
  sealed.what += ", " + std::to_string(sealed.job.file.size()) + " bytes";
  return sealed;
}

// A report that says that everything protected is as it was when it was sealed.
Result<std::string> expected_report(const verify::Job& job) {
  YX_TRY(const auto report, verify::run(job));
  if (report.refused || report.signatures.size() != 1 ||
      report.signatures.front().integrity != verify::Integrity::intact) {
    return fail(ErrorCode::wrong_state, "the document does not verify");
  }
  return verify::to_json(report);
}

using Verifier = std::function<Result<verify::DocumentReport>(const verify::Job&)>;

// One round is one document; a report that differs from the first in any finding is a failure.
Result<Contest> verifying(const Verifier& verifier) {
  YX_TRY(Sealed made, sealed_document());
  const auto sealed = std::make_shared<const Sealed>(std::move(made));
  YX_TRY(const std::string expected, expected_report(sealed->job));
  YX_TRY(const auto first, verifier(sealed->job));
  if (verify::to_json(first) != expected) {
    return fail(ErrorCode::wrong_state, "the report is another one than in this process");
  }
  YX_TRY(Side yardstick, openssl_yardstick());
  const std::size_t findings = first.signatures.front().findings.size();
  return Contest{.ours = {.once =
                              [sealed, verifier, findings] {
                                const auto report = verifier(sealed->job);
                                return report && report->signatures.size() == 1 &&
                                       report->signatures.front().integrity == verify::Integrity::intact &&
                                       report->signatures.front().findings.size() == findings;
                              }},
                 .yardstick = std::move(yardstick),
                 .note = [sealed, findings] {
                   return sealed->what + ", " + std::to_string(findings) + " findings about its signature";
                 }};
}

Result<Contest> stamping() {
  const auto workshop = std::make_shared<seal::Workshop>();
  const auto request = std::make_shared<const seal::ofd::StampRequest>(workshop->request());
  const auto plain = std::make_shared<const Bytes>(seal::document());
  YX_TRY(const Bytes stamped, workshop->stamp(*plain, *request));
  if (workshop->verify(stamped).verdict != verify::Verdict::valid) {
    return fail(ErrorCode::wrong_state, "what was stamped does not verify");
  }
  YX_TRY(Side yardstick, openssl_yardstick());
  return Contest{.ours = {.once =
                              [workshop, request, plain, size = stamped.size() / 2] {
                                const auto made = workshop->stamp(*plain, *request);
                                return made && made->size() > size;
                              }},
                 .yardstick = std::move(yardstick)};
}

}  // namespace

std::vector<Subject> document_subjects() {
  return {{.name = "ofd.verify",
           .unit = "1/s",
           .peer = {},
           .time = Time::thread,
           .target = {.ours = must_verify},
           .note = "on one processor, in this process; no native peer",
           .prepare = [] { return verifying(verify::run); }},
          {.name = "ofd.verify_caged",
           .unit = "1/s",
           .peer = {},
           .time = Time::processes,
           .target = {},
           .note = "on one processor, a process for each document as `yinxin serve` has it, its start and walls "
                   "counted; no native peer",
           .prepare =
               [] {
                 return verifying([cell = program_beside("yinxin-verify-cell")](const verify::Job& job) {
                   return cli::verify_in_cell(cell, job);
                 });
               }},
          {.name = "ofd.stamp",
           .unit = "1/s",
           .peer = {},
           .time = Time::thread,
           .target = {},
           .note = "a document of our own of two pages, read, stamped with a key in memory and written; no native peer",
           .prepare = stamping}};
}

}  // namespace yinxin::bench
