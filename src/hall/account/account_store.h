#pragma once
// What logging in keeps, as a port. Implemented by store/street.

#include <optional>

#include "crypto/sm3.h"
#include "hall/notice/sms_wish.h"

namespace yinxin::hall {

// A code that was sent and not yet used. Only its hash stands here.
struct SmsChallenge {
  std::string id;
  std::string purpose;
  Bytes salt;
  crypto::Digest hash{};  // SM3 of salt, id, purpose and code
  Instant expires_at;
  int wrong = 0;
};

// One mobile number: its account, the code that is out, and how often it was used today.
struct NumberRecord {
  std::string mobile;
  std::int64_t version = 0;  // optimistic lock; 0: not stored yet
  std::string account;       // empty before the first login
  std::string day;           // in UTC+8, YYYY-MM-DD: what the two counts below are of
  int sent = 0;
  int wrong = 0;
  std::optional<Instant> sent_at;
  std::optional<SmsChallenge> challenge;
};

// Who is signed in. The token itself is only in the browser.
struct SessionRecord {
  crypto::Digest token_hash{};
  std::string account;
  std::string mobile;
  std::string project_id;  // of the deep link; survives logging in
  Instant begun;
  Instant seen;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  // A record of version 0 for a number that was never seen.
  virtual Result<NumberRecord> load_number(const std::string& mobile) = 0;
  // conflict when it has another version by now. The messages go into the outbox in the same transaction.
  virtual Result<void> save_number(const NumberRecord& record, const std::vector<SmsWish>& messages) = 0;
  virtual Result<void> put_session(const SessionRecord& session) = 0;
  virtual Result<SessionRecord> find_session(const crypto::Digest& token_hash) = 0;  // not_found
  virtual Result<void> end_session(const crypto::Digest& token_hash) = 0;
  // Sessions last seen before `before` or begun before `begun_before`; how many.
  virtual Result<std::int64_t> forget_sessions(Instant before, Instant begun_before) = 0;
};

}  // namespace yinxin::hall
