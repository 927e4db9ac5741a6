#pragma once
// WeChat Pay's gate as the emulator keeps it: who may come in, and how what goes out is signed and sealed. Written from
// the provider's documents, without a line of the adapter.

#include <map>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/openssl/rsa.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

constexpr std::size_t max_remembered_nonces = 100'000;

struct WechatReply {
  int status = 200;
  std::string body;
};
WechatReply wechat_refusal(int status, std::string_view code, std::string_view message);

class WechatPayGate {
 public:
  struct Keys {
    std::string merchant;
    std::string merchant_serial;
    crypto::openssl::RsaPublicKey merchant_key;
    std::string platform_key_id;
    crypto::openssl::RsaPrivateKey platform_key;
    SecretBytes api_key;
  };
  WechatPayGate(Keys keys, const Clock& clock, Random& random);

  // What the provider answers instead of a deed; nullopt for a request that is the merchant's own.
  std::optional<WechatReply> refuses(const net::Request& request);
  // Signed now; `fault` may spoil time, key or signature.
  net::Response answer(const WechatReply& reply, Fault fault);
  void sign(net::Headers& headers, std::string_view body, Fault fault);
  // {"id": …, "event_type": …, "resource": {…}} with `plain` sealed inside.
  std::string sealed_callback(std::string_view event, std::string_view original_type, std::string_view summary,
                              std::string_view plain);

 private:
  bool is_repeated(const std::string& nonce, std::int64_t now_s);

  Keys keys_;
  const crypto::openssl::RsaPrivateKey unknown_key_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> nonces_;  // with the second of their coming
};

}  // namespace yinxin::outside
