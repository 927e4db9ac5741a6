#pragma once
// Keys at rest. A domain's private keys are sealed under its SM4 wrapping keys; those are sealed under a key of its own
// that is made of the boot secret (Argon2id, then HMAC-SM3 over the domain's name), which never stands on the same disk
// in production. A process that is one domain is handed that key alone.
//
//   YX_TRY(const auto boot, BootSecret::from_file("/run/secrets/kmc"));
//   YX_TRY(const auto keys, WrappingKeys::open(file, "kmc", boot));        // once, at start
//   YX_TRY(const WrappedKey sealed, keys.wrap("kmc.pool/" + row, scalar, random));

#include <functional>
#include <map>
#include <memory>

#include "base/random.h"
#include "crypto/key_file.h"
#include "crypto/sm4.h"

namespace yinxin::crypto {

// The cost of Argon2id (RFC 9106) is that of key files. A file that asks for less was weakened; one that asks for more
// would hang us.
constexpr PassphraseCost least_wrapping_cost{.passes = 1, .memory_kib = 8 * 1024, .lanes = 1};
constexpr std::size_t argon2_salt_size = 16;

// `size` bytes, 16 to 64. invalid_input for a cost outside the limits, a salt that is not 16 bytes or no passphrase.
Result<SecretBytes> argon2id(BytesView passphrase, BytesView salt, const PassphraseCost& cost, std::size_t size);

constexpr std::size_t min_passphrase_bytes = 12;
constexpr std::size_t max_passphrase_bytes = 1024;

// The secret that a domain is started with.
class BootSecret {
 public:
  // invalid_input outside 12 to 1024 bytes.
  static Result<BootSecret> from_passphrase(SecretBytes passphrase);
  // The file's bytes without one final line break. forbidden when group or others may touch it, not_found when absent.
  static Result<BootSecret> from_file(const std::string& path);
  // systemd credential `name`, from the folder in $CREDENTIALS_DIRECTORY that systemd hands over; not_found without
  // one.
  static Result<BootSecret> from_credential(std::string_view name);
  // Typed by a person: `ask` must not echo.
  static Result<BootSecret> from_prompt(const std::function<Result<SecretBytes>()>& ask);

  // 16 bytes for SM4, another for each domain. Argon2id is paid once for each salt and cost; what it made is forgotten
  // with the secret and its clones. forbidden for a secret of one domain alone, where it is asked for anything else.
  [[nodiscard]] Result<SecretBytes> key(std::string_view domain, BytesView salt, const PassphraseCost& cost) const;
  // What opens this file of domain keys and nothing else, to be handed to the process that is the domain; from_handed()
  // reads it. Errors of WrappingKeys::open() but forbidden.
  //   Handed = key 16 octets, salt 16, memoryKib 4, passes 4, lanes 4 (big-endian), the domain's name
  [[nodiscard]] Result<SecretBytes> handed_to(std::string_view domain, BytesView file) const;
  static Result<BootSecret> from_handed(const SecretBytes& handed);  // corrupt
  // The salt that this secret seals with: one for all files of a ceremony, so that whoever opens them pays once.
  [[nodiscard]] Bytes sealing_salt(Random& random) const;
  [[nodiscard]] BootSecret clone() const;

 private:
  struct Derived;
  struct OfDomain;
  explicit BootSecret(SecretBytes passphrase);
  [[nodiscard]] Result<SecretBytes> root(BytesView salt, const PassphraseCost& cost) const;
  SecretBytes passphrase_;                     // empty in a secret of one domain
  std::shared_ptr<const OfDomain> of_domain_;  // null in any other
  std::shared_ptr<Derived> derived_;
};

constexpr std::size_t max_wrapped_bytes = 4096;

// WrappedKey ::= SEQUENCE {
//   version    INTEGER (1),
//   keyId      INTEGER,                    -- which wrapping key
//   nonce      OCTET STRING (SIZE (12)),
//   cipherText OCTET STRING }              -- SM4-GCM: ciphertext || 16-byte tag
struct WrappedKey {
  std::uint32_t key_id = 0;
  Bytes nonce;
  Bytes cipher_text;

  [[nodiscard]] Bytes to_der() const;
  static Result<WrappedKey> parse(BytesView der);
};

constexpr std::size_t max_wrapping_keys = 64;

// The SM4 wrapping keys of one domain, by id. New values are sealed under the current one.
class WrappingKeys {
 public:
  // One fresh key with id 1.
  static WrappingKeys generate(std::string domain, Random& random);

  // DomainKeys ::= SEQUENCE { version INTEGER (2), domain UTF8String, salt OCTET STRING (16),
  //                           memoryKib INTEGER, passes INTEGER, lanes INTEGER, sealed WrappedKey }
  // Parameters are part of the sealed key's additional data. Re-sealing under another boot secret is seal() again.
  [[nodiscard]] Result<Bytes> seal(const BootSecret& boot, const PassphraseCost& cost, Random& random) const;
  // forbidden when the boot secret is wrong or the file was changed; wrong_state when it is another domain's;
  // unsupported for another version.
  static Result<WrappingKeys> open(BytesView file, std::string_view domain, const BootSecret& boot);

  // Up to 4096 bytes. `purpose` says what it is and where it stands ("kmc.pool/<row>"): it opens nowhere else.
  [[nodiscard]] Result<WrappedKey> wrap(std::string_view purpose, BytesView secret, Random& random) const;
  // corrupt when changed or of another purpose; not_found for a key that is gone.
  [[nodiscard]] Result<SecretBytes> unwrap(std::string_view purpose, const WrappedKey& wrapped) const;
  // 32 bytes made from the key with this id for a use other than sealing (an HMAC key); not_found.
  [[nodiscard]] Result<SecretBytes> derive(std::string_view purpose, std::uint32_t key_id) const;

  [[nodiscard]] const std::string& domain() const { return domain_; }
  [[nodiscard]] std::uint32_t current() const { return current_; }
  // A new current key; the id. The old ones stay until forget(). too_many_requests when there are 64.
  Result<std::uint32_t> rotate(Random& random);
  // Ends a key that nothing is sealed under any more. wrong_state for the current one, not_found for a stranger.
  Result<void> forget(std::uint32_t key_id);

 private:
  explicit WrappingKeys(std::string domain) : domain_(std::move(domain)) {}
  std::string domain_;
  std::uint32_t current_ = 0;
  std::map<std::uint32_t, SecretBytes> keys_;
};

}  // namespace yinxin::crypto
