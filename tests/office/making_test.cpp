// What the making of a line asks of people's input: application files, PINs that holders choose.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "hall/programme/needs.h"
#include "terminal/activation.h"
#include "terminal/files.h"
#include "yinxin/office/application_file.h"

namespace yinxin::office {
namespace {

namespace fs = std::filesystem;

const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();

hall::programme::Programme programme(const std::string& code = "sz-works") {
  const std::string file = YX_SOURCE_DIR "/programmes/" + code + ".yaml";
  return *hall::programme::check(text_of(*cli::read_file(file)), file).programme;
}

constexpr const char* good = R"json({
  "number": "YX202611210000017", "channel": "online", "delivery": "courier", "received_fen": 20000,
  "unit": { "name": "甲公司", "uscc": "91370100724250187M", "state": "广东省", "locality": "深圳市", "address": "某路" },
  "legal_representative": { "name": "李四", "resident_id": "110105199003070092", "mobile": "13800138001" },
  "requester": { "name": "张三", "resident_id": "110105199003070076", "mobile": "13800138000" },
  "lines": [ { "business": "new", "kind": "organization", "years": 1,
               "seal": { "material": "impression_sheet", "width_mm": 40, "height_mm": 40, "name": "公章" } } ],
  "materials": { "application_form": "scan", "licence": "scan",
                 "impression_sheet": { "original": "scan", "rendition": "picture" } } })json";

class ApplicationFile : public ::testing::Test {
 protected:
  ApplicationFile() : folder_(fs::temp_directory_path() / ("application_test_" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "scan") << "scan";
    std::ofstream(folder_ / "picture") << "picture";
  }
  ~ApplicationFile() override { fs::remove_all(folder_); }
  Result<hall::Submission> read(const std::string& json) {
    return read_application(bytes_of(json), folder_.string(), programme(), {}, moment);
  }
  static std::string with(const std::string& from, const std::string& to) {
    std::string json = good;
    const auto at = json.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return json.replace(at, from.size(), to);
  }
  fs::path folder_;
};

TEST_F(ApplicationFile, BecomesASubmissionPricedByItsProgramme) {
  const auto submission = read(good);
  ASSERT_TRUE(submission) << submission.error().describe();
  const auto shot = trust::Snapshot::parse(submission->snapshot).value();
  EXPECT_EQ(shot.money.due_fen, 20000);
  EXPECT_TRUE(submission->progress.paid);
  EXPECT_TRUE(submission->needs.identity);
  EXPECT_TRUE(submission->needs.delivery);
  EXPECT_EQ(submission->needs.gate, hall::PaymentGate::submit);
  EXPECT_EQ(shot.lines[0].seal->picture_hash, crypto::sm3(bytes_of("picture")));
  EXPECT_FALSE(read(with("\"received_fen\": 20000", "\"received_fen\": 19999"))->progress.paid);
}

TEST_F(ApplicationFile, SaysWhichFieldIsWrongWithoutRepeatingIt) {
  const std::tuple<const char*, const char*, const char*> mistakes[] = {
      {"110105199003070076", "110105199003070077", "requester.resident_id"},
      {"91370100724250187M", "913701007242501870", "unit.uscc"},
      {"\"13800138001\"", "\"23800138001\"", "legal_representative.mobile"},
      {"\"name\": \"甲公司\"", "\"nome\": \"甲公司\"", "unit.name"},
      {"\"licence\": \"scan\",", "", "materials.licence"},
      {"\"original\": \"scan\",", "", "materials.impression_sheet"},
      {"\"material\": \"impression_sheet\"", "\"material\": \"licence_2\"", "seal.material"},
      {"\"lines\": [", "\"rows\": [", "lines"},
      {"\"received_fen\": 20000", "\"received_fen\": -1", "received_fen"},
  };
  for (const auto& [from, to, field] : mistakes) {
    const auto refused = read(with(from, to));
    ASSERT_FALSE(refused) << field;
    EXPECT_NE(refused.error().detail.find(field), std::string::npos) << refused.error().detail;
    EXPECT_EQ(refused.error().detail.find("110105199003070077"), std::string::npos);
  }
  EXPECT_EQ(read("{").error().code, ErrorCode::invalid_input);
  EXPECT_FALSE(read(with("\"business\": \"new\"", "\"business\": \"renew\"")));  // not offered online
  EXPECT_FALSE(read(with("\"years\": 1", "\"years\": 9")));
}

TEST(Needs, AreTheUnionOfTheLinesAndTheEarliestGate) {
  const auto works = programme();
  const auto online = hall::programme::needs_of(works, {"new"}, "online").value();
  EXPECT_FALSE(online.paper);
  const auto counter = hall::programme::needs_of(works, {"replace", "revoke"}, "counter").value();
  EXPECT_EQ(counter.gate, hall::PaymentGate::hand_over);
  EXPECT_TRUE(counter.delivery);
  EXPECT_FALSE(hall::programme::needs_of(works, {"revoke"}, "counter")->delivery);
  EXPECT_EQ(hall::programme::needs_of(works, {"new"}, "counter").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(hall::programme::needs_of(works, {"dance"}, "online").error().code, ErrorCode::invalid_input);
}

TEST(ChosenPin, IsTheHoldersOwnAndNoneOfHisNumbers) {
  const std::vector<std::string> numbers{"110105199003070076", "110105199003070092", "13800138000",
                                         "91370100724250187M"};
  const auto secret = [](std::string_view text) { return SecretBytes(to_bytes(bytes_of(text))); };
  const SecretBytes letter = secret("48151623");
  EXPECT_TRUE(check_chosen_pin(secret("my own pin 1"), letter, numbers));
  EXPECT_TRUE(check_chosen_pin(secret("x90030y7007z"), letter, numbers));  // five in a row at most
  for (const char* bad : {"short12", "48151623", "aaaaaaaa", "xx900307xx", "ab138001ab", "id724250id"}) {
    EXPECT_EQ(check_chosen_pin(secret(bad), letter, numbers).error().code, ErrorCode::invalid_input) << bad;
  }
}

}  // namespace
}  // namespace yinxin::office
