#include "yinxin/office/lines.h"

#include "base/kill_point.h"
#include "crypto/cms/pinned.h"
#include "crypto/oids.h"
#include "kmc/messages.h"
#include "pin/messages.h"

namespace yinxin::office {

namespace {

// Ids follow from what is asked, so that a question repeated after a crash is the same question.
template <class Id>
Id id_of(std::initializer_list<BytesView> parts) {
  Id id{};
  const crypto::Digest digest = crypto::sm3(parts);
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

Result<Bytes> ask(const Edge& edge, std::string_view name, const Door& door, BytesView content,
                  const asn1::ObjectId& type) {
  YX_TRY(const Bytes message, cms::sign_pinned(content, type, edge.own, *edge.signer, edge.clock->now()));
  return outgoing_call(name, [&] { return door(message); });
}

}  // namespace

Result<pki::EncryptionKey> KeyCentreLine::take(const pki::EncryptionKeyWish& wish) {
  const auto recipient = wish.signing_key.sm2();
  if (!recipient) {
    return fail(ErrorCode::unsupported, "the key centre seals to SM2 keys only");
  }
  const kmc::KeyRequest request{
      .request_id = id_of<kmc::RequestId>({bytes_of("key request"), wish.issuer, wish.serial}),
      .name = {.issuer = wish.issuer, .serial = wish.serial},
      .subject = wish.subject,
      .recipient = *recipient,
      .not_before = wish.not_before,
      .not_after = wish.not_after};
  const Bytes asked = request.to_der();
  YX_TRY(const Bytes reply, ask(edge_, "vault.key_request", hand_over_, asked, oid::message_key_request()));
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(reply, oid::message_key_answer(), {&edge_.neighbour, 1}, edge_.clock->now()));
  YX_TRY(kmc::KeyAnswer answer, kmc::KeyAnswer::parse(opened.content));
  if (answer.request_id != request.request_id || answer.request_hash != crypto::sm3(asked)) {
    return fail(ErrorCode::corrupt, "the key centre answered another request");
  }
  return pki::EncryptionKey{x509::PublicKey::of(answer.public_key), std::move(answer.enveloped_key)};
}

Result<void> KeyCentreLine::retire(const pki::IssuerId& issuer, BytesView serial) {
  const kmc::KeyRetirement retirement{.name = {.issuer = issuer, .serial = to_bytes(serial)},
                                      .reason = kmc::RetireReason::revoked,
                                      .at = whole_seconds(edge_.clock->now())};
  const auto done = ask(edge_, "vault.key_retirement", retire_, retirement.to_der(), oid::message_key_retirement());
  if (!done && done.error().code != ErrorCode::not_found && done.error().code != ErrorCode::wrong_state) {
    return done.error();
  }
  return {};
}

struct PinLine::Wish {
  pin::OrderKind kind = pin::OrderKind::draw_for_keying;
  const pki::Digest& permit;
  const std::string& line;
  const std::string& device;
  BytesView serial{};
  std::optional<crypto::Sm2PublicKey> recipient{};
};

Result<Bytes> PinLine::send(const Wish& wish) {
  const std::array<std::uint8_t, 1> kind{static_cast<std::uint8_t>(wish.kind)};
  const pin::Order order{.message = id_of<pin::MessageId>({bytes_of("pin order"), kind, wish.permit}),
                         .kind = wish.kind,
                         .line = wish.line,
                         .device = wish.device,
                         .certificate = to_bytes(wish.serial),
                         .recipient = wish.recipient};
  const Bytes asked = order.to_der();
  YX_TRY(Bytes reply, ask(edge_, "vault.pin_order", order_, asked, oid::message_pin_order()));
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(reply, oid::message_pin_answer(), {&edge_.neighbour, 1}, edge_.clock->now()));
  YX_TRY(const pin::Answer answer, pin::Answer::parse(opened.content));
  if (answer.message != order.message || answer.request_hash != crypto::sm3(asked)) {
    return fail(ErrorCode::corrupt, "the PIN domain answered another order");
  }
  return reply;
}

Result<Bytes> PinLine::draw_for_keying(const pki::Digest& permit, const std::string& line, const std::string& device,
                                       const crypto::Sm2PublicKey& station) {
  return send({.kind = pin::OrderKind::draw_for_keying,
               .permit = permit,
               .line = line,
               .device = device,
               .recipient = station});
}

Result<void> PinLine::open_gate(const pki::Digest& permit, const std::string& line) {
  YX_CHECK(send({.kind = pin::OrderKind::open_gate, .permit = permit, .line = line, .device = {}}));
  return {};
}

Result<void> PinLine::written(const pki::Digest& permit, const std::string& line, const std::string& device,
                              BytesView serial) {
  YX_CHECK(send({.kind = pin::OrderKind::written, .permit = permit, .line = line, .device = device, .serial = serial}));
  return {};
}

Result<void> PinLine::activated(const pki::Digest& permit, const std::string& line, const std::string& device,
                                BytesView serial) {
  YX_CHECK(
      send({.kind = pin::OrderKind::activated, .permit = permit, .line = line, .device = device, .serial = serial}));
  return {};
}

Result<void> PinLine::abandon(const pki::Digest& permit, const std::string& line, const std::string& device) {
  const auto done = send({.kind = pin::OrderKind::abandon_keying, .permit = permit, .line = line, .device = device});
  // The PIN domain has nothing for that permit: it was never told of it.
  if (!done && done.error().code != ErrorCode::wrong_state) {
    return done.error();
  }
  return {};
}

}  // namespace yinxin::office
