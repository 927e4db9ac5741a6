#pragma once
// A UKey as the rest of the house sees it: a device, one application of ours on it, containers of keys.
//
// A signing pair is born in a container and cannot leave it. PINs are handed over as SecretBytes and appear
// in no error. A wrong PIN is never tried again by us: every try costs the holder one.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/secret_bytes.h"
#include "crypto/enveloped_key.h"
#include "crypto/signer.h"
#include "token/skf/library.h"

namespace yinxin::token {

constexpr std::string_view default_application = "YINXIN";
constexpr std::string_view default_container = "main";
constexpr std::uint32_t default_pin_retries = 6;
// The device key that devices leave the factory with: our soft token's, and that of many makers.
constexpr std::string_view factory_device_key = "1234567812345678";

struct DeviceInfo {
  std::string name;  // what SKF_ConnectDev takes
  std::string manufacturer;
  std::string label;
  std::string serial;
  std::string firmware;  // "major.minor"
  std::string hardware;  // "major.minor"; the standard knows no other word for a model
};

enum class PinRole { administrator, user };

struct PinInfo {
  std::uint32_t max_retries = 0;
  std::uint32_t retries_left = 0;
  bool is_default = false;
};

// What became of a PIN, and how many tries are left as the token says; pin_wrong and pin_locked as codes.
struct PinAnswer {
  Result<void> outcome;
  std::optional<std::uint32_t> retries_left;
};

// What makes a device ours; every application already on it is deleted.
struct Initialization {
  std::string application{default_application};
  SecretBytes device_key;                     // 16 bytes, what the device has now
  std::optional<SecretBytes> new_device_key;  // what it shall have
  std::optional<std::string> label;           // up to 32 bytes
  SecretBytes administrator_pin;              // 6 to 16 bytes
  SecretBytes user_pin;
  std::uint32_t administrator_retries = default_pin_retries;
  std::uint32_t user_retries = default_pin_retries;
  std::vector<std::string> containers{std::string(default_container)};
};

// invalid_input when no device takes it: sizes of keys, names, label and PINs (GM/T 0016 6.4 and 7.2).
Result<void> check(const Initialization& how);

class Ukey {
 public:
  // Every device that answers; token_absent when there is none.
  static Result<std::vector<DeviceInfo>> list(const std::shared_ptr<const skf::SkfLibrary>& library);
  // Names of the applications on a device, whoever made them.
  static Result<std::vector<std::string>> applications(std::shared_ptr<const skf::SkfLibrary> library,
                                                       const std::string& device);
  // Wipes the device and sets it up; the user PIN is verified afterwards, so that keys can be made at once.
  // forbidden: it does not accept the device key, and nothing has changed. corrupt: it took the new one and does not
  // accept it. unsupported, before anything changes, when the driver cannot do what is asked for; likewise what
  // check() says.
  static Result<Ukey> initialise(std::shared_ptr<const skf::SkfLibrary> library, const std::string& device,
                                 const Initialization& how);
  // token_absent when there is no such device, not_found when it has no such application.
  static Result<Ukey> open(std::shared_ptr<const skf::SkfLibrary> library, const std::string& device,
                           const std::string& application = std::string(default_application));
  Ukey(Ukey&&) noexcept;
  Ukey& operator=(Ukey&&) noexcept;
  ~Ukey();  // clears the rights, closes and disconnects

  [[nodiscard]] const DeviceInfo& info() const;

  PinAnswer verify_pin(PinRole role, const SecretBytes& pin);
  PinAnswer change_pin(PinRole role, const SecretBytes& old_pin, const SecretBytes& new_pin);
  PinAnswer unblock_user_pin(const SecretBytes& administrator_pin, const SecretBytes& new_user_pin);
  Result<PinInfo> pin_info(PinRole role);
  // Forgets the PINs that were verified.
  Result<void> clear_rights();

  Result<std::vector<std::string>> containers();
  Result<void> create_container(const std::string& name);

  // Born on the token; replaces the container's signing pair. Needs the user PIN.
  Result<crypto::Sm2PublicKey> generate_signing_pair(const std::string& container);
  Result<crypto::Sm2PublicKey> signing_public_key(const std::string& container);
  Result<crypto::Sm2PublicKey> encryption_public_key(const std::string& container);
  Result<crypto::Sm2Signature> sign(const std::string& container, BytesView message);
  // A Signer on a container; must not outlive this Ukey.
  Result<std::unique_ptr<crypto::Signer>> signer(const std::string& container);

  Result<void> import_signing_certificate(const std::string& container, BytesView der);
  Result<void> import_encryption_certificate(const std::string& container, BytesView der);
  Result<Bytes> signing_certificate(const std::string& container);
  Result<Bytes> encryption_certificate(const std::string& container);

  // DER of an SM2EnvelopedKey made for this container's signing key.
  Result<void> import_encryption_pair(const std::string& container, BytesView enveloped_key_der);
  // Through the vendor's SKF_ECCDecrypt or SKF_PrvKeyDecrypt; unsupported where the driver has neither.
  Result<SecretBytes> decrypt(const std::string& container, const crypto::Sm2Cipher& cipher);
  // The standard's way, for EnvelopedData: the 16-byte SM4 key goes into the token and never comes out.
  Result<SecretBytes> unwrap_session_key_and_decrypt(const std::string& container, const crypto::Sm2Cipher& wrapped_key,
                                                     BytesView iv, BytesView cipher_text);
  // Reads both certificates back and decrypts a probe made for `certificate_key`, the key in the encryption
  // certificate: what a "written" statement rests on. corrupt when something differs.
  Result<void> prove_written(const std::string& container, BytesView signing_certificate_der,
                             BytesView encryption_certificate_der, const crypto::Sm2PublicKey& certificate_key,
                             Random& random);

 private:
  struct State;
  class Container;
  explicit Ukey(std::unique_ptr<State> state);
  static Result<Ukey> connect(std::shared_ptr<const skf::SkfLibrary> library, const std::string& device);
  Result<void> authenticate(const SecretBytes& device_key);
  Result<void> change_device_key(const SecretBytes& new_key);
  [[nodiscard]] Result<std::vector<std::string>> application_names() const;
  Result<Container> container(const std::string& name);
  std::unique_ptr<State> state_;
};

}  // namespace yinxin::token
