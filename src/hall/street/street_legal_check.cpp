// Where the bank cannot prove a unit's account: its legal representative is seen by one officer, confirmed by another,
// and the activation secret goes to the legal representative's own telephone.

#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

// Why this case cannot be helped so now; empty when it can.
std::string obstacle(const programme::MicroDeposit& rule, const Dossier& dossier) {
  // Where the account is demanded before the review, S1 would have to say so; there it is not offered.
  if (!rule.offers_legal_check || rule.blocks != "secret") {
    return "legal_check.not_offered";
  }
  const auto& traits = life::case_states[static_cast<std::size_t>(dossier.application.state)];
  if (traits.is_final || dossier.deposits.empty() || dossier.deposits.back().state != DepositState::returned) {
    return "legal_check.not_now";
  }
  if (dossier.deposits.back().failures < rule.legal_check_after_failures) {
    return "legal_check.early";
  }
  return dossier.answer("legal_mobile").empty() ? "legal_check.no_mobile" : "";
}

Result<void> check_open(const Offer& offer, const Dossier& dossier) {
  const std::string word = obstacle(offer.programme.micro_deposit, dossier);
  return require(word.empty(), ErrorCode::wrong_state, word);
}

}  // namespace

bool offers_legal_check(const programme::Programme& programme, const Dossier& dossier) {
  return obstacle(programme.micro_deposit, dossier).empty();
}

Result<Stand> Street::see_legal_representative(const std::string& id, const Actor& officer, const SeenInPerson& seen) {
  YX_CHECK(check_seen(seen));
  return change_by(officer, id, "legal_check.see", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    YX_CHECK(check_open(offer, dossier));
    dossier.legal_check = LegalCheck{.deposit = dossier.deposits.back().id,
                                     .mobile = dossier.answer("legal_mobile"),
                                     .seen = seen,
                                     .seen_by = officer.person,
                                     .seen_at = parts_.clock.now(),
                                     .confirmed_by = {},
                                     .confirmed_at = std::nullopt};
    return {};
  });
}

Result<Stand> Street::confirm_legal_representative(const std::string& id, const Actor& officer) {
  return change_by(officer, id, "legal_check.confirm", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    auto& check = dossier.legal_check;
    if (check && check->confirmed_by == officer.person) {
      return {};
    }
    YX_CHECK(check_open(offer, dossier));
    DepositRecord& deposit = dossier.deposits.back();
    // What was seen was seen about this failure, not about an account that was typed since.
    YX_CHECK(require(check && check->deposit == deposit.id, ErrorCode::wrong_state, "legal_check.not_seen"));
    YX_CHECK(require(check->seen_by != officer.person, ErrorCode::forbidden, "legal_check.other_officer"));
    const Instant now = parts_.clock.now();
    YX_TRY(deposit.state,
           step(life::deposit_life, deposit.state, DepositEvent::replace, By::house, [](Only) { return true; }));
    check->confirmed_by = officer.person;
    check->confirmed_at = now;
    dossier.reopened.erase("account");
    note(dossier, now, "deposit_replaced");
    change.errands.push_back(
        {.kind = "legal_secret", .key = deposit.id, .case_id = dossier.id, .parameter = deposit.id});
    return {};
  });
}

}  // namespace yinxin::hall
