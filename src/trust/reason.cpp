#include "trust/reason.h"

#include <array>

#include "base/ensure.h"

namespace yinxin::trust {

namespace {

struct Words {
  std::string_view code;
  std::string_view zh;
  std::string_view en;
};

constexpr std::array words{
#define YX_REASON_WORDS(name, code, zh, en) Words{code, zh, en},
    YX_TRUST_REASONS(YX_REASON_WORDS)
#undef YX_REASON_WORDS
};

const Words& words_of(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  ensure(index < words.size(), "a Reason without words");
  return words[index];
}

}  // namespace

std::string_view code_of(Reason reason) { return words_of(reason).code; }
std::string_view sentence_zh(Reason reason) { return words_of(reason).zh; }
std::string_view sentence_en(Reason reason) { return words_of(reason).en; }

}  // namespace yinxin::trust
