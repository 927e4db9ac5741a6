#pragma once
// Status changes on somebody's word, and the lists made of them.

#include "audit/record.h"
#include "base/clock.h"
#include "crypto/signer.h"
#include "pki/ca/journal.h"
#include "trust/checker.h"

namespace yinxin::pki {

class Revocations {
 public:
  // All must outlive it.
  Revocations(IssuerId issuer, Journal& journal, audit::Recorder& audit, const Clock& clock)
      : issuer_(issuer), journal_(&journal), audit_(&audit), clock_(&clock) {}

  // Officers' orders: two persons for a revocation, one to suspend and resume (the checker has seen to it). An order
  // that comes again changes nothing. wrong_state when a law forbids it; not_found for a serial never issued.
  Result<void> apply(const trust::StatusOrder& order);
  // S5: lifts the hold of issuing, never a suspension. wrong_state for any other word of a token.
  Result<void> activate(const trust::TokenWordHeard& heard);
  // The vault's own rules (S4 did not come in time, S6 did not come): towards less trust only. `rule` names it.
  Result<void> revoke_by_rule(const std::vector<Bytes>& serials, x509::RevocationReason reason, std::string_view rule);
  Result<void> suspend_by_rule(const std::vector<Bytes>& serials, std::string_view rule);

 private:
  Result<void> change(StatusDeed deed, const std::vector<Bytes>& serials, x509::RevocationReason reason,
                      const Digest& cause, std::string_view by);
  IssuerId issuer_;
  Journal* journal_;
  audit::Recorder* audit_;
  const Clock* clock_;
};

// How long a list is good, and how long before that the next one comes.
struct CrlTimes {
  std::chrono::hours validity{24};
  std::chrono::hours interval{12};
};

class CrlPublisher {
 public:
  CrlPublisher(x509::Certificate issuer, crypto::Signer& signer, Journal& journal, audit::Recorder& audit,
               const Clock& clock, CrlTimes times = {})
      : issuer_(std::move(issuer)),
        signer_(&signer),
        journal_(&journal),
        audit_(&audit),
        clock_(&clock),
        times_(times) {}
  // A full list of now: number stored before it is signed, signature verified, read back and compared, stored with the
  // order to publish. corrupt when the status chain is broken: then nothing is signed.
  Result<x509::CertificateList> publish();
  // True when there is none yet, the interval is over, or the status has changed since.
  Result<bool> is_due();

 private:
  x509::Certificate issuer_;
  crypto::Signer* signer_;
  Journal* journal_;
  audit::Recorder* audit_;
  const Clock* clock_;
  CrlTimes times_;
  std::optional<std::int64_t> published_sequence_;
};

}  // namespace yinxin::pki
