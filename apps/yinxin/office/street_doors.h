#pragma once
// What the desk may want of the street, wherever it stands: in this process (own_street.h), or in one of its own
// (remote_street.h). The street is never told where the desk is: it lays down what is for the desk, and the desk comes.

#include "hall/street/street.h"
#include "store/street/sqlite_street_store.h"
#include "yinxin/office/outside_doors.h"

namespace yinxin::office {

constexpr std::size_t errands_at_once = 32;
constexpr std::chrono::minutes errand_lease{2};
constexpr std::size_t cases_compared_at_once = 200;

using StreetErrandClaimed = store::SqliteStreetStore::Errand;

// Where a case stands in the street's eyes.
struct StreetStanding {
  std::string id;
  hall::CaseState state = hall::CaseState::draft;
  std::int64_t revision = 0;
};

class StreetDoors {
 public:
  virtual ~StreetDoors() = default;

  // ------------------------------------------------------------------------------ cases that go over to the desk
  // Errands that are the desk's to carry out, "submit" or "withdraw": at most errands_at_once, for errand_lease.
  // forbidden for any other kind.
  virtual Result<std::vector<StreetErrandClaimed>> claim(const std::string& kind) = 0;
  // Carried out; or not, and why: then it is tried again later.
  virtual Result<void> settle(const store::Claimed& claimed, const std::optional<std::string>& failure) = 0;
  virtual Result<hall::Submission> submission(const std::string& id) = 0;
  virtual Result<void> hear_withdrawal_refused(const std::string& id) = 0;

  // ------------------------------------------------------------------------------ what the desk has to tell
  // Of these cases, those that came over the street.
  virtual Result<std::vector<StreetStanding>> standings(const std::vector<std::string>& ids) = 0;
  // As hall::Street's; what a bank still carries for a case that is over is void before.
  virtual Result<void> hear_desk(const hall::DeskNews& news) = 0;
  // The carrier is asked later what became of it.
  virtual Result<void> note_sent(const hall::SmsWish& wish, Instant at) = 0;
  // To be sent; one whose id is there already is passed over.
  virtual Result<void> put_messages(const std::vector<hall::SmsWish>& wishes) = 0;

  // ------------------------------------------------------------------------------ what officers ask for, as
  // hall::Street By which transactions the providers are asked again; empty where there was none, and for a case that
  // did not come over the street.
  virtual Result<EvidenceQuestion> transactions(const std::string& id) = 0;
  virtual Result<std::vector<hall::ConsentShown>> consents_of(const std::string& id) = 0;
  virtual Result<std::optional<hall::LegalCheck>> legal_check(const std::string& id) = 0;
  virtual Result<void> see_legal_representative(const std::string& id, const hall::Actor& officer,
                                                const hall::SeenInPerson& seen) = 0;
  virtual Result<void> confirm_legal_representative(const std::string& id, const hall::Actor& officer) = 0;
  virtual Result<std::vector<hall::MoneyItem>> money_to_decide() = 0;
  virtual Result<std::string> case_of_refund(const std::string& number) = 0;
  virtual Result<std::string> case_of_order(const std::string& order) = 0;
  virtual Result<hall::MoneyItem> decide_refund(const std::string& number, hall::FinanceDeed deed,
                                                const std::string& officer, const std::string& words) = 0;
  virtual Result<hall::MoneyItem> give_back(const std::string& order, std::int64_t fen, const std::string& officer,
                                            const std::string& words) = 0;
  virtual Result<std::vector<hall::TransferItem>> transfers_awaited() = 0;
  virtual Result<Bytes> voucher(const std::string& order) = 0;
  virtual Result<void> deny_voucher(const std::string& order, const std::string& officer, const std::string& words) = 0;
  virtual Result<void> name_booking(const std::string& order, const std::string& booking, const std::string& officer,
                                    const std::string& words) = 0;
};

}  // namespace yinxin::office
