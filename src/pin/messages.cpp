#include "pin/messages.h"

#include <algorithm>
#include <limits>

#include "crypto/asn1/der.h"

namespace yinxin::pin {
namespace {

constexpr std::int64_t version = 1;
constexpr std::int64_t activation_version = 2;
constexpr unsigned last_order_kind = static_cast<unsigned>(OrderKind::draw_code);
constexpr std::size_t max_certificate_serial = 20;

Result<asn1::Reader> begin(BytesView der, std::int64_t expected = version) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader in, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(const std::int64_t found, in.small_integer());
  if (found != expected) {
    return fail(ErrorCode::unsupported, "a message of another version");
  }
  return in;
}

template <std::size_t size>
Result<std::array<std::uint8_t, size>> fixed(asn1::Reader& in) {
  YX_TRY(const BytesView octets, in.octet_string());
  std::array<std::uint8_t, size> out{};
  if (octets.size() != size) {
    return fail(ErrorCode::invalid_input, "an identifier or hash of the wrong size");
  }
  std::ranges::copy(octets, out.begin());
  return out;
}

// Printable ASCII: lines and device serials go into additional data and audit lines.
Result<std::string> name(asn1::Reader& in, bool may_be_empty) {
  YX_TRY(std::string text, in.text());
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (!plain || text.size() > max_name_bytes || (text.empty() && !may_be_empty)) {
    return fail(ErrorCode::invalid_input, "a line or device is named in 1 to 64 printable characters");
  }
  return text;
}

Result<Bytes> serial(asn1::Reader& in) {
  YX_TRY(const BytesView octets, in.octet_string());
  if (octets.size() > max_certificate_serial) {
    return fail(ErrorCode::invalid_input, "a serial number has at most 20 octets");
  }
  return to_bytes(octets);
}

Result<crypto::Sm2PublicKey> key(asn1::Reader& in) {
  YX_TRY(const BytesView point, in.bit_string());
  return crypto::Sm2PublicKey::from_point(point);
}

Result<crypto::Sm2Cipher> cipher(asn1::Reader& in) {
  YX_TRY(const asn1::Element found, in.expect(asn1::tag::sequence));
  return crypto::Sm2Cipher::from_der(found.whole);
}

template <class Message>
Result<Message> in_its_one_encoding(Message message, BytesView der) {
  if (!same(message.to_der(), der)) {
    return fail(ErrorCode::invalid_input, "a message that is not in its one encoding");
  }
  return message;
}

void write_open_part(asn1::Writer& out, const Activation& activation) {
  out.integer(activation_version).octet_string(activation.message).utf8(activation.line).utf8(activation.device);
  out.octet_string(activation.certificate).octet_string(activation.challenge).bit_string(activation.ephemeral.point());
}

Result<std::optional<SecretBytes>> secret(asn1::Reader& in, unsigned number) {
  YX_TRY(const auto found, in.optional(asn1::tag::context(number)));
  return found ? std::optional<SecretBytes>(SecretBytes(found->content)) : std::nullopt;
}

}  // namespace

Bytes Order::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(message).enumerated(static_cast<std::int64_t>(kind)).utf8(line).utf8(device);
    out.octet_string(certificate);
    if (recipient) {
      out.bit_string(recipient->point());
    }
    if (drawn_by) {
      out.primitive(asn1::tag::context(0), *drawn_by);
    }
  });
}

Result<Order> Order::parse(BytesView der) {
  YX_TRY(asn1::Reader in, begin(der));
  Order order;
  YX_TRY(order.message, fixed<16>(in));
  YX_TRY(const asn1::Element kind, in.expect(asn1::tag::enumerated));
  if (kind.content.size() != 1 || kind.content[0] > last_order_kind) {
    return fail(ErrorCode::invalid_input, "an unknown kind of order");
  }
  order.kind = static_cast<OrderKind>(kind.content[0]);
  YX_TRY(order.line, name(in, false));
  YX_TRY(order.device, name(in, true));
  YX_TRY(order.certificate, serial(in));
  if (in.next_is(asn1::tag::bit_string)) {
    YX_TRY(order.recipient, key(in));
  }
  YX_TRY(const auto drawn_by, in.optional(asn1::tag::context(0)));
  if (drawn_by) {
    order.drawn_by.emplace();
    if (drawn_by->content.size() != order.drawn_by->size()) {
      return fail(ErrorCode::invalid_input, "drawnBy is no message");
    }
    std::ranges::copy(drawn_by->content, order.drawn_by->begin());
  }
  YX_CHECK(in.finish());
  return in_its_one_encoding(std::move(order), der);
}

Bytes Activation::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    write_open_part(out, *this);
    out.raw(sealed_secret.to_der());
  });
}

crypto::Digest Activation::binding() const {
  return crypto::sm3(asn1::sequence([this](asn1::Writer& out) { write_open_part(out, *this); }));
}

Result<Activation> Activation::parse(BytesView der) {
  YX_TRY(asn1::Reader in, begin(der, activation_version));
  YX_TRY(const MessageId message, fixed<16>(in));
  YX_TRY(std::string line, name(in, false));
  YX_TRY(std::string device, name(in, false));
  YX_TRY(Bytes certificate, serial(in));
  YX_TRY(const MessageId challenge, fixed<16>(in));
  YX_TRY(const crypto::Sm2PublicKey ephemeral, key(in));
  YX_TRY(crypto::Sm2Cipher sealed, cipher(in));
  YX_CHECK(in.finish());
  return in_its_one_encoding(Activation{message, std::move(line), std::move(device), std::move(certificate), challenge,
                                        ephemeral, std::move(sealed)},
                             der);
}

Result<void> seal_secret(Activation& activation, const SecretBytes& secret_a, const SecretBytes& code,
                         const crypto::Sm2PublicKey& pin_key) {
  const SecretBytes plain(concat({activation.binding(), secret_a.expose(), code.expose()}));
  YX_TRY(activation.sealed_secret, crypto::sm2_encrypt(pin_key, plain.expose()));
  return {};
}

Bytes Answer::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(message).octet_string(request_hash);
    if (sealed) {
      out.raw(sealed->to_der());
    }
  });
}

Result<Answer> Answer::parse(BytesView der) {
  YX_TRY(asn1::Reader in, begin(der));
  Answer answer;
  YX_TRY(answer.message, fixed<16>(in));
  YX_TRY(answer.request_hash, fixed<crypto::sm3_size>(in));
  if (!in.at_end()) {
    YX_TRY(answer.sealed, cipher(in));
  }
  YX_CHECK(in.finish());
  return in_its_one_encoding(std::move(answer), der);
}

SecretBytes Secrets::to_der() const {
  return SecretBytes(asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).integer(so_counter);
    unsigned number = 0;
    for (const auto* one : {&initial_pin, &so_current, &so_next, &activation_secret, &activation_code}) {
      if (one->has_value()) {
        out.primitive(asn1::tag::context(number), (*one)->expose());
      }
      ++number;
    }
  }));
}

Result<Secrets> Secrets::parse(BytesView der) {
  YX_TRY(asn1::Reader in, begin(der));
  Secrets secrets;
  YX_TRY(const std::int64_t counter, in.small_integer());
  if (counter > std::int64_t{std::numeric_limits<std::uint32_t>::max()}) {
    return fail(ErrorCode::invalid_input, "a counter beyond 32 bits");
  }
  secrets.so_counter = static_cast<std::uint32_t>(counter);
  YX_TRY(secrets.initial_pin, secret(in, 0));
  YX_TRY(secrets.so_current, secret(in, 1));
  YX_TRY(secrets.so_next, secret(in, 2));
  YX_TRY(secrets.activation_secret, secret(in, 3));
  YX_TRY(secrets.activation_code, secret(in, 4));
  YX_CHECK(in.finish());
  if (!same(secrets.to_der().expose(), der)) {
    return fail(ErrorCode::invalid_input, "a message that is not in its one encoding");
  }
  return secrets;
}

}  // namespace yinxin::pin
