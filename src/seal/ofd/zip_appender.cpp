#include "seal/ofd/zip_appender.h"

#include <zlib.h>

#include <algorithm>

namespace yinxin::seal::ofd {
namespace {

constexpr std::uint16_t version_needed = 20;
constexpr std::uint16_t made_on_unix = 3 << 8 | version_needed;
constexpr std::uint16_t flag_utf8 = 1U << 11;
constexpr std::uint32_t regular_file = 0100644U << 16;
constexpr std::size_t central_offset_field = 42;
constexpr int first_dos_year = 1980;

void put16(Bytes& to, std::uint32_t value) {
  to.push_back(static_cast<std::uint8_t>(value));
  to.push_back(static_cast<std::uint8_t>(value >> 8));
}
void put32(Bytes& to, std::size_t value) {
  put16(to, static_cast<std::uint32_t>(value & 0xffff));
  put16(to, static_cast<std::uint32_t>(value >> 16 & 0xffff));
}

Result<Bytes> deflated(BytesView content) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return fail(ErrorCode::internal, "zlib does not start");
  }
  Bytes out(deflateBound(&stream, static_cast<uLong>(content.size())));
  stream.next_in = const_cast<std::uint8_t*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = deflate(&stream, Z_FINISH);
  out.resize(std::min<std::size_t>(out.size(), stream.total_out));
  deflateEnd(&stream);
  if (end != Z_STREAM_END) {
    return fail(ErrorCode::internal, "zlib does not finish");
  }
  return out;
}

struct DosTime {
  std::uint32_t time = 0;
  std::uint32_t date = 0;
};
DosTime dos_time(Instant at) {
  const CalendarTime c = to_calendar(at);
  const int year = std::clamp(c.year, first_dos_year, first_dos_year + 127) - first_dos_year;
  return {static_cast<std::uint32_t>(c.hour << 11 | c.minute << 5 | c.second / 2),
          static_cast<std::uint32_t>(year << 9 | c.month << 5 | c.day)};
}

class Archive {
 public:
  // Copies a record as it is; its directory record changes in the offset only.
  void copy(BytesView zip, const ZipEntry& entry) {
    Bytes record = to_bytes(zip.subspan(entry.central_at, entry.central_size));
    for (std::size_t i = 0; i < 4; ++i) {
      record[central_offset_field + i] = static_cast<std::uint8_t>(out_.size() >> 8 * i);
    }
    append(out_, zip.subspan(entry.record_at, entry.record_end - entry.record_at));
    append(central_, record);
    ++count_;
  }

  Result<void> add(const NewFile& file, Instant at) {
    YX_CHECK(check_entry_name(file.path));
    if (file.content.size() > max_entry_size) {
      return fail(ErrorCode::precondition, "a new file larger than its limit");
    }
    YX_TRY(const Bytes packed, deflated(file.content));
    const bool store = packed.size() >= file.content.size();
    const BytesView data = store ? BytesView(file.content) : BytesView(packed);
    const DosTime when = dos_time(at);
    Bytes common;  // the fields that both headers share, APPNOTE 4.4
    put16(common, version_needed);
    put16(common, flag_utf8);
    put16(common, static_cast<std::uint16_t>(store ? ZipMethod::stored : ZipMethod::deflated));
    put16(common, when.time);
    put16(common, when.date);
    put32(common, crc32(0, file.content.data(), static_cast<uInt>(file.content.size())));
    put32(common, data.size());
    put32(common, file.content.size());
    put16(common, static_cast<std::uint32_t>(file.path.size()));
    put16(common, 0);  // extra field
    const std::size_t at_offset = out_.size();
    put32(out_, 0x04034b50);
    append(out_, common);
    append(out_, bytes_of(file.path));
    append(out_, data);
    put32(central_, 0x02014b50);
    put16(central_, made_on_unix);
    append(central_, common);
    put16(central_, 0);  // comment
    put16(central_, 0);  // disk
    put16(central_, 0);  // internal attributes
    put32(central_, regular_file);
    put32(central_, at_offset);
    append(central_, bytes_of(file.path));
    ++count_;
    return {};
  }

  Result<Bytes> finish(BytesView comment) && {
    if (count_ > max_entries || out_.size() + central_.size() > max_package_size) {
      return fail(ErrorCode::precondition, "the package would exceed its limits");
    }
    const std::size_t directory_at = out_.size();
    append(out_, central_);
    put32(out_, 0x06054b50);
    put16(out_, 0);
    put16(out_, 0);
    put16(out_, static_cast<std::uint32_t>(count_));
    put16(out_, static_cast<std::uint32_t>(count_));
    put32(out_, central_.size());
    put32(out_, directory_at);
    put16(out_, static_cast<std::uint32_t>(comment.size()));
    append(out_, comment);
    return std::move(out_);
  }

 private:
  Bytes out_;
  Bytes central_;
  std::size_t count_ = 0;
};

}  // namespace

Result<Bytes> with_files(BytesView zip, const ZipDirectory& directory, const std::vector<NewFile>& files, Instant at) {
  Archive archive;
  for (const ZipEntry& entry : directory.entries) {
    const bool replaced =
        std::any_of(files.begin(), files.end(), [&](const NewFile& file) { return file.path == entry.name; });
    if (!replaced) {
      archive.copy(zip, entry);
    }
  }
  for (const NewFile& file : files) {
    YX_CHECK(archive.add(file, at));
  }
  return std::move(archive).finish(directory.comment);
}

Result<Bytes> zip_of(const std::vector<NewFile>& files, Instant at) { return with_files({}, {}, files, at); }

}  // namespace yinxin::seal::ofd
