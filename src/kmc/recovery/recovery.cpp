#include "kmc/recovery/recovery.h"

#include <algorithm>

#include "crypto/cms/pinned.h"
#include "crypto/enveloped_key.h"
#include "crypto/oids.h"

namespace yinxin::kmc {
namespace {

audit::Deed deed(const StoredRecovery& recovery, std::string subject, std::string action, std::string result) {
  return {"kmc", std::move(subject), std::string(name_of(recovery.kind)) + "_recovery." + action,
          to_hex(recovery.session) + "/" + to_hex(recovery.name.serial), std::move(result)};
}

}  // namespace

Result<Bytes> Recovery::open_for_user(BytesView signed_request) {
  YX_TRY(cms::PinnedContent opened,
         cms::open_pinned(signed_request, oid::message_user_recovery(), pinned_.vaults, parts_.clock.now()));
  YX_TRY(const UserRecovery request, UserRecovery::parse(opened.content));
  return open({request.session, RecoveryKind::user, request.name, std::move(opened.content), {}}, request.recipient);
}

Result<Bytes> Recovery::open_on_order(BytesView signed_by_one, BytesView signed_by_other) {
  const Instant now = parts_.clock.now();
  const auto& officers = pinned_.judicial_officers;
  YX_TRY(cms::PinnedContent one, cms::open_pinned(signed_by_one, oid::message_judicial_recovery(), officers, now));
  YX_TRY(const cms::PinnedContent other,
         cms::open_pinned(signed_by_other, oid::message_judicial_recovery(), officers, now));
  if (one.signer == other.signer || officers[one.signer].public_key() == officers[other.signer].public_key() ||
      one.content != other.content) {
    return fail(ErrorCode::forbidden, "a judicial recovery is signed by two officers over the same order");
  }
  YX_TRY(const JudicialRecovery request, JudicialRecovery::parse(one.content));
  return open({request.session, RecoveryKind::judicial, request.name, std::move(one.content), {}}, request.recipient);
}

Result<const EscrowRecord*> Recovery::escrow(const RequestId& id) const {
  const auto found = std::ranges::find(pinned_.escrows, id, &EscrowRecord::id);
  if (found == pinned_.escrows.end()) {
    return fail(ErrorCode::not_found, "the escrow record of this key is not in the configuration");
  }
  return &*found;
}

void Recovery::drop_old() {
  std::erase_if(sessions_, [now = parts_.clock.now()](const auto& entry) {
    return now - entry.second.opened_at > max_recovery_age;
  });
}

Result<Bytes> Recovery::open(StoredRecovery recovery, const crypto::Sm2PublicKey& recipient) {
  const std::scoped_lock lock(mutex_);
  drop_old();
  const crypto::Digest request_hash = crypto::sm3(recovery.request);
  if (const auto known = sessions_.find(recovery.session); known != sessions_.end()) {
    if (known->second.request_hash != request_hash || known->second.stored.kind != recovery.kind) {
      return fail(ErrorCode::conflict, "this recovery session stood for another request");
    }
    return known->second.opened_message;
  }
  if (sessions_.size() >= max_open_recoveries) {
    return fail(ErrorCode::too_many_requests, "too many recoveries are open");
  }
  YX_TRY(const StoredKey key, parts_.store.find(recovery.name));
  if (key.state != KeyState::in_use && key.state != KeyState::history) {
    return fail(ErrorCode::wrong_state, "the key was not handed over");
  }
  YX_TRY(const EscrowRecord* const record, escrow(key.escrow));
  YX_CHECK(parts_.audit.record(deed(recovery, to_hex(request_hash), "open", "intended")));
  YX_TRY(StoredRecovery stored, parts_.store.open_recovery(recovery, parts_.clock.now()));
  if (!stored.answer.empty()) {
    return fail(ErrorCode::wrong_state, "this recovery is finished");
  }
  auto session_key = crypto::Sm2PrivateKey::generate(parts_.random);
  const RecoveryOpened opened{recovery.session, request_hash, record->id, session_key.public_key()};
  YX_TRY(Bytes message, cms::sign_pinned(opened.to_der(), oid::message_recovery_opened(), pinned_.centre, parts_.signer,
                                         parts_.clock.now()));
  const RequestId id = recovery.session;
  sessions_.emplace(id, Session{std::move(stored), request_hash, recipient, record, std::move(session_key),
                                parts_.clock.now(), message});
  return message;
}

Result<Recovery::Session*> Recovery::find(const RequestId& session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) {
    return fail(ErrorCode::not_found, "no such recovery is open here");
  }
  if (parts_.clock.now() - found->second.opened_at > max_recovery_age) {
    sessions_.erase(found);
    return fail(ErrorCode::expired, "the recovery was open for too long");
  }
  return &found->second;
}

Result<std::size_t> Recovery::contribute(BytesView signed_contribution) {
  const std::scoped_lock lock(mutex_);
  // Who may have signed depends on the session, which stands inside: look at all custodians, then at the one.
  std::vector<x509::Certificate> custodians;
  for (const EscrowRecord& record : pinned_.escrows) {
    std::ranges::transform(record.shares, std::back_inserter(custodians),
                           [](const SealedShare& share) { return share.custodian.signing; });
  }
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(signed_contribution, oid::message_share_contribution(), custodians, parts_.clock.now()));
  YX_TRY(const ShareContribution given, ShareContribution::parse(opened.content));
  YX_TRY(Session* const session, find(given.session));
  if (given.index > session->escrow->shares.size()) {
    return fail(ErrorCode::invalid_input, "no such share");
  }
  const SealedShare& kept = session->escrow->shares[given.index - 1U];
  if (!(kept.custodian.signing == custodians[opened.signer]) || given.request_hash != session->request_hash) {
    return fail(ErrorCode::forbidden, "the custodian did not agree to this recovery with this share");
  }
  YX_TRY(SecretBytes value, crypto::sm2_decrypt(session->session_key, given.sealed_share));
  if (!same(share_digest(session->escrow->id, given.index, value.expose()), kept.digest)) {
    return fail(ErrorCode::corrupt, "this is not the share of the ceremony");
  }
  if (!session->shares.contains(given.index)) {
    const crypto::Digest& who = kept.custodian.signing.fingerprint();
    YX_CHECK(parts_.audit.record(deed(session->stored, to_hex(who), "share", "given")));
    YX_CHECK(parts_.store.note_custodian(given.session, who, parts_.clock.now()));
    session->shares.emplace(given.index, Share{given.index, std::move(value)});
  }
  return session->shares.size();
}

Result<Bytes> Recovery::finish(const RequestId& id) {
  const std::scoped_lock lock(mutex_);
  if (!sessions_.contains(id)) {
    YX_TRY(StoredRecovery stored, parts_.store.find_recovery(id));
    if (!stored.answer.empty()) {
      return std::move(stored.answer);
    }
  }
  YX_TRY(Session* const session, find(id));
  if (session->shares.size() < escrow_threshold) {
    return fail(ErrorCode::precondition, "three custodians are needed");
  }
  YX_TRY(const StoredKey key, parts_.store.find(session->stored.name));
  YX_TRY(const crypto::Sm2PublicKey public_key, crypto::Sm2PublicKey::from_point(key.public_key));
  YX_CHECK(parts_.audit.record(deed(session->stored, to_hex(session->request_hash), "release", "intended")));
  std::vector<const Share*> shares;
  for (const auto& [index, share] : session->shares) {
    shares.push_back(&share);
  }
  YX_TRY(const crypto::Sm2PrivateKey escrow_private, reunite(*session->escrow, shares));
  YX_TRY(const crypto::Sm2PrivateKey recovered,
         open_escrowed(key.escrowed, escrow_private, session->stored.name, public_key));
  YX_TRY(const crypto::EnvelopedKey envelope, crypto::envelope_key(session->recipient, recovered, parts_.random));
  const RecoveryAnswer answer{id, session->request_hash, public_key, envelope.to_der()};
  YX_TRY(Bytes message, cms::sign_pinned(answer.to_der(), oid::message_recovery_answer(), pinned_.centre, parts_.signer,
                                         parts_.clock.now()));
  YX_CHECK(parts_.store.finish_recovery(id, message, parts_.clock.now()));
  sessions_.erase(id);
  return message;
}

}  // namespace yinxin::kmc
