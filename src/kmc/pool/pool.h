#pragma once
// The pool of key pairs made ahead of need, each sealed at rest to its row.

#include "kmc/parts.h"

namespace yinxin::kmc {

struct PoolLevels {
  std::size_t low_water = 100;  // refill when fewer
  std::size_t target = 200;     // two days' need
};
constexpr std::size_t max_pool_size = 100'000;
// Made in one call and one transaction, so that a refill never holds up a hand-over for long.
constexpr std::size_t max_refill_at_once = 64;

class Pool {
 public:
  Pool(Parts parts, PoolLevels levels);

  [[nodiscard]] Result<bool> is_low();
  // The job: up to 64 new pairs towards the target; how many were made. Call again until it is 0.
  Result<std::size_t> refill();
  // One pair, whatever the level is: a hand-over met an empty pool.
  Result<void> make_one();
  // After the pool key was rotated: spares under older keys are overwritten and never handed over, reserved keys are
  // sealed again. Then the old key can be forgotten. How many spares were destroyed.
  Result<std::size_t> leave_old_keys();
  // After a restore (trust.md 5): a spare from a backup may have been handed over since.
  Result<std::size_t> destroy();

  // The pool copy of `key`; corrupt when it does not belong to this row and public key.
  [[nodiscard]] Result<crypto::Sm2PrivateKey> open(const StoredKey& key) const;

 private:
  Result<void> make(std::size_t count);
  Parts parts_;
  PoolLevels levels_;
};

}  // namespace yinxin::kmc
