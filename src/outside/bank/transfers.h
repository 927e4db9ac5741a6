#pragma once
// Paying by a transfer to the operator's account, as the hall's way of paying: what the bank has booked is asked for,
// and belongs to the order whose case number stands in its remark, or whose booking a finance officer has named.

#include <map>
#include <mutex>

#include "hall/payment/bank.h"
#include "hall/payment/payments.h"

namespace yinxin::outside {

constexpr std::size_t max_statement_pages = 400;      // of one reading
constexpr std::size_t max_bookings_kept = 200'000;    // in memory; beyond, the statement is read anew
constexpr std::size_t max_bookings_of_an_order = 50;  // that pay one order

// May be used from several threads; `bank` outlives it.
class Transfers final : public hall::Payments {
 public:
  explicit Transfers(hall::Bank& bank) : bank_(bank) {}

  // unsupported: nobody scans a transfer.
  Result<std::string> open(const hall::PaymentOrder& order) override;
  // `order`: our number, "YX" and digits, "-" and a count; with "/" and the bank's number of a booking, that booking
  // alone is asked about. The sum of what was booked and not taken back; `payer_name`: who paid, several with "、"
  // between. not_found for a booking that the bank does not have, that was taken back, or whose remark names another
  // case; invalid_input for no number of ours. What is not booked is not paid.
  Result<hall::PaymentFact> find(const std::string& order) override;
  // Nothing is to be closed at a bank.
  Result<void> close(const std::string&) override { return {}; }
  // declined_by_outside: what came by transfer goes back by hand.
  Result<hall::RefundFact> refund(const std::string&, const std::string&, std::int64_t, std::int64_t) override;
  Result<hall::RefundFact> find_refund(const std::string&, const std::string&) override;
  Result<std::string> hear(const hall::CallbackFields&, BytesView) override;

 private:
  // Reads on from where the last reading ended, or anew from an earlier day. Under the mutex.
  Result<void> read_on(Instant from);
  void take_back(const hall::IncomingCredit& reversal);

  hall::Bank& bank_;
  std::mutex mutex_;
  std::optional<Instant> from_;
  std::string cursor_;
  std::map<std::string, hall::IncomingCredit> credits_;  // by the bank's number
};

}  // namespace yinxin::outside
