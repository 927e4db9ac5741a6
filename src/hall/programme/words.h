#pragma once
// The sentences of the programme check, Chinese first, and small text helpers.

#include <initializer_list>

#include "hall/programme/tree.h"

namespace yinxin::hall::programme {

// The finding `id` with its places {0}, {1} … filled in.
Finding finding(std::string_view id, int line, int column, std::initializer_list<std::string_view> places);

bool is_utf8(std::string_view text);
// The candidate nearest to `word` by edit distance, if it is near enough to be a slip; empty otherwise.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace yinxin::hall::programme
