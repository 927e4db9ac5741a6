#include "yinxin/office/provider_settings.h"

#include <filesystem>

#include "crypto/asn1/der.h"
#include "crypto/sm4.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr std::string_view domain = "outside";
constexpr std::string_view purpose = "outside.providers";
constexpr std::string_view sealed_file = "/outside/providers.sealed";
constexpr unsigned private_file_mode = 0600;
constexpr std::size_t max_sealed_bytes = outside::max_settings_bytes + 1024;

std::string path_in(const std::string& folder) { return folder + std::string(sealed_file); }

Result<KeyChest> chest_of(const std::string& folder, const crypto::BootSecret& boot) {
  return KeyChest::open(folder + "/" + std::string(domain), std::string(domain), boot);
}

Error broken() { return fail(ErrorCode::corrupt, "the sealed settings of the providers"); }

}  // namespace

// SealedProviders ::= SEQUENCE {
//   version INTEGER (1),
//   key OCTET STRING,                     -- WrappedKey (crypto/wrapping.h) of an SM4 key of this file alone
//   nonce OCTET STRING (SIZE (12)),
//   cipherText OCTET STRING }             -- SM4-GCM of the settings as JSON; additional data: the purpose
Result<void> keep_providers(const std::string& folder, const crypto::BootSecret& boot, BytesView settings,
                            Random& random) {
  YX_TRY(const outside::OutsideSettings read, outside::OutsideSettings::parse(settings));
  const SecretBytes json = read.to_json();
  YX_TRY(const KeyChest chest, chest_of(folder, boot));
  const SecretBytes key = random.secret(crypto::sm4_key_size);
  const Bytes nonce = random.bytes(crypto::sm4_gcm_nonce_size);
  YX_TRY(const crypto::WrappedKey wrapped, chest.wrapping().wrap(purpose, key.expose(), random));
  YX_TRY(const Bytes cipher, crypto::sm4_gcm_encrypt(key.expose(), nonce, bytes_of(purpose), json.expose()));
  const Bytes sealed = asn1::sequence(
      [&](asn1::Writer& w) { w.integer(1).octet_string(wrapped.to_der()).octet_string(nonce).octet_string(cipher); });
  return cli::write_file(path_in(folder), sealed, true, private_file_mode);
}

Result<outside::OutsideSettings> kept_providers(const std::string& folder, const crypto::BootSecret& boot) {
  YX_TRY(const Bytes file, cli::read_file(path_in(folder), max_sealed_bytes));
  asn1::Reader outer(file);
  YX_TRY(asn1::Reader r, outer.sequence());
  YX_TRY(const asn1::Element version, r.expect(asn1::tag::integer));
  YX_TRY(const asn1::Element key_der, r.expect(asn1::tag::octet_string));
  YX_TRY(const asn1::Element nonce, r.expect(asn1::tag::octet_string));
  YX_TRY(const asn1::Element cipher, r.expect(asn1::tag::octet_string));
  const bool is_first_version = version.content.size() == 1 && version.content.front() == 1;
  if (!is_first_version || !r.at_end() || !outer.at_end() || nonce.content.size() != crypto::sm4_gcm_nonce_size) {
    return broken();
  }
  YX_TRY(const KeyChest chest, chest_of(folder, boot));
  YX_TRY(const crypto::WrappedKey wrapped, crypto::WrappedKey::parse(key_der.content));
  YX_TRY(const SecretBytes key, chest.wrapping().unwrap(purpose, wrapped));
  YX_TRY(const SecretBytes json,
         crypto::sm4_gcm_decrypt(key.expose(), nonce.content, bytes_of(purpose), cipher.content));
  return outside::OutsideSettings::parse(json.expose());
}

bool has_kept_providers(const std::string& folder) {
  std::error_code failed;
  return std::filesystem::exists(path_in(folder), failed);
}

Result<bool> take_in_providers(const std::string& folder, const crypto::BootSecret& boot, const std::string& file,
                               Random& random) {
  YX_TRY(Bytes clear, cli::read_file(file, outside::max_settings_bytes));
  const auto kept = keep_providers(folder, boot, clear, random);
  wipe(clear);
  YX_CHECK(kept);
  std::error_code failed;
  const auto office = std::filesystem::weakly_canonical(folder, failed);
  const auto given = std::filesystem::weakly_canonical(file, failed);
  const auto inside = given.lexically_relative(office);
  if (failed || inside.empty() || *inside.begin() == "..") {
    return false;
  }
  std::filesystem::remove(given, failed);
  return failed ? Result<bool>(fail(ErrorCode::internal, "the clear file stays in the office: " + file))
                : Result<bool>(true);
}

}  // namespace yinxin::office
