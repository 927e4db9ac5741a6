#pragma once
// The key management centre's store on SQLite: kmc::KeyStore over the domain's engine.

#include "kmc/key_store.h"
#include "store/engine.h"

namespace yinxin::store {

// For Engine::open of domain "kmc".
Migrations kmc_migrations();

class SqliteKeyStore final : public kmc::KeyStore {
 public:
  // The engine was opened with kmc_migrations() and outlives this.
  explicit SqliteKeyStore(Engine& engine) : engine_(engine) {}

  Result<void> add_spares(const std::vector<kmc::SpareKey>& keys, Instant now) override;
  Result<std::size_t> count_spares() override;
  Result<kmc::StoredKey> reserve(const kmc::Assignment& assignment, Instant now) override;
  Result<Bytes> hand_over(const kmc::KeyId& id, const kmc::RequestId& escrow, BytesView escrowed, BytesView answer,
                          Instant now) override;
  Result<kmc::StoredKey> find(const kmc::KeyName& name) override;
  Result<void> retire(const kmc::KeyName& name, kmc::RetireReason reason, Instant at) override;
  Result<std::size_t> destroy_spares(std::optional<std::uint32_t> except_sealed_under, Instant now) override;
  Result<std::vector<kmc::StoredKey>> reserved_not_under(std::uint32_t sealing_key) override;
  Result<void> reseal(const kmc::KeyId& id, BytesView sealed_private, std::uint32_t sealing_key) override;
  Result<kmc::StoredRecovery> open_recovery(const kmc::StoredRecovery& recovery, Instant now) override;
  Result<kmc::StoredRecovery> find_recovery(const kmc::RequestId& session) override;
  Result<void> note_custodian(const kmc::RequestId& session, const crypto::Digest& certificate, Instant now) override;
  Result<void> finish_recovery(const kmc::RequestId& session, BytesView answer, Instant now) override;

 private:
  Engine& engine_;
};

}  // namespace yinxin::store
