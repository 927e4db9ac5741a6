#include <algorithm>
#include <set>

#include "hall/street/desk_news.h"
#include "ordeal/answers.h"
#include "ordeal/counting.h"

namespace yinxin::ordeal {

namespace {

using boost::json::array;
using boost::json::value;

std::int64_t sum_of(const array& refunds) {
  std::int64_t sum = 0;
  for (const value& refund : refunds) {
    sum += refund.at("fen").to_number<std::int64_t>();
  }
  return sum;
}

// What is missing of what came in, or nothing; `carried`: numbers that the house asks the provider about.
std::optional<std::string> missing_of(const Case& one, const hall::OrderRecord& order,
                                      const std::set<std::string>& carried) {
  std::int64_t left = order.paid_fen;
  for (const auto& refund : one.dossier.refunds) {
    if (refund.order != order.number) {
      continue;
    }
    switch (refund.state) {
      case hall::RefundState::settled: left -= refund.fen; break;
      case hall::RefundState::asked:     // a finance officer's move
      case hall::RefundState::declined:  // he has decided, and answers for it
        return std::nullopt;
      case hall::RefundState::granted:
      case hall::RefundState::sent:
      case hall::RefundState::uncertain:
        return carried.contains(refund.number) ? std::nullopt
                                               : std::optional(refund.number + " is carried on by nobody");
    }
  }
  return left == 0 ? std::nullopt
                   : std::optional(order.number + ": " + std::to_string(left) + " fen have not gone back");
}

}  // namespace

Law count_given_back(const array& orders, const std::vector<Case>& cases) {
  Law law{.name = "no payment is given back twice, nor more than was paid"};
  std::set<std::string> numbers;
  for (const value& order : orders) {
    const array& refunds = order.at("refunds").as_array();
    law.counted += refunds.size();
    if (const std::int64_t sum = sum_of(refunds); sum > order.at("paid_fen").to_number<std::int64_t>()) {
      law.broken.push_back(text_at(order, "number") + ": " + std::to_string(sum) + " fen given back");
    }
    for (const value& refund : refunds) {
      if (const std::string number = text_at(refund, "number"); !numbers.insert(number).second) {
        law.broken.push_back(number + " twice");
      }
    }
  }
  for (const Case& one : cases) {
    for (const auto& order : one.dossier.orders) {
      if (const std::int64_t sum = one.dossier.refunded_fen(order.number); sum > order.paid_fen) {
        law.broken.push_back(order.number + ": " + std::to_string(sum) + " fen promised back");
      }
    }
  }
  return law;
}

Law money_comes_back(const std::vector<Case>& cases, const std::set<std::string>& carried) {
  Law law{.name = "a case that ended without a certificate has its money back, or somebody whose move it is"};
  for (const Case& one : cases) {
    if (!hall::is_given_up(one.dossier.application.state)) {
      continue;
    }
    for (const auto& order : one.dossier.orders) {
      if (!order.paid_at) {
        continue;
      }
      ++law.counted;
      if (const auto missing = missing_of(one, order, carried)) {
        law.broken.push_back(*missing);
      }
    }
  }
  return law;
}

}  // namespace yinxin::ordeal
