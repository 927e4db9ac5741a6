// yinxin doctor: looks and tells; only what the program itself computes wrongly makes it fail.

#include <unistd.h>

#include "cage/means.h"
#include "cli.h"

namespace yinxin::cli_test {
namespace {

TEST(DoctorVerb, TellsTheLevelAndWhatIsThere) {
  const Ran told = run(std::string(YX_BINARY) + " doctor --json");
  ASSERT_EQ(told.status, 0) << told.output;
  const auto json = boost::json::parse(told.output).as_object();
  EXPECT_EQ(json.at("default_level").as_string(), !cage::means_here().suffice() ? "L0"
                                                  : ::geteuid() == 0            ? "L2"
                                                                                : "L1");
  const cage::Means means = cage::means_here();
  std::size_t seen = 0;
  for (const auto& value : json.at("symptoms").as_array()) {
    const auto& symptom = value.as_object();
    EXPECT_FALSE(symptom.at("zh").as_string().empty());
    EXPECT_FALSE(symptom.at("en").as_string().empty());
    const auto& id = symptom.at("id").as_string();
    if (id == "sm3" || id == "soft_token") {
      EXPECT_TRUE(symptom.at("good").as_bool()) << id;
      ++seen;
    }
    if (id == "level_1" || id == "landlock") {
      EXPECT_EQ(symptom.at("good").as_bool(), means.suffice()) << id;
      ++seen;
    }
    if (id == "level_2") {
      EXPECT_EQ(symptom.at("good").as_bool(), means.suffice() && geteuid() == 0);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 5U);
  const Ran text = run(std::string(YX_BINARY) + " doctor");
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.output.find("仅供演示"), std::string::npos) << text.output;
}

}  // namespace
}  // namespace yinxin::cli_test
