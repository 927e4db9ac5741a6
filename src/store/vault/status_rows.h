#pragma once
// The chained status rows as the vault's store keeps them.

#include "pki/revocation/status.h"
#include "store/engine.h"

namespace yinxin::store::vault {

// Appends one row under the laws of pki::after(), chained to the last.
Result<void> append_status(Transaction& transaction, const pki::IssuerId& issuer, const pki::StatusChange& change);
Result<std::vector<pki::StatusRow>> read_status_rows(Snapshot& snapshot, const pki::IssuerId& issuer,
                                                     std::int64_t sequence, std::size_t limit);
// Marks the issuance of `serial` as ended when no certificate of it is left unrevoked.
Result<void> end_issuance_of(Transaction& transaction, const pki::IssuerId& issuer, BytesView serial);

}  // namespace yinxin::store::vault
