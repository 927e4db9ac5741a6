#pragma once
// What the vault, the custodians and the key management centre say to each other. Each is DER with a version first,
// carried as content of a message signed by a pinned certificate (crypto/cms/pinned.h). One value has one encoding:
// a parser refuses any other, so that equal hashes are equal requests.
// What they carry follows GM/T 0014-2012 (applyKeyReq, restoreKeyReq, revokeKeyReq) and GM/T 0034-2014 12.1–12.5.

#include <array>

#include "base/time.h"
#include "crypto/sm2.h"

namespace yinxin::kmc {

using RequestId = std::array<std::uint8_t, 16>;
constexpr std::size_t max_serial_bytes = 20;
constexpr std::size_t max_text_bytes = 200;

// Which certificate a key was made for: GM/T 0014 knows a key by CA and userCertNo.
struct KeyName {
  crypto::Digest issuer{};  // SM3 of the issuing CA's SubjectPublicKeyInfo
  Bytes serial;             // content octets of the INTEGER, 1 to 20, positive
  bool operator==(const KeyName&) const = default;
};

// KeyRequest ::= SEQUENCE {
//   version    INTEGER (1),
//   requestId  OCTET STRING (SIZE (16)),   -- repeated with the same content it gets the same answer
//   issuer     OCTET STRING (SIZE (32)),
//   serial     INTEGER,                    -- reserved for the encryption certificate
//   subject    OCTET STRING (SIZE (32)),   -- SM3 of the subject's Name
//   recipient  BIT STRING,                 -- signing public key of the token, 04 || X || Y
//   notBefore  GeneralizedTime, notAfter GeneralizedTime }
struct KeyRequest {
  RequestId request_id{};
  KeyName name;
  crypto::Digest subject{};
  crypto::Sm2PublicKey recipient;
  Instant not_before;
  Instant not_after;

  [[nodiscard]] Bytes to_der() const;
  static Result<KeyRequest> parse(BytesView der);
};

// KeyAnswer ::= SEQUENCE {
//   version INTEGER (1), requestId OCTET STRING, requestHash OCTET STRING (SIZE (32)),  -- SM3 of the KeyRequest
//   publicKey BIT STRING, envelopedKey SM2EnvelopedKey }
struct KeyAnswer {
  RequestId request_id{};
  crypto::Digest request_hash{};
  crypto::Sm2PublicKey public_key;
  Bytes enveloped_key;

  [[nodiscard]] Bytes to_der() const;
  static Result<KeyAnswer> parse(BytesView der);
};

enum class RetireReason { expired = 0, revoked = 1 };

// KeyRetirement ::= SEQUENCE { version INTEGER (1), issuer OCTET STRING, serial INTEGER, reason ENUMERATED,
//                              at GeneralizedTime }
struct KeyRetirement {
  KeyName name;
  RetireReason reason = RetireReason::expired;
  Instant at;

  [[nodiscard]] Bytes to_der() const;
  static Result<KeyRetirement> parse(BytesView der);
};

// User recovery (GM/T 0034 12.4): asked for by the vault on an approved recover_key line.
// UserRecovery ::= SEQUENCE {
//   version INTEGER (1), session OCTET STRING (SIZE (16)), issuer OCTET STRING, serial INTEGER,
//   recipient BIT STRING,                  -- the NEW signing public key
//   approval OCTET STRING (SIZE (32)) }    -- SM3 of S2
struct UserRecovery {
  RequestId session{};
  KeyName name;
  crypto::Sm2PublicKey recipient;
  crypto::Digest approval{};

  [[nodiscard]] Bytes to_der() const;
  static Result<UserRecovery> parse(BytesView der);
};

// Judicial recovery (GM/T 0034 12.5): done at the centre, past the vault, on an order; two officers sign the same
// bytes. JudicialRecovery ::= SEQUENCE {
//   version INTEGER (1), session OCTET STRING (SIZE (16)), issuer OCTET STRING, serial INTEGER,
//   recipient BIT STRING,                  -- key of the carrier that the officers brought
//   order OCTET STRING (SIZE (32)),        -- SM3 of the order's document
//   authority UTF8String }                 -- who ordered, with the order's number
struct JudicialRecovery {
  RequestId session{};
  KeyName name;
  crypto::Sm2PublicKey recipient;
  crypto::Digest order{};
  std::string authority;

  [[nodiscard]] Bytes to_der() const;
  static Result<JudicialRecovery> parse(BytesView der);
};

// RecoveryOpened ::= SEQUENCE {
//   version INTEGER (1), session OCTET STRING, requestHash OCTET STRING (SIZE (32)),  -- SM3 of the request's content
//   escrow OCTET STRING (SIZE (16)), sessionKey BIT STRING }                          -- shares are sealed to it
struct RecoveryOpened {
  RequestId session{};
  crypto::Digest request_hash{};
  RequestId escrow{};
  crypto::Sm2PublicKey session_key;

  [[nodiscard]] Bytes to_der() const;
  static Result<RecoveryOpened> parse(BytesView der);
};

// ShareContribution ::= SEQUENCE {
//   version INTEGER (1), session OCTET STRING, requestHash OCTET STRING (SIZE (32)),  -- what the custodian agreed to
//   index INTEGER, sealedShare SM2Cipher }
struct ShareContribution {
  RequestId session{};
  crypto::Digest request_hash{};
  std::uint8_t index = 0;
  crypto::Sm2Cipher sealed_share;

  [[nodiscard]] Bytes to_der() const;
  static Result<ShareContribution> parse(BytesView der);
};

// RecoveryAnswer ::= SEQUENCE { version INTEGER (1), session OCTET STRING, requestHash OCTET STRING,
//                               publicKey BIT STRING, envelopedKey SM2EnvelopedKey }
struct RecoveryAnswer {
  RequestId session{};
  crypto::Digest request_hash{};
  crypto::Sm2PublicKey public_key;
  Bytes enveloped_key;

  [[nodiscard]] Bytes to_der() const;
  static Result<RecoveryAnswer> parse(BytesView der);
};

}  // namespace yinxin::kmc
