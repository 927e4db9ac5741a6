#include "store/vault/vault_store.h"

#include <set>

#include "store/vault/rows.h"
#include "store/vault/status_rows.h"

namespace yinxin::store::vault {

namespace {

using pki::Issuance;
using pki::IssuanceState;

// "WHERE …" with one parameter.
template <class Value>
Result<std::vector<Issuance>> issuances(Snapshot& snapshot, std::string_view where, const Value& value) {
  std::vector<Issuance> found;
  {
    YX_TRY(auto rows, snapshot.query("SELECT id, issuer, order_hash, key_hash, state, at_ms FROM issuance WHERE " +
                                         std::string(where) + " ORDER BY id",
                                     value));
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        break;
      }
      Issuance one;
      one.id = rows.int64(0);
      YX_TRY(one.issuer, digest_in(rows, 1));
      YX_TRY(one.order, digest_in(rows, 2));
      YX_TRY(one.key_hash, digest_in(rows, 3));
      one.state = static_cast<IssuanceState>(rows.int64(4));
      one.at = rows.instant(5);
      found.push_back(std::move(one));
    }
  }
  for (Issuance& one : found) {
    YX_TRY(auto rows, snapshot.query("SELECT c.use, c.serial, b.tbs, b.der, b.envelope FROM certificate c LEFT JOIN "
                                     "certificate_blob b ON b.issuer=c.issuer AND b.serial=c.serial "
                                     "WHERE c.issuance=?1 ORDER BY c.place",
                                     one.id));
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        break;
      }
      one.certificates.push_back(
          {static_cast<pki::CertificateUse>(rows.int64(0)), rows.blob(1), rows.blob(2), rows.blob(3), rows.blob(4)});
    }
  }
  return found;
}

Result<pki::Begun> begin_one(Transaction& t, const Issuance& wanted) {
  YX_TRY(const auto live, issuances(t, "state < 3 AND order_hash=?1", wanted.order));
  if (!live.empty()) {
    if (live.front().key_hash != wanted.key_hash || live.front().issuer != wanted.issuer) {
      return fail(ErrorCode::conflict, "vault: this order was carried out for another key");
    }
    return pki::Begun{live.front(), true};
  }
  YX_TRY(const bool used,
         exists(t, "SELECT 1 FROM issuance WHERE key_hash=?1 AND order_hash<>?2 AND state IN (0,1,2,4)",
                wanted.key_hash, wanted.order));
  if (used) {
    return fail(ErrorCode::conflict, "vault: the key was certified before");
  }
  std::set<Bytes> own;
  for (const auto& certificate : wanted.certificates) {
    YX_TRY(const bool taken,
           exists(t, "SELECT 1 FROM certificate WHERE issuer=?1 AND serial=?2", wanted.issuer, certificate.serial));
    if (taken || !own.insert(certificate.serial).second) {
      return fail(ErrorCode::already_exists, "vault: the serial number is taken");
    }
  }
  YX_CHECK(t.run("INSERT INTO issuance(issuer, order_hash, key_hash, state, at_ms) VALUES(?1, ?2, ?3, 0, ?4)",
                 wanted.issuer, wanted.order, wanted.key_hash, wanted.at));
  pki::Begun begun{wanted, false};
  begun.issuance.id = t.last_row_id();
  int place = 0;
  for (const auto& certificate : wanted.certificates) {
    YX_CHECK(t.run("INSERT INTO certificate(issuer, serial, issuance, use, place) VALUES(?1, ?2, ?3, ?4, ?5)",
                   wanted.issuer, certificate.serial, begun.issuance.id, static_cast<int>(certificate.use), place++));
    YX_CHECK(append_status(
        t, wanted.issuer,
        {certificate.serial, pki::StatusDeed::issue, x509::RevocationReason::unspecified, wanted.at, wanted.order}));
  }
  return begun;
}

}  // namespace

Result<std::vector<Result<pki::Begun>>> VaultStore::begin(std::span<const Issuance> fresh) {
  return engine_->write([&](Transaction& t) -> Result<std::vector<Result<pki::Begun>>> {
    std::vector<Result<pki::Begun>> answers;
    for (const Issuance& wanted : fresh) {
      auto begun = begin_one(t, wanted);
      // Those two are found before anything was written; any other failure undoes the whole step.
      if (!begun && begun.error().code != ErrorCode::conflict && begun.error().code != ErrorCode::already_exists) {
        return begun.error();
      }
      answers.push_back(std::move(begun));
    }
    return answers;
  });
}

Result<void> VaultStore::prepare(std::span<const Issuance> prepared) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    for (const Issuance& one : prepared) {
      for (const auto& certificate : one.certificates) {
        const std::optional<Bytes> envelope =
            certificate.envelope.empty() ? std::nullopt : std::optional(certificate.envelope);
        YX_CHECK(t.run("INSERT INTO certificate_blob(issuer, serial, tbs, envelope) VALUES(?1, ?2, ?3, ?4)", one.issuer,
                       certificate.serial, certificate.tbs, envelope));
      }
      if (!t.run_on_one("UPDATE issuance SET state=1 WHERE id=?1 AND state=0", one.id)) {
        return fail(ErrorCode::wrong_state, "vault: the issuance is not one that was only intended");
      }
    }
    return {};
  });
}

Result<void> VaultStore::complete_one(Transaction& t, const pki::Completion& completion) const {
  YX_TRY(const auto found, issuances(t, "id=?1", completion.id));
  if (found.empty() || found.front().state != IssuanceState::prepared ||
      found.front().certificates.size() != completion.ders.size()) {
    return fail(ErrorCode::wrong_state, "vault: the issuance is not one that was prepared");
  }
  const Issuance& issuance = found.front();
  for (std::size_t i = 0; i < completion.ders.size(); ++i) {
    const Bytes& serial = issuance.certificates[i].serial;
    YX_CHECK(t.run_on_one("UPDATE certificate_blob SET der=?3 WHERE issuer=?1 AND serial=?2 AND der IS NULL",
                          issuance.issuer, serial, completion.ders[i]));
    if (completion.activate) {
      YX_CHECK(append_status(
          t, issuance.issuer,
          {serial, pki::StatusDeed::activate, x509::RevocationReason::unspecified, completion.at, issuance.order}));
    }
    YX_CHECK(outbox_.put(t, {.kind = std::string(publish_certificate),
                             .idempotency_key = to_hex(issuance.issuer) + "." + to_hex(serial),
                             .payload = completion.ders[i]}));
  }
  return t.run_on_one("UPDATE issuance SET state=2 WHERE id=?1 AND state=1", completion.id);
}

Result<void> VaultStore::complete(std::span<const pki::Completion> completions) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    for (const pki::Completion& completion : completions) {
      YX_CHECK(complete_one(t, completion));
    }
    return {};
  });
}

// The key of an encryption certificate that will not come to be, or has ended.
Result<void> VaultStore::let_key_centre_know(Transaction& t, const pki::IssuerId& issuer, BytesView serial) const {
  YX_CHECK(outbox_.put(
      t, {.kind = std::string(discard_key),
          .idempotency_key = to_hex(issuer) + "." + to_hex(serial),
          .payload = asn1::sequence([&](asn1::Writer& w) { w.octet_string(issuer).octet_string(serial); })}));
  return {};
}

Result<void> VaultStore::burn_one(Transaction& t, std::int64_t id, Instant at) const {
  YX_TRY(const auto found, issuances(t, "state < 2 AND id=?1", id));
  if (found.empty()) {
    return {};
  }
  const Issuance& issuance = found.front();
  for (const auto& certificate : issuance.certificates) {
    YX_CHECK(append_status(t, issuance.issuer,
                           {certificate.serial, pki::StatusDeed::revoke, x509::RevocationReason::cessation_of_operation,
                            at, issuance.order}));
    if (certificate.use == pki::CertificateUse::encryption) {
      YX_CHECK(let_key_centre_know(t, issuance.issuer, certificate.serial));
    }
  }
  return t.run_on_one("UPDATE issuance SET state=3 WHERE id=?1 AND state < 2", id);
}

Result<void> VaultStore::burn(std::span<const std::int64_t> ids, Instant at) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    for (const std::int64_t id : ids) {
      YX_CHECK(burn_one(t, id, at));
    }
    return {};
  });
}

Result<std::vector<Issuance>> VaultStore::dangling(const pki::IssuerId& issuer) {
  return engine_->read([&](Snapshot& s) { return issuances(s, "state < 2 AND issuer=?1", issuer); });
}

Result<std::optional<Issuance>> VaultStore::find_live(const pki::Digest& order) {
  return engine_->read([&](Snapshot& s) -> Result<std::optional<Issuance>> {
    YX_TRY(auto found, issuances(s, "state < 3 AND order_hash=?1", order));
    return found.empty() ? std::optional<Issuance>() : std::optional<Issuance>(std::move(found.front()));
  });
}

Result<pki::CertificateRecord> VaultStore::find_certificate(const pki::IssuerId& issuer, BytesView serial) {
  return engine_->read([&](Snapshot& s) -> Result<pki::CertificateRecord> {
    YX_TRY(auto rows, s.query("SELECT c.use, c.serial, b.tbs, b.der, b.envelope FROM certificate c JOIN "
                              "certificate_blob b ON b.issuer=c.issuer AND b.serial=c.serial "
                              "WHERE c.issuer=?1 AND c.serial=?2 AND b.der IS NOT NULL",
                              issuer, serial));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return fail(ErrorCode::not_found, "vault: no certificate with this serial number");
    }
    return pki::CertificateRecord{static_cast<pki::CertificateUse>(rows.int64(0)), rows.blob(1), rows.blob(2),
                                  rows.blob(3), rows.blob(4)};
  });
}

Result<bool> VaultStore::is_key_known(const pki::Digest& key_hash) {
  return engine_->read([&](Snapshot& s) {
    return exists(s, "SELECT 1 FROM issuance WHERE key_hash=?1 AND state IN (0,1,2,4)", key_hash);
  });
}

Result<std::size_t> VaultStore::change_status(const pki::IssuerId& issuer, std::span<const pki::StatusChange> changes) {
  return engine_->write([&](Transaction& t) -> Result<std::size_t> {
    std::size_t appended = 0;
    for (const pki::StatusChange& change : changes) {
      YX_TRY(const bool done,
             exists(t, "SELECT 1 FROM status_row WHERE issuer=?1 AND serial=?2 AND deed=?3 AND cause=?4", issuer,
                    change.serial, static_cast<int>(change.deed), change.cause));
      if (done) {
        continue;
      }
      YX_CHECK(append_status(t, issuer, change));
      ++appended;
      if (change.deed == pki::StatusDeed::revoke) {
        YX_CHECK(end_issuance_of(t, issuer, change.serial));
        YX_TRY(const bool encrypts, exists(t, "SELECT 1 FROM certificate WHERE issuer=?1 AND serial=?2 AND use=?3",
                                           issuer, change.serial, static_cast<int>(pki::CertificateUse::encryption)));
        if (encrypts) {
          YX_CHECK(let_key_centre_know(t, issuer, change.serial));
        }
      }
    }
    return appended;
  });
}

Result<std::vector<pki::StatusRow>> VaultStore::status_rows(const pki::IssuerId& issuer, std::int64_t sequence,
                                                            std::size_t limit) {
  return engine_->read([&](Snapshot& s) { return read_status_rows(s, issuer, sequence, limit); });
}

Result<std::int64_t> VaultStore::next_crl_number(const pki::IssuerId& issuer) {
  return engine_->write([&](Transaction& t) -> Result<std::int64_t> {
    YX_CHECK(
        t.run("INSERT INTO crl_counter(issuer, number) VALUES(?1, 1) "
              "ON CONFLICT(issuer) DO UPDATE SET number=number+1",
              issuer));
    YX_TRY(auto rows, t.query("SELECT number FROM crl_counter WHERE issuer=?1", issuer));
    YX_TRY(const bool found, rows.next());
    ensure(found, "a counter that was just written");
    return rows.int64(0);
  });
}

Result<void> VaultStore::store_crl(const pki::IssuerId& issuer, const pki::StoredCrl& crl) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    YX_TRY(const bool newer, exists(t, "SELECT 1 FROM crl WHERE issuer=?1 AND (number>=?2 OR this_update_ms>?3)",
                                    issuer, crl.number, crl.this_update));
    YX_TRY(const bool given, exists(t, "SELECT 1 FROM crl_counter WHERE issuer=?1 AND number>=?2", issuer, crl.number));
    if (newer || !given) {
      return fail(ErrorCode::conflict, "vault: a list that does not go forward");
    }
    YX_CHECK(t.run("INSERT INTO crl(issuer, number, this_update_ms, next_update_ms, der) VALUES(?1, ?2, ?3, ?4, ?5)",
                   issuer, crl.number, crl.this_update, crl.next_update, crl.der));
    // The payload is issuer and number: a list may be larger than the outbox takes.
    YX_CHECK(outbox_.put(
        t, {.kind = std::string(publish_crl),
            .idempotency_key = to_hex(issuer) + "." + std::to_string(crl.number),
            .payload = asn1::sequence([&](asn1::Writer& w) { w.octet_string(issuer).integer(crl.number); })}));
    return {};
  });
}

Result<std::optional<pki::StoredCrl>> VaultStore::latest_crl(const pki::IssuerId& issuer) {
  return engine_->read([&](Snapshot& s) -> Result<std::optional<pki::StoredCrl>> {
    YX_TRY(auto rows, s.query("SELECT number, this_update_ms, next_update_ms, der FROM crl WHERE issuer=?1 "
                              "ORDER BY number DESC LIMIT 1",
                              issuer));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return std::optional<pki::StoredCrl>();
    }
    return std::optional(pki::StoredCrl{rows.int64(0), rows.instant(1), rows.instant(2), rows.blob(3)});
  });
}

Result<bool> VaultStore::is_ceremony_closed() {
  return engine_->read([&](Snapshot& s) { return exists(s, "SELECT 1 FROM ceremony"); });
}

Result<void> VaultStore::close_ceremony(Instant at) {
  return engine_->write([&](Transaction& t) { return t.run("INSERT INTO ceremony(closed_at_ms) VALUES(?1)", at); });
}

Result<pki::TimeStampTurn> TsaStore::next(Instant now, std::chrono::milliseconds tolerated_step_back) {
  return engine_->write([&](Transaction& t) -> Result<pki::TimeStampTurn> {
    pki::TimeStampTurn turn{1, now};
    YX_TRY(auto rows, t.query("SELECT serial, time_ms FROM time_stamp"));
    YX_TRY(const bool found, rows.next());
    if (found) {
      const Instant last = rows.instant(1);
      if (now + tolerated_step_back < last) {
        return fail(ErrorCode::expired, "tsa: the clock fell behind the last time stamp");
      }
      turn = {rows.int64(0) + 1, std::max(now, last)};
    }
    YX_CHECK(
        t.run("INSERT INTO time_stamp(only, serial, time_ms) VALUES(1, ?1, ?2) "
              "ON CONFLICT(only) DO UPDATE SET serial=excluded.serial, time_ms=excluded.time_ms",
              turn.serial, turn.time));
    return turn;
  });
}

}  // namespace yinxin::store::vault
