#pragma once
// The public side: accounts and cases until they are submitted, with a chest and a store of its own, and the providers
// and neighbours that it asks.

#include "hall/account/login.h"
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
  static Result<std::unique_ptr<StreetDomain>> open(const DomainPlace& place, const StreetNeighbours& neighbours);
  hall::Login& login() { return *login_; }
  hall::Street& street() { return *street_; }
  store::SqliteStreetStore& store() { return *store_; }

 private:
  explicit StreetDomain(Domain domain) : domain_(std::move(domain)) {}
  Domain domain_;
  PersonalStore personal_;
  std::optional<store::SqliteStreetStore> store_;
  std::optional<hall::Login> login_;
  std::optional<hall::Street> street_;
};

}  // namespace yinxin::office
