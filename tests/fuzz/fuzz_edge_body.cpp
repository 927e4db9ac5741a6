// What a neighbour that was taken over may put into the body of a frame: what is read is written again octet for octet,
// and everything else is refused.
#include "base/ensure.h"
#include "hall/delivery/courier.h"
#include "hall/payment/payments.h"
#include "pki/vault/vault_book.h"
#include "trust/checker.h"
#include "yinxin/office/street_wire.h"

namespace yinxin::net {

template <>
struct WireChoices<hall::PaymentStanding> : Choices<5> {};

}  // namespace yinxin::net

namespace {

using namespace yinxin;

template <class T>
void read_and_write(BytesView body) {
  const auto read = net::from_body<T>(body);
  if (read) {
    ensure(same(net::to_body(*read), body), "a body has one form");
  } else {
    ensure(read.error().code == ErrorCode::corrupt, "a body that is none is corrupt");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  constexpr unsigned kinds = 10;
  const BytesView body(data + 1, size - 1);
  switch (data[0] % kinds) {
    case 0: read_and_write<std::tuple<trust::Bundle, trust::KeyingBundle>>(body); break;
    case 1: read_and_write<std::vector<pki::IssuedLine>>(body); break;
    case 2: read_and_write<hall::PaymentFact>(body); break;
    case 3: read_and_write<hall::Shipment>(body); break;
    case 4: read_and_write<std::map<std::string, std::optional<std::int64_t>>>(body); break;
    case 6: read_and_write<hall::Submission>(body); break;
    case 7: read_and_write<std::vector<hall::MoneyItem>>(body); break;
    case 8: read_and_write<hall::DeskNews>(body); break;
    case 9: read_and_write<std::vector<hall::ConsentShown>>(body); break;
    default: read_and_write<std::tuple<std::string, std::uint32_t, std::pair<bool, Instant>>>(body);
  }
  return 0;
}
