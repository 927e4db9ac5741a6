#include "kmc/hand_over.h"

#include "crypto/cms/pinned.h"
#include "crypto/enveloped_key.h"
#include "crypto/oids.h"

namespace yinxin::kmc {
namespace {

audit::Deed deed(std::string action, const KeyName& name, std::string result) {
  return {"kmc", "kmc", std::move(action), to_hex(name.issuer) + "/" + to_hex(name.serial), std::move(result)};
}

}  // namespace

HandOver::HandOver(Parts parts, Pinned pinned, Pool& pool) : parts_(parts), pinned_(std::move(pinned)), pool_(pool) {
  ensure(!pinned_.escrows.empty(), "nothing is handed over without an escrow key");
}

Result<StoredKey> HandOver::reserve(const Assignment& assignment) {
  // A busy pool may lose the key made for us to somebody else; then we make another one.
  constexpr int tries = 8;
  auto reserved = parts_.store.reserve(assignment, parts_.clock.now());
  for (int n = 0; n < tries && !reserved && reserved.error().code == ErrorCode::not_found; ++n) {
    YX_CHECK(pool_.make_one());
    reserved = parts_.store.reserve(assignment, parts_.clock.now());
  }
  return reserved;
}

Result<Bytes> HandOver::hand_over(BytesView signed_request) {
  const Instant now = parts_.clock.now();
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(signed_request, oid::message_key_request(), pinned_.vaults, now));
  YX_TRY(const KeyRequest request, KeyRequest::parse(opened.content));
  if (request.not_after <= now) {
    return fail(ErrorCode::expired, "a key for a certificate that would be over");
  }
  const crypto::Digest request_hash = crypto::sm3(opened.content);
  YX_CHECK(parts_.audit.record(deed("key.hand_over", request.name, "intended")));
  YX_TRY(const StoredKey stored, reserve({request.request_id, request_hash, request.name}));
  if (stored.state != KeyState::reserved) {
    return stored.answer;
  }
  YX_TRY(const crypto::Sm2PrivateKey key, pool_.open(stored));
  const EscrowRecord& escrow = pinned_.escrows.back();
  YX_TRY(const Bytes escrowed, escrow_key(escrow, request.name, key));
  YX_TRY(const crypto::EnvelopedKey envelope, crypto::envelope_key(request.recipient, key, parts_.random));
  const KeyAnswer answer{request.request_id, request_hash, key.public_key(), envelope.to_der()};
  YX_TRY(const Bytes signed_answer,
         cms::sign_pinned(answer.to_der(), oid::message_key_answer(), pinned_.centre, parts_.signer, now));
  return parts_.store.hand_over(stored.id, escrow.id, escrowed, signed_answer, now);
}

Result<void> HandOver::retire(BytesView signed_retirement) {
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(signed_retirement, oid::message_key_retirement(), pinned_.vaults, parts_.clock.now()));
  YX_TRY(const KeyRetirement retirement, KeyRetirement::parse(opened.content));
  YX_CHECK(parts_.audit.record(deed("key.retire", retirement.name, "intended")));
  return parts_.store.retire(retirement.name, retirement.reason, retirement.at);
}

}  // namespace yinxin::kmc
