#include "outside/bank/signed_json.h"

#include <gtest/gtest.h>

namespace yinxin::outside {
namespace {

std::string sorted(std::string_view text) {
  const auto read = SignedJson::parse(text);
  EXPECT_TRUE(read) << text;
  std::string out;
  if (read) {
    read->write_sorted(out);
  }
  return out;
}

TEST(SignedJson, sorts_members_and_drops_blanks_and_keeps_every_token_as_it_was_written) {
  EXPECT_EQ(sorted(" {\"b\" : 1.00 ,\n\"a\": [ 2e+3 , \"\\u4e2d\\/ x\", {\"z\":null,\"A\":true} ] }"),
            "{\"a\":[2e+3,\"\\u4e2d\\/ x\",{\"A\":true,\"z\":null}],\"b\":1.00}");
  EXPECT_EQ(sorted("-0.5"), "-0.5");
  EXPECT_EQ(sorted("{}"), "{}");
  EXPECT_EQ(sorted("[]"), "[]");
}

TEST(SignedJson, replaces_one_string_only) {
  constexpr std::string_view text =
      R"({"signature":{"sigtim":"t","sigdat":"abc"},"sigdat":"x","response":{"sigdat":"y"}})";
  const auto read = SignedJson::parse(text);
  ASSERT_TRUE(read);
  std::string out;
  read->write_sorted(out, "signature", "sigdat", R"("__signature_sigdat__")");
  EXPECT_EQ(out,
            R"({"response":{"sigdat":"y"},"sigdat":"x","signature":{"sigdat":"__signature_sigdat__","sigtim":"t"}})");
}

TEST(SignedJson, is_asked_for_members_without_regard_to_case) {
  constexpr std::string_view text = R"({"errCod":"SUC0000","n":12,"list":[{"a":"1"},3,{"a":"\ud83d\ude00"}],"one":{}})";
  const auto read = SignedJson::parse(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->member_text("ERRCOD"), "SUC0000");
  EXPECT_EQ(read->member_text("n"), "12");
  EXPECT_EQ(read->member_text("list"), "");
  EXPECT_EQ(read->member("nobody"), nullptr);
  const auto records = read->records("LIST");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1]->member_text("a"), "\U0001F600");
  EXPECT_EQ(read->records("one").size(), 1U);
  EXPECT_TRUE(read->records("n").empty());
}

TEST(SignedJson, refuses_everything_else) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1,]",
                                      "[,1]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{\"a\":1}x",
                                      "01",
                                      "1.",
                                      ".5",
                                      "-",
                                      "+1",
                                      "1e",
                                      "nul",
                                      "True",
                                      "\"",
                                      "\"\\\"",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"a\nb\"",
                                      "\"\xff\"",
                                      "{\"a\":1,\"a\":2}",
                                      "{\"a\":1,\"\\u0061\":2}",
                                      "{\"a\":1,\"A\":2}"}) {
    EXPECT_FALSE(SignedJson::parse(text)) << text;
  }
  EXPECT_TRUE(SignedJson::parse(std::string(max_json_depth, '[') + std::string(max_json_depth, ']')));
  EXPECT_FALSE(SignedJson::parse(std::string(100'000, '[')));
  std::string many = "[0";
  for (std::size_t i = 0; i < max_json_values; ++i) {
    many += ",0";
  }
  EXPECT_FALSE(SignedJson::parse(many + "]"));
}

}  // namespace
}  // namespace yinxin::outside
