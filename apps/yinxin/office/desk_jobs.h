#pragma once
// What the desk does by itself: it fetches submitted and withdrawn cases from the street, tells it where they stand,
// sends its own messages; and what happens because time passes, each job at its own pace. Each may be met a second time
// after a crash, and then changes nothing.

#include "hall/delivery/courier.h"
#include "hall/street/neighbours.h"
#include "yinxin/office/house.h"
#include "yinxin/office/pace.h"
#include "yinxin/office/street_doors.h"

namespace yinxin::office {

constexpr std::size_t parcels_at_once = 500;
constexpr std::size_t certificates_at_once = 200;
// Days before the end of a certificate on which its requester is told; R-149.
inline constexpr std::array<int, 3> expiry_days{60, 30, 7};
// By so much a change of a case may be seen later than one that came after it.
constexpr std::chrono::minutes told_overlap{1};

constexpr std::size_t max_sender_bytes = std::size_t{4} << 10;
// {"name", "phone", "state", "locality", "district", "street", "company"}
Result<hall::Address> read_sender(const std::string& file);

class DeskJobs {
 public:
  // All outlive it.
  struct Parts {
    House& house;
    StreetDoors& street;
    OutsideDoors& outside;
    hall::Shelf& shelf;
    const Clock& clock;
    std::optional<hall::Address> sender{};  // where parcels are sent from
    Pace pace{};
  };
  explicit DeskJobs(Parts parts) : parts_(std::move(parts)) {}

  // Everything that is due, once; how much was done. What fails is tried again later, and is no error here.
  std::size_t run();
  // Each by itself, now.
  std::size_t keep_time();
  std::size_t track_parcels();
  // Lines whose token's word the vault has heard while nobody could tell the desk.
  std::size_t follow_lines();
  std::size_t tell_of_expiry();
  // Asks each provider again about this case and lays the receipts on the desk.
  Result<void> ask_again(const std::string& case_id);
  // Orders a courier for the case's parcel; the waybill. The same case and revision is one parcel. precondition
  // without a sender.
  Result<std::string> order_courier(const std::string& case_id);
  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

 private:
  // Errands of the street's that are the desk's to carry out; how many were.
  std::size_t fetch(const std::string& kind, const std::function<Result<void>(const hall::StreetErrand&)>& deed);
  Result<void> submit(const std::string& id);
  Result<void> withdraw(const hall::StreetErrand& errand);
  std::size_t tell_street();
  Result<std::size_t> tell_these(const std::vector<hall::CaseSummary>& cases, std::optional<Instant>& untold);
  [[nodiscard]] bool is_told(const hall::CaseSummary& summary) const;
  Result<bool> tell(const hall::CaseSummary& summary, const StreetStanding& standing);
  std::size_t send_messages();
  Result<void> send_message(const hall::DeskWork& work, const std::string& key, bool may_be_done);
  Result<bool> track(const hall::CaseSummary& parcel);
  Result<bool> follow_written(const std::string& id);
  Result<std::optional<hall::SmsWish>> word_of_expiry(const pki::ActivatedLine& line);
  void note(const Error& error) { last_failure_ = error.describe(); }

  Parts parts_;
  Due cases_, parcels_, expiry_;
  Instant told_until_ = from_unix_ms(0);
  std::map<std::string, Instant> told_;  // of the cases changed last: the change up to which the street was told
  std::string last_failure_;
};

}  // namespace yinxin::office
