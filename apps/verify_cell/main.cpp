// yinxin-verify-cell: a job on standard input, the report on standard output (seal/verify/cell.h). Started by the
// house, not by people. Exit status 0 whenever there is a report.

#include <exception>

#include "cage/cell_side.h"
#include "cage/walls.h"
#include "seal/verify/cell.h"

namespace {

using namespace yinxin;

bool run_job() {
  // Nothing is loaded late: no file is needed. What this machine's kernel cannot hold is said by the house.
  if (!cage::bound_cell({}) || !cage::wall_in_cell({})) {
    return false;
  }
  const auto input = cage::read_input(seal::verify::max_job_bytes);
  if (!input) {
    return false;
  }
  const auto job = seal::verify::job_of_wire(*input);
  const auto report = job ? seal::verify::run(*job) : Result<seal::verify::DocumentReport>(job.error());
  return report && cage::write_output(seal::verify::to_wire(*report));
}

}  // namespace

int main() {
  try {
    return run_job() ? 0 : 1;
  } catch (const std::exception&) {
    return 1;
  }
}
