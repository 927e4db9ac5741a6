#include "seal/may_stamp.h"

#include <algorithm>

#include "seal/ses/version.h"
#include "seal/verify/ses_checks.h"

namespace yinxin::seal {

namespace {

using verify::Effect;

bool has_effect(const std::vector<verify::Finding>& findings, std::initializer_list<Effect> effects) {
  return std::ranges::any_of(findings, [&](const verify::Finding& finding) {
    return std::ranges::find(effects, finding.effect) != effects.end();
  });
}

StampAnswer answer_of(const std::vector<verify::Finding>& findings) {
  // A maker's certificate that was revoked since counts too: what it signed is believed by nobody from then on.
  if (has_effect(findings, {Effect::breaks_integrity, Effect::invalid_at_sealing, Effect::changed_since})) {
    return StampAnswer::may_not;
  }
  return has_effect(findings, {Effect::indeterminate, Effect::hides_integrity}) ? StampAnswer::unknown
                                                                                : StampAnswer::may;
}

void check_owner(BytesView seal, const x509::Certificate& certificate, std::vector<verify::Finding>& findings) {
  const auto parsed = ses::parse_seal(seal);
  if (!parsed) {
    return;  // said by the check of the seal
  }
  if (verify::is_owner(parsed->property, certificate.der())) {
    verify::add_pass(findings, verify::check::owner_list, {"在列表里", "He is in the list"});
  } else {
    verify::add_fail(findings, verify::check::owner_list, Effect::breaks_integrity,
                     {"签章证书不在印章的签章者列表里；若证书已换发，请重新制章",
                      "The certificate is not in the owner list; if it was renewed, have the seal made anew"});
  }
}

// A revocation dated ahead of our clock is a revocation: nobody stamps into it.
void check_revocation_ahead(const x509::Certificate& certificate, const verify::TrustContext& context,
                            std::vector<verify::Finding>& findings) {
  const auto path = x509::validate_path(certificate, context.store,
                                        {.at = context.now, .require_status = false, .status_not_older_than = {}});
  const bool ahead = std::ranges::any_of(path.statuses, [&](const x509::KnownStatus& status) {
    return status.status == x509::CertStatus::revoked && status.revoked_at > context.now;
  });
  if (ahead) {
    verify::add_fail(findings, verify::check::certificate_revoked, Effect::invalid_at_sealing,
                     {"已被撤销，生效时间在将来", "Revoked, from a moment ahead of our clock"}, "signer");
  }
}

}  // namespace

std::string_view name_of(StampAnswer answer) {
  switch (answer) {
    case StampAnswer::may: return "may";
    case StampAnswer::may_not: return "may_not";
    case StampAnswer::unknown: return "unknown";
  }
  ensure_unreachable("a StampAnswer without a name");
}

bool is_current(const x509::CertificateList& list, Instant now) {
  return list.this_update() <= now + max_clock_skew && list.next_update() && now <= *list.next_update();
}

bool is_current(const x509::OcspResponse& response, Instant now) {
  return std::ranges::all_of(response.responses(), [now](const x509::SingleResponse& one) {
    const Instant until = one.next_update ? *one.next_update : one.this_update + max_status_age;
    return one.this_update <= now + max_clock_skew && now <= until;
  });
}

x509::TrustStore with_current_status(x509::TrustStore store, Instant now) {
  std::erase_if(store.crls, [now](const auto& one) { return !is_current(one, now); });
  std::erase_if(store.ocsp_responses, [now](const auto& one) { return !is_current(one, now); });
  return store;
}

StampVerdict may_stamp(BytesView seal, const x509::Certificate& certificate, const verify::TrustContext& context) {
  const verify::TrustContext current{.store = with_current_status(context.store, context.now), .now = context.now};
  StampVerdict verdict;
  verdict.findings = verify::check_seal(seal, current).findings;
  check_owner(seal, certificate, verdict.findings);
  verify::judge_certificate(certificate, {.at = context.now, .where = "signer", .usage = true, .ages = true}, current,
                            verdict.findings);
  check_revocation_ahead(certificate, current, verdict.findings);
  verdict.answer = answer_of(verdict.findings);
  if (verdict.answer == StampAnswer::may) {
    verdict.permission = StampPermission(seal, certificate, context.now);
  }
  return verdict;
}

Result<Bytes> stamp(const ofd::Package& package, const StampPermission& permission, const StampWish& wish,
                    crypto::Signer& signer, const ofd::TimeStampCallback& time_stamp) {
  const auto key = permission.certificate().public_key().sm2();
  if (!key || *key != signer.public_key()) {
    return fail(ErrorCode::forbidden, "the key that would sign is not the certificate's");
  }
  ofd::StampRequest request;
  request.seal = permission.seal();
  request.signer_certificate = permission.certificate().der();
  request.places = wish.places;
  request.at = whole_seconds(permission.at());
  request.body = wish.body;
  request.lock = wish.lock;
  YX_TRY(const ofd::PreparedStamp prepared, ofd::prepare(package, request));
  YX_TRY(const crypto::Sm2Signature signature, signer.sign(prepared.to_be_signed()));
  return prepared.finish(signature.to_der(), time_stamp);
}

}  // namespace yinxin::seal
