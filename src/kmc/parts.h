#pragma once
// What the mains hand to the key management centre.

#include "audit/record.h"
#include "base/clock.h"
#include "crypto/signer.h"
#include "crypto/wrapping.h"
#include "crypto/x509/certificate.h"
#include "kmc/escrow/escrow.h"
#include "kmc/key_store.h"

namespace yinxin::kmc {

// All of it outlives the services made of it.
struct Parts {
  KeyStore& store;
  const crypto::WrappingKeys& pool_keys;
  audit::Recorder& audit;
  const Clock& clock;
  Random& random;
  crypto::Signer& signer;  // the centre's own, for its answers
};

// From configuration: whom the centre believes.
struct Pinned {
  x509::Certificate centre;
  std::vector<x509::Certificate> vaults;
  std::vector<x509::Certificate> judicial_officers;
  std::vector<EscrowRecord> escrows;  // the last one is in use, the others serve recovery; at least one
};

}  // namespace yinxin::kmc
