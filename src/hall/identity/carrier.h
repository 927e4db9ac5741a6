#pragma once
// Whether a mobile number belongs to a person, by the carriers' own records. Implemented by outside/identity.

#include "hall/provider_answer.h"

namespace yinxin::hall {

enum class CarrierVerdict : std::uint8_t { match, name_and_id_differ, not_this_person, no_record };

struct CarrierFact {
  CarrierVerdict verdict = CarrierVerdict::no_record;
  ProviderAnswer answer;
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual Result<CarrierFact> check(const std::string& name, const std::string& resident_id,
                                    const std::string& mobile) = 0;
};

}  // namespace yinxin::hall
