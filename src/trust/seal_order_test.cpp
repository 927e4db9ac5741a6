// The order that goes from the vault to the seal maker's process.

#include "trust/seal_order.h"

#include <gtest/gtest.h>

namespace yinxin::trust {
namespace {

SealOrder order() {
  return {.bundle = {.snapshot = Bytes(3, 1),
                     .manifest = Bytes(2, 2),
                     .first_approval = Bytes(1, 3),
                     .second_approval = Bytes(4, 4),
                     .evidence = {Bytes(2, 5), Bytes(3, 6)}},
          .line = 7,
          .receipt = Bytes(5, 7),
          .owner = Bytes(6, 8),
          .picture = Bytes(7, 9)};
}

TEST(SealOrder, ComesBackAsItWent) {
  const SealOrder sent = order();
  const auto read = SealOrder::parse(sent.to_der());
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->to_der(), sent.to_der());
  EXPECT_EQ(read->bundle.evidence, sent.bundle.evidence);
  EXPECT_EQ(read->bundle.second_approval, sent.bundle.second_approval);
  EXPECT_EQ(read->line, 7);
  EXPECT_EQ(read->picture, sent.picture);
}

TEST(SealOrder, RefusesWhatIsNoneAndWhatIsTooMuch) {
  Bytes der = order().to_der();
  EXPECT_FALSE(SealOrder::parse(BytesView(der).first(der.size() - 1)));
  EXPECT_FALSE(SealOrder::parse(concat({der, bytes_of("x")})));
  der[4] = 2;  // SEQUENCE, length, INTEGER, length, version
  EXPECT_EQ(SealOrder::parse(der).error().code, ErrorCode::unsupported);
  SealOrder large = order();
  large.picture.resize(max_statement_size + 1);
  EXPECT_EQ(SealOrder::parse(large.to_der()).error().code, ErrorCode::invalid_input);
  SealOrder many = order();
  many.bundle.evidence.resize(max_evidence + 1);
  EXPECT_EQ(SealOrder::parse(many.to_der()).error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace yinxin::trust
