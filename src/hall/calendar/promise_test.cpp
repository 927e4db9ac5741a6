#include "hall/calendar/promise.h"

#include <gtest/gtest.h>

namespace yinxin::hall {
namespace {

constexpr ServiceLimits limits{.review_working_days = 1, .shipping_working_days = 3};

TEST(Promise, ReviewIsCountedFromSubmissionAndShippingFromApproval) {
  const WorkingDays days;
  const Instant friday = from_rfc3339("2026-11-20T09:50:00Z").value();
  const auto review =
      promised_by(CaseState::awaiting_payment, CaseState::awaiting_acceptance, {}, limits, days, friday);
  ASSERT_TRUE(review);
  EXPECT_EQ(to_beijing_date(*review), "2026年11月23日");
  const Instant monday = friday + std::chrono::days(3);
  // The second officer has what is left of it.
  EXPECT_EQ(promised_by(CaseState::awaiting_acceptance, CaseState::awaiting_review, review, limits, days, monday),
            review);
  const auto shipping = promised_by(CaseState::awaiting_review, CaseState::approved, review, limits, days, monday);
  ASSERT_TRUE(shipping);
  EXPECT_EQ(to_beijing_date(*shipping), "2026年11月26日");
  EXPECT_EQ(promised_by(CaseState::approved, CaseState::in_production, shipping, limits, days, monday), shipping);
  EXPECT_EQ(promised_by(CaseState::ready, CaseState::shipped, shipping, limits, days, monday), std::nullopt);
}

TEST(Promise, NothingIsOwedWhileItIsTheRequestersTurnAndACorrectionCountsAnew) {
  const WorkingDays days;
  const Instant friday = from_rfc3339("2026-11-20T09:50:00Z").value();
  const Instant later = friday + std::chrono::days(10);
  const Instant first = friday + std::chrono::days(3);
  EXPECT_EQ(promised_by(CaseState::awaiting_acceptance, CaseState::returned, first, limits, days, friday),
            std::nullopt);
  const auto again = promised_by(CaseState::returned, CaseState::awaiting_acceptance, {}, limits, days, later);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_beijing_date(*again), "2026年12月01日");
  EXPECT_EQ(promised_by(CaseState::awaiting_payment, CaseState::awaiting_acceptance, {}, {}, days, friday),
            std::nullopt)
      << "a programme that promises nothing";
}

}  // namespace
}  // namespace yinxin::hall
