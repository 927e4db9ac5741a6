#include "yinxin/office/answer_domains.h"

#include <algorithm>

#include "crypto/oids.h"
#include "crypto/tsp/time_stamp.h"

namespace yinxin::office {

namespace {

class OneClock final : public pki::TimeSource {
 public:
  explicit OneClock(const Clock& clock) : clock_(&clock) {}
  pki::SoundTime read() override { return {.now = clock_->now(), .sound = true}; }

 private:
  const Clock* clock_;
};

Result<void> check_size(BytesView request) {
  return request.size() <= max_answer_request_bytes ? Result<void>()
                                                    : Result<void>(fail(ErrorCode::invalid_input, "answer.length"));
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------- ocsp

Result<std::unique_ptr<OcspDomain>> OcspDomain::open(const DomainPlace& place, const x509::Certificate& issuing,
                                                     const x509::Certificate& roles) {
  YX_TRY(Domain domain, Domain::open(place, "ocsp", nullptr));
  std::unique_ptr<OcspDomain> made(new OcspDomain(std::move(domain)));
  YX_TRY(made->issuing_key_, made->domain_.chest.key("ocsp"));
  YX_TRY(made->roles_key_, made->domain_.chest.key("ocsp-roles"));
  YX_TRY(const x509::Certificate delegate, made->domain_.chest.certificate("ocsp"));
  YX_TRY(const x509::Certificate roles_delegate, made->domain_.chest.certificate("ocsp-roles"));
  made->responder_ = std::make_unique<pki::FedResponder>(*place.clock);
  YX_CHECK(made->responder_->serve(issuing, delegate, *made->issuing_key_));
  YX_CHECK(made->responder_->serve(roles, roles_delegate, *made->roles_key_));
  return made;
}

std::size_t OcspDomain::broken_chains() const {
  return static_cast<std::size_t>(std::ranges::count_if(responder_->where().all, &pki::StatusPlace::broken));
}

Result<Bytes> OcspDomain::feed(BytesView batch) {
  const std::scoped_lock lock(feeding_);
  const std::size_t before = broken_chains();
  const auto fed = responder_->feed(batch);
  if (broken_chains() != before) {
    YX_CHECK(domain_.audit->record({.role = "ocsp",
                                    .subject = "vault",
                                    .action = "status.feed",
                                    .object = "status chain",
                                    .result = "refused: not the authority's; no answers for it any more"}));
  }
  YX_CHECK(fed);
  return Bytes();
}

// ----------------------------------------------------------------------------------------------------------------- tsa

Result<std::unique_ptr<TsaDomain>> TsaDomain::open(const DomainPlace& place) {
  const store::Migrations& migrations = store::vault::tsa_migrations();
  YX_TRY(Domain domain, Domain::open(place, "tsa", &migrations));
  std::unique_ptr<TsaDomain> made(new TsaDomain(std::move(domain)));
  YX_TRY(made->key_, made->domain_.chest.key("tsa"));
  YX_TRY(x509::Certificate certificate, made->domain_.chest.certificate("tsa"));
  made->stamps_ = std::make_unique<store::vault::TsaStore>(*made->domain_.engine);
  made->time_ = std::make_unique<OneClock>(*place.clock);
  YX_TRY(made->authority_, pki::TimeStampAuthority::make(std::move(certificate), oid::policy_time_stamp(), *made->key_,
                                                         *made->stamps_, *made->time_));
  return made;
}

Bytes TsaDomain::stamp(BytesView request) {
  const std::scoped_lock lock(stamping_);
  return authority_->answer(request);
}

// --------------------------------------------------------------------------------------------------------------- doors

Result<std::unique_ptr<OwnAnswers>> OwnAnswers::open(const DomainPlace& place, const x509::Certificate& issuing,
                                                     const x509::Certificate& roles) {
  std::unique_ptr<OwnAnswers> made(new OwnAnswers);
  YX_TRY(made->ocsp_, OcspDomain::open(place, issuing, roles));
  YX_TRY(made->tsa_, TsaDomain::open(place));
  return made;
}

Bytes RemoteAnswers::status(BytesView request) {
  auto answer = ocsp_->call(ocsp_verb::answer, request);
  return answer ? std::move(*answer) : x509::failed_ocsp_response(x509::OcspResponseStatus::try_later);
}

Bytes RemoteAnswers::stamp(BytesView request) {
  auto answer = tsa_->call(tsa_verb::stamp, request);
  return answer ? std::move(*answer)
                : tsp::rejected_response(tsp::TspFailure::system_failure, "no time stamp can be given now");
}

net::EdgeTable table_for(OcspDomain& ocsp, std::string_view asker) {
  if (asker == "street") {
    return {{ocsp_verb::answer, [&ocsp](BytesView request) -> Result<Bytes> {
               YX_CHECK(check_size(request));
               return ocsp.answer(request);
             }}};
  }
  if (asker == "vault") {
    return {{ocsp_verb::where, [&ocsp](BytesView) { return ocsp.where(); }},
            {ocsp_verb::feed, [&ocsp](BytesView batch) { return ocsp.feed(batch); }}};
  }
  return {};
}

net::EdgeTable table_for(TsaDomain& tsa, std::string_view asker) {
  if (asker != "street") {
    return {};
  }
  return {{tsa_verb::stamp, [&tsa](BytesView request) -> Result<Bytes> {
             YX_CHECK(check_size(request));
             return tsa.stamp(request);
           }}};
}

}  // namespace yinxin::office
