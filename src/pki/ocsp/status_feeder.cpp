#include "pki/ocsp/status_feeder.h"

#include <algorithm>

namespace yinxin::pki {

Result<void> StatusFeeder::feed(StatusDoors& doors) {
  YX_TRY(const Bytes told, doors.where());
  YX_TRY(const StatusPlaces places, StatusPlaces::parse(told));
  std::optional<Error> failed;
  for (HeadSigner* heads : heads_) {
    if (const auto fed = feed_one(doors, places, *heads); !fed && !failed) {
      failed = fed.error();
    }
  }
  return failed ? Result<void>(*failed) : Result<void>();
}

Result<void> StatusFeeder::feed_one(StatusDoors& doors, const StatusPlaces& places, HeadSigner& heads) {
  YX_TRY(const HeadSigner::Told told, heads.tell(max_told_head_age));
  const StatusPlace* place = places.find(told.head.issuer);
  if (place == nullptr) {
    return fail(ErrorCode::not_found, "status feed: the responder does not answer for this authority");
  }
  if (place->broken) {
    return fail(ErrorCode::corrupt, "status feed: the responder has given this authority's chain up");
  }
  if (place->sequence > told.head.sequence) {
    return fail(ErrorCode::conflict, "status feed: the responder knows rows that the vault does not have");
  }
  StatusBatch batch{.issuer = told.head.issuer, .after = place->sequence, .rows = {}};
  do {
    YX_TRY(batch.rows, rows_->status_rows(batch.issuer, batch.after, max_batch_rows));
    // What was written since the head was signed comes with the next head.
    std::erase_if(batch.rows, [&](const StatusRow& row) { return row.sequence > told.head.sequence; });
    if (batch.end() == told.head.sequence) {
      batch.head = told.signed_head;
    } else if (batch.rows.empty()) {
      return fail(ErrorCode::corrupt, "status feed: rows are missing before the head");
    }
    YX_CHECK(doors.feed(batch.to_der()));
    batch.after = batch.end();
  } while (!batch.head);
  return {};
}

}  // namespace yinxin::pki
