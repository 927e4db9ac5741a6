#pragma once
// What every outside answer leaves behind, for the receipt that an officer and the vault can check years later.

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace yinxin::hall {

struct ProviderAnswer {
  std::string provider;     // short name of the adapter: "wechat_pay", "aliyun_sms" …
  std::string transaction;  // the provider's own number, by which the answer can be asked for again
  Bytes raw;                // the body as it was received, after its signature was checked
};

// Errors of every port in this room: outside_unreachable when nothing has left us; outside_uncertain when the other
// side may have acted; declined_by_outside when it has said no (`detail` its code, never a person's data);
// corrupt when its answer or its signature does not hold.

}  // namespace yinxin::hall
