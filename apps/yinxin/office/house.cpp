#include "yinxin/office/house.h"

namespace yinxin::office {

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
  if (opened != Opened::making) {
    YX_CHECK(house->open_answers(place));
  }
  if (opened != Opened::answers) {
    YX_CHECK(house->open_making(place));
  }
  return house;
}

Result<void> House::open_answers(const DomainPlace& place) {
  if (!vault_domain_) {
    answers_ = std::move(neighbours_.answers);
    return {};
  }
  YX_TRY(auto own, OwnAnswers::open(place, issuing_, roles_));
  status_ = &own->feeding();
  answers_ = std::move(own);
  return refresh_status();
}

Result<void> House::refresh_status() {
  if (!answers_) {
    return fail(ErrorCode::precondition, "this office was not opened for answers");
  }
  return status_ == nullptr ? Result<void>() : vault_domain_->feed(*status_);
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

}  // namespace yinxin::office
