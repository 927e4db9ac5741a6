#pragma once
// What one soft token remembers, and how it is written down.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "crypto/sm2.h"

namespace yinxin::token::soft {

constexpr std::size_t max_applications = 16;
constexpr std::size_t max_containers = 32;  // in one application
constexpr std::size_t max_files = 64;       // in one application
constexpr std::size_t max_file_size = 64 * 1024;
constexpr std::size_t max_certificate_size = 16 * 1024;
constexpr std::size_t max_state_size = 4 * 1024 * 1024;
constexpr std::size_t device_key_size = 16;
constexpr std::size_t max_label_size = 32;
constexpr std::size_t max_serial_size = 32;

// One PIN: what Argon2id needs to make the key-encryption key again, the tries, and this PIN's copy of the
// application's master key.
struct PinState {
  Bytes salt;
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t max_retries = 0;
  std::uint32_t retries_left = 0;
  bool as_created = false;  // nobody has changed it since the application was created
  Bytes wrapped_master;    // nonce || SM4-GCM
};

struct KeyPairState {
  crypto::Sm2PublicKey public_key;
  Bytes wrapped_scalar;  // nonce || SM4-GCM under the application's master key
};

struct ContainerState {
  std::string name;
  std::optional<KeyPairState> signing;
  std::optional<KeyPairState> encryption;
  Bytes signing_certificate;
  Bytes encryption_certificate;
};

struct FileState {
  std::string name;
  std::uint32_t read_rights = 0;
  std::uint32_t write_rights = 0;
  Bytes content;
};

struct ApplicationState {
  std::string name;
  Bytes id;  // 16 random bytes: an application created anew under an old name is another one
  std::uint32_t create_file_rights = 0;
  PinState admin;
  PinState user;
  std::vector<FileState> files;
  std::vector<ContainerState> containers;

  ContainerState* container(std::string_view wanted);
  FileState* file(std::string_view wanted);
};

struct DeviceState {
  std::string serial;
  std::string label;
  SecretBytes device_key;
  std::vector<ApplicationState> applications;

  ApplicationState* application(std::string_view wanted);

  // Device ::= SEQUENCE {
  //   version INTEGER (1), serial UTF8String, label UTF8String, deviceKey OCTET STRING (SIZE(16)),
  //   applications SEQUENCE OF Application }
  // Application ::= SEQUENCE {
  //   name UTF8String, id OCTET STRING (SIZE(16)), createFileRights INTEGER, admin Pin, user Pin,
  //   files SEQUENCE OF File, containers SEQUENCE OF Container }
  // Pin ::= SEQUENCE {
  //   salt OCTET STRING (SIZE(16)), memoryKib INTEGER, passes INTEGER, maxRetries INTEGER, retriesLeft INTEGER,
  //   asCreated BOOLEAN, wrappedMaster OCTET STRING }
  // File ::= SEQUENCE { name UTF8String, readRights INTEGER, writeRights INTEGER, content OCTET STRING }
  // Container ::= SEQUENCE {
  //   name UTF8String, signing [0] KeyPair OPTIONAL, encryption [1] KeyPair OPTIONAL,
  //   signingCertificate OCTET STRING, encryptionCertificate OCTET STRING }
  // KeyPair ::= SEQUENCE { publicKey OCTET STRING (SIZE(65)), wrappedScalar OCTET STRING }
  [[nodiscard]] SecretBytes to_der() const;
  // `corrupt` for anything the writer could not have written.
  static Result<DeviceState> from_der(BytesView der);
};

}  // namespace yinxin::token::soft
