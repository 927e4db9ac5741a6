#pragma once
// What happens because time passes, each job at its own pace: cases that nobody carries on, parcels on their way,
// messages of which the carrier has said nothing yet, certificates that are about to expire. Every job may be met a
// second time and then changes nothing.

#include "hall/delivery/courier.h"
#include "hall/notice/sms.h"
#include "yinxin/office/house.h"
#include "yinxin/office/street_domain.h"

namespace yinxin::office {

struct ClockPace {
  std::chrono::milliseconds cases = std::chrono::minutes(1);
  std::chrono::milliseconds parcels = std::chrono::minutes(30);
  std::chrono::milliseconds messages = std::chrono::minutes(5);
  std::chrono::milliseconds expiry = std::chrono::hours(12);
};
constexpr std::size_t cases_at_once = 100;
constexpr std::size_t parcels_at_once = 500;
constexpr std::size_t messages_at_once = 100;
constexpr std::size_t certificates_at_once = 200;
// A carrier's word that has not come by then does not come.
constexpr std::chrono::hours message_word_life{72};
// Time for the carrier before he is asked the first time.
constexpr std::chrono::minutes message_word_pause{2};
// How often the same words are sent again to a number that did not get them.
constexpr std::int64_t max_resends = 2;
// Days before the end of a certificate on which its requester is told; R-149.
inline constexpr std::array<int, 3> expiry_days{60, 30, 7};

class ClockJobs {
 public:
  struct Parts {
    House& house;
    StreetDomain& street;
    OutsideDoors& outside;
    const Clock& clock;
    ClockPace pace{};
  };
  explicit ClockJobs(Parts parts) : parts_(parts) {}

  // Those whose time has come; how much was done. What fails is tried again later, and is no error here.
  std::size_t run();
  // Each by itself, now.
  std::size_t keep_time();
  std::size_t track_parcels();
  std::size_t ask_carriers();
  std::size_t tell_of_expiry();
  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

 private:
  bool is_due(std::optional<Instant>& last, std::chrono::milliseconds pace) const;
  void note(const Error& error) { last_failure_ = error.describe(); }
  Result<bool> track(const hall::CaseSummary& parcel);
  Result<bool> ask_carrier(const store::SqliteStreetStore::SentMessage& message);
  Result<std::optional<hall::SmsWish>> word_of_expiry(const pki::IssuedLine& line);

  Parts parts_;
  std::optional<Instant> cases_, parcels_, messages_, expiry_;
  std::string last_failure_;
};

}  // namespace yinxin::office
