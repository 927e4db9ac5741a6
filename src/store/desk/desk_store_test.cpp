// What the desk's store promises: nothing without audit, nothing half, nothing in clear, nothing altered unseen.

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "base/testing/kill.h"
#include "hall/application/life_render.h"
#include "store/desk/testing_desk.h"

namespace yinxin::store::desk {
namespace {

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_F(DeskTest, WithoutAuditNothingHappens) {
  const auto refused = [&](const std::function<Result<void>()>& call) {
    const auto before = rows();
    audit_.full = true;
    const auto tried = call();
    ASSERT_FALSE(tried);
    EXPECT_EQ(tried.error().code, ErrorCode::internal);
    EXPECT_EQ(rows(), before);
    audit_.full = false;
    const auto done = call();
    ASSERT_TRUE(done) << done.error().describe();
    EXPECT_NE(rows(), before);
  };
  const auto told = [](auto&& result) { return result ? Result<void>() : Result<void>(result.error()); };
  refused([&] { return told(desk_->submit(submission())); });
  refused([&] { return desk_->add_evidence(id_, story_.bundle.evidence.front()); });
  refused([&] { return add_evidence(); });
  refused([&] { return told(desk_->accept(id_, story_.bundle.first_approval)); });
  refused([&] { return told(desk_->approve(id_, story_.bundle.second_approval)); });
  refused([&] { return permit(); });
  refused([&] { return bind(); });
  refused([&] { return issue(); });
  refused([&] { return seal(); });
  refused([&] { return desk_->line_written(id_, 1, written_); });
  refused([&] { return told(desk_->hand_over(id_, registrar())); });
  refused([&] { return desk_->line_activated(id_, 1, activated_); });
}

TEST_F(DeskTest, APowerCutAtAnyWriteOfAnApprovalLeavesAllOfItOrNothing) {
  lead_to_acceptance();
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  close();
  const fs::path kept = folder_.string() + "_kept";
  fs::remove_all(kept);
  fs::copy(folder_, kept, fs::copy_options::recursive);
  int cuts = 0;
  int before_it = 0;
  for (std::uint64_t at = 1; at < 200; ++at) {
    testing::FaultVfs disk;
    open(disk.name());
    disk.cut_power_at(at);
    const auto approved = desk_->approve(id_, story_.bundle.second_approval);
    const bool fired = disk.fired();
    if (fired) {
      close();
      ASSERT_TRUE(disk.power_on(&random_));
      open(disk.name());
    } else {
      disk.disarm();
    }
    const auto found = desk_->find(id_);
    ASSERT_TRUE(found) << at << found.error().describe();
    const bool stands = found->application.state == CaseState::approved;
    if (approved) {
      EXPECT_TRUE(stands) << at;  // what was answered is on the disk
    }
    before_it += stands ? 0 : 1;
    EXPECT_EQ(found->version, stands ? 5 : 4) << at;
    EXPECT_EQ(count("SELECT count(*) FROM paper WHERE kind='second_approval'"), stands ? 1 : 0) << at;
    EXPECT_EQ(count("SELECT count(*) FROM event WHERE kind='approve'"), stands ? 1 : 0) << at;
    EXPECT_EQ(count("SELECT count(*) FROM outbox"), stands ? 1 : 0) << at;
    const auto again = desk_->approve(id_, story_.bundle.second_approval);
    ASSERT_TRUE(again) << at << again.error().describe();
    EXPECT_EQ(again->version, 5) << at;
    EXPECT_EQ(count("SELECT count(*) FROM event WHERE kind='approve'"), 1) << at;
    EXPECT_EQ(count("SELECT count(*) FROM outbox"), 1) << at;
    EXPECT_TRUE(permit()) << at;
    close();
    fs::remove_all(folder_);
    fs::copy(kept, folder_, fs::copy_options::recursive);
    if (!fired) {
      break;
    }
    ++cuts;
  }
  fs::remove_all(kept);
  EXPECT_GT(cuts, 5);
  EXPECT_GT(before_it, 3);
  open();
}

TEST_F(DeskTest, NothingPersonalStandsInClearOnTheDisk) {
  auto mine = submission();
  lead_to_approved();
  ASSERT_TRUE(permit());
  ASSERT_TRUE(bind());
  ASSERT_TRUE(issue());
  ASSERT_TRUE(desk_->line_given_up(id_, 1));
  ASSERT_TRUE(desk_->return_for_correction(id_, producer(), "张三的印模不清"));
  const auto shot = trust::Snapshot::parse(mine.snapshot).value();
  const std::vector<std::string> personal{shot.unit.name,
                                          shot.unit.uscc,
                                          shot.unit.address,
                                          shot.requester.name,
                                          shot.requester.resident_id,
                                          shot.requester.mobile,
                                          shot.requester.email,
                                          shot.legal_representative.name,
                                          shot.legal_representative.resident_id,
                                          shot.legal_representative.mobile,
                                          "form shown",
                                          "seal picture",
                                          "张三的印模不清"};
  const auto look = [&](bool wanted) {
    int files = 0;
    bool id_seen = false;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) {
        continue;
      }
      ++files;
      const std::string text = file_text(entry.path());
      id_seen = id_seen || text.find(id_) != std::string::npos;
      for (const auto& word : personal) {
        EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << entry.path();
      }
    }
    EXPECT_GT(files, 4);
    EXPECT_EQ(id_seen, wanted);  // the search itself finds what is there
  };
  EXPECT_TRUE(fs::exists(folder_ / "desk.db-wal"));
  look(true);
  close();
  look(true);
}

TEST_F(DeskTest, AMaterialThatWasAlteredOrLostIsCorrupt) {
  lead_to_acceptance();
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "blobs")) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  ASSERT_EQ(files.size(), 4U);
  EXPECT_TRUE(desk_->material(id_, "application_form", false));
  for (const auto& file : files) {
    std::string text = file_text(file);
    text.back() = static_cast<char>(text.back() ^ 1);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }
  EXPECT_EQ(desk_->material(id_, "application_form", false).error().code, ErrorCode::corrupt);
  EXPECT_EQ(desk_->material(id_, "impression_sheet", true).error().code, ErrorCode::corrupt);
  for (const auto& file : files) {
    fs::remove(file);
  }
  EXPECT_EQ(desk_->material(id_, "application_form", false).error().code, ErrorCode::corrupt);
}

TEST_F(DeskTest, PapersAndSubmissionsAreNeverRewrittenAndAlteredOnesAreSeen) {
  lead_to_approved();
  const auto run = [&](const std::string& sql) {
    return store_.engine->write([&](Transaction& t) { return t.run(sql); });
  };
  for (const char* table : {"paper", "submission", "material", "event"}) {
    EXPECT_FALSE(run("DELETE FROM " + std::string(table))) << table;
  }
  EXPECT_FALSE(run("DELETE FROM desk_case"));
  EXPECT_FALSE(run("UPDATE paper SET kind='manifest'"));
  EXPECT_FALSE(run("UPDATE submission SET concerned=''"));
  EXPECT_FALSE(run("UPDATE desk_case SET state='approved'"));                    // not one version on
  EXPECT_FALSE(run("UPDATE desk_case SET state='nowhere', version=version+1"));  // no such state
  EXPECT_FALSE(
      run("INSERT INTO paper(case_id, revision, line, round, kind, name, hash, place, sealed) SELECT case_id, "
          "revision, line, round, kind, name, hash, place||'x', sealed FROM paper WHERE kind='manifest'"));
  // Somebody with the file in hands puts one approval in the other's place.
  ASSERT_TRUE(run("DROP TRIGGER paper_no_update"));
  ASSERT_TRUE(
      run("UPDATE paper SET sealed=(SELECT sealed FROM paper WHERE kind='first_approval') "
          "WHERE kind='second_approval'"));
  EXPECT_EQ(desk_->bundle(id_).error().code, ErrorCode::corrupt);
}

TEST_F(DeskTest, WhoComesSecondWithAnOldVersionIsTurnedAway) {
  lead_to_acceptance();
  hall::CaseChange change;
  change.record = store_.cases->load(id_).value();
  change.at = moment;
  change.events = {{.at = moment, .kind = "refuse", .actor = "house", .detail = ""}};
  ASSERT_TRUE(store_.cases->save(change));
  const auto before = rows();
  EXPECT_EQ(store_.cases->save(change).error().code, ErrorCode::conflict);
  change.record.version = 0;
  change.new_revision = true;
  EXPECT_EQ(store_.cases->save(change).error().code, ErrorCode::conflict);
  EXPECT_EQ(rows(), before);
}

TEST_F(DeskTest, CasesAreListedNewestFirstAndFoundByTheUnitsCode) {
  lead_to_acceptance();
  clock_.advance(1h);
  story_.on_snapshot = [](auto& shot) {
    shot.application_id = "YX20261121000025";
    shot.unit.name = "乙公司";
    shot.unit.uscc = "91110000100000563N";
  };
  story_.tell();
  ASSERT_TRUE(desk_->submit(submission()));
  const auto all = desk_->list(10).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, "YX20261121000025");
  EXPECT_EQ(all[0].unit, "乙公司");
  EXPECT_EQ(all[0].changed_at, moment + 1h);
  EXPECT_EQ(all[1].unit, "甲公司");
  EXPECT_EQ(all[1].revision, 2);
  EXPECT_EQ(all[1].state, CaseState::awaiting_acceptance);
  EXPECT_EQ(desk_->list(1).value().size(), 1U);
  EXPECT_EQ(desk_->list(0).value().size(), 0U);
  const auto found = desk_->list_of_unit("91370100 7242-50187m", 10).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, id_);
  EXPECT_TRUE(desk_->list_of_unit("91370100724250188M", 10).value().empty());
}

TEST_F(DeskTest, KilledAtEveryPointTheCaseGoesOnToItsEnd) {
  close();
  const fs::path list = folder_.string() + "_points";
  const auto lead = [&]() -> Result<void> {
    YX_CHECK(desk_->submit(submission()));
    YX_CHECK(add_evidence());
    YX_CHECK(desk_->accept(id_, story_.bundle.first_approval));
    YX_CHECK(desk_->approve(id_, story_.bundle.second_approval));
    YX_CHECK(permit());
    YX_CHECK(bind());
    YX_CHECK(issue());
    YX_CHECK(seal());
    YX_CHECK(desk_->line_written(id_, 1, written_));
    YX_CHECK(desk_->hand_over(id_, registrar()));
    return desk_->line_activated(id_, 1, activated_);
  };
  const auto run = [&](const char* variable, const std::string& value) {
    const pid_t child = fork();
    if (child == 0) {
      setenv(variable, value.c_str(), 1);
      yinxin::testing::arm_kill_points();
      open();
      _exit(lead() ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  };
  const auto empty_folder = [&] {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  };
  empty_folder();
  ASSERT_EQ(run("YX_KILL_LIST", list), 0);
  std::vector<std::string> points;
  std::ifstream lines(list);
  for (std::string point; std::getline(lines, point);) {
    points.push_back(point);
  }
  fs::remove(list);
  ASSERT_GE(points.size(), 24U);  // before and after each of the twelve commits
  std::cout << points.size() << " kill points\n";
  std::optional<std::vector<std::int64_t>> whole;
  for (const auto& point : points) {
    empty_folder();
    const int status = run("YX_KILL_AT", point);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << point;
    open();
    const auto led = lead();
    ASSERT_TRUE(led) << point << led.error().describe();
    EXPECT_EQ(state(), CaseState::completed) << point;
    whole = whole ? whole : rows();
    EXPECT_EQ(rows(), *whole) << point;  // nothing twice, nothing missing
    close();
  }
  open();
}

TEST(DeskSchemaTest, ItsStatesAreThoseOfTheTables) {
  std::string generated;
  for (const auto& file : hall::render_lives()) {
    generated += file.path.ends_with("state_checks.sql") ? file.text : "";
  }
  const std::string schema(desk_migrations().front().sql);
  for (const std::string life : {"case", "line"}) {
    const std::string head = "-- " + life + " state\n";
    const auto at = generated.find(head);
    ASSERT_NE(at, std::string::npos);
    const auto begin = at + head.size();
    const auto words = generated.substr(begin, generated.find('\n', begin) - begin);
    EXPECT_NE(schema.find(words), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace yinxin::store::desk
