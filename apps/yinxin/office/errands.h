#pragma once
// What the domains have put into their outboxes for others, carried there: cases to the desk, news back to the street,
// messages and micro-deposits out. Each errand may be met a second time after a crash, and then asks before it acts.

#include "yinxin/office/house.h"
#include "yinxin/office/outside_doors.h"
#include "yinxin/office/street_domain.h"

namespace yinxin::office {

constexpr std::size_t errands_at_once = 32;
constexpr std::chrono::minutes errand_lease{2};
constexpr std::chrono::minutes returned_pause{30};  // between two questions to the bank about what came back
class Errands {
 public:
  struct Parts {
    House& house;
    StreetDomain& street;
    OutsideDoors& outside;
    const Clock& clock;
  };
  explicit Errands(const Parts& parts) : parts_(parts) {}

  // Everything that is due, once; how many were carried out. What fails is tried again later, and is no error here.
  std::size_t run();
  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

 private:
  using Claimed = store::Claimed;
  std::size_t send_messages();
  // Every errand of a kind that is due, each by `deed`; how many were carried out.
  std::size_t carry_out(const std::string& kind,
                        const std::function<Result<void>(const hall::StreetErrand&, bool may_be_done)>& deed);
  Result<void> send_legal_secret(const hall::StreetErrand& errand, bool may_be_done);
  std::size_t tell_street();
  Result<void> tell(const hall::Dossier& dossier, const hall::CaseSummary& summary);
  Result<void> withdraw(const hall::StreetErrand& errand);
  std::size_t watch_money();
  std::size_t send_desk_messages();
  void ask_what_came_back();
  Result<void> send(const hall::SmsWish& wish, bool maybe_done);
  Result<void> send_desk_message(const hall::DeskWork& work, const std::string& key, bool maybe_done);
  Result<void> submit(const std::string& id);
  Result<void> send_deposit(const hall::StreetErrand& errand, bool maybe_done);
  Result<void> deposit_failed(const std::string& id, const std::string& deposit, const std::string& reason);
  Result<void> watch(const hall::StreetErrand& errand);
  // Finishes the errand or leaves it for later; 1 when it was carried out.
  std::size_t settle(const Claimed& claimed, const Result<void>& result);
  void note(const Error& error);

  Parts parts_;
  std::optional<Instant> asked_returned_;
  std::string last_failure_;
};

}  // namespace yinxin::office
