#pragma once
// Files of strangers and our own papers: encrypted, named by their content, written whole or not at all.
//
// A file is: "YXB1" | key id, 4 bytes | salt, 16 bytes | chunks. Each chunk is up to 64 KiB of content sealed with
// SM4-GCM under HMAC-SM3(key, salt); its nonce is seven zero bytes, the chunk's number and a byte that is 1 for the
// last chunk; its additional data is header and address. So a chunk that is cut off, moved, or of another file does not
// open.

#include <filesystem>
#include <functional>

#include "base/random.h"
#include "crypto/sm3.h"
#include "store/field_cipher.h"

namespace yinxin::store {

constexpr std::size_t max_blob_bytes = std::size_t{64} << 20;
constexpr std::size_t blob_chunk_bytes = std::size_t{64} << 10;

// HMAC-SM3 of the content under the address key: equal contents have one address, which tells a stranger nothing.
using BlobAddress = crypto::Digest;

class BlobStore {
 public:
  // Creates the folder (0700) if need be and clears what a crash left half written. One BlobStore per folder.
  // `random` must outlive it. invalid_input for keys that do not fit.
  static Result<BlobStore> open(std::filesystem::path folder, KeyRing keys, SecretBytes address_key, Random& random);

  // Durable when it returns. The same content again is the same address, and mends a damaged file.
  Result<BlobAddress> put(BytesView content) const;
  // not_found; corrupt when the file is not what the address says.
  Result<SecretBytes> get(const BlobAddress& address) const;
  [[nodiscard]] bool has(const BlobAddress& address) const;
  // Nothing to remove is no error.
  Result<void> remove(const BlobAddress& address) const;
  // For collecting what no row names any more.
  Result<std::vector<BlobAddress>> list() const;

 private:
  BlobStore(std::filesystem::path folder, KeyRing keys, SecretBytes address_key, Random& random)
      : folder_(std::move(folder)), keys_(std::move(keys)), address_key_(std::move(address_key)), random_(&random) {}
  [[nodiscard]] std::filesystem::path path_of(const BlobAddress& address) const;
  Result<Bytes> sealed(const BlobAddress& address, BytesView content) const;

  std::filesystem::path folder_;
  KeyRing keys_;
  SecretBytes address_key_;
  Random* random_;
};

}  // namespace yinxin::store
