#include "yinxin/office/house.h"

#include "crypto/oids.h"

namespace yinxin::office {

namespace {

// One clock only: said so at start, and refused in production.
class OneClock final : public pki::TimeSource {
 public:
  explicit OneClock(const Clock& clock) : clock_(&clock) {}
  pki::SoundTime read() override { return {.now = clock_->now(), .sound = true}; }

 private:
  const Clock* clock_;
};

}  // namespace

Result<std::unique_ptr<House>> House::open(const std::string& folder, const std::string& profiles,
                                           const crypto::BootSecret& boot, const Clock& clock, Opened opened,
                                           const std::string& vfs, Neighbours neighbours) {
  std::unique_ptr<House> house(new House(folder, clock));
  house->vfs_ = vfs;
  house->neighbours_ = std::move(neighbours);
  YX_TRY(house->settings_, Settings::read(folder));
  std::error_code ignored;
  if (std::filesystem::exists(folder + "/root.key", ignored)) {
    return fail(ErrorCode::precondition, "the root key stands in the office's folder; take it off line first");
  }
  YX_TRY(house->profiles_, pki::ProfileSet::load(profiles));
  for (const auto& [name, target] :
       {std::pair{"root", &house->root_}, std::pair{"issuing", &house->issuing_}, std::pair{"roles", &house->roles_}}) {
    YX_TRY(const Bytes der, house->public_file(std::string(name) + ".cer"));
    YX_TRY(*target, x509::Certificate::parse(der));
  }
  const DomainPlace place{.folder = folder,
                          .environment = house->settings_.environment,
                          .vfs = vfs,
                          .boot = &boot,
                          .random = &house->random_,
                          .clock = &clock};
  house->doors_ = house->neighbours_.vault.get();
  if (house->doors_ == nullptr) {
    YX_TRY(house->vault_domain_,
           VaultDomain::open(place, house->settings_, house->profiles_, {house->issuing_, house->roles_}));
    house->doors_ = house->vault_domain_.get();
  }
  if (opened != Opened::making && house->vault_domain_) {
    YX_CHECK(house->open_answers(place));
  }
  if (opened != Opened::answers) {
    YX_CHECK(house->open_making(place));
  }
  return house;
}

Result<void> House::open_answers(const DomainPlace& place) {
  YX_TRY(const KeyChest ocsp, KeyChest::open(folder_ + "/ocsp", "ocsp", *place.boot));
  YX_TRY(ocsp_key_, ocsp.key("ocsp"));
  YX_TRY(roles_ocsp_key_, ocsp.key("ocsp-roles"));
  YX_TRY(const x509::Certificate delegate, ocsp.certificate("ocsp"));
  YX_TRY(const x509::Certificate roles_delegate, ocsp.certificate("ocsp-roles"));
  responder_ = std::make_unique<pki::OcspResponder>(vault_domain_->status(), vault_domain_->heads(), *clock_,
                                                    [](const auto&, BytesView) {});
  YX_CHECK(responder_->serve(issuing_, delegate, *ocsp_key_));
  YX_CHECK(responder_->serve(roles_, roles_delegate, *roles_ocsp_key_));
  YX_CHECK(responder_->refresh());
  YX_TRY(const KeyChest tsa, KeyChest::open(folder_ + "/tsa", "tsa", *place.boot));
  YX_TRY(tsa_key_, tsa.key("tsa"));
  YX_TRY(x509::Certificate stamp_certificate, tsa.certificate("tsa"));
  YX_TRY(tsa_engine_,
         store::Engine::open(
             folder_ + "/tsa/tsa.db",
             {.domain = "tsa", .migrations = store::vault::tsa_migrations(), .vfs = vfs_, .clock = clock_}));
  stamps_ = std::make_unique<store::vault::TsaStore>(*tsa_engine_);
  time_ = std::make_unique<OneClock>(*clock_);
  YX_TRY(stamper_, pki::TimeStampAuthority::make(std::move(stamp_certificate), oid::policy_time_stamp(), *tsa_key_,
                                                 *stamps_, *time_));
  return {};
}

Result<x509::CertificateList> House::publish_list(std::string_view issuer) {
  if (!vault_domain_) {
    return fail(ErrorCode::precondition, "the vault is a process of its own");
  }
  return vault_domain_->publish_list(issuer);
}

Result<x509::CertificateList> House::current_roles_list() {
  return vault_domain_ ? vault_domain_->current_roles_list() : published_roles_list(folder_, roles_);
}

Result<std::size_t> House::publish_due_lists() {
  return vault_domain_ ? vault_domain_->publish_due_lists() : Result<std::size_t>(0);
}

Bytes House::answer_time_stamp(BytesView request) { return stamper_->answer(request); }

}  // namespace yinxin::office
