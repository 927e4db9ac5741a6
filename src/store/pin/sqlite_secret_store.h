#pragma once
// pin's store on SQLite: pin::SecretStore over the domain's engine.

#include "pin/secret_store.h"
#include "store/engine.h"

namespace yinxin::store {

// For Engine::open of domain "pin".
Migrations pin_migrations();

class SqliteSecretStore final : public pin::SecretStore {
 public:
  // The engine was opened with pin_migrations() and outlives this.
  explicit SqliteSecretStore(Engine& engine) : engine_(engine) {}
  Result<pin::LineRecord> line(const std::string& line) override;
  Result<pin::DeviceRecord> device(const std::string& device) override;
  Result<std::optional<pin::Answered>> answered(const pin::MessageId& message) override;
  Result<void> save(const pin::Change& change, Instant now) override;

 private:
  Engine& engine_;
};

}  // namespace yinxin::store
