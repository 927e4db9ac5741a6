// What officers did at the desk stands in its audit before it is done, and who may read that.

#include "api/routes/desk/personal.h"
#include "audit/line.h"
#include "desk/desk_over_http.h"

namespace yinxin::desk_test {
namespace {

class DeskAudit : public DeskOverHttp {
 protected:
  // The cookie of a new session.
  std::string cookie_of(Place place) {
    return "yx_desk=" + stranger().log_in(scene_->login_certificate(place), scene_->login_key(place)).value();
  }
  std::string auditor() { return cookie_of(scene::auditor); }
  boost::json::object audit(const std::string& in, const std::string& query) {
    const auto told = raw(net::Method::get, "/desk/v1/audit" + query, {{"Cookie", in}});
    EXPECT_EQ(told.status, 200) << text_of(told.body.view());
    return boost::json::parse(text_of(told.body.view())).as_object();
  }
  [[nodiscard]] std::string audit_file() const { return (office_ / "data/audit/desk.log").string(); }
  // Of this kind in the desk's audit, the oldest first.
  [[nodiscard]] std::vector<audit::Deed> deeds(std::string_view action) const {
    std::vector<audit::Deed> found;
    std::ifstream file(audit_file());
    for (std::string line; std::getline(file, line);) {
      const auto entry = audit::entry_of(line);
      EXPECT_TRUE(entry) << line;
      if (entry && entry->deed.action == action) {
        found.push_back(entry->deed);
      }
    }
    return found;
  }
};

TEST_F(DeskAudit, APersonsNumbersComeCoveredAndEachOneThatIsToldStandsInTheAuditFirst) {
  auto desk = logged_in(scene::registration);
  const std::string told = desk.show(case_number).value();
  for (const char* own : {"110105199003070092", "13800138001", "110105199003070076", "13800138000"}) {
    EXPECT_EQ(told.find(own), std::string::npos) << own;
  }
  const auto shown = boost::json::parse(told).as_object();
  const auto& requester = shown.at("requester").as_object();
  EXPECT_EQ(requester.at("name").as_string(), "张三");
  EXPECT_EQ(requester.at("resident_id").as_string(), "110***********0076");
  EXPECT_EQ(requester.at("mobile").as_string(), "138****8000");
  EXPECT_EQ(boost::json::serialize(shown.at("covered")),
            R"(["legal_id_number","legal_mobile","requester_id_number","requester_mobile"])");
  // Deeds answer with the same view.
  EXPECT_EQ(desk.claim(case_number).value().find("13800138000"), std::string::npos);
  for (const char* none : {"", "requester_mail", "requester_name", "lines.1.holder_id_number", "../x", "a\nb"}) {
    EXPECT_EQ(desk.reveal(case_number, none).error().code, ErrorCode::not_found) << none;
  }
  EXPECT_EQ(desk.reveal("YX0", "requester_mobile").error().code, ErrorCode::not_found);
  for (const Place other : {scene::production, scene::finance}) {
    auto colleague = logged_in(other);
    EXPECT_EQ(parsed(colleague.show(case_number)).at("requester").as_object().at("mobile").as_string(), "138****8000");
    EXPECT_EQ(colleague.reveal(case_number, "requester_mobile").error().code, ErrorCode::forbidden);
  }
  EXPECT_TRUE(deeds("case.personal.read").empty());
  EXPECT_EQ(parsed(desk.reveal(case_number, "requester_id_number")).at("value").as_string(), "110105199003070076");
  auto review = logged_in(scene::review);
  EXPECT_EQ(parsed(review.reveal(case_number, "legal_mobile")).at("value").as_string(), "13800138001");
  const auto recorded = deeds("case.personal.read");
  ASSERT_EQ(recorded.size(), 2U);
  EXPECT_EQ(recorded[0].object, std::string(case_number) + "/requester_id_number");
  EXPECT_EQ(recorded[0].role, "registration_officer");
  EXPECT_EQ(recorded[0].subject, parsed(desk.me()).at("person").as_string());
  EXPECT_EQ(recorded[1].object, std::string(case_number) + "/legal_mobile");
  EXPECT_EQ(recorded[1].role, "review_officer");
}

TEST_F(DeskAudit, TheNewestComesFirstWithWhoDidWhatOnWhatAndReadingItIsADeedToo) {
  auto officer = logged_in(scene::registration);
  const std::string person(parsed(officer.me()).at("person").as_string());
  ASSERT_TRUE(officer.claim(case_number));
  ASSERT_TRUE(officer.reveal(case_number, "requester_mobile"));
  const std::string in = auditor();
  const auto page = audit(in, "");
  const auto& entries = page.at("entries").as_array();
  ASSERT_GE(entries.size(), 4U);
  // The newest first, and what was just asked is the first of them.
  EXPECT_EQ(entries.at(0).at("action").as_string(), "audit.read");
  EXPECT_EQ(entries.at(0).at("role").as_string(), "audit_administrator");
  EXPECT_EQ(entries.at(1).at("action").as_string(), "desk.login");
  const auto& revealed = entries.at(2).as_object();
  EXPECT_EQ(revealed.at("action").as_string(), "case.personal.read");
  EXPECT_EQ(revealed.at("object").as_string(), std::string(case_number) + "/requester_mobile");
  EXPECT_EQ(revealed.at("officer").as_string(), person);
  EXPECT_EQ(revealed.at("role").as_string(), "registration_officer");
  EXPECT_TRUE(from_rfc3339(revealed.at("at").as_string()));
  EXPECT_EQ(boost::json::serialize(page).find("13800138000"), std::string::npos);
  const auto& chain = page.at("chain").as_object();
  EXPECT_TRUE(chain.at("holds").as_bool());
  EXPECT_TRUE(chain.at("reaches_writer").as_bool());
  EXPECT_EQ(chain.at("newest"), entries.at(0).at("sequence"));
  EXPECT_EQ(chain.at("oldest").as_int64(), 0) << "the whole file was looked at";
  EXPECT_EQ(page.at("older"), nullptr);
}

TEST_F(DeskAudit, WhatIsAskedForNarrowsItAndStandsInItself) {
  auto officer = logged_in(scene::registration);
  const std::string person(parsed(officer.me()).at("person").as_string());
  ASSERT_TRUE(officer.claim(case_number));
  ASSERT_TRUE(officer.reveal(case_number, "requester_mobile"));
  const std::string in = auditor();
  const auto of_kind = audit(in, "?action=case.personal.read").at("entries").as_array();
  ASSERT_EQ(of_kind.size(), 1U);
  const auto of_case = audit(in, std::string("?case=") + case_number + "&officer=" + person.substr(0, 8));
  for (const auto& entry : of_case.at("entries").as_array()) {
    EXPECT_TRUE(entry.at("object").as_string().starts_with(case_number));
    EXPECT_EQ(entry.at("officer").as_string(), person);
  }
  EXPECT_GE(of_case.at("entries").as_array().size(), 3U) << "claimed, read, revealed";
  EXPECT_TRUE(
      audit(in, std::string("?case=") + std::string(case_number).substr(0, 16)).at("entries").as_array().empty());
  const std::int64_t place = of_kind.front().at("sequence").as_int64();
  const auto below = audit(in, "?before=" + std::to_string(place));
  EXPECT_EQ(below.at("entries").as_array().size(), static_cast<std::size_t>(place));
  EXPECT_EQ(below.at("entries").as_array().front().at("sequence").as_int64(), place - 1);
  EXPECT_FALSE(below.at("chain").at("reaches_writer").as_bool());
  EXPECT_TRUE(below.at("chain").at("holds").as_bool());
  const auto asked = deeds("audit.read");
  ASSERT_EQ(asked.size(), 4U);
  EXPECT_EQ(asked[0].object, "action=case.personal.read");
  EXPECT_EQ(asked[1].object, std::string("case=") + case_number + " officer=" + person.substr(0, 8));
  for (const std::string& bad :
       {std::string("?before=x"), std::string("?before=-1"), "?case=" + std::string(65, 'Y')}) {
    EXPECT_EQ(raw(net::Method::get, "/desk/v1/audit" + bad, {{"Cookie", in}}).status, 400) << bad;
  }
  EXPECT_EQ(deeds("audit.read").size(), 4U);
}

TEST_F(DeskAudit, NobodyButTheAuditAdministratorReadsItAndHeReadsNothingElse) {
  EXPECT_EQ(raw(net::Method::get, "/desk/v1/audit", {}).status, 401);
  for (const Place other : {scene::registration, scene::review, scene::production, scene::finance}) {
    EXPECT_EQ(raw(net::Method::get, "/desk/v1/audit", {{"Cookie", cookie_of(other)}}).status, 403) << other;
  }
  EXPECT_TRUE(deeds("audit.read").empty());
  auto himself = logged_in(scene::auditor);
  EXPECT_EQ(himself.list("", 10).error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.show(case_number).error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.reveal(case_number, "requester_mobile").error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.claim(case_number).error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.give_back(case_number, "why", {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.refuse(case_number, "why").error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.requery(case_number).error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.dispatch(case_number).error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.paper_link(case_number, "licence").error().code, ErrorCode::forbidden);
  EXPECT_EQ(himself.approval_bundle(case_number, trust::Decision::accept, {}).error().code, ErrorCode::forbidden);
  for (const char* path : {"/desk/v1/finance", "/desk/v1/cases/YX202611210000017/consents"}) {
    EXPECT_EQ(raw(net::Method::get, path, {{"Cookie", cookie_of(scene::auditor)}}).status, 403) << path;
  }
}

TEST_F(DeskAudit, AnEntryThatWasChangedIsSaidToWhoReadsTheAudit) {
  auto officer = logged_in(scene::registration);
  ASSERT_TRUE(officer.reveal(case_number, "requester_mobile"));
  ASSERT_TRUE(officer.list("", 10));
  const std::string in = auditor();
  const std::int64_t place =
      audit(in, "?action=case.personal.read").at("entries").as_array().at(0).at("sequence").as_int64();
  std::ifstream file(audit_file(), std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  file.close();
  constexpr std::string_view was = "/requester_mobile";
  const std::size_t at = text.find(was);
  ASSERT_NE(at, std::string::npos);
  std::string changed = text;
  changed.replace(at, was.size(), "/requester_nobody");
  const auto put = [&](const std::string& content) { std::ofstream(audit_file(), std::ios::binary) << content; };
  put(changed);
  const auto told = audit(in, "");
  const auto& chain = told.at("chain").as_object();
  EXPECT_FALSE(chain.at("holds").as_bool());
  const auto& breaks = chain.at("breaks").as_array();
  ASSERT_EQ(breaks.size(), 1U) << boost::json::serialize(chain);
  EXPECT_EQ(breaks.front().at("sequence").as_int64(), place);
  EXPECT_EQ(breaks.front().at("id").as_string(), "audit.line.edited");
  // What is changed and not wanted is looked at all the same.
  EXPECT_FALSE(audit(in, "?action=desk.login").at("chain").at("holds").as_bool());
  // Entries that are gone at the end; the writer goes on behind them.
  put(text.substr(0, text.rfind('\n', text.size() - 2) + 1));
  EXPECT_EQ(audit(in, "").at("chain").at("holds"), false);
  // A house that finds its record changed does not open.
  put(changed);
  server_->stop();
  holders_.reset();
  service_.reset();
  house_.reset();
  const auto again =
      office::House::open((office_ / "data").string(), YX_SOURCE_DIR "/profiles", scene_->boot(), clock_);
  EXPECT_EQ(again.error().code, ErrorCode::corrupt);
}

TEST(Personal, OfADeliveryTheTelephoneIsCoveredAndOfALineItsHolder) {
  trust::Snapshot shot;
  shot.requester = {.name = "张三", .resident_id = "110105199003070076", .mobile = "13800138000", .email = "zs@a.cn"};
  shot.delivery = "张三\n0755-82345678\n广东省/深圳市/福田区\n某路1号2001房\n518000\n";
  trust::SnapshotLine& line = shot.lines.emplace_back();
  line.number = 2;
  line.holder = trust::Person{.name = "李四", .resident_id = "110105199003070092", .mobile = "", .email = ""};
  const api::PersonalValues values = api::personal_values(shot);
  std::string fields;
  for (const auto& [field, value] : values) {
    fields += field + " ";
  }
  EXPECT_EQ(fields, "lines.2.holder_id_number mailing_address requester_id_number requester_mail requester_mobile ");
  EXPECT_EQ(values.at("mailing_address"), shot.delivery);
  EXPECT_EQ(api::covered("mailing_address", shot.delivery),
            "张三\n075******5678\n广东省/深圳市/福田区\n某路1号2001房\n518000\n");
  EXPECT_EQ(api::covered("lines.2.holder_id_number", "110105199003070092"), "110***********0092");
  EXPECT_EQ(api::covered("requester_mail", "zs@a.cn"), "z*@a.cn");
  EXPECT_EQ(api::covered("unit_name", "某某公司"), "某某公司");
}

}  // namespace
}  // namespace yinxin::desk_test
