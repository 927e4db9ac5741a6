#include "outside/bank/direct_link_emulator.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/text.h"
#include "crypto/sm4.h"
#include "outside/bank/direct_link_gate.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t max_body_bytes = 64 * 1024;
constexpr std::size_t max_bookings = 100'000;
constexpr std::size_t bank_number_size = 12;
constexpr std::string_view success = "SUC0000";

struct Deposit {
  std::string number{};  // the bank's
  std::string account_name{};
  std::string account_number{};
  std::string bank_name{};
  std::string bank_number{};
  std::int64_t fen = 0;
  std::string remark{};
  std::string state = "BNK";
  std::string result{};
  std::string reason{};
  std::string returned_on{};  // yyyyMMdd
  Instant paid_at{};
};

struct Booking {
  std::string id{};
  std::string date{};  // yyyyMMdd
  std::string time{};  // HHmmss
  char side = 'C';
  std::int64_t fen = 0;
  std::string other_name{};
  std::string other_account{};
  std::string remark{};
  std::string reversal{};
  bool is_taken_back = false;
};

// What the bank says to one question.
struct Said {
  std::string_view code = success;
  std::string_view words{};
  json::object body{};
};

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : std::string();
}

// The first record of a list in the body; empty when there is none.
json::object first_record(const json::object& body, std::string_view list) {
  const json::value* value = body.if_contains(list);
  const json::array* records = value == nullptr ? nullptr : value->if_array();
  return records == nullptr || records->empty() || !records->front().is_object() ? json::object()
                                                                                 : records->front().get_object();
}

std::size_t number_at(const json::object& object, std::string_view name, std::size_t otherwise) {
  const std::string text = text_at(object, name);
  std::size_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string yuan(std::int64_t fen) {
  std::string text = std::to_string(100 + fen);  // 1 as "101", 20000 as "20100"
  const std::string cents = text.substr(text.size() - 2);
  return std::to_string(fen / 100) + "." + cents;
}

std::optional<std::int64_t> fen(const std::string& text) {
  const std::size_t point = text.find('.');
  if (point == std::string::npos || text.size() - point != 3 || point == 0 || point > 9) {
    return std::nullopt;
  }
  const std::string digits = text.substr(0, point) + text.substr(point + 1);
  return all_digits(digits) ? std::optional<std::int64_t>(std::stoll(digits)) : std::nullopt;
}

}  // namespace

struct DirectLinkEmulator::Inside {
  DirectLinkEmulatorOptions options;
  const Clock& clock;
  Random& random;
  DirectLinkGate gate;
  FaultPlan faults{};
  std::mutex mutex{};
  std::map<std::string, Deposit, std::less<>> deposits{};
  std::vector<Booking> bookings{};

  net::Response answer(const net::Request& request);
  void add_admin(net::Router& router);
  net::Response credit(const net::Request& request);
  net::Response reverse(std::string_view id);
  net::Response list();
  net::Response accounts();
  net::Response day_book();

  // All below under the mutex.
  Said pay(const json::object& body);
  Said find(const json::object& body);
  Said returned(const json::object& body);
  Said incoming(const json::object& body);
  void settle(Deposit& deposit);
  void give_back(Deposit& deposit, std::string reason);
  void decide(Deposit& deposit);
  // The number, where there is one, is of a branch of that name.
  [[nodiscard]] bool is_bank_right(const Deposit& deposit) const;
  std::string book(char side, std::int64_t amount_fen, std::string name, std::string account, std::string remark,
                   std::string reversal = "");
  [[nodiscard]] std::string digits_now() const {
    std::string text = to_beijing_text(clock.now());
    std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
    return text;
  }
};

DirectLinkEmulator::DirectLinkEmulator(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
DirectLinkEmulator::~DirectLinkEmulator() = default;
FaultPlan& DirectLinkEmulator::faults() { return inside_->faults; }

Result<std::unique_ptr<DirectLinkEmulator>> DirectLinkEmulator::make(DirectLinkEmulatorOptions options,
                                                                     const Clock& clock, Random& random) {
  YX_TRY(const auto user_key, crypto::Sm2PublicKey::from_point(options.user_key));
  YX_TRY(auto bank_key, crypto::Sm2PrivateKey::from_scalar(std::move(options.bank_key)));
  if (options.transport_key.size() != crypto::sm4_key_size || options.page_records == 0) {
    return fail(ErrorCode::invalid_input, "an SM4 key of 16 bytes and a page of 1 record at least");
  }
  DirectLinkGate::Keys keys{options.user, user_key, std::move(bank_key), std::move(options.transport_key)};
  return std::unique_ptr<DirectLinkEmulator>(new DirectLinkEmulator(
      std::unique_ptr<Inside>(new Inside{std::move(options), clock, random, {std::move(keys), clock, random}})));
}

void DirectLinkEmulator::add_routes(net::Router& router) {
  router.add(net::Method::post, inside_->options.target, {.max_body_bytes = max_body_bytes, .slow = true},
             [this](const net::Request& request) { return inside_->answer(request); });
  inside_->faults.add_routes(router);
  inside_->add_admin(router);
}

net::Response DirectLinkEmulator::Inside::answer(const net::Request& request) {
  const auto asked = gate.open(request);
  if (!asked) {
    return net::answer("text/plain; charset=utf-8", net::Body(std::string_view(asked.error().detail)));
  }
  using Deed = Said (Inside::*)(const json::object&);
  const std::map<std::string_view, std::pair<std::string_view, Deed>> deeds{
      {"BB1PAYOP", {"pay", &Inside::pay}},
      {"BB1PAYQR", {"find", &Inside::find}},
      {"BB1PAYQB", {"returned", &Inside::returned}},
      {"trsQryByBreakPoint", {"incoming", &Inside::incoming}}};
  const auto deed = deeds.find(asked->function);
  const json::value whole = json::parse(asked->text.expose_text());
  const json::value* body = whole.at("request").as_object().if_contains("body");
  if (deed == deeds.end() || body == nullptr || !body->is_object()) {
    return gate.answer(*asked, "SGW0001", "没有该接口的权限", "{}", Fault::none);
  }
  const Fault fault = faults.take(deed->second.first);
  if (fault == Fault::unavailable) {
    return net::Response{.status = 503};
  }
  if (fault == Fault::decline) {
    return gate.answer(*asked, "SGW0002", "系统拒绝", "{}", fault);
  }
  const std::scoped_lock lock(mutex);
  const Said said = (this->*deed->second.second)(body->get_object());
  return fault == Fault::lose_answer ? net::Response{.status = 500}
                                     : gate.answer(*asked, said.code, said.words, json::serialize(said.body), fault);
}

std::string DirectLinkEmulator::Inside::book(char side, std::int64_t amount_fen, std::string name, std::string account,
                                             std::string remark, std::string reversal) {
  const std::string now = digits_now();
  const std::string number = std::to_string(1'000'000'000 + bookings.size());
  bookings.push_back({.id = "C" + number.substr(1) + "KWZ",
                      .date = now.substr(0, 8),
                      .time = now.substr(8),
                      .side = side,
                      .fen = amount_fen,
                      .other_name = std::move(name),
                      .other_account = std::move(account),
                      .remark = std::move(remark),
                      .reversal = std::move(reversal)});
  return bookings.back().id;
}

Said DirectLinkEmulator::Inside::pay(const json::object& body) {
  const json::object mode = first_record(body, "bb1paybmx1");
  const json::object record = first_record(body, "bb1payopx1");
  const std::string id = text_at(record, "yurRef");
  const auto refuse = [](std::string_view code, std::string_view words) {
    return Said{.body = {{"bb1payopz1", json::array{{{"errCod", code}, {"errTxt", words}}}}}};
  };
  const auto amount_fen = fen(text_at(record, "trsAmt"));
  if (text_at(mode, "busCod") != "N02030" || text_at(mode, "busMod") != options.pay_mode) {
    return refuse("PAY0001", "业务模式不存在");
  }
  if (text_at(record, "dbtAcc") != options.account || text_at(record, "ccyNbr") != "10") {
    return refuse("PAY0002", "付方账号或币种有误");
  }
  if (id.empty() || id.size() > 30 || !amount_fen || *amount_fen < 1 || text_at(record, "crtAcc").empty() ||
      text_at(record, "crtNam").empty() || text_at(record, "nusAge").empty()) {
    return refuse("PAY0003", "必输项为空或格式有误");
  }
  const std::string bank_number = text_at(record, "brdNbr");
  if (!bank_number.empty() && (bank_number.size() != bank_number_size || !all_digits(bank_number))) {
    return refuse("PAY0006", "收方行联行号有误");
  }
  if (deposits.contains(id)) {
    return refuse("PAY0004", "业务参考号重复");
  }
  if (bookings.size() >= max_bookings) {
    return refuse("PAY0005", "余额不足");
  }
  const Deposit deposit{.number = std::to_string(2'000'000'000 + deposits.size()),
                        .account_name = text_at(record, "crtNam"),
                        .account_number = text_at(record, "crtAcc"),
                        .bank_name = text_at(record, "crtBnk"),
                        .bank_number = bank_number,
                        .fen = *amount_fen,
                        .remark = text_at(record, "nusAge"),
                        .paid_at = clock.now()};
  book('D', deposit.fen, deposit.account_name, deposit.account_number, "转账");
  const std::string number = deposit.number;
  deposits.emplace(id, deposit);
  return {.body = {{"bb1payopz1",
                    json::array{{{"errCod", success}, {"reqNbr", number}, {"reqSts", "BNK"}, {"rtnFlg", ""}}}}}};
}

void DirectLinkEmulator::Inside::settle(Deposit& deposit) {
  deposit.state = "FIN";
  deposit.result = "S";
}

void DirectLinkEmulator::Inside::give_back(Deposit& deposit, std::string reason) {
  deposit.state = "FIN";
  deposit.result = "B";
  deposit.reason = std::move(reason);
  deposit.returned_on = digits_now().substr(0, 8);
  book('C', deposit.fen, deposit.account_name, deposit.account_number, "退票");
}

bool DirectLinkEmulator::Inside::is_bank_right(const Deposit& deposit) const {
  const auto bank = options.banks.find(deposit.bank_number);
  return options.banks.empty() || deposit.bank_number.empty() ||
         (bank != options.banks.end() && bank->second == deposit.bank_name);
}

void DirectLinkEmulator::Inside::decide(Deposit& deposit) {
  const auto account = options.others.find(deposit.account_number);
  if (account == options.others.end()) {
    give_back(deposit, "账号不存在");
  } else if (account->second != deposit.account_name) {
    give_back(deposit, "账号户名不符");
  } else if (!is_bank_right(deposit)) {
    give_back(deposit, "开户行有误");
  } else {
    settle(deposit);
  }
}

Said DirectLinkEmulator::Inside::find(const json::object& body) {
  const std::string id = text_at(first_record(body, "bb1payqrx1"), "yurRef");
  const auto found = deposits.find(id);
  json::array records;
  if (found != deposits.end()) {
    Deposit& deposit = found->second;
    if (deposit.state != "FIN" && options.settles_when_asked) {
      decide(deposit);
    }
    records.push_back({{"reqNbr", deposit.number},
                       {"busCod", "N02030"},
                       {"yurRef", id},
                       {"dbtAcc", options.account},
                       {"crtAcc", deposit.account_number},
                       {"crtNam", deposit.account_name},
                       {"trsAmt", yuan(deposit.fen)},
                       {"nusAge", deposit.remark},
                       {"reqSts", deposit.state},
                       {"rtnFlg", deposit.result},
                       {"rtnNar", deposit.reason}});
  }
  return {.body = {{"bb1payqrz1", std::move(records)}}};
}

Said DirectLinkEmulator::Inside::returned(const json::object& body) {
  const json::object range = first_record(body, "bb1payqby1");
  if (text_at(range, "accNbr") != options.account || text_at(range, "bbkNbr") != options.branch) {
    return {.code = "SGW0003", .words = "账号或分行号有误"};
  }
  const std::size_t from = number_at(range, "ctnKey", 0);
  json::array records;
  std::size_t at = 0;
  bool has_more = false;
  for (const auto& [id, deposit] : deposits) {
    if (deposit.result != "B" || deposit.returned_on < text_at(range, "bgnDat") ||
        deposit.returned_on > text_at(range, "endDat") || at++ < from) {
      continue;
    }
    has_more = records.size() >= options.page_records;
    if (has_more) {
      break;
    }
    records.push_back({{"reqNbr", deposit.number},
                       {"yurRef", id},
                       {"trsAmt", yuan(deposit.fen)},
                       {"rcvEac", deposit.account_number},
                       {"rtnCod", "RT01"},
                       {"rtnTxt", deposit.reason}});
  }
  json::object next = range;
  next["ctnKey"] = has_more ? std::to_string(from + records.size()) : "";
  return {.body = {{"bb1payqbz1", std::move(records)}, {"bb1payqby1", json::array{std::move(next)}}}};
}

Said DirectLinkEmulator::Inside::incoming(const json::object& body) {
  const json::object asked = first_record(body, "TRANSQUERYBYBREAKPOINT_X1");
  const json::object place = first_record(body, "TRANSQUERYBYBREAKPOINT_Y1");
  const std::string begin = text_at(asked, "beginDate");
  const std::string end = text_at(asked, "endDate");
  if (text_at(asked, "cardNbr") != options.account || begin.size() != 8 || end.size() != 8) {
    return {.code = "SGW0003", .words = "账号或日期有误"};
  }
  std::size_t at = number_at(place, "expectNextSequence", 1);
  std::string last_date = place.empty() ? begin : text_at(place, "transDate");
  json::array records;
  bool has_more = false;
  for (; at <= bookings.size(); ++at) {
    const Booking& booking = bookings[at - 1];
    if (booking.date < begin || booking.date > end) {
      continue;
    }
    has_more = records.size() >= options.page_records;
    if (has_more) {
      break;
    }
    last_date = booking.date;
    records.push_back({{"transDate", booking.date},
                       {"transTime", booking.time},
                       {"transSequenceIdn", booking.id},
                       {"loanCode", std::string(1, booking.side)},
                       {"transAmount", yuan(booking.fen)},
                       {"currencyNbr", "10"},
                       {"ctpAcctName", booking.other_name},
                       {"ctpAcctNbr", booking.other_account},
                       {"ctpBankName", "样例银行"},
                       {"remarkTextClt", booking.remark},
                       {"reversalFlag", booking.reversal}});
  }
  json::object next{{"acctNbr", options.account}, {"transDate", last_date}, {"expectNextSequence", std::to_string(at)}};
  json::object summary{{"ctnFlag", has_more ? "Y" : "N"}, {"queryAcctNbr", has_more ? options.account + "CUR" : ""}};
  return {.body = {{"TRANSQUERYBYBREAKPOINT_Y1", json::array{std::move(next)}},
                   {"TRANSQUERYBYBREAKPOINT_Z1", json::array{std::move(summary)}},
                   {"TRANSQUERYBYBREAKPOINT_Z2", std::move(records)}}};
}

net::Response DirectLinkEmulator::Inside::list() {
  json::array all;
  for (const auto& [id, deposit] : deposits) {
    const std::string_view standing = deposit.state != "FIN"  ? "under_way"
                                      : deposit.result == "S" ? "settled"
                                                              : "returned";
    all.push_back({{"id", id},
                   {"account_name", deposit.account_name},
                   {"account_number", deposit.account_number},
                   {"bank_name", deposit.bank_name},
                   {"bank_number", deposit.bank_number},
                   {"fen", deposit.fen},
                   {"remark", deposit.remark},
                   {"paid_at", to_rfc3339(deposit.paid_at)},
                   {"standing", standing},
                   {"reason", deposit.reason}});
  }
  return net::answer("application/json", net::Body(std::string_view(json::serialize(all))));
}

net::Response DirectLinkEmulator::Inside::accounts() {
  json::array others;
  for (const auto& [number, holder] : options.others) {
    others.push_back({{"number", number}, {"name", holder}});
  }
  const json::object all{{"own", options.account}, {"others", std::move(others)}};
  return net::answer("application/json", net::Body(std::string_view(json::serialize(all))));
}

net::Response DirectLinkEmulator::Inside::day_book() {
  json::array all;
  for (const Booking& booking : bookings) {
    all.push_back({{"id", booking.id},
                   {"date", booking.date},
                   {"time", booking.time},
                   {"side", booking.side == 'C' ? "credit" : "debit"},
                   {"fen", booking.fen},
                   {"other_name", booking.other_name},
                   {"other_account", booking.other_account},
                   {"remark", booking.remark},
                   {"is_taken_back", booking.is_taken_back}});
  }
  return net::answer("application/json", net::Body(std::string_view(json::serialize(all))));
}

net::Response DirectLinkEmulator::Inside::credit(const net::Request& request) {
  json::error_code wrong;
  const json::value said = json::parse(text_of(request.body), wrong);
  const json::object* fields = wrong ? nullptr : said.if_object();
  const json::value* amount_fen = fields == nullptr ? nullptr : fields->if_contains("fen");
  if (amount_fen == nullptr || !amount_fen->is_int64() || amount_fen->get_int64() < 1 ||
      text_at(*fields, "payer_name").empty()) {
    return net::problem(400, "an object with payer_name, payer_account, fen and remark");
  }
  if (bookings.size() >= max_bookings) {
    return net::problem(409, "the day book is full");
  }
  const std::string id = book('C', amount_fen->get_int64(), text_at(*fields, "payer_name"),
                              text_at(*fields, "payer_account"), text_at(*fields, "remark"));
  net::Response response =
      net::answer("application/json", net::Body(std::string_view(json::serialize(json::object{{"id", id}}))));
  response.status = 201;
  return response;
}

net::Response DirectLinkEmulator::Inside::reverse(std::string_view id) {
  const auto found = std::ranges::find(bookings, id, &Booking::id);
  if (found == bookings.end() || found->side != 'C') {
    return net::problem(404, "no such credit");
  }
  if (found->is_taken_back || bookings.size() >= max_bookings) {
    return net::problem(409, "the credit was taken back");
  }
  found->is_taken_back = true;
  const Booking was = *found;
  book('D', was.fen, was.other_name, was.other_account, was.remark, "*");
  return net::Response{.status = 204};
}

void DirectLinkEmulator::Inside::add_admin(net::Router& router) {
  const net::RouteOptions small{.max_body_bytes = 4096};
  const auto with_deposit = [&](std::string_view pattern,
                                const std::function<bool(Deposit&, const json::object&)>& deed) {
    router.add(net::Method::post, pattern, small, [this, deed](const net::Request& request) {
      json::error_code wrong;
      const json::value said = json::parse(text_of(request.body), wrong);
      const std::scoped_lock lock(mutex);
      const auto found = deposits.find(request.parameter("id"));
      if (found == deposits.end()) {
        return net::problem(404, "no such deposit");
      }
      const bool done = deed(found->second, !wrong && said.is_object() ? said.get_object() : json::object());
      return done ? net::Response{.status = 204} : net::problem(409, "the deposit is decided");
    });
  };
  with_deposit("/admin/deposits/{id}/settle", [this](Deposit& deposit, const json::object&) {
    const bool is_open = deposit.state != "FIN";
    if (is_open) {
      settle(deposit);
    }
    return is_open;
  });
  with_deposit("/admin/deposits/{id}/return", [this](Deposit& deposit, const json::object& said) {
    const bool is_there = deposit.result != "B";
    if (is_there) {
      give_back(deposit, text_at(said, "reason").empty() ? "账号不存在" : text_at(said, "reason"));
    }
    return is_there;
  });
  router.add(net::Method::get, "/admin/deposits", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex);
    return list();
  });
  router.add(net::Method::get, "/admin/accounts", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex);
    return accounts();
  });
  router.add(net::Method::get, "/admin/bookings", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex);
    return day_book();
  });
  router.add(net::Method::post, "/admin/accounts", small, [this](const net::Request& request) {
    json::error_code wrong;
    const json::value said = json::parse(text_of(request.body), wrong);
    const bool fits = !wrong && said.is_object() && !text_at(said.get_object(), "number").empty() &&
                      !text_at(said.get_object(), "name").empty();
    const std::scoped_lock lock(mutex);
    if (!fits || options.others.size() >= max_bookings) {
      return net::problem(400, "an object with number and name");
    }
    options.others[text_at(said.get_object(), "number")] = text_at(said.get_object(), "name");
    return net::Response{.status = 204};
  });
  router.add(net::Method::post, "/admin/credits", small, [this](const net::Request& request) {
    const std::scoped_lock lock(mutex);
    return credit(request);
  });
  router.add(net::Method::post, "/admin/credits/{id}/reverse", small, [this](const net::Request& request) {
    const std::scoped_lock lock(mutex);
    return reverse(request.parameter("id"));
  });
}

}  // namespace yinxin::outside
