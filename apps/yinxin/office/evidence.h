#pragma once
// What the outside domain asks providers about persons, so that an officer and the vault can rely on it: a face check
// is remembered with whom it was begun for, and before acceptance each provider is asked again.

#include "hall/identity/carrier.h"
#include "hall/identity/face_check.h"
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
  std::string face_transaction;  // as the street says it; empty when there was none
};
// Asks for everything that the case's programme demands and lays the signed receipts on the desk, passed or not.
// outside_* when a provider cannot be asked: what was answered before stays.
Result<void> ask_again(House& house, const std::string& case_id, const Requery& with);

}  // namespace yinxin::office
