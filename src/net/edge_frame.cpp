#include "net/edge_frame.h"

#include <algorithm>

#include "base/ensure.h"

namespace yinxin::net {

namespace {

constexpr auto last_code = static_cast<std::uint8_t>(ErrorCode::internal);  // both ends are the same program
constexpr std::size_t id_at = 4, verb_at = 12, kind_at = 14, code_at = 15;

void put(Bytes& to, std::uint64_t value, std::size_t octets) {
  constexpr unsigned octet_bits = 8;
  for (std::size_t i = octets; i-- > 0;) {
    to.push_back(static_cast<std::uint8_t>(value >> (octet_bits * i)));
  }
}

std::uint64_t get(BytesView from) {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : from) {
    value = (value << 8U) | octet;
  }
  return value;
}

}  // namespace

Frame frame_of_failure(std::uint64_t id, std::uint16_t verb, const Error& error) {
  std::string_view detail = error.detail;
  if (detail.size() > max_edge_detail_bytes) {
    constexpr unsigned following = 0xC0U, is_following = 0x80U;  // UTF-8: an octet that continues a character
    std::size_t end = max_edge_detail_bytes;
    while (end > 0 && (static_cast<unsigned char>(detail[end]) & following) == is_following) {
      --end;
    }
    detail = detail.substr(0, end);
  }
  return {.id = id, .verb = verb, .kind = FrameKind::failed, .code = error.code, .body = to_bytes(bytes_of(detail))};
}

Error failure_of_frame(const Frame& frame) {
  return fail(frame.code.value_or(ErrorCode::internal), std::string(text_of(frame.body)));
}

Bytes to_wire(const Frame& frame) {
  ensure(frame.body.size() <= max_edge_body_bytes, "a frame keeps its limit");
  Bytes wire;
  wire.reserve(frame_header_bytes + frame.body.size());
  put(wire, frame.body.size(), id_at);
  put(wire, frame.id, verb_at - id_at);
  put(wire, frame.verb, kind_at - verb_at);
  put(wire, static_cast<std::uint8_t>(frame.kind), 1);
  put(wire, frame.code ? static_cast<std::uint64_t>(*frame.code) + 1 : 0, 1);
  append(wire, frame.body);
  return wire;
}

Result<void> FrameReader::begin() {
  const BytesView header(header_);
  length_ = get(header.first(id_at));
  const std::uint8_t kind = header[kind_at];
  const std::uint8_t code = header[code_at];
  if (kind < static_cast<std::uint8_t>(FrameKind::ask) || kind > static_cast<std::uint8_t>(FrameKind::failed)) {
    return fail(ErrorCode::corrupt, "edge.kind");
  }
  current_ = {.id = get(header.subspan(id_at, verb_at - id_at)),
              .verb = static_cast<std::uint16_t>(get(header.subspan(verb_at, kind_at - verb_at))),
              .kind = static_cast<FrameKind>(kind),
              .body = {}};
  const bool is_failure = current_.kind == FrameKind::failed;
  if (is_failure != (code != 0) || code > last_code + 1) {
    return fail(ErrorCode::corrupt, "edge.code");
  }
  if (length_ > (is_failure ? max_edge_detail_bytes : max_edge_body_bytes)) {
    return fail(ErrorCode::corrupt, "edge.length");
  }
  if (is_failure) {
    current_.code = static_cast<ErrorCode>(code - 1);
  }
  return {};
}

Result<void> FrameReader::feed(BytesView octets) {
  while (!octets.empty()) {
    if (refused_) {
      return fail(ErrorCode::corrupt, "edge.refused");
    }
    if (header_.size() < frame_header_bytes) {
      const std::size_t taken = std::min(frame_header_bytes - header_.size(), octets.size());
      append(header_, octets.first(taken));
      octets = octets.subspan(taken);
      if (header_.size() < frame_header_bytes) {
        return {};
      }
      if (auto begun = begin(); !begun) {
        refused_ = true;
        return begun;
      }
    }
    const std::size_t taken = std::min(length_ - current_.body.size(), octets.size());
    append(current_.body, octets.first(taken));
    octets = octets.subspan(taken);
    if (current_.body.size() == length_) {
      whole_.push_back(std::move(current_));
      header_.clear();
    }
  }
  return {};
}

std::optional<Frame> FrameReader::next() {
  if (whole_.empty()) {
    return std::nullopt;
  }
  Frame frame = std::move(whole_.front());
  whole_.pop_front();
  return frame;
}

}  // namespace yinxin::net
