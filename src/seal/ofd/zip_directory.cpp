#include "seal/ofd/zip_directory.h"

#include <zlib.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "base/text.h"
#include "seal/text.h"

namespace yinxin::seal::ofd {
namespace {

constexpr std::uint32_t end_mark = 0x06054b50;
constexpr std::uint32_t central_mark = 0x02014b50;
constexpr std::uint32_t local_mark = 0x04034b50;
constexpr std::size_t end_size = 22;
constexpr std::size_t central_fixed = 46;
constexpr std::size_t local_fixed = 30;
constexpr std::size_t max_comment = 0xffff;
constexpr std::size_t max_descriptor = 16;
constexpr std::uint16_t flag_encrypted = 1U << 0;
constexpr std::uint16_t flag_descriptor = 1U << 3;
constexpr std::uint16_t flag_patch = 1U << 5;
constexpr std::uint16_t flag_strong_encryption = 1U << 6;
constexpr std::uint16_t flag_masked = 1U << 13;
constexpr std::uint16_t encrypted_flags = flag_encrypted | flag_strong_encryption | flag_masked;
constexpr std::uint32_t needs_zip64 = 0xffffffff;
constexpr std::uint8_t made_on_unix = 3;
constexpr std::uint32_t unix_type_mask = 0170000;
constexpr std::uint32_t unix_file = 0100000;
constexpr std::uint32_t unix_folder = 0040000;

std::uint16_t u16(BytesView at, std::size_t offset) {
  return static_cast<std::uint16_t>(at[offset] | at[offset + 1] << 8);
}
std::uint32_t u32(BytesView at, std::size_t offset) {
  return static_cast<std::uint32_t>(u16(at, offset)) | static_cast<std::uint32_t>(u16(at, offset + 2)) << 16;
}

Error refused(std::string why) { return fail(ErrorCode::invalid_input, std::move(why)); }
Error refused(const std::string& why, std::string_view name) { return refused(why + ": " + clean_text(name, 128)); }

// The end record whose comment reaches exactly to the end of the file.
Result<std::size_t> find_end(BytesView file) {
  if (file.size() < end_size) {
    return refused("not a ZIP file");
  }
  const std::size_t last = file.size() - end_size;
  const std::size_t first = last > max_comment ? last - max_comment : 0;
  for (std::size_t at = last + 1; at-- > first;) {
    if (u32(file, at) == end_mark && at + end_size + u16(file, at + 20) == file.size()) {
      return at;
    }
  }
  return refused("the end of the ZIP directory is missing, or bytes follow it");
}

Result<void> check_features(const ZipEntry& entry, std::uint16_t flags, std::uint16_t method, std::uint16_t made_by,
                            std::uint32_t attributes) {
  if ((flags & encrypted_flags) != 0) {
    return refused("an encrypted ZIP entry", entry.name);
  }
  if ((flags & flag_patch) != 0 || (method != 0 && method != 8)) {
    return fail(ErrorCode::unsupported, "a ZIP entry neither stored nor deflated: " + clean_text(entry.name, 128));
  }
  const std::uint32_t type = attributes >> 16 & unix_type_mask;
  if (made_by >> 8 == made_on_unix && type != 0 && type != unix_file && type != unix_folder) {
    return refused("a ZIP entry that is a link or a device", entry.name);
  }
  return {};
}

Result<void> check_sizes(const ZipEntry& entry) {
  if (entry.size > max_entry_size) {
    return refused("a ZIP entry larger than its limit", entry.name);
  }
  if (entry.method == ZipMethod::stored && entry.size != entry.packed_size) {
    return refused("a stored ZIP entry of two sizes", entry.name);
  }
  if (entry.size >= ratio_counts_from_size && entry.size / max_ratio > entry.packed_size) {
    return refused("a ZIP entry that inflates more than 300 times", entry.name);
  }
  if (entry.is_folder() && entry.size != 0) {
    return refused("a ZIP folder with content", entry.name);
  }
  return {};
}

// central file header, APPNOTE 4.3.12
Result<ZipEntry> read_central(BytesView file, std::size_t at, std::size_t end) {
  if (end - at < central_fixed || u32(file, at) != central_mark) {
    return refused("a damaged ZIP directory");
  }
  const BytesView header = file.subspan(at, central_fixed);
  const std::size_t name_size = u16(header, 28);
  const std::size_t size = central_fixed + name_size + u16(header, 30) + u16(header, 32);
  if (end - at < size) {
    return refused("a damaged ZIP directory");
  }
  ZipEntry entry;
  entry.central_at = at;
  entry.central_size = size;
  entry.name = std::string(text_of(file.subspan(at + central_fixed, name_size)));
  YX_CHECK(check_entry_name(entry.name));
  const std::uint16_t method = u16(header, 10);
  YX_CHECK(check_features(entry, u16(header, 8), method, u16(header, 4), u32(header, 38)));
  entry.method = static_cast<ZipMethod>(method);
  entry.crc = u32(header, 16);
  if (u32(header, 20) == needs_zip64 || u32(header, 24) == needs_zip64 || u32(header, 42) == needs_zip64) {
    return fail(ErrorCode::unsupported, "a Zip64 entry");
  }
  if (u16(header, 34) != 0) {
    return fail(ErrorCode::unsupported, "a ZIP file of several disks");
  }
  entry.packed_size = u32(header, 20);
  entry.size = u32(header, 24);
  entry.record_at = u32(header, 42);
  YX_CHECK(check_sizes(entry));
  return entry;
}

// local file header, APPNOTE 4.3.7: it must tell the same story as the directory.
Result<void> check_local(BytesView file, ZipEntry& entry, std::size_t directory_at) {
  if (entry.record_at > directory_at || directory_at - entry.record_at < local_fixed ||
      u32(file, entry.record_at) != local_mark) {
    return refused("a ZIP entry without its local header", entry.name);
  }
  const BytesView header = file.subspan(entry.record_at, local_fixed);
  const std::size_t name_size = u16(header, 26);
  const std::size_t header_size = local_fixed + name_size + u16(header, 28);
  const std::size_t room = directory_at - entry.record_at;
  if (room < header_size || room - header_size < entry.packed_size) {
    return refused("a ZIP entry that runs into the directory", entry.name);
  }
  const std::uint16_t flags = u16(header, 6);
  const bool same_story = text_of(file.subspan(entry.record_at + local_fixed, name_size)) == entry.name &&
                          u16(header, 8) == static_cast<std::uint16_t>(entry.method) &&
                          (flags & (encrypted_flags | flag_patch)) == 0;
  const bool sizes_later = (flags & flag_descriptor) != 0;
  const bool same_sizes =
      u32(header, 14) == entry.crc && u32(header, 18) == entry.packed_size && u32(header, 22) == entry.size;
  const bool no_sizes = u32(header, 14) == 0 && u32(header, 18) == 0 && u32(header, 22) == 0;
  if (!same_story || !(same_sizes || (sizes_later && no_sizes))) {
    return refused("a ZIP entry whose local header differs from the directory", entry.name);
  }
  entry.data_at = entry.record_at + header_size;
  return {};
}

Result<void> check_layout(BytesView file, ZipDirectory& directory) {
  std::vector<std::size_t> order(directory.entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return directory.entries[a].record_at < directory.entries[b].record_at;
  });
  if (!order.empty() && directory.entries[order[0]].record_at != 0) {
    return refused("bytes stand before the first ZIP entry");
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    ZipEntry& entry = directory.entries[order[i]];
    YX_CHECK(check_local(file, entry, directory.directory_at));
    const std::size_t next = i + 1 < order.size() ? directory.entries[order[i + 1]].record_at : directory.directory_at;
    // A data descriptor (4.3.9) is 12 or 16 bytes; more is room to hide something in.
    const std::size_t data_end = entry.data_at + entry.packed_size;
    if (data_end > next) {
      return refused("ZIP entries that overlap", entry.name);
    }
    if (next - data_end > max_descriptor) {
      return refused("hidden bytes between ZIP entries, after", entry.name);
    }
    entry.record_end = next;
  }
  return {};
}

}  // namespace

Result<void> check_entry_name(std::string_view name) {
  if (name.empty() || name.size() > max_path_size) {
    return refused("a ZIP entry name that is empty or too long");
  }
  if (!is_utf8(name)) {
    return refused("a ZIP entry name that is not UTF-8", name);
  }
  if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) {
    return refused("an absolute ZIP entry name", name);
  }
  if (std::any_of(name.begin(), name.end(),
                  [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    return refused("a backslash or control character in a ZIP entry name", name);
  }
  std::size_t depth = 0;
  for (std::string_view rest = name; !rest.empty();) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == "..") {
      return refused("a ZIP entry name that leaves its place", name);
    }
    if (++depth > max_path_depth) {
      return refused("a ZIP entry name that is too deep");
    }
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
  return {};
}

Result<ZipDirectory> ZipDirectory::read(BytesView file) {
  if (file.size() > max_package_size) {
    return refused("the package is larger than " + std::to_string(max_package_size) + " bytes");
  }
  YX_TRY(const std::size_t end, find_end(file));
  const BytesView record = file.subspan(end, end_size);
  const std::size_t count = u16(record, 10);
  if (u16(record, 4) != 0 || u16(record, 6) != 0 || u16(record, 8) != count) {
    return fail(ErrorCode::unsupported, "a ZIP file of several disks");
  }
  if (count > max_entries) {
    return refused("more ZIP entries than " + std::to_string(max_entries));
  }
  ZipDirectory directory;
  directory.directory_at = u32(record, 16);
  const std::size_t directory_size = u32(record, 12);
  if (directory.directory_at > end || end - directory.directory_at != directory_size) {
    return refused("a ZIP directory that is not where it says");
  }
  directory.comment = to_bytes(file.subspan(end + end_size));
  std::unordered_set<std::string> names;
  std::size_t total = 0;
  std::size_t at = directory.directory_at;
  for (std::size_t i = 0; i < count; ++i) {
    YX_TRY(auto entry, read_central(file, at, end));
    at += entry.central_size;
    total += entry.size;
    if (total > max_total_size) {
      return refused("the package inflates to more than " + std::to_string(max_total_size) + " bytes");
    }
    if (!names.insert(entry.is_folder() ? entry.name.substr(0, entry.name.size() - 1) : entry.name).second) {
      return refused("a ZIP entry name that occurs twice", entry.name);
    }
    directory.entries.push_back(std::move(entry));
  }
  if (at != end) {
    return refused("a ZIP directory with more in it than it counts");
  }
  YX_CHECK(check_layout(file, directory));
  return directory;
}

Result<Bytes> unpack(BytesView file, const ZipEntry& entry) {
  const BytesView packed = file.subspan(entry.data_at, entry.packed_size);
  Bytes out;
  if (entry.method == ZipMethod::stored) {
    out = to_bytes(packed);
  } else {
    out.resize(entry.size);
    std::uint8_t nothing = 0;
    z_stream stream{};
    stream.next_in = const_cast<std::uint8_t*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = out.empty() ? &nothing : out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
      return fail(ErrorCode::internal, "zlib does not start");
    }
    const int end = inflate(&stream, Z_FINISH);
    const bool whole = end == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    inflateEnd(&stream);
    if (!whole) {
      return fail(ErrorCode::corrupt, "a ZIP entry that does not inflate to its size: " + clean_text(entry.name, 128));
    }
  }
  if (crc32(0, out.data(), static_cast<uInt>(out.size())) != entry.crc) {
    return fail(ErrorCode::corrupt, "a ZIP entry whose checksum does not hold: " + clean_text(entry.name, 128));
  }
  return out;
}

}  // namespace yinxin::seal::ofd
