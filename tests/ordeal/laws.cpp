#include "ordeal/laws.h"

#include <algorithm>
#include <fstream>
#include <iostream>

#include "audit/verify.h"
#include "crypto/x509/ocsp.h"
#include "demo/customer/back_off.h"
#include "ordeal/counting.h"
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
using net::Method;

Result<array> books(const std::string& place, const std::string& path) {
  YX_TRY(const demo::Answered told, demo::Customer::at(place, Method::get, path, {}));
  if (told.status != 200 || !told.json->is_array()) {
    return fail(ErrorCode::outside_unreachable, place + path + " has no books");
  }
  return told.json->get_array();
}

// Serial numbers that the audit says were about to be signed.
std::set<std::string> serials_to_be_signed(const std::string& data) {
  std::set<std::string> serials;
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

Law count_chains(const Stage& stage, Store& vault) {
  Law chain{.name = "the status chain runs through its signed head"};
  store::vault::VaultStore journal(vault.engine());
  pki::HeadFolder heads(stage.data() + "/heads");
  for (const auto* authority : {&stage.issuing(), &stage.roles()}) {
    ++chain.counted;
    if (const auto book = pki::read_book(authority->public_key(), journal, heads); !book) {
      chain.broken.push_back(book.error().describe());
    }
  }
  return chain;
}

Result<std::vector<Law>> count_making(const Stage& stage, const std::vector<Outcome>& outcomes) {
  YX_TRY(Store vault, Store::open(stage.data(), "vault", store::vault::migrations()));
  std::vector<std::string> on_tokens;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.is_made()) {
      continue;
    }
    for (const Bytes* der : {&outcome.signing, &outcome.encryption}) {
      YX_TRY(const auto certificate, x509::Certificate::parse(*der));
      on_tokens.push_back(to_hex(certificate.serial()));
    }
  }
  YX_TRY(std::vector<Law> laws, count_vault(vault, serials_to_be_signed(stage.data()), on_tokens));
  laws.push_back(count_chains(stage, vault));
  YX_TRY(Store kmc, Store::open(stage.data(), "kmc", store::kmc_migrations()));
  YX_TRY(Law keys, count_keys(kmc, vault));
  laws.push_back(std::move(keys));
  return laws;
}

// Without those that nobody fetches in this version: there is no directory to publish to.
constexpr const char* errands =
    "SELECT kind || ' ' || idempotency_key || ' ' || state FROM outbox WHERE state<>'done' AND kind NOT IN "
    "('pki.publish','pki.publish_crl')";

Result<Rows> read_rows(const Stage& stage) {
  Rows rows;
  {
    YX_TRY(Store street, Store::open(stage.data(), "street", store::street_migrations()));
    YX_TRY(rows.cases, street.texts("SELECT id FROM dossier ORDER BY id"));
    YX_TRY(rows.errands["street"], street.texts(errands));
    YX_TRY(const auto watched, street.texts("SELECT number FROM money_watch"));
    rows.watched.insert(watched.begin(), watched.end());
  }
  YX_TRY(Store desk, Store::open(stage.data(), "desk", store::desk_migrations()));
  YX_TRY(rows.errands["desk"], desk.texts(errands));
  return rows;
}

// By the house's own reading of them.
Result<std::vector<Case>> read_cases(const Stage& stage, const std::vector<std::string>& ids) {
  static const SystemClock clock;
  static SystemRandom random;
  YX_TRY(const auto house, office::House::open(stage.data(), YX_SOURCE_DIR "/profiles", stage.scene().boot(), clock));
  YX_TRY(const auto hall, office::HallService::open({.folder = stage.data(),
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
    if (!outcome.is_made()) {
      continue;
    }
    for (const Bytes* der : {&outcome.signing, &outcome.encryption}) {
      ++law.counted;
      const auto certificate = x509::Certificate::parse(*der);
      bool is_good = false;
      for (int tries = 0; certificate && !is_good && tries < most_tries; ++tries) {
        const auto told = ask(*certificate);
        is_good = told && *told;
        if (!is_good) {
          demo::BackOff(pause).wait();
        }
      }
      if (!is_good) {
        law.broken.push_back(outcome.id + " " + outcome.device);
      }
    }
  }
  return law;
}

Law different_stamps(const std::vector<Outcome>& outcomes) {
  Law law{.name = "no two time stamps have one serial number"};
  std::set<std::string> serials;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.is_made()) {
      continue;
    }
    ++law.counted;
    if (!serials.insert(outcome.stamp).second) {
      law.broken.push_back(outcome.id + " " + outcome.stamp);
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
  YX_TRY(std::vector<Law> laws, count_making(stage, outcomes));
  YX_TRY(const Rows rows, read_rows(stage));
  YX_TRY(const std::vector<Case> cases, read_cases(stage, rows.cases));
  array orders;
  for (const char* provider : {"wechat_pay", "alipay"}) {
    YX_TRY(const array listed, books(stage.addresses().at(provider), "/admin/orders"));
    std::ranges::copy(books_of_orders(listed), std::back_inserter(orders));
  }
  YX_TRY(const array day_book, books(stage.places().bank, "/admin/bookings"));
  std::ranges::copy(books_of_transfers(day_book, cases), std::back_inserter(orders));
  YX_TRY(const array deposits, books(stage.places().bank, "/admin/deposits"));
  YX_TRY(const array messages, books(stage.places().sms, "/admin/messages"));
  laws.push_back(count_payments(orders, cases));
  laws.push_back(count_refunds(orders, cases));
  laws.push_back(count_given_back(orders, cases));
  laws.push_back(money_comes_back(cases, rows.watched));
  laws.push_back(count_deposits(deposits, cases));
  laws.push_back(count_messages(messages, cases));
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
