#include "yinxin/verify_in_cell.h"

#include "cage/cell_process.h"

namespace yinxin::cli {

Result<seal::verify::DocumentReport> verify_in_cell(const std::string& cell, const seal::verify::Job& job) {
  using namespace seal::verify;
  YX_TRY(const auto answer, cage::run_cell(cell, {}, to_wire(job), {.output_bytes = max_report_bytes}));
  if (answer) {
    if (auto report = report_of_wire(*answer)) {
      report->file = job.file_name;
      return report;
    }
  }
  DocumentReport refused;
  refused.file = job.file_name;
  refused.refused = true;
  const Answer words{"文件无法安全打开，未作验证", "The file cannot be opened safely; nothing was verified"};
  refused.refused_because = words.en;
  add_fail(refused.findings, check::package_refused, Effect::none, words);
  refused.conclude();
  return refused;
}

}  // namespace yinxin::cli
