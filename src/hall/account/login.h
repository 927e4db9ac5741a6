#pragma once
// Logging in with a mobile number and a code by SMS. A code is bound to its challenge, purpose and number; the
// answers for known and unknown numbers are the same.

#include <chrono>

#include "audit/record.h"
#include "base/clock.h"
#include "base/random.h"
#include "hall/account/account_store.h"

namespace yinxin::hall {

constexpr std::size_t sms_code_digits = 6;
constexpr std::chrono::minutes sms_code_life{5};
constexpr std::chrono::seconds sms_code_pause{60};  // between two codes for one number
constexpr int max_code_tries = 5;                   // for one code
constexpr int max_codes_a_day = 10;                 // for one number
constexpr int max_wrong_codes_a_day = 10;           // for one number, over all codes
constexpr std::chrono::minutes session_idle_life{30};
constexpr std::chrono::hours session_life{8};
constexpr std::chrono::minutes session_seen_grain{1};  // how exactly "last seen" is kept
constexpr std::size_t session_token_bytes = 32;

struct CodeSent {
  std::string challenge;
  Instant expires_at;
  Instant next_at;  // when another code may be asked for
};

struct SignedIn {
  SecretBytes token;  // for the cookie
  SessionRecord session;
};

class Login {
 public:
  struct Parts {
    AccountStore& store;
    audit::Recorder& audit;
    const Clock& clock;
    Random& random;
  };
  explicit Login(Parts parts) : parts_(parts) {}

  // invalid_input (mobile.*); too_many_requests "code.pause" or "code.day".
  Result<CodeSent> send_code(std::string_view mobile, const std::string& purpose);
  // Whether the code is right; it counts as used then. pin_wrong with "code.wrong.<tries left>"; expired "code.expired"
  // for one that is used, replaced or old; pin_locked "code.locked" after the last try or the day's.
  Result<void> use_code(std::string_view mobile, const std::string& purpose, const std::string& challenge,
                        std::string_view code);
  // use_code() for "login", then a session; the first login makes the account.
  Result<SignedIn> sign_in(std::string_view mobile, const std::string& challenge, std::string_view code,
                           const std::string& project_id);
  // not_signed_in for a token that is unknown, idle for too long or too old.
  Result<SessionRecord> session(BytesView token);
  // The same question, without counting as use: what only waits does not keep a session awake.
  [[nodiscard]] bool holds(BytesView token);
  Result<void> sign_out(BytesView token);

 private:
  Result<NumberRecord> record_of_today(const std::string& mobile);
  Result<std::string> account_of(const std::string& mobile);
  Parts parts_;
};

}  // namespace yinxin::hall
