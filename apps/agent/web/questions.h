#pragma once
// What the window asks: whether an origin may use the UKeys, the PIN for a login, and an approval line by line.

#include "agent/web/consents.h"
#include "agent/web/officer_keys.h"
#include "agent/web/window.h"
#include "token/agent/approve.h"

namespace yinxin::agent::web {

// expired "agent.unanswered" when nobody answers in time.
Result<Answer> ask_consent(Window& window, const std::string& origin, Patience until);

// The PIN for one login at the desk of this origin; declined_by_outside "agent.refused" when none was typed.
Result<SecretBytes> ask_login_pin(Window& window, const std::string& origin, const ChosenKey& chosen, Patience until);

// What became of it.
void tell_outcome(Window& window, const Result<void>& outcome, std::optional<std::uint32_t> tries_left);

// An approval for a page: who asks and which key, the text, its code, the PIN.
class ApprovalPage final : public token::ApprovalWindow {
 public:
  // All outlive it.
  ApprovalPage(Window& window, const std::string& origin, const ChosenKey& chosen, Patience until)
      : window_(window), origin_(origin), chosen_(chosen), until_(until) {}
  Result<bool> confirm(const std::string& text, const std::string& code) override;
  // Empty until confirm() has said true.
  [[nodiscard]] const SecretBytes& pin() const { return pin_; }

 private:
  Window& window_;
  const std::string& origin_;
  const ChosenKey& chosen_;
  Patience until_;
  SecretBytes pin_{Bytes()};
};

}  // namespace yinxin::agent::web
