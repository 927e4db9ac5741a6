#include "yinxin/office/key_chest.h"

#include <sys/stat.h>

#include <filesystem>

#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr unsigned private_file_mode = 0600;
constexpr std::size_t max_chest_file_bytes = 64 * 1024;
constexpr std::string_view wrapping_file = "/wrapping.key";

}  // namespace

Result<KeyChest> KeyChest::create(std::string folder, std::string domain, const crypto::BootSecret& boot,
                                  const crypto::PassphraseCost& cost, Random& random) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed || chmod(folder.c_str(), 0700) != 0) {
    return fail(ErrorCode::internal, "cannot make the folder " + folder);
  }
  crypto::WrappingKeys keys = crypto::WrappingKeys::generate(std::move(domain), random);
  YX_TRY(const Bytes sealed, keys.seal(boot, cost, random));
  YX_CHECK(cli::write_file(folder + std::string(wrapping_file), sealed, false, private_file_mode));
  return KeyChest(std::move(folder), std::move(keys));
}

Result<Bytes> KeyChest::file_of(const std::string& folder) {
  return cli::read_file(folder + std::string(wrapping_file), max_chest_file_bytes);
}

Result<KeyChest> KeyChest::open(std::string folder, const std::string& domain, const crypto::BootSecret& boot) {
  YX_TRY(const Bytes file, file_of(folder));
  YX_TRY(crypto::WrappingKeys keys, crypto::WrappingKeys::open(file, domain, boot));
  return KeyChest(std::move(folder), std::move(keys));
}

std::string KeyChest::path_of(const std::string& name, std::string_view ending) const {
  return folder_ + "/" + name + std::string(ending);
}

std::string KeyChest::purpose_of(const std::string& name) const { return keys_.domain() + ".key/" + name; }

Result<void> KeyChest::put_secret(const std::string& name, const SecretBytes& secret, Random& random) const {
  YX_TRY(const crypto::WrappedKey wrapped, keys_.wrap(purpose_of(name), secret.expose(), random));
  return cli::write_file(path_of(name, ".key"), wrapped.to_der(), false, private_file_mode);
}

Result<SecretBytes> KeyChest::secret(const std::string& name) const {
  YX_TRY(const Bytes file, cli::read_file(path_of(name, ".key"), max_chest_file_bytes));
  YX_TRY(const crypto::WrappedKey wrapped, crypto::WrappedKey::parse(file));
  return keys_.unwrap(purpose_of(name), wrapped);
}

Result<std::shared_ptr<crypto::SoftSigner>> KeyChest::make_key(const std::string& name, Random& random) const {
  crypto::Sm2PrivateKey made = crypto::Sm2PrivateKey::generate(random);
  YX_CHECK(put_secret(name, made.scalar(), random));
  return std::make_shared<crypto::SoftSigner>(std::move(made));
}

Result<std::shared_ptr<crypto::SoftSigner>> KeyChest::key(const std::string& name) const {
  YX_TRY(SecretBytes scalar, secret(name));
  YX_TRY(crypto::Sm2PrivateKey opened, crypto::Sm2PrivateKey::from_scalar(std::move(scalar)));
  return std::make_shared<crypto::SoftSigner>(std::move(opened));
}

Result<void> KeyChest::put_certificate(const std::string& name, const x509::Certificate& certificate) const {
  return cli::write_file(path_of(name, ".cer"), certificate.der(), false);
}

Result<x509::Certificate> KeyChest::certificate(const std::string& name) const {
  YX_TRY(const Bytes file, cli::read_file(path_of(name, ".cer"), x509::max_certificate_size));
  return x509::Certificate::parse(file);
}

}  // namespace yinxin::office
