#pragma once
// A merchant that exists nowhere, with the keys of both sides; texts, so that adapter and emulator may be in two
// processes.

#include "outside/payment/wechat_pay.h"
#include "outside/payment/wechat_pay_emulator.h"

namespace yinxin::outside {

struct WechatPayTestKeys {
  std::string merchant;
  std::string app;
  std::string merchant_serial;
  SecretBytes merchant_key_pem;
  std::string merchant_public_key_pem;
  std::string platform_key_id;
  SecretBytes platform_key_pem;
  std::string platform_public_key_pem;
  SecretBytes api_key;
};

// The RSA keys come from OpenSSL's generator, all else from `random`.
WechatPayTestKeys make_wechat_pay_test_keys(Random& random);
WechatPayOptions adapter_options(const WechatPayTestKeys& keys, net::ClientOptions host, std::string notify_url);
WechatPayEmulatorOptions emulator_options(const WechatPayTestKeys& keys);

}  // namespace yinxin::outside
