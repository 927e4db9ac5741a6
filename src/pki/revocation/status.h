#pragma once
// The life of a certificate's status as an append-only, hash-chained list of rows, and the laws that rows obey:
// suspension and its end may follow each other; a revocation is the last word. CRL and OCSP are both made from a
// StatusBook, so they agree, and a book refuses rows that were changed, cut out or put in.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/x509/crl.h"

namespace yinxin::pki {

using crypto::Digest;

// SM3 of the issuer's SubjectPublicKeyInfo.
using IssuerId = Digest;
IssuerId issuer_id(const x509::PublicKey& key);

// issue: stored with the intent, before anything is signed. activate: the holder has it in his hands (S5), or a
// certificate of the house is in place.
enum class StatusDeed : int { issue = 0, activate = 1, suspend = 2, resume = 3, revoke = 4 };
std::string_view name_of(StatusDeed deed);
Result<StatusDeed> status_deed_of_number(std::int64_t number);

struct StatusChange {
  Bytes serial;
  StatusDeed deed = StatusDeed::issue;
  x509::RevocationReason reason = x509::RevocationReason::unspecified;
  Instant at;
  Digest cause{};  // what ordered it: an order has its effect on a serial number once
};
struct StatusRow {
  std::int64_t sequence = 0;  // 1, 2, 3 … per issuer
  StatusChange change;
  Digest hash{};
};
// hash = SM3( SEQUENCE { previous, issuer, sequence, serial, deed, reason, at (ms), cause } )
Digest chained_hash(const Digest& previous, const IssuerId& issuer, std::int64_t sequence, const StatusChange& change);

struct Status {
  bool activated = false;
  bool suspended = false;
  bool revoked = false;
  x509::RevocationReason reason = x509::RevocationReason::unspecified;  // of the revocation
  Instant since;                                                        // of the last change
  [[nodiscard]] bool on_hold() const { return !revoked && (suspended || !activated); }
  [[nodiscard]] bool good() const { return activated && !suspended && !revoked; }
};
// The laws. wrong_state for a change that may not follow; `before` is nullopt for a serial number never seen.
Result<Status> after(const std::optional<Status>& before, const StatusChange& change);

class StatusBook {
 public:
  explicit StatusBook(IssuerId issuer) : issuer_(issuer) {}
  // corrupt when the row does not continue the chain or breaks a law; the book then refuses everything.
  Result<void> apply(const StatusRow& row);
  [[nodiscard]] const Status* find(BytesView serial) const;
  // What a CRL lists: revoked, and on hold; by serial number.
  [[nodiscard]] std::vector<x509::RevokedEntry> crl_entries() const;
  [[nodiscard]] const IssuerId& issuer() const { return issuer_; }
  [[nodiscard]] std::int64_t sequence() const { return sequence_; }
  [[nodiscard]] const Digest& head() const { return head_; }
  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] std::size_t size() const { return statuses_.size(); }

 private:
  IssuerId issuer_;
  std::int64_t sequence_ = 0;
  Digest head_{};
  bool broken_ = false;
  std::map<Bytes, Status> statuses_;
};

// Where rows are read from: the vault's own store, or the copy that it feeds to a responder.
class StatusFeed {
 public:
  virtual ~StatusFeed() = default;
  // In order, those after `sequence`, at most `limit`.
  virtual Result<std::vector<StatusRow>> status_rows(const IssuerId& issuer, std::int64_t sequence,
                                                     std::size_t limit) = 0;
};
constexpr std::size_t max_status_rows_per_read = 10000;
// Brings the book up to the end of the feed.
Result<void> catch_up(StatusBook& book, StatusFeed& feed);

}  // namespace yinxin::pki
