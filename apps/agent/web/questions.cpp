#include "agent/web/questions.h"

namespace yinxin::agent::web {

namespace {

constexpr std::string_view rule = "────────────────────────────────────────\n";
constexpr std::chrono::seconds outcome_patience{5};

std::string who_asks(const std::string& origin) { return "网页地址 / origin: " + shown_line(origin) + "\n"; }

// Names from the device and its certificate are strangers' words: each stays on its line.
std::string which_key(const ChosenKey& chosen) {
  return "UKey: " + shown_line(chosen.info.serial) + "  " + shown_line(chosen.info.label) + "\n" +
         "证书 / certificate: " + shown_line(chosen.key.certificate.subject().text()) + "\n";
}

Result<SecretBytes> ask_pin(Window& window, Patience until) {
  YX_TRY(SecretBytes pin,
         window.ask_secret("请输入 UKey PIN，直接回车即拒绝 / PIN of the UKey, nothing to refuse:", until));
  return pin.empty() ? Result<SecretBytes>(fail(ErrorCode::declined_by_outside, "agent.refused"))
                     : Result<SecretBytes>(std::move(pin));
}

}  // namespace

Result<Answer> ask_consent(Window& window, const std::string& origin, Patience until) {
  YX_CHECK(
      window.show(std::string(rule) + "网页请求使用本机的 UKey / a page asks to use the UKeys of this machine\n" +
                      who_asks(origin) +
                      "允许后，该网页可以看到 UKey 的序列号和证书，并可请您登录和签署；PIN 只在本窗口输入。\n"
                      "Once allowed, it sees serials and certificates of UKeys and may ask you to log in and to sign;\n"
                      "PINs are typed in this window alone.\n",
                  until));
  for (;;) {
    YX_TRY(const std::string typed, window.ask("允许请输入 y，拒绝请输入 n / y to allow, n to refuse:", until));
    if (typed == "y" || typed == "Y") {
      YX_CHECK(
          window.show("已允许；可用 yinxin-agent consents remove 收回 / allowed; `yinxin-agent consents remove` "
                      "takes it back\n",
                      until));
      return Answer::granted;
    }
    if (typed == "n" || typed == "N") {
      YX_CHECK(
          window.show("已拒绝，不再询问；可用 yinxin-agent consents remove 重新询问 / refused and not asked again; "
                      "`yinxin-agent consents remove` has it asked anew\n",
                      until));
      return Answer::refused;
    }
  }
}

Result<SecretBytes> ask_login_pin(Window& window, const std::string& origin, const ChosenKey& chosen, Patience until) {
  YX_CHECK(window.show(std::string(rule) + "网页请求以 UKey 登录 / a page asks to log in with the UKey\n" +
                           who_asks(origin) + which_key(chosen),
                       until));
  return ask_pin(window, until);
}

void tell_outcome(Window& window, const Result<void>& outcome, std::optional<std::uint32_t> tries_left) {
  std::string text = "已完成 / done\n";
  if (!outcome) {
    const ErrorCode code = outcome.error().code;
    text = code == ErrorCode::pin_wrong    ? "PIN 不正确 / wrong PIN\n"
           : code == ErrorCode::pin_locked ? "PIN 已锁定，需要解锁 / the PIN is locked and must be unblocked\n"
           : code == ErrorCode::declined_by_outside ? "已拒绝，没有签署 / refused, nothing was signed\n"
           : code == ErrorCode::expired             ? "无人应答，已取消 / nobody answered, given up\n"
                                                    : "未能完成，没有签署 / not done, nothing was signed\n";
    if (code == ErrorCode::pin_wrong && tries_left) {
      text += "还可再试 / tries left: " + std::to_string(*tries_left) + "\n";
    }
  }
  static_cast<void>(window.show(text, patience_of(outcome_patience)));
}

Result<bool> ApprovalPage::confirm(const std::string& text, const std::string& code) {
  YX_CHECK(window_.show(std::string(rule) +
                            "网页请求签署审批，请逐行核对 / a page asks for an approval: read every line\n" +
                            who_asks(origin_) + which_key(chosen_) + text,
                        until_));
  YX_TRY(const std::string typed,
         window_.ask("核对无误请输入核对码；其他输入即放弃 / type the code to go on, anything else to leave:", until_));
  if (typed != code) {
    return false;
  }
  YX_TRY(pin_, ask_pin(window_, until_));
  return true;
}

}  // namespace yinxin::agent::web
