#include "pin/draw.h"

#include <gtest/gtest.h>

#include "crypto/asn1/der.h"
#include "pin/life.h"

namespace yinxin::pin {
namespace {

TEST(Draw, PinsAreReadableAndDifferent) {
  SystemRandom random;
  const auto first = draw_pin(random);
  EXPECT_EQ(first.size(), pin_characters);
  EXPECT_EQ(first.expose_text().find_first_not_of(pin_alphabet), std::string_view::npos);
  EXPECT_FALSE(first.equals(draw_pin(random)));
  EXPECT_EQ(pin_alphabet.find_first_of("01IO"), std::string_view::npos);
}

TEST(Draw, ActivationSecretsAreEightDigitsWithoutRuns) {
  SeededRandom random(7);
  for (int n = 0; n < 2000; ++n) {
    const auto drawn = draw_activation_secret(random);
    ASSERT_EQ(drawn.size(), secret_digits);
    ASSERT_EQ(drawn.expose_text().find_first_not_of("0123456789"), std::string_view::npos);
    ASSERT_FALSE(has_run(drawn.expose_text()));
  }
  for (const char* bad : {"12395867", "91110254", "50976543", "12121212", "40218999", "00000000"}) {
    EXPECT_TRUE(has_run(bad)) << bad;
  }
  EXPECT_FALSE(has_run("13579024"));
}

TEST(Life, NoTwoRowsSayDifferentThingsAndTheEndsHaveNoExit) {
  for (const TokenMove& move : token_moves) {
    EXPECT_EQ(next(move.from, move.on), move.to);
    EXPECT_NE(move.from, TokenState::activated);
  }
  for (const SecretMove& move : secret_moves) {
    EXPECT_EQ(next(move.from, move.on), move.to);
    EXPECT_NE(move.from, SecretState::spent);
    EXPECT_FALSE(move.on == OrderKind::draw_secret &&
                 (move.from == SecretState::drawn || move.from == SecretState::delivered));
  }
}

TEST(Messages, EveryCutAndEveryOtherEncodingIsRefused) {
  SystemRandom random;
  const auto key = crypto::Sm2PrivateKey::generate(random);
  Order order{{1}, OrderKind::draw_for_keying, "C1/1", "K-1", {1, 2}, key.public_key()};
  const Bytes der = order.to_der();
  EXPECT_EQ(Order::parse(der).value().to_der(), der);
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(Order::parse(BytesView(der).first(size)));
  }
  EXPECT_FALSE(Order::parse(concat({der, Bytes{0}})));
  for (const char* line : {"", "a b", "\n", "12345678901234567890123456789012345678901234567890123456789012345"}) {
    order.line = line;
    EXPECT_FALSE(Order::parse(order.to_der())) << line;
  }
}

TEST(Messages, SecretsHaveOneEncodingAndACounterOf32Bits) {
  Secrets secrets;
  secrets.so_counter = 0xffffffff;
  secrets.initial_pin = SecretBytes(Bytes(8, '7'));
  const SecretBytes der = secrets.to_der();
  const auto again = Secrets::parse(der.expose());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->so_counter, 0xffffffff);
  const auto with_counter = [](std::int64_t counter) {
    return asn1::sequence([&](asn1::Writer& out) { out.integer(1).integer(counter); });
  };
  EXPECT_TRUE(Secrets::parse(with_counter(1)));
  EXPECT_FALSE(Secrets::parse(with_counter(0x1'0000'0001))) << "is not counter 1";
  EXPECT_FALSE(Secrets::parse(*from_hex("308106020101020101"))) << "a length in another form";
}

}  // namespace
}  // namespace yinxin::pin
