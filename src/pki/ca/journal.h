#pragma once
// What the CA writes down before and after each signature, as a port. Every call is one durable step: when it has
// returned without an error its effect is on the disk. Calls that take many are one commit.

#include <span>

#include "crypto/x509/certificate.h"
#include "pki/revocation/status.h"

namespace yinxin::pki {

enum class CertificateUse : int { signing = 0, encryption = 1, single = 2 };

// intended: serial numbers taken · prepared: linted bytes stored · issued: signed and stored · burned: given up, its
// serial numbers revoked · ended: issued, and every certificate of it revoked since.
enum class IssuanceState : int { intended = 0, prepared = 1, issued = 2, burned = 3, ended = 4 };
std::string_view name_of(IssuanceState state);

struct CertificateRecord {
  CertificateUse use = CertificateUse::single;
  Bytes serial;
  Bytes tbs;       // once prepared
  Bytes der;       // once issued
  Bytes envelope;  // SM2EnvelopedKey of an encryption certificate
};
struct Issuance {
  std::int64_t id = 0;
  IssuerId issuer{};
  Digest order{};     // what is made at most once at a time: hash of S2 and line
  Digest key_hash{};  // SM3 of the SubjectPublicKeyInfo that was handed in
  IssuanceState state = IssuanceState::intended;
  Instant at;
  std::vector<CertificateRecord> certificates;
};
struct Begun {
  Issuance issuance;
  bool existed = false;  // a live one of this order and key was there
};
struct Completion {
  std::int64_t id = 0;
  std::vector<Bytes> ders;  // in the order of the issuance's certificates
  bool activate = false;    // certificates of the house have no hold
  Instant at;
};
struct StoredCrl {
  std::int64_t number = 0;
  Instant this_update;
  Instant next_update;
  Bytes der;
};

class Journal : public StatusFeed {
 public:
  // Records intent and serial numbers, each with its status row `issue`. conflict for one whose order is live with
  // another key, or whose key stands in an issuance of another order; already_exists for a serial number that is taken.
  // One that fails does not hinder the others; the outer Result fails when nothing could be stored.
  virtual Result<std::vector<Result<Begun>>> begin(std::span<const Issuance> fresh) = 0;
  // Stores tbs and envelope of each certificate. wrong_state unless all were intended.
  virtual Result<void> prepare(std::span<const Issuance> prepared) = 0;
  // Stores the certificates and the order to publish them, in one commit. wrong_state unless all were prepared.
  virtual Result<void> complete(std::span<const Completion> completions) = 0;
  // Revokes the serial numbers and lets the key centre know. Does nothing to what is burned already.
  virtual Result<void> burn(std::span<const std::int64_t> ids, Instant at) = 0;
  // Begun and neither issued nor burned.
  virtual Result<std::vector<Issuance>> dangling(const IssuerId& issuer) = 0;
  // The live one (intended, prepared or issued).
  virtual Result<std::optional<Issuance>> find_live(const Digest& order) = 0;
  // not_found
  virtual Result<CertificateRecord> find_certificate(const IssuerId& issuer, BytesView serial) = 0;
  virtual Result<bool> is_key_known(const Digest& key_hash) = 0;

  // Appends rows under the laws; a change whose cause has had its effect on that serial number is passed over. All or
  // none. Says how many rows were appended. An issuance whose last certificate is revoked becomes ended.
  virtual Result<std::size_t> change_status(const IssuerId& issuer, std::span<const StatusChange> changes) = 0;

  // The next number, never given before: stored before the list is signed.
  virtual Result<std::int64_t> next_crl_number(const IssuerId& issuer) = 0;
  // Stores the list and the order to publish it. conflict when number or time do not go forward.
  virtual Result<void> store_crl(const IssuerId& issuer, const StoredCrl& crl) = 0;
  virtual Result<std::optional<StoredCrl>> latest_crl(const IssuerId& issuer) = 0;

  // The ceremony that issues the first certificates happens once.
  virtual Result<bool> is_ceremony_closed() = 0;
  virtual Result<void> close_ceremony(Instant at) = 0;
};

// The key centre: encryption keys for tokens. Asked again with the same serial number it gives the same key.
struct EncryptionKeyWish {
  IssuerId issuer{};
  Bytes serial;  // of the encryption certificate to come
  Digest subject{};  // SM3 of the subject's Name
  x509::PublicKey signing_key;
  Instant not_before;
  Instant not_after;
};
struct EncryptionKey {
  x509::PublicKey public_key;
  Bytes envelope;  // DER of SM2EnvelopedKey, for the signing key
};
class EncryptionKeys {
 public:
  virtual ~EncryptionKeys() = default;
  virtual Result<EncryptionKey> take(const EncryptionKeyWish& wish) = 0;
};

}  // namespace yinxin::pki
