#pragma once
// Puts text into an XML file without touching any other byte of it. Re-serialising would break the references of
// earlier signatures.

#include <string>

#include "base/bytes.h"

namespace yinxin::seal::ofd {

// `inside` before the end tag of the element numbered `number` (from 0) among those of that local name that are
// `depth` deep (0: the root). In `inside`, every "ofd:" prefix becomes the one the element itself uses.
// unsupported for another encoding than UTF-8, not_found when there is no such element or it is self-closing.
Result<Bytes> insert_at_end(BytesView xml, std::string_view element, std::size_t depth, std::size_t number,
                            std::string_view inside);
// The text between the tags of the first such element replaced.
Result<Bytes> replace_text(BytesView xml, std::string_view element, std::size_t depth, std::string_view text);

}  // namespace yinxin::seal::ofd
