#pragma once
// An app that exists nowhere, with the keys of both sides; texts, so that adapter and emulator may be in two processes.

#include "outside/payment/alipay.h"
#include "outside/payment/alipay_emulator.h"

namespace yinxin::outside {

struct AlipayTestKeys {
  std::string app;
  std::string seller;
  SecretBytes app_key_pem;
  std::string app_public_key_pem;
  SecretBytes alipay_key_pem;
  std::string alipay_public_key_pem;
};

// The RSA keys come from OpenSSL's generator, all else from `random`.
AlipayTestKeys make_alipay_test_keys(Random& random);
AlipayOptions adapter_options(const AlipayTestKeys& keys, net::ClientOptions host, std::string notify_url);
AlipayEmulatorOptions emulator_options(const AlipayTestKeys& keys);

}  // namespace yinxin::outside
