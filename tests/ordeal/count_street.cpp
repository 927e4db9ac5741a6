#include <algorithm>
#include <set>

#include "ordeal/answers.h"
#include "ordeal/counting.h"

namespace yinxin::ordeal {

namespace {

using boost::json::array;
using boost::json::value;

std::int64_t number_at(const value& json, const char* key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_int64() ? found->get_int64() : -1;
}

bool is_final(hall::CaseState state) { return hall::life::case_states[static_cast<std::size_t>(state)].is_final; }
std::string name_of_state(hall::CaseState state) {
  return std::string(hall::life::case_states[static_cast<std::size_t>(state)].code);
}

}  // namespace

Law somebody_moves(const std::vector<Case>& cases, const Rows& rows) {
  Law law{.name = "no case without somebody whose move it is"};
  const auto has_errand = [&](const std::string& kind, const std::string& id) {
    return std::ranges::any_of(rows.errands.at("street"), [&](const std::string& row) {
      return row.starts_with("street." + kind + " ") && row.find(id) != std::string::npos &&
             !row.ends_with(" given_up");
    });
  };
  for (const Case& one : cases) {
    ++law.counted;
    const hall::CaseState state = one.dossier.application.state;
    const std::string& id = one.dossier.id;
    const auto broken = [&](const std::string& why) {
      law.broken.push_back(id + " " + name_of_state(state) + ": " + why);
    };
    if (one.at_desk && *one.at_desk != state && !has_errand("submit", id)) {
      broken("the desk says " + name_of_state(*one.at_desk));
    }
    if (is_final(state)) {
      continue;
    }
    if (hall::life::case_states[static_cast<std::size_t>(state)].turn == hall::By::nobody) {
      broken("the table names nobody");
    }
    if (!one.at_desk && hall::life::traits_of(state).owner == hall::Owner::desk && !has_errand("submit", id)) {
      broken("the desk does not know it, and nobody carries it there");
    }
    for (const auto& deposit : one.dossier.deposits) {
      if (deposit.state == hall::DepositState::asked && !has_errand("micro_deposit", id)) {
        broken("nobody carries the deposit " + deposit.id);
      }
      if (deposit.state == hall::DepositState::sent && !has_errand("deposit_watch", id)) {
        broken("nobody asks after the deposit " + deposit.id);
      }
    }
  }
  for (const auto& [domain, waiting] : rows.errands) {
    for (const std::string& row : waiting) {
      ++law.counted;
      if (row.ends_with(" given_up")) {
        law.broken.push_back(domain + ": given up: " + row);
      }
    }
  }
  return law;
}

Law count_payments(const array& orders, const std::vector<Case>& cases) {
  Law law{.name = "every payment of the provider's books is counted once"};
  std::set<std::string> in_books;
  for (const value& order : orders) {
    const std::string number = text_at(order, "number");
    const std::string state = text_at(order, "state");
    in_books.insert(number);
    std::int64_t counted = 0, counted_fen = 0;
    for (const Case& one : cases) {
      for (const auto& record : one.dossier.orders) {
        counted += record.number == number && record.paid_at ? 1 : 0;
        counted_fen += record.number == number && record.paid_at ? record.paid_fen : 0;
      }
    }
    const bool is_paid = state == "SUCCESS";
    law.counted += is_paid ? 1 : 0;
    if (counted != (is_paid ? 1 : 0) || (is_paid && counted_fen != number_at(order, "paid_fen"))) {
      law.broken.push_back(number + " " + state + ": counted " + std::to_string(counted) + " times, " +
                           std::to_string(counted_fen) + " fen");
    }
  }
  for (const Case& one : cases) {
    for (const auto& record : one.dossier.orders) {
      if (record.paid_at && !in_books.contains(record.number)) {
        law.broken.push_back(record.number + " is in no book");
      }
    }
    const auto paid = std::ranges::count(one.dossier.orders, hall::PaymentState::paid, &hall::OrderRecord::state);
    if (paid > 1) {
      law.broken.push_back(one.dossier.id + " is paid " + std::to_string(paid) + " times");
    }
  }
  return law;
}

Law count_refunds(const array& orders, const std::vector<Case>& cases) {
  Law law{.name = "every refund of the provider's books is counted once"};
  std::multiset<std::string> ours;
  for (const Case& one : cases) {
    for (const auto& refund : one.dossier.refunds) {
      const auto order = std::ranges::find(one.dossier.orders, refund.order, &hall::OrderRecord::number);
      const bool is_by_hand = order != one.dossier.orders.end() && order->way == hall::transfer_way;
      if (refund.state == hall::RefundState::settled && !is_by_hand) {
        ours.insert(refund.number + " " + std::to_string(refund.fen));
      }
    }
  }
  std::multiset<std::string> theirs;
  for (const value& order : orders) {
    for (const value& refund : order.at("refunds").as_array()) {
      ++law.counted;
      theirs.insert(text_at(refund, "number") + " " + std::to_string(number_at(refund, "fen")));
    }
  }
  std::vector<std::string> differing;
  std::ranges::set_symmetric_difference(ours, theirs, std::back_inserter(differing));
  law.broken = std::move(differing);
  return law;
}

Law count_deposits(const array& at_bank, const std::vector<Case>& cases) {
  Law law{.name = "every micro-deposit is at the bank once"};
  std::multiset<std::string> booked;
  for (const value& deposit : at_bank) {
    booked.insert(text_at(deposit, "id"));
  }
  std::set<std::string> known;
  for (const Case& one : cases) {
    for (const auto& deposit : one.dossier.deposits) {
      ++law.counted;
      known.insert(deposit.id);
      const bool is_sent = deposit.state != hall::DepositState::asked && deposit.state != hall::DepositState::replaced;
      if (booked.count(deposit.id) > 1 || (is_sent && booked.count(deposit.id) != 1)) {
        law.broken.push_back(deposit.id + " " + std::to_string(booked.count(deposit.id)) + " times");
      }
    }
  }
  for (const std::string& id : booked) {
    if (!known.contains(id)) {
      law.broken.push_back(id + " is of no case");
    }
  }
  return law;
}

namespace {

// How many messages may have these words: as many as have been given back by it, in this sum.
int most_of(const value& parameters, const std::vector<Case>& cases) {
  int refunds = 0;
  for (const Case& one : cases) {
    if (one.dossier.id != text_at(parameters, "order")) {
      continue;
    }
    for (const auto& refund : one.dossier.refunds) {
      std::string fen = std::to_string(refund.fen);
      fen.insert(0, fen.size() < 3 ? 3 - fen.size() : 0, '0');
      fen.insert(fen.size() - 2, ".");
      refunds += refund.state == hall::RefundState::settled && fen == text_at(parameters, "amount") ? 1 : 0;
    }
  }
  return std::max(refunds, 1);
}

}  // namespace

Law count_messages(const array& messages, const std::vector<Case>& cases) {
  Law law{.name = "no message was sent twice for one intent"};
  std::map<std::string, int> by_id, by_words;
  for (const value& message : messages) {
    ++law.counted;
    const std::string words = text_at(message, "mobile") + " " + text_at(message, "template_code") + " " +
                              boost::json::serialize(message.at("parameters"));
    if (++by_id[text_at(message, "out_id")] > 1) {
      law.broken.push_back(text_at(message, "out_id") + " " + text_at(message, "template_code"));
    } else if (++by_words[words] > most_of(message.at("parameters"), cases)) {
      law.broken.push_back(text_at(message, "out_id") + ": the same words again, " + text_at(message, "template_code"));
    }
  }
  return law;
}

array books_of_transfers(const array& day_book, const std::vector<Case>& cases) {
  std::map<std::string, std::int64_t> come;
  for (const value& booking : day_book) {
    const std::string remark = text_at(booking, "remark");
    if (text_at(booking, "side") == "credit" && hall::is_case_number(remark) &&
        !booking.at("is_taken_back").as_bool()) {
      come[remark] += number_at(booking, "fen");
    }
  }
  array orders;
  for (const auto& [id, fen] : come) {
    std::string number = id + " without an order";
    const auto of = std::ranges::find(cases, id, [](const Case& one) { return one.dossier.id; });
    if (of != cases.end()) {
      const auto& known = of->dossier.orders;
      const auto order = std::ranges::find(known, hall::transfer_way, &hall::OrderRecord::way);
      number = order == known.end() ? number : order->number;
    }
    orders.push_back({{"number", number}, {"state", "SUCCESS"}, {"paid_fen", fen}, {"refunds", array()}});
  }
  return orders;
}

array books_of_orders(const array& listed) {
  array orders;
  for (const value& each : listed) {
    array refunds;
    for (const value& refund : each.at("refunds").as_array()) {
      refunds.push_back({{"number", our_number(text_at(refund, "number"))}, {"fen", refund.at("fen")}});
    }
    orders.push_back({{"number", our_number(text_at(each, "number"))},
                      {"state", each.at("paid_fen").to_number<std::int64_t>() > 0 ? "SUCCESS" : "CLOSED"},
                      {"paid_fen", each.at("paid_fen")},
                      {"refunds", std::move(refunds)}});
  }
  return orders;
}

}  // namespace yinxin::ordeal
