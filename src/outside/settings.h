#pragma once
// Where the providers are and by which keys they know us: outside.json, outside the database, mode 0600.
//
// { "emulated": true, "authorities_file": "",
//   "sms":         {"base_url", "access_key_id", "access_key_secret", "sign_name",
//                   "templates": {"PROGRAMME/returned": {"code": "SMS_…", "parameters": {"reason": "reason"}}, …}},
//   "carrier":     {"base_url", "access_key_id", "access_key_secret"},
//   "face":        {"base_url", "access_key_id", "access_key_secret", "scene_id"},
//   "card_reader": {"base_url", "access_key_id", "access_key_secret"},
//   "courier":     {"base_url", "partner_id", "checkword", "monthly_card"},
//   "wechat_pay":  {"base_url", "merchant", "app", "merchant_serial", "merchant_key_pem", "api_key", "platform_key_id",
//                   "platform_key_pem", "notify_url"},
//   "alipay":      {"base_url", "app", "seller", "app_key_pem", "alipay_key_pem", "notify_url"},
//   "bank":        {"base_url", "user", "user_key", "bank_key", "transport_key", "account", "branch", "pay_mode"} }
// The bank's keys are hexadecimal: our SM2 scalar, its SM2 point, the SM4 key.
// A provider that is left out is not used. Every member of a section is needed; monthly_card may be empty. `templates`
// may lack, and is what real messages go by: for a programme's text "<programme>/<id>", for the house's own "/<id>",
// the provider's template, and its name for each of our parameters that it takes.

#include <map>
#include <optional>
#include <string>

#include "base/secret_bytes.h"

namespace yinxin::outside {

constexpr std::size_t max_settings_bytes = 64UL * 1024;

struct AliyunSettings {
  std::string base_url{};
  std::string access_key_id{};
  SecretBytes access_key_secret{};
};
// A text as it is registered with the provider.
struct SmsTemplate {
  std::string code{};
  std::map<std::string, std::string> parameters{};  // ours to theirs
  bool operator==(const SmsTemplate&) const = default;
};
constexpr std::size_t max_sms_templates = 256;
struct SmsSettings {
  AliyunSettings aliyun{};
  std::string sign_name{};  // 短信签名
  std::map<std::string, SmsTemplate> templates{};
};
struct FaceSettings {
  AliyunSettings aliyun{};
  std::string scene_id{};  // 认证场景ID
};
struct CourierSettings {
  std::string base_url{};  // with the service's path, …/std/service
  std::string partner_id{};
  SecretBytes checkword{};
  std::string monthly_card{};
};

struct WechatPaySettings {
  std::string base_url{};
  std::string merchant{};  // mchid
  std::string app{};       // appid
  std::string merchant_serial{};
  SecretBytes merchant_key_pem{};
  SecretBytes api_key{};  // the APIv3 key
  std::string platform_key_id{};
  std::string platform_key_pem{};
  std::string notify_url{};
};
struct AlipaySettings {
  std::string base_url{};  // with the gateway's path, …/gateway.do
  std::string app{};       // app_id
  std::string seller{};    // PID
  SecretBytes app_key_pem{};
  std::string alipay_key_pem{};
  std::string notify_url{};
};
struct BankSettings {
  std::string base_url{};  // with the direct link's path
  std::string user{};
  SecretBytes user_key{};  // bytes, as are the other keys
  Bytes bank_key{};
  SecretBytes transport_key{};
  std::string account{};
  std::string branch{};
  std::string pay_mode{};
};

struct OutsideSettings {
  bool emulated = false;           // the providers are emulators: for demonstrations and tests only
  std::string authorities_file{};  // PEM of whom to believe over TLS; needed for https addresses
  std::optional<SmsSettings> sms{};
  std::optional<AliyunSettings> carrier{};
  std::optional<FaceSettings> face{};
  std::optional<AliyunSettings> card_reader{};
  std::optional<CourierSettings> courier{};
  std::optional<WechatPaySettings> wechat_pay{};
  std::optional<AlipaySettings> alipay{};
  std::optional<BankSettings> bank{};

  // invalid_input, naming section and member, for what is missing, unknown, of another kind, or an address that is
  // none.
  static Result<OutsideSettings> parse(BytesView json);
  [[nodiscard]] SecretBytes to_json() const;
  // Of paying, as programmes name them.
  [[nodiscard]] std::vector<std::string> ways() const;
};

}  // namespace yinxin::outside
