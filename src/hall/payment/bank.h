#pragma once
// The operator's bank, as the hall needs it: one fen out with a remark, and what came in. Implemented by outside/bank.

#include <optional>
#include <vector>

#include "base/secret_bytes.h"
#include "hall/provider_answer.h"

namespace yinxin::hall {

struct MicroDeposit {
  std::string id;  // ours, unique for ever: at most 30 of [0-9A-Za-z]
  std::string account_name;
  std::string account_number;
  std::string bank_name;
  std::string bank_number{};  // of the branch in interbank transfers, 12 digits; empty where nobody knows it
  std::int64_t amount_fen = 1;
  SecretBytes remark;  // UTF-8; may hold an activation secret
};

enum class DepositStanding : std::uint8_t { under_way, settled, returned, refused };
struct DepositFact {
  DepositStanding standing = DepositStanding::under_way;
  std::string reason;  // the bank's words when returned or refused
  ProviderAnswer answer;
};

struct IncomingCredit {
  std::string id;  // the bank's, unique
  std::int64_t amount_fen = 0;
  std::string payer_name;
  std::string payer_account;
  std::string remark;
  Instant booked_at;
  bool is_reversed = false;
};
struct IncomingPage {
  std::vector<IncomingCredit> credits;
  std::string cursor;  // where to go on; opaque
  bool is_last = true;
};

class Bank {
 public:
  virtual ~Bank() = default;
  // Accepted by the bank, not settled. The same id is never paid twice; already_exists when the bank knows it.
  virtual Result<ProviderAnswer> pay(const MicroDeposit& deposit) = 0;
  // not_found: the bank does not know the id.
  virtual Result<DepositFact> find(const std::string& id, Instant sent_at) = 0;
  // Deposits that came back on these days (UTC+8): ids with the bank's reason.
  virtual Result<std::vector<std::pair<std::string, DepositFact>>> returned(Instant from, Instant to) = 0;
  // Credits since the cursor; an empty cursor begins at `from`.
  virtual Result<IncomingPage> incoming(Instant from, const std::string& cursor) = 0;
};

}  // namespace yinxin::hall
