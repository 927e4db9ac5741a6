#pragma once
// The vault's book on the same engine as the journal.

#include "pki/vault/vault_book.h"
#include "store/engine.h"
#include "store/vault/vault_schema.h"

namespace yinxin::store::vault {

class VaultBookStore final : public pki::VaultBook {
 public:
  // The engine is opened with domain "vault" and migrations(), and must outlive it.
  explicit VaultBookStore(Engine& engine) : engine_(&engine) {}

  Result<void> adopt(const trust::AdoptedManifest& manifest, BytesView signed_manifest, Instant at) override;
  Result<std::vector<pki::Digest>> manifests() override;
  Result<Bytes> manifest(const pki::Digest& hash) override;
  Result<void> register_device(const pki::Device& device) override;
  Result<std::optional<pki::Device>> find_device(std::string_view serial) override;
  Result<void> quarantine(std::string_view serial) override;
  Result<void> store_permit(const pki::StoredPermit& permit, Instant now) override;
  Result<std::optional<pki::StoredPermit>> find_permit(const pki::Digest& second_approval, std::int64_t line,
                                                       Instant now) override;
  Result<void> store_issued(const pki::IssuedLine& line) override;
  Result<std::optional<pki::IssuedLine>> find_issued(const pki::Digest& second_approval, std::int64_t line) override;
  Result<std::optional<pki::IssuedLine>> find_issued_on(std::string_view device) override;
  Result<void> store_seal(std::int64_t id, BytesView seal) override;
  Result<void> store_written(std::int64_t id, BytesView written) override;
  Result<void> store_activated(std::int64_t id, BytesView activated) override;
  Result<void> give_up(std::int64_t id) override;
  Result<void> note_pin_told(std::int64_t id, std::int64_t told) override;
  Result<std::vector<pki::IssuedLine>> untold() override;
  Result<std::vector<pki::ActivatedLine>> activated(std::int64_t after, std::size_t limit) override;
  Result<std::vector<pki::IssuedLine>> unwritten(Instant before) override;
  Result<std::vector<pki::IssuedLine>> held(const std::string& case_id, Instant before) override;

 private:
  Result<void> set_once(std::int64_t id, std::string_view column, BytesView value);
  Engine* engine_;
};

}  // namespace yinxin::store::vault
