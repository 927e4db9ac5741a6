#include "outside/bank/transfers.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"

namespace yinxin::outside {

namespace {

constexpr std::string_view currency = "CNY";
constexpr std::string_view prefix = "YX";
constexpr std::size_t case_digits = 15;

bool is_digit(char c) { return '0' <= c && c <= '9'; }

struct Asked {
  std::string digits;  // of the case number
  Instant from;        // the day of the case, UTC+8
  std::string booking;
};

Result<Asked> asked_of(std::string_view order) {
  const std::size_t slash = order.find('/');
  const std::string_view number = order.substr(0, slash);
  const bool is_ours = number.starts_with(prefix) && number.size() > prefix.size() + case_digits &&
                       number[prefix.size() + case_digits] == '-' &&
                       std::ranges::all_of(number.substr(prefix.size(), case_digits), is_digit);
  if (!is_ours) {
    return fail(ErrorCode::invalid_input, "order.unknown");
  }
  const std::string digits(number.substr(prefix.size(), case_digits));
  const std::string day = digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
  YX_TRY(const Instant from, from_rfc3339(day + "T00:00:00+08:00"));
  return Asked{.digits = digits,
               .from = from,
               .booking = slash == std::string_view::npos ? std::string() : std::string(order.substr(slash + 1))};
}

// The case numbers of a remark, as people write them: blanks, dashes, full-width digits, with or without "YX".
std::vector<std::string> cases_in(const std::string& remark) {
  const auto clean = normalised_number(remark);
  const std::string text = clean ? *clean : remark;
  std::vector<std::string> found;
  for (auto at = text.begin(); at != text.end();) {
    const auto begin = std::find_if(at, text.end(), is_digit);
    at = std::find_if_not(begin, text.end(), is_digit);
    if (at - begin == static_cast<std::ptrdiff_t>(case_digits)) {
      found.emplace_back(begin, at);
    }
  }
  return found;
}

bool names(const std::string& remark, const std::string& digits) {
  const auto cases = cases_in(remark);
  return std::ranges::find(cases, digits) != cases.end();
}

bool names_another(const std::string& remark, const std::string& digits) {
  const auto cases = cases_in(remark);
  return std::ranges::any_of(cases, [&](const std::string& each) { return each != digits; });
}

Bytes as_told(const std::vector<hall::IncomingCredit>& credits) {
  boost::json::array list;
  for (const hall::IncomingCredit& credit : credits) {
    list.push_back(boost::json::object{{"id", credit.id},
                                       {"fen", credit.amount_fen},
                                       {"payer_name", credit.payer_name},
                                       {"payer_account", credit.payer_account},
                                       {"remark", credit.remark},
                                       {"booked_at", to_rfc3339(credit.booked_at)}});
  }
  const std::string text = boost::json::serialize(list);
  return to_bytes(bytes_of(text));
}

std::string payers_of(const std::vector<hall::IncomingCredit>& credits) {
  std::vector<std::string> names;
  for (const hall::IncomingCredit& credit : credits) {
    if (std::ranges::find(names, credit.payer_name) == names.end()) {
      names.push_back(credit.payer_name);
    }
  }
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : "、") + name;
  }
  return text;
}

hall::PaymentFact fact_of(std::string order, const std::vector<hall::IncomingCredit>& credits) {
  hall::PaymentFact fact;
  fact.order = std::move(order);
  fact.currency = currency;
  fact.answer = {.provider = "bank", .transaction = {}, .raw = as_told(credits)};
  if (credits.empty()) {
    return fact;
  }
  fact.standing = hall::PaymentStanding::paid;
  const auto newest = std::ranges::max_element(credits, {}, &hall::IncomingCredit::booked_at);
  fact.paid_at = newest->booked_at;
  fact.answer.transaction = newest->id;
  fact.payer_name = payers_of(credits);
  for (const hall::IncomingCredit& credit : credits) {
    fact.paid_fen += credit.amount_fen;
  }
  return fact;
}

Error by_hand() { return fail(ErrorCode::declined_by_outside, "transfer.by_hand"); }

}  // namespace

Result<std::string> Transfers::open(const hall::PaymentOrder&) {
  return fail(ErrorCode::unsupported, "payment.voucher_first");
}

// The bank books it as a line of its own, which does not name the first: the newest of the same payer and sum goes,
// one with the same remark before the others.
void Transfers::take_back(const hall::IncomingCredit& reversal) {
  auto newest = credits_.end();
  const auto rank = [&](const hall::IncomingCredit& credit) {
    return std::pair(credit.remark == reversal.remark, credit.booked_at);
  };
  for (auto each = credits_.begin(); each != credits_.end(); ++each) {
    const hall::IncomingCredit& credit = each->second;
    const bool fits = credit.payer_account == reversal.payer_account && credit.amount_fen == reversal.amount_fen &&
                      credit.booked_at <= reversal.booked_at;
    if (fits && (newest == credits_.end() || rank(newest->second) <= rank(credit))) {
      newest = each;
    }
  }
  if (newest != credits_.end()) {
    credits_.erase(newest);
  }
}

Result<void> Transfers::read_on(Instant from) {
  if (!from_ || from < *from_ || credits_.size() > max_bookings_kept) {
    from_ = from;
    cursor_.clear();
    credits_.clear();
  }
  for (std::size_t pages = 0; pages < max_statement_pages; ++pages) {
    YX_TRY(hall::IncomingPage page, bank_.incoming(*from_, cursor_));
    for (hall::IncomingCredit& credit : page.credits) {
      if (credit.is_reversed) {
        take_back(credit);
      } else {
        credits_.insert_or_assign(credit.id, std::move(credit));
      }
    }
    cursor_ = std::move(page.cursor);
    if (page.is_last) {
      return {};
    }
  }
  return {};  // the next reading goes on
}

Result<hall::PaymentFact> Transfers::find(const std::string& order) {
  YX_TRY(const Asked asked, asked_of(order));
  const std::scoped_lock lock(mutex_);
  YX_CHECK(read_on(asked.from));
  std::vector<hall::IncomingCredit> own;
  if (!asked.booking.empty()) {
    const auto named = credits_.find(asked.booking);
    if (named == credits_.end() || names_another(named->second.remark, asked.digits)) {
      return fail(ErrorCode::not_found, "transfer.no_such_booking");
    }
    own.push_back(named->second);
    return fact_of(order, own);
  }
  for (const auto& [id, credit] : credits_) {
    if (credit.booked_at >= asked.from && own.size() < max_bookings_of_an_order && names(credit.remark, asked.digits)) {
      own.push_back(credit);
    }
  }
  return fact_of(order, own);
}

Result<hall::RefundFact> Transfers::refund(const std::string&, const std::string&, std::int64_t, std::int64_t) {
  return by_hand();
}
Result<hall::RefundFact> Transfers::find_refund(const std::string&, const std::string&) { return by_hand(); }
Result<std::string> Transfers::hear(const hall::CallbackFields&, BytesView) {
  return fail(ErrorCode::forbidden, "a bank calls nobody");
}

}  // namespace yinxin::outside
