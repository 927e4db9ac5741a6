#include "audit/line.h"

#include <algorithm>
#include <charconv>

namespace yinxin::audit {
namespace {

// RFC 3629 section 4, shortest forms only, no surrogates; and no C0, DEL or C1 control.
bool is_clean_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0 || i + size > text.size()) {
      return false;
    }
    std::uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0) != 0x80) {
        return false;
      }
      point = (point << 6) | (next & 0x3FU);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && (point < 0x10000 || point > 0x10FFFF));
    if (overlong || (point >= 0xD800 && point < 0xE000) || point < 0x20 || (point >= 0x7F && point < 0xA0)) {
      return false;
    }
    i += size;
  }
  return true;
}

void put_text(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  out += '"';
}

// Reads the fixed frame from left to right.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}
  bool literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) {
      return false;
    }
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool number(std::uint64_t& out) {
    const auto [end, failed] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (failed != std::errc{}) {
      return false;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }
  bool text(std::string_view key, std::string& out) {
    if (!literal(",\"") || !literal(key) || !literal("\":\"")) {
      return false;
    }
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') {
        return true;
      }
      if (c == '\\') {
        if (rest_.empty()) {
          return false;
        }
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      out += c;
    }
    return false;
  }

 private:
  std::string_view rest_;
};

}  // namespace

Result<void> check_deed(const Deed& deed) {
  for (const auto* field : {&deed.role, &deed.subject, &deed.action, &deed.object, &deed.result}) {
    if (field->size() > max_field_bytes || !is_clean_utf8(*field)) {
      return fail(ErrorCode::invalid_input, "audit: a field is too long or not clean UTF-8");
    }
  }
  return {};
}

std::string line_of(const Entry& entry) {
  std::string out = "{\"v\":1";
  put_text(out, "writer", entry.writer);
  out += ",\"sequence\":" + std::to_string(entry.sequence);
  put_text(out, "time", to_rfc3339(entry.time));
  put_text(out, "role", entry.deed.role);
  put_text(out, "subject", entry.deed.subject);
  put_text(out, "action", entry.deed.action);
  put_text(out, "object", entry.deed.object);
  put_text(out, "result", entry.deed.result);
  put_text(out, "previous", to_hex(entry.previous));
  out += '}';
  return out;
}

Result<Entry> entry_of(std::string_view line) {
  const auto bad = [] { return fail(ErrorCode::corrupt, "audit: not a line of ours"); };
  Entry entry;
  std::string time;
  std::string previous;
  Reader in(line);
  if (line.size() > max_line_bytes || !in.literal("{\"v\":1") || !in.text("writer", entry.writer) ||
      !in.literal(",\"sequence\":") || !in.number(entry.sequence) || !in.text("time", time) ||
      !in.text("role", entry.deed.role) || !in.text("subject", entry.deed.subject) ||
      !in.text("action", entry.deed.action) || !in.text("object", entry.deed.object) ||
      !in.text("result", entry.deed.result) || !in.text("previous", previous)) {
    return bad();
  }
  const auto at = from_rfc3339(time);
  const auto hash = from_hex(previous);
  if (!at || !hash || hash->size() != crypto::sm3_size || !check_deed(entry.deed)) {
    return bad();
  }
  entry.time = *at;
  std::copy(hash->begin(), hash->end(), entry.previous.begin());
  // One spelling only: anything the reader was lenient about (a needless escape, an offset, a tail) shows here.
  return line_of(entry) == line ? Result<Entry>(std::move(entry)) : Result<Entry>(bad());
}

crypto::Digest hash_of_line(std::string_view line) { return crypto::sm3(bytes_of(line)); }

}  // namespace yinxin::audit
