#include "pki/tsa/time_stamps.h"

#include "base/kill_point.h"
#include "crypto/oids.h"

namespace yinxin::pki {

namespace {

// 0 for an algorithm that is not accepted.
std::size_t digest_size_of(const asn1::ObjectId& algorithm) {
  return algorithm == oid::sm3() || algorithm == oid::sha256() ? 32 : 0;
}

}  // namespace

Result<TimeStampAuthority> TimeStampAuthority::make(x509::Certificate certificate, asn1::ObjectId policy,
                                                    crypto::Signer& signer, TimeStampJournal& journal,
                                                    TimeSource& time) {
  const auto purposes = certificate.extended_key_usage();
  const auto* extension = certificate.find_extension(oid::extended_key_usage());
  if (certificate.public_key().sm2() != signer.public_key() || !purposes || extension == nullptr ||
      !extension->critical || *purposes != std::vector{oid::eku_time_stamping()}) {
    return fail(ErrorCode::conflict, "tsa: the certificate is not the signer's, or not for time stamping alone");
  }
  return TimeStampAuthority(std::move(certificate), std::move(policy), signer, journal, time);
}

Bytes TimeStampAuthority::answer(BytesView request) {
  using tsp::TspFailure;
  const auto parsed = tsp::TimeStampRequest::parse(request);
  if (!parsed) {
    return tsp::rejected_response(TspFailure::bad_data_format, "the request cannot be read");
  }
  const std::size_t size = digest_size_of(parsed->imprint.algorithm);
  if (size == 0) {
    return tsp::rejected_response(TspFailure::bad_algorithm, "SM3 and SHA-256 imprints are accepted");
  }
  if (parsed->imprint.digest.size() != size) {
    return tsp::rejected_response(TspFailure::bad_data_format, "the imprint has not the size of its algorithm");
  }
  if (parsed->policy && *parsed->policy != policy_) {
    return tsp::rejected_response(TspFailure::unaccepted_policy, "another policy than ours");
  }
  const SoundTime time = time_->read();
  if (!time.sound || !certificate_.in_force_at(time.now)) {
    return tsp::rejected_response(TspFailure::time_not_available, "no sound time, or no certificate in force");
  }
  const auto turn = journal_->next(time.now, tolerated_step_back);
  if (!turn) {
    return tsp::rejected_response(
        turn.error().code == ErrorCode::expired ? TspFailure::time_not_available : TspFailure::system_failure,
        "no time stamp can be given now");
  }
  tsp::TstInfo info;
  info.policy = policy_;
  info.imprint = parsed->imprint;
  info.serial = asn1::integer_content(turn->serial);
  info.time = turn->time;
  info.nonce = parsed->nonce;
  const auto token = outgoing_call(
      "tsa.sign", [&] { return tsp::make_token(info, certificate_, *signer_, parsed->want_certificate); });
  if (!token) {
    return tsp::rejected_response(TspFailure::system_failure, "the signature could not be made");
  }
  return tsp::granted_response(*token);
}

}  // namespace yinxin::pki
