#pragma once
// Requests to Alibaba Cloud's RPC-style products under its signature method V3, ACS3-HMAC-SHA256.

#include <map>

#include "base/clock.h"
#include "base/random.h"
#include "net/client.h"
#include "outside/json.h"

namespace yinxin::outside::aliyun {

struct AccessKey {
  std::string id;
  SecretBytes secret;
};

struct Call {
  std::string action;
  std::string version;
  std::map<std::string, std::string> query;  // the action's parameters
  std::string content_type{};                // of the body; empty without one
  Bytes body{};
};

// `host`: what is sent as Host. The target is "/" and the sorted query, percent-encoded as it was signed.
// CanonicalRequest = METHOD \n URI \n query \n *( name ":" value \n ) \n names joined by ";" \n hex(SHA-256(body))
// Signature        = hex(HMAC-SHA256(secret, "ACS3-HMAC-SHA256" \n hex(SHA-256(CanonicalRequest))))
net::ClientRequest sign(const AccessKey& key, std::string_view host, const Call& call, Instant at,
                        const std::string& nonce);

struct Answer {
  Bytes raw;
  Json body;
};

class Acs3Client {
 public:
  // `clock` and `random` must outlive the client, and be usable from several threads if it is.
  Acs3Client(net::ClientOptions place, AccessKey key, const Clock& clock, Random& random)
      : place_(std::move(place)), client_(place_), key_(std::move(key)), clock_(&clock), random_(&random) {}

  // An answer of status 200; the product's own Code in it is the caller's to read. outside_unreachable,
  // outside_uncertain (also for every 5xx: a gateway does not say what became of the request), declined_by_outside
  // (detail: the code of a 4xx), corrupt (no JSON object), invalid_input (the target would be too long).
  Result<Answer> call(const Call& call) const;

 private:
  net::ClientOptions place_;
  net::Client client_;
  AccessKey key_;
  const Clock* clock_;
  Random* random_;
};

}  // namespace yinxin::outside::aliyun
