#include "ordeal/laws.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <set>

#include "audit/verify.h"
#include "crypto/x509/ocsp.h"
#include "pki/revocation/head.h"
#include "store/desk/desk_schema.h"
#include "store/kmc/sqlite_key_store.h"
#include "store/street/street_schema.h"
#include "store/vault/vault_schema.h"
#include "store/vault/vault_store.h"
#include "yinxin/office/hall_service.h"

namespace yinxin::ordeal {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using net::Method;

std::string text_at(const value& json, const char* key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::int64_t number_at(const value& json, const char* key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_int64() ? found->get_int64() : -1;
}

Result<array> books(const std::string& place, const std::string& path) {
  YX_TRY(const demo::Answered told, demo::Customer::at(place, Method::get, path, {}));
  if (told.status != 200 || !told.json->is_array()) {
    return fail(ErrorCode::outside_unreachable, place + path + " has no books");
  }
  return told.json->get_array();
}

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

Result<Law> law_of(std::string name, Store& store, const std::string& count, const std::string& breakers) {
  Law law{.name = std::move(name)};
  YX_TRY(const std::int64_t counted, store.count(count));
  law.counted = static_cast<std::uint64_t>(counted);
  YX_TRY(law.broken, store.texts(breakers));
  return law;
}

// Serial numbers that the audit says were about to be signed.
std::multiset<std::string> serials_to_be_signed(const std::string& data) {
  std::multiset<std::string> serials;
  std::ifstream in(data + "/audit/vault.log");
  for (std::string line; std::getline(in, line);) {
    // The object is "<serial> <hash of the to-be-signed bytes>".
    constexpr std::string_view mark = "\"object\":\"";
    const auto object_at = line.find(mark);
    if (line.find("certificate.sign") == std::string::npos || object_at == std::string::npos) {
      continue;
    }
    const auto from = object_at + mark.size();
    serials.insert(line.substr(from, line.find(' ', from) - from));
  }
  return serials;
}

// A certificate that is on a token, or that was about to be signed, is in the journal once.
Result<Law> all_recorded(const Stage& stage, Store& vault, const std::vector<Outcome>& outcomes) {
  Law law{.name = "every certificate is in the journal exactly once"};
  const auto check = [&](const std::string& serial, const std::string& where) -> Result<void> {
    ++law.counted;
    YX_TRY(const std::int64_t found, vault.count("SELECT COUNT(*) FROM certificate WHERE serial=x'" + serial + "'"));
    if (found != 1) {
      law.broken.push_back(serial + " " + where + ": " + std::to_string(found) + " times");
    }
    return {};
  };
  const auto signed_ones = serials_to_be_signed(stage.data());
  for (const std::string& serial : std::set<std::string>(signed_ones.begin(), signed_ones.end())) {
    YX_CHECK(check(serial, "in the audit"));
  }
  for (const Outcome& outcome : outcomes) {
    for (const Bytes* der : {&outcome.signing, &outcome.encryption}) {
      YX_TRY(const auto certificate, x509::Certificate::parse(*der));
      YX_CHECK(check(to_hex(certificate.serial()), "on " + outcome.device));
    }
  }
  return law;
}

constexpr const char* revoked = "EXISTS(SELECT 1 FROM status_row s WHERE s.issuer=c.issuer AND s.serial=c.serial AND s.deed=4)";

Result<void> count_vault(const Stage& stage, const std::vector<Outcome>& outcomes, std::vector<Law>& laws) {
  YX_TRY(Store vault, Store::open(stage.data(), "vault", store::vault::migrations()));
  YX_TRY(Law recorded, all_recorded(stage, vault, outcomes));
  laws.push_back(std::move(recorded));
  YX_TRY(Law settled, law_of("no issuance dangles", vault, "SELECT COUNT(*) FROM issuance",
                             "SELECT 'issuance ' || id || ' in state ' || state FROM issuance WHERE state < 2"));
  laws.push_back(std::move(settled));
  YX_TRY(Law burned, law_of("what was burned is revoked", vault, "SELECT COUNT(*) FROM issuance WHERE state = 3",
                            "SELECT hex(c.serial) FROM certificate c JOIN issuance i ON i.id=c.issuance WHERE "
                            "i.state=3 AND NOT " +
                                std::string(revoked)));
  laws.push_back(std::move(burned));
  // A pair is two certificates of one issuance; a line has one that nobody has revoked.
  YX_TRY(Law pairs,
         law_of("an approved line has one pair that is not revoked", vault,
                "SELECT COUNT(DISTINCT case_id || '/' || line) FROM issued_line",
                "SELECT l.case_id || '/' || l.line || ': ' || COUNT(DISTINCT l.id) || ' live' FROM issued_line l "
                "WHERE l.given_up=0 GROUP BY l.case_id, l.line HAVING COUNT(DISTINCT l.id) <> 1"));
  laws.push_back(std::move(pairs));
  YX_TRY(Law lines, law_of("a line that was given up has no certificate in force", vault,
                           "SELECT COUNT(*) FROM issuance i JOIN certificate c ON c.issuance=i.id WHERE c.use=1 AND "
                           "i.state=2",
                           "SELECT hex(c.serial) FROM certificate c JOIN issuance i ON i.id=c.issuance WHERE c.use=1 "
                           "AND i.state=2 AND NOT " +
                               std::string(revoked) +
                               " AND NOT EXISTS(SELECT 1 FROM issued_line l JOIN certificate_blob b ON "
                               "b.der=l.encryption OR b.der=l.signing WHERE b.serial=c.serial AND l.given_up=0)"));
  laws.push_back(std::move(lines));
  YX_TRY(Law orders, law_of("nothing that the vault owes its neighbours is given up", vault,
                            "SELECT COUNT(*) FROM outbox",
                            "SELECT kind || ' ' || idempotency_key FROM outbox WHERE state='given_up'"));
  laws.push_back(std::move(orders));

  Law chain{.name = "the status chain runs through its signed head"};
  store::vault::VaultStore journal(vault.engine());
  pki::HeadFolder heads(stage.data() + "/heads");
  for (const auto* authority : {&stage.issuing(), &stage.roles()}) {
    ++chain.counted;
    if (const auto book = pki::read_book(authority->public_key(), journal, heads); !book) {
      chain.broken.push_back(book.error().describe());
    }
  }
  laws.push_back(std::move(chain));

  YX_TRY(Store kmc, Store::open(stage.data(), "kmc", store::kmc_migrations()));
  Law keys{.name = "every key that was handed out belongs to one serial of the journal"};
  YX_TRY(const auto serials, kmc.texts("SELECT hex(serial) FROM key WHERE state IN ('in_use','history')"));
  for (const std::string& serial : serials) {
    ++keys.counted;
    YX_TRY(const std::int64_t found, vault.count("SELECT COUNT(*) FROM certificate WHERE serial=x'" + serial + "'"));
    if (found != 1 || std::ranges::count(serials, serial) != 1) {
      keys.broken.push_back(serial + ": " + std::to_string(found) + " certificates");
    }
  }
  laws.push_back(std::move(keys));
  return {};
}

// What has to be read from the stores themselves while nobody has them open.
struct Rows {
  std::vector<std::string> cases;  // of the street
  std::map<std::string, std::vector<std::string>> errands;  // by domain: "kind key state"
};

// Without those that nobody fetches in this version: there is no directory, no archive and no list of work to carry
// them to, and what they would say stands in the stores.
constexpr const char* errands =
    "SELECT kind || ' ' || idempotency_key || ' ' || state FROM outbox WHERE state<>'done' AND kind NOT IN "
    "('pki.publish','pki.publish_crl','desk.queue_work','desk.permit_line','desk.archive')";

Result<Rows> read_rows(const Stage& stage) {
  Rows rows;
  {
    YX_TRY(Store street, Store::open(stage.data(), "street", store::street_migrations()));
    YX_TRY(rows.cases, street.texts("SELECT id FROM dossier ORDER BY id"));
    YX_TRY(rows.errands["street"], street.texts(errands));
  }
  YX_TRY(Store desk, Store::open(stage.data(), "desk", store::desk_migrations()));
  YX_TRY(rows.errands["desk"], desk.texts(errands));
  return rows;
}

struct Case {
  hall::Dossier dossier;
  std::optional<hall::CaseState> at_desk;
};

// By the house's own reading of them.
Result<std::vector<Case>> read_cases(const Stage& stage, const std::vector<std::string>& ids) {
  static const SystemClock clock;
  static SystemRandom random;
  YX_TRY(const auto house, office::House::open(stage.data(), YX_SOURCE_DIR "/profiles", stage.scene().boot(), clock));
  YX_TRY(const auto hall,
         office::HallService::open({.folder = stage.data(),
                                    .programmes = YX_SOURCE_DIR "/programmes",
                                    .outside = {},
                                    .base_url = stage.hall(),
                                    .cell = stage.options().cells + "/yinxin-intake-cell",
                                    .sender = {}},
                                   *house, stage.scene().boot(), clock, random));
  std::vector<Case> all;
  for (const std::string& id : ids) {
    YX_TRY(hall::Dossier dossier, hall->street().street().any(id));
    const auto record = house->desk().find(id);
    all.push_back({std::move(dossier), record ? std::optional(record->application.state) : std::nullopt});
  }
  return all;
}

bool is_final(hall::CaseState state) { return hall::life::case_states[static_cast<std::size_t>(state)].is_final; }
std::string name_of_state(hall::CaseState state) {
  return std::string(hall::life::case_states[static_cast<std::size_t>(state)].code);
}

// A case that has not ended waits for somebody by the table of its life. Nobody waits for what is between two domains:
// there an errand has to be under way.
Law somebody_moves(const std::vector<Case>& cases, const Rows& rows) {
  Law law{.name = "no case without somebody whose move it is"};
  const auto has_errand = [&](const std::string& kind, const std::string& id) {
    return std::ranges::any_of(rows.errands.at("street"), [&](const std::string& row) {
      return row.starts_with("street." + kind + " ") && row.find(id) != std::string::npos && !row.ends_with(" given_up");
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

Result<void> count_money(const Stage& stage, const std::vector<Case>& cases, std::vector<Law>& laws) {
  YX_TRY(const array orders, books(stage.places().wechat_pay, "/admin/orders"));
  Law payments{.name = "every payment of the provider's books is counted once"};
  Law refunds{.name = "every refund of the provider's books is counted once"};
  std::map<std::string, const value*> by_number;
  for (const value& order : orders) {
    by_number[text_at(order, "number")] = &order;
    const std::string number = text_at(order, "number");
    const std::string state = text_at(order, "state");
    std::int64_t counted = 0, counted_fen = 0;
    std::vector<std::string> ours;
    for (const Case& one : cases) {
      for (const auto& record : one.dossier.orders) {
        if (record.number == number && record.paid_at) {
          ++counted;
          counted_fen += record.paid_fen;
        }
      }
      for (const auto& refund : one.dossier.refunds) {
        if (refund.order == number && refund.state == hall::RefundState::settled) {
          ours.push_back(refund.number + " " + std::to_string(refund.fen));
        }
      }
    }
    const bool is_paid = state == "SUCCESS" || state == "REFUND";
    payments.counted += is_paid ? 1 : 0;
    if (counted != (is_paid ? 1 : 0) || (is_paid && counted_fen != number_at(order, "paid_fen"))) {
      payments.broken.push_back(number + " " + state + ": counted " + std::to_string(counted) + " times, " +
                                std::to_string(counted_fen) + " fen");
    }
    for (const value& refund : order.at("refunds").as_array()) {
      ++refunds.counted;
      const std::string theirs = text_at(refund, "number") + " " + std::to_string(number_at(refund, "fen"));
      if (std::ranges::count(ours, theirs) != 1) {
        refunds.broken.push_back(theirs + " " + text_at(refund, "status"));
      }
    }
  }
  for (const Case& one : cases) {
    for (const auto& record : one.dossier.orders) {
      if (record.paid_at && record.way == "wechat" && !by_number.contains(record.number)) {
        payments.broken.push_back(record.number + " is in no book");
      }
    }
    const auto paid = std::ranges::count(one.dossier.orders, hall::PaymentState::paid, &hall::OrderRecord::state);
    if (paid > 1) {
      payments.broken.push_back(one.dossier.id + " is paid " + std::to_string(paid) + " times");
    }
  }
  laws.push_back(std::move(payments));
  laws.push_back(std::move(refunds));

  YX_TRY(const array deposits, books(stage.places().bank, "/admin/deposits"));
  Law out{.name = "every micro-deposit is at the bank once"};
  std::multiset<std::string> at_bank;
  for (const value& deposit : deposits) {
    at_bank.insert(text_at(deposit, "id"));
  }
  std::set<std::string> known;
  for (const Case& one : cases) {
    for (const auto& deposit : one.dossier.deposits) {
      ++out.counted;
      known.insert(deposit.id);
      const bool must_be_there = deposit.state != hall::DepositState::asked && deposit.state != hall::DepositState::replaced;
      if (at_bank.count(deposit.id) > 1 || (must_be_there && at_bank.count(deposit.id) != 1)) {
        out.broken.push_back(deposit.id + " " + std::to_string(at_bank.count(deposit.id)) + " times");
      }
    }
  }
  for (const std::string& id : at_bank) {
    if (!known.contains(id)) {
      out.broken.push_back(id + " is of no case");
    }
  }
  laws.push_back(std::move(out));
  return {};
}

Result<Law> count_messages(const Stage& stage) {
  YX_TRY(const array messages, books(stage.places().sms, "/admin/messages"));
  Law law{.name = "no message was sent twice for one intent"};
  std::map<std::string, int> by_id, by_words;
  for (const value& message : messages) {
    ++law.counted;
    const std::string words = text_at(message, "mobile") + " " + text_at(message, "template_code") + " " +
                              boost::json::serialize(message.at("parameters"));
    if (++by_id[text_at(message, "out_id")] > 1) {
      law.broken.push_back(text_at(message, "out_id") + " " + text_at(message, "template_code"));
    } else if (++by_words[words] > 1) {
      law.broken.push_back(text_at(message, "out_id") + ": the same words again, " + text_at(message, "template_code"));
    }
  }
  return law;
}

Result<Law> count_audits(const Stage& stage) {
  Law law{.name = "every audit chain holds"};
  for (const auto& entry : std::filesystem::directory_iterator(stage.data() + "/audit")) {
    if (entry.path().extension() != ".log") {
      continue;
    }
    YX_TRY(const auto file, audit::open_for_reading(entry.path().string()));
    YX_TRY(const auto report, audit::verify(*file, {.writer = entry.path().stem(), .environment = "demo"}, {}));
    law.counted += report.entries;
    if (report.verdict == audit::Verdict::invalid && report.entries > 0) {
      law.broken.push_back(entry.path().stem().string() + ": " +
                           (report.findings.empty() ? "" : report.findings.front().id));
    }
  }
  return law;
}

}  // namespace

Law public_answers(const Stage& stage, const std::vector<Outcome>& outcomes) {
  Law law{.name = "the public is told that an activated certificate is good"};
  constexpr int most_tries = 200;  // the answers follow the journal every few seconds
  constexpr std::chrono::milliseconds pause{100};
  const auto ask = [&](const x509::Certificate& certificate) -> Result<bool> {
    const auto id = x509::CertId::of(stage.issuing(), certificate.serial());
    YX_TRY(const Bytes answer, demo::fetch_public(stage.hall(), Method::post, "/ocsp", "application/ocsp-request",
                                                  x509::build_ocsp_request({id}, std::nullopt)));
    YX_TRY(const auto response, x509::OcspResponse::parse(answer));
    const auto* single = response.find(stage.issuing(), certificate.serial());
    return single != nullptr && single->status == x509::CertStatus::good;
  };
  for (const Outcome& outcome : outcomes) {
    for (const Bytes* der : {&outcome.signing, &outcome.encryption}) {
      ++law.counted;
      const auto certificate = x509::Certificate::parse(*der);
      bool is_good = false;
      for (int tries = 0; certificate && !is_good && tries < most_tries; ++tries) {
        const auto told = ask(*certificate);
        is_good = told && *told;
        if (!is_good) {
          std::this_thread::sleep_for(pause);
        }
      }
      if (!is_good) {
        law.broken.push_back(outcome.id + " " + outcome.device);
      }
    }
  }
  return law;
}

Result<std::vector<std::string>> errands_under_way(const Stage& stage) {
  YX_TRY(Rows rows, read_rows(stage));
  YX_TRY(Store vault, Store::open(stage.data(), "vault", store::vault::migrations()));
  YX_TRY(rows.errands["vault"], vault.texts(errands));
  YX_TRY(std::vector<std::string> all, vault.texts("SELECT 'issuance ' || id FROM issuance WHERE state<2"));
  for (const auto& [domain, waiting] : rows.errands) {
    std::ranges::copy_if(waiting, std::back_inserter(all),
                         [](const std::string& row) { return !row.ends_with(" given_up"); });
  }
  return all;
}

Result<std::vector<Law>> count_laws(const Stage& stage, const std::vector<Outcome>& outcomes) {
  std::vector<Law> laws;
  YX_CHECK(count_vault(stage, outcomes, laws));
  YX_TRY(const Rows rows, read_rows(stage));
  YX_TRY(const std::vector<Case> cases, read_cases(stage, rows.cases));
  YX_CHECK(count_money(stage, cases, laws));
  YX_TRY(Law messages, count_messages(stage));
  laws.push_back(std::move(messages));
  laws.push_back(somebody_moves(cases, rows));
  YX_TRY(Law audits, count_audits(stage));
  laws.push_back(std::move(audits));
  return laws;
}

bool print(const std::vector<Law>& laws) {
  bool all_hold = true;
  for (const Law& law : laws) {
    std::cout << (law.broken.empty() ? "holds   " : "BROKEN  ") << law.counted << "  " << law.name << "\n";
    constexpr std::size_t most_shown = 20;
    for (std::size_t n = 0; n < std::min(law.broken.size(), most_shown); ++n) {
      std::cout << "          " << law.broken[n] << "\n";
    }
    all_hold = all_hold && law.broken.empty();
  }
  std::cout << std::flush;
  return all_hold;
}

}  // namespace yinxin::ordeal
