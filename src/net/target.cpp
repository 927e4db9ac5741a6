#include "net/target.h"

#include <algorithm>

#include "base/text.h"

namespace yinxin::net {

namespace {

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_unreserved(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

// pchar but for its percent sign, which percent_decoded() judges.
bool is_path_character(char c) {
  constexpr std::string_view sub_delims_colon_at = "!$&'()*+,;=:@";
  return is_unreserved(c) || c == '%' || sub_delims_colon_at.find(c) != std::string_view::npos;
}

bool is_query_character(char c) { return is_path_character(c) || c == '/' || c == '?'; }

int digit_of(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Result<std::string> decoded_text(std::string_view text) {
  YX_TRY(std::string decoded, percent_decoded(text));
  if (std::ranges::any_of(decoded, is_control)) {
    return fail(ErrorCode::invalid_input, "a control character in the target");
  }
  if (!is_utf8(decoded)) {
    return fail(ErrorCode::invalid_input, "the target is not UTF-8");
  }
  return decoded;
}

Result<void> read_path(std::string_view path, Target& target) {
  if (path.empty() || path.front() != '/') {
    return fail(ErrorCode::invalid_input, "the target is neither a path nor an absolute address");
  }
  if (!std::ranges::all_of(path, [](char c) { return c == '/' || is_path_character(c); })) {
    return fail(ErrorCode::invalid_input, "the path has a character that must be percent-encoded");
  }
  for (std::size_t from = 1; from <= path.size();) {
    const std::size_t to = std::min(path.find('/', from), path.size());
    YX_TRY(std::string segment, decoded_text(path.substr(from, to - from)));
    if (segment == "." || segment == "..") {
      return fail(ErrorCode::invalid_input, "the path has a dot segment");
    }
    if (target.segments.size() == max_target_segments) {
      return fail(ErrorCode::invalid_input, "the path has too many segments");
    }
    target.path += '/';
    target.path += segment;
    target.segments.push_back(std::move(segment));
    from = to + 1;
  }
  return {};
}

Result<std::string> query_part(std::string_view text) {
  std::string blanks(text);
  std::ranges::replace(blanks, '+', ' ');
  return decoded_text(blanks);
}

// parameter *( "&" parameter ), parameter = name [ "=" value ], '+' for a blank (the form of HTML forms).
Result<void> read_query(std::string_view query, Target& target) {
  if (!std::ranges::all_of(query, is_query_character)) {
    return fail(ErrorCode::invalid_input, "the query has a character that must be percent-encoded");
  }
  for (std::size_t from = 0; from < query.size();) {
    const std::size_t to = std::min(query.find('&', from), query.size());
    const std::string_view pair = query.substr(from, to - from);
    from = to + 1;
    if (pair.empty()) {
      continue;
    }
    if (target.query.size() == max_query_parameters) {
      return fail(ErrorCode::invalid_input, "the query has too many parameters");
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    YX_TRY(std::string name, query_part(pair.substr(0, equals)));
    YX_TRY(std::string value, query_part(pair.substr(std::min(equals + 1, pair.size()))));
    target.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

// "http" [ "s" ] "://" host [ ":" port ] at the front of an absolute-form target, cut from it.
Result<std::string> take_authority(std::string_view& raw) {
  const std::size_t scheme_end = raw.find("://");
  const std::string scheme = ascii_lower(raw.substr(0, std::min(scheme_end, raw.size())));
  if (scheme != "http" && scheme != "https") {
    return fail(ErrorCode::invalid_input, "the target is neither a path nor an absolute address");
  }
  raw.remove_prefix(scheme_end + 3);
  const std::size_t end = std::min(raw.find_first_of("/?"), raw.size());
  std::string authority(raw.substr(0, end));
  raw.remove_prefix(end);
  const auto allowed = [](char c) { return is_unreserved(c) || c == ':' || c == '[' || c == ']'; };
  if (authority.empty() || !std::ranges::all_of(authority, allowed)) {
    return fail(ErrorCode::invalid_input, "the target's authority is not a host and port");
  }
  return authority;
}

}  // namespace

std::optional<std::string_view> Target::query_value(std::string_view name) const {
  const auto found = std::ranges::find(query, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == query.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

Result<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return fail(ErrorCode::invalid_input, "a percent sign without two hexadecimal digits");
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte >> 4U];
      encoded += digits[byte & 15U];
    }
  }
  return encoded;
}

Result<Target> parse_target(std::string_view raw) {
  if (raw.size() > max_target_bytes) {
    return fail(ErrorCode::invalid_input, "the target is too long");
  }
  Target target;
  if (!raw.starts_with('/')) {
    YX_TRY(target.authority, take_authority(raw));
  }
  const std::size_t mark = std::min(raw.find('?'), raw.size());
  const std::string_view path = raw.substr(0, mark);
  YX_CHECK(read_path(path.empty() && !target.authority.empty() ? "/" : path, target));
  if (mark < raw.size()) {
    YX_CHECK(read_query(raw.substr(mark + 1), target));
  }
  return target;
}

}  // namespace yinxin::net
