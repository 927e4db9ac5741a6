// What a requester, a phone, a payment provider's callback and a holder's agent send over HTTP, to the real street over
// its real store: nothing crashes, nothing is our own fault (500), every answer is JSON or a paper, and what is kept
// can be read again.
//
// An input is a first line "0" to "3" (where the case stands: opened, entry done, phone link open, to be paid) and up
// to eight requests, each begun by a line "\x1e METHOD PATH" with $case, $token, $order, $puzzle and $proof standing
// for the right ones; the lines after it are the body. A '!' before METHOD leaves out the page's own field, a '?' the
// cookie.
#include <boost/json.hpp>

#include "api/body.h"
#include "api/routes/hall/hall.h"
#include "api/routes/holder/holder.h"
#include "api/routes/phone/phone.h"
#include "api/session/session.h"
#include "base/ensure.h"
#include "base/text.h"
#include "store/street/testing_street.h"

namespace yinxin::store::street {

namespace {

constexpr std::size_t max_requests = 8;
constexpr char record_mark = '\x1e';
constexpr int ours = 500;
constexpr int first_failure = 400;

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class Hall final : public StreetTest {
 public:
  void TestBody() override {}

  explicit Hall(char stage) {
    const auto sent = login_->send_code("13800138000", "login");
    auto in = login_->sign_in("13800138000", sent->challenge, code_sent(), project());
    ensure(static_cast<bool>(in), "the first login works");
    session_ = in->session;
    cookie_ = api::cookie_for(in->token, false);
    cookie_ = cookie_.substr(0, cookie_.find(';'));
    id_ = street_->begin(session_, project(), "key-1").value().dossier.id;
    if (stage > '0') {
      agree();
      ensure(save(answers_) && street_->finish_entry(session_.account, id_)->problems.empty(), "the entry is right");
      print_and_upload();
    }
    if (stage > '1') {
      link_ = street_->open_phone_link(session_.account, id_).value();
    }
    if (stage > '2') {
      prove_identity();
      link_ = to_hex(token_);
      ensure(static_cast<bool>(open_payment()), "an order is open");
      order_ = providers_.opened.back().number;
    }
    const hall::Puzzle puzzle = puzzles_->give("login", "127.0.0.1");
    puzzle_ = puzzle.token;
    proof_ = to_hex(crypto::do_work(puzzle.salt, puzzle.bits, hall::puzzle_parts));
    api::add_hall_routes(router_, {.login = *login_,
                                   .puzzles = *puzzles_,
                                   .street = *street_,
                                   .shelf = shelf_,
                                   .payments = {{"wechat", &providers_}},
                                   .phone_page = "https://hall.example/p/"});
    api::add_phone_routes(router_, *street_, "https://hall.example/p/");
    const auto nothing = [](const auto&) { return fail(ErrorCode::not_found, "token.unknown"); };
    api::add_holder_routes(
        router_,
        {.begin = nothing,
         .send_code = [](const auto&, const std::string&) { return fail(ErrorCode::not_found, "token.unknown"); },
         .activate = nothing,
         .confirm = nothing});
    deeds_ = audit_.deeds.size();
  }

  void ask(std::string_view line, std::string_view body) {
    const bool foreign = line.starts_with('!');
    const bool stranger = line.starts_with('?');
    line.remove_prefix(foreign || stranger ? 1 : 0);
    const auto space = line.find(' ');
    const auto method = net::method_of(line.substr(0, space));
    if (space == std::string_view::npos || !method) {
      return;
    }
    const auto target = net::parse_target(with_names(std::string(line.substr(space + 1))));
    if (!target) {
      return;
    }
    auto found = router_.find(*method, *target);
    const std::string text = with_names(std::string(body));
    if (found.route == nullptr || text.size() > found.route->options.max_body_bytes) {
      return;
    }
    net::Request request{.method = *method,
                         .target = *target,
                         .headers = {},
                         .body = to_bytes(bytes_of(text)),
                         .peer = {.address = "127.0.0.1", .port = 1, .is_loopback = true},
                         .parameters = std::move(found.parameters)};
    request.headers.add("Idempotency-Key", "key-" + std::to_string(text.size()));
    request.headers.add(std::string(api::device_field), "phone");
    if (!foreign) {
      request.headers.add(std::string(api::page_field), "1");
    }
    if (!stranger) {
      request.headers.add("Cookie", cookie_);
    }
    login_was_asked_ = login_was_asked_ || target->path.starts_with("/api/v1/login");
    judge(found.route->handler(request));
  }

  // Whether it stands as it was made: what changes something leaves a line in the audit, but for a code's tries.
  [[nodiscard]] bool is_untouched() const { return !login_was_asked_ && audit_.deeds.size() == deeds_; }

  // Whatever was asked, the case is one that can be read and shown.
  void look() {
    const auto stand = street_->find(session_.account, id_);
    ensure(static_cast<bool>(stand), "the case is still there");
    for (const auto& [field, value] : stand->dossier.answers) {
      ensure(is_utf8(field) && is_utf8(value), "what is kept is text");
    }
  }

 private:
  std::string with_names(std::string text) const {
    for (const auto& [name, right] :
         {std::pair{"$case", &id_}, std::pair{"$token", &link_}, std::pair{"$order", &order_},
          std::pair{"$puzzle", &puzzle_}, std::pair{"$proof", &proof_}}) {
      text = replaced(std::move(text), name, *right);
    }
    return text;
  }
  static void judge(const net::Response& response) {
    ensure(response.status != ours, "nothing that is sent is our own fault");
    const auto type = response.headers.find("Content-Type").value_or("");
    if (type.find("json") == std::string_view::npos) {
      ensure(response.status < first_failure, "a failure is a problem document");
      return;
    }
    boost::system::error_code error;
    const auto json = boost::json::parse(std::string(text_of(response.body.view())), error);
    ensure(!error && json.is_object(), "JSON is an object");
    if (response.status >= first_failure) {
      ensure(json.as_object().contains("detail") && json.as_object().contains("status"), "RFC 9457");
    }
  }

  net::Router router_;
  std::size_t deeds_ = 0;
  bool login_was_asked_ = false;
  std::string cookie_, puzzle_, proof_, link_ = "00", order_ = "none";
};

void run(std::string_view input) {
  if (input.empty() || input.front() < '0' || input.front() > '3') {
    return;
  }
  // In memory where the machine has a folder for that.
  static const bool in_memory = fs::is_directory("/dev/shm") && setenv("TMPDIR", "/dev/shm", 0) == 0;
  (void)in_memory;
  // Made anew once it was changed, so that each input finds the same. A clock at rest, so nothing runs out.
  static std::map<char, std::unique_ptr<Hall>> halls;
  auto& kept = halls[input.front()];
  if (kept == nullptr) {
    kept = std::make_unique<Hall>(input.front());
  }
  Hall& hall = *kept;
  auto at = input.find(record_mark);
  for (std::size_t i = 0; i < max_requests && at != std::string_view::npos; ++i) {
    const auto next = input.find(record_mark, at + 1);
    std::string_view request = input.substr(at + 1, next == std::string_view::npos ? next : next - at - 1);
    request.remove_prefix(request.starts_with(' ') ? 1 : 0);
    const auto end = std::min(request.find('\n'), request.size());
    hall.ask(request.substr(0, end), request.substr(std::min(end + 1, request.size())));
    at = next;
  }
  hall.look();
  if (!hall.is_untouched()) {
    kept.reset();
  }
}

}  // namespace

}  // namespace yinxin::store::street

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  yinxin::store::street::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
