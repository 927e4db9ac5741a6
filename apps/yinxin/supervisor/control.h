#pragma once
// What supervisor and domain say to each other over the one socket that a domain is born with (SOCK_SEQPACKET: a
// message is whole or not there). Ends of edges travel as descriptors beside a message (SCM_RIGHTS).
//
//   Message = kind 1 octet, flag 1 octet, number 4 octets (big-endian), text

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/descriptor.h"

namespace yinxin::supervisor {

// Where a domain finds what it is born with; everything else but the standard three is closed.
constexpr int control_descriptor = 3;
constexpr int brief_descriptor = 4;

constexpr std::size_t max_control_bytes = 4096;

enum class ControlKind : std::uint8_t {
  ready = 1,   // domain: flag: seccomp holds; number: Landlock ABI that holds
  edge = 2,    // supervisor: flag: the receiver asks; text: "asker hearer"; with the descriptor
  states = 3,  // supervisor: text: one line "name state" for each domain
  wish = 4,    // bridge: text: "asker hearer": the other host has come for this edge; an end of it is wanted
  ended = 5,   // bridge: text: "asker hearer": what was wished for, or had, is over
  open = 6,    // domain, once, after ready: it has begun, and whoever may come to it finds it
};

struct ControlMessage {
  ControlKind kind = ControlKind::ready;
  bool flag = false;
  std::uint32_t number = 0;
  std::string text{};
  Descriptor socket{};
};

// outside_unreachable when the other end is gone or does not read.
Result<void> send_control(int control, const ControlMessage& message);
// Waits for one; nullopt when the other end is gone. corrupt for anything that is no message.
Result<std::optional<ControlMessage>> receive_control(int control);

}  // namespace yinxin::supervisor
