#include "yinxin/office/street_domain.h"

namespace yinxin::office {

Result<std::unique_ptr<StreetDomain>> StreetDomain::open(const DomainPlace& place, const StreetNeighbours& neighbours) {
  YX_TRY(Domain domain, Domain::open(place, "street", &store::street_migrations()));
  std::unique_ptr<StreetDomain> made(new StreetDomain(std::move(domain)));
  YX_TRY(made->personal_, PersonalStore::open(made->domain_, place.folder + "/street/files", *place.random));
  made->store_.emplace(*made->domain_.engine, *made->personal_.cipher, *made->personal_.blobs);
  made->login_.emplace(hall::Login::Parts{
      .store = *made->store_, .audit = *made->domain_.audit, .clock = *place.clock, .random = *place.random});
  made->street_.emplace(hall::Street::Parts{.store = *made->store_,
                                            .audit = *made->domain_.audit,
                                            .clock = *place.clock,
                                            .random = *place.random,
                                            .shelf = neighbours.shelf,
                                            .press = neighbours.press,
                                            .examiner = neighbours.examiner,
                                            .carrier = neighbours.carrier,
                                            .faces = neighbours.faces,
                                            .cards = neighbours.cards,
                                            .payments = neighbours.payments});
  return made;
}

}  // namespace yinxin::office
