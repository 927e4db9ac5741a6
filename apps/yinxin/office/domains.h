#pragma once
// The domains beside the vault, each with its own chest, store and audit writer. In one process they are objects that
// hear messages; every one of them is made of its own folder alone.

#include <filesystem>

#include "audit/log.h"
#include "base/clock.h"
#include "hall/desk/desk.h"
#include "kmc/hand_over.h"
#include "kmc/recovery/recovery.h"
#include "pin/service.h"
#include "pki/profile/profile.h"
#include "pki/vault/neighbours.h"
#include "seal/seal_maker.h"
#include "store/desk/sqlite_case_store.h"
#include "store/kmc/sqlite_key_store.h"
#include "store/pin/sqlite_secret_store.h"
#include "store/work_queue.h"
#include "yinxin/office/domain.h"
#include "yinxin/office/doors.h"

namespace yinxin::office {

class KeyCentre final : public KeyDoors {
 public:
  static Result<std::unique_ptr<KeyCentre>> open(const DomainPlace& place, x509::Certificate vault);
  Result<Bytes> hand_over(BytesView request) override { return hand_over_->hand_over(request); }
  Result<Bytes> retire(BytesView retirement) override;
  Result<void> work() override;
  [[nodiscard]] const x509::Certificate& certificate() const override { return certificate_; }
  audit::Recorder& audit() { return *domain_.audit; }

 private:
  explicit KeyCentre(Domain domain) : domain_(std::move(domain)) {}
  Domain domain_;
  x509::Certificate certificate_;
  std::shared_ptr<crypto::SoftSigner> signer_;
  std::unique_ptr<store::SqliteKeyStore> keys_;
  std::unique_ptr<kmc::Pool> pool_;
  std::unique_ptr<kmc::HandOver> hand_over_;
};

class PinDomain final : public PinDoors {
 public:
  static Result<std::unique_ptr<PinDomain>> open(const DomainPlace& place, x509::Certificate vault,
                                                 x509::Certificate outside, std::vector<crypto::Sm2PublicKey> adapters);
  Result<Bytes> order(BytesView message) override { return service_->order(message); }
  Result<Bytes> activate(BytesView activation) override { return service_->activate(activation); }
  [[nodiscard]] const x509::Certificate& certificate() const override { return certificate_; }
  [[nodiscard]] const x509::Certificate& door() const override { return door_certificate_; }
  audit::Recorder& audit() { return *domain_.audit; }

 private:
  explicit PinDomain(Domain domain) : domain_(std::move(domain)) {}
  Domain domain_;
  x509::Certificate certificate_, door_certificate_;
  std::shared_ptr<crypto::SoftSigner> signer_, door_;
  std::unique_ptr<store::SqliteSecretStore> secrets_;
  std::unique_ptr<pin::Service> service_;
};

// The seal maker judges the bundle by itself: approvals, manifest, the vault's receipt, the picture.
class SealDomain final : public pki::SealWorkshop {
 public:
  struct Believes {
    x509::Certificate roles_ca;
    x509::Certificate permit;
    crypto::Digest ca_key_hash{};
    pki::Surroundings around;
    const pki::ProfileSet* profiles = nullptr;
    std::function<Result<x509::CertificateList>()> roles_list;
  };
  static Result<std::unique_ptr<SealDomain>> open(const DomainPlace& place, Believes believes);
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                          const x509::Certificate& owner, BytesView picture) override;
  [[nodiscard]] const x509::Certificate& certificate() const { return certificate_; }
  audit::Recorder& audit() { return *domain_.audit; }

 private:
  SealDomain(Domain domain, Believes believes) : domain_(std::move(domain)), believes_(std::move(believes)) {}
  [[nodiscard]] Result<trust::Checker> checker(const std::vector<crypto::Digest>& manifests) const;
  Domain domain_;
  Believes believes_;
  const Clock* clock_ = nullptr;
  Bytes roster_key_;
  x509::Certificate certificate_;
  std::shared_ptr<crypto::SoftSigner> signer_;
};

// Providers' answers become signed receipts; activation secrets leave by its channels: a letter, or the remark of a
// micro-deposit.
class OutsideDomain {
 public:
  using PinDoor = std::function<Result<Bytes>(BytesView)>;
  static Result<std::unique_ptr<OutsideDomain>> open(const DomainPlace& place);
  // Signs a receipt for a provider's answer, which is kept sealed beside it. Each question gets a receipt of its
  // own, whatever was answered before; conflict when the transaction stands for another application.
  Result<Bytes> receive(const trust::Evidence& told, BytesView answer);
  // The activation secret of a line, for one channel: "letter", or the deposit that it leaves with. The same channel
  // gets the same secret until it was delivered. `pin` is told when it was handed over, and when it is void.
  Result<SecretBytes> draw_secret(const std::string& line, const std::string& channel, const PinDoor& pin,
                                  const x509::Certificate& pin_certificate);
  Result<void> secret_delivered(const std::string& line, const std::string& channel, const PinDoor& pin);
  Result<void> void_secret(const std::string& line, const std::string& channel, const PinDoor& pin);
  // The code that proves the requester's telephone when a token is taken over: for one message to the number that the
  // desk names. too_many_requests as the PIN domain; wrong_state for a line that does not wait for its holder.
  struct DrawnCode {
    pin::MessageId challenge{};
    SecretBytes digits;
  };
  Result<DrawnCode> draw_code(const std::string& line, const std::string& device, const PinDoor& pin,
                              const x509::Certificate& pin_certificate);
  // Whom a face check was begun for: a transaction proves nothing about anybody else.
  Result<void> remember_face(const std::string& transaction, const crypto::Digest& person);
  Result<crypto::Digest> person_of_face(const std::string& transaction);  // not_found
  [[nodiscard]] const x509::Certificate& certificate() const { return certificate_; }
  [[nodiscard]] crypto::Sm2PublicKey letter_key() const { return letter_->public_key(); }
  audit::Recorder& audit() { return *domain_.audit; }

 private:
  explicit OutsideDomain(Domain domain, const DomainPlace& place)
      : domain_(std::move(domain)), random_(place.random), clock_(place.clock) {}
  Result<Bytes> order(const pin::Order& order) const;
  Result<pin::Secrets> drawn(const pin::Order& wish, const PinDoor& pin, const x509::Certificate& pin_certificate);
  Domain domain_;
  Random* random_;
  const Clock* clock_;
  x509::Certificate certificate_, evidence_certificate_;
  std::shared_ptr<crypto::SoftSigner> signer_, evidence_, letter_;
};

// The officers' side: cases, papers, materials.
class DeskDomain {
 public:
  static Result<std::unique_ptr<DeskDomain>> open(const DomainPlace& place, x509::Certificate roles_ca);
  hall::Desk& desk() { return *desk_; }
  audit::Recorder& audit() { return *domain_.audit; }
  // The end of its audit, whole as it was opened; and what stands in it now, from its end. From any thread.
  [[nodiscard]] const audit::Head& audit_at_start() const { return audit_at_start_; }
  [[nodiscard]] Result<audit::LookedBack> look_back(std::optional<std::uint64_t> before,
                                                    std::function<bool(const audit::Entry&)> wanted) const;

  // What the desk wants done elsewhere: messages to requesters, certificates that nobody shall ever use.
  struct Message {
    store::Claimed claimed;
    hall::DeskWork work;
  };
  Result<std::vector<Message>> claim_work(hall::IntentKind kind, std::size_t limit, std::chrono::milliseconds lease);
  // Done, or to be tried again later.
  Result<void> settle(const store::Claimed& claimed, const Result<void>& result);

 private:
  DeskDomain(Domain domain, std::string audit_file)
      : domain_(std::move(domain)), audit_file_(std::move(audit_file)), audit_at_start_(domain_.audit->head()) {}
  Domain domain_;
  std::string audit_file_;
  audit::Head audit_at_start_;
  PersonalStore personal_;
  std::unique_ptr<store::SqliteCaseStore> cases_;
  std::optional<hall::Desk> desk_;
};

// Schema of the outside domain's store.
const store::Migrations& outside_migrations();

}  // namespace yinxin::office
