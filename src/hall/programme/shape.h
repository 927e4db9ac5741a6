#pragma once
// A tree held against the schema: every key known, every value of its type.

#include "crypto/asn1/der.h"
#include "hall/programme/programme.h"
#include "hall/programme/schema.h"

namespace yinxin::hall::programme {

struct Shaped {
  std::vector<Finding> findings;
  std::vector<Assumption> assumptions;
};
// Adds every mistake of `node` (a map) against `fields`; `path` names it.
void hold_against(const Node& node, std::span<const Field> fields, const std::string& path, Shaped& out);

// Value of a key in a map; nullptr when absent or null.
const Node* find(const Node& map, std::string_view key);

// manifest ::= SEQUENCE { version INTEGER, programme Record }
// Record ::= SEQUENCE OF SEQUENCE { key UTF8String, value ANY }  -- in schema order, absent keys left out,
//   then assumed BOOLEAN and reason UTF8String where written.
// A list is a SEQUENCE OF; sets of words are written in the schema's order, so writing order does not matter.
Bytes canonical(const Node& root);

}  // namespace yinxin::hall::programme
