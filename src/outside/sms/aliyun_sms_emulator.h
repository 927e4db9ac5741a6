#pragma once
// The other side of AliyunSms: templates, an outbox that a test or the demo reads, delivery reports.
//
//   GET  /admin/messages?mobile=…            [{"biz_id","out_id","mobile","template_code","parameters","text",
//                                              "sent_at","standing","err_code"}], oldest first
//   POST /admin/messages/{biz_id}/receipt    {"err_code": "DELIVERED"} or a carrier's code of failure; pushed
//   POST /admin/templates                    {"code": "SMS_1", "text": "验证码${code}"}
// Faults of "receipt" decide over a pushed report: repeat_callback, no_callback.

#include "outside/aliyun/rpc_emulator.h"
#include "outside/emulator/callback_sender.h"

namespace yinxin::outside {

constexpr std::size_t max_emulated_messages = 10'000;
constexpr std::size_t max_emulated_templates = 1000;

struct AliyunSmsEmulatorOptions {
  aliyun::RpcKey key{};
  std::string sign_name{};
  std::string report_url{};        // where delivery reports are pushed; empty for nowhere
  bool delivers_by_itself = true;  // each message is delivered at once; else the admin door decides
  bool knows_any_template = true;  // a template that nobody registered is taken when it is named SMS_ and digits
};

class AliyunSmsEmulator final : public aliyun::RpcEmulator {
 public:
  // invalid_input for a report_url that is none.
  static Result<std::unique_ptr<AliyunSmsEmulator>> start(AliyunSmsEmulatorOptions options, const Clock& clock,
                                                          Random& random);
  [[nodiscard]] std::string_view name() const override { return "sms"; }

 private:
  struct Message {
    std::string biz_id, out_id, mobile, template_code, text;
    Parameters parameters;
    Instant sent_at;
    int status = 1;  // SendStatus
    std::string err_code{};
  };

  AliyunSmsEmulator(AliyunSmsEmulatorOptions options, std::optional<CallbackPlace> reports, const Clock& clock,
                    Random& random);
  net::Response perform(const Asked& asked) override;
  net::Response decline(const std::string& action) override;
  void add_admin_routes(net::Router& router) override;

  net::Response send(const Parameters& parameters);
  net::Response details(const Parameters& parameters);
  net::Response outbox(const net::Request& request);
  net::Response take_receipt(const net::Request& request);
  net::Response add_template(const net::Request& request);
  // The message's text, or the code by which the provider refuses.
  Result<std::string> fill(const std::string& code, const Parameters& values) const;
  void settle(Message& message, const std::string& err_code);
  net::Response no(std::string_view code, std::string_view message) const;

  AliyunSmsEmulatorOptions options_;
  std::optional<CallbackPlace> reports_;
  std::mutex mutex_;
  std::deque<Message> messages_;
  std::map<std::string, std::string> templates_;
  std::uint64_t next_ = 1;
  CallbackSender sender_;
};

}  // namespace yinxin::outside
