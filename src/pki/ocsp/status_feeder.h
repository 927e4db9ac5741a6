#pragma once
// The vault's side of a responder that is fed: reads the vault's own rows and hands on what the responder has not got.

#include "pki/ocsp/status_batch.h"
#include "pki/revocation/head.h"

namespace yinxin::pki {

// A head that is told to a responder is at most this old: the responder counts the age of its status from it.
constexpr std::chrono::seconds max_told_head_age{60};

class StatusFeeder {
 public:
  // All outlive it.
  explicit StatusFeeder(StatusFeed& rows) : rows_(&rows) {}
  void add(HeadSigner& heads) { heads_.push_back(&heads); }

  // Brings the responder to the end of every authority's rows; what cannot be done for one is done for the others.
  // corrupt when its chain is broken here or there; conflict when the responder knows rows that the vault does not
  // have; not_found when it does not answer for an authority; errors of the doors. To be called at start, every few
  // seconds and after each change; one call at a time.
  Result<void> feed(StatusDoors& doors);

 private:
  Result<void> feed_one(StatusDoors& doors, const StatusPlaces& places, HeadSigner& heads);
  StatusFeed* rows_;
  std::vector<HeadSigner*> heads_;
};

}  // namespace yinxin::pki
