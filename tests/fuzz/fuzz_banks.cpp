// A table of banks may be anything at all: it is explained or read, and what was read is found again.
#include "base/ensure.h"
#include "base/text.h"
#include "hall/payment/bank_directory.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const hall::CheckedBanks checked = hall::BankDirectory::check(text);
  ensure(checked.directory.has_value() || !checked.findings.empty(), "a refused file is told why");
  for (const auto& finding : checked.findings) {
    ensure(finding.line >= 0 && is_utf8(finding.zh) && is_utf8(finding.en), "a finding is a sentence with its line");
  }
  // The input as a question: to its own table, or to a small one.
  static const hall::BankDirectory small =
      hall::BankDirectory::parse("banks\t2026-11-22\tpartial\tfuzz\n102100099996\t中国工商银行\t北京\n").value();
  const hall::BankDirectory& banks = checked.directory ? *checked.directory : small;
  const auto found = banks.search(text.substr(0, hall::max_bank_query_bytes));
  ensure(found.found.size() <= hall::max_banks_found, "no more than a page");
  ensure(!found.has_more || found.found.size() == hall::max_banks_found, "there is more than a full page");
  for (const std::string word : {"银行", "1", "行"}) {
    for (const auto& bank : banks.search(word).found) {
      ensure(is_utf8(bank.name) && is_utf8(bank.city), "only text is shown");
      ensure(bank.number.size() == hall::bank_number_digits && all_digits(bank.number), "a row has its number");
      const auto again = banks.find(bank.name);
      ensure(again.has_value(), "what is shown is found by its name");
      ensure(again->number.empty() || again->number == bank.number, "a name leads to its own number or to none");
    }
  }
  return 0;
}
