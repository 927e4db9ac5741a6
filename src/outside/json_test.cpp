#include "outside/json.h"

#include <gtest/gtest.h>

namespace yinxin::outside {
namespace {

TEST(Json, GivesWhatIsThereAndNothingForWhatIsNot) {
  const auto read = Json::parse(bytes_of(R"({"a":"words","n":12,"t":true,"l":[{"x":"1"},null,3],"o":{"z":null}})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text("a"), "words");
  EXPECT_EQ(read->text("n"), "12");
  EXPECT_EQ(read->text("t"), "true");
  EXPECT_EQ(read->text("l"), "");
  EXPECT_TRUE(read->at("o").at("z").is_null());
  EXPECT_TRUE(read->at("missing").at("deeper").is_null());
  const auto items = read->at("l").items();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].text("x"), "1");
  EXPECT_TRUE(items[1].is_null());
  EXPECT_EQ(items[2].text(), "3");
  EXPECT_TRUE(read->items().empty());
}

TEST(Json, RefusesWhatIsNone) {
  EXPECT_EQ(Json::parse(bytes_of("{\"a\":")).error().code, ErrorCode::corrupt);
  EXPECT_EQ(Json::parse(bytes_of(std::string(100, '['))).error().code, ErrorCode::corrupt);
  EXPECT_EQ(Json::parse(bytes_of("<html>")).error().code, ErrorCode::corrupt);
}

TEST(ToldCode, CarriesNoPersonsData) {
  EXPECT_EQ(told_code("isv.BUSINESS_LIMIT_CONTROL"), "isv.BUSINESS_LIMIT_CONTROL");
  EXPECT_EQ(told_code("张三 440300"), "a code of its own");
  EXPECT_EQ(told_code(""), "a code of its own");
  EXPECT_EQ(told_code(std::string(65, 'a')), "a code of its own");
}

}  // namespace
}  // namespace yinxin::outside
