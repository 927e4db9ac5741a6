#pragma once
// Alipay's gate as the emulator keeps it: who may come in, and how what goes out is signed. Written from the provider's
// documents, without a line of the adapter.

#include <map>
#include <optional>

#include "base/clock.h"
#include "crypto/openssl/rsa.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

class AlipayGate {
 public:
  struct Keys {
    std::string app;
    std::string seller;
    crypto::openssl::RsaPublicKey app_key;
    crypto::openssl::RsaPrivateKey alipay_key;
  };
  AlipayGate(Keys keys, const Clock& clock);

  // What a request asks for once it is the app's own: "alipay.trade.query" and its business content. Else the refusal
  // in the provider's words.
  struct Asked {
    std::string method;
    std::string content;
    std::string notify_url;
    std::string refusal;  // {"code", "msg", "sub_code", "sub_msg"}; then nothing else counts
  };
  [[nodiscard]] Asked read(const net::Request& request) const;
  // {"<method>_response": node, "sign": …}; an empty method for an error_response. `fault` may spoil the signature.
  [[nodiscard]] net::Response answer(const std::string& method, const std::string& node, Fault fault) const;
  // The body of a notification with these values and the gate's own.
  [[nodiscard]] std::string notification(std::map<std::string, std::string> values, Fault fault) const;
  [[nodiscard]] const std::string& app() const { return keys_.app; }
  [[nodiscard]] const std::string& seller() const { return keys_.seller; }

 private:
  [[nodiscard]] std::string signature(std::string_view text, Fault fault) const;
  Keys keys_;
  const crypto::openssl::RsaPrivateKey unknown_key_;
  const Clock& clock_;
};

// {"code": …, "msg": …, "sub_code": …, "sub_msg": …}
std::string alipay_refusal(std::string_view code, std::string_view msg, std::string_view sub_code,
                           std::string_view sub_msg);

}  // namespace yinxin::outside
