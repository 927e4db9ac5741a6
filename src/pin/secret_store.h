#pragma once
// What pin keeps, as a port. Implemented by store/pin; nothing secret passes it unsealed.

#include "base/error.h"
#include "pin/life.h"

namespace yinxin::pin {

struct LineRecord {
  std::string line;
  std::int64_t revision = 0;  // 0: not stored yet
  TokenState token = TokenState::waiting;
  std::string device;  // from keying on
  Bytes certificate;   // serial, from S4 on
  bool gate_open = false;
  Bytes sealed_pin;  // R
  Instant released_at{};
  MessageId released_to{};  // the activation that got it
  SecretState secret = SecretState::none;
  std::uint32_t generation = 0;  // of A; counts draws
  std::uint32_t tries = 0;       // of this A
  std::uint32_t mac_key = 0;     // id of the wrapping key that the HMAC's key is derived from
  Bytes secret_mac;              // HMAC of A
  MessageId challenge{};         // of the code that is out
  Bytes code_mac;                // HMAC of the code; empty when none is out
  Instant code_drawn_at{};       // the newest one, whatever became of it
  Instant codes_since{};         // when the day began that `codes` counts
  std::uint32_t codes = 0;
};

struct DeviceRecord {
  std::string device;
  std::int64_t revision = 0;
  std::string line;  // the live line it belongs to; empty when free
  std::uint32_t so_counter = 0;
  Bytes sealed_so_current;  // SO_n; empty until the first S4
  Bytes sealed_so_next;     // SO_n+1 once drawn
};

// What was said to a message. Repeating the message gets it again.
struct Answered {
  MessageId message{};
  crypto::Digest request_hash{};
  std::string line;
  std::string kind;                    // which answers an event erases
  std::optional<Bytes> answer{};       // nullopt: erased
  std::optional<ErrorCode> failure{};  // a wrong try stays one
};

// One change, stored whole or not at all.
struct Change {
  LineRecord line;
  std::optional<DeviceRecord> device{};
  std::optional<Answered> answered{};
  std::vector<std::string> erase_answers_of{};  // kinds, of this line
};

class SecretStore {
 public:
  virtual ~SecretStore() = default;
  // A fresh record (revision 0) when there is none.
  virtual Result<LineRecord> line(const std::string& line) = 0;
  virtual Result<DeviceRecord> device(const std::string& device) = 0;
  virtual Result<std::optional<Answered>> answered(const MessageId& message) = 0;
  // conflict when a record has been changed since it was read (its revision), or the message was answered already.
  virtual Result<void> save(const Change& change, Instant now) = 0;
};

}  // namespace yinxin::pin
