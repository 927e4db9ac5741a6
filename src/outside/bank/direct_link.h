#pragma once
// The bank over its cloud direct link (招商银行云直连免前置, with the SM algorithms): one fen out with a remark, what
// came back, and what came in. An answer is believed only after the bank's SM2 signature holds and it names our
// request.

#include "base/clock.h"
#include "base/random.h"
#include "crypto/sm2.h"
#include "hall/payment/bank.h"
#include "net/client.h"

namespace yinxin::outside {

constexpr std::size_t max_direct_link_user_bytes = 16;
constexpr std::size_t max_micro_deposit_fen = 99;
constexpr std::size_t max_remark_columns = 62;  // the bank counts a Chinese character as two
constexpr std::size_t max_returned_pages = 50;

struct DirectLinkOptions {
  net::ClientOptions host;
  std::string target = "/cdcserver/api/v2";
  std::string user{};           // UID of the direct link
  SecretBytes user_key{};       // our SM2 scalar, 32 bytes
  Bytes bank_key{};             // the bank's SM2 point, 65 bytes
  SecretBytes transport_key{};  // SM4, 16 bytes
  std::string account{};        // ours: paid from and asked for
  std::string branch{};         // bbkNbr, "75"
  std::string pay_mode{};       // busMod that the bank gave for payments
};

class DirectLink final : public hall::Bank {
 public:
  // invalid_input when a key or a name does not fit. Clock and random must outlive it and be safe between threads, as
  // this then is.
  static Result<std::unique_ptr<DirectLink>> make(DirectLinkOptions options, const Clock& clock, Random& random);
  ~DirectLink() override;

  // The id is the bank's yurRef, which it takes once. When it declines, it is asked whether it knows the id: so a
  // repeated deposit is already_exists, and declined_by_outside (`detail` the bank's code) means that nothing was paid.
  // `raw` of every answer is the encrypted body: the plain one of find() repeats the remark.
  Result<hall::ProviderAnswer> pay(const hall::MicroDeposit& deposit) override;
  // `sent_at` is not needed: the bank finds a reference on any day.
  Result<hall::DepositFact> find(const std::string& id, Instant sent_at) override;
  Result<std::vector<std::pair<std::string, hall::DepositFact>>> returned(Instant from, Instant to) override;
  // A credit that the bank took back comes as a booking of its own, with is_reversed.
  Result<hall::IncomingPage> incoming(Instant from, const std::string& cursor) override;

 private:
  struct Inside;
  explicit DirectLink(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::outside
