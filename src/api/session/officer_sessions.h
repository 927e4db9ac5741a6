#pragma once
// Officers' sessions at the desk: opened by a signature with the login key on the UKey, kept in memory alone.

#include <functional>
#include <map>
#include <mutex>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret_bytes.h"
#include "hall/application/move.h"
#include "net/http.h"
#include "trust/open.h"
#include "trust/roles.h"

namespace yinxin::api {

constexpr std::chrono::minutes challenge_life{2};
constexpr std::chrono::minutes desk_idle_life{15};
constexpr std::chrono::hours desk_session_life{8};
constexpr std::chrono::minutes desk_status_interval{1};  // how old a look at the roles CA's list may be
constexpr std::size_t max_desk_sessions = 512;
constexpr std::size_t max_sessions_a_person = 4;  // one more ends the oldest
constexpr std::size_t max_used_challenges = 4096;
constexpr std::size_t max_nonce_text = 256;

inline constexpr std::string_view desk_cookie = "yx_desk";
// As session.h's page_field, for the desk's own pages and the officers' agent.
inline constexpr std::string_view desk_page_field = "X-Yinxin-Desk";

// What the login key signs: no other statement begins like this, and a signature for one origin is none for another.
std::string desk_login_words(std::string_view origin, std::string_view nonce);

struct OfficerSession {
  trust::Role role = trust::Role::registration_officer;
  std::string person;  // hexadecimal, as hall::Actor::person
  x509::Certificate certificate;
  Instant began, seen, status_seen;

  // As whom the desk knows him; nobody for an audit administrator, who has no part in any case.
  [[nodiscard]] hall::Actor actor() const;
};

class OfficerSessions {
 public:
  // All outlive the sessions.
  struct Parts {
    const Clock& clock;
    Random& random;
    x509::Certificate roles_ca;
    std::function<Result<x509::CertificateList>()> roles_list;  // the roles CA's present list, verified
  };
  explicit OfficerSessions(Parts parts);

  struct Challenge {
    std::string nonce;
    Instant expires_at;
  };
  // Costs no memory: a nonce carries its own time and our MAC. It is remembered only once it has opened a session.
  Challenge challenge();

  struct SignedIn {
    SecretBytes token;
    OfficerSession session;
  };
  struct Login {
    Bytes certificate;
    Bytes signature;  // DER or raw, SM2 over desk_login_words()
    std::string nonce;
  };
  // forbidden "login.certificate" when it is not a login certificate of the roles CA that is good now, "login.role" for
  // one who has no place at the desk, "login.signature"; expired "login.nonce"; too_many_requests.
  Result<SignedIn> sign_in(const Login& login, std::string_view origin);
  // not_signed_in "session.none" or "session.over"; also once the certificate is no longer good.
  Result<OfficerSession> find(BytesView token);
  void sign_out(BytesView token);

 private:
  [[nodiscard]] Result<Instant> nonce_until(std::string_view nonce, Instant now) const;
  Result<void> check_status(const x509::Certificate& certificate) const;
  void forget_old(Instant now);
  Result<void> make_room(const std::string& person);

  Parts parts_;
  SecretBytes nonce_key_;
  std::mutex mutex_;
  std::map<crypto::Digest, OfficerSession> sessions_;  // by SM3 of the token
  std::map<std::string, Instant> used_;                // nonces, until they would have run out
};

}  // namespace yinxin::api
