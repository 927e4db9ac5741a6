// yinxin-page-cell PAGE: one stranger's document on standard input, the picture of its page (from 1) on standard output
// (view/wire.h). Started by the house, not by people. Exit status 0 whenever there is an answer.

#include <charconv>
#include <exception>

#include "cage/walls.h"
#include "page_cell/bounds.h"
#include "view/wire.h"

namespace {

using namespace yinxin;

bool run_job(std::string_view wanted) {
  std::size_t page = 0;
  const auto [end, problem] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), page);
  if (problem != std::errc() || end != wanted.data() + wanted.size()) {
    return false;
  }
  // What this machine's kernel cannot hold is said by the house, which asks the same (cage/means.h).
  if (!cage::bound_cell(page_cell::means) || !cage::wall_in_cell(page_cell::readable)) {
    return false;
  }
  auto input = cage::read_input(view::max_file_bytes);
  return input && cage::write_output(view::to_wire(view::answer_for(std::move(*input), page)));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return argc == 2 && run_job(argv[1]) ? 0 : 1;
  } catch (const std::exception&) {
    return 1;
  }
}
