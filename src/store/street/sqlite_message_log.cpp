// Messages to requesters that went out, and the carrier's word on each.

#include <algorithm>
#include <array>

#include "store/street/sqlite_street_store.h"
#include "store/street/wish_der.h"

namespace yinxin::store {

using namespace hall;

namespace {

constexpr std::array<std::string_view, 3> standing_codes{"waiting", "delivered", "failed"};
constexpr std::size_t max_reason_kept_bytes = 128;
constexpr std::size_t max_messages_at_once = 200;

FieldPlace log_place(const std::string& id) { return {"message_log", "sealed", id}; }

std::string_view code_of(SmsStanding standing) { return standing_codes[static_cast<std::size_t>(standing)]; }

Result<SqliteStreetStore::SentMessage> message_of(const FieldCipher& cipher, sqlite::Rows& rows) {
  SqliteStreetStore::SentMessage message;
  YX_TRY(const SecretBytes plain, cipher.open(log_place(rows.text(0)), rows.blob(1)));
  YX_TRY(message.wish, street::wish_of(plain.expose()));
  message.sent_at = rows.instant(2);
  const auto standing = std::ranges::find(standing_codes, rows.text(3));
  if (standing == standing_codes.end()) {
    return fail(ErrorCode::corrupt, "street store: an unknown standing of a message");
  }
  message.standing = static_cast<SmsStanding>(standing - standing_codes.begin());
  message.reason = rows.text(4);
  message.resends = rows.int64(5);
  return message;
}

}  // namespace

Result<void> SqliteStreetStore::put_messages(const std::vector<SmsWish>& messages) {
  YX_TRY(const auto sealed, sealed_messages(messages));
  return engine_.write([&](Transaction& t) -> Result<void> {
    for (std::size_t n = 0; n < messages.size(); ++n) {
      const auto put = put_message(t, messages[n], sealed[n]);
      // It is there, sealed another time.
      if (!put && put.error().code != ErrorCode::conflict) {
        return put.error();
      }
    }
    return {};
  });
}

Result<void> SqliteStreetStore::note_sent(const SmsWish& wish, Instant at) {
  if (wish.programme.empty()) {
    return {};
  }
  const SecretBytes plain(street::to_der(wish));
  YX_TRY(const Bytes sealed, cipher_.seal(log_place(wish.id), plain.expose()));
  const std::int64_t resends = street::resends_of(wish.id);
  return engine_.write([&](Transaction& t) {
    return t.run(
        "INSERT OR IGNORE INTO message_log(id, sealed, sent_ms, standing, reason, resends) "
        "VALUES(?1, ?2, ?3, 'waiting', '', ?4)",
        wish.id, sealed, to_unix_ms(at), resends);
  });
}

Result<std::vector<SqliteStreetStore::SentMessage>> SqliteStreetStore::unsaid_messages(Instant since,
                                                                                       std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<SentMessage>> {
    YX_TRY(auto rows, s.query("SELECT id, sealed, sent_ms, standing, reason, resends FROM message_log "
                              "WHERE standing='waiting' AND sent_ms>=?1 ORDER BY sent_ms, id LIMIT ?2",
                              to_unix_ms(since), static_cast<std::int64_t>(std::min(limit, max_messages_at_once))));
    std::vector<SentMessage> messages;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return messages;
      }
      YX_TRY(messages.emplace_back(), message_of(cipher_, rows));
    }
  });
}

Result<void> SqliteStreetStore::note_standing(const std::string& id, SmsStanding standing, const std::string& reason) {
  return engine_.write([&](Transaction& t) {
    return t.run("UPDATE message_log SET standing=?2, reason=?3 WHERE id=?1 AND standing='waiting'", id,
                 code_of(standing), reason.substr(0, max_reason_kept_bytes));
  });
}

Result<SqliteStreetStore::SentMessage> SqliteStreetStore::sent_message(const std::string& id) {
  return engine_.read([&](Snapshot& s) -> Result<SentMessage> {
    YX_TRY(auto rows,
           s.query("SELECT id, sealed, sent_ms, standing, reason, resends FROM message_log WHERE id=?1", id));
    YX_TRY(const bool found, rows.next());
    return found ? message_of(cipher_, rows) : Result<SentMessage>(fail(ErrorCode::not_found, "no such message"));
  });
}

}  // namespace yinxin::store
