#include "outside/bank/direct_link_messages.h"

#include <algorithm>

#include "base/text.h"
#include "net/http.h"

namespace yinxin::outside::direct_link {

namespace {

constexpr std::chrono::hours beijing_offset{8};
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t max_word_bytes = 64;
constexpr std::size_t max_yuan_digits = 13;

Error broken(std::string detail) { return fail(ErrorCode::corrupt, "direct_link: " + std::move(detail)); }

// What may stand in a cursor, an account number or a bank's own number.
bool is_word(std::string_view text) {
  return text.size() <= max_word_bytes && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
         });
}

// The bank's words for an officer, cut between characters.
std::string reason_of(std::string text) {
  if (text.size() > max_reason_bytes) {
    std::size_t end = max_reason_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      --end;
    }
    text.resize(end);
  }
  return text;
}

Result<Instant> booked_at(const SignedJson& record) {
  const std::string date = record.member_text("transDate");
  std::string time = record.member_text("transTime");
  time = time.empty() ? "000000" : time;
  if (date.size() != 8 || time.size() != 6 || !all_digits(date) || !all_digits(time)) {
    return broken("a booking without its time");
  }
  const auto number = [](std::string_view digits) { return std::stoi(std::string(digits)); };
  const auto at = from_calendar({.year = number(date.substr(0, 4)),
                                 .month = number(date.substr(4, 2)),
                                 .day = number(date.substr(6, 2)),
                                 .hour = number(time.substr(0, 2)),
                                 .minute = number(time.substr(2, 2)),
                                 .second = number(time.substr(4, 2))});
  return at ? Result<Instant>(*at - beijing_offset) : broken("a booking at a time that does not exist");
}

// A credit, or the bank's taking back of one, which it books as a debit with '*'; nullopt for other bookings.
Result<std::optional<hall::IncomingCredit>> read_credit(const SignedJson& record) {
  const std::string side = record.member_text("loanCode");
  const bool is_reversal = record.member_text("reversalFlag") == "*";
  if (side != "C" && side != "D") {
    return broken("a booking on no side");
  }
  if ((side == "C") == is_reversal) {
    return std::optional<hall::IncomingCredit>();
  }
  const auto fen = fen_of(record.member_text("transAmount"));
  const std::string id = record.member_text("transSequenceIdn");
  if (!fen || *fen == 0 || id.empty() || !is_word(id)) {
    return broken("a credit without amount or number");
  }
  hall::IncomingCredit credit{.id = id,
                              .amount_fen = *fen < 0 ? -*fen : *fen,
                              .payer_name = record.member_text("ctpAcctName"),
                              .payer_account = record.member_text("ctpAcctNbr"),
                              .remark = record.member_text("remarkTextClt"),
                              .booked_at = {},
                              .is_reversed = is_reversal};
  YX_TRY(credit.booked_at, booked_at(record));
  return std::optional(std::move(credit));
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (std::size_t end = text.find(by); end != std::string_view::npos; end = text.find(by)) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.emplace_back(text);
  return parts;
}

hall::DepositStanding standing_of(const SignedJson& record) {
  using enum hall::DepositStanding;
  const std::string result = record.member_text("rtnFlg");
  if (record.member_text("reqSts") != "FIN") {
    return under_way;
  }
  if (result == "S") {
    return settled;
  }
  if (result == "B") {
    return returned;
  }
  // Failed, denied, expired or withdrawn. What the bank holds in suspense (U) is not decided.
  return result == "F" || result == "R" || result == "D" || result == "C" ? refused : under_way;
}

}  // namespace

Result<Answer> Answer::parse(std::string_view plain) {
  const Error wrong = fail(ErrorCode::invalid_input, "direct_link: not a signed answer");
  if (plain.size() > max_answer_bytes) {
    return wrong;
  }
  YX_TRY(SignedJson whole, SignedJson::parse(plain));
  const SignedJson* response = whole.member("response");
  const SignedJson* signature = whole.member("signature");
  const SignedJson* head = response == nullptr ? nullptr : response->member("head");
  const SignedJson* sigdat = signature == nullptr ? nullptr : signature->member("sigdat");
  if (head == nullptr || sigdat == nullptr || sigdat->kind() != SignedJson::Kind::string) {
    return wrong;
  }
  Answer answer;
  YX_TRY(answer.signature_, from_base64(sigdat->text()));
  if (answer.signature_.size() != signature_bytes) {
    return wrong;
  }
  answer.whole_ = std::move(whole);
  return answer;
}

SecretBytes Answer::signed_text() const {
  std::string text;
  text.reserve(max_answer_bytes / 64);
  whole_.write_sorted(text, "signature", "sigdat", placeholder);
  SecretBytes secret(bytes_of(text));
  wipe(text);
  return secret;
}

std::string Answer::head(std::string_view name) const {
  return whole_.member("response")->member("head")->member_text(name);
}

std::vector<const SignedJson*> Answer::records(std::string_view list) const {
  const SignedJson* body = whole_.member("response")->member("body");
  return body == nullptr ? std::vector<const SignedJson*>() : body->records(list);
}

std::string plain_code(std::string_view code) {
  constexpr std::size_t max_code_bytes = 32;
  const bool fits = !code.empty() && code.size() <= max_code_bytes && is_word(code);
  return fits ? std::string(code) : "?";
}

// [ '-' ] 1*13DIGIT [ '.' 1*2DIGIT ]
std::optional<std::int64_t> fen_of(std::string_view yuan) {
  const bool is_negative = yuan.starts_with('-');
  yuan.remove_prefix(is_negative ? 1 : 0);
  const std::size_t point = std::min(yuan.find('.'), yuan.size());
  const std::string_view whole = yuan.substr(0, point);
  std::string cents(point == yuan.size() ? std::string_view("0") : yuan.substr(point + 1));
  if (whole.empty() || whole.size() > max_yuan_digits || cents.empty() || cents.size() > 2 || !all_digits(whole) ||
      !all_digits(cents)) {
    return std::nullopt;
  }
  cents.resize(2, '0');
  std::int64_t fen = 0;
  for (const char c : std::string(whole) + cents) {
    fen = fen * 10 + (c - '0');
  }
  return is_negative ? -fen : fen;
}

std::string yuan_of(std::int64_t fen) {
  const std::string cents = std::to_string(fen % 100);
  return std::to_string(fen / 100) + "." + (cents.size() == 1 ? "0" : "") + cents;
}

std::string date_of(Instant at) {
  std::string text = to_beijing_text(at).substr(0, 10);
  std::erase(text, '-');
  return text;
}

Result<std::string> read_payment(const Answer& answer) {
  const auto records = answer.records("bb1payopz1");
  if (records.size() != 1) {
    return broken("a payment without its one record");
  }
  const std::string code = records[0]->member_text("errCod");
  if (code != accepted) {
    return fail(ErrorCode::declined_by_outside, plain_code(code));
  }
  std::string number = records[0]->member_text("reqNbr");
  if (number.empty() || !is_word(number)) {
    return broken("a payment without its number");
  }
  return number;
}

Result<hall::DepositFact> read_deposit(const Answer& answer, const std::string& id) {
  for (const SignedJson* record : answer.records("bb1payqrz1")) {
    if (record->member_text("yurRef") != id) {
      continue;
    }
    const std::string code = record->member_text("errCod");
    if (!code.empty() && code != accepted) {
      return fail(ErrorCode::declined_by_outside, plain_code(code));
    }
    if (record->member_text("reqSts").empty()) {
      return broken("a payment without its state");
    }
    hall::DepositFact fact;
    fact.standing = standing_of(*record);
    fact.reason = reason_of(record->member_text("rtnNar"));
    fact.answer.transaction = record->member_text("reqNbr");
    return fact;
  }
  return fail(ErrorCode::not_found, "direct_link: the bank does not know the deposit");
}

Result<ReturnedPage> read_returned(const Answer& answer) {
  ReturnedPage page;
  const auto records = answer.records("bb1payqbz1");
  if (records.size() > max_page_records) {
    return broken("a page that is too large");
  }
  for (const SignedJson* record : records) {
    std::string id = record->member_text("yurRef");
    if (id.empty() || !is_word(id)) {
      return broken("a returned payment without its reference");
    }
    hall::DepositFact fact;
    fact.standing = hall::DepositStanding::returned;
    fact.reason = reason_of(record->member_text("rtnTxt"));
    fact.answer.transaction = record->member_text("reqNbr");
    page.deposits.emplace_back(std::move(id), std::move(fact));
  }
  const auto next = answer.records("bb1payqby1");
  if (!next.empty() && !next[0]->member_text("ctnKey").empty()) {
    next[0]->write_sorted(page.continuation);
  }
  return page;
}

// begin ';' next account *( ';' account ',' date ',' sequence )
std::string Cursor::to_text() const {
  std::string text = begin + ";" + next_account;
  for (const Break& one : breaks) {
    text += ";" + one.account + "," + one.date + "," + one.sequence;
  }
  return text;
}

Result<Cursor> Cursor::parse(std::string_view text) {
  const Error wrong = fail(ErrorCode::invalid_input, "direct_link: not a cursor of ours");
  const auto parts = text.size() > max_cursor_bytes ? std::vector<std::string>() : split(text, ';');
  if (parts.size() < 2 || parts.size() > 2 + max_continuations || parts[0].size() != 8 || !all_digits(parts[0]) ||
      !is_word(parts[1])) {
    return wrong;
  }
  Cursor cursor{.begin = parts[0], .next_account = parts[1], .breaks = {}};
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const auto fields = split(parts[i], ',');
    if (fields.size() != 3 || !std::ranges::all_of(fields, is_word)) {
      return wrong;
    }
    cursor.breaks.push_back({fields[0], fields[1], fields[2]});
  }
  return cursor;
}

Result<hall::IncomingPage> read_incoming(const Answer& answer, Cursor cursor) {
  const auto summary = answer.records("TRANSQUERYBYBREAKPOINT_Z1");
  const auto breaks = answer.records("TRANSQUERYBYBREAKPOINT_Y1");
  const auto bookings = answer.records("TRANSQUERYBYBREAKPOINT_Z2");
  const std::string more = summary.size() == 1 ? summary[0]->member_text("ctnFlag") : "";
  if ((more != "Y" && more != "N") || breaks.size() > max_continuations || bookings.size() > max_page_records) {
    return broken("a page of bookings that does not say whether there are more");
  }
  hall::IncomingPage page;
  page.is_last = more == "N";
  cursor.next_account = page.is_last ? "" : summary[0]->member_text("queryAcctNbr");
  if (!breaks.empty()) {  // an empty page may say nothing: then the old place stays
    cursor.breaks.clear();
  } else if (!page.is_last) {
    return broken("a page that does not say where the next begins");
  }
  for (const SignedJson* one : breaks) {
    cursor.breaks.push_back(
        {one->member_text("acctNbr"), one->member_text("transDate"), one->member_text("expectNextSequence")});
    const Cursor::Break& last = cursor.breaks.back();
    if (!is_word(last.account) || !is_word(last.sequence) || last.date.size() != 8 || !all_digits(last.date)) {
      return broken("a place that cannot be gone on from");
    }
  }
  if (!is_word(cursor.next_account)) {
    return broken("a place that cannot be gone on from");
  }
  if (page.is_last && !cursor.breaks.empty()) {
    // The next days' questions need not reach back to the first day.
    cursor.begin = std::max(cursor.begin, std::ranges::min(cursor.breaks, {}, &Cursor::Break::date).date);
  }
  for (const SignedJson* booking : bookings) {
    YX_TRY(auto credit, read_credit(*booking));
    if (credit) {
      page.credits.push_back(std::move(*credit));
    }
  }
  page.cursor = cursor.to_text();
  return page;
}

}  // namespace yinxin::outside::direct_link
