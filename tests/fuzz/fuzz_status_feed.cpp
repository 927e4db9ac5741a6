// What a responder is fed, and what it says of where it stands: any bytes as one of the two, or as a batch that a book
// of statuses takes over. The first byte chooses. One value has one encoding.
#include "base/ensure.h"
#include "pki/ocsp/status_batch.h"

namespace {

using namespace yinxin;

template <class Message>
void same_again(const Result<Message>& message, BytesView input) {
  ensure(message ? same(message->to_der(), input) : message.error().code == ErrorCode::corrupt,
         "a message has one encoding, and what is none is corrupt");
}

void taken_over(BytesView input) {
  const auto batch = pki::StatusBatch::parse(input);
  if (!batch) {
    return;
  }
  pki::StatusBook book(batch->issuer);
  std::int64_t taken = 0;
  for (const pki::StatusRow& row : batch->rows) {
    const bool is_broken = book.broken();
    const auto applied = book.apply(row);
    ensure(applied.has_value() != book.broken(), "a row continues the chain, or ends it");
    ensure(!applied || !is_broken, "nothing follows what is broken");
    taken += applied ? 1 : 0;
  }
  ensure(book.sequence() == taken, "a book counts what it took");
  ensure(book.size() <= batch->rows.size(), "a status for each serial number at most");
  ensure(taken == 0 || batch->after == 0, "a chain begins at its begin");
  ensure(book.crl_entries().size() <= book.size(), "a list names what is there");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView input(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0: same_again(pki::StatusBatch::parse(input), input); break;
    case 1: same_again(pki::StatusPlaces::parse(input), input); break;
    default: taken_over(input); break;
  }
  return 0;
}
