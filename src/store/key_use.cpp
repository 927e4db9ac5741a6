#include "store/key_use.h"

namespace yinxin::store {

Result<void> StoredKeyUse::reserve(Transaction& transaction, std::uint32_t key_id, std::uint64_t block,
                                   std::uint64_t limit) {
  YX_CHECK(transaction.run("INSERT INTO key_use(key_id, reserved) VALUES(?1, 0) ON CONFLICT DO NOTHING", key_id));
  YX_CHECK(transaction.run("UPDATE key_use SET reserved=reserved+?2 WHERE key_id=?1 AND reserved+?2<=?3", key_id,
                           static_cast<std::int64_t>(block), static_cast<std::int64_t>(limit)));
  if (transaction.changes() != 1) {
    return fail(ErrorCode::expired, "key " + std::to_string(key_id) + " has been used as often as it may: rotate it");
  }
  return {};
}

Result<std::unique_ptr<StoredKeyUse>> StoredKeyUse::open(Engine& engine, const std::vector<std::uint32_t>& key_ids,
                                                         std::uint64_t block, std::uint64_t limit) {
  ensure(block > 0 && limit <= max_uses_per_key, "a block holds a use, and no key more than max_uses_per_key");
  std::unique_ptr<StoredKeyUse> use(new StoredKeyUse(engine, block, limit));
  for (const auto key_id : key_ids) {
    auto reserved = engine.write([&](Transaction& t) { return reserve(t, key_id, block, limit); });
    if (!reserved && reserved.error().code != ErrorCode::expired) {
      return std::move(reserved).error();
    }
    // A spent key still decrypts; only take() refuses.
    use->shared_->keys[key_id] = {reserved ? block : 0, false, !reserved};
  }
  return use;
}

Result<void> StoredKeyUse::take(std::uint32_t key_id) {
  {
    const std::scoped_lock lock(shared_->mutex);
    const auto found = shared_->keys.find(key_id);
    if (found == shared_->keys.end()) {
      return fail(ErrorCode::not_found, "key use: no such key");
    }
    auto& key = found->second;
    if (key.left == 0) {
      return key.spent ? fail(ErrorCode::expired, "key use: the key has had its share: rotate it")
                       : fail(ErrorCode::conflict, "key use: the next block is not reserved yet");
    }
    --key.left;
    if (key.left > block_ / 2 || key.asked || key.spent) {
      return {};
    }
    key.asked = true;
  }
  // Not waited for: we may be inside a unit of work ourselves.
  engine_.submit([key_id, block = block_, limit = limit_](Transaction& t) { return reserve(t, key_id, block, limit); },
                 [shared = shared_, key_id, block = block_](const Result<void>& reserved) {
                   const std::scoped_lock lock(shared->mutex);
                   auto& key = shared->keys[key_id];
                   key.asked = false;
                   key.left += reserved ? block : 0;
                   key.spent = !reserved && reserved.error().code == ErrorCode::expired;
                 });
  return {};
}

}  // namespace yinxin::store
