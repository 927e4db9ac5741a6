#pragma once
// The CA's journal on the vault's engine, and the time stamping authority's counter on its own. Kill points are the
// engine's: "vault.commit.before" and ".after" around each step.

#include "pki/ca/journal.h"
#include "pki/tsa/time_stamps.h"
#include "store/vault/vault_schema.h"
#include "store/work_queue.h"

namespace yinxin::store::vault {

// Kinds of outbox items. Payloads: a certificate; a CRL; SEQUENCE { issuer, serial } of an encryption certificate that
// will not come to be, or was revoked.
constexpr std::string_view publish_certificate = "pki.publish";
constexpr std::string_view publish_crl = "pki.publish_crl";
constexpr std::string_view discard_key = "kmc.discard";

class VaultStore final : public pki::Journal {
 public:
  // The engine is opened with domain "vault" and migrations(), and must outlive it.
  explicit VaultStore(Engine& engine) : engine_(&engine), outbox_(WorkQueue::outbox(engine.clock())) {}

  Result<std::vector<Result<pki::Begun>>> begin(std::span<const pki::Issuance> fresh) override;
  Result<void> prepare(std::span<const pki::Issuance> prepared) override;
  Result<void> complete(std::span<const pki::Completion> completions) override;
  Result<void> burn(std::span<const std::int64_t> ids, Instant at) override;
  Result<std::vector<pki::Issuance>> dangling(const pki::IssuerId& issuer) override;
  Result<std::optional<pki::Issuance>> find_live(const pki::Digest& order) override;
  Result<pki::CertificateRecord> find_certificate(const pki::IssuerId& issuer, BytesView serial) override;
  Result<bool> is_key_known(const pki::Digest& key_hash) override;
  Result<std::size_t> change_status(const pki::IssuerId& issuer, std::span<const pki::StatusChange> changes) override;
  Result<std::vector<pki::StatusRow>> status_rows(const pki::IssuerId& issuer, std::int64_t sequence,
                                                  std::size_t limit) override;
  Result<std::int64_t> next_crl_number(const pki::IssuerId& issuer) override;
  Result<void> store_crl(const pki::IssuerId& issuer, const pki::StoredCrl& crl) override;
  Result<std::optional<pki::StoredCrl>> latest_crl(const pki::IssuerId& issuer) override;
  Result<bool> is_ceremony_closed() override;
  Result<void> close_ceremony(Instant at) override;

 private:
  Result<void> complete_one(Transaction& transaction, const pki::Completion& completion) const;
  Result<void> let_key_centre_know(Transaction& t, const pki::IssuerId& issuer, BytesView serial) const;
  Result<void> burn_one(Transaction& transaction, std::int64_t id, Instant at) const;
  Engine* engine_;
  WorkQueue outbox_;
};

class TsaStore final : public pki::TimeStampJournal {
 public:
  // The engine is opened with domain "tsa" and tsa_migrations(), and must outlive it.
  explicit TsaStore(Engine& engine) : engine_(&engine) {}
  Result<pki::TimeStampTurn> next(Instant now, std::chrono::milliseconds tolerated_step_back) override;

 private:
  Engine* engine_;
};

}  // namespace yinxin::store::vault
