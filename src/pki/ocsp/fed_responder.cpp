#include "pki/ocsp/fed_responder.h"

#include <algorithm>

namespace yinxin::pki {

// ------------------------------------------------------------------------------------------------------------ received

Result<std::vector<StatusRow>> FedResponder::Received::status_rows(const IssuerId& issuer, std::int64_t sequence,
                                                                   std::size_t limit) {
  std::vector<StatusRow> rows;
  if (batch && batch->issuer == issuer) {
    for (const StatusRow& row : batch->rows) {
      if (row.sequence > sequence && rows.size() < limit) {
        rows.push_back(row);
      }
    }
  }
  return rows;
}

Result<std::optional<Bytes>> FedResponder::Received::last(const IssuerId& issuer) {
  return batch && batch->issuer == issuer ? batch->head : std::nullopt;
}

Result<void> FedResponder::Received::keep(const IssuerId& /*issuer*/, BytesView /*signed_head*/) {
  return fail(ErrorCode::wrong_state, "a responder signs no heads");
}

// ----------------------------------------------------------------------------------------------------------- responder

ResponderSettings FedResponder::fed(ResponderSettings settings) {
  settings.age_is_of_head = true;
  return settings;
}

FedResponder::FedResponder(const Clock& clock, OcspResponder::Alarm alarm, ResponderSettings settings)
    : responder_(received_, received_, clock, std::move(alarm), fed(settings)) {}

Result<void> FedResponder::serve(const x509::Certificate& issuer, const x509::Certificate& delegate,
                                 crypto::Signer& signer) {
  const std::scoped_lock lock(mutex_);
  const IssuerId id = issuer_id(issuer.public_key());
  if (!issuers_.contains(id) && issuers_.size() == max_fed_issuers) {
    return fail(ErrorCode::conflict, "ocsp: more authorities than a responder may have");
  }
  YX_CHECK(responder_.serve(issuer, delegate, signer));
  issuers_.emplace(id, issuer.public_key());
  return {};
}

StatusPlaces FedResponder::where() const {
  const std::scoped_lock lock(mutex_);
  StatusPlaces places;
  for (const auto& [id, key] : issuers_) {
    const auto progress = responder_.progress_of(id);
    ensure(progress.has_value(), "a responder answers for whom it serves");
    places.all.push_back({.issuer = id, .sequence = progress->sequence, .broken = progress->broken});
  }
  return places;
}

Result<void> FedResponder::feed(BytesView wire) {
  YX_TRY(StatusBatch batch, StatusBatch::parse(wire));
  const std::scoped_lock lock(mutex_);
  const auto progress = responder_.progress_of(batch.issuer);
  if (!progress) {
    return fail(ErrorCode::not_found, "status feed: nobody answers for this authority here");
  }
  if (progress->broken) {
    return fail(ErrorCode::corrupt, "status feed: the chain of this authority is broken");
  }
  if (batch.after > progress->sequence) {
    return fail(ErrorCode::wrong_state, "status feed: rows before this batch are missing");
  }
  if (batch.end() < progress->sequence || (batch.end() == progress->sequence && !batch.head)) {
    return {};  // heard before
  }
  if (batch.head) {
    // A head that nobody signed is for the responder to judge: it gives the chain up.
    const auto head = read_head(*batch.head, issuers_.at(batch.issuer));
    if (head && head->sequence != batch.end()) {
      return fail(ErrorCode::invalid_input, "status feed: the head is not of the last row");
    }
  }
  const IssuerId issuer = batch.issuer;
  received_.batch = std::move(batch);
  auto taken = responder_.refresh(issuer);
  received_.batch.reset();
  return taken;
}

}  // namespace yinxin::pki
