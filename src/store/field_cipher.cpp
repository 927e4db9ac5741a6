#include "store/field_cipher.h"

#include <algorithm>

namespace yinxin::store {
namespace {

constexpr std::uint8_t field_version = 1;
constexpr std::size_t nonce_at = 5;
constexpr std::size_t header_size = nonce_at + crypto::sm4_gcm_nonce_size;

// Each part with its length before it, so that no two places read the same.
Bytes framed(std::initializer_list<std::string_view> parts) {
  Bytes out;
  for (const auto part : parts) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::uint8_t>(part.size() >> shift));
    }
    append(out, bytes_of(part));
  }
  return out;
}

Bytes additional_data(const FieldPlace& place) {
  return framed({"yinxin.field.1", place.table, place.column, place.row});
}

std::uint32_t key_id_of(BytesView sealed) {
  return std::uint32_t{sealed[1]} << 24 | std::uint32_t{sealed[2]} << 16 | std::uint32_t{sealed[3]} << 8 | sealed[4];
}

Result<void> check_header(BytesView sealed) {
  if (sealed.size() < header_size + crypto::sm4_tag_size || sealed.size() > max_field_bytes + 64) {
    return fail(ErrorCode::corrupt, "field: not a sealed value");
  }
  return sealed[0] == field_version ? Result<void>() : fail(ErrorCode::unsupported, "field: unknown version");
}

}  // namespace

Result<FieldCipher> FieldCipher::make(KeyRing keys, SecretBytes blind_index_key, Random& random, KeyUse& use) {
  const bool sizes = std::all_of(keys.keys.begin(), keys.keys.end(),
                                 [](const auto& key) { return key.second.size() == crypto::sm4_key_size; });
  if (!sizes || !keys.keys.contains(keys.current) || blind_index_key.size() != blind_index_key_size) {
    return fail(ErrorCode::invalid_input, "field cipher: a key is missing or has the wrong size");
  }
  return FieldCipher(std::move(keys), std::move(blind_index_key), random, use);
}

Result<Bytes> FieldCipher::seal(const FieldPlace& place, BytesView plain) const {
  if (plain.size() > max_field_bytes) {
    return fail(ErrorCode::invalid_input, "field: too long");
  }
  YX_CHECK(use_->take(keys_.current));
  Bytes out{field_version};
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(keys_.current >> shift));
  }
  append(out, random_->bytes(crypto::sm4_gcm_nonce_size));
  YX_TRY(const Bytes cipher, crypto::sm4_gcm_encrypt(keys_.keys.at(keys_.current).expose(),
                                                     BytesView(out).subspan(nonce_at), additional_data(place), plain));
  append(out, cipher);
  return out;
}

Result<SecretBytes> FieldCipher::open(const FieldPlace& place, BytesView sealed) const {
  YX_CHECK(check_header(sealed));
  const auto key = keys_.keys.find(key_id_of(sealed));
  if (key == keys_.keys.end()) {
    return fail(ErrorCode::not_found, "field: no key " + std::to_string(key_id_of(sealed)));
  }
  return crypto::sm4_gcm_decrypt(key->second.expose(), sealed.subspan(nonce_at, crypto::sm4_gcm_nonce_size),
                                 additional_data(place), sealed.subspan(header_size));
}

Result<bool> FieldCipher::needs_new_key(BytesView sealed) const {
  YX_CHECK(check_header(sealed));
  return key_id_of(sealed) != keys_.current;
}

Result<Bytes> FieldCipher::renew(const FieldPlace& place, BytesView sealed) const {
  YX_TRY(const SecretBytes plain, open(place, sealed));
  return seal(place, plain.expose());
}

crypto::Digest FieldCipher::blind_index(std::string_view column, std::string_view value) const {
  auto normal = normalise_for_index(value);
  auto data = framed({"yinxin.index.1", column, normal});
  const auto index = crypto::hmac_sm3(blind_index_key_.expose(), data);
  wipe(normal);
  wipe(data);
  return index;
}

std::string normalise_for_index(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    char c = value[i];
    const auto at = [&](std::size_t k) { return i + k < value.size() ? static_cast<unsigned char>(value[i + k]) : 0U; };
    if (at(0) == 0xE3 && at(1) == 0x80 && at(2) == 0x80) {  // U+3000
      i += 2;
      continue;
    }
    if (at(0) == 0xEF && (at(1) == 0xBC || at(1) == 0xBD)) {  // U+FF01..FF5E stand 0xFEE0 above ASCII
      const unsigned point = 0xF000U | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU);
      if (at(2) != 0 && point >= 0xFF01 && point <= 0xFF5E) {
        c = static_cast<char>(point - 0xFEE0U);
        i += 2;
      }
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '-') {
      continue;
    }
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

}  // namespace yinxin::store
