#include "yinxin/office/remote_desk.h"

#include "net/wire.h"

namespace yinxin::office {

namespace {

enum Verb : std::uint16_t { send_code_verb = 1, follow_line_verb };

class RemoteDesk final : public DeskDoors {
 public:
  explicit RemoteDesk(net::PulledCalls& calls) : calls_(calls) {}
  Result<api::CodeTicket> send_code(const api::TokenSeen& seen, const std::string& mobile) override {
    return net::ask<api::CodeTicket>(calls_, send_code_verb, seen, mobile);
  }
  Result<void> follow_line(const std::string& case_id, std::int64_t line) override {
    return net::ask<void>(calls_, follow_line_verb, case_id, line);
  }

 private:
  net::PulledCalls& calls_;
};

}  // namespace

std::unique_ptr<DeskDoors> remote_desk(net::PulledCalls& calls) { return std::make_unique<RemoteDesk>(calls); }

net::EdgeTable deeds_of(DeskDoors& desk) {
  return {{send_code_verb,
           net::hear<api::TokenSeen, std::string>([&desk](const api::TokenSeen& seen, const std::string& mobile) {
             return desk.send_code(seen, mobile);
           })},
          {follow_line_verb, net::hear<std::string, std::int64_t>([&desk](const std::string& id, std::int64_t line) {
             return desk.follow_line(id, line);
           })}};
}

}  // namespace yinxin::office
