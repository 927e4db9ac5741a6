#include "hall/street/dossier.h"

#include <algorithm>

#include "base/identifiers/check_digits.h"
#include "base/text.h"

namespace yinxin::hall {

namespace {

constexpr std::string_view prefix = "YX";
constexpr std::size_t day_digits = 8;
constexpr std::size_t sequence_digits = 6;

std::string digits_of_day(Instant at) {
  std::string day = to_beijing_text(at).substr(0, 10);
  std::erase(day, '-');
  return day;
}

}  // namespace

const Upload* Dossier::find_upload(std::string_view slot) const {
  const auto found = std::ranges::find(uploads, slot, &Upload::slot);
  return found == uploads.end() ? nullptr : &*found;
}

const OrderRecord* Dossier::paid_order() const {
  const auto found = std::ranges::find(orders, PaymentState::paid, &OrderRecord::state);
  return found == orders.end() ? nullptr : &*found;
}

bool Dossier::has_consent(std::string_view document) const {
  return std::ranges::find(consents, document, &Consent::document) != consents.end();
}

OrderRecord* Dossier::open_order() {
  const auto found = std::ranges::find_if(orders, [](const OrderRecord& order) {
    return order.state == PaymentState::due || order.state == PaymentState::under_way;
  });
  return found == orders.end() ? nullptr : &*found;
}

std::int64_t Dossier::refunded_fen(std::string_view order) const {
  std::int64_t sum = 0;
  for (const RefundRecord& refund : refunds) {
    sum += refund.order == order && refund.state != RefundState::declined ? refund.fen : 0;
  }
  return sum;
}

OrderRecord* Dossier::find_order(std::string_view number) {
  const auto found = std::ranges::find(orders, number, &OrderRecord::number);
  return found == orders.end() ? nullptr : &*found;
}

RefundRecord* Dossier::find_refund(std::string_view number) {
  const auto found = std::ranges::find(refunds, number, &RefundRecord::number);
  return found == refunds.end() ? nullptr : &*found;
}

std::string Dossier::answer(const std::string& field) const {
  const auto found = answers.find(field);
  return found == answers.end() ? std::string() : found->second;
}

std::string case_number(Instant at, std::int64_t of_the_day) {
  const std::string sequence = std::to_string(of_the_day);
  std::string digits = digits_of_day(at);
  digits.append(sequence_digits > sequence.size() ? sequence_digits - sequence.size() : 0, '0');
  digits += sequence;
  for (char check = '0'; check <= '9'; ++check) {
    if (luhn_holds(digits + check)) {
      return std::string(prefix) + digits + check;
    }
  }
  ensure_unreachable("Luhn has a check digit for all digits");
}

bool is_case_number(std::string_view text) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  const std::string_view digits = text.substr(prefix.size());
  return digits.size() >= day_digits + sequence_digits + 1 && digits.size() <= 2 * day_digits && all_digits(digits) &&
         luhn_holds(digits);
}

}  // namespace yinxin::hall
