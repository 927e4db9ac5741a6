#pragma once
// What desk and street may want of the vault, wherever it stands: in this process (vault_domain.h), or in one of its
// own that comes and fetches what is wanted (remote_vault.h). It judges every word by itself; each may be said again.

#include "pki/vault/vault.h"

namespace yinxin::office {

class VaultDoors {
 public:
  virtual ~VaultDoors() = default;
  // As pki::Vault's of the same names.
  virtual Result<pki::Vault::Permitted> permit(const trust::Bundle& bundle, std::int64_t line,
                                               const std::string& device, const x509::Certificate& station,
                                               const x509::Certificate& officer) = 0;
  // The lists that follow from it are published before it answers.
  virtual Result<void> issue(const trust::Bundle& bundle, const trust::KeyingBundle& keying) = 0;
  virtual Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView picture) = 0;
  virtual Result<void> hear_written(const crypto::Digest& second_approval, std::int64_t line, BytesView word) = 0;
  virtual Result<void> hear_activated(const crypto::Digest& second_approval, std::int64_t line, BytesView word) = 0;
  virtual Result<std::size_t> give_up_held(const std::string& case_id, Instant before, const std::string& why) = 0;
  // As pki::VaultBook's.
  virtual Result<std::optional<pki::IssuedLine>> find_issued(const crypto::Digest& second_approval,
                                                             std::int64_t line) = 0;
  virtual Result<std::optional<pki::IssuedLine>> find_issued_on(const std::string& device) = 0;
  virtual Result<std::vector<pki::ActivatedLine>> activated(std::int64_t after, std::size_t limit) = 0;
  // The manifests in force, as two administrators signed them.
  virtual Result<std::vector<Bytes>> manifests() = 0;
};

}  // namespace yinxin::office
