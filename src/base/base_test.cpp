#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/secret_bytes.h"

namespace yinxin {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) {
    return fail(ErrorCode::invalid_input, "odd");
  }
  return n / 2;
}
Result<int> quarter(int n) {
  YX_TRY(const int once, half(n));
  YX_TRY(const int twice, half(once));
  return twice;
}

TEST(Result, HandsTheFirstErrorToTheCaller) {
  EXPECT_EQ(*quarter(12), 3);
  const Result<int> bad = quarter(6);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(within("reading", bad.error()).describe(), "invalid_input: reading; because invalid_input: odd");
}

TEST(ResultDeathTest, StopsTheProcessWhenAnErrorIsTakenForAValue) {
  EXPECT_DEATH({ [[maybe_unused]] const int n = *half(1); }, "broken promise: value\\(\\) of a failed Result.*odd");
}

TEST(Bytes, HexAndBase64GoRoundAndRefuseRubbish) {
  SeededRandom random(7);
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes bytes = random.bytes(size);
    EXPECT_EQ(*from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(*from_base64(to_base64(bytes)), bytes);
  }
  EXPECT_EQ(to_base64(bytes_of("any carnal pleas")), "YW55IGNhcm5hbCBwbGVhcw==");
  for (const char* rubbish : {"A", "AA=", "AA===", "A=A=", "****", "AAAA=", "QR==", "QUJ=", "QQ"}) {
    const bool fine = std::string_view(rubbish) == "QQ";  // padding may be missing, never wrong
    EXPECT_EQ(from_base64(rubbish).has_value(), fine) << rubbish;
  }
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("zz"));
}

TEST(SecretBytes, CannotBeCopiedOrPrinted) {
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
  static_assert(!std::is_copy_assignable_v<SecretBytes>);
  SecretBytes a(bytes_of("hush"));
  SecretBytes b = std::move(a);
  EXPECT_EQ(b.expose_text(), "hush");
  EXPECT_TRUE(b.equals(b.clone()));
  EXPECT_FALSE(b.equals(SecretBytes(bytes_of("hash"))));
}

TEST(Time, ReadsWhatItWritesAndKnowsTheCalendar) {
  const Instant at = *from_rfc3339("2026-02-28T16:00:01.250+08:00");
  EXPECT_EQ(to_rfc3339(at), "2026-02-28T08:00:01.250Z");
  EXPECT_FALSE(from_rfc3339("9999-12-31T23:59:59-00:01")) << "is in the year 10000";
  EXPECT_FALSE(from_rfc3339("0000-01-01T00:00:00+00:01"));
  EXPECT_EQ(to_rfc3339(whole_seconds(at)), "2026-02-28T08:00:01Z");
  EXPECT_EQ(to_beijing_text(*from_rfc3339("2026-11-20T16:30:00Z")), "2026-11-21 00:30:00");
  EXPECT_EQ(to_beijing_date(*from_rfc3339("2026-11-20T16:30:00Z")), "2026年11月21日");
  for (const char* wrong : {"2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01", "",
                            "2026-01-01T00:00:00", "2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00.Z"}) {
    EXPECT_FALSE(from_rfc3339(wrong)) << wrong;
  }
}

TEST(Random, BelowIsUniformEnoughAndNeverTouchesItsBound) {
  SeededRandom random(1);
  std::array<int, 10> seen{};
  for (int i = 0; i < 10000; ++i) {
    ++seen[random.below(10)];
  }
  for (const int count : seen) {
    EXPECT_NEAR(count, 1000, 150);
  }
}

}  // namespace
}  // namespace yinxin
