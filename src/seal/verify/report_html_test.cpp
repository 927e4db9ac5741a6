#include "seal/verify/report_html.h"

#include <gtest/gtest.h>

#include <set>

#include "seal/verify/checks.h"

namespace yinxin::seal::verify {
namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++found;
  }
  return found;
}

DocumentReport report() {
  DocumentReport made;
  made.file = "合同.ofd";
  made.kind = "ofd";
  SignatureReport signature;
  signature.index = 1;
  signature.kind = "ses_v4";
  signature.sealer = "示例市岩土工程有限公司";
  signature.seal_name = "公章";
  signature.sealed_at = from_unix_ms(1'795'000'000'000);
  signature.sealed_at_proven = true;
  signature.trust = Trust::trusted;
  signature.findings.push_back(
      {.check = &check::coverage, .level = Level::pass, .answer = {"是。", "Yes."}, .where = ""});
  signature.conclude();
  made.signatures.push_back(signature);
  made.conclude();
  return made;
}

TEST(ReportHtml, SaysWhoWhenAndWhyInOneFileWithoutScript) {
  const std::string html = to_html(report(), from_unix_ms(1'795'100'000'000));
  for (const std::string_view part :
       {"合同.ofd", "示例市岩土工程有限公司", "公章", "有可信时间戳证明", "GB/T 33190-2016 (References)",
        "影响显示的文件都受保护吗？", "Is every file protected that a reader shows?"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  EXPECT_NE(html.find(to_beijing_text(*report().signatures[0].sealed_at)), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("src="), std::string::npos);
  EXPECT_EQ(html.find("href="), std::string::npos);
}

TEST(ReportHtml, EscapesWhateverAStrangerWrote) {
  DocumentReport hostile = report();
  const std::string attack = "<img src=x onerror=\"alert('1')\">&\xE2\x80\xAE\x01\xFF";
  hostile.file = attack;
  hostile.signatures[0].sealer = "<b>\xE2\x80\xAE";
  hostile.signatures[0].findings[0].where = "a<b'\"";
  const std::string html = to_html(hostile, from_unix_ms(0));
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_NE(html.find("&lt;b&gt;\xEF\xBF\xBD"), std::string::npos) << "a directional mark becomes visible";
  EXPECT_NE(html.find("a&lt;b&#39;&quot;"), std::string::npos);
  EXPECT_EQ(html.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(count(html, "<table>"), count(html, "</table>"));
}

TEST(ReportHtml, SaysWhetherTheCertificateWasGoodThenAndWhy) {
  DocumentReport late = report();
  EXPECT_NE(to_html(late, from_unix_ms(0)).find("盖章时有效，由受信任的机构签发"), std::string::npos);
  Finding& finding = late.signatures[0].findings[0];
  finding.answer = {"证书已于次日撤销。", "Revoked the day after."};
  finding.effect = Effect::changed_since;
  const std::string since = to_html(late, from_unix_ms(0));
  EXPECT_NE(since.find("盖章时有效，此后已到期或被撤销"), std::string::npos);
  EXPECT_EQ(count(since, "证书已于次日撤销。"), 2U) << "as the reason, and among the findings";
  finding.effect = Effect::invalid_at_sealing;
  EXPECT_NE(to_html(late, from_unix_ms(0)).find("盖章时证书或印章不可用"), std::string::npos);
  finding.effect = Effect::none;
  late.signatures[0].trust = Trust::unknown;
  EXPECT_EQ(to_html(late, from_unix_ms(0)).find("盖章时有效，"), std::string::npos);
}

TEST(ReportHtml, HasASentenceOfItsOwnForEachVerdict) {
  std::set<std::string> pages;
  for (const Verdict verdict :
       {Verdict::valid, Verdict::valid_when_sealed, Verdict::indeterminate, Verdict::invalid, Verdict::unsigned_}) {
    DocumentReport made = report();
    made.signatures.clear();
    made.verdict = verdict;
    pages.insert(to_html(made, from_unix_ms(0)));
  }
  EXPECT_EQ(pages.size(), 5U);
  DocumentReport refused = report();
  refused.refused = true;
  refused.refused_because = "two <entries> of one name";
  const std::string html = to_html(refused, from_unix_ms(0));
  EXPECT_NE(html.find("文件被拒绝"), std::string::npos);
  EXPECT_NE(html.find("two &lt;entries&gt; of one name"), std::string::npos);
}

}  // namespace
}  // namespace yinxin::seal::verify
