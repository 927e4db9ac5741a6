#pragma once
// The bank's gate as the emulator keeps it: opens and checks requests, signs and encrypts answers. Written from the
// bank's documents, without a line of the adapter.

#include <map>
#include <mutex>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/sm2.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

constexpr std::size_t max_remembered_requests = 100'000;

class DirectLinkGate {
 public:
  struct Keys {
    std::string user;
    crypto::Sm2PublicKey user_key;
    crypto::Sm2PrivateKey bank_key;
    SecretBytes transport_key;
  };
  struct Asked {
    std::string function;
    std::string request;  // reqid
    SecretBytes text;     // {"request": {"body": …}, …}
  };
  DirectLinkGate(Keys keys, const Clock& clock, Random& random);

  // declined_by_outside with the bank's words in clear.
  Result<Asked> open(const net::Request& request);
  // `body` as JSON, of any order. Only bad_signature and unknown_key matter of the faults.
  net::Response answer(const Asked& asked, std::string_view result_code, std::string_view result_words,
                       std::string_view body, Fault fault);

 private:
  Result<void> judge(const Asked& asked, std::string_view plain);

  Keys keys_;
  const std::string padded_user_;
  const crypto::Sm2PrivateKey unknown_key_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> requests_;  // with the second of their coming
};

}  // namespace yinxin::outside
