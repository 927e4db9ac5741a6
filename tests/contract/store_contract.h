#pragma once
// What every back end of the store promises. A back end is a type with
//   static constexpr const char* name;
//   Backend();                              an empty place
//   std::unique_ptr<Engine> open(Options);  opens or reopens it
//   void crash();                           drops what no answered write() rests on; every engine is closed
// and is run by INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreContract, Backend).

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "base/clock.h"
#include "store/engine.h"
#include "store/event_log.h"
#include "store/inbox.h"
#include "store/work_queue.h"

namespace yinxin::store::contract {

inline const Migrations& note_schema() {
  static const Migrations list = {
      {1, "note", "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE CHECK(text<>'')) STRICT;"}};
  return list;
}

template <class Backend>
class StoreContract : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    engine_.reset();
    engine_ = backend_.open({.domain = "vault", .migrations = note_schema(), .clock = &clock_});
  }
  Result<void> put(const std::string& text) {
    return engine_->write([&](Transaction& t) { return t.run("INSERT INTO note(text) VALUES(?1)", text); });
  }
  std::int64_t count() {
    return engine_
        ->read([&](Snapshot& s) -> Result<std::int64_t> {
          YX_TRY(auto rows, s.query("SELECT COUNT(*) FROM note"));
          YX_TRY(const bool found, rows.next());
          return found ? rows.int64(0) : -1;
        })
        .value();
  }

  Backend backend_;
  SetClock clock_{from_unix_ms(1'795'000'000'000)};
  std::unique_ptr<Engine> engine_;
};
TYPED_TEST_SUITE_P(StoreContract);

TYPED_TEST_P(StoreContract, AnsweredWritesSurviveACrash) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(this->put(std::to_string(i)));
  }
  this->engine_.reset();
  this->backend_.crash();
  this->reopen();
  EXPECT_EQ(this->count(), 20);
}

TYPED_TEST_P(StoreContract, AFailingUnitUndoesOnlyItself) {
  std::latch hold(1);
  std::latch all(4);
  std::vector<std::optional<ErrorCode>> results(3);
  this->engine_->submit(
      [&](Transaction&) -> Result<void> {
        hold.wait();
        return {};
      },
      [&](const Result<void>&) { all.count_down(); });
  const std::string texts[] = {"a", "a", "b"};
  for (std::size_t i = 0; i < 3; ++i) {
    this->engine_->submit(
        [text = texts[i], i](Transaction& t) -> Result<void> {
          YX_CHECK(t.run("INSERT INTO note(text) VALUES(?1)", "before " + std::to_string(i)));
          return t.run("INSERT INTO note(text) VALUES(?1)", text);
        },
        [&, i](const Result<void>& result) {
          if (!result) {
            results[i] = result.error().code;
          }
          all.count_down();
        });
  }
  hold.count_down();
  all.wait();
  EXPECT_EQ(results[0], std::nullopt);
  EXPECT_EQ(results[1], ErrorCode::already_exists);
  EXPECT_EQ(results[2], std::nullopt);
  EXPECT_EQ(this->count(), 4);
}

TYPED_TEST_P(StoreContract, WritersThatWaitTogetherShareACommit) {
  constexpr std::uint64_t many = 50;
  std::latch hold(1);
  std::latch entered(1);
  std::latch all(static_cast<std::ptrdiff_t>(many) + 1);
  this->engine_->submit(
      [&](Transaction& t) -> Result<void> {
        entered.count_down();
        hold.wait();
        return t.run("INSERT INTO note(text) VALUES('first')");
      },
      [&](const Result<void>&) { all.count_down(); });
  entered.wait();
  const auto before = this->engine_->counters();
  std::atomic<int> failed{0};
  for (std::uint64_t i = 0; i < many; ++i) {
    this->engine_->submit([i](Transaction& t) { return t.run("INSERT INTO note(text) VALUES(?1)", std::to_string(i)); },
                          [&](const Result<void>& result) {
                            failed += result ? 0 : 1;
                            all.count_down();
                          });
  }
  EXPECT_EQ(this->engine_->waiting(), many);
  hold.count_down();
  all.wait();
  const auto after = this->engine_->counters();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(after.commits - before.commits, 2U);
  EXPECT_GE(after.total_syncs - before.total_syncs, 1U);
  EXPECT_LT(after.total_syncs - before.total_syncs, many);
  EXPECT_EQ(this->count(), static_cast<std::int64_t>(many) + 1);
}

TYPED_TEST_P(StoreContract, AReaderSeesOneMoment) {
  ASSERT_TRUE(this->put("one"));
  const auto seen = this->engine_->read([&](Snapshot& s) -> Result<std::int64_t> {
    const auto look = [&]() -> Result<std::int64_t> {
      YX_TRY(auto rows, s.query("SELECT COUNT(*) FROM note"));
      YX_TRY(const bool found, rows.next());
      return found ? rows.int64(0) : -1;
    };
    YX_TRY(const auto first, look());
    YX_CHECK(this->put("two"));
    YX_TRY(const auto second, look());
    return first == second ? first : -2;
  });
  EXPECT_EQ(seen.value(), 1);
  EXPECT_EQ(this->count(), 2);
}

TYPED_TEST_P(StoreContract, ConstraintsSayWhichKindTheyAre) {
  ASSERT_TRUE(this->put("x"));
  EXPECT_EQ(this->put("x").error().code, ErrorCode::already_exists);
  EXPECT_EQ(this->put("").error().code, ErrorCode::precondition);
  EXPECT_FALSE(this->engine_->read([](Snapshot& s) -> Result<bool> {
    YX_TRY(auto rows, s.query("DELETE FROM note"));
    return rows.next();
  }));
  EXPECT_EQ(this->count(), 1);
}

TYPED_TEST_P(StoreContract, AnOutboxItemIsClaimedOnceRetriedLaterAndDoneOnce) {
  using namespace std::chrono_literals;
  const auto outbox = WorkQueue::outbox(this->clock_, {1s, 10s, 3});
  const WorkItem item{"sms", "key", {1, 2, 3}, {}};
  auto& engine = *this->engine_;
  const auto id = engine.write([&](Transaction& t) { return outbox.put(t, item); }).value();
  EXPECT_EQ(engine.write([&](Transaction& t) { return outbox.put(t, item); }).value(), id);
  EXPECT_EQ(engine.write([&](Transaction& t) {
                    return outbox.put(t, {"sms", "key", {9}, {}});
                  })
                .error()
                .code,
            ErrorCode::conflict);
  const auto claim = [&] {
    return engine.write([&](Transaction& t) { return outbox.claim(t, "sms", 9, 60s); }).value();
  };
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].payload, item.payload);
  EXPECT_FALSE(first[0].maybe_done);
  EXPECT_TRUE(claim().empty());
  this->clock_.advance(61s);  // the claimant died
  const auto second = claim();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_TRUE(second[0].maybe_done);
  EXPECT_EQ(engine.write([&](Transaction& t) { return outbox.finish(t, first[0]); }).error().code,
            ErrorCode::wrong_state);
  EXPECT_EQ(engine.write([&](Transaction& t) { return outbox.retry(t, second[0], "busy"); }).value(),
            WorkState::waiting);
  this->clock_.advance(1999ms);
  EXPECT_TRUE(claim().empty());
  this->clock_.advance(1ms);
  const auto third = claim();
  ASSERT_EQ(third.size(), 1U);
  EXPECT_FALSE(third[0].maybe_done);
  ASSERT_TRUE(engine.write([&](Transaction& t) { return outbox.finish(t, third[0]); }));
  EXPECT_EQ(engine.read([&](Snapshot& s) { return outbox.state(s, id); }).value(), WorkState::done);
  EXPECT_EQ(engine.write([&](Transaction& t) { return outbox.finish(t, third[0]); }).error().code,
            ErrorCode::wrong_state);
}

TYPED_TEST_P(StoreContract, AJobIsGivenUpAfterItsLastAttempt) {
  using namespace std::chrono_literals;
  const auto jobs = WorkQueue::jobs(this->clock_, {1s, 1s, 2});
  auto& engine = *this->engine_;
  ASSERT_TRUE(engine.write([&](Transaction& t) { return jobs.put(t, {"crl", "1", {}, this->clock_.now() + 5s}); }));
  const auto claim = [&] { return engine.write([&](Transaction& t) { return jobs.claim(t, "crl", 1, 9s); }).value(); };
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(engine.read([&](Snapshot& s) { return jobs.next_due(s, "crl"); }).value(), this->clock_.now() + 5s);
  this->clock_.advance(5s);
  const auto once = claim();
  ASSERT_EQ(once.size(), 1U);
  EXPECT_EQ(engine.write([&](Transaction& t) { return jobs.retry(t, once[0], "x"); }).value(), WorkState::waiting);
  this->clock_.advance(1s);
  const auto last = claim();
  ASSERT_EQ(last.size(), 1U);
  ASSERT_TRUE(engine.write([&](Transaction& t) { return jobs.extend(t, last[0], 60s); }));
  this->clock_.advance(59s);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(engine.write([&](Transaction& t) { return jobs.retry(t, last[0], "x"); }).value(), WorkState::given_up);
  this->clock_.advance(std::chrono::hours(24));
  EXPECT_TRUE(claim().empty());
}

TYPED_TEST_P(StoreContract, ARepeatedMessageHasTheSameAnswerAndItsWorkIsDoneOnce) {
  const Inbox inbox(this->clock_);
  int calls = 0;
  const auto send = [&](const std::string& id, const Bytes& request) {
    return this->engine_->write([&](Transaction& t) {
      return inbox.once(t, "desk", id, request, [&](Transaction& inner) -> Result<Bytes> {
        ++calls;
        YX_CHECK(inner.run("INSERT INTO note(text) VALUES(?1)", id));
        return Bytes{static_cast<std::uint8_t>(calls)};
      });
    });
  };
  EXPECT_EQ(send("m1", {1}).value(), Bytes{1});
  EXPECT_EQ(send("m1", {1}).value(), Bytes{1});
  EXPECT_EQ(send("m1", {2}).error().code, ErrorCode::conflict);
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(send("", {1}));  // its work fails: nothing is remembered
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(send("", {1}));
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(this->count(), 1);
}

TYPED_TEST_P(StoreContract, EventsCanBeAddedAndNothingElse) {
  auto& engine = *this->engine_;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(engine.write([&](Transaction& t) {
      return append_event(t, {0, "YX1", "moved", this->clock_.now(), "officer", {static_cast<std::uint8_t>(i)}});
    }));
  }
  for (const auto* sql :
       {"UPDATE event SET actor='x'", "DELETE FROM event", "DELETE FROM event WHERE sequence=3",
        "INSERT OR REPLACE INTO event(sequence,stream,kind,at_ms,actor,body) VALUES(1,'YX1','x',0,'x',x'00')"}) {
    EXPECT_FALSE(engine.write([&](Transaction& t) { return t.run(sql); })) << sql;
  }
  const auto events = engine.read([](Snapshot& s) { return events_of(s, "YX1", 1); }).value();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].body, Bytes{1});
  EXPECT_EQ(events[1].actor, "officer");
}

REGISTER_TYPED_TEST_SUITE_P(StoreContract, AnsweredWritesSurviveACrash, AFailingUnitUndoesOnlyItself,
                            WritersThatWaitTogetherShareACommit, AReaderSeesOneMoment, ConstraintsSayWhichKindTheyAre,
                            AnOutboxItemIsClaimedOnceRetriedLaterAndDoneOnce, AJobIsGivenUpAfterItsLastAttempt,
                            ARepeatedMessageHasTheSameAnswerAndItsWorkIsDoneOnce, EventsCanBeAddedAndNothingElse);

}  // namespace yinxin::store::contract
