#include "agent/web/officer_keys.h"

#include <algorithm>

#include "trust/open.h"

namespace yinxin::agent::web {

namespace {

// The use of an officer's certificate with an SM2 key; nullopt for all others.
std::optional<OfficerKey> officer_key(const std::string& container, BytesView der) {
  auto certificate = x509::Certificate::parse(der);
  if (!certificate || !certificate->public_key().sm2()) {
    return std::nullopt;
  }
  const bool is_login = trust::is_for_login(*certificate);
  if (!is_login && !trust::is_for_approvals(*certificate)) {
    return std::nullopt;
  }
  return OfficerKey{.use = is_login ? KeyUse::login : KeyUse::approval,
                    .container = container,
                    .certificate = std::move(*certificate)};
}

}  // namespace

std::string_view name_of(KeyUse use) { return use == KeyUse::login ? "login" : "approval"; }

Result<std::vector<token::DeviceInfo>> OfficerKeys::devices() const {
  auto devices = token::Ukey::list(library_);
  if (!devices && devices.error().code == ErrorCode::token_absent) {
    return std::vector<token::DeviceInfo>();
  }
  return devices;
}

std::vector<OfficerKey> OfficerKeys::keys_on(const token::DeviceInfo& device) const {
  std::vector<OfficerKey> keys;
  auto ukey = token::Ukey::open(library_, device.name, application_);
  const auto containers = ukey ? ukey->containers() : Result<std::vector<std::string>>(ukey.error());
  for (const std::string& container : containers ? *containers : std::vector<std::string>{}) {
    const auto der = ukey->signing_certificate(container);
    auto key = der ? officer_key(container, *der) : std::nullopt;
    if (key && keys.size() < max_certificates_told) {
      keys.push_back(std::move(*key));
    }
  }
  return keys;
}

Result<std::vector<OfficerDevice>> OfficerKeys::list() {
  const std::scoped_lock lock(mutex_);
  YX_TRY(const auto found, devices());
  std::vector<OfficerDevice> told;
  for (const token::DeviceInfo& info : found) {
    if (told.size() < max_devices_told) {
      told.push_back({.info = info, .keys = keys_on(info)});
    }
  }
  return told;
}

Result<ChosenKey> OfficerKeys::choose(const std::string& serial, KeyUse use, Instant now) {
  const std::scoped_lock lock(mutex_);
  YX_TRY(const auto found, devices());
  const auto device = std::ranges::find(found, serial, &token::DeviceInfo::serial);
  if (device == found.end()) {
    return fail(ErrorCode::token_absent, "agent.no_device");
  }
  std::optional<OfficerKey> best;
  for (OfficerKey& one : keys_on(*device)) {
    const bool is_better = one.use == use && one.certificate.in_force_at(now) &&
                           (!best || one.certificate.not_after() > best->certificate.not_after());
    if (is_better) {
      best = std::move(one);
    }
  }
  return best ? Result<ChosenKey>(ChosenKey{.info = *device, .key = std::move(*best)})
              : Result<ChosenKey>(fail(ErrorCode::not_found, "agent.no_certificate"));
}

OfficerKeys::Signed OfficerKeys::sign_on(token::Ukey& ukey, const ChosenKey& chosen, const SecretBytes& pin,
                                         BytesView message) const {
  const Error other_key = fail(ErrorCode::conflict, "another key is there than was shown");
  const auto public_key = ukey.signing_public_key(chosen.key.container);
  if (!public_key) {
    return {.signature = public_key.error(), .tries_left = {}};
  }
  if (ukey.info().serial != chosen.info.serial || chosen.key.certificate.public_key().sm2() != *public_key) {
    return {.signature = other_key, .tries_left = {}};
  }
  const token::PinAnswer verified = ukey.verify_pin(token::PinRole::user, pin);
  if (!verified.outcome) {
    return {.signature = verified.outcome.error(), .tries_left = verified.retries_left};
  }
  Signed made{.signature = ukey.sign(chosen.key.container, message), .tries_left = {}};
  if (const auto cleared = ukey.clear_rights(); !cleared) {
    made.signature = cleared.error();  // a key that stays open is not how it was promised
  }
  return made;
}

OfficerKeys::Signed OfficerKeys::sign(const ChosenKey& chosen, const SecretBytes& pin, BytesView message) {
  const std::scoped_lock lock(mutex_);
  auto ukey = token::Ukey::open(library_, chosen.info.name, application_);
  return ukey ? sign_on(*ukey, chosen, pin, message) : Signed{.signature = ukey.error(), .tries_left = {}};
}

Result<crypto::Sm2Signature> OneSignature::sign(BytesView message) {
  if (std::exchange(is_used_, true)) {
    return fail(ErrorCode::wrong_state, "one PIN, one signature");
  }
  OfficerKeys::Signed made = keys_.sign(chosen_, pin_, message);
  tries_left_ = made.tries_left;
  return std::move(made.signature);
}

}  // namespace yinxin::agent::web
