#pragma once
// Issuing: record first, sign last. Intent and serial numbers are stored, the to-be-signed bytes are linted and stored,
// the audit line is written, then the signature is made, verified, compared with what was linted, and stored with the
// order to publish. Whatever a crash leaves behind, recover() burns: nothing signed is unrecorded, and no order has two
// live pairs.

#include "audit/record.h"
#include "base/clock.h"
#include "base/random.h"
#include "pki/ca/issue_order.h"
#include "pki/lint/lint.h"

namespace yinxin::pki {

constexpr std::size_t serial_random_bytes = 16;
constexpr std::size_t serial_bytes = 2 + serial_random_bytes;
constexpr std::size_t max_orders_per_batch = 256;

// One byte instance (1 … 127), one byte epoch (counts restores), 16 random bytes.
class SerialNumbers {
 public:
  // invalid_input for an instance outside 1 … 127.
  static Result<SerialNumbers> make(int instance, int epoch, Random& random);
  [[nodiscard]] Bytes draw() const;

 private:
  SerialNumbers(std::uint8_t instance, std::uint8_t epoch, Random& random)
      : instance_(instance), epoch_(epoch), random_(&random) {}
  std::uint8_t instance_;
  std::uint8_t epoch_;
  Random* random_;
};

struct IssuedCertificates {
  std::vector<x509::Certificate> certificates;  // signing, encryption; or the single one
  Bytes envelope;                               // of the encryption key; empty without one
  bool repeated = false;                        // they existed before this request
};

class CertificateAuthority {
 public:
  struct Parts {
    // nullopt: a root that has yet to make its own certificate.
    std::optional<x509::Certificate> certificate;
    std::string profile;  // its own: "issuing", "roles", "root"
    crypto::Signer* signer = nullptr;
    Journal* journal = nullptr;
    audit::Recorder* audit = nullptr;
    EncryptionKeys* encryption_keys = nullptr;  // may be null where no pairs are made
    const Clock* clock = nullptr;
    const ProfileSet* profiles = nullptr;
  };
  // conflict when the signer's key is not the certificate's. All parts must outlive it.
  static Result<CertificateAuthority> make(Parts parts, SerialNumbers serials);

  // One answer for each order. Steps of all orders share their commits. An order that was carried out before gives the
  // same certificates again; conflict when it comes with another key.
  std::vector<Result<IssuedCertificates>> issue(std::span<const IssueOrder> orders);
  Result<IssuedCertificates> issue(const IssueOrder& order);

  // Burns what a crash left between intent and certificate; how many. To be called before anything is issued.
  Result<std::size_t> recover();
  // False when the authority's remaining life is shorter than the longest it may have to give: only lists and answers
  // are signed from then on.
  [[nodiscard]] bool may_issue_at(Instant at) const;
  [[nodiscard]] const std::optional<x509::Certificate>& certificate() const { return parts_.certificate; }
  [[nodiscard]] IssuerId id() const;

 private:
  struct Work;
  CertificateAuthority(Parts parts, SerialNumbers serials) : parts_(std::move(parts)), serials_(serials) {}
  [[nodiscard]] Result<void> check_order(const IssueOrder& order) const;
  Result<void> begin(std::vector<Work>& works);
  void build(Work& work);
  Result<void> build_one(Work& work, std::size_t index);
  Result<void> prepare(std::vector<Work>& works);
  Result<void> record(std::vector<Work>& works);
  void sign(Work& work);
  Result<void> complete(std::vector<Work>& works);
  void burn_failed(std::vector<Work>& works);

  Parts parts_;
  SerialNumbers serials_;
};

// Records many deeds; where the recorder is an AuditLog they share one sync.
Result<void> record_all(audit::Recorder& recorder, const std::vector<audit::Deed>& deeds);

}  // namespace yinxin::pki
