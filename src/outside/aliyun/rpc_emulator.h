#pragma once
// What the emulators of Alibaba Cloud's products have in common: one address for all actions, the signature's gate, and
// the faults that an answer can have.

#include "outside/aliyun/acs3_gate.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside::aliyun {

struct RpcKey {
  std::string id;
  SecretBytes secret;
};

// 200, or another status, with a JSON text.
net::Response json_response(std::string_view text, int status = 200);

// Its faults' operations are the actions' names. bad_signature: these products do not sign their answers, so the
// deed is done and the answer is cut short.
class RpcEmulator : public Emulator {
 public:
  void add_routes(net::Router& router) final;
  [[nodiscard]] FaultPlan& faults() { return faults_; }

 protected:
  using Parameters = std::map<std::string, std::string>;

  RpcEmulator(RpcKey key, std::string version, std::set<std::string> actions, const Clock& clock, Random& random);

  struct Asked {
    std::string action;
    Parameters parameters;
    BytesView body;
    std::string host;  // as the customer calls us
  };
  // The request has passed the gate.
  virtual net::Response perform(const Asked& asked) = 0;
  // How the product says no to this action.
  virtual net::Response decline(const std::string& action) = 0;
  virtual void add_admin_routes(net::Router& router) = 0;
  [[nodiscard]] virtual std::size_t max_body_bytes() const { return 0; }

  [[nodiscard]] std::string request_id() const { return new_request_id(random_); }
  [[nodiscard]] Instant now() const { return clock_.now(); }
  [[nodiscard]] Random& random() const { return random_; }

 private:
  net::Response answer(const net::Request& request);

  Acs3Gate gate_;
  const Clock& clock_;
  Random& random_;
  FaultPlan faults_;
};

}  // namespace yinxin::outside::aliyun
