// The ceremony: everything of an office from nothing.

#include <sys/stat.h>

#include <chrono>

#include "crypto/enveloped_key.h"
#include "crypto/key_file.h"
#include "crypto/oids.h"
#include "kmc/escrow/escrow.h"
#include "terminal/files.h"
#include "yinxin/office/house.h"

namespace yinxin::office {

namespace {

namespace fs = std::filesystem;

constexpr int first_instance = 1;
constexpr int first_epoch = 0;
constexpr std::chrono::hours root_list_life{24 * 365};

class Builder {
 public:
  Builder(const CeremonyPlan& plan, const crypto::BootSecret& boot, Random& random, const Clock& clock,
          std::string folder)
      : plan_(plan), boot_(boot), random_(random), clock_(clock), folder_(std::move(folder)) {}

  Result<CeremonyReport> build() {
    YX_CHECK(open_stores());
    YX_CHECK(make_authorities());
    YX_CHECK(make_services());
    YX_CHECK(make_officers());
    YX_CHECK(make_escrow());
    YX_CHECK(make_stations());
    YX_CHECK(ceremony_->close(clock_.now()));
    YX_CHECK(cli::write_file(folder_ + "/office.json", plan_.settings.to_json(), false));
    return std::move(report_);
  }

 private:
  pki::Facts facts(std::string_view service = {}) const {
    const std::string& name = plan_.settings.organization;
    return {{"authority.organization", name},
            {"root.name", name + " 根 CA"},
            {"issuing.name", name + " 签发 CA"},
            {"roles.name", name + " 角色 CA"},
            {"service.name", std::string(service)}};
  }

  Result<void> open_stores() {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    if (failed || chmod(folder_.c_str(), 0700) != 0) {
      return fail(ErrorCode::internal, "cannot make the folder of the office");
    }
    for (const char* part : {"vault", "heads", "public", "audit", "outside", "kmc", "pin", "seal", "desk", "street"}) {
      fs::create_directories(folder_ + "/" + part, failed);
      if (failed || chmod((folder_ + "/" + part).c_str(), 0700) != 0) {
        return fail(ErrorCode::internal, "cannot make the folder of the office");
      }
    }
    YX_TRY(profiles_, pki::ProfileSet::load(plan_.profiles));
    YX_TRY(auto file, audit::open_for_appending(folder_ + "/audit/vault.log"));
    YX_TRY(audit_, audit::AuditLog::open(std::move(file),
                                         {.writer = "vault", .environment = plan_.settings.environment}, clock_));
    YX_TRY(engine_,
           store::Engine::open(folder_ + "/vault/vault.db",
                               {.domain = "vault", .migrations = store::vault::migrations(), .clock = &clock_}));
    journal_ = std::make_unique<store::vault::VaultStore>(*engine_);
    YX_TRY(const pki::Ceremony ceremony, pki::Ceremony::open(*journal_, profiles_));
    ceremony_ = std::make_unique<pki::Ceremony>(ceremony);
    return {};
  }

  Result<pki::CertificateAuthority> authority(const std::string& profile, std::optional<x509::Certificate> certificate,
                                              crypto::Signer& signer) {
    YX_TRY(const pki::SerialNumbers serials, pki::SerialNumbers::make(first_instance, first_epoch, random_));
    return pki::CertificateAuthority::make({.certificate = std::move(certificate),
                                            .profile = profile,
                                            .signer = &signer,
                                            .journal = journal_.get(),
                                            .audit = audit_.get(),
                                            .encryption_keys = nullptr,
                                            .clock = &clock_,
                                            .profiles = &profiles_},
                                           serials);
  }

  Result<KeyChest> chest(const std::string& domain) {
    return KeyChest::create(folder_ + "/" + domain, domain, boot_, plan_.chest_cost, random_);
  }

  Result<void> publish(const std::string& name, const x509::Certificate& certificate) {
    return cli::write_file(folder_ + "/public/" + name + ".cer", certificate.der(), false);
  }

  // Root, then the two authorities under it, whose keys stay with the vault.
  Result<void> make_authorities() {
    crypto::SoftSigner root_key(crypto::Sm2PrivateKey::generate(random_));
    YX_TRY(const std::string sealed, crypto::seal_key(plan_.root_passphrase, root_key.key(), random_));
    YX_CHECK(cli::write_file(plan_.root_folder + "/root.key", bytes_of(sealed), false, 0600));
    YX_TRY(vault_, chest("vault"));
    YX_TRY(issuing_key_, vault_->make_key("issuing", random_));
    YX_TRY(roles_key_, vault_->make_key("roles", random_));
    YX_TRY(pki::CertificateAuthority unborn, authority("root", std::nullopt, root_key));
    YX_TRY(report_.root, ceremony_->make_root(unborn, facts(), plan_.settings.around("root"),
                                              x509::PublicKey::of(root_key.public_key())));
    YX_TRY(pki::CertificateAuthority root, authority("root", report_.root, root_key));
    YX_TRY(report_.issuing, under(root, "issuing", "root", *issuing_key_));
    YX_TRY(report_.roles, under(root, "roles", "root", *roles_key_));
    YX_CHECK(publish_root_list(root_key));
    YX_CHECK(publish("root", report_.root));
    YX_CHECK(publish("issuing", report_.issuing));
    YX_CHECK(publish("roles", report_.roles));
    YX_CHECK(vault_->put_certificate("issuing", report_.issuing));
    YX_CHECK(vault_->put_certificate("roles", report_.roles));
    roster_key_ = random_.secret(crypto::sm3_size);
    return vault_->put_secret("roster", *roster_key_, random_);
  }

  // The root goes off line after this, so its list is long-lived: the key comes back to sign the next one, or to say
  // that an authority under it has ended.
  Result<void> publish_root_list(crypto::Signer& root_key) {
    pki::HeadFolder heads(folder_ + "/heads");
    pki::HeadSigner head(root_key, *journal_, heads, clock_);
    YX_CHECK(head.advance());
    pki::CrlPublisher lists(report_.root, root_key, *journal_, heads, *audit_, clock_,
                            {.validity = root_list_life, .interval = root_list_life});
    YX_TRY(const x509::CertificateList list, lists.publish());
    return cli::write_file(folder_ + "/public/root.crl", list.der(), false);
  }

  Result<x509::Certificate> under(pki::CertificateAuthority& issuer, std::string_view profile,
                                  std::string_view issuer_name, const crypto::Signer& signer,
                                  std::string_view service = {}) {
    return ceremony_->make(issuer, profile, facts(service), plan_.settings.around(issuer_name),
                           x509::PublicKey::of(signer.public_key()));
  }

  // A key of its own domain and its certificate beside it.
  Result<void> make_service(pki::CertificateAuthority& issuer, const std::string& issuer_name, const KeyChest& keys,
                            const std::string& profile, std::string_view service, const std::string& key_name = {}) {
    const std::string& name = key_name.empty() ? profile : key_name;
    YX_TRY(const auto key, keys.make_key(name, random_));
    YX_TRY(const x509::Certificate certificate, under(issuer, profile, issuer_name, *key, service));
    return keys.put_certificate(name, certificate);
  }

  Result<void> make_services() {
    YX_TRY(pki::CertificateAuthority issuing, authority("issuing", report_.issuing, *issuing_key_));
    YX_TRY(pki::CertificateAuthority roles, authority("roles", report_.roles, *roles_key_));
    const std::string& name = plan_.settings.organization;
    YX_TRY(const KeyChest ocsp, chest("ocsp"));
    YX_CHECK(make_service(issuing, "issuing", ocsp, "ocsp", name + " 证书状态"));
    YX_CHECK(make_service(roles, "roles", ocsp, "ocsp-roles", name + " 角色证书状态"));
    YX_TRY(const KeyChest tsa, chest("tsa"));
    YX_CHECK(make_service(issuing, "issuing", tsa, "tsa", name + " 时间戳"));
    YX_TRY(const KeyChest seal, chest("seal"));
    YX_CHECK(make_service(issuing, "issuing", seal, "seal-maker", name + " 制章"));
    YX_CHECK(seal.put_secret("roster", *roster_key_, random_));
    YX_TRY(const KeyChest outside, chest("outside"));
    YX_CHECK(make_service(roles, "roles", outside, "evidence", name + " 核验回执"));
    YX_CHECK(make_service(roles, "roles", outside, "sealing", name + " 密码信函", "letter"));
    YX_CHECK(make_service(roles, "roles", outside, "domain", name + " 外联域", "outside"));
    YX_TRY(const KeyChest pin, chest("pin"));
    YX_CHECK(make_service(roles, "roles", pin, "domain", name + " 密码域", "pin"));
    YX_CHECK(make_service(roles, "roles", pin, "sealing", name + " 激活受理", "door"));
    YX_TRY(const x509::Certificate door, pin.certificate("door"));
    YX_CHECK(publish("pin-door", door));
    YX_TRY(const KeyChest kmc, chest("kmc"));
    YX_CHECK(make_service(roles, "roles", kmc, "domain", name + " 密钥管理中心", "kmc"));
    for (const char* side : {"desk", "street"}) {
      YX_TRY(const KeyChest own, chest(side));
      for (const char* secret : {"field", "blob"}) {
        YX_CHECK(own.put_secret(secret, random_.secret(crypto::sm4_key_size), random_));
      }
      for (const char* secret : {"index", "address"}) {
        YX_CHECK(own.put_secret(secret, random_.secret(crypto::sm3_size), random_));
      }
    }
    YX_TRY(const KeyChest desk, KeyChest::open(folder_ + "/desk", "desk", boot_));
    YX_CHECK(desk.put_secret("roster", *roster_key_, random_));
    YX_CHECK(make_service(roles, "roles", *vault_, "domain", name + " 签发域", "vault"));
    return make_service(roles, "roles", *vault_, "permit", name + " 制证许可");
  }

  // Five custodians share the escrow key; without them there is no key centre, and no pair can be issued.
  Result<void> make_escrow() {
    if (custodians_.empty()) {
      return {};
    }
    YX_TRY(const kmc::EscrowRecord record, kmc::make_escrow(custodians_, random_));
    return cli::write_file(folder_ + "/kmc/escrow.der", record.to_der(), false, 0600);
  }

  // A custodian's share is sealed to an encryption key that only his UKey can open: the pair is made here and leaves
  // as an envelope for the UKey's signing key.
  Result<Bytes> take_in_custodian(const x509::Certificate& certificate) {
    const auto recipient = certificate.public_key().sm2();
    if (!recipient) {
      return fail(ErrorCode::invalid_input, "a custodian's key is not an SM2 key");
    }
    const crypto::Sm2PrivateKey encryption = crypto::Sm2PrivateKey::generate(random_);
    YX_TRY(const crypto::EnvelopedKey envelope, crypto::envelope_key(*recipient, encryption, random_));
    custodians_.push_back({certificate, encryption.public_key()});
    return envelope.to_der();
  }

  Result<void> make_stations() {
    YX_TRY(pki::CertificateAuthority roles, authority("roles", report_.roles, *roles_key_));
    for (const StationRequest& station : plan_.stations) {
      YX_TRY(const auto request, x509::CertificationRequest::parse(station.request));
      if (request.check_signature() != x509::SignatureCheck::holds) {
        return fail(ErrorCode::invalid_input, "a station's request does not prove possession of its key");
      }
      YX_TRY(x509::Certificate certificate, ceremony_->make(roles, "station", facts(station.name),
                                                            plan_.settings.around("roles"), request.public_key()));
      report_.stations.push_back(std::move(certificate));
    }
    return {};
  }

  Result<x509::PublicKey> proven_key(BytesView request) const {
    YX_TRY(const auto parsed, x509::CertificationRequest::parse(request));
    if (parsed.check_signature() != x509::SignatureCheck::holds) {
      return fail(ErrorCode::invalid_input, "an officer's request does not prove possession of its key");
    }
    return parsed.public_key();
  }

  Result<void> make_officers() {
    YX_TRY(pki::CertificateAuthority roles, authority("roles", report_.roles, *roles_key_));
    YX_TRY(const SecretBytes roster_key, vault_->secret("roster"));
    for (const OfficerRequest& officer : plan_.officers) {
      YX_TRY(const x509::PublicKey key, proven_key(officer.request));
      pki::Facts about = facts();
      about["officer.name"] = officer.name;
      about["officer.role"] = std::string(trust::name_of(officer.role));
      about["officer.person"] = to_hex(trust::person_id(roster_key.expose(), officer.resident_id).value);
      const bool administrator = officer.role == trust::Role::system_administrator ||
                                 officer.role == trust::Role::security_administrator ||
                                 officer.role == trust::Role::audit_administrator;
      YX_TRY(x509::Certificate certificate, ceremony_->make(roles, administrator ? "administrator" : "officer-approval",
                                                            about, plan_.settings.around("roles"), key));
      Bytes envelope;
      if (officer.role == trust::Role::custodian) {
        YX_TRY(envelope, take_in_custodian(certificate));
      }
      report_.officers.push_back(std::move(certificate));
      report_.envelopes.push_back(std::move(envelope));
      YX_TRY(report_.logins.emplace_back(), make_login(roles, officer, about, key));
    }
    return {};
  }

  // A key of its own, so that whoever opens sessions with it can never have approved anything.
  Result<std::optional<x509::Certificate>> make_login(pki::CertificateAuthority& roles, const OfficerRequest& officer,
                                                      const pki::Facts& about, const x509::PublicKey& approval_key) {
    if (officer.login_request.empty()) {
      return std::optional<x509::Certificate>();
    }
    YX_TRY(const x509::PublicKey key, proven_key(officer.login_request));
    if (same(key.der(), approval_key.der())) {
      return fail(ErrorCode::invalid_input, "an officer's login key is the approval key");
    }
    YX_TRY(x509::Certificate certificate,
           ceremony_->make(roles, "officer-login", about, plan_.settings.around("roles"), key));
    return std::optional(std::move(certificate));
  }

  const CeremonyPlan& plan_;
  const crypto::BootSecret& boot_;
  Random& random_;
  const Clock& clock_;
  std::string folder_;
  pki::ProfileSet profiles_;
  std::unique_ptr<audit::AuditLog> audit_;
  std::unique_ptr<store::Engine> engine_;
  std::unique_ptr<store::vault::VaultStore> journal_;
  std::unique_ptr<pki::Ceremony> ceremony_;
  std::optional<KeyChest> vault_;
  std::optional<SecretBytes> roster_key_;
  std::vector<kmc::Custodian> custodians_;
  std::shared_ptr<crypto::SoftSigner> issuing_key_, roles_key_;
  CeremonyReport report_;
};

}  // namespace

Result<CeremonyReport> hold_ceremony(const CeremonyPlan& plan, const crypto::BootSecret& boot, Random& random,
                                     const Clock& clock) {
  std::error_code failed;
  if (fs::exists(plan.folder, failed) && !fs::is_empty(plan.folder, failed)) {
    return fail(ErrorCode::already_exists, plan.folder + " is not empty; an office is never overwritten");
  }
  const auto root = fs::weakly_canonical(plan.root_folder, failed).string() + "/";
  const auto office = fs::weakly_canonical(plan.folder, failed).string() + "/";
  if (root.starts_with(office)) {
    return fail(ErrorCode::invalid_input, "the root key may not stand inside the office's folder");
  }
  if (fs::exists(plan.root_folder + "/root.key", failed)) {
    return fail(ErrorCode::already_exists,
                plan.root_folder + "/root.key is there already; a root is never overwritten");
  }
  fs::create_directories(plan.root_folder, failed);
  if (failed || chmod(plan.root_folder.c_str(), 0700) != 0) {
    return fail(ErrorCode::internal, "cannot make the folder of the root key");
  }
  const std::string beside = plan.folder + ".ceremony";
  fs::remove_all(beside, failed);  // what an interrupted ceremony left; nothing of it was ever in use
  auto report = Builder(plan, boot, random, clock, beside).build();
  if (!report) {
    fs::remove(plan.root_folder + "/root.key", failed);  // it has signed nothing that is left
    fs::remove_all(beside, failed);
    return report;
  }
  fs::remove(plan.folder, failed);
  fs::rename(beside, plan.folder, failed);
  if (failed) {
    return fail(ErrorCode::internal, "cannot put the office in place: " + failed.message());
  }
  return report;
}

}  // namespace yinxin::office
