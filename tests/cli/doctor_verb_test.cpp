// yinxin doctor: looks and tells; only what the program itself computes wrongly makes it fail.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

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
    EXPECT_EQ(symptom.contains("mend"), !symptom.at("good").as_bool()) << "what is wrong has its mend";
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

TEST(DoctorVerb, LooksAtAnOffice) {
  const std::string data = (std::filesystem::temp_directory_path() / ("doctor_" + std::to_string(::getpid()))).string();
  const auto symptoms = [&] {
    const Ran told = run(std::string(YX_BINARY) + " doctor --json --data " + data);
    std::map<std::string, boost::json::object> all;
    const boost::json::value told_json = boost::json::parse(told.output);
    for (const auto& value : told_json.at("symptoms").as_array()) {
      all[std::string(value.at("id").as_string())] = value.as_object();
    }
    return all;
  };
  auto seen = symptoms();
  EXPECT_FALSE(seen.at("office").at("good").as_bool());
  EXPECT_FALSE(seen.contains("list_issuing")) << "there is nothing to look at";
  std::filesystem::create_directories(data + "/audit");
  std::ofstream(data + "/office.json") << "{}";
  std::ofstream(data + "/root.key") << "x";
  std::ofstream(data + "/audit/desk.log") << R"({"action":"domain.walls","object":"L1"})"
                                          << "\n"
                                          << R"({"action":"domain.walls","object":"L2"})"
                                          << "\n";
  seen = symptoms();
  EXPECT_TRUE(seen.at("office").at("good").as_bool());
  EXPECT_FALSE(seen.at("root_offline").at("good").as_bool());
  EXPECT_NE(seen.at("root_offline").at("mend").at("en").as_string().find("off line"), std::string::npos);
  EXPECT_FALSE(seen.at("list_roles").at("good").as_bool());
  EXPECT_TRUE(seen.at("last_level").at("good").as_bool());
  EXPECT_NE(seen.at("last_level").at("en").as_string().find("L2"), std::string::npos);
  std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace yinxin::cli_test
