#pragma once
// A message that somebody in the hall wants sent. It waits in the outbox, sealed; the programme's words and the
// provider's template are found when it is sent.

#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace yinxin::hall {

struct SmsWish {
  std::string id;         // unique for ever; the provider keeps it too, so that nothing is sent twice
  std::string mobile;     // 11 digits
  std::string text;       // name of the text: "code", "returned" …
  std::string programme;  // whose texts; empty for the house's own
  std::map<std::string, std::string> parameters{};
  bool operator==(const SmsWish&) const = default;
};

}  // namespace yinxin::hall
