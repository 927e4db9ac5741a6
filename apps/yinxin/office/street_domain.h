#pragma once
// The public side: accounts and cases until they are submitted, with a chest and a store of its own, and the providers
// and neighbours that it asks.

#include "hall/account/login.h"
#include "hall/account/puzzles.h"
#include "hall/street/street.h"
#include "store/street/sqlite_street_store.h"
#include "yinxin/office/domain.h"

namespace yinxin::office {

// Whom the street asks; all outlive it.
struct StreetNeighbours {
  hall::Shelf& shelf;
  hall::Press& press;
  hall::Examiner& examiner;
  hall::Carrier& carrier;
  hall::FaceCheck& faces;
  hall::CardReader& cards;
  hall::PaymentWays payments;
};

class StreetDomain {
 public:
  // Its store and its audit; whom it asks comes with join(), before anything but those two is called.
  static Result<std::unique_ptr<StreetDomain>> open(const DomainPlace& place);
  void join(const StreetNeighbours& neighbours);
  audit::Recorder& audit() { return *domain_.audit; }
  hall::Login& login() { return *login_; }
  hall::Puzzles& puzzles() { return puzzles_; }
  hall::Street& street() { return *street_; }
  store::SqliteStreetStore& store() { return *store_; }

 private:
  StreetDomain(Domain domain, const DomainPlace& place)
      : clock_(*place.clock), random_(*place.random), domain_(std::move(domain)), puzzles_(clock_, random_) {}
  const Clock& clock_;
  Random& random_;
  Domain domain_;
  hall::Puzzles puzzles_;
  PersonalStore personal_;
  std::optional<store::SqliteStreetStore> store_;
  std::optional<hall::Login> login_;
  std::optional<hall::Street> street_;
};

}  // namespace yinxin::office
