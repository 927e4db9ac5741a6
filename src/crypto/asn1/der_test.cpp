#include "crypto/asn1/der.h"

#include <gtest/gtest.h>

namespace yinxin::asn1 {
namespace {

Bytes hex(std::string_view text) { return *from_hex(text); }

TEST(ObjectId, GoesBetweenTextAndOctets) {
  for (const auto& [dotted, octets] :
       {std::pair{"1.2.156.10197.1.501", "2a811ccf55018375"},
        {"2.5.29.15", "551d0f"},
        {"2.100.3", "813403"},
        {"2.25.329800735698586629295641978511506172918", "698389e8a7d5a2c1e4b1b1e5a0c0a4b3c5b6f6"}}) {
    const auto id = ObjectId::parse(dotted);
    ASSERT_TRUE(id) << dotted;
    if (std::string_view(dotted).size() < 30) {
      EXPECT_EQ(to_hex(id->content()), octets);
    }
    EXPECT_EQ(id->dotted(), dotted);
    EXPECT_EQ(*ObjectId::from_content(id->content()), *id);
  }
  for (const char* wrong : {"", "1", "3.1", "1.40.1", "1..2", "1.2.", "1.02", "a.b", "1.2.-3"}) {
    EXPECT_FALSE(ObjectId::parse(wrong)) << wrong;
  }
  EXPECT_FALSE(ObjectId::from_content(hex("2a80")));
  EXPECT_FALSE(ObjectId::from_content(hex("2a8001")));
  EXPECT_FALSE(ObjectId::from_content({}));
}

TEST(Reader, RefusesWhatIsNotDefiniteShortestAndWhole) {
  for (const char* wrong :
       {"", "30", "3080000000", "308100", "30810101", "3082000101", "3002", "1f8101", "30850000000001", "020100ff"}) {
    EXPECT_FALSE(whole_element(hex(wrong))) << wrong;
  }
  EXPECT_TRUE(whole_element(hex("3000")));
  EXPECT_EQ(*element_size(hex("3003020101000000")), 5U);
}

TEST(Reader, SaysWhereItStopped) {
  const Bytes der = hex("3006020101020102");
  Reader outer(der);
  Reader inside = *outer.sequence();
  EXPECT_EQ(*inside.small_integer(), 1);
  const auto wrong = inside.octet_string();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().detail, "expected tag 04 at byte 5");
}

TEST(Reader, StopsAtTooDeepNesting) {
  Bytes nested;
  for (int i = 0; i < 60; ++i) {
    nested = sequence([&](Writer& w) { w.raw(nested); });
  }
  Reader reader(nested);
  int depth = 0;
  for (;; ++depth) {
    auto inside = reader.sequence();
    if (!inside) {
      break;
    }
    reader = *inside;
  }
  EXPECT_EQ(depth, static_cast<int>(max_depth) - 1);
}

TEST(ObjectIds, OfTheLargestArcsHaveATextThatIsReadAgain) {
  Bytes largest(18, 0xff);
  largest.push_back(0x7f);
  const auto first = ObjectId::from_content(largest);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->dotted(), "2.10889035741470030830827987437816582766511");  // 2^133 - 1 - 80
  const auto later = ObjectId::from_content(concat({Bytes{0x69}, largest}));
  ASSERT_TRUE(later);
  EXPECT_EQ(later->dotted(), "2.25.10889035741470030830827987437816582766591");
  for (const auto& id : {*first, *later}) {
    const auto again = ObjectId::parse(id.dotted());
    ASSERT_TRUE(again) << id.dotted();
    EXPECT_EQ(*again, id);
  }
  EXPECT_FALSE(ObjectId::parse("2.25.10889035741470030830827987437816582766592")) << "needs a twentieth octet";
  EXPECT_FALSE(ObjectId::parse("2.10889035741470030830827987437816582766512"));
}

TEST(Reader, ReadsIntegersStrictly) {
  const auto read = [](std::string_view text, std::size_t size) {
    const Bytes der = hex(text);
    return Reader(der).unsigned_integer(size);
  };
  EXPECT_EQ(to_hex(*read("020200ff", 1)), "ff");
  EXPECT_EQ(to_hex(*read("020105", 4)), "00000005");
  EXPECT_EQ(to_hex(*read("020100", 1)), "00");
  for (const char* wrong : {"0201ff", "0202007f", "02020100", "0200", "020300ffff"}) {
    EXPECT_FALSE(read(wrong, 1)) << wrong;
  }
}

TEST(Reader, RefusesIntegersThatAreNotInTheirShortestForm) {
  for (const char* wrong : {"02020001", "0202ff80", "02080000000000000001", "0200"}) {
    const Bytes der = hex(wrong);
    EXPECT_FALSE(Reader(der).integer()) << wrong;
  }
  const Bytes minus = hex("02020080");
  EXPECT_EQ(to_hex(*Reader(minus).integer()), "0080");
}

TEST(Times, ReadBothFormsAndTheYearPivot) {
  const auto read = [](std::string_view tag, std::string_view text) {
    Bytes der = hex(tag);
    der.push_back(static_cast<std::uint8_t>(text.size()));
    append(der, bytes_of(text));
    return Reader(der).time();
  };
  EXPECT_EQ(to_rfc3339(*read("17", "491231235959Z")), "2049-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339(*read("17", "500101000000Z")), "1950-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*read("18", "20530101000000Z")), "2053-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*read("18", "20200125073156.377Z")), "2020-01-25T07:31:56.377Z");
  EXPECT_EQ(to_rfc3339(*read("17", "200101080000+0800")), "2020-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*read("18", "99991231235959Z")), "9999-12-31T23:59:59Z");
  EXPECT_FALSE(read("18", "99991231235959-0001")) << "is in the year 10000, which no time can be written in";
  EXPECT_FALSE(read("18", "00000101000000+0001"));
  for (const char* wrong : {"4912312359Z", "491301000000Z", "491231235959", "", "4912312359591Z"}) {
    EXPECT_FALSE(read("17", wrong)) << wrong;
  }
}

TEST(Writer, WritesShortestFormsAndSortsSets) {
  Writer w;
  w.integer(0).integer(127).integer(128).integer(-1).integer(-129).boolean(true).named_bits(0b11).named_bits(0b1100000);
  EXPECT_EQ(to_hex(w.bytes()),
            "0201000201"
            "7f02020080"
            "0201ff"
            "0202ff7f"
            "0101ff"
            "030206c0"
            "03020106");
  Writer set;
  set.set_of([](Writer& inside) { inside.integer(300).integer(2).octet_string({}); });
  EXPECT_EQ(to_hex(set.bytes()),
            "3109"
            "020102"
            "0202012c"
            "0400");
  const Bytes long_content(300, 1);
  Writer octets;
  octets.octet_string(long_content);
  EXPECT_EQ(to_hex(BytesView(octets.bytes()).first(4)), "0482012c");
  EXPECT_EQ(to_hex(Writer().unsigned_integer(hex("000080")).bytes()), "02020080");
  EXPECT_EQ(to_hex(Writer().unsigned_integer(hex("0000")).bytes()), "020100");
}

TEST(Strings, BecomeUtf8OrAreRefused) {
  const auto read = [](std::string_view text) {
    const Bytes der = hex(text);
    return Reader(der).text();
  };
  EXPECT_EQ(*read("0c06e58db0e4bfa1"), "印信");
  EXPECT_EQ(*read("1e045370"
                  "4fe1"),
            "印信");
  EXPECT_EQ(*read("1c0400005370"), "印");
  EXPECT_EQ(*read("1401e9"), "é");
  for (const char* wrong : {"0c02c080", "0c03eda080", "0c01ff", "1e0153", "1e02d800", "0c04f4908080",
                            "0201"
                            "41"}) {
    EXPECT_FALSE(read(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace yinxin::asn1
