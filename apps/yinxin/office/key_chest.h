#pragma once
// A domain's private keys at rest: each wrapped under the domain's wrapping key, which the boot secret opens.

#include <memory>
#include <string>

#include "crypto/signer.h"
#include "crypto/wrapping.h"
#include "crypto/x509/certificate.h"

namespace yinxin::office {

class KeyChest {
 public:
  // Makes `folder` (mode 0700) and a fresh wrapping key. already_exists when there is one.
  static Result<KeyChest> create(std::string folder, std::string domain, const crypto::BootSecret& boot,
                                 const crypto::PassphraseCost& cost, Random& random);
  // forbidden for a wrong boot secret, not_found without a chest.
  // The sealed wrapping keys, as crypto::BootSecret::handed_to() takes them; not_found without a chest.
  static Result<Bytes> file_of(const std::string& folder);
  static Result<KeyChest> open(std::string folder, const std::string& domain, const crypto::BootSecret& boot);

  // A new key that never leaves the chest in clear. already_exists for a name that is taken.
  Result<std::shared_ptr<crypto::SoftSigner>> make_key(const std::string& name, Random& random) const;
  Result<std::shared_ptr<crypto::SoftSigner>> key(const std::string& name) const;
  // The certificate that belongs to the key of that name.
  Result<void> put_certificate(const std::string& name, const x509::Certificate& certificate) const;
  [[nodiscard]] Result<x509::Certificate> certificate(const std::string& name) const;
  // A secret of another kind, such as the roster key.
  Result<void> put_secret(const std::string& name, const SecretBytes& secret, Random& random) const;
  [[nodiscard]] Result<SecretBytes> secret(const std::string& name) const;

  // The domain's wrapping keys themselves, for what its store seals by its own.
  [[nodiscard]] const crypto::WrappingKeys& wrapping() const { return keys_; }

 private:
  KeyChest(std::string folder, crypto::WrappingKeys keys) : folder_(std::move(folder)), keys_(std::move(keys)) {}
  [[nodiscard]] std::string path_of(const std::string& name, std::string_view ending) const;
  [[nodiscard]] std::string purpose_of(const std::string& name) const;
  std::string folder_;
  crypto::WrappingKeys keys_;
};

}  // namespace yinxin::office
