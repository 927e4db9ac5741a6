#pragma once
// Adds files to a ZIP without touching the ones that are there: every record that stays is copied as the bytes it is,
// local header, packed data and descriptor. A file that is replaced leaves no dead copy behind, because a streaming
// reader would find it.

#include "base/time.h"
#include "seal/ofd/zip_directory.h"

namespace yinxin::seal::ofd {

struct NewFile {
  std::string path;
  Bytes content;
};

// `files` are added in their order; one whose path is there already takes its place. `at` becomes their date.
// invalid_input for a path that a reader would refuse, precondition when a limit would be exceeded.
Result<Bytes> with_files(BytesView zip, const ZipDirectory& directory, const std::vector<NewFile>& files, Instant at);

// A ZIP of these files alone.
Result<Bytes> zip_of(const std::vector<NewFile>& files, Instant at);

}  // namespace yinxin::seal::ofd
