#include "outside/bank/direct_link.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/sm4.h"
#include "outside/bank/direct_link_messages.h"

namespace yinxin::outside {

namespace {

using direct_link::Answer;

constexpr std::string_view provider = "direct_link";
constexpr std::size_t reqid_random_bytes = 8;
constexpr std::size_t max_deposit_id_bytes = 30;
constexpr std::size_t max_account_bytes = 35;
constexpr std::size_t max_name_bytes = 200;
constexpr std::size_t bank_number_digits = 12;
constexpr std::size_t message_room = 4 * 1024;

bool is_word(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

bool is_name(std::string_view text) { return !text.empty() && text.size() <= max_name_bytes && is_utf8(text); }

bool is_bank_number(std::string_view text) {
  return text.empty() || (text.size() == bank_number_digits && all_digits(text));
}

// One column for ASCII, two for all else; no control characters.
bool is_remark(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      return false;
    }
    columns += byte < 0x80 ? 1 : (byte & 0xC0U) != 0x80U ? 2 : 0;
  }
  return columns > 0 && columns <= max_remark_columns && is_utf8(text);
}

// A text that may hold a remark. It has room from the beginning, so that growing leaves no copy behind.
class WipedText {
 public:
  WipedText() { text_.reserve(message_room); }
  WipedText(const WipedText&) = delete;
  WipedText& operator=(const WipedText&) = delete;
  ~WipedText() { wipe(text_); }
  WipedText& operator<<(std::string_view more) {
    text_ += more;
    return *this;
  }
  // `more` as a JSON string.
  WipedText& quoted(std::string_view more) {
    std::string json = net::json_string(more);
    text_ += json;
    wipe(json);
    return *this;
  }
  [[nodiscard]] std::string_view view() const { return text_; }

 private:
  std::string text_;
};

Error broken(std::string detail) { return fail(ErrorCode::corrupt, "direct_link: " + std::move(detail)); }

}  // namespace

struct DirectLink::Inside {
  net::Client client;
  std::string target;
  std::string user;
  std::string padded_user;  // the SM2 id and the SM4 vector
  crypto::Sm2PrivateKey user_key;
  crypto::Sm2PublicKey bank_key;
  SecretBytes transport_key;
  std::string account;
  std::string branch;
  std::string pay_mode;
  const Clock& clock;
  Random& random;

  struct Heard {
    std::unique_ptr<SecretBytes> plain;  // `answer` looks into it
    Answer answer;
    Bytes raw;
  };
  // `body` has its members sorted. declined_by_outside when the head says no.
  [[nodiscard]] Result<Heard> ask(std::string_view function, std::string_view body) const;
  [[nodiscard]] Result<Heard> open(const net::Response& response, std::string_view function,
                                   std::string_view request) const;
  [[nodiscard]] Result<Bytes> form(std::string_view function, std::string_view request, std::string_view body) const;
  [[nodiscard]] hall::ProviderAnswer answer_of(std::string transaction, Bytes raw) const;
};

DirectLink::DirectLink(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
DirectLink::~DirectLink() = default;

Result<std::unique_ptr<DirectLink>> DirectLink::make(DirectLinkOptions options, const Clock& clock, Random& random) {
  if (!is_word(options.user, max_direct_link_user_bytes) || !is_word(options.account, max_account_bytes) ||
      !is_word(options.branch, max_account_bytes) || !is_word(options.pay_mode, max_account_bytes) ||
      options.transport_key.size() != crypto::sm4_key_size || !options.target.starts_with('/')) {
    return fail(ErrorCode::invalid_input, "direct_link: user, account, branch, pay mode, target or SM4 key do not fit");
  }
  YX_TRY(crypto::Sm2PrivateKey user_key, crypto::Sm2PrivateKey::from_scalar(std::move(options.user_key)));
  YX_TRY(const crypto::Sm2PublicKey bank_key, crypto::Sm2PublicKey::from_point(options.bank_key));
  std::string padded = options.user;
  padded.resize(max_direct_link_user_bytes, '0');
  options.host.max_body_bytes = direct_link::max_answer_bytes;
  return std::unique_ptr<DirectLink>(new DirectLink(std::make_unique<Inside>(
      Inside{net::Client(std::move(options.host)), std::move(options.target), std::move(options.user),
             std::move(padded), std::move(user_key), bank_key, std::move(options.transport_key),
             std::move(options.account), std::move(options.branch), std::move(options.pay_mode), clock, random})));
}

// Sorted by name, without blanks: {"request":{"body":…,"head":…},"signature":{"sigdat":…,"sigtim":…}}. Signed with the
// placeholder in place, then the signature takes that place, then all is encrypted.
Result<Bytes> DirectLink::Inside::form(std::string_view function, std::string_view request,
                                       std::string_view body) const {
  WipedText before;
  before << R"({"request":{"body":)" << body << R"(,"head":{"funcode":)";
  before.quoted(function) << R"(,"reqid":)";
  before.quoted(request) << R"(,"userid":)";
  before.quoted(user) << R"(}},"signature":{"sigdat":)";
  const std::string after = R"(,"sigtim":)" + net::json_string(request.substr(0, 14)) + "}}";
  WipedText text;
  text << before.view() << direct_link::placeholder << after;
  const Bytes signature = crypto::sm2_sign(user_key, bytes_of(text.view()), padded_user).to_raw();
  WipedText signed_text;
  signed_text << before.view();
  signed_text.quoted(to_base64(signature)) << after;
  YX_TRY(const Bytes sealed,
         crypto::sm4_cbc_pkcs7_encrypt(transport_key.expose(), bytes_of(padded_user), bytes_of(signed_text.view())));
  const std::string form = "UID=" + net::percent_encoded(user) +
                           "&ALG=SM&DATA=" + net::percent_encoded(to_base64(sealed)) +
                           "&FUNCODE=" + net::percent_encoded(function);
  return to_bytes(bytes_of(form));
}

Result<DirectLink::Inside::Heard> DirectLink::Inside::ask(std::string_view function, std::string_view body) const {
  // yyyyMMddHHmmssSSS in UTC+8 and 16 of our own.
  const Instant now = clock.now();
  std::string request = to_beijing_text(now);
  std::erase_if(request, [](char c) { return c < '0' || c > '9'; });
  const std::string ms = std::to_string(1000 + to_unix_ms(now) % 1000).substr(1);
  request += ms + to_hex(random.bytes(reqid_random_bytes));
  YX_TRY(Bytes data, form(function, request, body));
  net::ClientRequest post{.method = net::Method::post, .target = target, .body = std::move(data)};
  post.headers.add("Content-Type", "application/x-www-form-urlencoded");
  YX_TRY(const net::Response response, client.send(post));
  YX_TRY(Heard heard, open(response, function, request));
  const std::string code = heard.answer.head("resultcode");
  if (code != direct_link::accepted) {
    return fail(ErrorCode::declined_by_outside, direct_link::plain_code(code));
  }
  return heard;
}

Result<DirectLink::Inside::Heard> DirectLink::Inside::open(const net::Response& response, std::string_view function,
                                                           std::string_view request) const {
  const std::string_view body = text_of(response.body.view());
  if (response.status != 200) {
    return fail(ErrorCode::outside_uncertain, "direct_link: status " + std::to_string(response.status));
  }
  if (body.starts_with("CDCServer:") || body.starts_with("ErrMsg:")) {
    // The bank's gate speaks in clear and unsigned: nobody can say what became of the request.
    const std::string_view words = body.substr(body.find(':') + 1);
    return fail(ErrorCode::outside_uncertain, "direct_link: an error in clear: " +
                                                  direct_link::plain_code(words.substr(0, words.find_first_of(" :"))));
  }
  const auto cipher = from_base64(body);
  auto plain = cipher ? crypto::sm4_cbc_pkcs7_decrypt(transport_key.expose(), bytes_of(padded_user), *cipher)
                      : Result<SecretBytes>(broken("not base64"));
  if (!plain) {
    return broken("an answer that does not open");
  }
  auto kept = std::make_unique<SecretBytes>(std::move(*plain));
  auto answer = Answer::parse(kept->expose_text());
  if (!answer) {
    return broken("an answer of another form");
  }
  const auto signature = crypto::Sm2Signature::from_raw(answer->signature());
  if (!signature || !crypto::sm2_verify(bank_key, answer->signed_text().expose(), *signature, padded_user)) {
    return broken("an answer whose signature does not hold");
  }
  if (answer->head("reqid") != request || answer->head("funcode") != function || answer->head("userid") != user) {
    return broken("an answer to another question");
  }
  return Heard{std::move(kept), std::move(*answer), to_bytes(response.body.view())};
}

hall::ProviderAnswer DirectLink::Inside::answer_of(std::string transaction, Bytes raw) const {
  return {std::string(provider), std::move(transaction), std::move(raw)};
}

Result<hall::ProviderAnswer> DirectLink::pay(const hall::MicroDeposit& deposit) {
  if (!is_word(deposit.id, max_deposit_id_bytes) || !is_word(deposit.account_number, max_account_bytes) ||
      !is_name(deposit.account_name) || !is_name(deposit.bank_name) || !is_bank_number(deposit.bank_number) ||
      deposit.amount_fen < 1 || deposit.amount_fen > static_cast<std::int64_t>(max_micro_deposit_fen) ||
      !is_remark(deposit.remark.expose_text())) {
    return fail(ErrorCode::invalid_input, "direct_link: the deposit does not fit");
  }
  WipedText body;
  body << R"({"bb1paybmx1":[{"busCod":"N02030","busMod":)";
  body.quoted(inside_->pay_mode) << R"(}],"bb1payopx1":[{)";
  // By the number the bank sends it there; by the name alone it has to guess the branch.
  if (!deposit.bank_number.empty()) {
    body << R"("brdNbr":)";
    body.quoted(deposit.bank_number) << ",";
  }
  body << R"("ccyNbr":"10","crtAcc":)";
  body.quoted(deposit.account_number) << R"(,"crtBnk":)";
  body.quoted(deposit.bank_name) << R"(,"crtNam":)";
  body.quoted(deposit.account_name) << R"(,"dbtAcc":)";
  body.quoted(inside_->account) << R"(,"nusAge":)";
  body.quoted(deposit.remark.expose_text()) << R"(,"rcvChk":"1","trsAmt":)";
  body.quoted(direct_link::yuan_of(deposit.amount_fen)) << R"(,"yurRef":)";
  body.quoted(deposit.id) << "}]}";
  auto heard = inside_->ask("BB1PAYOP", body.view());
  auto number = heard ? direct_link::read_payment(heard->answer) : Result<std::string>(heard.error());
  if (number) {
    return inside_->answer_of(std::move(*number), std::move(heard->raw));
  }
  if (number.error().code != ErrorCode::declined_by_outside) {
    return std::move(number).error();
  }
  // Its codes do not tell a repeated reference from a true no, and a deposit that is under way must not be sent again
  // under another id.
  const auto known = find(deposit.id, inside_->clock.now());
  if (known) {
    return fail(ErrorCode::already_exists, number.error().detail);
  }
  return known.error().code == ErrorCode::not_found
             ? std::move(number).error()
             : fail(ErrorCode::outside_uncertain, number.error().detail, known.error());
}

Result<hall::DepositFact> DirectLink::find(const std::string& id, Instant /*sent_at*/) {
  if (!is_word(id, max_deposit_id_bytes)) {
    return fail(ErrorCode::invalid_input, "direct_link: not the id of a deposit");
  }
  YX_TRY(auto heard, inside_->ask("BB1PAYQR", R"({"bb1payqrx1":[{"busCod":"N02030","yurRef":")" + id + R"("}]})"));
  YX_TRY(hall::DepositFact fact, direct_link::read_deposit(heard.answer, id));
  fact.answer = inside_->answer_of(std::move(fact.answer.transaction), std::move(heard.raw));
  return fact;
}

Result<std::vector<std::pair<std::string, hall::DepositFact>>> DirectLink::returned(Instant from, Instant to) {
  if (from > to) {
    return fail(ErrorCode::invalid_input, "direct_link: the days end before they begin");
  }
  std::string range = R"({"accNbr":")" + inside_->account + R"(","bbkNbr":")" + inside_->branch + R"(","bgnDat":")" +
                      direct_link::date_of(from) + R"(","ctnKey":"","endDat":")" + direct_link::date_of(to) +
                      R"(","reqNbr":"","rsv50z":""})";
  std::vector<std::pair<std::string, hall::DepositFact>> all;
  for (std::size_t pages = 0; pages < max_returned_pages; ++pages) {
    YX_TRY(auto heard, inside_->ask("BB1PAYQB", R"({"bb1payqby1":[)" + range + "]}"));
    YX_TRY(direct_link::ReturnedPage page, direct_link::read_returned(heard.answer));
    for (auto& [id, fact] : page.deposits) {
      fact.answer = inside_->answer_of(std::move(fact.answer.transaction), heard.raw);
      all.emplace_back(std::move(id), std::move(fact));
    }
    if (page.continuation.empty()) {
      return all;
    }
    range = std::move(page.continuation);
  }
  return broken("returned deposits without an end");
}

Result<hall::IncomingPage> DirectLink::incoming(Instant from, const std::string& cursor) {
  direct_link::Cursor at{.begin = direct_link::date_of(from), .next_account = {}, .breaks = {}};
  if (!cursor.empty()) {
    YX_TRY(at, direct_link::Cursor::parse(cursor));
  }
  std::string body = R"({"TRANSQUERYBYBREAKPOINT_X1":[{"beginDate":")" + at.begin + R"(","cardNbr":")" +
                     inside_->account + R"(","endDate":")" + direct_link::date_of(inside_->clock.now()) + "\"";
  if (!at.next_account.empty()) {
    body += R"(,"queryAcctNbr":")" + at.next_account + "\"";
  }
  body += "}]";
  for (std::size_t i = 0; i < at.breaks.size(); ++i) {
    body += i == 0 ? R"(,"TRANSQUERYBYBREAKPOINT_Y1":[)" : ",";
    body += R"({"acctNbr":")" + at.breaks[i].account + R"(","expectNextSequence":")" + at.breaks[i].sequence +
            R"(","transDate":")" + at.breaks[i].date + R"("})";
  }
  body += at.breaks.empty() ? "}" : "]}";
  YX_TRY(auto heard, inside_->ask("trsQryByBreakPoint", body));
  return direct_link::read_incoming(heard.answer, std::move(at));
}

}  // namespace yinxin::outside
