#pragma once
// Personal fields at rest: SM4-GCM with the place it stands in as additional data, and a blind index to look it up by.

#include <map>

#include "base/random.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "store/key_use.h"

namespace yinxin::store {

constexpr std::size_t max_field_bytes = std::size_t{1} << 20;
constexpr std::size_t blind_index_key_size = 32;

// Keys by id; new values are sealed under `current`.
struct KeyRing {
  std::uint32_t current = 0;
  std::map<std::uint32_t, SecretBytes> keys;  // 16 bytes each
};

// Where a value stands. A value moved to another row or column does not open there.
struct FieldPlace {
  std::string_view table;
  std::string_view column;
  std::string_view row;  // the row's id as text; must be known before the insert
};

class FieldCipher {
 public:
  // invalid_input for keys of a wrong size or a current key that is not there. `random` and `use` must outlive it.
  static Result<FieldCipher> make(KeyRing keys, SecretBytes blind_index_key, Random& random, KeyUse& use);

  // version 1 | key id, 4 bytes | nonce, 12 bytes | ciphertext | tag, 16 bytes.
  // expired when the key has had its share (KeyUse); invalid_input when too long.
  Result<Bytes> seal(const FieldPlace& place, BytesView plain) const;
  // corrupt when it was changed or belongs elsewhere; not_found for an unknown key; unsupported for another version.
  Result<SecretBytes> open(const FieldPlace& place, BytesView sealed) const;
  // True when it is sealed under another key than the current one; corrupt when it is no sealed value.
  [[nodiscard]] Result<bool> needs_new_key(BytesView sealed) const;
  // Opens and seals again under the current key.
  Result<Bytes> renew(const FieldPlace& place, BytesView sealed) const;
  // HMAC-SM3 under the index key over column and normalised value: equal values of a column have equal indexes.
  [[nodiscard]] crypto::Digest blind_index(std::string_view column, std::string_view value) const;

 private:
  FieldCipher(KeyRing keys, SecretBytes blind_index_key, Random& random, KeyUse& use)
      : keys_(std::move(keys)), blind_index_key_(std::move(blind_index_key)), random_(&random), use_(&use) {}
  KeyRing keys_;
  SecretBytes blind_index_key_;
  Random* random_;
  KeyUse* use_;
};

// Full-width ASCII to half-width, blanks (U+3000 too) and hyphens dropped, letters upper-case: so that
// "110101 1990-0307 123x" and its full-width spelling are one value.
std::string normalise_for_index(std::string_view value);

}  // namespace yinxin::store
