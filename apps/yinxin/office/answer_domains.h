#pragma once
// The domains that answer the public: certificate status and time. Each is made of its own folder and what is
// published, and neither has anything of the vault's store: the status is fed (pki/ocsp/status_batch.h).

#include <mutex>

#include "net/edge.h"
#include "pki/ocsp/fed_responder.h"
#include "pki/tsa/time_stamps.h"
#include "store/vault/vault_store.h"
#include "yinxin/office/domain.h"
#include "yinxin/office/doors.h"

namespace yinxin::office {

// Of one request of a stranger's; who asks more is refused before it is read.
constexpr std::size_t max_answer_request_bytes = 8 * 1024;

class OcspDomain final : public pki::StatusDoors {
 public:
  // conflict when the chest's delegates are not those of these authorities.
  static Result<std::unique_ptr<OcspDomain>> open(const DomainPlace& place, const x509::Certificate& issuing,
                                                  const x509::Certificate& roles);
  Bytes answer(BytesView request) { return responder_->answer(request); }
  Result<Bytes> where() override { return responder_->where().to_der(); }
  Result<Bytes> feed(BytesView batch) override;
  audit::Recorder& audit() { return *domain_.audit; }

 private:
  explicit OcspDomain(Domain domain) : domain_(std::move(domain)) {}
  [[nodiscard]] std::size_t broken_chains() const;
  Domain domain_;
  std::shared_ptr<crypto::SoftSigner> issuing_key_, roles_key_;
  std::unique_ptr<pki::FedResponder> responder_;
  std::mutex feeding_;
};

// One clock only, which `serve` says at its start.
class TsaDomain {
 public:
  static Result<std::unique_ptr<TsaDomain>> open(const DomainPlace& place);
  Bytes stamp(BytesView request);
  audit::Recorder& audit() { return *domain_.audit; }

 private:
  explicit TsaDomain(Domain domain) : domain_(std::move(domain)) {}
  Domain domain_;
  std::shared_ptr<crypto::SoftSigner> key_;
  std::unique_ptr<store::vault::TsaStore> stamps_;
  std::unique_ptr<pki::TimeSource> time_;
  std::optional<pki::TimeStampAuthority> authority_;
  std::mutex stamping_;
};

// Both in this process.
class OwnAnswers final : public AnswerDoors {
 public:
  static Result<std::unique_ptr<OwnAnswers>> open(const DomainPlace& place, const x509::Certificate& issuing,
                                                  const x509::Certificate& roles);
  Bytes status(BytesView request) override { return ocsp_->answer(request); }
  Bytes stamp(BytesView request) override { return tsa_->stamp(request); }
  pki::StatusDoors& feeding() { return *ocsp_; }

 private:
  OwnAnswers() = default;
  std::unique_ptr<OcspDomain> ocsp_;
  std::unique_ptr<TsaDomain> tsa_;
};

// Verbs, one numbering for each domain.
namespace ocsp_verb {
constexpr std::uint16_t answer = 1, where = 2, feed = 3;
}
namespace tsa_verb {
constexpr std::uint16_t stamp = 1;
}

// Each in a process of its own. A stranger waits: where no answer comes in time, it is tryLater, or no time. The links
// outlive the doors.
class RemoteAnswers final : public AnswerDoors {
 public:
  RemoteAnswers(net::EdgeLink& ocsp, net::EdgeLink& tsa) : ocsp_(&ocsp), tsa_(&tsa) {}
  Bytes status(BytesView request) override;
  Bytes stamp(BytesView request) override;

 private:
  net::EdgeLink* ocsp_;
  net::EdgeLink* tsa_;
};

class RemoteStatus final : public pki::StatusDoors {
 public:
  explicit RemoteStatus(net::EdgeLink& link) : link_(&link) {}
  Result<Bytes> where() override { return link_->call(ocsp_verb::where, {}); }
  Result<Bytes> feed(BytesView batch) override { return link_->call(ocsp_verb::feed, batch); }

 private:
  net::EdgeLink* link_;
};

// What each hears, and from whom; empty for one whom it does not hear. Answers do not wait for a feed.
net::EdgeTable table_for(OcspDomain& ocsp, std::string_view asker);
net::EdgeTable table_for(TsaDomain& tsa, std::string_view asker);

}  // namespace yinxin::office
