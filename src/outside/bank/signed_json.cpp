#include "outside/bank/signed_json.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "base/text.h"

namespace yinxin::outside {

namespace {

Error broken() { return fail(ErrorCode::invalid_input, "not one JSON text"); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<char32_t> hex4(std::string_view text) {
  if (text.size() < 4) {
    return std::nullopt;
  }
  char32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!is_digit(lower) && (lower < 'a' || lower > 'f')) {
      return std::nullopt;
    }
    value = value * 16 + static_cast<char32_t>(is_digit(lower) ? lower - '0' : lower - 'a' + 10);
  }
  return value;
}

// The character of an escape that stands behind its backslash, which is taken off `rest`; nullopt for none.
std::optional<std::string> resolved_escape(std::string_view& rest) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (rest.empty()) {
    return std::nullopt;
  }
  const char letter = rest.front();
  rest.remove_prefix(1);
  if (const std::size_t at = letters.find(letter); at != std::string_view::npos) {
    return std::string(1, meanings[at]);
  }
  auto unit = letter == 'u' ? hex4(rest) : std::nullopt;
  if (!unit) {
    return std::nullopt;
  }
  rest.remove_prefix(4);
  if (*unit >= 0xd800 && *unit < 0xdc00) {
    const auto low = rest.starts_with("\\u") ? hex4(rest.substr(2)) : std::nullopt;
    if (!low || *low < 0xdc00 || *low > 0xdfff) {
      return std::nullopt;
    }
    rest.remove_prefix(6);
    unit = 0x10000 + ((*unit - 0xd800) << 10U) + (*low - 0xdc00);
  } else if (*unit >= 0xdc00 && *unit <= 0xdfff) {
    return std::nullopt;
  }
  return encode_utf8(std::u32string(1, *unit));
}

// What a string token with its quotes means; nullopt for a wrong escape or a control character.
std::optional<std::string> resolved(std::string_view token) {
  std::string text;
  std::string_view rest = token.substr(1, token.size() - 2);
  text.reserve(rest.size());
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (static_cast<unsigned char>(c) < 0x20) {
      return std::nullopt;
    }
    if (c != '\\') {
      text += c;
      continue;
    }
    const auto meaning = resolved_escape(rest);
    if (!meaning) {
      return std::nullopt;
    }
    text += *meaning;
  }
  return text;
}

}  // namespace

class SignedJsonReader {
 public:
  explicit SignedJsonReader(std::string_view text) : rest_(text) {}

  Result<SignedJson> all() {
    SignedJson whole;
    YX_CHECK(value(whole, 0));
    skip_blanks();
    return rest_.empty() ? Result<SignedJson>(std::move(whole)) : broken();
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() &&
           (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\n' || rest_.front() == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  // Blanks, then `c`.
  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view token(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  // value = false / null / true / object / array / number / string   -- RFC 8259 3
  Result<void> value(SignedJson& into, std::size_t depth) {
    skip_blanks();
    if (rest_.empty() || depth > max_json_depth || ++values_ > max_json_values) {
      return broken();
    }
    switch (rest_.front()) {
      case '{': return object(into, depth);
      case '[': return array(into, depth);
      case '"': {
        into.kind_ = SignedJson::Kind::string;
        YX_TRY(into.raw_, string());
        return {};
      }
      default: return scalar(into);
    }
  }

  // string = quotation-mark *char quotation-mark   -- RFC 8259 7; the token with its quotes
  Result<std::string_view> string() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') {
      end += rest_[end] == '\\' ? 2 : 1;
    }
    if (rest_.empty() || rest_.front() != '"' || end >= rest_.size() || !resolved(rest_.substr(0, end + 1))) {
      return broken();
    }
    return token(end + 1);
  }

  // number = [ minus ] int [ frac ] [ exp ]   -- RFC 8259 6
  Result<void> scalar(SignedJson& into) {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (rest_.starts_with(word)) {
        into.kind_ = SignedJson::Kind::word;
        into.raw_ = token(word.size());
        return {};
      }
    }
    std::size_t at = rest_.front() == '-' ? 1 : 0;
    const auto digits = [&] {
      const std::size_t from = at;
      while (at < rest_.size() && is_digit(rest_[at])) {
        ++at;
      }
      return at - from;
    };
    const bool has_zero = at < rest_.size() && rest_[at] == '0';
    const std::size_t whole = digits();
    bool good = whole > 0 && (!has_zero || whole == 1);
    if (good && at < rest_.size() && rest_[at] == '.') {
      ++at;
      good = digits() > 0;
    }
    if (good && at < rest_.size() && (rest_[at] == 'e' || rest_[at] == 'E')) {
      ++at;
      at += at < rest_.size() && (rest_[at] == '+' || rest_[at] == '-') ? 1 : 0;
      good = digits() > 0;
    }
    if (!good) {
      return broken();
    }
    into.kind_ = SignedJson::Kind::number;
    into.raw_ = token(at);
    return {};
  }

  // array = begin-array [ value *( value-separator value ) ] end-array   -- RFC 8259 5
  Result<void> array(SignedJson& into, std::size_t depth) {
    into.kind_ = SignedJson::Kind::array;
    take('[');
    if (take(']')) {
      return {};
    }
    do {
      YX_CHECK(value(into.children_.emplace_back(), depth + 1));
    } while (take(','));
    return take(']') ? Result<void>() : broken();
  }

  // object = begin-object [ member *( value-separator member ) ] end-object   -- RFC 8259 4
  Result<void> object(SignedJson& into, std::size_t depth) {
    into.kind_ = SignedJson::Kind::object;
    take('{');
    if (take('}')) {
      return {};
    }
    std::set<std::string> seen;
    do {
      skip_blanks();
      YX_TRY(const std::string_view name, string());
      into.raw_names_.push_back(name);
      into.names_.push_back(*resolved(name));
      if (!take(':') || !seen.insert(ascii_lower(into.names_.back())).second) {
        return broken();
      }
      YX_CHECK(value(into.children_.emplace_back(), depth + 1));
    } while (take(','));
    return take('}') ? Result<void>() : broken();
  }

  std::string_view rest_;
  std::size_t values_ = 0;
};

Result<SignedJson> SignedJson::parse(std::string_view text) {
  return is_utf8(text) ? SignedJsonReader(text).all() : broken();
}

std::string SignedJson::text() const {
  if (kind_ == Kind::string) {
    return *resolved(raw_);
  }
  return std::string(raw_);
}

const SignedJson* SignedJson::member(std::string_view name) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (ascii_lower(names_[i]) == ascii_lower(name)) {
      return &children_[i];
    }
  }
  return nullptr;
}

std::string SignedJson::member_text(std::string_view name) const {
  const SignedJson* found = member(name);
  return found != nullptr && (found->kind_ == Kind::string || found->kind_ == Kind::number) ? found->text()
                                                                                            : std::string();
}

std::vector<const SignedJson*> SignedJson::records(std::string_view name) const {
  std::vector<const SignedJson*> all;
  const SignedJson* found = member(name);
  if (found != nullptr && found->kind_ == Kind::object) {
    all.push_back(found);
  } else if (found != nullptr && found->kind_ == Kind::array) {
    for (const SignedJson& one : found->children_) {
      if (one.kind_ == Kind::object) {
        all.push_back(&one);
      }
    }
  }
  return all;
}

void SignedJson::write_sorted(std::string& to, std::string_view replaced_in, std::string_view replaced_name,
                              std::string_view replacement) const {
  if (kind_ == Kind::array) {
    to += '[';
    for (std::size_t i = 0; i < children_.size(); ++i) {
      to += i == 0 ? "" : ",";
      children_[i].write_sorted(to);
    }
    to += ']';
    return;
  }
  if (kind_ != Kind::object) {
    to += raw_;
    return;
  }
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [this](std::size_t i) { return std::string_view(names_[i]); });
  to += '{';
  for (std::size_t n = 0; n < order.size(); ++n) {
    const std::size_t i = order[n];
    to += n == 0 ? "" : ",";
    to += raw_names_[i];
    to += ':';
    if (replaced_in.empty() && !replaced_name.empty() && names_[i] == replaced_name) {
      to += replacement;
    } else if (!replaced_in.empty() && names_[i] == replaced_in) {
      children_[i].write_sorted(to, {}, replaced_name, replacement);
    } else {
      children_[i].write_sorted(to);
    }
  }
  to += '}';
}

}  // namespace yinxin::outside
