#pragma once
// What a person reads about a problem: one table per language, by the machine word of the problem.

#include <string>
#include <string_view>

namespace yinxin::api {

enum class Language { zh, en };

// The sentence for a word; for "code.wrong.3" that of "code.wrong" with the number in its place. A word without a
// sentence of its own gets the general one.
std::string sentence(std::string_view word, Language language);
// Whether the table has a sentence of its own for it.
bool has_sentence(std::string_view word);

}  // namespace yinxin::api
