#include "hall/payment/bank_directory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <tuple>
#include <unordered_map>

#include "base/text.h"

namespace yinxin::hall {

using programme::Finding;
using programme::Level;

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t min_bank_name_letters = 2;
constexpr std::size_t min_scattered_letters = 2;

bool is_blank(char32_t c) {
  return c == U' ' || c == U'\t' || c == U'\u00A0' || c == U'\u3000' || (c >= U'\u2000' && c <= U'\u200D') ||
         c == U'\uFEFF';
}

bool is_between_words(char32_t c) { return is_blank(c) || c == U',' || c == U'\uFF0C' || c == U'\u3001'; }

// Half width, and small letters; nothing else is changed.
char32_t folded(char32_t c) {
  constexpr char32_t first_wide = U'\uFF01';
  constexpr char32_t last_wide = U'\uFF5E';
  constexpr char32_t width = 0xFEE0;
  const char32_t narrow = c >= first_wide && c <= last_wide ? c - width : c;
  return narrow >= U'A' && narrow <= U'Z' ? narrow - U'A' + U'a' : narrow;
}

std::string folded(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) {
    if (!is_blank(c)) {
      out += folded(c);
    }
  }
  return encode_utf8(out);
}

// One bit of 64 for each letter that is there: what lacks one of a word's bits lacks the word.
std::uint64_t letters_of(std::string_view utf8) {
  constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;
  constexpr int shift = 58;
  std::uint64_t mask = 0;
  std::uint64_t letter = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    letter = letter << 8U | static_cast<unsigned char>(utf8[i]);
    const bool is_last = i + 1 == utf8.size() || (static_cast<unsigned char>(utf8[i + 1]) & 0xC0U) != 0x80U;
    if (is_last) {
      mask |= std::uint64_t{1} << ((letter * multiplier) >> shift);
      letter = 0;
    }
  }
  return mask;
}

// Where the letter at `at` ends.
std::size_t end_of_letter(std::string_view utf8, std::size_t at) {
  do {
    ++at;
  } while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80U);
  return at;
}

bool has_scattered(std::string_view text, std::string_view word) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t end = end_of_letter(word, at);
    const std::size_t found = text.find(word.substr(at, end - at), from);
    if (found == std::string_view::npos) {
      return false;
    }
    from = found + (end - at);
    at = end;
  }
  return true;
}

// ISO 7064 MOD 11,10, as the numbers of the payment systems have it.
bool check_digit_holds(std::string_view digits) {
  constexpr int base = 10;
  int product = base;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    const int sum = (product + (c - '0')) % base;
    product = (sum == 0 ? base : sum) * 2 % (base + 1);
  }
  return (product + (digits.back() - '0')) % base == 1;
}

bool is_date(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](std::size_t from, std::size_t size, auto& out) {
    const std::string_view digits = text.substr(from, size);
    return all_digits(digits) && std::from_chars(digits.data(), digits.data() + size, out).ec == std::errc();
  };
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && number(0, 4, year) && number(5, 2, month) &&
         number(8, 2, day) &&
         std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)).ok();
}

bool is_of_branch(std::string_view name) {
  constexpr std::array<std::string_view, 7> marks{"分行", "支行", "营业部", "营业所", "分理处", "储蓄所", "分社"};
  return std::ranges::any_of(marks, [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
}

struct Word {
  std::string text;  // folded
  std::uint64_t letters = 0;
  std::size_t count = 0;
  bool is_number = false;
};

std::vector<Word> words_of(std::string_view query) {
  std::vector<Word> words;
  const auto decoded = query.size() <= max_bank_query_bytes ? decode_utf8(query) : std::nullopt;
  std::u32string word;
  const auto end_word = [&] {
    if (!word.empty() && words.size() < max_bank_query_words) {
      const std::string text = folded(word);
      words.push_back({text, letters_of(text), word.size(), all_digits(text)});
    }
    word.clear();
  };
  for (const char32_t c : decoded.value_or(U"")) {
    if (is_between_words(c)) {
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  return words;
}

}  // namespace

namespace {

using programme::max_findings;

// Notes what is wrong with each line. Of errors and of warnings each as many as anybody reads; a file of warnings alone
// is read to its end.
class Reader {
 public:
  explicit Reader(std::vector<Finding>& findings) : findings_(findings) {}
  int line = 0;
  void wrong(std::string id, std::string zh, std::string en, Level level = Level::error) {
    std::size_t& noted = level == Level::error ? errors_ : warnings_;
    if (noted < max_findings) {
      ++noted;
      findings_.push_back(
          {.id = std::move(id), .level = level, .line = line, .zh = std::move(zh), .en = std::move(en)});
    }
  }
  [[nodiscard]] bool is_tired() const { return errors_ >= max_findings; }
  // Right UTF-8 without control characters, as letters.
  std::optional<std::u32string> letters(std::string_view field) {
    auto decoded = decode_utf8(field);
    if (!decoded) {
      wrong("banks.utf8", "不是有效的UTF-8文字", "this is not UTF-8");
      return std::nullopt;
    }
    if (std::ranges::any_of(*decoded, [](char32_t c) { return c < U' ' || (c >= U'\u007F' && c < U'\u00A0'); })) {
      wrong("banks.control", "含有控制字符", "there is a control character");
      return std::nullopt;
    }
    return decoded;
  }

 private:
  std::vector<Finding>& findings_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (;;) {
    const std::size_t tab = line.find('\t');
    columns.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) {
      return columns;
    }
    line.remove_prefix(tab + 1);
  }
}

// Cuts the first line off.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

struct BankDirectory::Table {
  struct Row {
    std::string_view number, name, city;  // in `text`
    std::string folded;                   // name and city, with a line's end between
    std::size_t folded_name_size = 0;
    std::size_t letters_count = 0;  // of the name
    std::uint64_t letters = 0;
    int line = 0;
    bool is_branch = false;
    [[nodiscard]] std::string_view folded_name() const { return std::string_view(folded).substr(0, folded_name_size); }
    [[nodiscard]] BankBranch shown() const { return {std::string(number), std::string(name), std::string(city)}; }
  };
  std::string text;
  std::string_view date, source;
  bool is_complete = false;
  std::vector<Row> rows;               // the likelier first
  std::vector<std::uint32_t> by_name;  // rows, by their folded names

  // Numbers that were there already, with their lines.
  using Numbers = std::unordered_map<std::string_view, int>;
  void take_header(Reader& reader, std::string_view line);
  void take_row(Reader& reader, std::string_view line, Numbers& numbers);
  void sort();
  void check_names(std::vector<Finding>& findings) const;
};

void BankDirectory::Table::sort() {
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return std::tie(a.is_branch, a.letters_count, a.name, a.number) <
           std::tie(b.is_branch, b.letters_count, b.name, b.number);
  });
  by_name.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    by_name[i] = static_cast<std::uint32_t>(i);
  }
  std::ranges::stable_sort(by_name, {}, [this](std::uint32_t i) { return rows[i].folded_name(); });
}

void BankDirectory::Table::check_names(std::vector<Finding>& findings) const {
  Reader reader(findings);
  for (std::size_t i = 1; i < by_name.size(); ++i) {
    const Row& before = rows[by_name[i - 1]];
    const Row& row = rows[by_name[i]];
    if (before.folded_name() == row.folded_name()) {
      reader.line = std::max(before.line, row.line);
      reader.wrong("banks.same_name",
                   "与第" + std::to_string(std::min(before.line, row.line)) + "行同名，打款时不带行号",
                   "line " + std::to_string(std::min(before.line, row.line)) +
                       " has this name too: a deposit there goes without a number",
                   Level::warning);
    }
  }
}

void BankDirectory::Table::take_header(Reader& reader, std::string_view line) {
  const auto header = columns_of(line);
  const bool is_header = header.size() == 4 && header[0] == "banks" && is_date(header[1]) &&
                         (header[2] == "complete" || header[2] == "partial") && !header[3].empty() &&
                         header[3].size() <= max_bank_line_bytes;
  if (!is_header) {
    reader.wrong(
        "banks.header", "首行应为：banks、日期（2026-11-22）、complete或partial、来源，以制表符分隔",
        "the first line is banks, a date (2026-11-22), complete or partial, and the source, with tabs between");
  } else if (reader.letters(header[3])) {
    date = header[1];
    is_complete = header[2] == "complete";
    source = header[3];
  }
}

void BankDirectory::Table::take_row(Reader& reader, std::string_view line, Numbers& numbers) {
  if (line.size() > max_bank_line_bytes) {
    return reader.wrong("banks.line", "本行超过" + std::to_string(max_bank_line_bytes) + "字节",
                        "the line has more than " + std::to_string(max_bank_line_bytes) + " bytes");
  }
  const auto columns = columns_of(line);
  if (columns.size() != 3) {
    return reader.wrong("banks.columns", "每行应为行号、行名、城市三列，以制表符分隔",
                        "a line is a number, a name and a city, with tabs between");
  }
  const auto name = reader.letters(columns[1]);
  const auto city = reader.letters(columns[2]);
  if (!name || !city) {
    return;
  }
  if (columns[0].size() != bank_number_digits || !all_digits(columns[0])) {
    return reader.wrong("banks.number", "行号应为12位数字", "a number has 12 digits");
  }
  const std::string folded_name = hall::folded(*name);
  if (folded_name.empty() || name->size() < min_bank_name_letters || name->size() > max_bank_name_letters ||
      is_blank(name->front()) || is_blank(name->back())) {
    return reader.wrong("banks.name", "行名应为2至100个字，首尾不留空格",
                        "a name has 2 to 100 letters and no blank at its ends");
  }
  const auto [known, is_new] = numbers.emplace(columns[0], reader.line);
  if (!is_new) {
    return reader.wrong("banks.twice", "行号与第" + std::to_string(known->second) + "行重复",
                        "line " + std::to_string(known->second) + " has this number already");
  }
  if (!check_digit_holds(columns[0])) {
    reader.wrong("banks.check_digit", "行号末位校验不符，请核对",
                 "the number's check digit does not hold; look at it again", Level::warning);
  }
  std::string both = folded_name + "\n" + hall::folded(*city);
  const std::uint64_t letters = letters_of(both);
  rows.push_back({.number = columns[0],
                  .name = columns[1],
                  .city = columns[2],
                  .folded = std::move(both),
                  .folded_name_size = folded_name.size(),
                  .letters_count = name->size(),
                  .letters = letters,
                  .line = reader.line,
                  .is_branch = is_of_branch(columns[1])});
}

std::shared_ptr<const BankDirectory::Table> BankDirectory::read(std::string text, std::vector<Finding>& findings) {
  Reader reader(findings);
  if (text.size() > max_bank_file_bytes) {
    reader.wrong("banks.size", "文件超过" + std::to_string(max_bank_file_bytes >> 20U) + "MB",
                 "the file has more than " + std::to_string(max_bank_file_bytes >> 20U) + " MB");
    return nullptr;
  }
  auto table = std::make_shared<Table>();
  table->text = std::move(text);
  std::string_view rest = table->text;
  if (rest.starts_with(byte_order_mark)) {
    rest.remove_prefix(byte_order_mark.size());
  }
  reader.line = 1;
  table->take_header(reader, next_line(rest));
  const auto ends = static_cast<std::size_t>(std::ranges::count(rest, '\n'));
  if (ends + (rest.empty() || rest.ends_with('\n') ? 0 : 1) > max_bank_rows) {
    reader.wrong("banks.rows", "超过" + std::to_string(max_bank_rows) + "行",
                 "there are more than " + std::to_string(max_bank_rows) + " rows");
    return nullptr;
  }
  Table::Numbers numbers;
  while (!rest.empty() && !reader.is_tired()) {
    ++reader.line;
    table->take_row(reader, next_line(rest), numbers);
  }
  table->sort();
  table->check_names(findings);
  return table;
}

CheckedBanks BankDirectory::check(std::string text) {
  CheckedBanks checked;
  auto table = read(std::move(text), checked.findings);
  std::ranges::stable_sort(checked.findings, {}, &Finding::line);
  const bool is_wrong =
      std::ranges::any_of(checked.findings, [](const Finding& finding) { return finding.level == Level::error; });
  if (!is_wrong) {
    checked.directory = BankDirectory(std::move(table));
  }
  return checked;
}

Result<BankDirectory> BankDirectory::parse(std::string text) {
  CheckedBanks checked = check(std::move(text));
  if (!checked.directory) {
    const auto first = std::ranges::find(checked.findings, Level::error, &Finding::level);
    return fail(ErrorCode::invalid_input, "banks, line " + std::to_string(first->line) + ": " + first->en);
  }
  return std::move(*checked.directory);
}

std::size_t BankDirectory::size() const { return table_ == nullptr ? 0 : table_->rows.size(); }
bool BankDirectory::is_complete() const { return table_ != nullptr && table_->is_complete; }
std::string BankDirectory::date() const { return std::string(table_ == nullptr ? "" : table_->date); }
std::string BankDirectory::source() const { return std::string(table_ == nullptr ? "" : table_->source); }

std::vector<BankBranch> BankDirectory::all() const {
  std::vector<BankBranch> every;
  every.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    every.push_back(table_->rows[i].shown());
  }
  return every;
}

std::optional<BankBranch> BankDirectory::find(std::string_view name) const {
  const auto decoded = decode_utf8(name);
  if (table_ == nullptr || !decoded) {
    return std::nullopt;
  }
  const std::string wanted = folded(*decoded);
  const auto same = std::ranges::equal_range(table_->by_name, std::string_view(wanted), {},
                                             [this](std::uint32_t i) { return table_->rows[i].folded_name(); });
  if (same.empty()) {
    return std::nullopt;
  }
  BankBranch found = table_->rows[same.front()].shown();
  if (same.size() > 1) {
    found.number.clear();
    found.city.clear();
  }
  return found;
}

BankSearch BankDirectory::search(std::string_view words) const {
  const std::vector<Word> wanted = words_of(words);
  BankSearch result;
  if (table_ == nullptr || wanted.empty()) {
    return result;
  }
  enum class Match : std::uint8_t { whole, scattered, none };
  std::vector<const Table::Row*> scattered;
  const auto match_word = [&scattered](const Table::Row& row, const Word& word) {
    if (word.is_number && row.number.starts_with(word.text)) {
      return Match::whole;
    }
    if ((row.letters & word.letters) != word.letters) {
      return Match::none;
    }
    if (row.folded.find(word.text) != std::string::npos) {
      return Match::whole;
    }
    // Of these a page and one are enough.
    const bool is_scattered = word.count >= min_scattered_letters && scattered.size() <= max_banks_found &&
                              has_scattered(row.folded, word.text);
    return is_scattered ? Match::scattered : Match::none;
  };
  for (const Table::Row& row : table_->rows) {
    Match worst = Match::whole;
    for (const Word& word : wanted) {
      worst = std::max(worst, match_word(row, word));
      if (worst == Match::none) {
        break;
      }
    }
    if (worst == Match::whole) {
      result.has_more = result.found.size() == max_banks_found;
      if (result.has_more) {
        return result;
      }
      result.found.push_back(row.shown());
    } else if (worst == Match::scattered) {
      scattered.push_back(&row);
    }
  }
  for (const Table::Row* row : scattered) {
    result.has_more = result.found.size() == max_banks_found;
    if (result.has_more) {
      break;
    }
    result.found.push_back(row->shown());
  }
  return result;
}

}  // namespace yinxin::hall
