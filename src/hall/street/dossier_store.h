#pragma once
// What the street keeps, as a port. Implemented by store/street.

#include "hall/notice/sms_wish.h"
#include "hall/street/dossier.h"

namespace yinxin::hall {

constexpr std::size_t max_dossiers_listed = 200;
constexpr std::size_t max_money_listed = 500;

// Something that the street wants done, in the same transaction as the change that wants it.
struct StreetErrand {
  std::string kind;  // "submit", "micro_deposit", "deposit_watch", "legal_secret", "requester_secret", "withdraw"
  std::string key;   // the same key of a kind is the same errand
  std::string case_id;
  std::string parameter;
};

// An order or a refund of which the provider is to be asked again.
struct MoneyWatch {
  std::string number;  // of the order or the refund
  Instant due;
};
// A booking of the bank's that an officer found to pay an order: it pays no other.
struct BookingNamed {
  std::string booking;
  std::string order;
};
struct WatchedMoney {
  std::string number;
  std::string case_id;
};

struct DossierChange {
  Dossier dossier;  // as it shall stand; `version` is the one it was read at, 0 for a new one
  std::vector<SmsWish> messages;
  std::vector<StreetErrand> errands;
  std::vector<MoneyWatch> watches{};
  std::vector<BookingNamed> bookings{};
};

class DossierStore {
 public:
  virtual ~DossierStore() = default;
  virtual Result<Dossier> load(const std::string& id) = 0;  // not_found
  // Afterwards the version is one more. conflict when it has another version by now; already_exists when the account
  // has used the opening key before (find_opening() tells for what), and "transfer.booking_used" for a booking that
  // pays another order.
  virtual Result<void> save(const DossierChange& change) = 0;
  virtual Result<std::string> find_opening(const std::string& account, const std::string& opening_key) = 0;
  // Open cases that the clock is to look at by now (see next_look()), the longest waiting first: ids.
  virtual Result<std::vector<std::string>> ripe(Instant now, std::size_t limit) = 0;
  // Until `at` there is nothing for the clock to do; nullopt: never again, as the case stands.
  virtual Result<void> look_again(const std::string& id, std::optional<Instant> at) = 0;
  // How many cases were numbered on this day (UTC+8, YYYYMMDD), this one included.
  virtual Result<std::int64_t> next_of_day(const std::string& day) = 0;
  virtual Result<std::vector<DossierSummary>> list(const std::string& account, std::size_t limit) = 0;
  // Open cases of a unit in a programme, whoever's they are: ids.
  virtual Result<std::vector<std::string>> open_cases_of(const std::string& programme, const std::string& uscc) = 0;
  virtual Result<std::string> find_order(const std::string& number) = 0;   // the case's id; not_found
  virtual Result<std::string> find_refund(const std::string& number) = 0;  // the case's id; not_found
  // Refunds that wait for a finance officer, those asked for first before the others.
  virtual Result<std::vector<WatchedMoney>> refunds_to_decide(std::size_t limit) = 0;
  // Orders whose transfer was announced and has not come, those announced first before the others.
  virtual Result<std::vector<WatchedMoney>> transfers_awaited(std::size_t limit) = 0;
  // What is due to be asked of a provider.
  virtual Result<std::vector<WatchedMoney>> due_money(Instant now, std::size_t limit) = 0;
  // When it is asked again; nothing: never.
  virtual Result<void> set_watch(const std::string& number, std::optional<Instant> due) = 0;
  virtual Result<std::string> find_link(const crypto::Digest& token_hash) = 0;  // the case's id; not_found
  // Durable when it returns; named by SM3 of the content.
  virtual Result<crypto::Digest> put_file(BytesView content) = 0;
  virtual Result<Bytes> file(const crypto::Digest& hash) = 0;  // not_found, corrupt
};

}  // namespace yinxin::hall
