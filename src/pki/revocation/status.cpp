#include "pki/revocation/status.h"

namespace yinxin::pki {

IssuerId issuer_id(const x509::PublicKey& key) { return crypto::sm3(key.der()); }

std::string_view name_of(StatusDeed deed) {
  switch (deed) {
    case StatusDeed::issue: return "issue";
    case StatusDeed::activate: return "activate";
    case StatusDeed::suspend: return "suspend";
    case StatusDeed::resume: return "resume";
    case StatusDeed::revoke: return "revoke";
  }
  ensure_unreachable("a StatusDeed without a name");
}

Result<StatusDeed> status_deed_of_number(std::int64_t number) {
  if (number < 0 || number > static_cast<std::int64_t>(StatusDeed::revoke)) {
    return fail(ErrorCode::corrupt, "status: a deed that does not exist");
  }
  return static_cast<StatusDeed>(number);
}

Digest chained_hash(const Digest& previous, const IssuerId& issuer, std::int64_t sequence, const StatusChange& change) {
  return crypto::sm3(asn1::sequence([&](asn1::Writer& w) {
    w.octet_string(previous).octet_string(issuer).integer(sequence).octet_string(change.serial);
    w.enumerated(static_cast<std::int64_t>(change.deed)).enumerated(static_cast<std::int64_t>(change.reason));
    w.integer(to_unix_ms(change.at)).octet_string(change.cause);
  }));
}

Result<Status> after(const std::optional<Status>& before, const StatusChange& change) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::wrong_state, "status: " + std::string(name_of(change.deed)) + ": " + std::string(why));
  };
  if (change.serial.empty()) {
    return fail(ErrorCode::invalid_input, "status: no serial number");
  }
  if (change.deed == StatusDeed::issue) {
    if (before) {
      return refuse("the serial number is taken");
    }
    Status fresh;
    fresh.since = change.at;
    return fresh;
  }
  if (!before) {
    return fail(ErrorCode::not_found, "status: the serial number was never issued");
  }
  if (before->revoked) {
    return refuse("the certificate is revoked for good");
  }
  Status next = *before;
  next.since = change.at;
  switch (change.deed) {
    case StatusDeed::issue: break;
    case StatusDeed::activate:
      if (before->activated) {
        return refuse("it is activated already");
      }
      next.activated = true;
      return next;
    case StatusDeed::suspend:
      if (before->suspended) {
        return refuse("it is suspended already");
      }
      next.suspended = true;
      return next;
    case StatusDeed::resume:
      if (!before->suspended) {
        return refuse("it is not suspended");
      }
      next.suspended = false;
      return next;
    case StatusDeed::revoke:
      if (change.reason == x509::RevocationReason::certificate_hold ||
          change.reason == x509::RevocationReason::remove_from_crl) {
        return refuse("the reason is none of a revocation");
      }
      next.revoked = true;
      next.reason = change.reason;
      return next;
  }
  ensure_unreachable("a StatusDeed without a law");
}

Result<void> StatusBook::apply(const StatusRow& row) {
  if (broken_) {
    return fail(ErrorCode::corrupt, "status: the book is broken");
  }
  const auto found = statuses_.find(row.change.serial);
  const auto next =
      after(found == statuses_.end() ? std::optional<Status>() : std::optional<Status>(found->second), row.change);
  if (row.sequence != sequence_ + 1 || row.hash != chained_hash(head_, issuer_, row.sequence, row.change) || !next) {
    broken_ = true;
    return fail(ErrorCode::corrupt,
                "status: row " + std::to_string(row.sequence) + " does not continue the chain, or breaks a law");
  }
  statuses_[row.change.serial] = *next;
  sequence_ = row.sequence;
  head_ = row.hash;
  return {};
}

const Status* StatusBook::find(BytesView serial) const {
  const auto found = statuses_.find(to_bytes(serial));
  return found == statuses_.end() ? nullptr : &found->second;
}

std::vector<x509::RevokedEntry> StatusBook::crl_entries() const {
  std::vector<x509::RevokedEntry> entries;
  for (const auto& [serial, status] : statuses_) {
    if (status.revoked || status.on_hold()) {
      entries.push_back({serial, whole_seconds(status.since),
                         status.revoked ? status.reason : x509::RevocationReason::certificate_hold});
    }
  }
  return entries;
}

Result<void> catch_up(StatusBook& book, StatusFeed& feed) {
  for (;;) {
    YX_TRY(const std::vector<StatusRow> rows,
           feed.status_rows(book.issuer(), book.sequence(), max_status_rows_per_read));
    for (const StatusRow& row : rows) {
      YX_CHECK(book.apply(row));
    }
    if (rows.size() < max_status_rows_per_read) {
      return {};
    }
  }
}

}  // namespace yinxin::pki
