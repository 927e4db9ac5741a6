#pragma once
// The end of the status chain, signed by the authority and kept outside the database: who can write the database can
// hash a new chain, but not one that runs through this head.

#include <mutex>

#include "base/clock.h"
#include "crypto/signer.h"
#include "pki/revocation/status.h"

namespace yinxin::pki {

struct StatusHead {
  IssuerId issuer{};
  std::int64_t sequence = 0;
  Digest hash{};
  Instant at;
  // StatusHead ::= SEQUENCE { version, issuer, sequence, hash, at GeneralizedTime }
  [[nodiscard]] Bytes to_der() const;
};
// SEQUENCE { head, AlgorithmIdentifier, BIT STRING signature }; the signature is verified before it is handed out.
Result<Bytes> sign_head(const StatusHead& head, crypto::Signer& signer);
// corrupt unless it is of this issuer and signed with its key.
Result<StatusHead> read_head(BytesView signed_head, const x509::PublicKey& issuer_key);

// Where the last signed head of each authority is kept.
class HeadKeeper {
 public:
  virtual ~HeadKeeper() = default;
  virtual Result<std::optional<Bytes>> last(const IssuerId& issuer) = 0;
  virtual Result<void> keep(const IssuerId& issuer, BytesView signed_head) = 0;
};
// One file an authority in a folder that is not the database's; replaced whole.
class HeadFolder final : public HeadKeeper {
 public:
  explicit HeadFolder(std::string folder) : folder_(std::move(folder)) {}
  Result<std::optional<Bytes>> last(const IssuerId& issuer) override;
  Result<void> keep(const IssuerId& issuer, BytesView signed_head) override;

 private:
  [[nodiscard]] std::string path_of(const IssuerId& issuer) const;
  std::string folder_;
};

// Reads the whole chain of `feed` through the last kept head. corrupt when the chain is broken, ends before the head,
// or does not run through it.
Result<StatusBook> read_book(const x509::PublicKey& issuer_key, StatusFeed& feed, HeadKeeper& keeper);

// Moves the kept head forward after status rows were written. One per authority; from any thread.
class HeadSigner {
 public:
  HeadSigner(crypto::Signer& signer, StatusFeed& feed, HeadKeeper& keeper, const Clock& clock)
      : signer_(&signer), feed_(&feed), keeper_(&keeper), clock_(&clock) {}
  // Does nothing when there are no new rows. corrupt as read_book().
  Result<void> advance();
  // As advance(); and the head is signed anew when it is as old as `max_age`, so that who is told of it knows that
  // there was nothing newer then.
  struct Told {
    StatusHead head;
    Bytes signed_head;
  };
  Result<Told> tell(std::chrono::milliseconds max_age);

 private:
  Result<void> advance_alone();
  Result<void> sign_now();
  std::mutex mutex_;
  crypto::Signer* signer_;
  StatusFeed* feed_;
  HeadKeeper* keeper_;
  const Clock* clock_;
  std::optional<StatusBook> book_;
};

}  // namespace yinxin::pki
