#include <algorithm>

#include "ordeal/counting.h"

namespace yinxin::ordeal {

namespace {

Result<Law> law_of(std::string name, Store& store, const std::string& count, const std::string& breakers) {
  Law law{.name = std::move(name)};
  YX_TRY(const std::int64_t counted, store.count(count));
  law.counted = static_cast<std::uint64_t>(counted);
  YX_TRY(law.broken, store.texts(breakers));
  return law;
}

constexpr const char* revoked =
    "EXISTS(SELECT 1 FROM status_row s WHERE s.issuer=c.issuer AND s.serial=c.serial AND s.deed=4)";

Result<std::int64_t> times_in_journal(Store& vault, const std::string& serial) {
  return vault.count("SELECT COUNT(*) FROM certificate WHERE serial=x'" + serial + "'");
}

}  // namespace

Result<std::vector<Law>> count_vault(Store& vault, const std::set<std::string>& signed_serials,
                                     const std::vector<std::string>& on_tokens) {
  std::vector<Law> laws;
  Law recorded{.name = "every certificate is in the journal exactly once"};
  std::vector<std::string> all(signed_serials.begin(), signed_serials.end());
  all.insert(all.end(), on_tokens.begin(), on_tokens.end());
  for (const std::string& serial : all) {
    ++recorded.counted;
    YX_TRY(const std::int64_t found, times_in_journal(vault, serial));
    if (found != 1) {
      recorded.broken.push_back(serial + ": " + std::to_string(found) + " times");
    }
  }
  laws.push_back(std::move(recorded));
  struct Asked {
    const char* name;
    std::string count, breakers;
  };
  const std::string unrevoked = " AND NOT " + std::string(revoked);
  const std::vector<Asked> by_rows{
      {"no issuance dangles", "SELECT COUNT(*) FROM issuance",
       "SELECT 'issuance ' || id || ' in state ' || state FROM issuance WHERE state < 2"},
      {"what was burned is revoked", "SELECT COUNT(*) FROM issuance WHERE state = 3",
       "SELECT hex(c.serial) FROM certificate c JOIN issuance i ON i.id=c.issuance WHERE i.state=3" + unrevoked},
      {"an approved line has one pair that is not given up",
       "SELECT COUNT(DISTINCT case_id || '/' || line) FROM issued_line",
       "SELECT case_id || '/' || line || ': ' || SUM(given_up=0) || ' pairs' FROM issued_line "
       "GROUP BY case_id, line HAVING SUM(given_up=0) <> 1"},
      {"a pair that belongs to no line, or to one that was given up, is revoked",
       "SELECT COUNT(*) FROM issuance i JOIN certificate c ON c.issuance=i.id WHERE c.use=1 AND i.state=2",
       "SELECT hex(c.serial) FROM certificate c JOIN issuance i ON i.id=c.issuance WHERE c.use=1 AND i.state=2" +
           unrevoked +
           " AND NOT EXISTS(SELECT 1 FROM issued_line l JOIN certificate_blob b ON b.der=l.encryption OR "
           "b.der=l.signing WHERE b.serial=c.serial AND l.given_up=0)"},
      {"nothing that the vault owes its neighbours is given up", "SELECT COUNT(*) FROM outbox",
       "SELECT kind || ' ' || idempotency_key FROM outbox WHERE state='given_up'"}};
  for (const Asked& asked : by_rows) {
    YX_TRY(Law law, law_of(asked.name, vault, asked.count, asked.breakers));
    laws.push_back(std::move(law));
  }
  return laws;
}

Result<Law> count_keys(Store& kmc, Store& vault) {
  Law law{.name = "every key that was handed out belongs to one serial of the journal"};
  YX_TRY(const auto serials, kmc.texts("SELECT hex(serial) FROM key WHERE state IN ('in_use','history')"));
  for (const std::string& serial : serials) {
    ++law.counted;
    YX_TRY(const std::int64_t found, times_in_journal(vault, serial));
    if (found != 1 || std::ranges::count(serials, serial) != 1) {
      law.broken.push_back(serial + ": " + std::to_string(found) + " certificates");
    }
  }
  return law;
}

}  // namespace yinxin::ordeal
