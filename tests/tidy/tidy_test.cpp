// The rules of the house over this very tree. That each rule can find anything is shown in tidy_proof_test.cpp.

#include <gtest/gtest.h>

#include "rules.h"

namespace yinxin::tidy {
namespace {

const Tree& house() {
  static const Tree tree = Tree::load(YX_ROOT);
  return tree;
}

void expect_none(const Findings& findings) {
  for (const Finding& finding : findings) {
    ADD_FAILURE() << finding.where << ": " << finding.what;
  }
}

TEST(House, HasFilesToLookAt) {
  EXPECT_NE(house().find("src/base/result.h"), nullptr);
  EXPECT_GE(house().rooms().size(), 15U);
}
TEST(House, RoomsIncludeOnlyWhatTheyMayKnow) { expect_none(includes_outside_may_know(house())); }
TEST(House, ForeignHeadersStayBehindTheirWall) { expect_none(foreign_headers_out_of_place(house())); }
TEST(House, EveryRoomSaysWhatItIsAndWhomItMayKnow) { expect_none(rooms_without_may_know_or_readme(house())); }
TEST(House, MayKnowFollowsThePicture) { expect_none(may_know_against_the_picture(house())); }
TEST(House, EveryTestIsCounted) { expect_none(tests_made_without_yinxin_test(house())); }
TEST(House, NoFileOutgrowsAVisit) { expect_none(over_long_files(house())); }
TEST(House, NoFunctionOutgrowsAScreen) { expect_none(over_long_functions(house())); }
TEST(House, IsFormatted) { expect_none(badly_formatted(house())); }
TEST(House, MoneyIsNeverFloatingPoint) { expect_none(money_in_floating_point(house())); }
TEST(House, NoTestSleeps) { expect_none(tests_that_sleep(house())); }
TEST(House, NoTestIsWithoutAssertion) { expect_none(tests_without_assertion(house())); }
TEST(House, SaysNoBannedWord) { expect_none(banned_words(house())); }
TEST(House, NamesNobodysMachine) { expect_none(machine_paths(house())); }
TEST(House, TracksNoBigFile) { expect_none(over_big_files(house())); }
TEST(House, LinksLeadSomewhere) { expect_none(broken_links(house())); }
TEST(House, GlossaryHasOneWordForOneThing) { expect_none(glossary_mistakes(house())); }
TEST(House, EveryRequirementIsListedOnceWithARealTest) { expect_none(requirement_mistakes(house())); }
TEST(House, StandardsNameRealFilesAndTests) { expect_none(standards_mistakes(house())); }
TEST(House, EveryCheckAndEveryReceiptFailsInAJourney) { expect_none(checks_that_never_fail(house())); }
TEST(House, TheContractNamesEveryRouteAndNoOther) { expect_none(contract_mistakes(house())); }

}  // namespace
}  // namespace yinxin::tidy
