#pragma once
// What the outside domain asks providers about persons, so that an officer and the vault can rely on it: a face check
// is remembered with whom it was begun for, and before acceptance each provider is asked again.

#include "hall/identity/carrier.h"
#include "hall/identity/face_check.h"
#include "hall/payment/bank.h"
#include "hall/payment/payments.h"
#include "yinxin/office/house.h"

namespace yinxin::office {

// Begins checks at the provider and remembers, in the outside domain, who each one is about.
class RememberedFaces final : public hall::FaceCheck {
 public:
  RememberedFaces(hall::FaceCheck& provider, OutsideDomain& outside) : provider_(provider), outside_(outside) {}
  Result<hall::FaceCheckBegun> begin(const hall::FaceCheckRequest& request) override;
  Result<hall::FaceFact> result(const std::string& transaction) override { return provider_.result(transaction); }

 private:
  hall::FaceCheck& provider_;
  OutsideDomain& outside_;
};

struct Requery {
  hall::Carrier& carrier;
  hall::FaceCheck& faces;
  hall::PaymentWays payments;
  hall::Bank& bank;
  Instant now;
  // As the street says them; empty when there was none.
  std::string face_transaction{};
  std::string order{};
  std::string way{};                // of paying it
  std::int64_t given_back_fen = 0;  // of that order, by our own refunds
  std::string deposit{};
};
// Asks for everything that the case's programme demands, and for the money, and lays the signed receipts on the desk,
// passed or not: what a provider knows no more has not passed. outside_* when a provider cannot be asked; the others
// are asked all the same. precondition when the street names nothing to ask for.
Result<void> ask_again(House& house, const std::string& case_id, const Requery& with);

}  // namespace yinxin::office
