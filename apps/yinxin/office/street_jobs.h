#pragma once
// What the street has put into its outbox, carried out: messages and micro-deposits out, money watched; and what
// happens there because time passes, each job at its own pace. Each may be met a second time after a crash, and then
// asks before it acts. What the desk is to take over, the desk fetches (desk_jobs.h).

#include "yinxin/office/outside_doors.h"
#include "yinxin/office/pace.h"
#include "yinxin/office/street_domain.h"
#include "yinxin/office/street_doors.h"

namespace yinxin::office {

constexpr std::chrono::minutes returned_pause{30};  // between two questions to the bank about what came back
constexpr std::size_t messages_at_once = 100;
// A carrier's word that has not come by then does not come.
constexpr std::chrono::hours message_word_life{72};
// Time for the carrier before he is asked the first time.
constexpr std::chrono::minutes message_word_pause{2};
// How often the same words are sent again to a number that did not get them.
constexpr std::int64_t max_resends = 2;

class StreetJobs {
 public:
  struct Parts {
    StreetDomain& street;
    OutsideDoors& outside;
    const Clock& clock;
    Pace pace{};
  };
  explicit StreetJobs(const Parts& parts) : parts_(parts) {}

  // Everything that is due, once; how many were carried out. What fails is tried again later, and is no error here.
  std::size_t run();
  // By themselves, now.
  std::size_t keep_time();
  std::size_t ask_carriers();
  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

 private:
  using Claimed = store::Claimed;
  std::size_t send_messages();
  // Every errand of a kind that is due, each by `deed`; how many were carried out.
  std::size_t carry_out(const std::string& kind,
                        const std::function<Result<void>(const hall::StreetErrand&, bool may_be_done)>& deed);
  Result<void> send(const hall::SmsWish& wish, bool may_be_done);
  Result<void> send_legal_secret(const hall::StreetErrand& errand, bool may_be_done);
  Result<void> send_requester_secret(const hall::StreetErrand& errand, bool may_be_done);
  std::size_t watch_money();
  void ask_what_came_back();
  Result<void> send_deposit(const hall::StreetErrand& errand, bool may_be_done);
  Result<void> deposit_failed(const std::string& id, const std::string& deposit, const std::string& reason);
  Result<void> watch(const hall::StreetErrand& errand);
  Result<bool> ask_carrier(const store::SqliteStreetStore::SentMessage& message);
  // Finishes the errand or leaves it for later; 1 when it was carried out.
  std::size_t settle(const Claimed& claimed, const Result<void>& result);
  void note(const Error& error);

  Parts parts_;
  Due cases_, messages_, returned_;
  std::string last_failure_;
};

// Sends a message, or asks what became of an earlier try; `note_sent` keeps that it went.
Result<void> send_or_find(OutsideDoors& outside, const hall::SmsWish& wish, bool may_be_done, Instant now,
                          const std::function<Result<void>(Instant)>& note_sent);

}  // namespace yinxin::office
