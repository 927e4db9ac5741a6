#pragma once
// The desk's store on SQLite: hall::CaseStore over the domain's engine, a field cipher for all that is personal, and a
// folder of encrypted files for the materials.

#include "hall/desk/case_store.h"
#include "store/blob_store.h"
#include "store/desk/desk_schema.h"
#include "store/engine.h"
#include "store/field_cipher.h"

namespace yinxin::store {

class SqliteCaseStore final : public hall::CaseStore {
 public:
  // The engine was opened with desk_migrations(); all three outlive this.
  SqliteCaseStore(Engine& engine, const FieldCipher& cipher, const BlobStore& blobs)
      : engine_(engine), cipher_(cipher), blobs_(blobs) {}

  Result<hall::CaseRecord> load(const std::string& id) override;
  // Materials are on the disk before the transaction names them; a crash in between leaves files that no row names.
  Result<void> save(const hall::CaseChange& change) override;
  Result<Bytes> paper(const std::string& id, const hall::PaperMention& mention) override;
  Result<Bytes> material(const std::string& id, std::int64_t revision, const std::string& slot,
                         bool rendition) override;
  Result<std::vector<hall::CaseSummary>> list(std::size_t limit, hall::CaseOrder order) override;
  Result<std::vector<hall::CaseSummary>> changed_after(Instant at, const std::string& id, std::size_t limit) override;
  Result<std::vector<hall::CaseSummary>> list_of_unit(const std::string& uscc, std::size_t limit) override;
  Result<std::vector<hall::MachineCheck>> checks(const std::string& id, std::int64_t revision) override;
  Result<std::vector<std::string>> ripe(Instant now, std::size_t limit) override;
  Result<std::vector<hall::CaseEventRecord>> timeline(const std::string& id) override;

 private:
  // What is sealed and put away before the transaction begins.
  struct Prepared;
  Result<Prepared> prepare(const hall::CaseChange& change) const;
  Result<void> write_submission(Transaction& t, const hall::CaseChange& change, const Prepared& prepared) const;
  Result<void> write_beside(Transaction& t, const hall::CaseChange& change, const Prepared& prepared) const;
  Result<std::vector<hall::CaseSummary>> summaries(sqlite::Rows rows) const;

  Engine& engine_;
  const FieldCipher& cipher_;
  const BlobStore& blobs_;
};

}  // namespace yinxin::store
