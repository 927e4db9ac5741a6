#include "store/vault/vault_book_store.h"

#include "store/vault/rows.h"

namespace yinxin::store::vault {

namespace {

using pki::Device;
using pki::Digest;
using pki::IssuedLine;
using pki::StoredPermit;

Result<std::optional<Device>> device_in(Snapshot& snapshot, std::string_view serial) {
  YX_TRY(
      auto rows,
      snapshot.query("SELECT serial, model, firmware, batch, quarantined, at_ms FROM device WHERE serial=?1", serial));
  YX_TRY(const bool found, rows.next());
  if (!found) {
    return std::optional<Device>();
  }
  return std::optional(Device{.serial = rows.text(0),
                              .model = rows.text(1),
                              .firmware = rows.text(2),
                              .batch = rows.text(3),
                              .quarantined = rows.int64(4) != 0,
                              .at = rows.instant(5)});
}

// "WHERE …" and its parameters.
template <class... Values>
Result<std::vector<IssuedLine>> lines(Snapshot& snapshot, std::string_view where, const Values&... values) {
  YX_TRY(auto rows, snapshot.query("SELECT id, second_approval, line, case_id, device, permit, signing, encryption, "
                                   "envelope, receipt, at_ms, wants_seal, seal, written, activated, given_up, pin_told "
                                   "FROM issued_line WHERE " +
                                       std::string(where) + " ORDER BY id",
                                   values...));
  std::vector<IssuedLine> found;
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return found;
    }
    IssuedLine line;
    line.id = rows.int64(0);
    YX_TRY(line.second_approval, digest_in(rows, 1));
    line.line = rows.int64(2);
    line.case_id = rows.text(3);
    line.device = rows.text(4);
    YX_TRY(line.permit, digest_in(rows, 5));
    line.signing = rows.blob(6);
    line.encryption = rows.blob(7);
    line.envelope = rows.blob(8);
    line.receipt = rows.blob(9);
    line.at = rows.instant(10);
    line.wants_seal = rows.int64(11) != 0;
    line.seal = rows.blob(12);
    line.written = rows.blob(13);
    line.activated = rows.blob(14);
    line.given_up = rows.int64(15) != 0;
    line.pin_told = rows.int64(16);
    found.push_back(std::move(line));
  }
}

}  // namespace

Result<void> VaultBookStore::adopt(const trust::AdoptedManifest& manifest, BytesView signed_manifest, Instant at) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    YX_TRY(const bool known, exists(t, "SELECT 1 FROM manifest WHERE hash=?1", manifest.hash()));
    if (known) {
      return {};
    }
    return t.run("INSERT INTO manifest(hash, programme, version, signed, adopted_at_ms) VALUES(?1, ?2, ?3, ?4, ?5)",
                 manifest.hash(), manifest.policy().programme, manifest.policy().version, signed_manifest, at);
  });
}

Result<std::vector<Digest>> VaultBookStore::manifests() {
  return engine_->read([](Snapshot& s) -> Result<std::vector<Digest>> {
    YX_TRY(auto rows, s.query("SELECT hash FROM manifest ORDER BY adopted_at_ms"));
    std::vector<Digest> found;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return found;
      }
      YX_TRY(const Digest hash, digest_in(rows, 0));
      found.push_back(hash);
    }
  });
}

Result<Bytes> VaultBookStore::manifest(const Digest& hash) {
  return engine_->read([&](Snapshot& s) -> Result<Bytes> {
    YX_TRY(auto rows, s.query("SELECT signed FROM manifest WHERE hash=?1", hash));
    YX_TRY(const bool found, rows.next());
    return found ? Result<Bytes>(rows.blob(0)) : fail(ErrorCode::not_found, "vault: no manifest of that hash");
  });
}

Result<void> VaultBookStore::register_device(const Device& device) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    YX_TRY(const auto known, device_in(t, device.serial));
    if (known) {
      const bool same = known->model == device.model && known->firmware == device.firmware &&
                        known->batch == device.batch && !known->quarantined;
      return same ? Result<void>() : fail(ErrorCode::conflict, "vault: the device is registered with other facts");
    }
    return t.run("INSERT INTO device(serial, model, firmware, batch, quarantined, at_ms) VALUES(?1, ?2, ?3, ?4, 0, ?5)",
                 device.serial, device.model, device.firmware, device.batch, device.at);
  });
}

Result<std::optional<Device>> VaultBookStore::find_device(std::string_view serial) {
  return engine_->read([&](Snapshot& s) { return device_in(s, serial); });
}

Result<void> VaultBookStore::quarantine(std::string_view serial) {
  return engine_->write(
      [&](Transaction& t) { return t.run_on_one("UPDATE device SET quarantined=1 WHERE serial=?1", serial); });
}

Result<void> VaultBookStore::store_permit(const StoredPermit& permit, Instant now) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    YX_TRY(const bool live, exists(t, "SELECT 1 FROM permit WHERE second_approval=?1 AND line=?2 AND not_after_ms>?3",
                                   permit.second_approval, permit.line, now));
    if (live) {
      return fail(ErrorCode::conflict, "vault: the line has a live permit for other circumstances");
    }
    YX_TRY(const bool serving,
           exists(t, "SELECT 1 FROM permit WHERE device=?1 AND not_after_ms>?2", permit.device, now));
    YX_TRY(const bool owned,
           exists(t, "SELECT 1 FROM issued_line WHERE device=?1 AND given_up=0 AND activated IS NULL", permit.device));
    if (serving || owned) {
      return fail(ErrorCode::conflict, "vault: the device serves another line");
    }
    return t.run(
        "INSERT INTO permit(hash, second_approval, line, device, station, officer, der, not_after_ms) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        permit.hash, permit.second_approval, permit.line, permit.device, permit.station, permit.officer, permit.der,
        permit.not_after);
  });
}

Result<std::optional<StoredPermit>> VaultBookStore::find_permit(const Digest& second_approval, std::int64_t line,
                                                                Instant now) {
  return engine_->read([&](Snapshot& s) -> Result<std::optional<StoredPermit>> {
    YX_TRY(auto rows, s.query("SELECT second_approval, line, hash, device, station, officer, der, not_after_ms FROM "
                              "permit WHERE second_approval=?1 AND line=?2 AND not_after_ms>?3 "
                              "ORDER BY not_after_ms DESC LIMIT 1",
                              second_approval, line, now));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return std::optional<StoredPermit>();
    }
    StoredPermit permit;
    YX_TRY(permit.second_approval, digest_in(rows, 0));
    permit.line = rows.int64(1);
    YX_TRY(permit.hash, digest_in(rows, 2));
    permit.device = rows.text(3);
    YX_TRY(permit.station, digest_in(rows, 4));
    YX_TRY(permit.officer, digest_in(rows, 5));
    permit.der = rows.blob(6);
    permit.not_after = rows.instant(7);
    return std::optional(std::move(permit));
  });
}

Result<void> VaultBookStore::store_issued(const IssuedLine& line) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    YX_TRY(const bool there, exists(t, "SELECT 1 FROM issued_line WHERE second_approval=?1 AND line=?2 AND given_up=0",
                                    line.second_approval, line.line));
    if (there) {
      return fail(ErrorCode::already_exists, "vault: the line has its certificates");
    }
    return t.run(
        "INSERT INTO issued_line(second_approval, line, case_id, device, permit, signing, encryption, "
        "envelope, receipt, at_ms, wants_seal) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        line.second_approval, line.line, line.case_id, line.device, line.permit, line.signing, line.encryption,
        line.envelope, line.receipt, line.at, static_cast<std::int64_t>(line.wants_seal));
  });
}

Result<std::optional<IssuedLine>> VaultBookStore::find_issued(const Digest& second_approval, std::int64_t line) {
  return engine_->read([&](Snapshot& s) -> Result<std::optional<IssuedLine>> {
    YX_TRY(auto found, lines(s, "second_approval=?1 AND line=?2 AND given_up=0", second_approval, line));
    return found.empty() ? std::optional<IssuedLine>() : std::optional(std::move(found.front()));
  });
}

Result<std::optional<IssuedLine>> VaultBookStore::find_issued_on(std::string_view device) {
  return engine_->read([&](Snapshot& s) -> Result<std::optional<IssuedLine>> {
    YX_TRY(auto found, lines(s, "device=?1 AND given_up=0", device));
    return found.empty() ? std::optional<IssuedLine>() : std::optional(std::move(found.back()));
  });
}

// A column that is written once, by name; a second time is a conflict.
Result<void> VaultBookStore::set_once(std::int64_t id, std::string_view column, BytesView value) {
  const std::string name(column);
  return engine_->write([&](Transaction& t) {
    return t.run_on_one("UPDATE issued_line SET " + name + "=?2 WHERE id=?1 AND given_up=0 AND " + name + " IS NULL",
                        id, value);
  });
}

Result<void> VaultBookStore::store_seal(std::int64_t id, BytesView seal) { return set_once(id, "seal", seal); }

Result<void> VaultBookStore::store_written(std::int64_t id, BytesView written) {
  return set_once(id, "written", written);
}

Result<void> VaultBookStore::store_activated(std::int64_t id, BytesView activated) {
  return set_once(id, "activated", activated);
}

Result<void> VaultBookStore::give_up(std::int64_t id) {
  return engine_->write([&](Transaction& t) -> Result<void> {
    YX_CHECK(t.run_on_one("UPDATE issued_line SET given_up=1 WHERE id=?1 AND given_up=0 AND activated IS NULL", id));
    return t.run("UPDATE device SET quarantined=1 WHERE serial=(SELECT device FROM issued_line WHERE id=?1)", id);
  });
}

Result<void> VaultBookStore::note_pin_told(std::int64_t id, std::int64_t told) {
  return engine_->write([&](Transaction& t) {
    return t.run_on_one("UPDATE issued_line SET pin_told=?2 WHERE id=?1 AND pin_told<=?2", id, told);
  });
}

Result<std::vector<IssuedLine>> VaultBookStore::untold() {
  return engine_->read([](Snapshot& s) {
    return lines(s, "(pin_told<1 AND written IS NOT NULL) OR (pin_told<2 AND (given_up=1 OR activated IS NOT NULL))");
  });
}

Result<std::vector<pki::ActivatedLine>> VaultBookStore::activated(std::int64_t after, std::size_t limit) {
  return engine_->read([&](Snapshot& s) -> Result<std::vector<pki::ActivatedLine>> {
    YX_TRY(auto rows, s.query("SELECT id, case_id, signing FROM issued_line WHERE activated IS NOT NULL AND given_up=0 "
                              "AND id>?1 ORDER BY id LIMIT ?2",
                              after, static_cast<std::int64_t>(limit)));
    std::vector<pki::ActivatedLine> found;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return found;
      }
      found.push_back({.id = rows.int64(0), .case_id = rows.text(1), .signing = rows.blob(2)});
    }
  });
}

Result<std::vector<IssuedLine>> VaultBookStore::held(const std::string& case_id, Instant before) {
  return engine_->read([&](Snapshot& s) {
    return lines(s, "case_id=?1 AND given_up=0 AND activated IS NULL AND at_ms<?2", case_id, before);
  });
}

Result<std::vector<IssuedLine>> VaultBookStore::unwritten(Instant before) {
  return engine_->read([&](Snapshot& s) { return lines(s, "given_up=0 AND written IS NULL AND at_ms<?1", before); });
}

}  // namespace yinxin::store::vault
