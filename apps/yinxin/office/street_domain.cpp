#include "yinxin/office/street_domain.h"

namespace yinxin::office {

Result<std::unique_ptr<StreetDomain>> StreetDomain::open(const DomainPlace& place) {
  YX_TRY(Domain domain, Domain::open(place, "street", &store::street_migrations()));
  std::unique_ptr<StreetDomain> made(new StreetDomain(std::move(domain), place));
  YX_TRY(made->personal_, PersonalStore::open(made->domain_, place.folder + "/street/files", *place.random));
  made->store_.emplace(*made->domain_.engine, *made->personal_.cipher, *made->personal_.blobs);
  return made;
}

void StreetDomain::join(const StreetNeighbours& neighbours) {
  login_.emplace(hall::Login::Parts{.store = *store_, .audit = *domain_.audit, .clock = clock_, .random = random_});
  street_.emplace(hall::Street::Parts{.store = *store_,
                                      .audit = *domain_.audit,
                                      .clock = clock_,
                                      .random = random_,
                                      .shelf = neighbours.shelf,
                                      .press = neighbours.press,
                                      .examiner = neighbours.examiner,
                                      .carrier = neighbours.carrier,
                                      .faces = neighbours.faces,
                                      .cards = neighbours.cards,
                                      .payments = neighbours.payments});
}

}  // namespace yinxin::office
