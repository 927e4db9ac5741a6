// The half of the house that cases are made in: desk and outside, and the inner domains where they are no processes of
// their own.

#include <algorithm>

#include "yinxin/office/house.h"

namespace yinxin::office {

namespace {

constexpr std::size_t held_cases_at_once = 32;
constexpr std::chrono::minutes held_case_lease{5};

}  // namespace

Result<void> House::open_making(const DomainPlace& place) {
  YX_TRY(outside_, OutsideDomain::open(place));
  if (vault_domain_) {
    YX_CHECK(open_inner(place));
  } else {
    pin_ = std::move(neighbours_.pin);
  }
  YX_TRY(desk_, DeskDomain::open(place, roles_));
  return {};
}

Result<void> House::open_inner(const DomainPlace& place) {
  YX_TRY(pin_, PinDomain::open(place, vault_domain_->certificate(), outside_->certificate(), {outside_->letter_key()}));
  YX_TRY(seals_, SealDomain::open(place, {.roles_ca = roles_,
                                          .permit = vault_domain_->permit_certificate(),
                                          .ca_key_hash = pki::issuer_id(issuing_.public_key()),
                                          .around = settings_.around("issuing"),
                                          .profiles = &profiles_,
                                          .roles_list = [this] { return current_roles_list(); }}));
  std::error_code ignored;
  if (std::filesystem::exists(folder_ + "/kmc/escrow.der", ignored)) {
    YX_TRY(centre_, KeyCentre::open(place, vault_domain_->certificate()));
  }
  return vault_domain_->begin_making(centre_.get(), *pin_, *seals_);
}

Result<pki::Vault*> House::vault() {
  if (!vault_domain_) {
    return fail(ErrorCode::precondition, "the vault is a process of its own");
  }
  return vault_domain_->vault();
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
  YX_CHECK(doors_->give_up_held(work.case_id, before, "the parcel was lost, or the case is over"));
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
  if (vault_domain_) {
    if (!vault_domain_->vault()) {
      return {};
    }
    YX_CHECK(vault_domain_->resume());
  }
  if (desk_) {
    YX_CHECK(end_held_lines());
  }
  return centre_ ? centre_->work() : Result<void>();
}

Result<std::size_t> House::resume() { return vault_domain_ ? vault_domain_->resume() : Result<std::size_t>(0); }

}  // namespace yinxin::office
