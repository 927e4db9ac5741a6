#pragma once
// EnvelopedData (RFC 5652 section 6, GB/T 35275-2017 clause 9): SM4-CBC content, its key under SM2.
// SignedAndEnvelopedData is read only: it is how several CAs hand over an encryption key.

#include <functional>

#include "crypto/cms/signed_data.h"

namespace yinxin::cms {

struct Recipient {
  std::optional<x509::IssuerAndSerial> issuer_and_serial;
  std::optional<Bytes> subject_key_id;
  asn1::ObjectId key_algorithm;
  crypto::Sm2Cipher encrypted_key;
  [[nodiscard]] bool is(const x509::Certificate& certificate) const;
};

struct EnvelopedData {
  Family family = Family::gm;
  std::vector<Recipient> recipients;
  asn1::ObjectId content_algorithm;
  Bytes iv;  // empty: ECB (bare SM4 without parameters)
  Bytes encrypted_content;
  // Only in SignedAndEnvelopedData
  bool is_signed = false;
  std::vector<x509::Certificate> certificates;
  Bytes signature;

  static Result<EnvelopedData> parse(BytesView der);
};

// Encrypts to the recipients' (encryption) certificates; at least one, all SM2.
Result<Bytes> envelop(BytesView content, const std::vector<x509::Certificate>& recipients, Family family,
                      Random& random);

// Decrypts the content with the 16-byte content key.
Result<SecretBytes> open_content(const EnvelopedData& message, BytesView content_key);
// Finds our recipient entry and opens both layers with a key in memory. `not_found` when nothing is for it.
Result<SecretBytes> open(const EnvelopedData& message, const x509::Certificate& certificate,
                         const crypto::Sm2PrivateKey& key);

}  // namespace yinxin::cms
