#include "pki/revocation/revocations.h"

#include "base/kill_point.h"
#include "crypto/x509/build.h"

namespace yinxin::pki {

Result<void> Revocations::change(StatusDeed deed, const std::vector<Bytes>& serials, x509::RevocationReason reason,
                                 const Digest& cause, std::string_view by) {
  if (serials.empty()) {
    return fail(ErrorCode::invalid_input, "status: no serial number");
  }
  std::vector<StatusChange> changes;
  const Instant now = clock_->now();
  for (const Bytes& serial : serials) {
    YX_CHECK(audit_->record({.role = "vault",
                             .subject = to_hex(issuer_),
                             .action = "status." + std::string(name_of(deed)),
                             .object = to_hex(serial),
                             .result = "intended by " + std::string(by)}));
    changes.push_back({serial, deed, reason, now, cause});
  }
  YX_CHECK(journal_->change_status(issuer_, changes));
  return {};
}

Result<void> Revocations::apply(const trust::StatusOrder& order) {
  const std::string by = to_hex(order.order_hash());
  switch (order.deed()) {
    case trust::StatusStatement::Deed::revoke:
      return change(StatusDeed::revoke, order.serials(), order.reason(), order.order_hash(), by);
    case trust::StatusStatement::Deed::suspend:
      return change(StatusDeed::suspend, order.serials(), x509::RevocationReason::certificate_hold, order.order_hash(),
                    by);
    case trust::StatusStatement::Deed::resume:
      return change(StatusDeed::resume, order.serials(), x509::RevocationReason::unspecified, order.order_hash(), by);
  }
  ensure_unreachable("a deed of a status order that is not handled");
}

Result<void> Revocations::activate(const trust::TokenWordHeard& heard) {
  if (heard.word().kind != trust::TokenWord::Kind::activated) {
    return fail(ErrorCode::wrong_state, "status: the token did not say that it was activated");
  }
  // The cause is the pair itself: a second S5 of the same token is the same fact.
  const Digest cause = crypto::sm3({heard.signing().fingerprint(), heard.encryption().fingerprint()});
  return change(StatusDeed::activate, {heard.signing().serial(), heard.encryption().serial()},
                x509::RevocationReason::unspecified, cause, "the token");
}

Result<void> Revocations::revoke_by_rule(const std::vector<Bytes>& serials, x509::RevocationReason reason,
                                         std::string_view rule) {
  const Digest cause = crypto::sm3({bytes_of("revoke by rule "), bytes_of(rule)});
  return change(StatusDeed::revoke, serials, reason, cause, rule);
}

Result<void> Revocations::suspend_by_rule(const std::vector<Bytes>& serials, std::string_view rule) {
  // A rule may strike again after a resumption, so its moment is part of the cause.
  const Digest cause =
      crypto::sm3({bytes_of("suspend by rule "), bytes_of(rule), bytes_of(std::to_string(to_unix_ms(clock_->now())))});
  return change(StatusDeed::suspend, serials, x509::RevocationReason::certificate_hold, cause, rule);
}

Result<x509::CertificateList> CrlPublisher::publish() {
  const IssuerId issuer = issuer_id(issuer_.public_key());
  StatusBook book(issuer);
  YX_CHECK(catch_up(book, *journal_));
  YX_TRY(const std::int64_t number, journal_->next_crl_number(issuer));
  const Instant now = whole_seconds(clock_->now());
  x509::CrlContent content;
  content.issuer = issuer_.subject();
  content.authority_key_id = issuer_.subject_key_id().value_or(issuer_.public_key().identifier());
  for (int shift = 56; shift >= 0; shift -= 8) {
    content.number.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
  }
  content.this_update = now;
  content.next_update = now + times_.validity;
  content.entries = book.crl_entries();
  const Bytes tbs = x509::to_be_signed(content);
  YX_CHECK(audit_->record({.role = "vault",
                           .subject = to_hex(issuer),
                           .action = "crl.sign",
                           .object = std::to_string(number) + " " + to_hex(crypto::sm3(tbs)),
                           .result = "intended, status row " + std::to_string(book.sequence())}));
  YX_TRY(const Bytes der, outgoing_call("vault.crl_sign", [&] { return x509::sign_and_assemble(tbs, *signer_); }));
  YX_TRY(x509::CertificateList list, x509::CertificateList::parse(der));
  if (list.signed_by(issuer_.public_key()) != x509::SignatureCheck::holds ||
      list.entries().size() != content.entries.size()) {
    return fail(ErrorCode::internal, "crl: what was signed is not what was meant");
  }
  YX_CHECK(journal_->store_crl(issuer, {number, content.this_update, content.next_update, der}));
  published_sequence_ = book.sequence();
  return list;
}

Result<bool> CrlPublisher::is_due() {
  const IssuerId issuer = issuer_id(issuer_.public_key());
  YX_TRY(const auto latest, journal_->latest_crl(issuer));
  if (!latest || !published_sequence_ || clock_->now() >= latest->this_update + times_.interval) {
    return true;
  }
  YX_TRY(const auto news, journal_->status_rows(issuer, *published_sequence_, 1));
  return !news.empty();
}

}  // namespace yinxin::pki
