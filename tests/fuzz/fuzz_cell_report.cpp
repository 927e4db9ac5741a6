// What a verifying cell that was taken over may answer: any bytes. Whatever is read as a report can be shown, and is
// read again from its own writing.
#include "base/ensure.h"
#include "base/text.h"
#include "seal/verify/cell.h"
#include "seal/verify/report_html.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const auto report = seal::verify::report_of_wire({data, size});
  if (!report) {
    return 0;
  }
  const std::string json = seal::verify::to_json(*report);
  ensure(is_utf8(json) && is_utf8(seal::verify::to_html(*report, Instant{})), "a report is UTF-8");
  const auto again = seal::verify::report_of_wire(seal::verify::to_wire(*report));
  ensure(again && seal::verify::to_json(*again) == json, "written and read, it says the same");
  return 0;
}
