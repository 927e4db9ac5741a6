#pragma once
// What the vault asks the seal maker for. Nothing in it is believed: the seal maker judges the bundle by itself.

#include "trust/checker.h"

namespace yinxin::trust {

// SealOrder ::= SEQUENCE {
//   version  INTEGER (1),
//   bundle   SEQUENCE { snapshot, manifest, firstApproval, secondApproval OCTET STRING,
//                       evidence SEQUENCE (SIZE (0..128)) OF OCTET STRING },
//   line     INTEGER,
//   receipt  OCTET STRING,               -- SignedData of the vault
//   owner    OCTET STRING,               -- Certificate
//   picture  OCTET STRING }              -- each OCTET STRING at most max_statement_size
struct SealOrder {
  Bundle bundle;
  std::int64_t line = 0;
  Bytes receipt;
  Bytes owner;
  Bytes picture;

  [[nodiscard]] Bytes to_der() const;
  // invalid_input or unsupported; only the one encoding is read.
  static Result<SealOrder> parse(BytesView der);
};

}  // namespace yinxin::trust
