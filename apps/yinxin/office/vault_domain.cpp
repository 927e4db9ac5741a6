#include "yinxin/office/vault_domain.h"

#include <algorithm>

#include "crypto/asn1/der.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr int this_instance = 1;
constexpr int this_epoch = 0;
constexpr std::size_t discards_at_once = 64;
constexpr std::size_t max_public_file_bytes = 256U * 1024 * 1024;
constexpr std::array<std::string_view, 7> public_files{"root.cer", "issuing.cer", "roles.cer", "pin-door.cer",
                                                       "root.crl", "issuing.crl", "roles.crl"};

}  // namespace

Result<Bytes> published_file(const std::string& folder, std::string_view name) {
  if (std::ranges::find(public_files, name) == public_files.end()) {
    return fail(ErrorCode::not_found, "nothing of that name is published");
  }
  return cli::read_file(folder + "/public/" + std::string(name), max_public_file_bytes);
}

Result<x509::CertificateList> published_roles_list(const std::string& folder, const x509::Certificate& roles) {
  YX_TRY(const Bytes der, published_file(folder, "roles.crl"));
  YX_TRY(x509::CertificateList list, x509::CertificateList::parse(der));
  if (list.signed_by(roles.public_key()) != x509::SignatureCheck::holds) {
    return fail(ErrorCode::corrupt, "the published list of the roles CA is not the one that was signed");
  }
  return list;
}

// ------------------------------------------------------------------------------------------------------------ opening

Result<std::unique_ptr<VaultDomain>> VaultDomain::open(const DomainPlace& place, const Settings& settings,
                                                       const pki::ProfileSet& profiles, Authorities authorities) {
  const store::Migrations& migrations = store::vault::migrations();
  YX_TRY(Domain domain, Domain::open(place, "vault", &migrations));
  std::unique_ptr<VaultDomain> made(new VaultDomain(std::move(domain), place, settings, profiles));
  made->issuing_ = std::move(authorities.issuing);
  made->roles_ = std::move(authorities.roles);
  YX_CHECK(made->open_status());
  return made;
}

Result<void> VaultDomain::open_status() {
  YX_TRY(issuing_key_, domain_.chest.key("issuing"));
  YX_TRY(roles_key_, domain_.chest.key("roles"));
  YX_TRY(certificate_, domain_.chest.certificate("vault"));
  YX_TRY(permit_certificate_, domain_.chest.certificate("permit"));
  journal_ = std::make_unique<store::vault::VaultStore>(*domain_.engine);
  book_ = std::make_unique<store::vault::VaultBookStore>(*domain_.engine);
  heads_ = std::make_unique<pki::HeadFolder>(folder_ + "/heads");
  issuing_head_ = std::make_unique<pki::HeadSigner>(*issuing_key_, *journal_, *heads_, *clock_);
  roles_head_ = std::make_unique<pki::HeadSigner>(*roles_key_, *journal_, *heads_, *clock_);
  YX_CHECK(issuing_head_->advance());
  YX_CHECK(roles_head_->advance());
  feeder_ = std::make_unique<pki::StatusFeeder>(*journal_);
  feeder_->add(*issuing_head_);
  feeder_->add(*roles_head_);
  revocations_ = std::make_unique<pki::Revocations>(pki::issuer_id(issuing_.public_key()), *journal_, *issuing_head_,
                                                    *domain_.audit, *clock_);
  issuing_lists_ =
      std::make_unique<pki::CrlPublisher>(issuing_, *issuing_key_, *journal_, *heads_, *domain_.audit, *clock_);
  roles_lists_ = std::make_unique<pki::CrlPublisher>(roles_, *roles_key_, *journal_, *heads_, *domain_.audit, *clock_);
  return {};
}

Result<void> VaultDomain::begin_making(KeyDoors* centre, PinDoors& pin, pki::SealWorkshop& seals) {
  YX_TRY(vault_key_, domain_.chest.key("vault"));
  YX_TRY(permit_key_, domain_.chest.key("permit"));
  const auto edge = [&](const x509::Certificate& neighbour) {
    return Edge{.own = certificate_, .signer = vault_key_.get(), .neighbour = neighbour, .clock = clock_};
  };
  pin_line_ = std::make_unique<PinLine>(edge(pin.certificate()), [&pin](BytesView order) { return pin.order(order); });
  if (centre == nullptr) {
    return {};
  }
  centre_line_ = std::make_unique<KeyCentreLine>(
      edge(centre->certificate()), [centre](BytesView request) { return centre->hand_over(request); },
      [centre](BytesView retirement) { return centre->retire(retirement); });
  YX_TRY(const pki::SerialNumbers serials, pki::SerialNumbers::make(this_instance, this_epoch, *random_));
  YX_TRY(authority_, pki::CertificateAuthority::make({.certificate = issuing_,
                                                      .profile = "issuing",
                                                      .signer = issuing_key_.get(),
                                                      .journal = journal_.get(),
                                                      .audit = domain_.audit.get(),
                                                      .encryption_keys = centre_line_.get(),
                                                      .clock = clock_,
                                                      .profiles = &profiles_},
                                                     serials));
  YX_TRY(const SecretBytes roster_key, domain_.chest.secret("roster"));
  vault_.emplace(pki::Vault::Parts{.authority = &*authority_,
                                   .journal = journal_.get(),
                                   .book = book_.get(),
                                   .heads = issuing_head_.get(),
                                   .revocations = revocations_.get(),
                                   .secrets = pin_line_.get(),
                                   .seals = &seals,
                                   .audit = domain_.audit.get(),
                                   .clock = clock_,
                                   .random = random_,
                                   .profiles = &profiles_,
                                   .permit_signer = permit_key_.get(),
                                   .permit_certificate = permit_certificate_,
                                   .issuing = issuing_,
                                   .roles_ca = roles_,
                                   .roster_key = to_bytes(roster_key.expose()),
                                   .around = settings_.around("issuing"),
                                   .roles_list = [this] { return current_roles_list(); }});
  return {};
}

Result<pki::Vault*> VaultDomain::vault() {
  if (!vault_) {
    return fail(ErrorCode::precondition,
                "this office has no key centre: its ceremony had no custodians, so no pair can be issued");
  }
  return &*vault_;
}

// -------------------------------------------------------------------------------------------------------------- doors

Result<pki::Vault::Permitted> VaultDomain::permit(const trust::Bundle& bundle, std::int64_t line,
                                                  const std::string& device, const x509::Certificate& station,
                                                  const x509::Certificate& officer) {
  YX_TRY(pki::Vault* const made, vault());
  return made->permit(bundle, line, device, station, officer);
}

Result<void> VaultDomain::issue(const trust::Bundle& bundle, const trust::KeyingBundle& keying) {
  YX_CHECK(resume());
  YX_TRY(pki::Vault* const made, vault());
  YX_CHECK(made->issue(bundle, keying));
  YX_CHECK(publish_due_lists());
  return {};
}

Result<Bytes> VaultDomain::make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView picture) {
  YX_TRY(pki::Vault* const made, vault());
  return made->make_seal(bundle, line, picture);
}

Result<void> VaultDomain::hear_written(const crypto::Digest& second_approval, std::int64_t line, BytesView word) {
  YX_TRY(pki::Vault* const made, vault());
  return made->hear_written(second_approval, line, word);
}

Result<void> VaultDomain::hear_activated(const crypto::Digest& second_approval, std::int64_t line, BytesView word) {
  YX_TRY(pki::Vault* const made, vault());
  YX_CHECK(made->hear_activated(second_approval, line, word));
  YX_CHECK(publish_due_lists());
  return {};
}

Result<std::size_t> VaultDomain::give_up_held(const std::string& case_id, Instant before, const std::string& why) {
  YX_TRY(pki::Vault* const made, vault());
  return made->give_up_held(case_id, before, why);
}

Result<std::optional<pki::IssuedLine>> VaultDomain::find_issued(const crypto::Digest& second_approval,
                                                                std::int64_t line) {
  return book_->find_issued(second_approval, line);
}

Result<std::optional<pki::IssuedLine>> VaultDomain::find_issued_on(const std::string& device) {
  return book_->find_issued_on(device);
}

Result<std::vector<pki::ActivatedLine>> VaultDomain::activated(std::int64_t after, std::size_t limit) {
  return book_->activated(after, limit);
}

Result<std::vector<Bytes>> VaultDomain::manifests() {
  YX_TRY(const auto hashes, book_->manifests());
  std::vector<Bytes> all;
  for (const auto& hash : hashes) {
    YX_TRY(Bytes one, book_->manifest(hash));
    all.push_back(std::move(one));
  }
  return all;
}

// ------------------------------------------------------------------------------------------------------------- upkeep

Result<x509::CertificateList> VaultDomain::publish_list(std::string_view issuer) {
  if (issuer != "issuing" && issuer != "roles") {
    return fail(ErrorCode::not_found, "there is no authority of that name");
  }
  YX_TRY(x509::CertificateList list, (issuer == "issuing" ? issuing_lists_ : roles_lists_)->publish());
  YX_CHECK(cli::write_file(folder_ + "/public/" + std::string(issuer) + ".crl", list.der(), true));
  has_news_ = true;
  return list;
}

Result<x509::CertificateList> VaultDomain::current_roles_list() {
  YX_TRY(const bool due, roles_lists_->is_due());
  if (due) {
    return publish_list("roles");
  }
  return published_roles_list(folder_, roles_);
}

Result<std::size_t> VaultDomain::publish_due_lists() {
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

// Serial numbers that were burned had, perhaps, a key promised by the key centre.
Result<void> VaultDomain::retire_burned_keys() {
  const auto outbox = store::WorkQueue::outbox(*clock_);
  YX_TRY(const auto claimed, domain_.engine->write([&](store::Transaction& t) {
    return outbox.claim(t, store::vault::discard_key, discards_at_once, discard_lease);
  }));
  for (const store::Claimed& item : claimed) {
    asn1::Reader all(item.payload);
    YX_TRY(asn1::Reader parts, all.sequence());
    YX_TRY(const BytesView issuer, parts.octet_string());
    YX_TRY(const BytesView serial, parts.octet_string());
    pki::IssuerId id{};
    if (issuer.size() != id.size()) {
      return fail(ErrorCode::corrupt, "an order to discard a key without its issuer");
    }
    std::ranges::copy(issuer, id.begin());
    YX_CHECK(centre_line_->retire(id, serial));
    YX_CHECK(domain_.engine->write([&](store::Transaction& t) { return outbox.finish(t, item); }));
  }
  return {};
}

Result<void> VaultDomain::feed(pki::StatusDoors& doors) {
  const std::scoped_lock lock(feeding_);
  return feeder_->feed(doors);
}

Result<std::size_t> VaultDomain::resume() {
  YX_TRY(pki::Vault* const made, vault());
  YX_TRY(const std::size_t given_up, made->resume());
  YX_CHECK(retire_burned_keys());
  return given_up;
}

}  // namespace yinxin::office
