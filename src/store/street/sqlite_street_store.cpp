#include "store/street/sqlite_street_store.h"

#include <algorithm>

#include "crypto/asn1/der.h"
#include "hall/street/reminders.h"
#include "store/street/wish_der.h"

namespace yinxin::store {

using namespace hall;

static_assert(max_upload_bytes <= max_blob_bytes);

namespace {

constexpr std::string_view message_kind = "street.sms";
constexpr std::string_view errand_prefix = "street.";

Error broken(std::string_view what) { return fail(ErrorCode::corrupt, "street store: " + std::string(what)); }

FieldPlace session_place(const std::string& row) { return {"session", "mobile", row}; }
FieldPlace dossier_place(const std::string& row) { return {"dossier", "sealed", row}; }
FieldPlace unit_place(const std::string& row) { return {"dossier", "unit", row}; }
FieldPlace message_place(const std::string& row) { return {"outbox", "sms", row}; }

std::string version_row(const std::string& id, std::int64_t version) { return id + "/" + std::to_string(version); }

std::string_view code_of(CaseState state) { return life::case_states[static_cast<std::size_t>(state)].code; }
bool is_final(CaseState state) { return life::case_states[static_cast<std::size_t>(state)].is_final; }

Result<CaseState> state_of(std::string_view code) {
  const auto found = std::ranges::find(life::case_states, code, &StateRow<CaseState>::code);
  return found == life::case_states.end() ? Result<CaseState>(broken("an unknown state"))
                                          : Result<CaseState>(found->state);
}

Result<crypto::Digest> digest_of(const Bytes& bytes) {
  crypto::Digest digest{};
  if (bytes.size() != digest.size()) {
    return broken("a digest of the wrong size");
  }
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

// Errand ::= SEQUENCE { caseId UTF8String, parameter UTF8String }
Bytes to_der(const StreetErrand& errand) {
  return asn1::sequence([&](asn1::Writer& w) { w.utf8(errand.case_id).utf8(errand.parameter); });
}

Result<std::string> text_in(asn1::Reader& r) {
  YX_TRY(const asn1::Element element, r.expect(asn1::tag::utf8_string));
  return asn1::text_of_element(element);
}

Result<NumberRecord> number_of_row(sqlite::Rows& rows, const std::string& mobile) {
  NumberRecord record;
  record.mobile = mobile;
  record.version = rows.int64(0);
  record.account = rows.text(1);
  record.day = rows.text(2);
  record.sent = static_cast<int>(rows.int64(3));
  record.wrong = static_cast<int>(rows.int64(4));
  if (!rows.is_null(5)) {
    record.sent_at = rows.instant(5);
  }
  if (!rows.is_null(6)) {
    SmsChallenge& challenge = record.challenge.emplace();
    challenge.id = rows.text(6);
    challenge.purpose = rows.text(7);
    challenge.salt = rows.blob(8);
    YX_TRY(challenge.hash, digest_of(rows.blob(9)));
    challenge.expires_at = rows.instant(10);
    challenge.wrong = static_cast<int>(rows.int64(11));
  }
  return record;
}

Result<std::vector<WatchedMoney>> watched_of(sqlite::Rows& rows) {
  std::vector<WatchedMoney> out;
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return out;
    }
    out.push_back({.number = rows.text(0), .case_id = rows.text(1)});
  }
}

std::optional<std::int64_t> ms_of(const std::optional<Instant>& at) {
  return at ? std::optional(to_unix_ms(*at)) : std::nullopt;
}

}  // namespace

Result<NumberRecord> SqliteStreetStore::load_number(const std::string& mobile) {
  const auto index = cipher_.blind_index("number.mobile", mobile);
  return engine_.read([&](Snapshot& s) -> Result<NumberRecord> {
    YX_TRY(auto rows, s.query("SELECT version, account, day, sent, wrong, sent_at_ms, challenge, purpose, salt, hash, "
                              "expires_at_ms, challenge_wrong FROM number WHERE mobile_index=?1",
                              index));
    YX_TRY(const bool found, rows.next());
    if (found) {
      return number_of_row(rows, mobile);
    }
    NumberRecord fresh;
    fresh.mobile = mobile;
    return fresh;
  });
}

Result<std::vector<Bytes>> SqliteStreetStore::sealed_messages(const std::vector<SmsWish>& messages) const {
  std::vector<Bytes> sealed;
  for (const SmsWish& wish : messages) {
    const SecretBytes plain(street::to_der(wish));
    YX_TRY(sealed.emplace_back(), cipher_.seal(message_place(wish.id), plain.expose()));
  }
  return sealed;
}

Result<void> SqliteStreetStore::put_message(Transaction& t, const SmsWish& wish, BytesView sealed) const {
  YX_CHECK(WorkQueue::outbox(engine_.clock())
               .put(t, {.kind = std::string(message_kind), .idempotency_key = wish.id, .payload = to_bytes(sealed)}));
  return {};
}

Result<void> SqliteStreetStore::save_number(const NumberRecord& record, const std::vector<SmsWish>& messages) {
  const auto index = cipher_.blind_index("number.mobile", record.mobile);
  YX_TRY(const auto sealed, sealed_messages(messages));
  const auto& challenge = record.challenge;
  const auto text = [&](const std::string SmsChallenge::*part) {
    return challenge ? std::optional((*challenge).*part) : std::nullopt;
  };
  const std::optional<Bytes> salt = challenge ? std::optional(challenge->salt) : std::nullopt;
  const std::optional<Bytes> hash = challenge ? std::optional(to_bytes(challenge->hash)) : std::nullopt;
  const auto expires = challenge ? ms_of(challenge->expires_at) : std::nullopt;
  const auto wrong = challenge ? std::optional(std::int64_t{challenge->wrong}) : std::nullopt;
  return engine_.write([&](Transaction& t) -> Result<void> {
    if (record.version == 0) {
      YX_CHECK(
          t.run("INSERT OR IGNORE INTO number(mobile_index, version, account, day, sent, wrong, sent_at_ms, "
                "challenge, purpose, salt, hash, expires_at_ms, challenge_wrong) "
                "VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                index, record.account, record.day, record.sent, record.wrong, ms_of(record.sent_at),
                text(&SmsChallenge::id), text(&SmsChallenge::purpose), salt, hash, expires, wrong));
    } else {
      YX_CHECK(
          t.run("UPDATE number SET version=version+1, account=?2, day=?3, sent=?4, wrong=?5, sent_at_ms=?6, "
                "challenge=?7, purpose=?8, salt=?9, hash=?10, expires_at_ms=?11, challenge_wrong=?12 "
                "WHERE mobile_index=?1 AND version=?13",
                index, record.account, record.day, record.sent, record.wrong, ms_of(record.sent_at),
                text(&SmsChallenge::id), text(&SmsChallenge::purpose), salt, hash, expires, wrong, record.version));
    }
    if (t.changes() != 1) {
      return fail(ErrorCode::conflict, "the number was changed by others");
    }
    for (std::size_t n = 0; n < messages.size(); ++n) {
      YX_CHECK(put_message(t, messages[n], sealed[n]));
    }
    return {};
  });
}

Result<void> SqliteStreetStore::put_session(const SessionRecord& session) {
  const std::string row = to_hex(session.token_hash);
  YX_TRY(const Bytes mobile, cipher_.seal(session_place(row), bytes_of(session.mobile)));
  return engine_.write([&](Transaction& t) {
    return t.run(
        "INSERT INTO session(token_hash, account, mobile, project_id, begun_ms, seen_ms) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(token_hash) DO UPDATE SET seen_ms=excluded.seen_ms",
        session.token_hash, session.account, mobile, session.project_id, to_unix_ms(session.begun),
        to_unix_ms(session.seen));
  });
}

Result<SessionRecord> SqliteStreetStore::find_session(const crypto::Digest& token_hash) {
  return engine_.read([&](Snapshot& s) -> Result<SessionRecord> {
    YX_TRY(auto rows, s.query("SELECT account, mobile, project_id, begun_ms, seen_ms FROM session WHERE token_hash=?1",
                              token_hash));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return fail(ErrorCode::not_found, "no such session");
    }
    const std::string row = to_hex(token_hash);
    YX_TRY(const SecretBytes mobile, cipher_.open(session_place(row), rows.blob(1)));
    return SessionRecord{.token_hash = token_hash,
                         .account = rows.text(0),
                         .mobile = std::string(mobile.expose_text()),
                         .project_id = rows.text(2),
                         .begun = rows.instant(3),
                         .seen = rows.instant(4)};
  });
}

Result<void> SqliteStreetStore::end_session(const crypto::Digest& token_hash) {
  return engine_.write([&](Transaction& t) { return t.run("DELETE FROM session WHERE token_hash=?1", token_hash); });
}

Result<std::int64_t> SqliteStreetStore::forget_sessions(Instant before, Instant begun_before) {
  return engine_.write([&](Transaction& t) -> Result<std::int64_t> {
    YX_CHECK(
        t.run("DELETE FROM session WHERE seen_ms<?1 OR begun_ms<?2", to_unix_ms(before), to_unix_ms(begun_before)));
    return t.changes();
  });
}

Result<Dossier> SqliteStreetStore::load(const std::string& id) {
  return engine_.read([&](Snapshot& s) -> Result<Dossier> {
    YX_TRY(auto rows, s.query("SELECT version, sealed FROM dossier WHERE id=?1", id));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return fail(ErrorCode::not_found, "case.unknown");
    }
    const std::int64_t version = rows.int64(0);
    const std::string row = version_row(id, version);
    YX_TRY(const SecretBytes plain, cipher_.open(dossier_place(row), rows.blob(1)));
    YX_TRY(Dossier dossier, Dossier::from_json(plain.expose_text()));
    if (dossier.id != id) {
      return broken("a dossier that does not belong to its row");
    }
    dossier.version = version;
    return dossier;
  });
}

Result<void> SqliteStreetStore::put_money(Transaction& t, const DossierChange& change) {
  const Dossier& dossier = change.dossier;
  for (const OrderRecord& order : dossier.orders) {
    YX_CHECK(t.run("INSERT OR IGNORE INTO order_of_case(number, case_id) VALUES(?1, ?2)", order.number, dossier.id));
    if (order.way == hall::transfer_way) {
      YX_CHECK(
          t.run("INSERT INTO transfer(number, case_id, is_awaited, announced_ms) VALUES(?1, ?2, ?3, ?4) "
                "ON CONFLICT(number) DO UPDATE SET is_awaited=excluded.is_awaited",
                order.number, dossier.id, std::int64_t{order.state == hall::PaymentState::announced ? 1 : 0},
                to_unix_ms(dossier.changed)));
    }
  }
  for (const RefundRecord& refund : dossier.refunds) {
    YX_CHECK(
        t.run("INSERT INTO refund(number, case_id, state, asked_ms) VALUES(?1, ?2, ?3, ?4) "
              "ON CONFLICT(number) DO UPDATE SET state=excluded.state",
              refund.number, dossier.id, life::refund_states[static_cast<std::size_t>(refund.state)].code,
              to_unix_ms(refund.asked_at)));
  }
  for (const hall::BookingNamed& named : change.bookings) {
    YX_CHECK(
        t.run("INSERT OR IGNORE INTO transfer_booking(booking, number) VALUES(?1, ?2)", named.booking, named.order));
    if (t.changes() != 1) {
      return fail(ErrorCode::already_exists, "transfer.booking_used");
    }
  }
  for (const MoneyWatch& watch : change.watches) {
    YX_CHECK(
        t.run("INSERT INTO money_watch(number, case_id, due_ms) VALUES(?1, ?2, ?3) "
              "ON CONFLICT(number) DO UPDATE SET due_ms=excluded.due_ms",
              watch.number, dossier.id, to_unix_ms(watch.due)));
  }
  return {};
}

Result<void> SqliteStreetStore::save(const DossierChange& change) {
  const Dossier& dossier = change.dossier;
  const std::int64_t version = dossier.version + 1;
  const std::string row = version_row(dossier.id, version);
  std::string json = dossier.to_json();
  auto sealed = cipher_.seal(dossier_place(row), bytes_of(json));
  wipe(json);
  YX_CHECK(sealed);
  YX_TRY(const Bytes unit, cipher_.seal(unit_place(row), bytes_of(dossier.answer("unit_name"))));
  YX_TRY(const auto messages, sealed_messages(change.messages));
  const auto uscc = cipher_.blind_index("dossier.uscc", dossier.answer("unit_document_number"));
  const CaseState state = dossier.application.state;
  const int is_open = is_final(state) ? 0 : 1;
  const auto look = ms_of(next_look(dossier));
  return engine_.write([&](Transaction& t) -> Result<void> {
    if (dossier.version == 0) {
      YX_CHECK(
          t.run("INSERT OR IGNORE INTO dossier(id, account, opening_key, programme, version, state, is_open, "
                "uscc_index, unit, sealed, changed_ms) VALUES(?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10)",
                dossier.id, dossier.account, dossier.opening_key, dossier.programme, code_of(state), is_open, uscc,
                unit, *sealed, to_unix_ms(dossier.changed)));
      if (t.changes() != 1) {
        return fail(ErrorCode::already_exists, "the case, or its opening, is there already");
      }
    } else {
      YX_CHECK(t.run(
          "UPDATE dossier SET version=version+1, state=?2, is_open=?3, uscc_index=?4, unit=?5, sealed=?6, "
          "changed_ms=?7 WHERE id=?1 AND version=?8",
          dossier.id, code_of(state), is_open, uscc, unit, *sealed, to_unix_ms(dossier.changed), dossier.version));
      if (t.changes() != 1) {
        return fail(ErrorCode::conflict, "the case was changed by others");
      }
    }
    YX_CHECK(
        t.run("INSERT INTO dossier_clock(case_id, look_ms) VALUES(?1, ?2) "
              "ON CONFLICT(case_id) DO UPDATE SET look_ms=excluded.look_ms",
              dossier.id, look));
    YX_CHECK(put_money(t, change));
    if (const auto& link = dossier.identity.link) {
      YX_CHECK(
          t.run("INSERT OR IGNORE INTO phone_link(token_hash, case_id) VALUES(?1, ?2)", link->token_hash, dossier.id));
    }
    for (std::size_t n = 0; n < messages.size(); ++n) {
      YX_CHECK(put_message(t, change.messages[n], messages[n]));
    }
    for (const StreetErrand& errand : change.errands) {
      YX_CHECK(WorkQueue::outbox(engine_.clock())
                   .put(t, {.kind = std::string(errand_prefix) + errand.kind,
                            .idempotency_key = errand.key,
                            .payload = to_der(errand)}));
    }
    return {};
  });
}

Result<std::vector<std::string>> SqliteStreetStore::ripe(Instant now, std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<std::string>> {
    YX_TRY(auto rows, s.query("SELECT case_id FROM dossier_clock WHERE look_ms<=?1 ORDER BY look_ms, case_id LIMIT ?2",
                              to_unix_ms(now), static_cast<std::int64_t>(std::min(limit, max_dossiers_listed))));
    std::vector<std::string> ids;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return ids;
      }
      ids.push_back(rows.text(0));
    }
  });
}

Result<void> SqliteStreetStore::look_again(const std::string& id, std::optional<Instant> at) {
  return engine_.write(
      [&](Transaction& t) { return t.run("UPDATE dossier_clock SET look_ms=?2 WHERE case_id=?1", id, ms_of(at)); });
}

Result<std::string> SqliteStreetStore::find_opening(const std::string& account, const std::string& opening_key) {
  return engine_.read([&](Snapshot& s) -> Result<std::string> {
    YX_TRY(auto rows, s.query("SELECT id FROM dossier WHERE account=?1 AND opening_key=?2", account, opening_key));
    YX_TRY(const bool found, rows.next());
    return found ? Result<std::string>(rows.text(0)) : Result<std::string>(fail(ErrorCode::not_found, "not opened"));
  });
}

Result<std::int64_t> SqliteStreetStore::next_of_day(const std::string& day) {
  return engine_.write([&](Transaction& t) -> Result<std::int64_t> {
    YX_CHECK(
        t.run("INSERT INTO day_count(day, cases) VALUES(?1, 1) ON CONFLICT(day) DO UPDATE SET cases=cases+1", day));
    YX_TRY(auto rows, t.query("SELECT cases FROM day_count WHERE day=?1", day));
    YX_TRY(const bool found, rows.next());
    return found ? Result<std::int64_t>(rows.int64(0)) : Result<std::int64_t>(broken("a count that is not there"));
  });
}

Result<std::vector<DossierSummary>> SqliteStreetStore::list(const std::string& account, std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<DossierSummary>> {
    YX_TRY(auto rows, s.query("SELECT id, programme, unit, state, changed_ms, version FROM dossier WHERE account=?1 "
                              "ORDER BY changed_ms DESC, id LIMIT ?2",
                              account, static_cast<std::int64_t>(std::min(limit, max_dossiers_listed))));
    std::vector<DossierSummary> out;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return out;
      }
      DossierSummary summary;
      summary.id = rows.text(0);
      summary.programme = rows.text(1);
      YX_TRY(summary.state, state_of(rows.text(3)));
      summary.changed = rows.instant(4);
      const std::string row = version_row(summary.id, rows.int64(5));
      YX_TRY(const SecretBytes unit, cipher_.open(unit_place(row), rows.blob(2)));
      summary.unit = unit.expose_text();
      out.push_back(std::move(summary));
    }
  });
}

Result<std::vector<std::string>> SqliteStreetStore::open_cases_of(const std::string& programme,
                                                                  const std::string& uscc) {
  if (uscc.empty()) {
    return std::vector<std::string>{};
  }
  const auto index = cipher_.blind_index("dossier.uscc", uscc);
  return engine_.read([&](Snapshot& s) -> Result<std::vector<std::string>> {
    YX_TRY(auto rows, s.query("SELECT id FROM dossier WHERE programme=?1 AND uscc_index=?2 AND is_open=1 LIMIT ?3",
                              programme, index, static_cast<std::int64_t>(max_dossiers_listed)));
    std::vector<std::string> ids;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return ids;
      }
      ids.push_back(rows.text(0));
    }
  });
}

Result<std::string> SqliteStreetStore::find_text(std::string_view sql, BytesView key) {
  return engine_.read([&](Snapshot& s) -> Result<std::string> {
    YX_TRY(auto rows, s.query(sql, key));
    YX_TRY(const bool found, rows.next());
    return found ? Result<std::string>(rows.text(0)) : Result<std::string>(fail(ErrorCode::not_found, "not known"));
  });
}

Result<std::string> SqliteStreetStore::find_order(const std::string& number) {
  return engine_.read([&](Snapshot& s) -> Result<std::string> {
    YX_TRY(auto rows, s.query("SELECT case_id FROM order_of_case WHERE number=?1", number));
    YX_TRY(const bool found, rows.next());
    return found ? Result<std::string>(rows.text(0)) : Result<std::string>(fail(ErrorCode::not_found, "order.unknown"));
  });
}

Result<std::string> SqliteStreetStore::find_refund(const std::string& number) {
  return engine_.read([&](Snapshot& s) -> Result<std::string> {
    YX_TRY(auto rows, s.query("SELECT case_id FROM refund WHERE number=?1", number));
    YX_TRY(const bool found, rows.next());
    return found ? Result<std::string>(rows.text(0))
                 : Result<std::string>(fail(ErrorCode::not_found, "refund.unknown"));
  });
}

Result<std::vector<WatchedMoney>> SqliteStreetStore::refunds_to_decide(std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<WatchedMoney>> {
    YX_TRY(auto rows,
           s.query("SELECT number, case_id FROM refund WHERE state='asked' ORDER BY asked_ms, number LIMIT ?1",
                   static_cast<std::int64_t>(std::min(limit, max_money_listed))));
    return watched_of(rows);
  });
}

Result<std::vector<WatchedMoney>> SqliteStreetStore::transfers_awaited(std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<WatchedMoney>> {
    YX_TRY(auto rows,
           s.query("SELECT number, case_id FROM transfer WHERE is_awaited=1 ORDER BY announced_ms, number LIMIT ?1",
                   static_cast<std::int64_t>(std::min(limit, max_money_listed))));
    return watched_of(rows);
  });
}

Result<std::vector<WatchedMoney>> SqliteStreetStore::due_money(Instant now, std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<WatchedMoney>> {
    YX_TRY(auto rows, s.query("SELECT number, case_id FROM money_watch WHERE due_ms<=?1 ORDER BY due_ms LIMIT ?2",
                              to_unix_ms(now), static_cast<std::int64_t>(std::min(limit, max_money_listed))));
    return watched_of(rows);
  });
}

Result<void> SqliteStreetStore::set_watch(const std::string& number, std::optional<Instant> due) {
  return engine_.write([&](Transaction& t) {
    return due ? t.run("UPDATE money_watch SET due_ms=?2 WHERE number=?1", number, to_unix_ms(*due))
               : t.run("DELETE FROM money_watch WHERE number=?1", number);
  });
}

Result<std::string> SqliteStreetStore::find_link(const crypto::Digest& token_hash) {
  return find_text("SELECT case_id FROM phone_link WHERE token_hash=?1", token_hash);
}

Result<crypto::Digest> SqliteStreetStore::put_file(BytesView content) {
  const crypto::Digest hash = crypto::sm3(content);
  YX_TRY(const BlobAddress address, blobs_.put(content));
  YX_CHECK(engine_.write([&](Transaction& t) {
    return t.run("INSERT OR IGNORE INTO file(hash, address) VALUES(?1, ?2)", hash, address);
  }));
  return hash;
}

Result<Bytes> SqliteStreetStore::file(const crypto::Digest& hash) {
  YX_TRY(const BlobAddress address, engine_.read([&](Snapshot& s) -> Result<BlobAddress> {
    YX_TRY(auto rows, s.query("SELECT address FROM file WHERE hash=?1", hash));
    YX_TRY(const bool found, rows.next());
    return found ? digest_of(rows.blob(0)) : Result<BlobAddress>(fail(ErrorCode::not_found, "no such file"));
  }));
  const auto bytes = blobs_.get(address);
  if (!bytes || crypto::sm3(bytes->expose()) != hash) {
    return broken("a file that is named and not there, or is another one");
  }
  return to_bytes(bytes->expose());
}

Result<std::vector<SqliteStreetStore::Message>> SqliteStreetStore::claim_messages(std::size_t limit,
                                                                                  std::chrono::milliseconds lease) {
  YX_TRY(auto claimed, engine_.write([&](Transaction& t) {
    return WorkQueue::outbox(engine_.clock()).claim(t, message_kind, limit, lease);
  }));
  std::vector<Message> messages;
  for (Claimed& each : claimed) {
    YX_TRY(const SecretBytes plain, cipher_.open(message_place(each.idempotency_key), each.payload));
    YX_TRY(SmsWish wish, street::wish_of(plain.expose()));
    messages.push_back({.claimed = std::move(each), .wish = std::move(wish)});
  }
  return messages;
}

Result<std::vector<SqliteStreetStore::Errand>> SqliteStreetStore::claim_errands(const std::string& kind,
                                                                                std::size_t limit,
                                                                                std::chrono::milliseconds lease) {
  YX_TRY(auto claimed, engine_.write([&](Transaction& t) {
    return WorkQueue::outbox(engine_.clock()).claim(t, std::string(errand_prefix) + kind, limit, lease);
  }));
  std::vector<Errand> errands;
  for (Claimed& each : claimed) {
    asn1::Reader outer(each.payload);
    YX_TRY(asn1::Reader r, outer.sequence());
    StreetErrand errand{.kind = kind, .key = each.idempotency_key, .case_id = {}, .parameter = {}};
    YX_TRY(errand.case_id, text_in(r));
    YX_TRY(errand.parameter, text_in(r));
    errands.push_back({.claimed = std::move(each), .errand = std::move(errand)});
  }
  return errands;
}

Result<void> SqliteStreetStore::finish(const Claimed& claimed) {
  return engine_.write([&](Transaction& t) { return WorkQueue::outbox(engine_.clock()).finish(t, claimed); });
}

Result<WorkState> SqliteStreetStore::retry(const Claimed& claimed, std::string_view reason) {
  return engine_.write([&](Transaction& t) { return WorkQueue::outbox(engine_.clock()).retry(t, claimed, reason); });
}

}  // namespace yinxin::store
