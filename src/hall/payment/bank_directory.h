#pragma once
// The operator's table of banks and branches with the numbers of interbank transfers (支付系统行号, 联行号): what an
// applicant picks the bank of the unit's account from, and where a deposit is sent. It is data of the operator's, who
// gets it from a bank; no bank is named in code.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hall/programme/tree.h"

namespace yinxin::hall {

constexpr std::size_t bank_number_digits = 12;
constexpr std::size_t max_bank_file_bytes = std::size_t{32} << 20;
constexpr std::size_t max_bank_rows = 300'000;
constexpr std::size_t max_bank_line_bytes = 512;
constexpr std::size_t max_bank_name_letters = 100;  // as long as an answer may be
constexpr std::size_t max_banks_found = 20;
constexpr std::size_t max_bank_query_bytes = 300;
constexpr std::size_t max_bank_query_words = 8;

struct BankBranch {
  std::string number;  // empty where several branches have this name
  std::string name;
  std::string city;
  bool operator==(const BankBranch&) const = default;
};

struct BankSearch {
  std::vector<BankBranch> found;  // the likeliest first, at most max_banks_found
  bool has_more = false;
};

struct CheckedBanks;

// Cheap to copy; may be asked from several threads.
class BankDirectory {
 public:
  // Knows no bank and demands none.
  BankDirectory() = default;
  // Every mistake of the file, with its line; only errors keep it from being used. The file, in UTF-8:
  //
  //   file   = [BOM] header *( LF row ) [ LF ]     ; CR LF is taken for LF
  //   header = "banks" HT date HT ( "complete" / "partial" ) HT source
  //   row    = number HT name HT [ city ]
  //   date   = 4DIGIT "-" 2DIGIT "-" 2DIGIT        ; of the table
  //   number = 12DIGIT                             ; the last by ISO 7064 MOD 11,10
  //
  // Texts have no control characters.
  static CheckedBanks check(std::string text);
  // invalid_input with the line of the first error.
  static Result<BankDirectory> parse(std::string text);

  [[nodiscard]] std::size_t size() const;
  // Whether a bank that is not in it does not exist.
  [[nodiscard]] bool is_complete() const;
  [[nodiscard]] std::string date() const;    // "2026-11-22"
  [[nodiscard]] std::string source() const;  // in the file's words

  [[nodiscard]] std::vector<BankBranch> all() const;

  // The bank of that name, however its blanks, brackets and widths were typed.
  [[nodiscard]] std::optional<BankBranch> find(std::string_view name) const;
  // Words in any order. Each must stand in name or city, or begin the number; what only has a word's letters in this
  // order ("工行" in 中国工商银行) comes after. Head offices first, then the shorter names.
  [[nodiscard]] BankSearch search(std::string_view words) const;

 private:
  struct Table;
  explicit BankDirectory(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  static std::shared_ptr<const Table> read(std::string text, std::vector<programme::Finding>& findings);
  std::shared_ptr<const Table> table_;
};

struct CheckedBanks {
  std::optional<BankDirectory> directory;  // without errors
  std::vector<programme::Finding> findings;
};

}  // namespace yinxin::hall
