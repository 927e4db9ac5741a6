#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crypto/asn1/der.h"
#include "yinxin/verify_in_cell.h"

namespace yinxin::cli {

namespace {

namespace fs = std::filesystem;
using namespace seal::verify;

const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();

fs::path vectors_folder() {
  const char* at = std::getenv("YX_VECTORS");
  return at != nullptr ? fs::path(at) : fs::path(YX_SOURCE_DIR) / ".." / "shared" / "vectors";
}

Bytes content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return to_bytes(bytes_of(text));
}

Job job_for(Bytes file, const std::string& name) {
  Job job;
  job.now = moment;
  job.file_name = name;
  job.file = std::move(file);
  return job;
}

TEST(VerifyCell, SaysOfEveryVectorWhatTheVerifierSays) {
  if (!fs::is_directory(vectors_folder())) {
    GTEST_SKIP() << "no vectors at " << vectors_folder();
  }
  int compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(vectors_folder())) {
    if (!entry.is_regular_file() || entry.file_size() > (8U << 20)) {
      continue;
    }
    const Job job = job_for(content_of(entry.path()), entry.path().filename().string());
    const auto here = run(job);
    ASSERT_TRUE(here);
    const auto there = verify_in_cell(YX_CELL, job);
    ASSERT_TRUE(there) << there.error().describe();
    EXPECT_TRUE(to_json(*there) == to_json(*here)) << entry.path();
    ++compared;
  }
  EXPECT_GE(compared, 20);
}

TEST(VerifyCell, AFileThatIsNothingIsRefusedInWords) {
  const auto report = verify_in_cell(YX_CELL, job_for(to_bytes(bytes_of("what is this")), "letter.txt"));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->refused);
  EXPECT_EQ(report->file, "letter.txt");
  EXPECT_NE(report->find("file.kind", Level::fail), nullptr);
}

TEST(VerifyCell, AProcessThatEndsBadlyOrTalksNonsenseIsARefusal) {
  for (const char* program : {"/bin/false", "/bin/cat"}) {
    const auto report = verify_in_cell(program, job_for(to_bytes(bytes_of("x")), "x"));
    ASSERT_TRUE(report) << program;
    EXPECT_TRUE(report->refused) << program;
    EXPECT_EQ(report->verdict, Verdict::invalid) << program;
    EXPECT_NE(report->find("ofd.package.refused", Level::fail), nullptr) << program;
  }
  EXPECT_FALSE(verify_in_cell("/no/such/program", job_for({}, "")));
}

DocumentReport a_report() {
  DocumentReport report;
  report.kind = "ofd";
  SignatureReport signature;
  signature.index = 1;
  signature.kind = "ses_v4";
  signature.trust = Trust::trusted;
  signature.sealer = "样例";
  signature.seal_name = "章";
  signature.sealed_at = moment;
  signature.findings.push_back({.check = &check::reference_digest,
                                .level = Level::fail,
                                .effect = Effect::breaks_integrity,
                                .answer = {"改动过", "changed"},
                                .where = "/Doc_0"});
  signature.conclude();
  report.signatures.push_back(std::move(signature));
  report.conclude();
  return report;
}

TEST(VerifyCell, AReportIsReadAsItWasWritten) {
  const DocumentReport report = a_report();
  const auto again = report_of_wire(to_wire(report));
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(to_json(*again), to_json(report));
  EXPECT_EQ(to_json(*again, Language::en), to_json(report, Language::en));
}

// A cell that was taken over can lie about what it read, but not tell a verdict that its own findings do not bear.
TEST(VerifyCell, AVerdictThatTheFindingsDoNotBearIsRefused) {
  DocumentReport report = a_report();
  report.signatures.front().verdict = Verdict::valid;
  report.signatures.front().integrity = Integrity::intact;
  EXPECT_FALSE(report_of_wire(to_wire(report)));
  report = a_report();
  report.verdict = Verdict::valid;
  EXPECT_FALSE(report_of_wire(to_wire(report)));
}

TEST(VerifyCell, AnUnknownCheckATooLongTextAndTooManyFindingsAreRefused) {
  static constexpr Check foreign{"a.check.of.nobody", "", "", ""};
  DocumentReport report = a_report();
  report.signatures.front().findings.front().check = &foreign;
  EXPECT_FALSE(report_of_wire(to_wire(report)));
  report = a_report();
  report.findings.assign(max_report_findings,
                         {.check = &check::coverage, .level = Level::info, .answer = {}, .where = {}});
  EXPECT_FALSE(report_of_wire(to_wire(report))) << "one more, in the signature";
  report.signatures.clear();
  report.conclude();
  EXPECT_TRUE(report_of_wire(to_wire(report)));
}

// What is too long for a report is cut at a whole character when it is written.
TEST(VerifyCell, ALongNameIsCutAtACharacter) {
  DocumentReport report = a_report();
  std::string& name = report.signatures.front().seal_name;
  name = "x";
  while (name.size() <= max_report_text_bytes) {
    name += "章";
  }
  const auto again = report_of_wire(to_wire(report));
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_LE(again->signatures.front().seal_name.size(), max_report_text_bytes);
  EXPECT_TRUE(again->signatures.front().seal_name.ends_with("章"));
}

TEST(VerifyCell, AJobIsReadAsItWasWritten) {
  Job job = job_for(to_bytes(bytes_of("file")), "名字.ofd");
  job.trusted.push_back(to_bytes(bytes_of("a")));
  job.known.push_back(to_bytes(bytes_of("b")));
  const auto again = job_of_wire(to_wire(job));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->now, job.now);
  EXPECT_EQ(again->file_name, job.file_name);
  EXPECT_EQ(again->trusted, job.trusted);
  EXPECT_EQ(again->known, job.known);
  EXPECT_EQ(again->file, job.file);
  Bytes longer = to_wire(job);
  longer.push_back(0);
  EXPECT_FALSE(job_of_wire(longer));
}

}  // namespace

}  // namespace yinxin::cli
