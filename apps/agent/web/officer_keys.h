#pragma once
// The officers' keys on the UKeys that are plugged in: what a page may know of them, and one signature for one PIN.

#include <mutex>

#include "crypto/signer.h"
#include "crypto/x509/certificate.h"
#include "terminal/tokens.h"

namespace yinxin::agent::web {

constexpr std::size_t max_devices_told = 16;
constexpr std::size_t max_certificates_told = 32;  // of one device

enum class KeyUse { login, approval };
std::string_view name_of(KeyUse use);

struct OfficerKey {
  KeyUse use = KeyUse::login;
  std::string container;
  x509::Certificate certificate;
};
struct OfficerDevice {
  token::DeviceInfo info;
  std::vector<OfficerKey> keys;
};
// A key with the device it is on.
struct ChosenKey {
  token::DeviceInfo info;
  OfficerKey key;
};

// Drivers need not bear two callers: all calls take turns. May be called from several threads.
class OfficerKeys {
 public:
  OfficerKeys(std::shared_ptr<const token::skf::SkfLibrary> library, std::string application)
      : library_(std::move(library)), application_(std::move(application)) {}

  // Every device, those without officers' certificates too. None is no failure.
  Result<std::vector<OfficerDevice>> list();
  // The certificate of that use that is in force, the one that lasts longest. token_absent "agent.no_device";
  // not_found "agent.no_certificate".
  Result<ChosenKey> choose(const std::string& serial, KeyUse use, Instant now);

  struct Signed {
    Result<crypto::Sm2Signature> signature;
    std::optional<std::uint32_t> tries_left;  // after a wrong PIN, where the driver tells
  };
  // Verifies the PIN, signs this once, forgets the PIN. conflict when another key is there by now than was chosen.
  Signed sign(const ChosenKey& chosen, const SecretBytes& pin, BytesView message);

 private:
  Result<std::vector<token::DeviceInfo>> devices() const;
  [[nodiscard]] std::vector<OfficerKey> keys_on(const token::DeviceInfo& device) const;
  Signed sign_on(token::Ukey& ukey, const ChosenKey& chosen, const SecretBytes& pin, BytesView message) const;
  std::mutex mutex_;
  std::shared_ptr<const token::skf::SkfLibrary> library_;
  std::string application_;
};

// A chosen key and the PIN that a person typed for one signature: a second one is refused.
class OneSignature final : public crypto::Signer {
 public:
  // All outlive it. `pin` is looked at when the signature is made.
  OneSignature(OfficerKeys& keys, const ChosenKey& chosen, const SecretBytes& pin)
      : keys_(keys), chosen_(chosen), pin_(pin), public_key_(chosen.key.certificate.public_key().sm2().value()) {}
  [[nodiscard]] const crypto::Sm2PublicKey& public_key() const override { return public_key_; }
  Result<crypto::Sm2Signature> sign(BytesView message) override;
  [[nodiscard]] std::optional<std::uint32_t> tries_left() const { return tries_left_; }

 private:
  OfficerKeys& keys_;
  const ChosenKey& chosen_;
  const SecretBytes& pin_;
  crypto::Sm2PublicKey public_key_;
  std::optional<std::uint32_t> tries_left_;
  bool is_used_ = false;
};

}  // namespace yinxin::agent::web
