#include "view/wire.h"

#include <gtest/gtest.h>

#include "crypto/asn1/der.h"
#include "view/limits.h"
#include "view/test_sheet.h"

namespace yinxin::view {
namespace {

Answer drawn_answer() {
  Answer answer = answer_for(document_of({}), 2);
  EXPECT_EQ(answer.outcome, Outcome::drawn);
  answer.picture.not_shown = 7;
  answer.picture.has_other_fonts = true;
  answer.picture.seals = {{.signature = 3, .box = {-1.5, 2.25, 40, 41.125}, .is_drawn = true}};
  return answer;
}

TEST(Answer, IsReadAsItWasWritten) {
  const Answer answer = drawn_answer();
  const auto again = answer_of_wire(to_wire(answer));
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->picture.pages, 2U);
  EXPECT_EQ(again->picture.page, 2U);
  EXPECT_EQ(again->picture.width_mm, 148);
  EXPECT_EQ(again->picture.not_shown, 7U);
  EXPECT_TRUE(again->picture.has_other_fonts);
  ASSERT_EQ(again->picture.seals.size(), 1U);
  EXPECT_EQ(again->picture.seals[0].box.x, -1.5);
  EXPECT_EQ(again->picture.seals[0].box.height, 41.125);
  EXPECT_EQ(text_of(again->picture.png), text_of(answer.picture.png));
  EXPECT_EQ(text_of(to_wire(*again)), text_of(to_wire(answer)));
}

TEST(Answer, SaysWhyThereIsNoPicture) {
  EXPECT_EQ(answer_for(to_bytes(bytes_of("x")), 1).outcome, Outcome::no_pages);
  EXPECT_EQ(answer_for(document_of({}), 9).outcome, Outcome::no_such_page);
  const Answer refused = answer_for(to_bytes(bytes_of("PK no package")), 1);
  EXPECT_EQ(refused.outcome, Outcome::unreadable);
  EXPECT_EQ(answer_of_wire(to_wire(refused))->outcome, Outcome::unreadable);
}

// A process that was taken over can lie about what it saw, and nothing else.
TEST(Answer, NumbersOutOfRangeAreRefused) {
  const std::vector<std::function<void(PagePicture&)>> lies{
      [](PagePicture& p) { p.page = 3; },
      [](PagePicture& p) { p.page = 0; },
      [](PagePicture& p) { p.pages = 2'000'000'000; },
      [](PagePicture& p) { p.width_mm = -5; },
      [](PagePicture& p) { ++p.width_px; },
      [](PagePicture& p) { p.height_px = 100'000; },
      [](PagePicture& p) { p.seals[0].signature = 0; },
      [](PagePicture& p) { p.seals[0].box.width = -1; },
      [](PagePicture& p) { p.seals.assign(max_seals_on_page + 1, p.seals[0]); },
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    Answer answer = drawn_answer();
    lies[i](answer.picture);
    EXPECT_FALSE(answer_of_wire(to_wire(answer))) << i;
  }
}

Bytes chunk(std::string_view type, const Bytes& content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  Bytes out{static_cast<std::uint8_t>(size >> 24U), static_cast<std::uint8_t>(size >> 16U),
            static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size)};
  append(out, bytes_of(type));
  append(out, content);
  append(out, Bytes{0, 0, 0, 0});
  return out;
}

TEST(Answer, APngWithMoreThanPixelsIsRefused) {
  constexpr std::size_t after_header = 33;
  const Bytes plain = drawn_answer().picture.png;
  const auto accepted = [](Bytes png) {
    Answer answer = drawn_answer();
    answer.picture.png = std::move(png);
    return answer_of_wire(to_wire(answer)).has_value();
  };
  ASSERT_TRUE(accepted(plain));
  for (const char* type : {"tEXt", "iCCP", "PLTE", "acTL", "eXIf", "IHDR"}) {
    Bytes more = plain;
    const Bytes added = chunk(type, {1, 2, 3});
    more.insert(more.begin() + after_header, added.begin(), added.end());
    EXPECT_FALSE(accepted(more)) << type;
  }
  Bytes tail = plain;
  append(tail, bytes_of("<script>"));
  EXPECT_FALSE(accepted(tail));
  EXPECT_FALSE(accepted({plain.begin(), plain.end() - 12})) << "no end";
  EXPECT_FALSE(accepted({plain.begin(), plain.begin() + 20}));
  EXPECT_FALSE(accepted(to_bytes(bytes_of("\xFF\xD8\xFF jpeg"))));
  EXPECT_FALSE(accepted({}));
  Bytes palette = plain;
  palette[25] = 3;
  EXPECT_FALSE(accepted(palette));
}

TEST(Answer, NonsenseIsRefused) {
  EXPECT_FALSE(answer_of_wire({}));
  EXPECT_FALSE(answer_of_wire(bytes_of("nonsense")));
  Bytes longer = to_wire(drawn_answer());
  longer.push_back(0);
  EXPECT_FALSE(answer_of_wire(longer));
  const auto told = [](std::int64_t version, std::int64_t outcome) {
    return asn1::sequence([&](asn1::Writer& out) { out.integer(version).integer(outcome); });
  };
  EXPECT_TRUE(answer_of_wire(told(1, 1)));
  EXPECT_FALSE(answer_of_wire(told(1, 0))) << "drawn, and no picture";
  EXPECT_FALSE(answer_of_wire(told(1, 4)));
  EXPECT_FALSE(answer_of_wire(told(2, 1)));
}

}  // namespace
}  // namespace yinxin::view
