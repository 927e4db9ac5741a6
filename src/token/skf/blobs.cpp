#include "token/skf/blobs.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "crypto/sm4.h"

namespace yinxin::token::skf {

namespace {

constexpr std::size_t number_size = 32;
constexpr std::size_t head_size = ECC_MAX_COORDINATE_LEN - number_size;
constexpr ULONG bits = 256;
constexpr std::size_t cipher_head_size = offsetof(ECCCIPHERBLOB, Cipher);
constexpr std::size_t enveloped_head_size = offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob);
constexpr ULONG enveloped_version = 1;

void put_number(BYTE* field, BytesView number) {
  std::memset(field, 0, head_size);
  std::memcpy(field + head_size, number.data(), number_size);
}

Result<BytesView> number_of(const BYTE* field) {
  const BytesView whole(field, ECC_MAX_COORDINATE_LEN);
  if (std::ranges::any_of(whole.first(head_size), [](std::uint8_t byte) { return byte != 0; })) {
    return fail(ErrorCode::invalid_input, "a number longer than 32 bytes in an SKF structure");
  }
  return whole.subspan(head_size);
}

Result<void> copy_number(const BYTE* field, std::array<std::uint8_t, number_size>& to) {
  YX_TRY(const BytesView number, number_of(field));
  std::ranges::copy(number, to.begin());
  return {};
}

}  // namespace

ECCPUBLICKEYBLOB to_blob(const crypto::Sm2PublicKey& key) {
  ECCPUBLICKEYBLOB blob{};
  blob.BitLen = bits;
  put_number(static_cast<BYTE*>(blob.XCoordinate), key.x());
  put_number(static_cast<BYTE*>(blob.YCoordinate), key.y());
  return blob;
}

Result<crypto::Sm2PublicKey> from_blob(const ECCPUBLICKEYBLOB& blob) {
  if (blob.BitLen != bits) {
    return fail(ErrorCode::invalid_input, "an SKF public key that is not 256 bits");
  }
  YX_TRY(const BytesView x, number_of(static_cast<const BYTE*>(blob.XCoordinate)));
  YX_TRY(const BytesView y, number_of(static_cast<const BYTE*>(blob.YCoordinate)));
  const std::uint8_t uncompressed = 0x04;
  return crypto::Sm2PublicKey::from_point(concat({BytesView(&uncompressed, 1), x, y}));
}

Result<crypto::Sm2PrivateKey> from_blob(const ECCPRIVATEKEYBLOB& blob) {
  if (blob.BitLen != bits) {
    return fail(ErrorCode::invalid_input, "an SKF private key that is not 256 bits");
  }
  YX_TRY(const BytesView d, number_of(static_cast<const BYTE*>(blob.PrivateKey)));
  return crypto::Sm2PrivateKey::from_scalar(SecretBytes(d));
}

ECCSIGNATUREBLOB to_blob(const crypto::Sm2Signature& signature) {
  ECCSIGNATUREBLOB blob{};
  put_number(static_cast<BYTE*>(blob.r), signature.r);
  put_number(static_cast<BYTE*>(blob.s), signature.s);
  return blob;
}

Result<crypto::Sm2Signature> from_blob(const ECCSIGNATUREBLOB& blob) {
  crypto::Sm2Signature signature;
  YX_CHECK(copy_number(static_cast<const BYTE*>(blob.r), signature.r));
  YX_CHECK(copy_number(static_cast<const BYTE*>(blob.s), signature.s));
  return signature;
}

Bytes to_blob(const crypto::Sm2Cipher& cipher) {
  ECCCIPHERBLOB head{};
  put_number(static_cast<BYTE*>(head.XCoordinate), cipher.x);
  put_number(static_cast<BYTE*>(head.YCoordinate), cipher.y);
  std::ranges::copy(cipher.hash, static_cast<BYTE*>(head.HASH));
  head.CipherLen = static_cast<ULONG>(cipher.cipher_text.size());
  Bytes blob(cipher_head_size);
  std::memcpy(blob.data(), &head, cipher_head_size);
  append(blob, cipher.cipher_text);
  return blob;
}

Result<crypto::Sm2Cipher> cipher_from_blob(BytesView blob) {
  if (blob.size() < cipher_head_size) {
    return fail(ErrorCode::invalid_input, "an ECCCIPHERBLOB cut short");
  }
  ECCCIPHERBLOB head{};
  std::memcpy(&head, blob.data(), cipher_head_size);
  if (head.CipherLen == 0 || head.CipherLen > max_cipher_size || head.CipherLen > blob.size() - cipher_head_size) {
    return fail(ErrorCode::invalid_input, "an ECCCIPHERBLOB of a wrong CipherLen");
  }
  crypto::Sm2Cipher cipher;
  YX_CHECK(copy_number(static_cast<const BYTE*>(head.XCoordinate), cipher.x));
  YX_CHECK(copy_number(static_cast<const BYTE*>(head.YCoordinate), cipher.y));
  std::copy_n(static_cast<const BYTE*>(head.HASH), cipher.hash.size(), cipher.hash.begin());
  cipher.cipher_text = to_bytes(blob.subspan(cipher_head_size, head.CipherLen));
  return cipher;
}

Bytes to_blob(const crypto::EnvelopedKey& envelope) {
  ENVELOPEDKEYBLOB head{};
  head.Version = enveloped_version;
  head.ulSymmAlgID = SGD_SM4_ECB;
  head.ulBits = bits;
  std::ranges::copy(envelope.encrypted_private_key, static_cast<BYTE*>(head.cbEncryptedPriKey) + head_size);
  head.PubKey = to_blob(envelope.public_key);
  Bytes blob(enveloped_head_size);
  std::memcpy(blob.data(), &head, enveloped_head_size);
  append(blob, to_blob(envelope.wrapped_key));
  return blob;
}

Result<crypto::EnvelopedKey> enveloped_from_blob(BytesView blob) {
  if (blob.size() < enveloped_head_size) {
    return fail(ErrorCode::invalid_input, "an ENVELOPEDKEYBLOB cut short");
  }
  ENVELOPEDKEYBLOB head{};
  std::memcpy(&head, blob.data(), enveloped_head_size);
  if (head.Version != enveloped_version || head.ulSymmAlgID != SGD_SM4_ECB || head.ulBits != bits) {
    return fail(ErrorCode::unsupported, "an ENVELOPEDKEYBLOB of another version, cipher or size");
  }
  YX_TRY(const crypto::Sm2PublicKey public_key, from_blob(head.PubKey));
  YX_TRY(crypto::Sm2Cipher wrapped_key, cipher_from_blob(blob.subspan(enveloped_head_size)));
  if (wrapped_key.cipher_text.size() != crypto::sm4_key_size) {
    return fail(ErrorCode::invalid_input, "an ENVELOPEDKEYBLOB whose SM4 key is not 16 bytes");
  }
  crypto::EnvelopedKey envelope{std::move(wrapped_key), public_key};
  std::copy_n(static_cast<const BYTE*>(head.cbEncryptedPriKey) + head_size, number_size,
              envelope.encrypted_private_key.begin());
  return envelope;
}

Result<std::size_t> blob_size(const ECCCIPHERBLOB& blob) {
  if (blob.CipherLen == 0 || blob.CipherLen > max_cipher_size) {
    return fail(ErrorCode::invalid_input, "an ECCCIPHERBLOB of a wrong CipherLen");
  }
  return cipher_head_size + blob.CipherLen;
}

}  // namespace yinxin::token::skf
