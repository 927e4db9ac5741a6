#include "hall/payment/bank_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace yinxin::hall {
namespace {

using programme::Finding;
using programme::Level;

const std::string header = "banks\t2026-11-22\tcomplete\t测试用表\n";
const std::string rows =
    "102100099996\t中国工商银行\t北京\n"
    "104100000004\t中国银行\t北京\n"
    "403100000004\t中国邮政储蓄银行\t北京\n"
    "102584002910\t中国工商银行股份有限公司深圳福田支行\t深圳\n"
    "102584002928\t中国工商银行股份有限公司深圳福田科技支行\t深圳\n"
    "102581000013\t中国工商银行股份有限公司广州第一支行\t广州\n"
    "501290000012\t汇丰银行（中国）有限公司\t上海\n";

BankDirectory directory(const std::string& text = header + rows) {
  auto read = BankDirectory::parse(text);
  EXPECT_TRUE(read) << read.error().describe();
  return read ? std::move(*read) : BankDirectory();
}

std::vector<std::string> names(const BankDirectory& banks, const std::string& words) {
  std::vector<std::string> found;
  for (const BankBranch& bank : banks.search(words).found) {
    found.push_back(bank.name);
  }
  return found;
}

using Names = std::vector<std::string>;

TEST(BankDirectory, TheShippedTableIsRightAndSaysThatItIsPartial) {
  std::ifstream in("programmes/banks/china.tsv");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const CheckedBanks checked = BankDirectory::check(text);
  ASSERT_TRUE(checked.directory);
  EXPECT_TRUE(checked.findings.empty()) << checked.findings.front().line << " " << checked.findings.front().en;
  EXPECT_FALSE(checked.directory->is_complete());
  EXPECT_FALSE(checked.directory->source().empty());
  // What the guide's own example types.
  ASSERT_FALSE(checked.directory->search("工商").found.empty());
  EXPECT_EQ(checked.directory->search("工商").found.front(),
            (BankBranch{.number = "102100099996", .name = "中国工商银行", .city = "北京"}));
}

TEST(BankDirectory, WordsAreFoundInAnyOrderAndHeadOfficesComeFirst) {
  const BankDirectory banks = directory();
  EXPECT_EQ(names(banks, "工商"),
            (Names{"中国工商银行", "中国工商银行股份有限公司广州第一支行", "中国工商银行股份有限公司深圳福田支行",
                   "中国工商银行股份有限公司深圳福田科技支行"}));
  EXPECT_EQ(names(banks, "福田 工商"),
            (Names{"中国工商银行股份有限公司深圳福田支行", "中国工商银行股份有限公司深圳福田科技支行"}));
  EXPECT_EQ(names(banks, "上海，汇丰"), (Names{"汇丰银行（中国）有限公司"})) << "the city is a word too";
  EXPECT_EQ(names(banks, "福田\u3000科技"), (Names{"中国工商银行股份有限公司深圳福田科技支行"}));
  EXPECT_EQ(names(banks, "1025840029"),
            (Names{"中国工商银行股份有限公司深圳福田支行", "中国工商银行股份有限公司深圳福田科技支行"}));
  EXPECT_EQ(names(banks, "１０２５８１"), (Names{"中国工商银行股份有限公司广州第一支行"})) << "in full width";
  EXPECT_EQ(names(banks, "99996"), Names{}) << "a number is known by its beginning";
}

TEST(BankDirectory, AShortNameIsFoundByItsLettersInOrderAfterWhatHasItWhole) {
  const BankDirectory banks = directory();
  EXPECT_EQ(names(banks, "邮储"), (Names{"中国邮政储蓄银行"}));
  EXPECT_EQ(names(banks, "工行福田"),
            (Names{"中国工商银行股份有限公司深圳福田支行", "中国工商银行股份有限公司深圳福田科技支行"}));
  EXPECT_EQ(names(banks, "中国银行").front(), "中国银行") << "what has the word whole is first";
  EXPECT_EQ(names(banks, "行工商"), Names{}) << "in this order";
  EXPECT_EQ(names(banks, "天地银行"), Names{});
  for (const std::string nothing : {"", "  ", "，", "\xff\xfe"}) {
    EXPECT_EQ(names(banks, nothing), Names{});
  }
  EXPECT_EQ(names(banks, std::string(max_bank_query_bytes + 1, 'a')), Names{});
}

TEST(BankDirectory, NoMoreThanAPageIsFoundAndItSaysThatThereIsMore) {
  std::string text = header;
  for (std::size_t i = 0; i <= max_banks_found; ++i) {
    text += std::to_string(313'000'000'000 + static_cast<std::int64_t>(i)) + "\t样例银行第" + std::to_string(i) +
            "支行\t\n";
  }
  const BankDirectory banks = directory(text);
  EXPECT_EQ(banks.size(), max_banks_found + 1);
  EXPECT_EQ(banks.search("样例").found.size(), max_banks_found);
  EXPECT_TRUE(banks.search("样例").has_more);
  EXPECT_EQ(banks.search("样支行").found.size(), max_banks_found);
  EXPECT_TRUE(banks.search("样支行").has_more);
  EXPECT_FALSE(banks.search("第20支行").has_more);
}

TEST(BankDirectory, ANameIsTheSameHoweverItIsTyped) {
  const BankDirectory banks = directory();
  for (const std::string typed :
       {"汇丰银行（中国）有限公司", "汇丰银行(中国)有限公司", " 汇丰银行 （中国） 有限公司"}) {
    ASSERT_TRUE(banks.find(typed)) << typed;
    EXPECT_EQ(banks.find(typed)->name, "汇丰银行（中国）有限公司");
    EXPECT_EQ(banks.find(typed)->number, "501290000012");
  }
  EXPECT_FALSE(banks.find("汇丰银行"));
  EXPECT_FALSE(banks.find(""));
  EXPECT_FALSE(banks.find("\xff"));
  EXPECT_FALSE(BankDirectory().find("中国银行"));
  EXPECT_FALSE(BankDirectory().is_complete());
}

TEST(BankDirectory, OfTwoBranchesWithOneNameNeitherNumberIsGuessed) {
  const std::string text = header + "102100099996\t样例银行第一支行\t北京\n104100000004\t样例银行 第一支行\t上海\n";
  const CheckedBanks checked = BankDirectory::check(text);
  ASSERT_TRUE(checked.directory);
  ASSERT_EQ(checked.findings.size(), 1U);
  EXPECT_EQ(checked.findings.front().id, "banks.same_name");
  EXPECT_EQ(checked.findings.front().line, 3);
  EXPECT_EQ(checked.findings.front().level, Level::warning);
  ASSERT_TRUE(checked.directory->find("样例银行第一支行"));
  EXPECT_EQ(checked.directory->find("样例银行第一支行")->number, "");
  EXPECT_EQ(checked.directory->search("样例").found.size(), 2U);
}

TEST(BankDirectory, EveryMistakeIsToldWithItsLine) {
  const std::string text =
      "banks\t2026-02-30\tcomplete\t来源\n"
      "10210009999\t中国工商银行\t北京\n"
      "102100099996\t中国工商银行\n"
      "102100099996\t中\t北京\n"
      "102100099996\t\xff银行\t北京\n"
      "102100099996\t中国\x01银行\t北京\n"
      "102100099996\t中国工商银行\t北京\n"
      "102100099996\t中国工商银行总行\t北京\n"
      "102100099997\t样例银行\t北京\n"
      "104100000004\t" +
      std::string(max_bank_line_bytes, 'a') + "\t北京\n";
  const CheckedBanks checked = BankDirectory::check(text);
  EXPECT_FALSE(checked.directory);
  std::vector<std::pair<int, std::string>> told;
  for (const Finding& finding : checked.findings) {
    told.emplace_back(finding.line, finding.id);
    EXPECT_FALSE(finding.zh.empty());
  }
  EXPECT_EQ(told, (std::vector<std::pair<int, std::string>>{{1, "banks.header"},
                                                            {2, "banks.number"},
                                                            {3, "banks.columns"},
                                                            {4, "banks.name"},
                                                            {5, "banks.utf8"},
                                                            {6, "banks.control"},
                                                            {8, "banks.twice"},
                                                            {9, "banks.check_digit"},
                                                            {10, "banks.line"}}));
  EXPECT_EQ(BankDirectory::parse(header + "1\t中国工商银行\t\n").error().detail,
            "banks, line 2: a number has 12 digits");
  EXPECT_EQ(BankDirectory::parse("").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(BankDirectory::check(std::string(max_bank_file_bytes + 1, 'b')).findings.front().id, "banks.size");
}

TEST(BankDirectory, ManyWarningsNeitherCutTheTableNorHideAnError) {
  std::string text = header;
  const std::size_t count = 2 * programme::max_findings;
  for (std::size_t i = 0; i < count; ++i) {
    // Of ten numbers in a row one alone has the right check digit.
    text += std::to_string(313'000'000'000 + static_cast<std::int64_t>(i)) + "\t样例银行第" + std::to_string(i) +
            "支行\t\n";
  }
  const CheckedBanks checked = BankDirectory::check(text);
  ASSERT_TRUE(checked.directory);
  EXPECT_EQ(checked.directory->size(), count);
  EXPECT_EQ(checked.findings.size(), programme::max_findings);
  EXPECT_TRUE(checked.directory->find("样例银行第999支行"));
  EXPECT_FALSE(BankDirectory::check(text + "1\t样例银行\t\n").directory);
}

TEST(BankDirectory, AWindowsFileIsReadAsItIs) {
  const BankDirectory banks = directory(
      "\xEF\xBB\xBF"
      "banks\t2026-11-22\tpartial\t网点表\r\n102100099996\t中国工商银行\t北京\r\n");
  EXPECT_EQ(banks.size(), 1U);
  EXPECT_EQ(banks.source(), "网点表");
  EXPECT_EQ(banks.date(), "2026-11-22");
  EXPECT_EQ(banks.find("中国工商银行")->city, "北京");
}

TEST(BankDirectory, MoreRowsThanTheLimitAreRefused) {
  const CheckedBanks full = BankDirectory::check(header + std::string(max_bank_rows, '\n'));
  EXPECT_EQ(full.findings.front().id, "banks.columns") << "as many as may be are looked at";
  const CheckedBanks over = BankDirectory::check(header + std::string(max_bank_rows, '\n') + "x");
  EXPECT_FALSE(over.directory);
  ASSERT_EQ(over.findings.size(), 1U);
  EXPECT_EQ(over.findings.front().id, "banks.rows");
}

}  // namespace
}  // namespace yinxin::hall
