#pragma once
// The hall as the holder's own machine sees it when a token is taken over.

#include "agent/remote.h"
#include "crypto/sm3.h"
#include "pin/messages.h"

namespace yinxin::agent {

struct Opened {
  std::string line;
  Bytes door;  // certificates
  Bytes pin_domain;
  std::optional<crypto::Digest> seal_hash;
};

class HallClient {
 public:
  explicit HallClient(Remote remote) : remote_(std::move(remote)) {}
  // not_found for a token that does not wait for its holder.
  Result<Opened> begin(const std::string& device_serial, BytesView certificate_serial) const;
  // Has a code sent to the requester of this token's case; its challenge. The hall says the same when `mobile` is
  // another number, and nothing comes then.
  Result<pin::MessageId> send_code(const std::string& device_serial, BytesView certificate_serial,
                                   const std::string& mobile) const;
  Result<Bytes> activate(BytesView activation) const;
  // The seal made for the holder, if there is one.
  Result<std::optional<Bytes>> confirm(BytesView activated) const;

 private:
  Result<net::Response> post(const std::string& path, std::string type, Bytes body) const;
  Remote remote_;
};

}  // namespace yinxin::agent
