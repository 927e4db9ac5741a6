#include "crypto/wrapping.h"

#include <argon2.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <mutex>

#include "crypto/asn1/der.h"
#include "crypto/sm3.h"

namespace yinxin::crypto {
namespace {

constexpr std::int64_t wrapped_version = 1;
constexpr std::int64_t file_version = 2;
constexpr std::size_t max_domain_bytes = 32;
constexpr std::size_t handed_head_size = sm4_key_size + argon2_salt_size + 3 * sizeof(std::uint32_t);
// Of the key that Argon2id makes: it is no wrapping key and has no number of its own.
constexpr std::uint32_t boot_key_id = 0;

bool within_limits(const PassphraseCost& cost) {
  const auto between = [](std::uint32_t least, std::uint32_t value, std::uint32_t greatest) {
    return least <= value && value <= greatest;
  };
  return between(least_wrapping_cost.memory_kib, cost.memory_kib, max_passphrase_memory_kib) &&
         between(least_wrapping_cost.passes, cost.passes, max_passphrase_passes) &&
         between(least_wrapping_cost.lanes, cost.lanes, max_passphrase_lanes);
}

Bytes additional_data(std::string_view purpose, std::uint32_t key_id) {
  return asn1::sequence([&](asn1::Writer& out) { out.utf8("yinxin.wrapped.1").utf8(purpose).integer(key_id); });
}

Result<WrappedKey> seal_under(const SecretBytes& key, std::uint32_t key_id, BytesView additional, BytesView secret,
                              Random& random) {
  if (secret.empty() || secret.size() > max_wrapped_bytes) {
    return fail(ErrorCode::invalid_input, "wrapping: 1 to 4096 bytes");
  }
  WrappedKey wrapped{key_id, random.bytes(sm4_gcm_nonce_size), {}};
  YX_TRY(wrapped.cipher_text, sm4_gcm_encrypt(key.expose(), wrapped.nonce, additional, secret));
  return wrapped;
}

struct DomainKeysFile {
  std::string domain;
  Bytes salt;
  PassphraseCost cost;
  WrappedKey sealed;
};

Result<std::uint32_t> read_number(asn1::Reader& reader) {
  YX_TRY(const std::int64_t number, reader.small_integer());
  if (number > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorCode::invalid_input, "wrapping: a number is too large");
  }
  return static_cast<std::uint32_t>(number);
}

Result<DomainKeysFile> read_file(BytesView der) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader reader, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(const std::int64_t version, reader.small_integer());
  if (version != file_version) {
    return fail(ErrorCode::unsupported, "domain keys of another version");
  }
  DomainKeysFile file;
  YX_TRY(file.domain, reader.text());
  YX_TRY(const BytesView salt, reader.octet_string());
  file.salt = to_bytes(salt);
  YX_TRY(file.cost.memory_kib, read_number(reader));
  YX_TRY(file.cost.passes, read_number(reader));
  YX_TRY(file.cost.lanes, read_number(reader));
  YX_TRY(const asn1::Element sealed, reader.expect(asn1::tag::sequence));
  YX_TRY(file.sealed, WrappedKey::parse(sealed.whole));
  YX_CHECK(reader.finish());
  return file;
}

// Everything that stands in clear in the file is bound to what is sealed in it.
Bytes file_additional(std::string_view domain, BytesView salt, const PassphraseCost& cost) {
  return asn1::sequence([&](asn1::Writer& out) {
    out.utf8("yinxin.domain-keys.2").utf8(domain).octet_string(salt);
    out.integer(cost.memory_kib).integer(cost.passes).integer(cost.lanes);
  });
}

}  // namespace

Result<SecretBytes> argon2id(BytesView passphrase, BytesView salt, const PassphraseCost& cost, std::size_t size) {
  constexpr std::size_t least = 16;
  constexpr std::size_t most = 64;
  if (passphrase.empty() || passphrase.size() > max_passphrase_bytes || salt.size() != argon2_salt_size ||
      size < least || size > most || !within_limits(cost)) {
    return fail(ErrorCode::invalid_input, "argon2: a parameter is outside its limits");
  }
  SecretBytes out(size);
  const int done = argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, passphrase.data(), passphrase.size(),
                                     salt.data(), salt.size(), out.expose_for_writing().data(), out.size());
  if (done != ARGON2_OK) {
    return fail(ErrorCode::internal, std::string("argon2: ") + argon2_error_message(done));
  }
  return out;
}

Result<BootSecret> BootSecret::from_passphrase(SecretBytes passphrase) {
  if (passphrase.size() < min_passphrase_bytes || passphrase.size() > max_passphrase_bytes) {
    return fail(ErrorCode::invalid_input, "a boot secret is 12 to 1024 bytes");
  }
  return BootSecret(std::move(passphrase));
}

Result<BootSecret> BootSecret::from_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) {
    return fail(ErrorCode::not_found, "the boot secret " + path + " cannot be opened");
  }
  struct Closer {
    int file;
    ~Closer() { ::close(file); }
  } const closer{file};
  struct stat about {};
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    return fail(ErrorCode::invalid_input, "the boot secret " + path + " is no plain file");
  }
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::forbidden, "the boot secret " + path + " is open to group or others: chmod 600");
  }
  SecretBytes content(max_passphrase_bytes + 3);
  std::size_t size = 0;
  for (;;) {
    const auto room = content.expose_for_writing().subspan(size);
    const ssize_t got = room.empty() ? 0 : ::read(file, room.data(), room.size());
    if (got < 0) {
      return fail(ErrorCode::internal, "the boot secret " + path + " cannot be read");
    }
    if (got == 0) {
      break;
    }
    size += static_cast<std::size_t>(got);
  }
  std::string_view text = content.expose_text().substr(0, size);
  if (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  return from_passphrase(SecretBytes(bytes_of(text)));
}

Result<BootSecret> BootSecret::from_credential(std::string_view name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == 0) {
    return fail(ErrorCode::not_found, "systemd handed over no credentials");
  }
  if (name.empty() || name.find('/') != std::string_view::npos || name.front() == '.') {
    return fail(ErrorCode::invalid_input, "not the name of a credential");
  }
  return from_file(std::string(folder) + "/" + std::string(name));
}

Result<BootSecret> BootSecret::from_prompt(const std::function<Result<SecretBytes>()>& ask) {
  YX_TRY(SecretBytes typed, ask());
  return from_passphrase(std::move(typed));
}

struct BootSecret::Derived {
  std::mutex mutex;
  Bytes sealing_salt;
  // By salt and cost. An office's files have one of each; a folder of strange files shall not fill memory.
  std::map<std::pair<Bytes, std::array<std::uint32_t, 3>>, SecretBytes> roots;
};

struct BootSecret::OfDomain {
  std::string domain;
  Bytes salt;
  PassphraseCost cost;
  SecretBytes key;
};

BootSecret::BootSecret(SecretBytes passphrase)
    : passphrase_(std::move(passphrase)), derived_(std::make_shared<Derived>()) {}

BootSecret BootSecret::clone() const {
  BootSecret copy(passphrase_.clone());
  copy.of_domain_ = of_domain_;
  copy.derived_ = derived_;
  return copy;
}

Result<SecretBytes> BootSecret::root(BytesView salt, const PassphraseCost& cost) const {
  constexpr std::size_t root_size = 32;
  constexpr std::size_t most_remembered = 64;
  const std::scoped_lock lock(derived_->mutex);
  const std::pair name(to_bytes(salt), std::array{cost.passes, cost.memory_kib, cost.lanes});
  const auto known = derived_->roots.find(name);
  if (known != derived_->roots.end()) {
    return known->second.clone();
  }
  YX_TRY(SecretBytes made, argon2id(passphrase_.expose(), salt, cost, root_size));
  if (derived_->roots.size() >= most_remembered) {
    derived_->roots.clear();
  }
  derived_->roots.emplace(name, made.clone());
  return made;
}

Result<SecretBytes> BootSecret::key(std::string_view domain, BytesView salt, const PassphraseCost& cost) const {
  if (of_domain_) {
    const bool is_its = of_domain_->domain == domain && same(of_domain_->salt, salt) && of_domain_->cost == cost;
    return is_its ? Result<SecretBytes>(of_domain_->key.clone())
                  : Result<SecretBytes>(fail(ErrorCode::forbidden,
                                             "this process has the secret of domain " + of_domain_->domain + " alone"));
  }
  YX_TRY(const SecretBytes made, root(salt, cost));
  Digest all = hmac_sm3(made.expose(), {bytes_of("yinxin.domain-keys.2 "), bytes_of(domain)});
  SecretBytes key(BytesView(all).first(sm4_key_size));
  wipe(all);
  return key;
}

Result<SecretBytes> BootSecret::handed_to(std::string_view domain, BytesView der) const {
  YX_TRY(const DomainKeysFile file, read_file(der));
  if (file.domain != domain || file.salt.size() != argon2_salt_size) {
    return fail(ErrorCode::wrong_state, "these are the keys of domain " + file.domain);
  }
  YX_TRY(const SecretBytes its, key(domain, file.salt, file.cost));
  SecretBytes handed(handed_head_size + domain.size());
  auto out = handed.expose_for_writing().begin();
  out = std::ranges::copy(its.expose(), out).out;
  out = std::ranges::copy(file.salt, out).out;
  for (const std::uint32_t number : {file.cost.memory_kib, file.cost.passes, file.cost.lanes}) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      *out++ = static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift));
    }
  }
  std::ranges::copy(domain, out);
  return handed;
}

Result<BootSecret> BootSecret::from_handed(const SecretBytes& handed) {
  const BytesView all = handed.expose();
  if (all.size() <= handed_head_size || all.size() > handed_head_size + max_domain_bytes) {
    return fail(ErrorCode::corrupt, "the secret of one domain");
  }
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (const std::uint8_t octet : all.subspan(at, sizeof value)) {
      value = value << 8U | octet;
    }
    return value;
  };
  constexpr std::size_t cost_at = sm4_key_size + argon2_salt_size;
  BootSecret made{SecretBytes()};
  made.of_domain_ = std::make_shared<const OfDomain>(
      OfDomain{.domain = std::string(text_of(all.subspan(handed_head_size))),
               .salt = to_bytes(all.subspan(sm4_key_size, argon2_salt_size)),
               .cost = {.passes = number(cost_at + 4), .memory_kib = number(cost_at), .lanes = number(cost_at + 8)},
               .key = SecretBytes(all.first(sm4_key_size))});
  return made;
}

Bytes BootSecret::sealing_salt(Random& random) const {
  const std::scoped_lock lock(derived_->mutex);
  if (derived_->sealing_salt.empty()) {
    derived_->sealing_salt = random.bytes(argon2_salt_size);
  }
  return derived_->sealing_salt;
}

Bytes WrappedKey::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.integer(wrapped_version).integer(key_id).octet_string(nonce).octet_string(cipher_text);
  });
}

Result<WrappedKey> WrappedKey::parse(BytesView der) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader reader, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(const std::int64_t version, reader.small_integer());
  if (version != wrapped_version) {
    return fail(ErrorCode::unsupported, "a wrapped key of another version");
  }
  WrappedKey wrapped;
  YX_TRY(wrapped.key_id, read_number(reader));
  YX_TRY(const BytesView nonce, reader.octet_string());
  YX_TRY(const BytesView cipher_text, reader.octet_string());
  YX_CHECK(reader.finish());
  if (nonce.size() != sm4_gcm_nonce_size || cipher_text.size() <= sm4_tag_size ||
      cipher_text.size() > max_wrapped_bytes + sm4_tag_size) {
    return fail(ErrorCode::invalid_input, "a wrapped key of impossible size");
  }
  wrapped.nonce = to_bytes(nonce);
  wrapped.cipher_text = to_bytes(cipher_text);
  return wrapped;
}

WrappingKeys WrappingKeys::generate(std::string domain, Random& random) {
  ensure(!domain.empty() && domain.size() <= max_domain_bytes, "a domain has a short name");
  WrappingKeys keys(std::move(domain));
  keys.current_ = 1;
  keys.keys_.emplace(1, random.secret(sm4_key_size));
  return keys;
}

// Inside: SEQUENCE { current INTEGER, keys SEQUENCE OF SEQUENCE { id INTEGER, key OCTET STRING (16) } }
Result<Bytes> WrappingKeys::seal(const BootSecret& boot, const PassphraseCost& cost, Random& random) const {
  const Bytes salt = boot.sealing_salt(random);
  YX_TRY(const SecretBytes boot_key, boot.key(domain_, salt, cost));
  const SecretBytes inside(asn1::sequence([this](asn1::Writer& out) {
    out.integer(current_);
    out.sequence([this](asn1::Writer& list) {
      for (const auto& [id, key] : keys_) {
        list.sequence([&](asn1::Writer& one) { one.integer(id).octet_string(key.expose()); });
      }
    });
  }));
  YX_TRY(const WrappedKey sealed,
         seal_under(boot_key, boot_key_id, file_additional(domain_, salt, cost), inside.expose(), random));
  return asn1::sequence([&](asn1::Writer& out) {
    out.integer(file_version).utf8(domain_).octet_string(salt);
    out.integer(cost.memory_kib).integer(cost.passes).integer(cost.lanes).raw(sealed.to_der());
  });
}

Result<WrappingKeys> WrappingKeys::open(BytesView der, std::string_view domain, const BootSecret& boot) {
  YX_TRY(const DomainKeysFile file, read_file(der));
  if (file.sealed.key_id != boot_key_id) {
    return fail(ErrorCode::invalid_input, "domain keys are sealed under the boot secret only");
  }
  if (file.domain != domain) {
    return fail(ErrorCode::wrong_state, "these are the keys of domain " + file.domain);
  }
  YX_TRY(const SecretBytes boot_key, boot.key(domain, file.salt, file.cost));
  const auto inside = sm4_gcm_decrypt(boot_key.expose(), file.sealed.nonce,
                                      file_additional(file.domain, file.salt, file.cost), file.sealed.cipher_text);
  if (!inside.has_value()) {
    return fail(ErrorCode::forbidden, "the boot secret does not open the keys of domain " + file.domain);
  }
  WrappingKeys keys(file.domain);
  asn1::Reader outside(inside->expose());
  YX_TRY(asn1::Reader reader, outside.sequence());
  YX_CHECK(outside.finish());
  YX_TRY(keys.current_, read_number(reader));
  YX_TRY(asn1::Reader list, reader.sequence());
  YX_CHECK(reader.finish());
  while (!list.at_end()) {
    YX_TRY(asn1::Reader one, list.sequence());
    YX_TRY(const std::uint32_t id, read_number(one));
    YX_TRY(const BytesView key, one.octet_string());
    YX_CHECK(one.finish());
    if (key.size() != sm4_key_size || !keys.keys_.emplace(id, SecretBytes(key)).second) {
      return fail(ErrorCode::corrupt, "domain keys: a key is malformed");
    }
  }
  if (!keys.keys_.contains(keys.current_) || keys.keys_.size() > max_wrapping_keys) {
    return fail(ErrorCode::corrupt, "domain keys: the current key is missing");
  }
  return keys;
}

Result<WrappedKey> WrappingKeys::wrap(std::string_view purpose, BytesView secret, Random& random) const {
  return seal_under(keys_.at(current_), current_, additional_data(purpose, current_), secret, random);
}

Result<SecretBytes> WrappingKeys::unwrap(std::string_view purpose, const WrappedKey& wrapped) const {
  const auto key = keys_.find(wrapped.key_id);
  if (key == keys_.end()) {
    return fail(ErrorCode::not_found, "wrapping key " + std::to_string(wrapped.key_id) + " is gone");
  }
  return sm4_gcm_decrypt(key->second.expose(), wrapped.nonce, additional_data(purpose, wrapped.key_id),
                         wrapped.cipher_text);
}

Result<SecretBytes> WrappingKeys::derive(std::string_view purpose, std::uint32_t key_id) const {
  const auto key = keys_.find(key_id);
  if (key == keys_.end()) {
    return fail(ErrorCode::not_found, "wrapping key " + std::to_string(key_id) + " is gone");
  }
  Digest derived = hmac_sm3(key->second.expose(), {bytes_of("yinxin.derived.1"), additional_data(purpose, key_id)});
  SecretBytes out{BytesView(derived)};
  wipe(derived);
  return out;
}

Result<std::uint32_t> WrappingKeys::rotate(Random& random) {
  if (keys_.size() >= max_wrapping_keys) {
    return fail(ErrorCode::too_many_requests, "wrapping: forget an old key first");
  }
  const std::uint32_t next = keys_.rbegin()->first + 1;
  keys_.emplace(next, random.secret(sm4_key_size));
  current_ = next;
  return next;
}

Result<void> WrappingKeys::forget(std::uint32_t key_id) {
  if (key_id == current_) {
    return fail(ErrorCode::wrong_state, "wrapping: the current key cannot be forgotten");
  }
  return keys_.erase(key_id) == 1 ? Result<void>() : fail(ErrorCode::not_found, "wrapping: no such key");
}

}  // namespace yinxin::crypto
