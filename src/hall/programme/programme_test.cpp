#include "hall/programme/programme.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace yinxin::hall::programme {
namespace {

const std::filesystem::path root = YX_SOURCE_DIR;

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}
std::string file(const std::string& code) { return read(root / "programmes" / (code + ".yaml")); }

Programme load(const std::string& code) {
  auto checked = check(file(code), code);
  for (const Finding& finding : checked.findings) {
    ADD_FAILURE() << code << ":" << finding.line << ":" << finding.column << " " << finding.zh;
  }
  return checked.programme.value_or(Programme{});
}
const Programme& construction() {
  static const Programme p = load("sz-construction");
  return p;
}
const Programme& procurement() {
  static const Programme p = load("gd-procurement");
  return p;
}
const Programme& works() {
  static const Programme p = load("sz-works");
  return p;
}
const Programme& trading() {
  static const Programme p = load("sz-trading");
  return p;
}
const Programme& eseal() {
  static const Programme p = load("sz-eseal");
  return p;
}

std::int64_t fen(const Programme& p, const std::vector<PricedLine>& lines) {
  const auto sum = price(p, lines);
  return sum ? *sum : -1;
}
std::size_t rows(const Programme& p, const MaterialQuestion& question) { return materials_for(p, question).size(); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}
bool finds(const std::string& text, const std::string& id, int line = 0) {
  for (const Finding& finding : check(text, "test").findings) {
    if (finding.id == id && (line == 0 || finding.line == line)) {
      return true;
    }
  }
  return false;
}

const std::vector<std::string> org{"organization"};
const std::vector<std::string> both{"organization", "organization_member"};

TEST(Programmes, AllFiveAreSoundAloneAndTogether) {
  EXPECT_TRUE(check_together({&construction(), &procurement(), &works(), &trading(), &eseal()}).empty());
  EXPECT_EQ(check_together({&works(), &works()}).size(), 2U);
  EXPECT_EQ(works().project_id, "0535cc2aee346b5dc3f9e5b852f00369");
  EXPECT_FALSE(works().assumptions.empty());
}

TEST(Programmes, ConstructionCostsWhatItsGuideSays) {
  EXPECT_EQ(fen(construction(), {{"new", "organization", 1}}), 40000);
  EXPECT_EQ(fen(construction(), {{"new", "organization", 5}}), 120000);
  const PricedLine member{"new", "organization_member", 1};
  EXPECT_EQ(fen(construction(), {{"new", "organization", 1}, member, member, member}), 145000);
  EXPECT_EQ(fen(construction(), {{"renew", "organization", 3, false}}), 60000);
  EXPECT_EQ(fen(construction(), {{"replace", "organization"}}), 20000);
  EXPECT_EQ(fen(construction(), {{"new", "organization_member", 2},
                                 {"renew", "organization_member", 3, false},
                                 {"modify", "organization_member"},
                                 {"replace", "organization_member"},
                                 {"revoke", "organization_member"}}),
            120000);
  EXPECT_EQ(price(construction(), {{"new", "organization", 6}}).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(price(construction(), {{"add", "organization", 1}}).error().code, ErrorCode::not_found);
}

TEST(Programmes, EsealCostsWhatItsGuideSays) {
  EXPECT_EQ(fen(eseal(), {{"new", "organization", 3}}), 60000);
  EXPECT_EQ(fen(eseal(), {{"new", "organization_member", 3}}), 20000);  // per certificate, as printed
  EXPECT_EQ(fen(eseal(), {{"replace", "organization"}}), 12000);
  EXPECT_EQ(fen(eseal(), {{"modify", "organization"}, {"revoke", "organization"}}), 0);
}

TEST(Programmes, TheChecklistHasTheRowsOfTheGuides) {
  EXPECT_EQ(rows(construction(), {"new", "counter", org}), 3U);
  EXPECT_EQ(
      rows(
          construction(),
          {"new", "counter", both, "valid", {"separate_code_certificate", "requester_is_not_legal_representative"}, 2}),
      7U);
  EXPECT_EQ(rows(construction(), {"modify", "counter", org}), 4U);
  EXPECT_EQ(rows(procurement(), {"new", "online", org}), 3U);
  EXPECT_EQ(rows(procurement(), {"new", "counter", org}), 2U);
  EXPECT_EQ(rows(procurement(), {"add", "online", org}), 3U);
  EXPECT_EQ(rows(procurement(), {"renew", "counter", org, "expired"}), 4U);
  EXPECT_EQ(rows(procurement(), {"renew", "mail", org, "expired"}), 5U);
  EXPECT_EQ(rows(procurement(), {"replace", "counter", org}), 3U);
  EXPECT_EQ(rows(procurement(), {"replace", "mail", org}), 4U);
  EXPECT_EQ(rows(procurement(), {"modify", "counter", org}), 5U);
  EXPECT_EQ(rows(procurement(), {"modify", "mail", org}), 5U);
  EXPECT_EQ(rows(procurement(), {"unlock", "counter", org}), 4U);
  EXPECT_EQ(rows(trading(), {"new", "online", org}), 3U);
  EXPECT_EQ(rows(trading(), {"new", "online", both}), 4U);
  EXPECT_EQ(rows(works(), {"new", "online", org, "valid", {"seal"}}), 3U);
  EXPECT_EQ(rows(works(), {"new", "online", org}), 2U);
  EXPECT_EQ(rows(eseal(), {"new", "online", org}), 3U);
  EXPECT_EQ(rows(eseal(), {"new", "online", both}), 4U);
  EXPECT_EQ(rows(eseal(), {"new", "counter", org}), 3U);
  EXPECT_EQ(rows(eseal(), {"new", "counter", both}), 5U);
  EXPECT_EQ(rows(eseal(), {"renew", "counter", org}), 3U);
}

// as the guide prints them, without the blanks that reading the picture brought in.
TEST(Programmes, TheWorksProgrammeSendsItsGuidesMessages) {
  const Programme& programme = works();
  EXPECT_EQ(
      programme.texts.at("approved"),
      "【深圳CA】您好,您提交的新申请业务已经审核通过。请登录www.szca.com-网上营业厅--个人中心-我的业务单-进行查看。");
  EXPECT_EQ(programme.texts.at("returned"),
            "【深圳CA】您好,您提交的新申请业务已被审核驳回。驳回原因:{reason}。请尽快登录www.szca.com-网上营业厅-"
            "个人中心-我的业务单-证书申请进行修改。");
}

TEST(Programmes, PointsAreOpenWhenTheirGuideSaysSo) {
  const auto open = [](const Programme& p, std::size_t n, const char* at) {
    return is_open(p.points.at(n), *from_rfc3339(std::string(at) + "+08:00"));
  };
  EXPECT_EQ(open(eseal(), 0, "2026-11-21T09:30:00"), false);  // a Saturday
  EXPECT_EQ(open(eseal(), 0, "2026-11-21T10:00:00"), true);
  EXPECT_EQ(open(eseal(), 3, "2026-11-23T12:30:00"), false);
  EXPECT_EQ(open(eseal(), 3, "2026-11-22T13:00:00"), true);
  EXPECT_EQ(open(eseal(), 6, "2026-11-23T17:45:00"), true);
  EXPECT_EQ(open(eseal(), 7, "2026-11-23T17:45:00"), false);
  EXPECT_EQ(open(procurement(), 0, "2026-11-23T13:00:00"), false);
  EXPECT_EQ(open(procurement(), 0, "2026-11-27T16:59:00"), true);
  EXPECT_EQ(open(construction(), 0, "2026-11-23T10:00:00"), std::nullopt);
}

TEST(ProgrammeCheck, ExplainsEachMistakeAtItsPlace) {
  const std::string good = file("sz-works");
  const std::vector<std::array<std::string, 3>> mistakes{
      {"status: open", "statsu: open", "key.near"},
      {"status: open", "", "key.missing"},
      {"status: open", "status: opne", "word.near"},
      {"status: open", "status: open\nstatus: open", "yaml.duplicate_key"},
      {"fen: 12000", "fen: 120.00", "type.fen"},
      {"fen: 12000", "fen: \"12000\"", "type.fen"},
      {"fen: 12000", "fen: -1", "type.fen"},
      {"version: 1", "version: one", "type.wrong"},
      {"0535cc2aee346b5dc3f9e5b852f00369", "0535CC2aee346b5dc3f9e5b852f00369", "shape.hex"},
      {"https://wt.szca.net/index", "javascript://x", "shape.url"},
      {"from: 2026-01-01", "from: 2026-02-30", "shape.date"},
      {"form: impression_sheet", "form: impression_shet", "form.dangling"},
      {"business: [new, renew], kinds: [organization]", "business: [new], kinds: [organization]", "fee.hole"},
      {"gate: submit", "gate: later", "word.unknown"},
      {"{reason}", "{raeson}", "text.placeholder"},
      {"id: approved", "id: aproved", "word.near"},
      {"id: pin_by_sms", "id: pin", "text.missing"},
      {"{reason}", "{reason", "text.brace"},
      {"screens: [entry]", "screens: []", "list.empty"},
      {"account_fields: [name, bank, number]", "account_fields: [name]", "deposit.no_fields"},
      {"{business: new, channels: [online]}", "{business: new, channels: [online], settled_by: holder}",
       "floor.settled_by_one"},
      {"{business: renew, channels: [counter],", "{business: renew, settled_by: holder, channels: [counter],",
       "floor.channel"},
      {"{years: 5, gift", "{years: 7, gift", "promotion.years"},
      {"dialect: secret_in_remark", "dialect: none", "pin.remark_without_deposit"},
      {"ways: [corporate_transfer], release", "ways: [card], release", "pin.hole"},
      {"status: open", "status: open\nclosing: {from: 2026-12-01, words: 系统升级}", "closing.open"},
      {"status: open", "status: closed\nclosing: {from: 2026-12-01, words: 系统升级, finish_days: 91}", "closing.days"},
      {"status: open", "status: closed\nclosing: {from: 2026-12-01, words: 系统升级, finish_days: -1}", "closing.days"},
      {"status: open", "status: closed\nclosing: {from: 2026-13-01, words: 系统升级}", "shape.date"},
      {"status: open", "status: closed\nclosing: {from: 2026-12-01}", "key.missing"},
      {"status: open", "status: &a open", "yaml.alias"},
      {"status: open", "status: !x open", "yaml.tag"},
      {"status: open", "status: [open", "yaml.syntax"},
      {", reason: 指南只说多次", "", "assumed.no_reason"},
  };
  for (const auto& [from, to, id] : mistakes) {
    const std::string bad = replaced(good, from, to);
    EXPECT_TRUE(finds(bad, id)) << to;
    EXPECT_FALSE(check(bad, "test").programme.has_value()) << to;
  }
  EXPECT_TRUE(finds(replaced(good, "status: open", "statsu: open"), "key.near", 5));
}

TEST(Programmes, AClosedOneSaysWhyAndHowLongADraftMayBeFinished) {
  const auto closed = [](const std::string& more) {
    const auto checked = check(replaced(file("sz-works"), "status: open", "status: closed" + more), "test");
    EXPECT_TRUE(checked.programme);
    return *checked.programme;
  };
  const Programme three = closed("\nclosing: {from: 2026-12-01, words: 平台升级, finish_days: 3}");
  ASSERT_TRUE(three.closing);
  EXPECT_EQ(three.closing->words, "平台升级");
  // The closing day and three more, as the office counts days.
  EXPECT_EQ(finish_end(three), *from_rfc3339("2026-12-05T00:00:00+08:00"));
  EXPECT_EQ(finish_end(closed("\nclosing: {from: 2026-12-01, words: 平台升级}")), std::nullopt);
  EXPECT_EQ(finish_end(closed("")), std::nullopt);
  Programme open = three;
  open.status = "open";
  EXPECT_EQ(finish_end(open), std::nullopt);
}

TEST(ProgrammeCheck, NeverStopsAtTheFirstMistake) {
  std::string bad = replaced(file("sz-works"), "fen: 12000", "fen: x");
  bad = replaced(bad, "gate: submit", "gate: sumbit");
  bad = replaced(bad, "freight: collect", "freigth: collect");
  const auto checked = check(bad, "test");
  EXPECT_GE(checked.findings.size(), 3U);
  for (const Finding& finding : checked.findings) {
    EXPECT_GT(finding.line, 0);
    EXPECT_GT(finding.column, 0);
    EXPECT_FALSE(finding.zh.empty() || finding.en.empty());
  }
}

TEST(ProgrammeCheck, RefusesWhatIsMeantToHurt) {
  EXPECT_TRUE(finds(std::string(max_file_bytes + 1, 'a'), "yaml.too_large"));
  EXPECT_TRUE(finds(std::string(40, '[') + std::string(40, ']'), "yaml.too_deep"));
  EXPECT_TRUE(finds("a: \xff\xfe", "yaml.not_utf8"));
  EXPECT_TRUE(finds("", "yaml.empty"));
  std::string many = "a: [";
  for (std::size_t i = 0; i <= max_nodes; ++i) {
    many += "1,";
  }
  EXPECT_TRUE(finds(many + "]", "yaml.too_many"));
}

TEST(ProgrammeManifest, CommentsBlanksAndOrderOfKeysDoNotCountAndEveryValueDoes) {
  const std::string good = file("sz-works");
  const auto hash = check(good, "test").programme->manifest_hash;
  std::string moved = "# a comment\n" + replaced(good, "\nstatus: open\n", "\n") + "\n\nstatus:   \"open\"  # last\n";
  ASSERT_TRUE(check(moved, "test").programme.has_value());
  EXPECT_EQ(check(moved, "test").programme->manifest_hash, hash);
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"fen: 12000", "fen: 12001"},
                                                        {"chosen_by_default: true", "chosen_by_default: false"},
                                                        {"freight: collect", "freight: prepaid"},
                                                        {"小度音箱}", "音箱}"},
                                                        {"version: 1", "version: 2"}}) {
    const auto changed = check(replaced(good, from, to), "test");
    ASSERT_TRUE(changed.programme.has_value()) << to;
    EXPECT_NE(changed.programme->manifest_hash, hash) << to;
  }
}

TEST(ProgrammeManifest, StaysWhatItWas) {
  const auto checked = check(read(root / "tests/fuzz/seeds/programme_yaml/small.yaml"), "small");
  ASSERT_TRUE(checked.programme.has_value());
  EXPECT_EQ(to_hex(checked.programme->manifest_hash),
            "e3d0fdac0a777beb52f9298b8c1fcf35b70e9991f69a2c45c2b5bec1cea3b30d");
}

TEST(Programmes, RenamingAProgrammeChangesNothingButNames) {
  std::string text = file("sz-works");
  text = replaced(text, "code: sz-works", "code: elsewhere");
  text = replaced(text, "0535cc2aee346b5dc3f9e5b852f00369", "00000000000000000000000000000001");
  const auto renamed = check(text, "test").programme;
  ASSERT_TRUE(renamed.has_value());
  EXPECT_EQ(fen(*renamed, {{"new", "organization", 3}}), fen(works(), {{"new", "organization", 3}}));
  EXPECT_EQ(rows(*renamed, {"new", "online", org}), rows(works(), {"new", "online", org}));
}

TEST(Programmes, NoCodeNamesAProgramme) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root / "programmes")) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  ASSERT_GE(names.size(), 5U);
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    const std::string path = entry.path().string();
    const bool is_for_tests = path.ends_with("_test.cpp") || entry.path().filename().string().starts_with("testing_");
    if (!entry.is_regular_file() || is_for_tests) {
      continue;
    }
    const std::string text = read(entry.path());
    ++seen;
    for (const std::string& name : names) {
      EXPECT_EQ(text.find(name), std::string::npos) << path << " names " << name;
    }
  }
  EXPECT_GT(seen, 20);
}

}  // namespace
}  // namespace yinxin::hall::programme
