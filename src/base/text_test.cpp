#include "base/text.h"

#include <gtest/gtest.h>

namespace yinxin {
namespace {

TEST(Text, Utf8IsReadStrictlyAndWrittenBack) {
  for (const char* good : {"", "a", "\x7f", "é", "印信", "\U0001F511", "\U0010FFFF", "\uD7FF\uE000"}) {
    const auto code_points = decode_utf8(good);
    ASSERT_TRUE(code_points) << good;
    EXPECT_EQ(encode_utf8(*code_points), good);
  }
  // Lone continuation, overlong forms of '/', surrogate, beyond the last plane, cut short, Latin-1.
  for (const char* bad : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xe5\x8d", "\xe9t\xe9", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_EQ(encode_utf8(std::u32string{0xD800, 0x110000}), "\uFFFD\uFFFD");
}

TEST(Text, WhatPeopleTypeIsFoldedAndTrimmed) {
  EXPECT_EQ(normalised("　ＡＢＣ１２３！ ").value(), "ABC123!");
  EXPECT_EQ(normalised("\tLi  Ming\u200b\ufeff\u00a0").value(), "Li  Ming");
  EXPECT_EQ(normalised("深圳市某某（集团）有限公司").value(), "深圳市某某(集团)有限公司");
  EXPECT_EQ(normalised(" \u3000 ").value(), "");
  EXPECT_EQ(normalised_number("１３８－0013 8000").value(), "13800138000");
  EXPECT_EQ(normalised_number("6222—0212—3456").value(), "622202123456") << "the dashes that word processors make";
  EXPECT_EQ(normalised("a\nb").error().detail, "text.control");
  EXPECT_EQ(normalised(std::string_view("a\0b", 3)).error().detail, "text.control");
  EXPECT_EQ(normalised("a\u202eb").error().detail, "text.control") << "turns the direction of writing";
  EXPECT_EQ(normalised("\xb1\xb1").error().detail, "text.utf8") << "GB18030 bytes";
}

TEST(Text, CapitalNumeralsAreThoseOfThePaperForms) {
  const std::pair<std::uint64_t, const char*> expected[] = {{0, "零"},
                                                            {1, "壹"},
                                                            {2, "贰"},
                                                            {3, "叁"},
                                                            {4, "肆"},
                                                            {5, "伍"},
                                                            {10, "壹拾"},
                                                            {18, "壹拾捌"},
                                                            {105, "壹佰零伍"},
                                                            {120, "壹佰贰拾"},
                                                            {1005, "壹仟零伍"},
                                                            {10000, "壹万"},
                                                            {10500, "壹万零伍佰"},
                                                            {100010, "壹拾万零壹拾"},
                                                            {100000005, "壹亿零伍"},
                                                            {1234567890, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾"}};
  for (const auto& [number, text] : expected) {
    EXPECT_EQ(to_capital_numeral(number).value(), text) << number;
  }
  EXPECT_TRUE(to_capital_numeral(999'999'999'999).has_value());
  EXPECT_EQ(to_capital_numeral(1'000'000'000'000).error().detail, "capital_numeral.range");
}

TEST(Text, MaskingCountsCharactersAndNeverShowsAWholeShortText) {
  EXPECT_EQ(masked("13800138000", 3, 4), "138****8000");
  EXPECT_EQ(masked("欧阳某某", 1, 0), "欧***");
  EXPECT_EQ(masked("某某", 1, 1), "**");
  EXPECT_EQ(masked("abc", 5, 5), "***");
  EXPECT_EQ(masked("", 1, 1), "");
  EXPECT_EQ(masked("\xff\xfe", 1, 0), "\uFFFD*") << "bytes that are not UTF-8 are hidden too";
}

}  // namespace
}  // namespace yinxin
