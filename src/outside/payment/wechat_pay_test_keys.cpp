#include "outside/payment/wechat_pay_test_keys.h"

#include "base/text.h"
#include "crypto/openssl/rsa.h"

namespace yinxin::outside {

using crypto::openssl::RsaPrivateKey;

WechatPayTestKeys make_wechat_pay_test_keys(Random& random) {
  const RsaPrivateKey merchant = RsaPrivateKey::generate();
  const RsaPrivateKey platform = RsaPrivateKey::generate();
  constexpr std::uint64_t ten_digits = 10'000'000'000;
  const std::string number = std::to_string(ten_digits + random.below(ten_digits)).substr(1);
  // The APIv3 key is 32 characters that people type.
  const std::string api_key = to_hex(random.secret(wechat_api_key_bytes / 2).expose());
  return {.merchant = number,
          .app = "wx" + to_hex(random.bytes(8)),
          .merchant_serial = ascii_upper(to_hex(random.bytes(20))),
          .merchant_key_pem = merchant.to_pem(),
          .merchant_public_key_pem = merchant.public_key().to_pem(),
          .platform_key_id = "PUB_KEY_ID_" + number,
          .platform_key_pem = platform.to_pem(),
          .platform_public_key_pem = platform.public_key().to_pem(),
          .api_key = SecretBytes(bytes_of(api_key))};
}

WechatPayOptions adapter_options(const WechatPayTestKeys& keys, net::ClientOptions host, std::string notify_url) {
  return {.host = std::move(host),
          .merchant = keys.merchant,
          .app = keys.app,
          .merchant_serial = keys.merchant_serial,
          .merchant_key_pem = keys.merchant_key_pem.clone(),
          .api_key = keys.api_key.clone(),
          .platform_keys = {{keys.platform_key_id, keys.platform_public_key_pem}},
          .notify_url = std::move(notify_url)};
}

WechatPayEmulatorOptions emulator_options(const WechatPayTestKeys& keys) {
  return {.merchant = keys.merchant,
          .app = keys.app,
          .merchant_serial = keys.merchant_serial,
          .merchant_public_key_pem = keys.merchant_public_key_pem,
          .platform_key_id = keys.platform_key_id,
          .platform_key_pem = keys.platform_key_pem.clone(),
          .api_key = keys.api_key.clone()};
}

}  // namespace yinxin::outside
