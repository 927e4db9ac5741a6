#pragma once
// The frames of an edge between two processes of one house, and reading them as from a stranger: the process at the
// other end may have been taken over.
//
//   Frame  = Header Body
//   Header = length  4 octets, of Body
//            id      8 octets, who asks counts up
//            verb    2 octets
//            kind    1 octet: 1 ask, 2 done, 3 failed
//            code    1 octet: which ErrorCode of a failure, from 1; 0 otherwise      (big-endian)
//   Body   = what is asked | the answer | the failure's detail (UTF-8, at most max_edge_detail_bytes)

#include <deque>
#include <optional>

#include "base/bytes.h"

namespace yinxin::net {

constexpr std::size_t frame_header_bytes = 16;
constexpr std::size_t max_edge_body_bytes = 8 * 1024 * 1024;
constexpr std::size_t max_edge_detail_bytes = 512;

enum class FrameKind : std::uint8_t { ask = 1, done = 2, failed = 3 };

struct Frame {
  std::uint64_t id = 0;
  std::uint16_t verb = 0;
  FrameKind kind = FrameKind::ask;
  std::optional<ErrorCode> code{};  // of a failure, and of nothing else
  Bytes body;
};

// A failure as the frame that answers `id`; a detail that is too long is cut between two characters.
Frame frame_of_failure(std::uint64_t id, std::uint16_t verb, const Error& error);
// The failure that such a frame tells.
Error failure_of_frame(const Frame& frame);

// The body must fit max_edge_body_bytes.
Bytes to_wire(const Frame& frame);

// Takes octets as they come and gives frames. Memory is had as octets arrive, never because a header promises them.
class FrameReader {
 public:
  // corrupt for a frame outside its limits or of a form that is none; nothing is read after that.
  Result<void> feed(BytesView octets);
  std::optional<Frame> next();
  // A frame has begun and is not whole.
  [[nodiscard]] bool is_within() const { return !header_.empty(); }

 private:
  Result<void> begin();
  Bytes header_;
  std::size_t length_ = 0;
  Frame current_;
  std::deque<Frame> whole_;
  bool refused_ = false;
};

}  // namespace yinxin::net
