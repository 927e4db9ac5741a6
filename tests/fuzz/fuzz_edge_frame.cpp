// What a neighbour that was taken over may send: any octets as frames of an edge. However they are cut into pieces, the
// same frames come out, each is written as it was read, and none is outside its limits.
#include <algorithm>

#include "base/ensure.h"
#include "net/edge_frame.h"

namespace {

using namespace yinxin;

struct Read {
  Bytes again;
  bool refused = false;
};

Read read(BytesView input, std::size_t piece) {
  net::FrameReader reader;
  Read all;
  while (!input.empty() && !all.refused) {
    const std::size_t taken = std::min(piece, input.size());
    all.refused = !reader.feed(input.first(taken));
    input = input.subspan(taken);
    while (const auto frame = reader.next()) {
      ensure(frame->body.size() <= net::max_edge_body_bytes, "a frame keeps its limit");
      ensure(frame->code.has_value() == (frame->kind == net::FrameKind::failed),
             "a failure, and nothing else, has a code");
      append(all.again, net::to_wire(*frame));
    }
  }
  ensure(!all.refused || !reader.feed(bytes_of("x")), "after a refusal nothing is read");
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView input(data + 1, size - 1);
  const Read whole = read(input, std::max<std::size_t>(input.size(), 1));
  const Read pieces = read(input, std::size_t{1} + data[0]);
  ensure(whole.refused == pieces.refused && whole.again == pieces.again, "the pieces do not matter");
  ensure(same(whole.again, input.first(whole.again.size())), "a frame has one form");
  return 0;
}
