#include "hall/account/login.h"

#include "base/identifiers/contact.h"
#include "base/text.h"

namespace yinxin::hall {

namespace {

constexpr int most_tries_to_save = 4;
constexpr std::size_t id_bytes = 16;
constexpr std::uint64_t code_space = 1'000'000;
constexpr std::size_t date_length = 10;
constexpr std::string_view login_purpose = "login";

std::string day_of(Instant at) { return to_beijing_text(at).substr(0, date_length); }

crypto::Digest hash_of(const SmsChallenge& challenge, std::string_view code) {
  return crypto::sm3({challenge.salt, bytes_of(challenge.id), bytes_of("/"), bytes_of(challenge.purpose), bytes_of("/"),
                      bytes_of(code)});
}

bool is_over(const SessionRecord& session, Instant now) {
  return now >= session.seen + session_idle_life || now >= session.begun + session_life;
}

std::string drawn_code(Random& random) {
  std::string code = std::to_string(random.below(code_space));
  return std::string(sms_code_digits - code.size(), '0') + code;
}

// What is wrong with an answer to this challenge, counted in the record; nothing when it is right.
std::optional<Error> judge(NumberRecord& record, const std::string& purpose, const std::string& challenge,
                           std::string_view code, Instant now) {
  if (record.wrong >= max_wrong_codes_a_day) {
    return fail(ErrorCode::pin_locked, "code.locked");
  }
  auto& out = record.challenge;
  if (!out || out->id != challenge || out->purpose != purpose || now >= out->expires_at) {
    return fail(ErrorCode::expired, "code.expired");
  }
  if (equal_in_constant_time(hash_of(*out, code), out->hash)) {
    out.reset();
    return std::nullopt;
  }
  ++out->wrong;
  ++record.wrong;
  if (out->wrong >= max_code_tries || record.wrong >= max_wrong_codes_a_day) {
    out.reset();
    return fail(ErrorCode::pin_locked, "code.locked");
  }
  return fail(ErrorCode::pin_wrong, "code.wrong." + std::to_string(max_code_tries - out->wrong));
}

}  // namespace

Result<NumberRecord> Login::record_of_today(const std::string& mobile) {
  YX_TRY(NumberRecord record, parts_.store.load_number(mobile));
  const std::string today = day_of(parts_.clock.now());
  if (record.day != today) {
    record.day = today;
    record.sent = 0;
    record.wrong = 0;
  }
  record.mobile = mobile;
  return record;
}

Result<CodeSent> Login::send_code(std::string_view mobile, const std::string& purpose) {
  YX_TRY(const MobileNumber number, MobileNumber::parse(mobile));
  const Instant now = parts_.clock.now();
  YX_TRY(NumberRecord record, record_of_today(number.text()));
  if (record.sent_at && now < *record.sent_at + sms_code_pause) {
    return fail(ErrorCode::too_many_requests, "code.pause");
  }
  if (record.sent >= max_codes_a_day || record.wrong >= max_wrong_codes_a_day) {
    return fail(ErrorCode::too_many_requests, "code.day");
  }
  std::string code = drawn_code(parts_.random);
  SmsChallenge challenge{.id = to_hex(parts_.random.bytes(id_bytes)),
                         .purpose = purpose,
                         .salt = parts_.random.bytes(id_bytes),
                         .hash = {},
                         .expires_at = now + sms_code_life};
  challenge.hash = hash_of(challenge, code);
  record.challenge = challenge;
  record.sent_at = now;
  ++record.sent;
  std::vector<SmsWish> messages{
      {.id = challenge.id, .mobile = number.text(), .text = "code", .programme = {}, .parameters = {{"code", code}}}};
  const auto saved = parts_.store.save_number(record, messages);
  wipe(messages.front().parameters["code"]);
  wipe(code);
  if (!saved) {
    // Somebody asked for the same number in the same moment: that code is the one that counts.
    return saved.error().code == ErrorCode::conflict ? fail(ErrorCode::too_many_requests, "code.pause") : saved.error();
  }
  return CodeSent{.challenge = challenge.id, .expires_at = challenge.expires_at, .next_at = now + sms_code_pause};
}

Result<void> Login::use_code(std::string_view mobile, const std::string& purpose, const std::string& challenge,
                             std::string_view code) {
  YX_TRY(const MobileNumber number, MobileNumber::parse(mobile));
  YX_TRY(const std::string typed, normalised_number(code));
  for (int tries = 0; tries < most_tries_to_save; ++tries) {
    YX_TRY(NumberRecord record, record_of_today(number.text()));
    const auto wrong = judge(record, purpose, challenge, typed, parts_.clock.now());
    const auto saved = parts_.store.save_number(record, {});
    if (saved) {
      return wrong ? Result<void>(*wrong) : Result<void>();
    }
    if (saved.error().code != ErrorCode::conflict) {
      return saved.error();
    }
  }
  return fail(ErrorCode::conflict, "this number is being used by others");
}

Result<std::string> Login::account_of(const std::string& mobile) {
  for (int tries = 0; tries < most_tries_to_save; ++tries) {
    YX_TRY(NumberRecord record, record_of_today(mobile));
    if (!record.account.empty()) {
      return record.account;
    }
    record.account = to_hex(parts_.random.bytes(id_bytes));
    YX_CHECK(parts_.audit.record({.role = "requester",
                                  .subject = record.account,
                                  .action = "account.open",
                                  .object = record.account,
                                  .result = "intended"}));
    const auto saved = parts_.store.save_number(record, {});
    if (saved) {
      return record.account;
    }
    if (saved.error().code != ErrorCode::conflict) {
      return saved.error();
    }
  }
  return fail(ErrorCode::conflict, "this number is being used by others");
}

Result<SignedIn> Login::sign_in(std::string_view mobile, const std::string& challenge, std::string_view code,
                                const std::string& project_id) {
  YX_CHECK(use_code(mobile, std::string(login_purpose), challenge, code));
  YX_TRY(const MobileNumber number, MobileNumber::parse(mobile));
  YX_TRY(const std::string account, account_of(number.text()));
  SecretBytes token = parts_.random.secret(session_token_bytes);
  const Instant now = parts_.clock.now();
  SessionRecord session{.token_hash = crypto::sm3(token.expose()),
                        .account = account,
                        .mobile = number.text(),
                        .project_id = project_id,
                        .begun = now,
                        .seen = now};
  YX_CHECK(parts_.store.put_session(session));
  return SignedIn{.token = std::move(token), .session = std::move(session)};
}

Result<SessionRecord> Login::session(BytesView token) {
  const crypto::Digest hash = crypto::sm3(token);
  auto found = parts_.store.find_session(hash);
  if (!found) {
    return found.error().code == ErrorCode::not_found ? fail(ErrorCode::not_signed_in, "session.none")
                                                      : std::move(found).error();
  }
  const Instant now = parts_.clock.now();
  if (is_over(*found, now)) {
    YX_CHECK(parts_.store.end_session(hash));
    return fail(ErrorCode::not_signed_in, "session.over");
  }
  if (now >= found->seen + session_seen_grain) {
    found->seen = now;
    YX_CHECK(parts_.store.put_session(*found));
  }
  return std::move(*found);
}

bool Login::holds(BytesView token) {
  const auto found = parts_.store.find_session(crypto::sm3(token));
  return found && !is_over(*found, parts_.clock.now());
}

Result<void> Login::sign_out(BytesView token) { return parts_.store.end_session(crypto::sm3(token)); }

}  // namespace yinxin::hall
