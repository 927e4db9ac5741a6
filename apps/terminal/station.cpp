#include "terminal/station.h"

#include "base/kill_point.h"
#include "crypto/cms/pinned.h"
#include "crypto/oids.h"

namespace yinxin::office {

namespace {

// The token has the new PIN already when an earlier try was cut off after this change.
Result<void> replace_pin(token::Ukey& ukey, token::PinRole role, const SecretBytes& present,
                         const SecretBytes& wanted) {
  const token::PinAnswer changed =
      outgoing_call("token.change_pin", [&] { return ukey.change_pin(role, present, wanted); });
  if (changed.outcome || changed.outcome.error().code != ErrorCode::pin_wrong) {
    return changed.outcome;
  }
  const token::PinAnswer verified = ukey.verify_pin(role, wanted);
  return verified.outcome ? Result<void>() : changed.outcome;
}

Result<Bytes> say(token::Ukey& ukey, const std::string& container, const WrittenLine& line, trust::TokenWord::Kind kind,
                  Instant now) {
  YX_TRY(const auto signing, x509::Certificate::parse(line.signing));
  YX_TRY(const auto signer, ukey.signer(container));
  return trust::sign_token_word({.kind = kind,
                                 .signing_certificate = signing.fingerprint(),
                                 .encryption_certificate = crypto::sm3(line.encryption),
                                 .seal = line.seal_hash,
                                 .device_serial = ukey.info().serial,
                                 .at = whole_seconds(now)},
                                signing, *signer);
}

}  // namespace

Result<pin::Secrets> open_secrets(BytesView signed_answer, const x509::Certificate& pin_domain,
                                  const crypto::Sm2PrivateKey& recipient, Instant now) {
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(signed_answer, oid::message_pin_answer(), {&pin_domain, 1}, now));
  YX_TRY(const pin::Answer answer, pin::Answer::parse(opened.content));
  if (!answer.sealed) {
    return fail(ErrorCode::corrupt, "the PIN domain's answer holds no secrets");
  }
  YX_TRY(const SecretBytes plain, crypto::sm2_decrypt(recipient, *answer.sealed));
  return pin::Secrets::parse(plain.expose());
}

Result<void> set_drawn_pins(token::Ukey& ukey, const pin::Secrets& drawn, const PresentPins& present) {
  if (!drawn.initial_pin || !drawn.so_next) {
    return fail(ErrorCode::corrupt, "the PIN domain drew no PINs");
  }
  const SecretBytes& administrator = drawn.so_current ? *drawn.so_current : present.administrator;
  YX_CHECK(replace_pin(ukey, token::PinRole::administrator, administrator, *drawn.so_next));
  YX_CHECK(replace_pin(ukey, token::PinRole::user, present.user, *drawn.initial_pin));
  return ukey.verify_pin(token::PinRole::user, *drawn.initial_pin).outcome;
}

Result<NewKey> bind_new_key(token::Ukey& ukey, const std::string& container, BytesView permit,
                            const x509::Certificate& officer, crypto::Signer& officer_signer, Instant now) {
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(permit));
  if (message.content_type != oid::statement_permit() || !message.content) {
    return fail(ErrorCode::invalid_input, "not a permit");
  }
  YX_TRY(const trust::Permit told, trust::Permit::parse(*message.content));
  if (told.device_serial != ukey.info().serial) {
    return fail(ErrorCode::forbidden, "the permit is for another device");
  }
  if (told.not_after <= now) {
    return fail(ErrorCode::expired, "the permit has run out");
  }
  YX_CHECK(outgoing_call("token.generate", [&] { return ukey.generate_signing_pair(container); }));
  YX_TRY(const auto signer, ukey.signer(container));
  NewKey made;
  YX_TRY(made.request,
         x509::make_request(x509::Name::build({}), *signer,
                            {{oid::permit_hash(), asn1::Writer().octet_string(trust::statement_hash(permit)).take()}}));
  YX_TRY(made.key_binding, trust::sign_key_binding({.permit = trust::statement_hash(permit),
                                                    .second_approval = told.second_approval,
                                                    .line = told.line,
                                                    .device_serial = told.device_serial,
                                                    .device_model = ukey.info().manufacturer,
                                                    .device_firmware = ukey.info().firmware,
                                                    .public_key = x509::PublicKey::of(signer->public_key()).der(),
                                                    .request = crypto::sm3(made.request),
                                                    .officer_certificate = officer.fingerprint(),
                                                    .at = whole_seconds(now)},
                                                   officer, officer_signer));
  return made;
}

Result<Bytes> write_token(token::Ukey& ukey, const std::string& container, const LineCertificates& line, Random& random,
                          Instant now) {
  YX_TRY(const auto encryption, x509::Certificate::parse(line.encryption));
  const auto key = encryption.public_key().sm2();
  if (!key) {
    return fail(ErrorCode::unsupported, "the encryption certificate is not for an SM2 key");
  }
  YX_CHECK(
      outgoing_call("token.write_signing", [&] { return ukey.import_signing_certificate(container, line.signing); }));
  YX_CHECK(outgoing_call("token.write_pair", [&] { return ukey.import_encryption_pair(container, line.envelope); }));
  YX_CHECK(outgoing_call("token.write_encryption",
                         [&] { return ukey.import_encryption_certificate(container, line.encryption); }));
  YX_CHECK(outgoing_call("token.prove",
                         [&] { return ukey.prove_written(container, line.signing, line.encryption, *key, random); }));
  return say(ukey, container, written_line(line), trust::TokenWord::Kind::written, now);
}

WrittenLine written_line(const LineCertificates& line) {
  return {.signing = line.signing,
          .encryption = line.encryption,
          .seal_hash = line.seal ? std::optional(crypto::sm3(*line.seal)) : std::nullopt};
}

Result<Bytes> say_activated(token::Ukey& ukey, const std::string& container, const WrittenLine& line, Instant now) {
  return say(ukey, container, line, trust::TokenWord::Kind::activated, now);
}

}  // namespace yinxin::office
