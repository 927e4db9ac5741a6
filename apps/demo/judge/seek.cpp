#include "demo/judge/seek.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

namespace yinxin::demo {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr int alignments = 3;
constexpr unsigned sextet_bits = 6;

Bytes utf16(const std::string& ascii, bool little) {
  Bytes out;
  for (const char c : ascii) {
    if (!little) {
      out.push_back(0);
    }
    out.push_back(static_cast<std::uint8_t>(c));
    if (little) {
      out.push_back(0);
    }
  }
  return out;
}

std::string hex_of(const std::string& value, std::string_view digits) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

// The letters that do not depend on what stands before or after the value, when `before` bytes of the group come first.
std::string base64_core(const std::string& value, int before, std::string_view letters) {
  const std::string text = std::string(static_cast<std::size_t>(before), '\0') + value;
  const std::size_t first_bit = 8 * static_cast<std::size_t>(before);
  std::string out;
  for (std::size_t bit = 0; bit + sextet_bits <= 8 * text.size(); bit += sextet_bits) {
    if (bit < first_bit) {
      continue;
    }
    unsigned sextet = 0;
    for (std::size_t n = bit; n < bit + sextet_bits; ++n) {
      sextet = sextet << 1U | (static_cast<std::uint8_t>(text[n / 8]) >> (7 - n % 8) & 1U);
    }
    out += letters[sextet];
  }
  return out;
}

// A value written as base64 with `before` bytes ahead of it, as an encoder would do it.
std::string base64_whole(const std::string& value, int before, std::string_view letters) {
  const std::string text = std::string(static_cast<std::size_t>(before), '#') + value + "##";
  std::string out;
  for (std::size_t at = 0; at + 2 < text.size(); at += 3) {
    const unsigned group = static_cast<unsigned>(static_cast<std::uint8_t>(text[at])) << 16U |
                           static_cast<unsigned>(static_cast<std::uint8_t>(text[at + 1])) << 8U |
                           static_cast<std::uint8_t>(text[at + 2]);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) {
      out += letters[group >> shift & 63U];
    }
  }
  return out;
}

enum class Wrapping { gzip, zip, zlib };

// zlib's window bits: 8..15 zlib, +16 gzip, negative raw.
constexpr int gzip_window = 15 + 16;
constexpr int zlib_window = 15;
constexpr int raw_window = -15;

// What can be unpacked from here on; empty where nothing can.
Bytes unpacked(BytesView packed, int window) {
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) {
    return {};
  }
  Bytes out;
  std::array<std::uint8_t, 1U << 16U> part{};
  stream.next_in =
      const_cast<Bytef*>(packed.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): zlib's interface
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(packed.size(), max_sought_file_bytes));
  int status = Z_OK;
  while (status == Z_OK && out.size() < max_member_bytes) {
    stream.next_out = part.data();
    stream.avail_out = part.size();
    status = inflate(&stream, Z_NO_FLUSH);
    out.insert(out.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(part.size() - stream.avail_out));
    if (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) {
      break;  // cut off; what came is looked at all the same
    }
  }
  inflateEnd(&stream);
  return out;
}

Bytes packed(BytesView plain, int window) {
  z_stream stream{};
  constexpr int memory_level = 8;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  Bytes out(deflateBound(&stream, static_cast<uLong>(plain.size())));
  stream.next_in = const_cast<Bytef*>(plain.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): zlib's interface
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(status == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::size_t number16(BytesView at, std::size_t from) { return at[from] | static_cast<std::size_t>(at[from + 1]) << 8U; }

// APPNOTE 4.3.7 local file header: signature 4, version 2, flags 2, method 2, time 4, crc 4, sizes 8, lengths of name
// and extra field 2 + 2.
constexpr std::size_t local_header_bytes = 30;
constexpr std::size_t zip_method_deflate = 8;

class Seeker {
 public:
  Seeker(const std::vector<Pattern>& patterns, Search& found) : found_(found) {
    for (const Pattern& pattern : patterns) {
      searchers_.push_back({&pattern, Finder(pattern.bytes.begin(), pattern.bytes.end())});
    }
  }

  void look(const std::string& name, BytesView content, int depth) {
    for (const auto& [pattern, finder] : searchers_) {
      if (std::search(content.begin(), content.end(), finder) != content.end()) {
        found_.hits.push_back({.file = name, .name = pattern->name, .encoding = pattern->encoding});
      }
    }
    if (depth == max_member_depth) {
      return;
    }
    for (std::size_t at = 0; at + 2 < content.size(); ++at) {
      const BytesView rest = content.subspan(at);
      if (rest[0] == 0x1f && rest[1] == 0x8b && rest[2] == 8) {
        inside(name, "gzip", at, unpacked(rest, gzip_window), depth);
      } else if (rest[0] == 0x78 && (rest[1] == 0x01 || rest[1] == 0x5e || rest[1] == 0x9c || rest[1] == 0xda)) {
        inside(name, "zlib", at, unpacked(rest, zlib_window), depth);
      } else if (rest.size() > local_header_bytes && rest[0] == 'P' && rest[1] == 'K' && rest[2] == 3 && rest[3] == 4 &&
                 number16(rest, 8) == zip_method_deflate) {
        const std::size_t data = local_header_bytes + number16(rest, 26) + number16(rest, 28);
        inside(name, "zip", at, data < rest.size() ? unpacked(rest.subspan(data), raw_window) : Bytes(), depth);
      }
    }
  }

 private:
  using Finder = std::boyer_moore_horspool_searcher<Bytes::const_iterator>;

  void inside(const std::string& name, const char* kind, std::size_t at, const Bytes& content, int depth) {
    if (!content.empty()) {
      ++found_.streams;
      look(name + "!" + kind + "@" + std::to_string(at), content, depth + 1);
    }
  }

  Search& found_;
  std::vector<std::pair<const Pattern*, Finder>> searchers_;
};

Result<Bytes> content_of(const fs::path& file) {
  std::error_code failed;
  if (fs::file_size(file, failed) > max_sought_file_bytes) {
    return fail(ErrorCode::invalid_input, file.string() + " is too large to be looked through");
  }
  std::ifstream in(file, std::ios::binary);
  Bytes content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (failed || !in.is_open() || in.bad()) {
    return fail(ErrorCode::not_found, "cannot read " + file.string());
  }
  return content;
}

Result<void> plant(const fs::path& file, BytesView content) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  out.close();
  return out ? Result<void>() : Result<void>(fail(ErrorCode::internal, "cannot write " + file.string()));
}

// As a program would have written it, amid something else; not made by what looks for it.
Bytes written_as(const Sought& sought, const std::string& encoding) {
  const std::string& value = sought.value;
  if (encoding == "utf-16le" || encoding == "utf-16be") {
    return utf16("name=" + value + ";", encoding == "utf-16le");
  }
  std::string text = value;
  if (encoding == "hex" || encoding == "HEX") {
    text = hex_of("id " + value + " end", encoding == "hex" ? "0123456789abcdef" : "0123456789ABCDEF");
  } else if (encoding.starts_with("base64")) {
    const auto& letters = encoding.starts_with("base64url") ? base64url_letters : base64_letters;
    text = base64_whole(value, encoding.back() - '0', letters);
  }
  return to_bytes(bytes_of("before " + text + " after"));
}

Bytes wrapped(BytesView plain, Wrapping wrapping) {
  if (wrapping != Wrapping::zip) {
    return packed(plain, wrapping == Wrapping::gzip ? gzip_window : zlib_window);
  }
  Bytes member{'P', 'K', 3, 4};
  member.resize(local_header_bytes);
  member[8] = zip_method_deflate;
  member[26] = 1;  // a name of one letter
  member.push_back('a');
  const Bytes body = packed(plain, raw_window);
  member.insert(member.end(), body.begin(), body.end());
  return member;
}

}  // namespace

Result<std::vector<Pattern>> patterns_of(const std::vector<Sought>& values) {
  std::vector<Pattern> all;
  for (const Sought& sought : values) {
    if (sought.value.size() < least_value_bytes) {
      return fail(ErrorCode::invalid_input, sought.name + " is too short to be looked for");
    }
    std::set<Bytes> known;
    const auto add = [&](const std::string& encoding, const Bytes& bytes) {
      if (known.insert(bytes).second) {
        all.push_back({.name = sought.name, .encoding = encoding, .bytes = bytes});
      }
    };
    const std::string& value = sought.value;
    add("utf-8", to_bytes(bytes_of(value)));
    add("utf-16le", utf16(value, true));
    add("utf-16be", utf16(value, false));
    add("hex", to_bytes(bytes_of(hex_of(value, "0123456789abcdef"))));
    add("HEX", to_bytes(bytes_of(hex_of(value, "0123456789ABCDEF"))));
    for (int before = 0; before < alignments; ++before) {
      add("base64/" + std::to_string(before), to_bytes(bytes_of(base64_core(value, before, base64_letters))));
      add("base64url/" + std::to_string(before), to_bytes(bytes_of(base64_core(value, before, base64url_letters))));
    }
  }
  return all;
}

Result<void> search(const fs::path& root, const std::vector<Pattern>& patterns, Search& found) {
  Seeker seeker(patterns, found);
  const auto look = [&](const fs::path& file) -> Result<void> {
    YX_TRY(const Bytes content, content_of(file));
    ++found.files;
    found.bytes += content.size();
    seeker.look(file.string(), content, 0);
    return {};
  };
  std::error_code failed;
  if (fs::is_regular_file(root, failed)) {
    return look(root);
  }
  for (fs::recursive_directory_iterator at(root, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code gone;
    if (at->symlink_status(gone).type() == fs::file_type::regular) {
      YX_CHECK(look(at->path()));
    }
  }
  return failed ? Result<void>(fail(ErrorCode::not_found, root.string() + ": " + failed.message())) : Result<void>();
}

Result<std::size_t> prove_seeker(const fs::path& folder, const std::vector<Sought>& values) {
  YX_TRY(const std::vector<Pattern> patterns, patterns_of(values));
  std::size_t planted = 0;
  for (const Sought& sought : values) {
    for (const Pattern& pattern : patterns) {
      if (pattern.name != sought.name) {
        continue;
      }
      const Bytes plain = written_as(sought, pattern.encoding);
      const std::array<Bytes, 4> forms{plain, wrapped(plain, Wrapping::gzip), wrapped(plain, Wrapping::zip),
                                       wrapped(plain, Wrapping::zlib)};
      for (const Bytes& form : forms) {
        const fs::path file = folder / ("planted-" + std::to_string(planted));
        YX_CHECK(plant(file, form));
        Search found;
        YX_CHECK(search(file, patterns, found));
        if (std::ranges::none_of(found.hits, [&](const Hit& hit) {
              return hit.name == pattern.name && hit.encoding == pattern.encoding;
            })) {
          return fail(ErrorCode::internal, "the seeker does not find " + pattern.name + " as " + pattern.encoding);
        }
        ++planted;
        std::error_code ignored;
        fs::remove(file, ignored);
      }
    }
  }
  return planted;
}

}  // namespace yinxin::demo
