#pragma once
// What was made of one line of a case, as whoever applied for it may see it. Nothing of it is a secret.

#include <optional>

#include "base/bytes.h"
#include "base/time.h"

namespace yinxin::hall {

struct MadeSeal {
  std::string id;    // GB/T 38540 esID
  std::string name;  // as it stands in the seal
  Instant valid_from;
  Instant valid_until;
};

struct MadeLine {
  std::int64_t line = 0;
  std::string token;  // the UKey's number
  Bytes signing;      // certificates, DER
  Bytes encryption;
  std::optional<MadeSeal> seal;
};

}  // namespace yinxin::hall
