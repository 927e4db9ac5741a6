#pragma once
// Which version a seal or a seal signature is of: the count of fields decides, header.version only where the count
// leaves it open. header.version alone is never trusted.

#include "seal/ses/model.h"

namespace yinxin::seal::ses {

// Cheap looks at the outermost fields, for telling kinds of files apart. Neither promises that the rest parses.
bool looks_like_seal(BytesView der);       // SEQUENCE { SEQUENCE { SEQUENCE { IA5String "ES" …
bool looks_like_signature(BytesView der);  // SEQUENCE { SEQUENCE { INTEGER, SEQUENCE (a seal) …

// Reads a seal of any version. invalid_input says at which field it stopped.
Result<Seal> parse_seal(BytesView der);
// Reads a seal signature of any version.
Result<SealSignature> parse_signature(BytesView der);

}  // namespace yinxin::seal::ses
