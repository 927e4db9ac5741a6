// Papers judged by other people's readers of PDF: pdftotext and pdffonts of poppler, qpdf --check.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "paper/application_form.h"
#include "paper/impression_sheet.h"
#include "paper/qr.h"

namespace yinxin::paper {
namespace {

const Instant created = from_unix_ms(1'795'000'000'000);

std::string without_blanks(std::string_view text) {
  std::u32string kept;
  for (const char32_t c : decode_utf8(text).value_or(U"?")) {
    if (c > 0x20 && c != 0x3000 && c != 0xA0) {
      kept.push_back(c);
    }
  }
  return encode_utf8(kept);
}

// A PDF in a folder of its own, gone at the end.
class Judged {
 public:
  explicit Judged(const Paper& paper) {
    std::string pattern = (std::filesystem::temp_directory_path() / "yinxin-paper-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(file(), std::ios::binary) << text_of(paper.pdf);
  }
  ~Judged() { std::filesystem::remove_all(folder_); }
  Judged(const Judged&) = delete;
  Judged& operator=(const Judged&) = delete;

  [[nodiscard]] std::string file() const { return (folder_ / "paper.pdf").string(); }
  // What the command printed; the status is its exit status.
  std::string run(const std::string& before, const std::string& after, int& status) const {
    const std::string command = before + " '" + file() + "' " + after + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> part{};
    for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
      out.append(part.data(), got);
    }
    status = ::pclose(pipe);
    return out;
  }

 private:
  std::filesystem::path folder_;
};

ApplicationForm form() {
  ApplicationForm made;
  made.title = "机构数字证书申请表";
  made.operator_name = "示例电子认证有限公司";
  made.programme_name = "示例市政府工程承包商资信管理系统";
  made.sections.push_back(
      {.title = "I. 证书信息",
       .note = "（带*为必填项）",
       .rows = {{"业务类型*", "新申请"}, {"证书金额*", "¥200.00（贰佰元整）"}, {"证书类型*", "机构证书，1年"}},
       .paragraphs = {},
       .blanks = {}});
  made.sections.push_back({.title = "II. 单位基本信息",
                           .note = "（带*为必填项）",
                           .rows = {{"机构名称*", "示例市岩土工程有限公司（集团）"},
                                    {"证件类型*", "统一社会信用代码证"},
                                    {"证件号码*", "91440300MA5F00001X"},
                                    {"单位地址*", "广东省示例市示例区示例路 1 号示例大厦 A 座 1001—1008 室"}},
                           .paragraphs = {},
                           .blanks = {}});
  made.sections.push_back({.title = "III. 经办人信息",
                           .note = "（带*为必填项）",
                           .rows = {{"姓名*", "㛃𬱖·买买提"},
                                    {"联系电话*", "13800000000"},
                                    {"身份证号*", "11010519491231002X"},
                                    {"邮箱*", "someone@example.com"}},
                           .paragraphs = {},
                           .blanks = {}});
  made.sections.push_back(
      {.title = "IV. 申请单位法定代表人授权委托及单位声明",
       .note = "（必填项，此项如涂改，请在涂改处加盖公章）",
       .rows = {},
       .paragraphs = {"张三系示例市岩土工程有限公司（集团）的法定代表人，现委托本单位员工㛃𬱖·买买提为我方代理人，以我"
                      "方名义办理数字证书"
                      "的有关事宜，其法律后果由我方承担。委托期限自　　　年　　月　　日至　　　年　　月　　日。",
                      "我单位声明所填信息及所交资料真实、有效，并已认真阅读、同意接受《示例电子认证服务协议》。"},
       .blanks = {{FormBlank::Kind::signature, "法定代表人签字："},
                  {FormBlank::Kind::signature, "经办人签字："},
                  {FormBlank::Kind::date, "日期："},
                  {FormBlank::Kind::seal, "（加盖单位公章）"}}});
  made.correction_note = "注：本表如有涂改，请在涂改处加盖单位公章。";
  made.application_number = "YX202611210001238";
  made.version = 3;
  made.qr_text = "YX202611210001238/3/0123456789abcdef";
  return made;
}

void expect_all_text(const ApplicationForm& asked, const Paper& paper) {
  const Judged judged(paper);
  int status = 0;
  const std::string text = without_blanks(judged.run("pdftotext -raw", "-", status));
  ASSERT_EQ(status, 0) << text;
  const auto expect = [&](const std::string& part) {
    EXPECT_NE(text.find(without_blanks(part)), std::string::npos) << part << "\n" << text.substr(0, 2000);
  };
  expect(asked.title);
  expect(asked.operator_name);
  expect(asked.programme_name);
  expect(asked.correction_note);
  for (const FormSection& section : asked.sections) {
    expect(section.title);
    expect(section.note);
    for (const FormRow& row : section.rows) {
      expect(row.label);
      expect(row.value);
    }
    for (const std::string& paragraph : section.paragraphs) {
      expect(paragraph);
    }
    for (const FormBlank& blank : section.blanks) {
      expect(blank.label);
    }
  }
  for (std::size_t page = 1; page <= paper.pages; ++page) {
    expect(asked.application_number + "·v" + std::to_string(asked.version) + "·第" + std::to_string(page) + "页，共" +
           std::to_string(paper.pages) + "页");
  }
}

TEST(ApplicationForm, CarriesEveryValueAsTextAndRareCharactersToo) {
  const auto paper = draw_application_form(form(), created);
  ASSERT_TRUE(paper) << paper.error().describe();
  EXPECT_TRUE(paper->without_glyph.empty());
  EXPECT_LE(paper->pages, 2U);
  expect_all_text(form(), *paper);
}

TEST(ApplicationForm, IsAWellFormedFileWithItsFontsInside) {
  const auto paper = draw_application_form(form(), created);
  ASSERT_TRUE(paper);
  const Judged judged(*paper);
  int status = 0;
  const std::string check = judged.run("qpdf --check", "", status);
  EXPECT_EQ(status, 0) << check;
  const std::string fonts = judged.run("pdffonts", "", status);
  EXPECT_EQ(status, 0);
  std::size_t lines = 0;
  for (std::size_t at = fonts.find("NotoSerifCJK"); at != std::string::npos; at = fonts.find("NotoSerifCJK", at + 1)) {
    ++lines;
    const std::string line = fonts.substr(at, fonts.find('\n', at) - at);
    EXPECT_NE(line.find("yes yes yes"), std::string::npos) << "embedded, subset, with its characters: " << line;
  }
  EXPECT_GE(lines, 1U) << fonts;
  const std::string info = judged.run("pdfinfo", "", status);
  EXPECT_NE(info.find("595.276 x 841.89 pts (A4)"), std::string::npos) << info;
  EXPECT_LT(paper->pdf.size(), 400'000U) << "a subset of the fonts, not the whole";
}

TEST(ApplicationForm, IsTheSameBytesForTheSameFormAndMoment) {
  const auto first = draw_application_form(form(), created);
  const auto second = draw_application_form(form(), created);
  const auto later = draw_application_form(form(), created + std::chrono::hours(1));
  ASSERT_TRUE(first && second && later);
  EXPECT_TRUE(same(first->pdf, second->pdf));
  EXPECT_FALSE(same(first->pdf, later->pdf));
}

TEST(ApplicationForm, WrapsValuesOfAnyLengthAndGoesOnOnTheNextPage) {
  ApplicationForm wide = form();
  std::string name;
  for (int i = 0; i < 400; ++i) {
    name += "甲乙丙丁" + std::to_string(i);
  }
  wide.sections[1].rows[0].value = name;
  wide.sections[2].rows[3].value = std::string(300, 'm') + "@example.com";
  for (int i = 0; i < 60; ++i) {
    wide.sections[2].rows.push_back({"附加项目" + std::to_string(i), "值" + std::to_string(i)});
  }
  const auto paper = draw_application_form(wide, created);
  ASSERT_TRUE(paper) << paper.error().describe();
  EXPECT_GE(paper->pages, 3U);
  // A value that goes on on the next page has that page's foot in between; each of its lines is there.
  wide.sections[1].rows[0].value = "甲乙丙丁0";
  expect_all_text(wide, *paper);
  const Judged judged(*paper);
  int status = 0;
  const std::string text = without_blanks(judged.run("pdftotext -raw", "-", status));
  for (int i = 0; i < 400; i += 7) {
    EXPECT_NE(text.find("甲乙丙丁" + std::to_string(i)), std::string::npos) << i;
  }
  // Nothing stands beyond the frame: every word's box is inside the margins.
  const std::string boxes = judged.run("pdftotext -bbox", "-", status);
  std::size_t words = 0;
  for (std::size_t at = boxes.find("<word "); at != std::string::npos; at = boxes.find("<word ", at + 1)) {
    double x1 = 0;
    double y1 = 0;
    double x2 = 0;
    double y2 = 0;
    ASSERT_EQ(
        std::sscanf(boxes.c_str() + at, R"(<word xMin="%lf" yMin="%lf" xMax="%lf" yMax="%lf")", &x1, &y1, &x2, &y2), 4);
    EXPECT_GE(x1, 50.0);
    EXPECT_LE(x2, 546.0);
    EXPECT_GE(y1, 35.0);
    EXPECT_LE(y2, 815.0);
    ++words;
  }
  EXPECT_GT(words, 100U);
}

TEST(ApplicationForm, SaysWhichCharactersHaveNoGlyphAndShowsInvisibleOnes) {
  ApplicationForm odd = form();
  odd.sections[2].rows[0].value = "张\xF0\xB0\x80\x80三\xE2\x80\xAE";  // U+30000, and a directional override
  const auto paper = draw_application_form(odd, created);
  ASSERT_TRUE(paper);
  EXPECT_EQ(paper->without_glyph, std::u32string(1, char32_t{0x30000}));
  const Judged judged(*paper);
  int status = 0;
  EXPECT_EQ(judged.run("pdftotext -raw", "-", status).find("\xE2\x80\xAE"), std::string::npos);
}

TEST(ApplicationForm, RefusesWhatIsNotTextOrHasNoEnd) {
  ApplicationForm bad = form();
  bad.sections[0].rows[0].value = "\xFF\xFE";
  EXPECT_EQ(draw_application_form(bad, created).error().detail, "paper.text");
  bad = form();
  bad.sections[0].rows.assign(max_form_rows + 1, {"a", "b"});
  EXPECT_EQ(draw_application_form(bad, created).error().detail, "form.too_long");
  bad = form();
  bad.title.assign(max_form_heading_bytes + 1, 'x');
  EXPECT_EQ(draw_application_form(bad, created).error().detail, "form.too_long");
  bad = form();
  for (int i = 0; i < 3; ++i) {
    std::string lines;
    for (int line = 0; line < 5000; ++line) {
      lines += "x\n";
    }
    bad.sections[0].rows.push_back({"a", lines});
  }
  EXPECT_EQ(draw_application_form(bad, created).error().detail, "form.too_long") << "more pages than the limit";
  bad = form();
  bad.qr_text.clear();
  EXPECT_EQ(draw_application_form(bad, created).error().detail, "qr.text");
}

ImpressionSheet sheet() {
  return {.title = "数字证书印模采集表",
          .operator_name = "示例电子认证有限公司",
          .unit_name = "示例市岩土工程有限公司（集团）",
          .application_number = "YX202611210001238",
          .qr_text = "YX202611210001238/sheet/1"};
}

TEST(ImpressionSheet, NamesTheUnitAndTheCase) {
  const auto paper = draw_impression_sheet(sheet(), created);
  ASSERT_TRUE(paper) << paper.error().describe();
  EXPECT_EQ(paper->pages, 1U);
  const Judged judged(*paper);
  int status = 0;
  const std::string text = without_blanks(judged.run("pdftotext -raw", "-", status));
  EXPECT_NE(text.find(sheet().title), std::string::npos);
  EXPECT_NE(text.find(sheet().unit_name), std::string::npos);
  EXPECT_NE(text.find(sheet().application_number), std::string::npos);
  const std::string check = judged.run("qpdf --check", "", status);
  EXPECT_EQ(status, 0) << check;
}

TEST(ImpressionSheet, TakesALongNameAndRefusesOneThatWouldReachTheMarks) {
  ImpressionSheet named = sheet();
  named.unit_name = std::string(80, 'W');
  EXPECT_TRUE(draw_impression_sheet(named, created));
  named.unit_name.clear();
  for (int i = 0; i < 199; ++i) {
    named.unit_name += "印";
  }
  EXPECT_EQ(draw_impression_sheet(named, created).error().detail, "sheet.too_long");
}

TEST(Qr, TakesWhatFitsAndRefusesTheRest) {
  const auto small = make_qr("YX");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->side, 21U);
  EXPECT_TRUE(small->at(0, 0));
  EXPECT_FALSE(make_qr(std::string(max_qr_text_bytes + 1, 'a')));
  EXPECT_TRUE(make_qr(std::string(max_qr_text_bytes, 'a')));
  EXPECT_FALSE(make_qr(std::string("a\0b", 3)));
}

}  // namespace
}  // namespace yinxin::paper
