#pragma once
// An approval on the terminal: the text, and the code that a person types after having read it.

#include "token/agent/approve.h"

namespace yinxin::cli {

class TerminalWindow final : public token::ApprovalWindow {
 public:
  Result<bool> confirm(const std::string& text, const std::string& code) override;
};

}  // namespace yinxin::cli
