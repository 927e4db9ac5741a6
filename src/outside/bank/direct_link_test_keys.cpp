#include "outside/bank/direct_link_test_keys.h"

namespace yinxin::outside {

DirectLinkTestKeys make_direct_link_test_keys(Random& random) {
  const auto user = crypto::Sm2PrivateKey::generate(random);
  const auto bank = crypto::Sm2PrivateKey::generate(random);
  constexpr std::uint64_t nine_digits = 1'000'000'000;
  const auto digits = [&] { return std::to_string(nine_digits + random.below(nine_digits)).substr(1); };
  return {.user = "N" + digits(),
          .user_key = user.scalar().clone(),
          .user_public = to_bytes(user.public_key().point()),
          .bank_key = bank.scalar().clone(),
          .bank_public = to_bytes(bank.public_key().point()),
          .transport_key = random.secret(16),
          .account = "755" + digits() + "501",
          .branch = "75",
          .pay_mode = "S1051"};
}

DirectLinkOptions adapter_options(const DirectLinkTestKeys& keys, net::ClientOptions host) {
  return {.host = std::move(host),
          .user = keys.user,
          .user_key = keys.user_key.clone(),
          .bank_key = keys.bank_public,
          .transport_key = keys.transport_key.clone(),
          .account = keys.account,
          .branch = keys.branch,
          .pay_mode = keys.pay_mode};
}

DirectLinkEmulatorOptions emulator_options(const DirectLinkTestKeys& keys) {
  return {.user = keys.user,
          .user_key = keys.user_public,
          .bank_key = keys.bank_key.clone(),
          .transport_key = keys.transport_key.clone(),
          .account = keys.account,
          .branch = keys.branch,
          .pay_mode = keys.pay_mode};
}

}  // namespace yinxin::outside
