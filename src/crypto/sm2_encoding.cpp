// The ASN.1 and raw forms of SM2 signatures and ciphertexts (GM/T 0009-2012 clause 7).

#include <algorithm>

#include "crypto/asn1/der.h"
#include "crypto/sm2.h"

namespace yinxin::crypto {

namespace {

constexpr std::size_t word = 32;

Result<std::array<std::uint8_t, word>> read_word(asn1::Reader& reader) {
  YX_TRY(const Bytes octets, reader.unsigned_integer(word));
  std::array<std::uint8_t, word> out{};
  std::ranges::copy(octets, out.begin());
  return out;
}

std::array<std::uint8_t, word> word_at(BytesView bytes, std::size_t at) {
  std::array<std::uint8_t, word> out{};
  std::ranges::copy(bytes.subspan(at, word), out.begin());
  return out;
}

}  // namespace

Bytes Sm2Signature::to_der() const {
  return asn1::sequence([this](asn1::Writer& w) { w.unsigned_integer(r).unsigned_integer(s); });
}

Result<Sm2Signature> Sm2Signature::from_der(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  Sm2Signature signature;
  YX_TRY(signature.r, read_word(inside));
  YX_TRY(signature.s, read_word(inside));
  YX_CHECK(inside.finish());
  return signature;
}

Bytes Sm2Signature::to_raw() const { return concat({r, s}); }

Result<Sm2Signature> Sm2Signature::from_raw(BytesView raw) {
  if (raw.size() != 2 * word) {
    return fail(ErrorCode::invalid_input, "a raw SM2 signature is 64 bytes");
  }
  return Sm2Signature{.r = word_at(raw, 0), .s = word_at(raw, word)};
}

Result<Sm2Signature> Sm2Signature::from_der_or_raw(BytesView bytes) {
  // A raw signature of 64 bytes is never read as DER: 30 3e … would be a 62-byte SEQUENCE of two INTEGERs,
  // which a raw r may imitate in its first bytes but not to the end.
  auto der = from_der(bytes);
  if (der || bytes.size() != 2 * word) {
    return der;
  }
  return from_raw(bytes);
}

Bytes Sm2Cipher::to_der() const {
  return asn1::sequence([this](asn1::Writer& w) {
    w.unsigned_integer(x).unsigned_integer(y).octet_string(hash).octet_string(cipher_text);
  });
}

Result<Sm2Cipher> Sm2Cipher::from_der(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  Sm2Cipher cipher;
  YX_TRY(cipher.x, read_word(inside));
  YX_TRY(cipher.y, read_word(inside));
  YX_TRY(const BytesView hash, inside.octet_string());
  YX_TRY(const BytesView text, inside.octet_string());
  YX_CHECK(inside.finish());
  if (hash.size() != word || text.empty()) {
    return fail(ErrorCode::invalid_input, "an SM2 ciphertext with a wrong hash or no text");
  }
  std::ranges::copy(hash, cipher.hash.begin());
  cipher.cipher_text = to_bytes(text);
  return cipher;
}

Result<Sm2Cipher> Sm2Cipher::from_c1c3c2(BytesView raw) {
  constexpr std::size_t head = 1 + 3 * word;
  if (raw.size() <= head || raw[0] != 0x04) {
    return fail(ErrorCode::invalid_input, "not 04 || C1 || C3 || C2");
  }
  return Sm2Cipher{.x = word_at(raw, 1),
                   .y = word_at(raw, 1 + word),
                   .hash = word_at(raw, 1 + 2 * word),
                   .cipher_text = to_bytes(raw.subspan(head))};
}

}  // namespace yinxin::crypto
