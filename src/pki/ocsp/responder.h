#pragma once
// OCSP responder (RFC 6960, GB/T 19713) from a copy of the chained status. It never says "good" of a serial number that
// was not issued, and says nothing when what it knows is old.

#include <functional>
#include <mutex>

#include "base/clock.h"
#include "crypto/signer.h"
#include "crypto/x509/ocsp.h"
#include "pki/revocation/head.h"

namespace yinxin::pki {

// Older than this, the status is no answer.
constexpr std::chrono::minutes max_status_age{15};
constexpr std::size_t max_cached_answers = 4096;

struct ResponderSettings {
  std::chrono::minutes answer_validity{60};
  // The status is as old as the last head that confirmed it, and without one there is no answer: for rows that somebody
  // brings. Otherwise it is as old as its last reading.
  bool age_is_of_head = false;
};

class OcspResponder {
 public:
  // `alarm` is told of questions about serial numbers that were never issued.
  using Alarm = std::function<void(const IssuerId& issuer, BytesView serial)>;
  OcspResponder(StatusFeed& feed, HeadKeeper& heads, const Clock& clock, Alarm alarm, ResponderSettings settings = {});

  // An authority to answer for, with the delegate that signs. conflict when the delegate is not one of this issuer, or
  // not the signer's certificate. Called before the first answer, and with a new delegate before the old one ends.
  Result<void> serve(const x509::Certificate& issuer, const x509::Certificate& delegate, crypto::Signer& signer);
  // Takes over what is new in the feed; to be called every few seconds. corrupt when a chain is broken: that issuer is
  // not answered for any more.
  Result<void> refresh();
  // The same for one authority. not_found.
  Result<void> refresh(const IssuerId& issuer);
  // How far an authority's rows are read; nullopt for one that is not answered for.
  struct Progress {
    std::int64_t sequence = 0;
    bool broken = false;
  };
  [[nodiscard]] std::optional<Progress> progress_of(const IssuerId& issuer) const;
  // DER of an OCSPResponse for whatever bytes came. May be called from several threads.
  Bytes answer(BytesView request);
  [[nodiscard]] std::uint64_t cache_hits() const;

 private:
  struct Hashes {
    asn1::ObjectId algorithm;
    Bytes name;
    Bytes key;
  };
  struct Authority {
    x509::Certificate issuer;
    x509::Certificate delegate;
    crypto::Signer* signer = nullptr;
    StatusBook book;
    std::optional<Instant> as_of{};
    std::vector<Hashes> hashes{};
  };
  struct Cached {
    Bytes response;
    Instant made;
  };
  Result<void> refresh_one(Authority& authority);
  // When the head that the rows were read through was signed; nullopt without one.
  Result<std::optional<Instant>> catch_up_through_head(Authority& authority);
  Authority* find(const x509::CertId& question);
  x509::SingleResponse answer_one(const Authority& authority, const x509::CertId& question, Instant now);
  Bytes signed_answer(Authority& authority, const x509::OcspRequest& request, Instant now);

  StatusFeed* feed_;
  HeadKeeper* heads_;
  const Clock* clock_;
  Alarm alarm_;
  ResponderSettings settings_;
  mutable std::mutex mutex_;
  std::vector<Authority> authorities_;
  std::map<Bytes, Cached> cache_;
  std::uint64_t cache_hits_ = 0;
};

}  // namespace yinxin::pki
