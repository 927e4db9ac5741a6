#include "terminal/approval_window.h"

#include <algorithm>
#include <iostream>

#include "seal/text.h"

namespace yinxin::cli {

Result<bool> TerminalWindow::confirm(const std::string& text, const std::string& code) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::cout << seal::clean_text(text.substr(from, end - from)) << "\n";
    from = end + 1;
  }
  std::cout << "核对无误请输入核对码；其他输入即放弃 / type the code to sign, anything else to leave: " << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  std::cout << std::endl;
  return typed == code;
}

}  // namespace yinxin::cli
