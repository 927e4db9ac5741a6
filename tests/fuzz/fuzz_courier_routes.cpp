// What the courier's platform answers about a parcel; it signs nothing, so that anybody on the way could have written
// it.
#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "outside/courier/sf_express.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const auto fact = outside::parse_sf_routes({data, size}, "SF7000000000001");
  if (!fact) {
    ensure(fact.error().detail.size() <= 200, "a detail is short");
    return 0;
  }
  ensure(fact->steps.size() <= outside::max_route_steps, "the limit holds");
  ensure(std::ranges::is_sorted(fact->steps, {}, &hall::RouteStep::at), "steps stand in the order of time");
  ensure((fact->standing == hall::ParcelStanding::waiting) == fact->steps.empty(), "a parcel moves by steps");
  for (const hall::RouteStep& step : fact->steps) {
    ensure(is_utf8(step.words) && step.words.size() <= outside::max_route_words_bytes, "words can be shown");
  }
  return 0;
}
