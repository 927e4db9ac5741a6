#include "yinxin/office/house.h"

#include <boost/json.hpp>

#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr std::size_t max_settings_bytes = 64 * 1024;
constexpr std::size_t max_public_file_bytes = 256U * 1024 * 1024;

}  // namespace

pki::Surroundings Settings::around(std::string_view issuer) const {
  const std::string name(issuer);
  return {.environment = environment,
          .crl_address = address + "/crl/" + name + ".crl",
          .ocsp_address = address + "/ocsp",
          .issuer_address = address + "/ca/" + name + ".cer",
          .cps_address = {}};
}

std::string Settings::to_json() const {
  return boost::json::serialize(boost::json::object{
             {"version", 1}, {"environment", environment}, {"organization", organization}, {"address", address}}) +
         "\n";
}

Result<Settings> Settings::from_json(std::string_view text) {
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse({text.data(), text.size()}, failed);
  const auto* object = failed ? nullptr : read.if_object();
  if (object == nullptr) {
    return fail(ErrorCode::corrupt, "office.json is not a JSON object");
  }
  Settings settings;
  for (const auto& [name, target] :
       {std::pair{"environment", &settings.environment}, std::pair{"organization", &settings.organization},
        std::pair{"address", &settings.address}}) {
    const auto* value = object->if_contains(name);
    if (value == nullptr || !value->is_string()) {
      return fail(ErrorCode::corrupt, std::string("office.json does not say its ") + name);
    }
    *target = std::string(value->get_string());
  }
  return settings;
}

Result<std::unique_ptr<House>> House::open(const std::string& folder, const std::string& profiles,
                                           const crypto::BootSecret& boot, const Clock& clock, Opened opened,
                                           const std::string& vfs, Neighbours neighbours) {
  std::unique_ptr<House> house(new House(folder, clock));
  house->vfs_ = vfs;
  house->neighbours_ = std::move(neighbours);
  YX_TRY(const Bytes settings, cli::read_file(folder + "/office.json", max_settings_bytes));
  YX_TRY(house->settings_, Settings::from_json(text_of(settings)));
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
  YX_CHECK(house->open_vault(boot));
  if (opened != Opened::making) {
    YX_CHECK(house->open_answers(boot));
  }
  if (opened != Opened::answers) {
    YX_CHECK(house->open_making(boot));
  }
  return house;
}

Result<void> House::open_vault(const crypto::BootSecret& boot) {
  YX_TRY(const KeyChest vault, KeyChest::open(folder_ + "/vault", "vault", boot));
  YX_TRY(issuing_key_, vault.key("issuing"));
  YX_TRY(roles_key_, vault.key("roles"));
  YX_TRY(auto file, audit::open_for_appending(folder_ + "/audit/vault.log"));
  YX_TRY(audit_,
         audit::AuditLog::open(std::move(file), {.writer = "vault", .environment = settings_.environment}, *clock_));
  YX_TRY(
      vault_engine_,
      store::Engine::open(folder_ + "/vault/vault.db",
                          {.domain = "vault", .migrations = store::vault::migrations(), .vfs = vfs_, .clock = clock_}));
  journal_ = std::make_unique<store::vault::VaultStore>(*vault_engine_);
  heads_ = std::make_unique<pki::HeadFolder>(folder_ + "/heads");
  issuing_head_ = std::make_unique<pki::HeadSigner>(*issuing_key_, *journal_, *heads_, *clock_);
  roles_head_ = std::make_unique<pki::HeadSigner>(*roles_key_, *journal_, *heads_, *clock_);
  YX_CHECK(issuing_head_->advance());
  YX_CHECK(roles_head_->advance());
  revocations_ = std::make_unique<pki::Revocations>(pki::issuer_id(issuing_.public_key()), *journal_, *issuing_head_,
                                                    *audit_, *clock_);
  issuing_lists_ = std::make_unique<pki::CrlPublisher>(issuing_, *issuing_key_, *journal_, *heads_, *audit_, *clock_);
  roles_lists_ = std::make_unique<pki::CrlPublisher>(roles_, *roles_key_, *journal_, *heads_, *audit_, *clock_);
  return {};
}

Result<void> House::open_answers(const crypto::BootSecret& boot) {
  feeder_ = std::make_unique<pki::StatusFeeder>(*journal_);
  feeder_->add(*issuing_head_);
  feeder_->add(*roles_head_);
  answers_ = std::move(neighbours_.answers);
  if (answers_) {
    far_status_ = std::move(neighbours_.status);
    status_ = far_status_.get();
    return {};
  }
  const DomainPlace place{.folder = folder_,
                          .environment = settings_.environment,
                          .vfs = vfs_,
                          .boot = &boot,
                          .random = &random_,
                          .clock = clock_};
  YX_TRY(auto own, OwnAnswers::open(place, issuing_, roles_));
  status_ = &own->feeding();
  answers_ = std::move(own);
  return refresh_status();
}

Result<void> House::refresh_status() {
  if (status_ == nullptr) {
    return fail(ErrorCode::precondition, "this office was not opened for answers");
  }
  return feeder_->feed(*status_);
}

Result<x509::CertificateList> House::publish_list(std::string_view issuer) {
  if (issuer != "issuing" && issuer != "roles") {
    return fail(ErrorCode::not_found, "there is no authority of that name");
  }
  YX_TRY(x509::CertificateList list, (issuer == "issuing" ? issuing_lists_ : roles_lists_)->publish());
  YX_CHECK(cli::write_file(folder_ + "/public/" + std::string(issuer) + ".crl", list.der(), true));
  has_news_ = true;
  return list;
}

Result<std::size_t> House::publish_due_lists() {
  std::size_t published = 0;
  for (const std::string_view issuer : {"issuing", "roles"}) {
    YX_TRY(const bool due, (issuer == "issuing" ? issuing_lists_ : roles_lists_)->is_due());
    if (due) {
      YX_CHECK(publish_list(issuer));
      ++published;
    }
  }
  return published;
}

Result<Bytes> House::public_file(std::string_view name) const {
  for (const std::string_view known :
       {"root.cer", "issuing.cer", "roles.cer", "pin-door.cer", "root.crl", "issuing.crl", "roles.crl"}) {
    if (name == known) {
      return cli::read_file(folder_ + "/public/" + std::string(known), max_public_file_bytes);
    }
  }
  return fail(ErrorCode::not_found, "nothing of that name is published");
}

}  // namespace yinxin::office
