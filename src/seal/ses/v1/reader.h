#pragma once
// GM/T 0031-2014: seals and seal signatures of two fields.

#include "seal/ses/model.h"

namespace yinxin::seal::ses::v1 {

// SESeal ::= SEQUENCE { esealInfo SES_SealInfo, signInfo SES_SignInfo }   -- 6.1
Result<Seal> parse_seal(BytesView der);
// SES_Signature ::= SEQUENCE { toSign TBS_Sign, signature BIT STRING }   -- 6.2
Result<SealSignature> parse_signature(BytesView der);

}  // namespace yinxin::seal::ses::v1
