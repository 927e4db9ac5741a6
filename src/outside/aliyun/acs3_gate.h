#pragma once
// The provider's side of signature method V3, written from its public description and not from the adapter.

#include <deque>
#include <map>
#include <mutex>
#include <set>

#include "base/clock.h"
#include "base/random.h"
#include "net/http.h"

namespace yinxin::outside::aliyun {

constexpr std::chrono::minutes acs3_window{15};  // a request's date may be that far from the clock
constexpr std::size_t max_remembered_nonces = 100'000;

// A refusal as the gateway writes one: {"RequestId", "HostId", "Code", "Message", "Recommend"}.
net::Response gateway_error(int status, std::string_view code, std::string_view message, const std::string& request_id,
                            std::string_view host);
// "43A29C77-405E-4CC0-BC55-EE694AD00655"
std::string new_request_id(Random& random);

class Acs3Gate {
 public:
  // `clock` and `random` must outlive it.
  Acs3Gate(std::string key_id, SecretBytes secret, std::string version, std::set<std::string> actions,
           const Clock& clock, Random& random);

  // What the request has done wrong, or nothing when it is signed as it has to be and comes for the first time. May be
  // called from several threads.
  std::optional<net::Response> refuse(const net::Request& request);

 private:
  std::optional<net::Response> refuse_signature(const net::Request& request, const std::string& host);
  std::optional<net::Response> refuse_time(const net::Request& request, const std::string& host);
  net::Response error(int status, std::string_view code, std::string_view message, const std::string& host);

  std::string key_id_;
  SecretBytes secret_;
  std::string version_;
  std::set<std::string> actions_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::set<std::string> nonces_;
  std::deque<std::pair<Instant, std::string>> nonce_ages_;
};

}  // namespace yinxin::outside::aliyun
