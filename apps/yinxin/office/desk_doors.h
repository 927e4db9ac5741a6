#pragma once
// What the street lays down for the desk to do: the desk alone knows a case's signed number, and which of the vault's
// lines it has to look at again. In this process (desk_ports.h), or in one of its own that fetches it (remote_desk.h).

#include "api/routes/holder/holder.h"

namespace yinxin::office {

class DeskDoors {
 public:
  virtual ~DeskDoors() = default;
  // As api::HolderPorts::send_code.
  virtual Result<api::CodeTicket> send_code(const api::TokenSeen& seen, const std::string& mobile) = 0;
  // The vault has news of this line: the case follows it. From anybody, and as often as he likes.
  virtual Result<void> follow_line(const std::string& case_id, std::int64_t line) = 0;
};

}  // namespace yinxin::office
