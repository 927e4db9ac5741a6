#include "outside/payment/alipay_messages.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "net/target.h"
#include "outside/json.h"

namespace yinxin::outside::alipay {

namespace {

constexpr std::size_t least_number_bytes = 6;
constexpr std::size_t most_number_bytes = 64;
constexpr std::size_t max_nesting = 32;
constexpr std::size_t max_code_url_bytes = 512;
constexpr std::size_t max_transaction_bytes = 64;
constexpr std::size_t max_currency_bytes = 16;
constexpr std::size_t max_yuan_digits = 12;
constexpr std::size_t yuan_decimals = 2;
constexpr std::int64_t fen_of_one_yuan = 100;
constexpr std::string_view home_currency = "CNY";
constexpr std::string_view ok_code = "10000";

Error broken(std::string detail) { return fail(ErrorCode::corrupt, "alipay: " + std::move(detail)); }
Error strange(std::string detail) { return fail(ErrorCode::invalid_input, "alipay: " + std::move(detail)); }

bool is_word(std::string_view text, std::size_t least, std::size_t most, char mark) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == mark;
         });
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Finds where values end, no more: what a value is, the reader of JSON judges afterwards.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) {
      return false;
    }
    ++at_;
    return true;
  }
  // A string without its quotes, as it is written.
  std::optional<std::string_view> string() {
    if (!take('"')) {
      return std::nullopt;
    }
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size()) {
      return std::nullopt;
    }
    return text_.substr(from, at_++ - from);
  }
  // An object or a string, whole.
  std::optional<std::string_view> value() {
    skip_blanks();
    const std::size_t from = at_;
    std::size_t depth = 0;
    do {
      skip_blanks();
      if (at_ >= text_.size() || depth > max_nesting) {
        return std::nullopt;
      }
      const char c = text_[at_];
      if (c == '"') {
        if (!string()) {
          return std::nullopt;
        }
        continue;
      }
      if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth == 0) {
          return std::nullopt;
        }
        --depth;
      } else if (depth == 0) {
        return std::nullopt;
      }
      ++at_;
    } while (depth > 0);
    return text_.substr(from, at_ - from);
  }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) {
      ++at_;
    }
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

Result<Json> node_of(std::string_view node) {
  YX_TRY(Json json, Json::parse(bytes_of(node)));
  return json.is_object() ? Result<Json>(std::move(json)) : Result<Json>(broken("a node that is no object"));
}

std::optional<hall::PaymentStanding> standing_of(const Json& trade) {
  const std::string status = trade.text("trade_status");
  if (status == "WAIT_BUYER_PAY") {
    return hall::PaymentStanding::not_paid;
  }
  if (status == "TRADE_SUCCESS" || status == "TRADE_FINISHED") {
    return hall::PaymentStanding::paid;
  }
  if (status == "TRADE_CLOSED") {
    // Closed unpaid, or given back as a whole.
    return trade.text("send_pay_date").empty() ? hall::PaymentStanding::closed : hall::PaymentStanding::refunded;
  }
  return std::nullopt;
}

}  // namespace

bool is_our_number(std::string_view number) { return is_word(number, least_number_bytes, most_number_bytes, '-'); }

std::string number_there(std::string_view ours) {
  std::string number(ours);
  std::ranges::replace(number, '-', '_');
  return number;
}

Result<std::string> number_here(std::string_view theirs) {
  if (!is_word(theirs, least_number_bytes, most_number_bytes, '_')) {
    return strange("not a number of ours");
  }
  std::string number(theirs);
  std::ranges::replace(number, '_', '-');
  return number;
}

std::string signed_text(Fields fields, const std::vector<std::string_view>& left_out, bool drops_empty) {
  std::ranges::sort(fields);
  std::string text;
  for (const auto& [name, value] : fields) {
    if (std::ranges::find(left_out, name) != left_out.end() || (drops_empty && value.empty())) {
      continue;
    }
    text += (text.empty() ? "" : "&") + name + "=" + value;
  }
  return text;
}

Result<Fields> read_form(BytesView body) {
  if (body.size() > max_notify_bytes) {
    return strange("a form that is too large");
  }
  Fields fields;
  std::string all(text_of(body));
  std::ranges::replace(all, '+', ' ');
  for (std::string_view rest = all; !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0 || fields.size() >= max_notify_fields) {
      return strange("a form that cannot be read");
    }
    YX_TRY(std::string name, net::percent_decoded(pair.substr(0, equals)));
    YX_TRY(std::string value, net::percent_decoded(pair.substr(equals + 1)));
    if (std::ranges::any_of(fields, [&](const auto& field) { return field.first == name; })) {
      return strange("a form that says a thing twice");
    }
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

std::string write_form(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    text += (text.empty() ? "" : "&") + net::percent_encoded(name) + "=" + net::percent_encoded(value);
  }
  return text;
}

std::string_view value_of(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find_if(fields, [&](const auto& field) { return field.first == name; });
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

Result<Answer> read_answer(BytesView body, std::string_view method) {
  std::string wanted(method);
  std::ranges::replace(wanted, '.', '_');
  wanted += "_response";
  Scanner scanner(text_of(body));
  Answer answer;
  bool has_signature = false;
  if (!scanner.take('{')) {
    return broken("an answer that is no object");
  }
  do {
    const auto name = scanner.string();
    const auto value = name && scanner.take(':') ? scanner.value() : std::nullopt;
    if (!value) {
      return broken("an answer that cannot be read");
    }
    const bool is_node = *name == wanted || *name == "error_response";
    if ((is_node && !answer.node.empty()) || (*name == "sign" && has_signature)) {
      return broken("an answer that says a thing twice");
    }
    if (is_node) {
      answer.node = *value;
      answer.is_error = *name != wanted;
    } else if (*name == "sign" && value->starts_with('"')) {
      has_signature = true;
      // In quotes; a slash of base64 may be written "\/".
      for (const char c : value->substr(1, value->size() - 2)) {
        if (c != '\\') {
          answer.signature += c;
        }
      }
    } else if (*name != "alipay_cert_sn") {
      return broken("an answer to another question");
    }
  } while (scanner.take(','));
  if (!scanner.take('}') || !scanner.at_end() || !answer.node.starts_with('{') || !answer.node.ends_with('}')) {
    return broken("an answer that cannot be read");
  }
  return answer;
}

Result<void> check_code(std::string_view node) {
  YX_TRY(const Json said, node_of(node));
  const std::string code = said.text("code");
  const std::string more = said.text("sub_code");
  if (code == ok_code) {
    return {};
  }
  const std::string told = told_code(more.empty() ? code : more);
  if (more == "ACQ.TRADE_NOT_EXIST") {
    return fail(ErrorCode::not_found, told);
  }
  // 20000 its service is not there, 10003 it is still at it.
  if (code == "20000" || code == "10003" || more == "ACQ.SYSTEM_ERROR" || more.starts_with("aop.")) {
    return fail(ErrorCode::outside_uncertain, told);
  }
  if (code.empty()) {
    return broken("an answer without a code");
  }
  return fail(ErrorCode::declined_by_outside, told);
}

Result<std::string> read_code_url(std::string_view node, const std::string& order) {
  YX_TRY(const Json said, node_of(node));
  std::string url = said.text("qr_code");
  const bool fits = url.starts_with("https://") && url.size() <= max_code_url_bytes &&
                    std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
  if (said.text("out_trade_no") != number_there(order) || !fits) {
    return broken("an opened order without its code");
  }
  return url;
}

Result<hall::PaymentFact> read_trade(std::string_view node, const std::string& order, Instant asked_at) {
  YX_TRY(const Json said, node_of(node));
  if (said.text("out_trade_no") != number_there(order)) {
    return broken("an answer that is not about our order");
  }
  const auto standing = standing_of(said);
  if (!standing) {
    return broken("an order in an unknown state");
  }
  hall::PaymentFact fact;
  fact.standing = *standing;
  fact.order = order;
  if (fact.standing != hall::PaymentStanding::paid && fact.standing != hall::PaymentStanding::refunded) {
    return fact;
  }
  const auto paid_fen = fen_of_yuan(said.text("total_amount"));
  const std::string currency = said.text("trans_currency");
  fact.answer.transaction = said.text("trade_no");
  if (!paid_fen || currency.size() > max_currency_bytes ||
      !is_word(fact.answer.transaction, 1, max_transaction_bytes, '_')) {
    return broken("a paid order without amount or transaction");
  }
  fact.paid_fen = *paid_fen;
  fact.currency = currency.empty() ? std::string(home_currency) : currency;
  const std::string paid_at = said.text("send_pay_date");
  fact.paid_at = asked_at;
  if (!paid_at.empty()) {
    const auto at = time_of(paid_at);
    if (!at) {
      return broken("a paid order with a time that is none");
    }
    fact.paid_at = *at;
  }
  return fact;
}

Result<hall::RefundFact> read_refund(std::string_view node, const std::string& order, std::int64_t refund_fen) {
  YX_TRY(const Json said, node_of(node));
  hall::RefundFact fact;
  fact.standing = hall::RefundStanding::under_way;
  fact.refunded_fen = refund_fen;
  fact.answer.transaction = said.text("trade_no");
  // refund_fee is all that was given back of this trade so far.
  const auto so_far = fen_of_yuan(said.text("refund_fee"));
  if (said.text("out_trade_no") != number_there(order) || !so_far || *so_far < refund_fen ||
      !is_word(fact.answer.transaction, 1, max_transaction_bytes, '_')) {
    return broken("an answer that is not about our refund");
  }
  return fact;
}

Result<hall::RefundFact> read_found_refund(std::string_view node, const std::string& order, const std::string& refund) {
  YX_TRY(const Json said, node_of(node));
  const std::string status = said.text("refund_status");
  if (said.text("out_request_no").empty() && status.empty()) {
    return fail(ErrorCode::not_found, "alipay: no such refund");
  }
  hall::RefundFact fact;
  const auto fen = fen_of_yuan(said.text("refund_amount"));
  fact.answer.transaction = said.text("trade_no");
  if (said.text("out_trade_no") != number_there(order) || said.text("out_request_no") != number_there(refund) || !fen ||
      !is_word(fact.answer.transaction, 1, max_transaction_bytes, '_') ||
      (!status.empty() && status != "REFUND_SUCCESS")) {
    return broken("an answer that is not about our refund");
  }
  fact.refunded_fen = *fen;
  fact.standing = status.empty() ? hall::RefundStanding::under_way : hall::RefundStanding::settled;
  return fact;
}

Result<Notice> read_notice(const Fields& fields) {
  if (value_of(fields, "notify_type") != "trade_status_sync") {
    return strange("a notification about another kind of event");
  }
  Notice notice;
  YX_TRY(notice.order, number_here(value_of(fields, "out_trade_no")));
  YX_TRY(notice.at, time_of(value_of(fields, "notify_time")));
  notice.app = value_of(fields, "app_id");
  notice.seller = value_of(fields, "seller_id");
  return notice;
}

Result<std::int64_t> fen_of_yuan(std::string_view yuan) {
  const std::size_t point = std::min(yuan.find('.'), yuan.size());
  const std::string_view whole = yuan.substr(0, point);
  std::string cents(point == yuan.size() ? std::string_view() : yuan.substr(point + 1));
  const bool fits = all_digits(whole) && !whole.empty() && whole.size() <= max_yuan_digits &&
                    cents.size() <= yuan_decimals && (point == yuan.size() || (!cents.empty() && all_digits(cents)));
  if (!fits) {
    return strange("not an amount");
  }
  cents.resize(yuan_decimals, '0');
  std::int64_t fen = 0;
  const std::string digits = std::string(whole) + cents;
  std::from_chars(digits.data(), digits.data() + digits.size(), fen);
  return fen;
}

std::string yuan_of_fen(std::int64_t fen) {
  const std::string cents = std::to_string(fen_of_one_yuan + fen % fen_of_one_yuan).substr(1);
  return std::to_string(fen / fen_of_one_yuan) + "." + cents;
}

Result<Instant> time_of(std::string_view text) {
  constexpr std::size_t length = std::string_view("2026-11-21 11:46:50").size();
  constexpr std::size_t blank = std::string_view("2026-11-21").size();
  if (text.size() != length || text[blank] != ' ') {
    return strange("not a time");
  }
  std::string written(text);
  written[blank] = 'T';
  return from_rfc3339(written + "+08:00");
}

}  // namespace yinxin::outside::alipay
