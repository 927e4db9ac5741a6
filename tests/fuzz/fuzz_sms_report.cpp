// Whatever somebody posts to the address where delivery reports are pushed: nobody signs them.
#include "base/ensure.h"
#include "base/text.h"
#include "outside/sms/aliyun_sms.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const auto reports = outside::parse_sms_reports({data, size});
  if (!reports) {
    ensure(reports.error().code == ErrorCode::invalid_input, "what is no report is wrong input");
    return 0;
  }
  ensure(reports->size() <= outside::max_sms_reports, "the limit holds");
  for (const outside::SmsReport& report : *reports) {
    ensure(report.mobile.size() == 11 && all_digits(report.mobile), "a report is about a number");
    ensure(report.id.size() <= outside::max_sms_id_bytes, "an id is one of ours");
  }
  return 0;
}
