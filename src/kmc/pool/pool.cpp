#include "kmc/pool/pool.h"

namespace yinxin::kmc {
namespace {

std::string purpose_of(const KeyId& id, BytesView public_key) {
  return "kmc.pool/" + to_hex(id) + "/" + to_hex(public_key);
}

audit::Deed deed(std::string action, std::string object, std::string result) {
  return {"kmc", "kmc", std::move(action), std::move(object), std::move(result)};
}

}  // namespace

Pool::Pool(Parts parts, PoolLevels levels) : parts_(parts), levels_(levels) {
  ensure(levels.low_water <= levels.target && levels.target <= max_pool_size, "pool levels are in order");
}

Result<bool> Pool::is_low() {
  YX_TRY(const std::size_t spares, parts_.store.count_spares());
  return spares < levels_.low_water;
}

Result<std::size_t> Pool::refill() {
  YX_TRY(const std::size_t spares, parts_.store.count_spares());
  if (spares >= levels_.target) {
    return std::size_t{0};
  }
  const std::size_t count = std::min(levels_.target - spares, max_refill_at_once);
  YX_CHECK(make(count));
  return count;
}

Result<void> Pool::make_one() { return make(1); }

Result<void> Pool::make(std::size_t count) {
  YX_CHECK(parts_.audit.record(deed("key.generate", std::to_string(count) + " spare keys", "intended")));
  std::vector<SpareKey> made;
  for (std::size_t n = 0; n < count; ++n) {
    const auto key = crypto::Sm2PrivateKey::generate(parts_.random);
    SpareKey spare;
    parts_.random.fill(spare.id);
    spare.public_key = to_bytes(key.public_key().point());
    YX_TRY(const crypto::WrappedKey sealed,
           parts_.pool_keys.wrap(purpose_of(spare.id, spare.public_key), key.scalar().expose(), parts_.random));
    spare.sealed_private = sealed.to_der();
    spare.sealing_key = sealed.key_id;
    made.push_back(std::move(spare));
  }
  return parts_.store.add_spares(made, parts_.clock.now());
}

Result<std::size_t> Pool::leave_old_keys() {
  const std::uint32_t current = parts_.pool_keys.current();
  YX_CHECK(
      parts_.audit.record(deed("key.destroy", "spare keys not under pool key " + std::to_string(current), "intended")));
  YX_TRY(const std::size_t destroyed, parts_.store.destroy_spares(current, parts_.clock.now()));
  for (;;) {
    YX_TRY(const std::vector<StoredKey> reserved, parts_.store.reserved_not_under(current));
    if (reserved.empty()) {
      return destroyed;
    }
    for (const StoredKey& stored : reserved) {
      YX_TRY(const crypto::Sm2PrivateKey key, open(stored));
      YX_TRY(const crypto::WrappedKey sealed,
             parts_.pool_keys.wrap(purpose_of(stored.id, stored.public_key), key.scalar().expose(), parts_.random));
      // One that was handed over meanwhile needs no copy any more.
      if (auto done = parts_.store.reseal(stored.id, sealed.to_der(), sealed.key_id);
          !done && done.error().code != ErrorCode::wrong_state) {
        return done.error();
      }
    }
  }
}

Result<std::size_t> Pool::destroy() {
  YX_CHECK(parts_.audit.record(deed("key.destroy", "all spare keys", "intended")));
  return parts_.store.destroy_spares(std::nullopt, parts_.clock.now());
}

Result<crypto::Sm2PrivateKey> Pool::open(const StoredKey& stored) const {
  YX_TRY(const crypto::WrappedKey sealed, crypto::WrappedKey::parse(stored.sealed_private));
  YX_TRY(SecretBytes scalar, parts_.pool_keys.unwrap(purpose_of(stored.id, stored.public_key), sealed));
  YX_TRY(crypto::Sm2PrivateKey key, crypto::Sm2PrivateKey::from_scalar(std::move(scalar)));
  if (!same(key.public_key().point(), stored.public_key)) {
    return fail(ErrorCode::corrupt, "a pool key does not belong to its public key");
  }
  return key;
}

}  // namespace yinxin::kmc
