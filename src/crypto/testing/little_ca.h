#pragma once
// A certification authority in memory for tests, interop and fuzz seeds: real keys, real signatures.

#include "crypto/cms/signed_data.h"
#include "crypto/oids.h"
#include "crypto/x509/path.h"

namespace yinxin::testing {

inline constexpr std::int64_t little_epoch_ms = 1'793'491'200'000;  // 2026-11-01T00:00:00Z
inline Instant day(int days) { return from_unix_ms(little_epoch_ms) + std::chrono::hours(24) * days; }

inline std::uint32_t bits(std::initializer_list<x509::KeyUsage> usages) {
  std::uint32_t all = 0;
  for (const x509::KeyUsage usage : usages) {
    all |= x509::bit(usage);
  }
  return all;
}

inline x509::Name name(std::string_view common_name) {
  return x509::Name::build(
      {{oid::country(), "CN"}, {oid::organization(), "印信测试"}, {oid::common_name(), std::string(common_name)}});
}

inline crypto::SoftSigner fresh_signer() {
  SystemRandom random;
  return crypto::SoftSigner(crypto::Sm2PrivateKey::generate(random));
}

// Somebody with a key and a certificate.
struct Party {
  crypto::SoftSigner signer;
  x509::Certificate certificate;
};

struct Profile {
  x509::Name subject;
  int from_day = -30;
  int to_day = 300;
  std::uint8_t serial = 0x11;
  bool ca = false;
  std::optional<int> path_length{};
  std::optional<std::uint32_t> usage{};
  std::vector<asn1::ObjectId> purposes{};
  bool key_ids = true;
  std::vector<x509::Extension> more{};
  bool basic_constraints = true;  // for CAs
};

// The to-be-signed part for `key`, below `issuer_name` with `issuer_key`.
inline Bytes tbs_of(const Profile& profile, const crypto::Sm2PublicKey& key, const x509::Name& issuer_name,
                    const crypto::Sm2PublicKey& issuer_key) {
  std::vector<x509::Extension> extensions;
  if (profile.ca && profile.basic_constraints) {
    extensions.push_back(x509::extension::basic_constraints(true, profile.path_length));
  }
  if (profile.usage) {
    extensions.push_back(x509::extension::key_usage(*profile.usage));
  }
  if (!profile.purposes.empty()) {
    extensions.push_back(x509::extension::extended_key_usage(profile.purposes, true));
  }
  if (profile.key_ids) {
    extensions.push_back(x509::extension::subject_key_id(x509::PublicKey::of(key).identifier()));
    extensions.push_back(x509::extension::authority_key_id(x509::PublicKey::of(issuer_key).identifier()));
  }
  extensions.insert(extensions.end(), profile.more.begin(), profile.more.end());
  return x509::to_be_signed({.serial = {0x10, profile.serial},
                             .issuer = issuer_name,
                             .not_before = day(profile.from_day),
                             .not_after = day(profile.to_day),
                             .subject = profile.subject,
                             .public_key = x509::PublicKey::of(key),
                             .extensions = extensions});
}

inline x509::Certificate parsed(BytesView der) {
  auto certificate = x509::Certificate::parse(der);
  ensure(certificate.has_value(), "a certificate of our own that cannot be read");
  return std::move(*certificate);
}

inline x509::Certificate certify(const Profile& profile, const crypto::Sm2PublicKey& key, Party& issuer) {
  const Bytes tbs = tbs_of(profile, key, issuer.certificate.subject(), issuer.signer.public_key());
  return parsed(*x509::sign_and_assemble(tbs, issuer.signer));
}

inline Party self_signed(const Profile& profile) {
  crypto::SoftSigner signer = fresh_signer();
  const Bytes tbs = tbs_of(profile, signer.public_key(), profile.subject, signer.public_key());
  const Bytes der = *x509::sign_and_assemble(tbs, signer);
  return {std::move(signer), parsed(der)};
}

inline Party issued(const Profile& profile, Party& issuer) {
  crypto::SoftSigner signer = fresh_signer();
  x509::Certificate certificate = certify(profile, signer.public_key(), issuer);
  return {std::move(signer), std::move(certificate)};
}

inline Profile ca_profile(std::string_view common_name) {
  return {.subject = name(common_name),
          .to_day = 3000,
          .ca = true,
          .usage = bits({x509::KeyUsage::key_cert_sign, x509::KeyUsage::crl_sign})};
}
inline Profile leaf_profile(std::string_view common_name) {
  return {.subject = name(common_name),
          .usage = bits({x509::KeyUsage::digital_signature, x509::KeyUsage::non_repudiation})};
}

inline x509::CertificateList crl(Party& issuer, const std::vector<x509::RevokedEntry>& entries, int from_day,
                                 std::uint8_t number = 1) {
  const Bytes tbs =
      x509::to_be_signed({.issuer = issuer.certificate.subject(),
                          .authority_key_id = x509::PublicKey::of(issuer.signer.public_key()).identifier(),
                          .number = {number},
                          .this_update = day(from_day),
                          .next_update = day(from_day + 7),
                          .entries = entries});
  auto list = x509::CertificateList::parse(*x509::sign_and_assemble(tbs, issuer.signer));
  ensure(list.has_value(), "a list of our own that cannot be read");
  return std::move(*list);
}

inline Bytes ocsp_bytes(Party& responder, const std::vector<x509::SingleResponse>& responses, int produced_day,
                        const std::vector<Bytes>& certificates, const std::optional<Bytes>& nonce = std::nullopt) {
  const Bytes data = x509::to_be_signed_response(responder.signer.public_key(), day(produced_day), responses, nonce);
  return x509::assemble_ocsp_response(data, *responder.signer.sign(data), certificates);
}

inline x509::OcspResponse ocsp(Party& responder, const std::vector<x509::SingleResponse>& responses, int produced_day,
                               const std::vector<Bytes>& certificates) {
  auto response = x509::OcspResponse::parse(ocsp_bytes(responder, responses, produced_day, certificates));
  ensure(response.has_value(), "a response of our own that cannot be read");
  return std::move(*response);
}

inline x509::SingleResponse status_of(const x509::Certificate& issuer, const x509::Certificate& certificate,
                                      x509::CertStatus status, int as_of_day, int revoked_day = 0,
                                      x509::RevocationReason reason = x509::RevocationReason::unspecified) {
  return {.id = x509::CertId::of(issuer, certificate.serial()),
          .status = status,
          .revoked_at = day(revoked_day),
          .reason = reason,
          .this_update = day(as_of_day),
          .next_update = day(as_of_day + 1)};
}

}  // namespace yinxin::testing
