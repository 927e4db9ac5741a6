#include "api/session/officer_sessions.h"

#include <algorithm>

namespace yinxin::api {

namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t nonce_key_bytes = 32;
constexpr std::size_t nonce_time_bytes = 8;
constexpr std::size_t nonce_random_bytes = 16;
constexpr std::size_t nonce_told_bytes = nonce_time_bytes + nonce_random_bytes;
constexpr unsigned bits_a_byte = 8;

crypto::Digest mac_of(const SecretBytes& key, BytesView told) {
  return crypto::hmac_sm3(key.expose(), {bytes_of("yinxin desk nonce 1"), told});
}

Bytes bytes_of_time(Instant at) {
  auto number = static_cast<std::uint64_t>(at.time_since_epoch().count());
  Bytes out(nonce_time_bytes);
  for (auto byte = out.rbegin(); byte != out.rend(); ++byte, number >>= bits_a_byte) {
    *byte = static_cast<std::uint8_t>(number);
  }
  return out;
}

Instant time_of_bytes(BytesView bytes) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) {
    number = number << bits_a_byte | byte;
  }
  return Instant(Instant::duration(static_cast<Instant::rep>(number)));
}

bool has_place_at_desk(trust::Role role) {
  return role == trust::Role::registration_officer || role == trust::Role::review_officer ||
         role == trust::Role::production_officer || role == trust::Role::finance_officer ||
         role == trust::Role::audit_administrator;
}

hall::By by_of(trust::Role role) {
  switch (role) {
    case trust::Role::registration_officer: return hall::By::registration_officer;
    case trust::Role::review_officer: return hall::By::review_officer;
    case trust::Role::production_officer: return hall::By::production_officer;
    case trust::Role::finance_officer: return hall::By::finance_officer;
    default: return hall::By::nobody;
  }
}

Error bad_certificate() { return fail(ErrorCode::forbidden, "login.certificate"); }

}  // namespace

std::string desk_login_words(std::string_view origin, std::string_view nonce) {
  return "yinxin desk login\n" + std::string(origin) + "\n" + std::string(nonce);
}

hall::Actor OfficerSession::actor() const { return {by_of(role), person}; }

OfficerSessions::OfficerSessions(Parts parts)
    : parts_(std::move(parts)), nonce_key_(parts_.random.secret(nonce_key_bytes)) {}

OfficerSessions::Challenge OfficerSessions::challenge() {
  const Instant until = parts_.clock.now() + challenge_life;
  const Bytes told = concat({bytes_of_time(until), parts_.random.bytes(nonce_random_bytes)});
  return {.nonce = to_hex(concat({told, mac_of(nonce_key_, told)})), .expires_at = until};
}

Result<Instant> OfficerSessions::nonce_until(std::string_view nonce, Instant now) const {
  const Error stale = fail(ErrorCode::expired, "login.nonce");
  const auto bytes = nonce.size() > max_nonce_text ? Result<Bytes>(stale) : from_hex(nonce);
  if (!bytes || bytes->size() != nonce_told_bytes + crypto::sm3_size) {
    return stale;
  }
  const BytesView told = BytesView(*bytes).first(nonce_told_bytes);
  if (!equal_in_constant_time(mac_of(nonce_key_, told), BytesView(*bytes).subspan(nonce_told_bytes))) {
    return stale;
  }
  const Instant until = time_of_bytes(told.first(nonce_time_bytes));
  return now < until ? Result<Instant>(until) : Result<Instant>(stale);
}

Result<void> OfficerSessions::check_status(const x509::Certificate& certificate) const {
  if (!certificate.in_force_at(parts_.clock.now())) {
    return bad_certificate();
  }
  YX_TRY(const x509::CertificateList list, parts_.roles_list());
  return list.find(certificate.serial()) == nullptr ? Result<void>() : Result<void>(bad_certificate());
}

void OfficerSessions::forget_old(Instant now) {
  std::erase_if(used_, [&](const auto& entry) { return entry.second <= now; });
  std::erase_if(sessions_, [&](const auto& entry) {
    return now - entry.second.seen >= desk_idle_life || now - entry.second.began >= desk_session_life;
  });
}

Result<void> OfficerSessions::make_room(const std::string& person) {
  const auto is_his = [&](const auto& entry) { return entry.second.person == person; };
  while (static_cast<std::size_t>(std::ranges::count_if(sessions_, is_his)) >= max_sessions_a_person) {
    auto oldest = sessions_.end();
    for (auto each = sessions_.begin(); each != sessions_.end(); ++each) {
      if (is_his(*each) && (oldest == sessions_.end() || each->second.seen < oldest->second.seen)) {
        oldest = each;
      }
    }
    sessions_.erase(oldest);
  }
  if (sessions_.size() >= max_desk_sessions || used_.size() >= max_used_challenges) {
    return fail(ErrorCode::too_many_requests, "login.too_many");
  }
  return {};
}

Result<OfficerSessions::SignedIn> OfficerSessions::sign_in(const Login& login, std::string_view origin) {
  const Instant now = parts_.clock.now();
  YX_TRY(const Instant until, nonce_until(login.nonce, now));
  const auto certificate = x509::Certificate::parse(login.certificate);
  if (!certificate || !trust::is_for_login(*certificate) || !trust::is_issued_by(*certificate, parts_.roles_ca)) {
    return bad_certificate();
  }
  const auto key = certificate->public_key().sm2();
  const auto signature = crypto::Sm2Signature::from_der_or_raw(login.signature);
  if (!key || !signature || !crypto::sm2_verify(*key, bytes_of(desk_login_words(origin, login.nonce)), *signature)) {
    return fail(ErrorCode::forbidden, "login.signature");
  }
  YX_CHECK(check_status(*certificate));
  const auto officer = trust::officer_of(*certificate);
  if (!officer) {
    return bad_certificate();
  }
  if (!has_place_at_desk(officer->role)) {
    return fail(ErrorCode::forbidden, "login.role");
  }
  SignedIn in{.token = parts_.random.secret(token_bytes),
              .session = {.role = officer->role,
                          .person = to_hex(officer->person.value),
                          .certificate = *certificate,
                          .began = now,
                          .seen = now,
                          .status_seen = now}};
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  YX_CHECK(make_room(in.session.person));
  // The text may be written in either case: what is remembered is what it says.
  if (!used_.emplace(to_hex(from_hex(login.nonce).value()), until).second) {
    return fail(ErrorCode::expired, "login.nonce");
  }
  sessions_.emplace(crypto::sm3(in.token.expose()), in.session);
  return in;
}

Result<OfficerSession> OfficerSessions::find(BytesView token) {
  const Instant now = parts_.clock.now();
  const crypto::Digest name = crypto::sm3(token);
  OfficerSession session;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = sessions_.find(name);
    if (found == sessions_.end()) {
      return fail(ErrorCode::not_signed_in, "session.none");
    }
    session = found->second;
    if (now - session.seen >= desk_idle_life || now - session.began >= desk_session_life) {
      sessions_.erase(found);
      return fail(ErrorCode::not_signed_in, "session.over");
    }
    found->second.seen = now;
  }
  if (now - session.status_seen >= desk_status_interval) {
    // The list is somebody else's to fetch: asked without our lock.
    const auto good = check_status(session.certificate);
    if (!good && good.error().code != ErrorCode::forbidden) {
      return good.error();
    }
    const std::scoped_lock lock(mutex_);
    if (!good) {
      sessions_.erase(name);
      return fail(ErrorCode::not_signed_in, "session.over");
    }
    if (const auto found = sessions_.find(name); found != sessions_.end()) {
      found->second.status_seen = now;
    }
  }
  return session;
}

void OfficerSessions::sign_out(BytesView token) {
  const std::scoped_lock lock(mutex_);
  sessions_.erase(crypto::sm3(token));
}

}  // namespace yinxin::api
