#pragma once
// Small questions that the vault's stores ask alike.

#include <algorithm>

#include "crypto/sm3.h"
#include "store/engine.h"

namespace yinxin::store::vault {

// corrupt unless the column holds 32 bytes.
inline Result<crypto::Digest> digest_in(const sqlite::Rows& rows, int column) {
  const Bytes octets = rows.blob(column);
  crypto::Digest digest{};
  if (octets.size() != digest.size()) {
    return fail(ErrorCode::corrupt, "vault: a hash that is not 32 bytes");
  }
  std::ranges::copy(octets, digest.begin());
  return digest;
}

// Whether the SELECT finds anything.
template <class... Values>
Result<bool> exists(Snapshot& snapshot, std::string_view sql, const Values&... values) {
  YX_TRY(auto rows, snapshot.query(sql, values...));
  return rows.next();
}

}  // namespace yinxin::store::vault
