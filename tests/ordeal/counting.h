#pragma once
// How each law is counted: over rows and books that are handed in, so that a test can plant what breaks it.

#include <boost/json.hpp>
#include <set>

#include "hall/street/dossier.h"
#include "ordeal/laws.h"
#include "store/engine.h"

namespace yinxin::ordeal {

// A store that nobody has open.
class Store {
 public:
  static Result<Store> open(const std::string& data, const std::string& domain, const store::Migrations& migrations) {
    Store made;
    YX_TRY(made.engine_, store::Engine::open(data + "/" + domain + "/" + domain + ".db",
                                             {.domain = domain, .migrations = migrations, .on_calling_thread = true}));
    return made;
  }
  // Each row's first column is text.
  Result<std::vector<std::string>> texts(const std::string& sql) {
    return engine_->read([&](store::Snapshot& snapshot) -> Result<std::vector<std::string>> {
      std::vector<std::string> all;
      YX_TRY(auto rows, snapshot.query(sql));
      for (;;) {
        YX_TRY(const bool found, rows.next());
        if (!found) {
          return all;
        }
        all.push_back(rows.text(0));
      }
    });
  }
  Result<std::int64_t> count(const std::string& sql) {
    return engine_->read([&](store::Snapshot& snapshot) -> Result<std::int64_t> {
      YX_TRY(auto rows, snapshot.query(sql));
      YX_TRY(const bool found, rows.next());
      return found ? rows.int64(0) : 0;
    });
  }
  store::Engine& engine() { return *engine_; }

 private:
  std::unique_ptr<store::Engine> engine_;
};

// Of vault and key centre; `signed_serials`: hexadecimal, of what the audit says was about to be signed, `on_tokens`:
// of what is there.
Result<std::vector<Law>> count_vault(Store& vault, const std::set<std::string>& signed_serials,
                                     const std::vector<std::string>& on_tokens);
Result<Law> count_keys(Store& kmc, Store& vault);

// What nobody carries on is not among them.
struct Rows {
  std::vector<std::string> cases{};                           // of the street
  std::map<std::string, std::vector<std::string>> errands{};  // by domain: "kind key state"
  std::set<std::string> watched{};                            // orders and refunds that the house asks about
};
struct Case {
  hall::Dossier dossier;
  std::optional<hall::CaseState> at_desk;
};
// A case that has not ended waits for somebody by the table of its life. Nobody waits for what is between two domains:
// there an errand has to be under way.
Law somebody_moves(const std::vector<Case>& cases, const Rows& rows);
// `orders`: the payment providers' books, as books_of_orders() has them.
Law count_payments(const boost::json::array& orders, const std::vector<Case>& cases);
// But for transfers, which no provider carries back.
Law count_refunds(const boost::json::array& orders, const std::vector<Case>& cases);
Law count_given_back(const boost::json::array& orders, const std::vector<Case>& cases);
// `carried`: refunds that the house asks the provider about.
Law money_comes_back(const std::vector<Case>& cases, const std::set<std::string>& carried);
Law count_deposits(const boost::json::array& at_bank, const std::vector<Case>& cases);
// Texts that say what happened once in a case: its return, its refusal. Two refunds of one sum have the same words.
Law count_messages(const boost::json::array& messages, const std::vector<Case>& cases);
// The same of what the bank has booked for a case's number: under the number of the transfer that was announced.
boost::json::array books_of_transfers(const boost::json::array& day_book, const std::vector<Case>& cases);
// A provider's books in one writing: number, state "SUCCESS" or "CLOSED", paid_fen, refunds.
boost::json::array books_of_orders(const boost::json::array& listed);

}  // namespace yinxin::ordeal
