#pragma once
// What the street does for holders' agents that take a token over: it relays to the PIN domain, and lays down for the
// vault and the desk what they have to judge.

#include <mutex>

#include "yinxin/office/desk_doors.h"
#include "yinxin/office/doors.h"

namespace yinxin::office {

// The line on this token, when it waits for its holder; not_found "token.unknown" whatever is wrong.
Result<pki::IssuedLine> waiting_line(VaultDoors& vault, const api::TokenSeen& seen);

class HolderService {
 public:
  // All outlive it.
  struct Parts {
    VaultDoors& vault;
    PinDoors& pin;
    DeskDoors& desk;
    std::mutex* writer = nullptr;  // held around the vault and the PIN domain, where they are this process's own
  };
  explicit HolderService(const Parts& parts) : parts_(parts) {}
  // They do not outlive it.
  [[nodiscard]] api::HolderPorts ports();

 private:
  [[nodiscard]] std::unique_lock<std::mutex> lock() const;
  Result<api::ActivationOpened> begin(const api::TokenSeen& seen);
  Result<std::optional<Bytes>> confirm(BytesView activated);
  Parts parts_;
};

}  // namespace yinxin::office
