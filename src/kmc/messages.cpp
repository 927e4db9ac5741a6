#include "kmc/messages.h"

#include <algorithm>

#include "crypto/asn1/der.h"

namespace yinxin::kmc {
namespace {

constexpr std::int64_t version = 1;

// Reads the fields of one message and, at the end, refuses what is not the one encoding of its value.
class Fields {
 public:
  static Result<Fields> begin(BytesView der) {
    asn1::Reader outside(der);
    YX_TRY(asn1::Reader inside, outside.sequence());
    YX_CHECK(outside.finish());
    YX_TRY(const std::int64_t found, inside.small_integer());
    if (found != version) {
      return fail(ErrorCode::unsupported, "a message of another version");
    }
    return Fields(inside);
  }
  template <std::size_t size>
  Result<std::array<std::uint8_t, size>> fixed() {
    YX_TRY(const BytesView octets, reader_.octet_string());
    std::array<std::uint8_t, size> out{};
    if (octets.size() != size) {
      return fail(ErrorCode::invalid_input, "an identifier or hash of the wrong size");
    }
    std::ranges::copy(octets, out.begin());
    return out;
  }
  Result<KeyName> name() {
    KeyName name;
    YX_TRY(name.issuer, fixed<crypto::sm3_size>());
    YX_TRY(const BytesView serial, reader_.integer());
    if (serial.size() > max_serial_bytes || (serial.front() & 0x80U) != 0 || (serial.size() == 1 && serial[0] == 0)) {
      return fail(ErrorCode::invalid_input, "a serial number is positive and at most 20 octets");
    }
    name.serial = to_bytes(serial);
    return name;
  }
  Result<crypto::Sm2PublicKey> key() {
    YX_TRY(const BytesView point, reader_.bit_string());
    return crypto::Sm2PublicKey::from_point(point);
  }
  Result<Bytes> element() {
    YX_TRY(const asn1::Element found, reader_.expect(asn1::tag::sequence));
    return to_bytes(found.whole);
  }
  asn1::Reader& reader() { return reader_; }
  template <class Message>
  Result<Message> end(Message message, BytesView der) {
    YX_CHECK(reader_.finish());
    if (!same(message.to_der(), der)) {
      return fail(ErrorCode::invalid_input, "a message that is not in its one encoding");
    }
    return message;
  }

 private:
  explicit Fields(asn1::Reader reader) : reader_(reader) {}
  asn1::Reader reader_;
};

void write_name(asn1::Writer& out, const KeyName& name) {
  out.octet_string(name.issuer).primitive(asn1::tag::integer, name.serial);
}

}  // namespace

Bytes KeyRequest::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(request_id);
    write_name(out, name);
    out.octet_string(subject).bit_string(recipient.point()).generalized_time(not_before).generalized_time(not_after);
  });
}
Result<KeyRequest> KeyRequest::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(const RequestId id, in.fixed<16>());
  YX_TRY(KeyName name, in.name());
  YX_TRY(const crypto::Digest subject, in.fixed<crypto::sm3_size>());
  YX_TRY(const crypto::Sm2PublicKey recipient, in.key());
  YX_TRY(const Instant not_before, in.reader().time());
  YX_TRY(const Instant not_after, in.reader().time());
  if (not_after <= not_before) {
    return fail(ErrorCode::invalid_input, "a key request whose validity is empty");
  }
  return in.end(KeyRequest{id, std::move(name), subject, recipient, not_before, not_after}, der);
}

Bytes KeyAnswer::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(request_id).octet_string(request_hash);
    out.bit_string(public_key.point()).raw(enveloped_key);
  });
}
Result<KeyAnswer> KeyAnswer::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(const RequestId id, in.fixed<16>());
  YX_TRY(const crypto::Digest hash, in.fixed<crypto::sm3_size>());
  YX_TRY(const crypto::Sm2PublicKey key, in.key());
  YX_TRY(Bytes envelope, in.element());
  return in.end(KeyAnswer{id, hash, key, std::move(envelope)}, der);
}

Bytes KeyRetirement::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version);
    write_name(out, name);
    out.enumerated(static_cast<std::int64_t>(reason)).generalized_time(at);
  });
}
Result<KeyRetirement> KeyRetirement::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(KeyName name, in.name());
  YX_TRY(const asn1::Element reason, in.reader().expect(asn1::tag::enumerated));
  if (reason.content.size() != 1 || reason.content[0] > 1) {
    return fail(ErrorCode::invalid_input, "an unknown reason to retire a key");
  }
  YX_TRY(const Instant at, in.reader().time());
  return in.end(KeyRetirement{std::move(name), static_cast<RetireReason>(reason.content[0]), at}, der);
}

Bytes UserRecovery::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(session);
    write_name(out, name);
    out.bit_string(recipient.point()).octet_string(approval);
  });
}
Result<UserRecovery> UserRecovery::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(const RequestId session, in.fixed<16>());
  YX_TRY(KeyName name, in.name());
  YX_TRY(const crypto::Sm2PublicKey recipient, in.key());
  YX_TRY(const crypto::Digest approval, in.fixed<crypto::sm3_size>());
  return in.end(UserRecovery{session, std::move(name), recipient, approval}, der);
}

Bytes JudicialRecovery::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(session);
    write_name(out, name);
    out.bit_string(recipient.point()).octet_string(order).utf8(authority);
  });
}
Result<JudicialRecovery> JudicialRecovery::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(const RequestId session, in.fixed<16>());
  YX_TRY(KeyName name, in.name());
  YX_TRY(const crypto::Sm2PublicKey recipient, in.key());
  YX_TRY(const crypto::Digest order, in.fixed<crypto::sm3_size>());
  YX_TRY(std::string authority, in.reader().text());
  if (authority.empty() || authority.size() > max_text_bytes) {
    return fail(ErrorCode::invalid_input, "a judicial recovery names the authority in at most 200 bytes");
  }
  return in.end(JudicialRecovery{session, std::move(name), recipient, order, std::move(authority)}, der);
}

Bytes RecoveryOpened::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(session).octet_string(request_hash).octet_string(escrow);
    out.bit_string(session_key.point());
  });
}
Result<RecoveryOpened> RecoveryOpened::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(const RequestId session, in.fixed<16>());
  YX_TRY(const crypto::Digest hash, in.fixed<crypto::sm3_size>());
  YX_TRY(const RequestId escrow, in.fixed<16>());
  YX_TRY(const crypto::Sm2PublicKey key, in.key());
  return in.end(RecoveryOpened{session, hash, escrow, key}, der);
}

Bytes ShareContribution::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(session).octet_string(request_hash).integer(index).raw(sealed_share.to_der());
  });
}
Result<ShareContribution> ShareContribution::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  ShareContribution out;
  YX_TRY(out.session, in.fixed<16>());
  YX_TRY(out.request_hash, in.fixed<crypto::sm3_size>());
  YX_TRY(const std::int64_t index, in.reader().small_integer());
  if (index < 1 || index > 255) {
    return fail(ErrorCode::invalid_input, "a share's index is 1 to 255");
  }
  out.index = static_cast<std::uint8_t>(index);
  YX_TRY(const Bytes sealed, in.element());
  YX_TRY(out.sealed_share, crypto::Sm2Cipher::from_der(sealed));
  return in.end(std::move(out), der);
}

Bytes RecoveryAnswer::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(version).octet_string(session).octet_string(request_hash);
    out.bit_string(public_key.point()).raw(enveloped_key);
  });
}
Result<RecoveryAnswer> RecoveryAnswer::parse(BytesView der) {
  YX_TRY(Fields in, Fields::begin(der));
  YX_TRY(const RequestId session, in.fixed<16>());
  YX_TRY(const crypto::Digest hash, in.fixed<crypto::sm3_size>());
  YX_TRY(const crypto::Sm2PublicKey key, in.key());
  YX_TRY(Bytes envelope, in.element());
  return in.end(RecoveryAnswer{session, hash, key, std::move(envelope)}, der);
}

}  // namespace yinxin::kmc
