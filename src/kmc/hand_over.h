#pragma once
// The door through which an encryption key leaves: on a request that the vault signed, as an envelope for one token.

#include "kmc/pool/pool.h"

namespace yinxin::kmc {

class HandOver {
 public:
  HandOver(Parts parts, Pinned pinned, Pool& pool);

  // KeyRequest signed by a vault → KeyAnswer signed by the centre. The same request gets the same bytes again, also
  // after a crash anywhere. Before anything leaves, the key is sealed to the escrow key and its pool copy overwritten,
  // in the same transaction that stores the answer.
  // Errors: invalid_input, forbidden (open_pinned); conflict when the id stood for other content or the certificate
  // has a key already; expired when the certificate would be over.
  Result<Bytes> hand_over(BytesView signed_request);
  // KeyRetirement signed by a vault: in use → history. Repeating it changes nothing.
  Result<void> retire(BytesView signed_retirement);

 private:
  Result<StoredKey> reserve(const Assignment& assignment);
  Parts parts_;
  Pinned pinned_;
  Pool& pool_;
};

}  // namespace yinxin::kmc
