#pragma once
// GB/T 38540-2020 (v4) and GM/T 0031-2025 (v5): seals and seal signatures of four or five fields.

#include "seal/ses/model.h"

namespace yinxin::seal::ses::v4 {

// SESeal ::= SEQUENCE { eSealInfo SES_SealInfo, cert OCTET STRING, signAlgID OBJECT IDENTIFIER,
//              signedValue BIT STRING, timeStamp [0] EXPLICIT BIT STRING OPTIONAL }   -- timeStamp: v5
Result<Seal> parse_seal(BytesView der);
// SES_Signature ::= SEQUENCE { toSign TBS_Sign, cert OCTET STRING, signatureAlgID OBJECT IDENTIFIER,
//                     signature BIT STRING, timeStamp [0] EXPLICIT BIT STRING OPTIONAL }
Result<SealSignature> parse_signature(BytesView der);

}  // namespace yinxin::seal::ses::v4
