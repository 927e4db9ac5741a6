#pragma once
// How often a key with random nonces was used. Random 96-bit nonces allow 2^32 uses of one key (NIST SP 800-38D, 8.3).

#include <map>
#include <memory>
#include <mutex>

#include "store/engine.h"

namespace yinxin::store {

constexpr std::uint64_t max_uses_per_key = std::uint64_t{1} << 32;

class KeyUse {
 public:
  virtual ~KeyUse() = default;
  // One more use. expired when the key has had its share: rotate.
  virtual Result<void> take(std::uint32_t key_id) = 0;
};

// Reserves uses in the store in blocks, ahead of need, so that a restart or a crash can only count too many, never too
// few. When half a block is left the next is reserved behind the running group.
class StoredKeyUse final : public KeyUse {
 public:
  // Reserves the first block for each key. The engine must outlive it.
  static Result<std::unique_ptr<StoredKeyUse>> open(Engine& engine, const std::vector<std::uint32_t>& key_ids,
                                                    std::uint64_t block = default_block,
                                                    std::uint64_t limit = max_uses_per_key);
  // not_found for a key that was not named at open; conflict in the rare case that a block is used up before the next
  // one is on the disk: try again.
  Result<void> take(std::uint32_t key_id) override;

  static constexpr std::uint64_t default_block = std::uint64_t{1} << 20;

 private:
  struct Allowance {
    std::uint64_t left = 0;
    bool asked = false;
    bool spent = false;
  };
  // Outlives this object while a reservation is under way.
  struct Shared {
    std::mutex mutex;
    std::map<std::uint32_t, Allowance> keys;
  };
  StoredKeyUse(Engine& engine, std::uint64_t block, std::uint64_t limit)
      : engine_(engine), block_(block), limit_(limit), shared_(std::make_shared<Shared>()) {}
  static Result<void> reserve(Transaction& transaction, std::uint32_t key_id, std::uint64_t block, std::uint64_t limit);

  Engine& engine_;
  const std::uint64_t block_;
  const std::uint64_t limit_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace yinxin::store
