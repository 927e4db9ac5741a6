#include "intake/cell.h"

#include "cage/cell_process.h"

namespace yinxin::intake {

Result<Upload> examine_in_cell(const std::string& cell, BytesView file, const Limits& limits,
                               const CellLimits& cell_limits) {
  const Kind kind = kind_of(file);
  if (file.empty() || file.size() > limits.max_bytes || kind == Kind::unknown) {
    return examine(file, limits);  // refused without a parser
  }
  YX_TRY(const auto answer, cage::run_cell(cell, arguments_of(limits, cell_limits), file,
                                           {.time = cell_limits.time, .output_bytes = cell_limits.output_bytes}));
  if (answer) {
    if (auto upload = from_wire(*answer, limits)) {
      return upload;
    }
  }
  return Upload{.kind = kind, .findings = {{.flaw = Flaw::broken, .page = 0}}, .pages = {}};
}

}  // namespace yinxin::intake
