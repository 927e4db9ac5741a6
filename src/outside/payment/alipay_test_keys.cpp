#include "outside/payment/alipay_test_keys.h"

#include "crypto/openssl/rsa.h"

namespace yinxin::outside {

using crypto::openssl::RsaPrivateKey;

AlipayTestKeys make_alipay_test_keys(Random& random) {
  const RsaPrivateKey app = RsaPrivateKey::generate();
  const RsaPrivateKey alipay = RsaPrivateKey::generate();
  constexpr std::uint64_t twelve_digits = 1'000'000'000'000;
  const auto number = [&] { return std::to_string(twelve_digits + random.below(twelve_digits)).substr(1); };
  return {.app = "2021" + number(),
          .seller = "2088" + number(),
          .app_key_pem = app.to_pem(),
          .app_public_key_pem = app.public_key().to_pem(),
          .alipay_key_pem = alipay.to_pem(),
          .alipay_public_key_pem = alipay.public_key().to_pem()};
}

AlipayOptions adapter_options(const AlipayTestKeys& keys, net::ClientOptions host, std::string notify_url) {
  return {.host = std::move(host),
          .app = keys.app,
          .seller = keys.seller,
          .app_key_pem = keys.app_key_pem.clone(),
          .alipay_key_pem = keys.alipay_public_key_pem,
          .notify_url = std::move(notify_url)};
}

AlipayEmulatorOptions emulator_options(const AlipayTestKeys& keys) {
  return {.app = keys.app,
          .seller = keys.seller,
          .app_public_key_pem = keys.app_public_key_pem,
          .alipay_key_pem = keys.alipay_key_pem.clone()};
}

}  // namespace yinxin::outside
