#include "yinxin/supervisor/control.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace yinxin::supervisor {

namespace {

constexpr std::size_t head_bytes = 6;
constexpr unsigned octet_bits = 8;

// Room for one descriptor and no more: what else is sent is cut off by the kernel.
struct alignas(cmsghdr) Beside {
  std::array<char, CMSG_SPACE(sizeof(int))> room{};
};

Bytes head_of(const ControlMessage& message) {
  Bytes head{static_cast<std::uint8_t>(message.kind), static_cast<std::uint8_t>(message.flag ? 1 : 0)};
  for (unsigned shift = 3 * octet_bits;; shift -= octet_bits) {
    head.push_back(static_cast<std::uint8_t>(message.number >> shift));
    if (shift == 0) {
      return head;
    }
  }
}

Descriptor descriptor_of(msghdr& message) {
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_RIGHTS && one->cmsg_len == CMSG_LEN(sizeof(int))) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(one), sizeof number);
      return Descriptor(number);
    }
  }
  return {};
}

}  // namespace

Result<void> send_control(int control, const ControlMessage& message) {
  Bytes octets = head_of(message);
  append(octets, bytes_of(message.text));
  if (octets.size() > max_control_bytes) {
    return fail(ErrorCode::invalid_input, "control.length");
  }
  iovec part{.iov_base = octets.data(), .iov_len = octets.size()};
  msghdr wire{};
  wire.msg_iov = &part;
  wire.msg_iovlen = 1;
  Beside beside;
  if (message.socket.is_open()) {
    wire.msg_control = beside.room.data();
    wire.msg_controllen = beside.room.size();
    cmsghdr* one = CMSG_FIRSTHDR(&wire);
    one->cmsg_level = SOL_SOCKET;
    one->cmsg_type = SCM_RIGHTS;
    one->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = message.socket.number();
    std::memcpy(CMSG_DATA(one), &number, sizeof number);
  }
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(control, &wire, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? Result<void>(fail(ErrorCode::outside_unreachable, "control.gone")) : Result<void>();
}

Result<std::optional<ControlMessage>> receive_control(int control) {
  Bytes octets(max_control_bytes);
  iovec part{.iov_base = octets.data(), .iov_len = octets.size()};
  Beside beside;
  msghdr wire{};
  wire.msg_iov = &part;
  wire.msg_iovlen = 1;
  wire.msg_control = beside.room.data();
  wire.msg_controllen = beside.room.size();
  ssize_t got = -1;
  do {
    got = ::recvmsg(control, &wire, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    return std::optional<ControlMessage>();
  }
  ControlMessage message;
  message.socket = descriptor_of(wire);
  const auto size = static_cast<std::size_t>(got);
  if (size < head_bytes || (wire.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || octets[0] == 0 ||
      octets[0] > static_cast<std::uint8_t>(ControlKind::open) || octets[1] > 1) {
    return fail(ErrorCode::corrupt, "control.form");
  }
  message.kind = static_cast<ControlKind>(octets[0]);
  message.flag = octets[1] == 1;
  for (std::size_t i = 2; i < head_bytes; ++i) {
    message.number = (message.number << octet_bits) | octets[i];
  }
  message.text = std::string(text_of(BytesView(octets).subspan(head_bytes, size - head_bytes)));
  return std::optional<ControlMessage>(std::move(message));
}

}  // namespace yinxin::supervisor
