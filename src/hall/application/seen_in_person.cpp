#include "hall/application/seen_in_person.h"

#include "base/text.h"

namespace yinxin::hall {

Result<void> check_seen(const SeenInPerson& seen) {
  if (seen.method != "video" && seen.method != "counter") {
    return fail(ErrorCode::invalid_input, "identity.method");
  }
  if (seen.words.empty() || seen.words.size() > max_seen_words_bytes || !is_utf8(seen.words)) {
    return fail(ErrorCode::invalid_input, "identity.words");
  }
  return {};
}

}  // namespace yinxin::hall
