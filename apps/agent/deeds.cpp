#include "agent/deeds.h"

#include <thread>

#include "crypto/oids.h"
#include "trust/open.h"

namespace yinxin::agent {

namespace {

// Whoever stands between could name a PIN domain of its own: only one that the roles CA has certified counts.
Result<x509::Certificate> domain_certificate(BytesView der, const x509::Certificate& roles_ca, Instant now) {
  YX_TRY(x509::Certificate certificate, x509::Certificate::parse(der));
  const bool is_ours = trust::is_issued_by(certificate, roles_ca) && certificate.has_purpose(oid::eku_domain()) &&
                       certificate.in_force_at(now);
  return is_ours ? Result<x509::Certificate>(std::move(certificate))
                 : Result<x509::Certificate>(
                       fail(ErrorCode::forbidden, "the PIN domain's certificate is not one of this office's"));
}

Result<pin::Secrets> open_keyed(const Station& station, const Keyed& keyed, Instant now) {
  YX_TRY(const x509::Certificate domain, domain_certificate(keyed.pin_domain, station.roles_ca, now));
  return office::open_secrets(keyed.secrets, domain, station.key, now);
}

// An answer that was lost is asked for again in the same words: the PIN domain answers them the same, while other words
// would have to wait until the first release has run out.
Result<Bytes> ask_until_answered(const HallClient& hall, BytesView activation) {
  constexpr int most_tries = 4;
  std::chrono::milliseconds pause{500};
  for (int tries = 1;; ++tries, pause *= 2) {
    Result<Bytes> answer = hall.activate(activation);
    const bool is_lost = !answer && (answer.error().code == ErrorCode::outside_uncertain ||
                                     answer.error().code == ErrorCode::outside_unreachable);
    if (!is_lost || tries == most_tries) {
      return answer;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

Result<std::string> decide(DeskClient& desk, const std::string& id, trust::Decision decision,
                           const std::map<std::string, std::string>& overrides, const token::Approver& approver,
                           token::ApprovalWindow& window, Random& random, Instant now) {
  YX_TRY(const token::ApprovalBundle bundle, desk.approval_bundle(id, decision, overrides));
  if (bundle.content.application_id != id) {
    return fail(ErrorCode::conflict, "the desk laid another case before the officer");
  }
  YX_TRY(const Bytes statement, token::approve(bundle, decision, approver, window, random, now));
  return desk.hand_in(id, decision, statement);
}

Result<Keyed> key_line(DeskClient& desk, const LineOf& which, token::Ukey& ukey, const std::string& container,
                       const Station& station, const office::PresentPins& present, const x509::Certificate& officer,
                       crypto::Signer& officer_signer, const Clock& clock, const KeepSecrets& keep) {
  YX_TRY(const Permitted permitted,
         desk.permit(which.id, which.line, ukey.info().serial, station.certificate, officer));
  Keyed keyed{.secrets = permitted.secrets, .pin_domain = permitted.pin_domain};
  YX_TRY(const pin::Secrets drawn, open_keyed(station, keyed, clock.now()));
  if (keep) {
    YX_CHECK(keep(keyed));
  }
  YX_CHECK(office::set_drawn_pins(ukey, drawn, present));
  YX_TRY(const office::NewKey made,
         office::bind_new_key(ukey, container, permitted.permit, officer, officer_signer, clock.now()));
  YX_CHECK(desk.bind(which.id, which.line, made));
  return keyed;
}

Result<void> write_line(DeskClient& desk, const LineOf& which, token::Ukey& ukey, const std::string& container,
                        const Station& station, const Keyed& keyed, Random& random, Instant now) {
  YX_TRY(const std::string state, desk.line_state(which.id, which.line));
  if (state == "written" || state == "activated") {
    return {};
  }
  YX_TRY(const office::LineCertificates line, desk.certificates(which.id, which.line));
  YX_TRY(const pin::Secrets drawn, open_keyed(station, keyed, now));
  if (!drawn.initial_pin) {
    return fail(ErrorCode::corrupt, "the PIN domain drew no PIN");
  }
  YX_CHECK(ukey.verify_pin(token::PinRole::user, *drawn.initial_pin).outcome);
  YX_TRY(const Bytes written, office::write_token(ukey, container, line, random, now));
  YX_CHECK(desk.written(which.id, which.line, written));
  return {};
}

Result<pin::MessageId> send_code(const HallClient& hall, token::Ukey& ukey, const std::string& container,
                                 const std::string& mobile) {
  YX_TRY(const Bytes der, ukey.signing_certificate(container));
  YX_TRY(const auto signing, x509::Certificate::parse(der));
  return hall.send_code(ukey.info().serial, signing.serial(), mobile);
}

Result<std::optional<Bytes>> take_over(const HallClient& hall, token::Ukey& ukey, const std::string& container,
                                       const TakeOver& how, Random& random, Instant now) {
  YX_CHECK(office::check_chosen_pin(how.chosen_pin, how.activation_secret, how.numbers));
  office::WrittenLine line;
  YX_TRY(line.signing, ukey.signing_certificate(container));
  YX_TRY(line.encryption, ukey.encryption_certificate(container));
  YX_TRY(const auto signing, x509::Certificate::parse(line.signing));
  YX_TRY(const Opened opened, hall.begin(ukey.info().serial, signing.serial()));
  line.seal_hash = opened.seal_hash;
  if (how.only_confirm) {
    YX_CHECK(ukey.verify_pin(token::PinRole::user, how.chosen_pin).outcome);
  } else {
    YX_TRY(x509::Certificate door, domain_certificate(opened.door, how.roles_ca, now));
    YX_TRY(x509::Certificate domain, domain_certificate(opened.pin_domain, how.roles_ca, now));
    const office::ActivationAsk ask{.line = opened.line,
                                    .signing = line.signing,
                                    .code = how.code,
                                    .pin = {.door = std::move(door),
                                            .domain = std::move(domain),
                                            .ask = [&](BytesView asked) { return ask_until_answered(hall, asked); }}};
    YX_CHECK(office::take_over_token(ukey, ask, how.activation_secret, how.chosen_pin, random, now));
  }
  YX_TRY(const Bytes word, office::say_activated(ukey, container, line, now));
  return hall.confirm(word);
}

}  // namespace yinxin::agent
