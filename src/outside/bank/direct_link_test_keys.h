#pragma once
// A customer of a bank that exists nowhere, with the keys of both sides; bytes, so that adapter and emulator may be in
// two processes.

#include "outside/bank/direct_link.h"
#include "outside/bank/direct_link_emulator.h"

namespace yinxin::outside {

struct DirectLinkTestKeys {
  std::string user;
  SecretBytes user_key;  // SM2 scalar
  Bytes user_public;     // SM2 point
  SecretBytes bank_key;
  Bytes bank_public;
  SecretBytes transport_key;  // SM4
  std::string account;
  std::string branch;
  std::string pay_mode;
};

DirectLinkTestKeys make_direct_link_test_keys(Random& random);
DirectLinkOptions adapter_options(const DirectLinkTestKeys& keys, net::ClientOptions host);
DirectLinkEmulatorOptions emulator_options(const DirectLinkTestKeys& keys);

}  // namespace yinxin::outside
