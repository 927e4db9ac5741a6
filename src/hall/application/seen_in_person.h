#pragma once
// A person whom an officer has seen himself, where no machine could prove who it is.

#include <string>

#include "base/result.h"

namespace yinxin::hall {

constexpr std::size_t max_seen_words_bytes = 2000;

struct SeenInPerson {
  std::string method;  // "video" or "counter"
  std::string words;   // what was seen, for whoever decides after him
};
// invalid_input "identity.method", "identity.words".
Result<void> check_seen(const SeenInPerson& seen);

}  // namespace yinxin::hall
