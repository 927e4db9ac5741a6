#pragma once
// The bank's side of the direct link, for tests and the demo, with an account of ours, accounts of others and a day
// book. It checks and signs by code of its own. Its refusals have the form of the bank's; nobody may rely on their
// codes.

#include <map>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/sm2.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

struct DirectLinkEmulatorOptions {
  std::string target = "/cdcserver/api/v2";
  std::string user{};
  Bytes user_key{};             // the customer's SM2 point, 65 bytes
  SecretBytes bank_key{};       // SM2 scalar, 32 bytes
  SecretBytes transport_key{};  // SM4, 16 bytes
  std::string account{};
  std::string branch{};
  std::string pay_mode{};
  std::map<std::string, std::string> others{};  // numbers of accounts that exist, with their names
  // Numbers of branches that exist, with their names; empty: the bank looks at no number.
  std::map<std::string, std::string> banks{};
  bool settles_when_asked = true;  // by `others`, at the first query; else only by the admin routes
  std::size_t page_records = 200;
};

// Routes, beside the bank's one:
//   GET  /admin/deposits              what was paid out, with the remark: the payee's bank receipt
//   POST /admin/deposits/{id}/settle
//   POST /admin/deposits/{id}/return  {"reason": "…"}; also after it was settled, as it happens
//   POST /admin/accounts              {"number": …, "name": …}: an account of others that exists from now on
//   GET  /admin/accounts              {"own": number, "others": [{"number","name"}]}
//   GET  /admin/bookings              the day book of our account, oldest first
//   POST /admin/credits               {"payer_name", "payer_account", "fen", "remark"}: money comes in; 201 {"id": …}
//   POST /admin/credits/{id}/reverse  the bank takes it back
//   POST /admin/faults                operations: pay, find, returned, incoming
class DirectLinkEmulator final : public Emulator {
 public:
  // invalid_input when a key cannot be read. Clock and random must outlive it.
  static Result<std::unique_ptr<DirectLinkEmulator>> make(DirectLinkEmulatorOptions options, const Clock& clock,
                                                          Random& random);
  ~DirectLinkEmulator() override;
  [[nodiscard]] std::string_view name() const override { return "direct_link"; }
  void add_routes(net::Router& router) override;
  FaultPlan& faults();

 private:
  struct Inside;
  explicit DirectLinkEmulator(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::outside
