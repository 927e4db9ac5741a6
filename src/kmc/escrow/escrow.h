#pragma once
// The escrow pair (trust.md 4, GM/T 0034 11.3 split custody): its public key is on line and every key handed over is
// sealed to it; its private key exists only as five shares, each sealed to one custodian's UKey, any three of which
// bring it back. The record is configuration that the ceremony made: it is never taken from a database column.

#include <vector>

#include "crypto/sm2.h"
#include "crypto/x509/certificate.h"
#include "kmc/escrow/shamir.h"
#include "kmc/messages.h"

namespace yinxin::kmc {

constexpr std::size_t escrow_threshold = 3;
constexpr std::size_t escrow_shares = 5;

// Who keeps a share: signs with one key of the UKey, opens the share with another.
struct Custodian {
  x509::Certificate signing;
  crypto::Sm2PublicKey encryption;
};

struct SealedShare {
  std::uint8_t index = 0;
  Custodian custodian;
  crypto::Digest digest{};   // of the share, to tell a tampered one
  crypto::Sm2Cipher sealed;  // 32 bytes under the custodian's encryption key
};

// EscrowRecord ::= SEQUENCE {
//   version INTEGER (1), escrow OCTET STRING (SIZE (16)), publicKey BIT STRING,
//   shares SEQUENCE OF SEQUENCE { index INTEGER, certificate Certificate, encryptionKey BIT STRING,
//                                 digest OCTET STRING (SIZE (32)), sealed SM2Cipher } }
struct EscrowRecord {
  RequestId id{};
  crypto::Sm2PublicKey public_key;
  std::vector<SealedShare> shares;

  [[nodiscard]] Bytes to_der() const;
  static Result<EscrowRecord> parse(BytesView der);
};

// The ceremony: makes the pair, splits it, seals each share to its custodian, tries three shares, wipes all.
// invalid_input unless there are five custodians with five different certificates and five different keys.
Result<EscrowRecord> make_escrow(const std::vector<Custodian>& custodians, Random& random);

// SM3 by which a share is known.
crypto::Digest share_digest(const RequestId& escrow, std::uint8_t index, BytesView share);

// What an escrowed key is, so that one row's cipher text cannot stand in another's place.
crypto::Digest escrow_context(const KeyName& name, const crypto::Sm2PublicKey& key);
// d || context under the escrow public key.
Result<Bytes> escrow_key(const EscrowRecord& escrow, const KeyName& name, const crypto::Sm2PrivateKey& key);
// corrupt unless it opens, says `name` and belongs to `expected`.
Result<crypto::Sm2PrivateKey> open_escrowed(BytesView escrowed, const crypto::Sm2PrivateKey& escrow_private,
                                            const KeyName& name, const crypto::Sm2PublicKey& expected);

// The escrow private key from at least three shares; corrupt unless it belongs to the record's public key.
Result<crypto::Sm2PrivateKey> reunite(const EscrowRecord& escrow, const std::vector<const Share*>& shares);

}  // namespace yinxin::kmc
