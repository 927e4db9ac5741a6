#include "seal/ses/time_text.h"

#include <algorithm>

namespace yinxin::seal::ses {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() &&
         (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

std::optional<TextTime> parse_time_text(std::string_view text) {
  text = trimmed(text);
  if (text.size() < 14 || text.size() > 40) {
    return std::nullopt;
  }
  std::string normal;  // "YYYY-MM-DDTHH:MM:SS" and whatever follows
  std::string_view rest;
  if (std::all_of(text.begin(), text.begin() + 14, is_digit)) {
    for (std::size_t i = 0; i < 14; ++i) {
      if (i == 4 || i == 6) {
        normal += '-';
      } else if (i == 8) {
        normal += 'T';
      } else if (i == 10 || i == 12) {
        normal += ':';
      }
      normal += text[i];
    }
    rest = text.substr(14);
  } else if (text.size() >= 19 && (text[10] == ' ' || text[10] == 'T')) {
    normal = std::string(text.substr(0, 19));
    std::replace(normal.begin(), normal.end(), '/', '-');
    normal[10] = 'T';
    rest = text.substr(19);
  } else {
    return std::nullopt;
  }
  TextTime time;
  std::size_t fraction = 0;
  if (!rest.empty() && rest[0] == '.') {
    fraction = 1;
    while (fraction < rest.size() && is_digit(rest[fraction])) {
      ++fraction;
    }
  }
  time.zone_written = fraction < rest.size();
  const auto at = from_rfc3339(normal + std::string(rest) + (time.zone_written ? "" : "Z"));
  if (!at) {
    return std::nullopt;
  }
  time.at = *at;
  return time;
}

}  // namespace yinxin::seal::ses
