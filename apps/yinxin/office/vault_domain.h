#pragma once
// The vault as a domain: the issuing CA and the roles CA's list, revocations, permits, its journal and its book. It
// asks the key centre, the PIN domain and the seal maker, and is asked by nobody but through VaultDoors.

#include <atomic>

#include "audit/log.h"
#include "pki/ocsp/status_feeder.h"
#include "pki/revocation/revocations.h"
#include "store/vault/vault_book_store.h"
#include "store/vault/vault_store.h"
#include "yinxin/office/domain.h"
#include "yinxin/office/doors.h"
#include "yinxin/office/lines.h"
#include "yinxin/office/settings.h"
#include "yinxin/office/vault_doors.h"

namespace yinxin::office {

// How long an order to the key centre is one process's own before another may take it up.
constexpr std::chrono::minutes discard_lease{5};

// A file of `folder`/public that everybody may read: "root.cer", "issuing.crl" …; not_found for anything else.
Result<Bytes> published_file(const std::string& folder, std::string_view name);
// The roles CA's list as it is published; corrupt when it is not the one that was signed.
Result<x509::CertificateList> published_roles_list(const std::string& folder, const x509::Certificate& roles);

class VaultDomain final : public VaultDoors {
 public:
  struct Authorities {
    x509::Certificate issuing, roles;
  };
  // `settings` and `profiles` outlive it. After this: status, lists and revocations.
  static Result<std::unique_ptr<VaultDomain>> open(const DomainPlace& place, const Settings& settings,
                                                   const pki::ProfileSet& profiles, Authorities authorities);
  // And now it can make certificates, too. `pin` and `seals` outlive it; without a key centre it only has its book.
  Result<void> begin_making(KeyDoors* centre, PinDoors& pin, pki::SealWorkshop& seals);

  Result<pki::Vault::Permitted> permit(const trust::Bundle& bundle, std::int64_t line, const std::string& device,
                                       const x509::Certificate& station, const x509::Certificate& officer) override;
  Result<void> issue(const trust::Bundle& bundle, const trust::KeyingBundle& keying) override;
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView picture) override;
  Result<void> hear_written(const crypto::Digest& second_approval, std::int64_t line, BytesView word) override;
  Result<void> hear_activated(const crypto::Digest& second_approval, std::int64_t line, BytesView word) override;
  Result<std::size_t> give_up_held(const std::string& case_id, Instant before, const std::string& why) override;
  Result<std::optional<pki::IssuedLine>> find_issued(const crypto::Digest& second_approval, std::int64_t line) override;
  Result<std::optional<pki::IssuedLine>> find_issued_on(const std::string& device) override;
  Result<std::vector<pki::ActivatedLine>> activated(std::int64_t after, std::size_t limit) override;
  Result<std::vector<Bytes>> manifests() override;

  // A full list of now for "issuing" or "roles", published under public/; not_found for another name.
  Result<x509::CertificateList> publish_list(std::string_view issuer);
  // The list that officers' certificates are held against: published anew when it is due, never older than the status.
  Result<x509::CertificateList> current_roles_list();
  // Publishes every list whose time has come, or whose status has changed; how many.
  Result<std::size_t> publish_due_lists();
  // Burns, tells, gives up, retires: what a crash or the clock left to do. Lines given up.
  Result<std::size_t> resume();
  // precondition when the office has no key centre (its ceremony had no custodians), or it was not opened for making.
  Result<pki::Vault*> vault();
  pki::VaultBook& book() { return *book_; }
  audit::Recorder& audit() { return *domain_.audit; }
  [[nodiscard]] audit::Head audit_head() const { return domain_.audit->head(); }
  // Brings whoever answers for the status to its end; from any thread.
  Result<void> feed(pki::StatusDoors& doors);
  // Whether there is news of the status since this was asked last: it is time to feed.
  bool take_status_news() { return has_news_.exchange(false); }
  [[nodiscard]] const x509::Certificate& certificate() const { return certificate_; }
  [[nodiscard]] const x509::Certificate& permit_certificate() const { return permit_certificate_; }

 private:
  VaultDomain(Domain domain, const DomainPlace& place, const Settings& settings, const pki::ProfileSet& profiles)
      : domain_(std::move(domain)),
        folder_(place.folder),
        random_(place.random),
        clock_(place.clock),
        settings_(settings),
        profiles_(profiles) {}
  Result<void> open_status();
  Result<void> retire_burned_keys();

  Domain domain_;
  std::string folder_;
  Random* random_;
  const Clock* clock_;
  const Settings& settings_;
  const pki::ProfileSet& profiles_;
  x509::Certificate issuing_, roles_, certificate_, permit_certificate_;
  std::unique_ptr<store::vault::VaultStore> journal_;
  std::unique_ptr<store::vault::VaultBookStore> book_;
  std::shared_ptr<crypto::SoftSigner> issuing_key_, roles_key_, vault_key_, permit_key_;
  std::unique_ptr<pki::HeadFolder> heads_;
  std::unique_ptr<pki::HeadSigner> issuing_head_, roles_head_;
  std::unique_ptr<pki::StatusFeeder> feeder_;
  std::mutex feeding_;
  std::atomic<bool> has_news_{false};
  std::unique_ptr<pki::Revocations> revocations_;
  std::unique_ptr<pki::CrlPublisher> issuing_lists_, roles_lists_;
  std::unique_ptr<KeyCentreLine> centre_line_;
  std::unique_ptr<PinLine> pin_line_;
  std::optional<pki::CertificateAuthority> authority_;
  std::optional<pki::Vault> vault_;
};

}  // namespace yinxin::office
