#include "yinxin/office/own_street.h"

namespace yinxin::office {

namespace {

Result<void> without(const Result<hall::Stand>& done) { return done ? Result<void>() : Result<void>(done.error()); }

}  // namespace

std::string only_line_of(const std::string& case_id) { return case_id + "/1"; }

std::string secret_channel(const hall::Dossier& dossier) {
  if (dossier.deposits.empty()) {
    return "text/" + dossier.id;
  }
  const hall::DepositRecord& newest = dossier.deposits.back();
  return newest.state == hall::DepositState::replaced ? "legal/" + newest.id : newest.id;
}

Result<std::vector<StreetErrandClaimed>> OwnStreet::claim(const std::string& kind) {
  if (kind != "submit" && kind != "withdraw") {
    return fail(ErrorCode::forbidden, "errand.not_the_desks");
  }
  return street_.store().claim_errands(kind, errands_at_once, errand_lease);
}

Result<void> OwnStreet::settle(const store::Claimed& claimed, const std::optional<std::string>& failure) {
  if (!failure) {
    return street_.store().finish(claimed);
  }
  const auto kept = street_.store().retry(claimed, *failure);
  return kept ? Result<void>() : Result<void>(kept.error());
}

Result<std::vector<StreetStanding>> OwnStreet::standings(const std::vector<std::string>& ids) {
  std::vector<StreetStanding> all;
  for (const std::string& id : ids) {
    const auto dossier = hall().any(id);
    if (dossier) {
      all.push_back({.id = id, .state = dossier->application.state, .revision = dossier->revision});
    } else if (dossier.error().code != ErrorCode::not_found) {
      return dossier.error();
    }
  }
  return all;
}

Result<void> OwnStreet::hear_desk(const hall::DeskNews& news) {
  if (hall::is_given_up(news.state)) {
    YX_TRY(const hall::Dossier dossier, hall().any(news.id));
    if (!dossier.deposits.empty() || dossier.application.progress.paid) {
      // Nobody shall activate anything with what a bank may still carry, or a telephone has.
      auto voided = outside_.void_secret(only_line_of(news.id), secret_channel(dossier));
      if (!voided && voided.error().code != ErrorCode::wrong_state && voided.error().code != ErrorCode::not_found) {
        return voided;
      }
    }
  }
  return hall().hear_desk(news);
}

Result<EvidenceQuestion> OwnStreet::transactions(const std::string& id) {
  EvidenceQuestion named;
  const auto dossier = hall().any(id);
  if (!dossier) {
    return dossier.error().code == ErrorCode::not_found ? Result<EvidenceQuestion>(named)
                                                        : Result<EvidenceQuestion>(dossier.error());
  }
  const hall::OrderRecord* paid = dossier->paid_order();
  named.face_transaction = dossier->identity.face_transaction;
  named.order = paid == nullptr ? std::string() : paid->asked_as();
  named.way = paid == nullptr ? std::string() : paid->way;
  named.given_back_fen = paid == nullptr ? 0 : dossier->refunded_fen(paid->number);
  named.deposit = dossier->deposits.empty() ? std::string() : dossier->deposits.back().id;
  return named;
}

Result<std::optional<hall::LegalCheck>> OwnStreet::legal_check(const std::string& id) {
  YX_TRY(hall::Dossier dossier, hall().any(id));
  return std::move(dossier.legal_check);
}

Result<void> OwnStreet::see_legal_representative(const std::string& id, const hall::Actor& officer,
                                                 const hall::SeenInPerson& seen) {
  return without(hall().see_legal_representative(id, officer, seen));
}

Result<void> OwnStreet::confirm_legal_representative(const std::string& id, const hall::Actor& officer) {
  return without(hall().confirm_legal_representative(id, officer));
}

}  // namespace yinxin::office
