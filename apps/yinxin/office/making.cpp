// The half of the house that makes certificates and seals: vault, key centre, PIN domain, seal maker, outside.

#include <algorithm>

#include "crypto/asn1/der.h"
#include "terminal/files.h"
#include "yinxin/office/house.h"

namespace yinxin::office {

namespace {

constexpr int this_instance = 1;
constexpr int this_epoch = 0;
constexpr std::size_t discards_at_once = 64;
constexpr std::size_t held_cases_at_once = 32;
constexpr std::chrono::minutes held_case_lease{5};

// A seal maker in a process of its own reads the roles CA's list where it is published: it is current before it is
// asked.
class PublishedFirst final : public pki::SealWorkshop {
 public:
  PublishedFirst(std::function<Result<x509::CertificateList>()> publish, std::unique_ptr<pki::SealWorkshop> seals)
      : publish_(std::move(publish)), seals_(std::move(seals)) {}
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                          const x509::Certificate& owner, BytesView picture) override {
    YX_CHECK(publish_());
    return seals_->make_seal(bundle, line, receipt, owner, picture);
  }

 private:
  std::function<Result<x509::CertificateList>()> publish_;
  std::unique_ptr<pki::SealWorkshop> seals_;
};

}  // namespace

Result<void> House::open_making(const crypto::BootSecret& boot) {
  const DomainPlace place{.folder = folder_,
                          .environment = settings_.environment,
                          .vfs = vfs_,
                          .boot = &boot,
                          .random = &random_,
                          .clock = clock_};
  YX_TRY(const KeyChest chest, KeyChest::open(folder_ + "/vault", "vault", boot));
  YX_TRY(const x509::Certificate vault_certificate, chest.certificate("vault"));
  YX_TRY(const x509::Certificate permit, chest.certificate("permit"));
  YX_TRY(vault_key_, chest.key("vault"));
  YX_TRY(permit_key_, chest.key("permit"));
  book_ = std::make_unique<store::vault::VaultBookStore>(*vault_engine_);
  YX_TRY(outside_, OutsideDomain::open(place));
  YX_CHECK(open_pin(place, vault_certificate));
  YX_TRY(desk_, DeskDomain::open(place, roles_));
  if (neighbours_.seals) {
    seals_ = std::make_unique<PublishedFirst>([this] { return current_roles_list(); }, std::move(neighbours_.seals));
  } else {
    YX_TRY(seals_, SealDomain::open(place, {.roles_ca = roles_,
                                            .permit = permit,
                                            .ca_key_hash = pki::issuer_id(issuing_.public_key()),
                                            .around = settings_.around("issuing"),
                                            .profiles = &profiles_,
                                            .roles_list = [this] { return current_roles_list(); }}));
  }
  const auto edge = [&](const x509::Certificate& neighbour) {
    return Edge{.own = vault_certificate, .signer = vault_key_.get(), .neighbour = neighbour, .clock = clock_};
  };
  pin_line_ = std::make_unique<PinLine>(
      edge(pin_->certificate()), [this](BytesView order) { return (vault_pin_ ? vault_pin_ : pin_)->order(order); });
  centre_ = std::move(neighbours_.centre);
  if (!centre_) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder_ + "/kmc/escrow.der", ignored)) {
      return {};
    }
    YX_TRY(centre_, KeyCentre::open(place, vault_certificate));
  }
  centre_line_ = std::make_unique<KeyCentreLine>(
      edge(centre_->certificate()), [this](BytesView request) { return centre_->hand_over(request); },
      [this](BytesView retirement) { return centre_->retire(retirement); });
  return make_vault(chest);
}

Result<void> House::open_pin(const DomainPlace& place, const x509::Certificate& vault) {
  pin_ = std::move(neighbours_.pin);
  vault_pin_ = std::move(neighbours_.pin_of_vault);
  if (!pin_) {
    YX_TRY(pin_, PinDomain::open(place, vault, outside_->certificate(), {outside_->letter_key()}));
  }
  return {};
}

Result<void> House::make_vault(const KeyChest& chest) {
  YX_TRY(const pki::SerialNumbers serials, pki::SerialNumbers::make(this_instance, this_epoch, random_));
  YX_TRY(authority_, pki::CertificateAuthority::make({.certificate = issuing_,
                                                      .profile = "issuing",
                                                      .signer = issuing_key_.get(),
                                                      .journal = journal_.get(),
                                                      .audit = audit_.get(),
                                                      .encryption_keys = centre_line_.get(),
                                                      .clock = clock_,
                                                      .profiles = &profiles_},
                                                     serials));
  YX_TRY(const SecretBytes roster_key, chest.secret("roster"));
  YX_TRY(const x509::Certificate permit, chest.certificate("permit"));
  vault_.emplace(pki::Vault::Parts{.authority = &*authority_,
                                   .journal = journal_.get(),
                                   .book = book_.get(),
                                   .heads = issuing_head_.get(),
                                   .revocations = revocations_.get(),
                                   .secrets = pin_line_.get(),
                                   .seals = seals_.get(),
                                   .audit = audit_.get(),
                                   .clock = clock_,
                                   .random = &random_,
                                   .profiles = &profiles_,
                                   .permit_signer = permit_key_.get(),
                                   .permit_certificate = permit,
                                   .issuing = issuing_,
                                   .roles_ca = roles_,
                                   .roster_key = to_bytes(roster_key.expose()),
                                   .around = settings_.around("issuing"),
                                   .roles_list = [this] { return current_roles_list(); }});
  return {};
}

Result<pki::Vault*> House::vault() {
  if (!vault_) {
    return fail(ErrorCode::precondition,
                "this office has no key centre: its ceremony had no custodians, so no pair can be issued");
  }
  return &*vault_;
}

// The list that officers' words are held against: published anew when it is due, never older than the status.
Result<x509::CertificateList> House::current_roles_list() {
  YX_TRY(const bool due, roles_lists_->is_due());
  if (due) {
    return publish_list("roles");
  }
  YX_TRY(const Bytes der, public_file("roles.crl"));
  YX_TRY(x509::CertificateList list, x509::CertificateList::parse(der));
  if (list.signed_by(roles_.public_key()) != x509::SignatureCheck::holds) {
    return fail(ErrorCode::corrupt, "the published list of the roles CA is not the one that was signed");
  }
  return list;
}

// Serial numbers that were burned had, perhaps, a key promised by the key centre.
Result<void> House::retire_burned_keys() {
  const auto outbox = store::WorkQueue::outbox(*clock_);
  YX_TRY(const auto claimed, vault_engine_->write([&](store::Transaction& t) {
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
    YX_CHECK(vault_engine_->write([&](store::Transaction& t) { return outbox.finish(t, item); }));
  }
  return {};
}

// A parcel was lost, or the case is over: what was issued for it stays with nobody.
Result<void> House::end_held(const hall::DeskWork& work) {
  YX_TRY(const hall::CaseRecord record, desk().find(work.case_id));
  Instant before = clock_->now();
  if (!hall::life::case_states[static_cast<std::size_t>(record.application.state)].is_final) {
    // It may have been made anew meanwhile.
    YX_TRY(const auto told, desk().timeline(work.case_id));
    const auto lost =
        std::ranges::find(told.rbegin(), told.rend(), std::string("parcel_lost"), &hall::CaseEventRecord::kind);
    if (lost == told.rend()) {
      return {};
    }
    before = lost->at;
  }
  YX_TRY(pki::Vault* const made, vault());
  YX_CHECK(made->give_up_held(work.case_id, before, "the parcel was lost, or the case is over"));
  return {};
}

Result<void> House::end_held_lines() {
  YX_TRY(const auto waiting,
         desk_->claim_work(hall::IntentKind::revoke_held_certificates, held_cases_at_once, held_case_lease));
  for (const DeskDomain::Message& each : waiting) {
    const auto ended = end_held(each.work);
    YX_CHECK(desk_->settle(each.claimed, ended));
    YX_CHECK(ended);
  }
  return {};
}

Result<void> House::work() {
  if (!vault_) {
    return {};
  }
  YX_CHECK(resume());
  if (desk_) {
    YX_CHECK(end_held_lines());
  }
  YX_CHECK(centre_->work());
  return {};
}

Result<std::size_t> House::resume() {
  YX_TRY(pki::Vault* const made, vault());
  YX_TRY(const std::size_t given_up, made->resume());
  YX_CHECK(retire_burned_keys());
  return given_up;
}

}  // namespace yinxin::office
