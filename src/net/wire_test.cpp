// Bodies of edges: what is written is read back, and nothing else is read.

#include "net/wire.h"

#include <gtest/gtest.h>

#include <limits>

namespace yinxin::net {

enum class Colour : std::uint8_t { red, green };
template <>
struct WireChoices<Colour> : Choices<2> {};

namespace {

struct Inner {
  std::string name;
  std::int64_t fen = 0;
};
struct Outer {
  bool yes = false;
  std::uint32_t small = 0;
  Colour colour = Colour::red;
  Instant at{};
  Bytes octets;
  std::array<std::uint8_t, 4> four{};
  std::optional<Inner> inner{};
  std::vector<Inner> list{};
  std::map<std::string, std::string> names{};
};

Outer filled() {
  return {.yes = true,
          .small = 7,
          .colour = Colour::green,
          .at = from_unix_ms(-1),
          .octets = {0, 255},
          .four = {1, 2, 3, 4},
          .inner = Inner{.name = "印信", .fen = std::numeric_limits<std::int64_t>::min()},
          .list = {{"a", 1}, {"b", -1}},
          .names = {{"one", "1"}, {"two", "2"}}};
}

TEST(Wire, WhatIsWrittenIsReadBack) {
  const Bytes body = to_body(filled());
  const Outer read = from_body<Outer>(body).value();
  EXPECT_EQ(to_body(read), body);
  EXPECT_EQ(read.inner->name, "印信");
  EXPECT_EQ(read.inner->fen, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read.colour, Colour::green);
  EXPECT_EQ(to_unix_ms(read.at), -1);
  EXPECT_EQ(read.names.at("two"), "2");
  EXPECT_EQ(to_body(from_body<Outer>(to_body(Outer{})).value()), to_body(Outer{}));
}

TEST(Wire, EveryTruncationAndEveryTailIsRefused) {
  const Bytes body = to_body(filled());
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(from_body<Outer>(BytesView(body).first(size)).error().code, ErrorCode::corrupt) << size;
  }
  Bytes longer = body;
  longer.push_back(0);
  EXPECT_FALSE(from_body<Outer>(longer));
}

TEST(Wire, OneFormOnly) {
  EXPECT_TRUE(from_body<bool>(Bytes{1}));
  EXPECT_FALSE(from_body<bool>(Bytes{2}));
  EXPECT_FALSE(from_body<Colour>(Bytes{2}));
  EXPECT_FALSE(from_body<std::optional<bool>>(Bytes{2, 1}));
  EXPECT_FALSE(from_body<std::uint32_t>(to_body(std::uint64_t{1} << 32U))) << "it does not fit";
  EXPECT_FALSE(from_body<std::uint32_t>(to_body(std::int64_t{-1})));
  EXPECT_EQ(from_body<std::int32_t>(to_body(std::int64_t{-5})).value(), -5);
  EXPECT_FALSE(from_body<std::string>(to_body(Bytes{0xff}))) << "no UTF-8";
  using Names = std::map<std::string, bool>;
  const Bytes twice = to_body(std::tuple<Names>({{"a", true}}));
  Bytes repeated = {0, 0, 0, 2};
  append(repeated, BytesView(twice).subspan(4));
  append(repeated, BytesView(twice).subspan(4));
  EXPECT_FALSE(from_body<Names>(repeated)) << "a name twice";
}

TEST(Wire, NoMemoryIsHadForAPromise) {
  EXPECT_FALSE(from_body<Bytes>(Bytes{0xff, 0xff, 0xff, 0xff, 1}));
  EXPECT_FALSE(from_body<std::vector<std::string>>(Bytes{0xff, 0xff, 0xff, 0xff, 1}));
}

// A way that asks what hears it, in one process.
struct Straight {
  std::function<Result<Bytes>(BytesView)> hearer;
  Result<Bytes> call(std::uint16_t /*verb*/, BytesView body) { return hearer(body); }
};

TEST(Wire, AskAndHearMeet) {
  Straight way{hear<std::string, std::int64_t>([](const std::string& name, std::int64_t fen) -> Result<Inner> {
    return Inner{name + "!", fen + 1};
  })};
  const Inner answer = ask<Inner>(way, 1, std::string("a"), std::int64_t{1}).value();
  EXPECT_EQ(answer.name, "a!");
  EXPECT_EQ(answer.fen, 2);
  EXPECT_EQ(ask<Inner>(way, 1, std::string("a")).error().code, ErrorCode::corrupt);
  EXPECT_FALSE(ask<Outer>(way, 1, std::string("a"), std::int64_t{1}));
  Straight refusing{hear<>([]() -> Result<void> { return fail(ErrorCode::forbidden, "no"); })};
  EXPECT_EQ(ask<void>(refusing, 1).error().code, ErrorCode::forbidden);
  Straight silent{hear<>([]() -> Result<void> { return {}; })};
  EXPECT_TRUE(ask<void>(silent, 1));
}

}  // namespace
}  // namespace yinxin::net
