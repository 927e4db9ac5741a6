// Packages from strangers: whatever the archive, it is refused or read within its limits, and adding a file to one that
// is read leaves the others as they were.

#include <cstdint>

#include "base/text.h"
#include "seal/ofd/zip_appender.h"
#include "seal/verify/verify.h"

using namespace yinxin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  if (const auto directory = seal::ofd::ZipDirectory::read(input)) {
    const auto grown = seal::ofd::with_files(input, *directory, {{"added/by.us", {'x'}}}, from_unix_ms(0));
    ensure(grown.has_value() || directory->entries.size() == seal::ofd::max_entries, "a file can be added");
    if (grown) {
      const auto again = seal::ofd::ZipDirectory::read(*grown);
      const bool replaced = again && again->entries.size() == directory->entries.size();
      ensure(again && (replaced || again->entries.size() == directory->entries.size() + 1), "what we write we read");
      for (std::size_t i = 0; !replaced && i < directory->entries.size(); ++i) {
        const auto before = seal::ofd::unpack(input, directory->entries[i]);
        const auto after = seal::ofd::unpack(*grown, again->entries[i]);
        ensure(before.has_value() == after.has_value() && (!before || *before == *after), "the others stay");
      }
    }
  }
  seal::verify::Options options;
  options.trust.now = from_unix_ms(1795219200000);
  const auto report = seal::verify::verify_bytes(to_bytes(input), options);
  ensure(is_utf8(to_json(report)), "a report is UTF-8");
  return 0;
}
