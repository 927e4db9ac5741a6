#pragma once
// The two-call pattern of SKF, from the caller's side. What a driver answers is a stranger's word too.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "token/skf/library.h"

namespace yinxin::token::skf {

// No list, certificate or key of a token is larger.
constexpr std::size_t max_answer_size = 1024 * 1024;

// Asks for the size, then for the bytes. `call` is ULONG(BYTE*, ULONG*).
template <class Call>
Result<Bytes> bytes_of_call(std::string_view doing, const Call& call) {
  ULONG size = 0;
  YX_CHECK(checked(call(nullptr, &size), doing));
  if (size > max_answer_size) {
    return fail(ErrorCode::corrupt, "the token's answer is too large to " + std::string(doing));
  }
  Bytes out(size);
  if (size == 0) {
    return out;
  }
  YX_CHECK(checked(call(out.data(), &size), doing));
  if (size > out.size()) {
    return fail(ErrorCode::corrupt, "the token wrote more than it was given to " + std::string(doing));
  }
  out.resize(size);
  return out;
}

// The names of a list "a\0b\0\0"; an unfinished last name is a name.
inline std::vector<std::string> split_names(BytesView list) {
  std::vector<std::string> names;
  std::string name;
  for (const std::uint8_t byte : list) {
    if (byte != 0) {
      name.push_back(static_cast<char>(byte));
    } else if (!name.empty()) {
      names.push_back(std::move(name));
      name.clear();
    }
  }
  if (!name.empty()) {
    names.push_back(std::move(name));
  }
  return names;
}

// `call` is ULONG(LPSTR, ULONG*).
template <class Call>
Result<std::vector<std::string>> names_of(std::string_view doing, const Call& call) {
  YX_TRY(const Bytes list,
         bytes_of_call(doing, [&call](BYTE* out, ULONG* size) { return call(reinterpret_cast<LPSTR>(out), size); }));
  return split_names(list);
}

}  // namespace yinxin::token::skf
