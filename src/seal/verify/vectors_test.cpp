// The vectors of the field and the integrity that a second implementation found in them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/bytes.h"
#include "seal/verify/verify.h"

namespace yinxin::seal::verify {
namespace {

std::filesystem::path vectors_folder() {
  if (const char* at = std::getenv("YX_VECTORS"); at != nullptr) {
    return at;
  }
  return std::filesystem::path("..") / "shared" / "vectors";
}

bool must_be_there() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return to_bytes(bytes_of(text.str()));
}

struct Row {
  std::string file;
  std::string content;
  std::string integrity;
  std::string must_find;
};

std::vector<Row> rows(const std::filesystem::path& folder) {
  std::ifstream in(folder / "expected.tsv");
  std::vector<Row> list;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == '\t') {
        fields.emplace_back();
      } else if (c != '\r') {
        fields.back() += c;
      }
    }
    fields.resize(4);
    if (!fields[0].empty()) {
      list.push_back({fields[0], fields[1], fields[2], fields[3]});
    }
  }
  return list;
}

struct Wanted {
  std::string_view id;
  Level level;
};
// The sentences of expected.tsv, and the findings that say the same.
const std::map<std::string, std::vector<Wanted>>& sentences() {
  static const std::map<std::string, std::vector<Wanted>> map = {
      {"sealed after the seal and certificates had expired",
       {{"ses.seal.period", Level::fail}, {"certificate.period", Level::fail}}},
      {"locked: stamping again is refused", {{"ofd.lock", Level::info}}},
      {"two template files are not protected", {{"ofd.coverage", Level::warn}}},
      {"references, data hash and signature do not hold; the seal itself does",
       {{"ofd.reference.digest", Level::fail},
        {"ses.data_hash", Level::fail},
        {"ses.signature", Level::fail},
        {"ses.seal.signature", Level::pass}}},
      {"Seal.esl differs from the sealed seal",
       {{"ofd.seal_file", Level::fail}, {"ofd.reference.digest", Level::fail}}},
      {"an unprotected, unreferenced file is reported", {{"ofd.package.unknown_file", Level::warn}}},
      {"signer not in the owner list", {{"ses.owner_list", Level::fail}}},
      {"seal not in force at sealing time", {{"ses.seal.period", Level::fail}}},
      {"an entry leaves the package", {{"ofd.package.refused", Level::fail}}},
      {"encoding deviates from production files", {{"ses.encoding", Level::warn}}},
      {"integrity list and its signature hold (GM/T 0099)",
       {{"ofd.integrity_list.entries", Level::pass}, {"ofd.integrity_list.signature", Level::pass}}},
  };
  return map;
}

DocumentReport verify_row(const std::filesystem::path& folder, const Row& row) {
  Options options;
  options.file_name = row.file;
  options.trust.now = *from_rfc3339("2026-11-21T00:00:00Z");
  if (!row.content.empty()) {
    options.signed_content = read_file(folder / row.content);
  }
  return verify_bytes(read_file(folder / row.file), options);
}

std::string integrity_of(const DocumentReport& report) {
  if (report.refused) {
    return "refuse";
  }
  std::string text;
  for (const SignatureReport& one : report.signatures) {
    text += (text.empty() ? "" : " ") + std::string(name_of(one.integrity));
  }
  return text.empty() ? "-" : text;
}

bool has(const DocumentReport& report, const Wanted& wanted) {
  bool found = report.find(wanted.id, wanted.level) != nullptr;
  for (const SignatureReport& one : report.signatures) {
    found = found || one.find(wanted.id, wanted.level) != nullptr;
  }
  return found;
}

TEST(Vectors, HaveTheIntegrityThatWasMeasuredAndSayWhatMustBeFound) {
  const auto folder = vectors_folder();
  if (!std::filesystem::exists(folder / "expected.tsv")) {
    ASSERT_FALSE(must_be_there()) << "the vectors must be there";
    GTEST_SKIP() << "NO VECTORS: set YX_VECTORS to their folder";
  }
  std::size_t count = 0;
  for (const Row& row : rows(folder)) {
    const DocumentReport report = verify_row(folder, row);
    const std::string shown = row.file + "\n" + to_json(report, Language::en);
    EXPECT_EQ(integrity_of(report), row.integrity) << shown;
    if (!row.must_find.empty()) {
      const auto wanted = sentences().find(row.must_find);
      ASSERT_NE(wanted, sentences().end()) << "no finding is mapped to: " << row.must_find;
      for (const Wanted& one : wanted->second) {
        EXPECT_TRUE(has(report, one)) << one.id << " " << name_of(one.level) << "\n" << shown;
      }
    }
    ++count;
  }
  EXPECT_GE(count, 28U);
}

TEST(Vectors, AreNeverReadDifferentlyWhenCutShort) {
  const auto folder = vectors_folder();
  if (!std::filesystem::exists(folder / "expected.tsv")) {
    ASSERT_FALSE(must_be_there()) << "the vectors must be there";
    GTEST_SKIP() << "NO VECTORS: set YX_VECTORS to their folder";
  }
  Options options;
  options.trust.now = *from_rfc3339("2026-11-21T00:00:00Z");
  std::size_t cuts = 0;
  for (const char* name : {"ofd/v4_single_continue.ofd", "ses_synth/certlist_ok.dat", "ses/seal_UserV4.esl"}) {
    const Bytes whole = read_file(folder / name);
    for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97) {
      Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      const DocumentReport report = verify_bytes(std::move(part), options);
      EXPECT_TRUE(report.refused || report.verdict == Verdict::invalid) << name << " cut to " << size;
      ++cuts;
    }
  }
  EXPECT_GT(cuts, 200U);
}

}  // namespace
}  // namespace yinxin::seal::verify
