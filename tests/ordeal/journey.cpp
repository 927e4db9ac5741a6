#include "ordeal/journey.h"

#include <algorithm>
#include <boost/json.hpp>

#include "crypto/tsp/time_stamp.h"
#include "demo/customer/back_off.h"
#include "hall/street/dossier.h"
#include "ordeal/answers.h"
#include "yinxin/ask_outside.h"

namespace yinxin::ordeal {

namespace {

using boost::json::value;
using demo::Answered;
using net::Method;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause{50}, longest_pause{1000};  // of a client that tries again
constexpr const char* own_pin = "holder-own-PIN-1";

// The order in which a case passes its states when nothing is wrong with it.
constexpr std::array road{"draft",
                          "proving_identity",
                          "awaiting_payment",
                          "awaiting_funds",
                          "awaiting_account_proof",
                          "awaiting_paper",
                          "awaiting_acceptance",
                          "awaiting_review",
                          "approved",
                          "in_production",
                          "ready",
                          "shipped",
                          "handed_over",
                          "completed"};

bool is_at_or_beyond(const std::string& now, const std::string& wanted) {
  const auto* const at = std::ranges::find(road, now);
  return at != road.end() && at >= std::ranges::find(road, wanted);
}

std::string state_in(std::string_view json) {
  boost::system::error_code wrong;
  const value read = boost::json::parse(json, wrong);
  const auto* fields = wrong ? nullptr : read.if_object();
  const auto* state = fields == nullptr ? nullptr : fields->if_contains("state");
  if (state == nullptr) {
    return {};
  }
  return state->is_string() ? std::string(state->get_string()) : text_at(*state, "code");
}

bool is_session_over(const Error& error) {
  return error.code == ErrorCode::not_signed_in || error.detail.find("answered 401") != std::string::npos;
}

// Reads what is shown, and finds the code in it.
class Reader final : public token::ApprovalWindow {
 public:
  Result<bool> confirm(const std::string& text, const std::string& code) override {
    return text.find(code) != std::string::npos;
  }
};

SecretBytes secret(std::string_view text) { return SecretBytes(to_bytes(bytes_of(text))); }

}  // namespace

Result<agent::DeskClient> Officers::desk(scene::Place place, std::string& token, const std::string& stale) {
  YX_TRY(auto remote, agent::Remote::at(stage_.desk(), {}));
  agent::DeskClient desk(std::move(remote));
  const std::scoped_lock lock(mutex_);
  std::string& shared = tokens_[place];
  if (shared.empty() || shared == stale) {
    YX_TRY(shared, desk.log_in(stage_.scene().login_certificate(place), stage_.scene().login_key(place)));
  }
  desk.resume(shared);
  token = shared;
  return desk;
}

Journey::Journey(Stage& stage, Officers& officers, JourneyOptions options)
    : stage_(stage), officers_(officers), options_(std::move(options)) {
  SeededRandom drawn(options_.seed);
  turns_ = Turns::draw(options_.seed, options_.must_be_made);
  std::filesystem::create_directories(options_.scratch);
  constexpr int most_waits = 200;  // of one question for what others do; then the step is begun again
  customer_ =
      std::make_unique<demo::Customer>(stage_.places(), demo::Applicant::draw(drawn, clock_.now()), stage_.project(),
                                       options_.scratch, random_, [this, waited = 0]() mutable {
                                         demo::BackOff(first_pause).wait();
                                         return waits() && ++waited % most_waits != 0;
                                       });
}

bool Journey::waits() const { return options_.is_over == nullptr || !options_.is_over->load(); }

Result<void> Journey::persist(const char* what, const Step& step, const Done& done) {
  const auto end = Steady::now() + options_.patience;
  for (demo::BackOff pause(first_pause, longest_pause);; pause.wait()) {
    const Result<void> result = step();
    if (result || (done && done())) {
      return {};
    }
    ++outcome_.tries_again;
    if (std::string why = customer_->case_id() + " " + what + ": " + result.error().describe();
        options_.say && why != last_said_) {
      options_.say(why);
      last_said_ = std::move(why);
    }
    if (Steady::now() > end || !waits()) {
      return within(customer_->case_id() + " " + what, result.error());
    }
    if (is_session_over(result.error()) && std::string_view(what) != "sign in") {
      // Not that of an officer: at_desk() has seen to those.
      const Result<void> again = customer_->sign_in();
      if (!again && options_.say) {
        options_.say(customer_->case_id() + " sign in again: " + again.error().describe());
      }
    }
  }
}

Result<void> Journey::at_desk(scene::Place place, const std::function<Result<void>(agent::DeskClient&)>& deed) {
  std::string token, stale;
  for (int tries = 0;; ++tries) {
    YX_TRY(agent::DeskClient desk, officers_.desk(place, token, stale));
    const Result<void> done = deed(desk);
    if (done || done.error().code != ErrorCode::not_signed_in || tries > 0) {
      return done || done.error().code != ErrorCode::not_signed_in
                 ? done
                 : Result<void>(fail(ErrorCode::wrong_state, "the desk", done.error()));
    }
    stale = token;
  }
}

Result<void> Journey::persist_at_desk(const char* what, scene::Place place,
                                      const std::function<Result<void>(agent::DeskClient&)>& deed, const Done& done) {
  return persist(
      what, [&] { return at_desk(place, deed); }, done);
}

bool Journey::has_reached(const char* state) {
  const auto now = customer_->state();
  return now && is_at_or_beyond(*now, state);
}

std::string Journey::desk_state() {
  std::string state;
  const auto asked = at_desk(scene::registration, [&](agent::DeskClient& desk) -> Result<void> {
    YX_TRY(const std::string shown, desk.show(customer_->case_id()));
    state = state_in(shown);
    return {};
  });
  return asked ? state : std::string();
}

bool Journey::desk_has_reached(const char* state) { return is_at_or_beyond(desk_state(), state); }

bool Journey::line_is_beyond_keying() {
  std::string state;
  const auto asked = at_desk(scene::production, [&](agent::DeskClient& desk) -> Result<void> {
    YX_TRY(state, desk.line_state(customer_->case_id(), scene::case_line));
    return {};
  });
  return asked && keyed_ && (state == "issuing" || state == "writing" || state == "written");
}

Result<Outcome> Journey::run() {
  outcome_.turns = turns_;
  YX_CHECK(apply());
  outcome_.id = customer_->case_id();
  YX_CHECK(pay());
  if (turns_.returned == Return::before_acceptance) {
    YX_CHECK(come_back());
  }
  if (turns_.end == End::withdrawn) {
    YX_CHECK(withdraw());
    return outcome_;
  }
  if (turns_.end == End::refused) {
    YX_CHECK(be_refused());
    return outcome_;
  }
  YX_CHECK(accept());
  if (turns_.returned == Return::after_acceptance) {
    YX_CHECK(come_back());
    YX_CHECK(accept());
  }
  YX_CHECK(approve());
  YX_TRY(device_, stage_.next_token());
  outcome_.device = device_;
  YX_CHECK(make());
  YX_CHECK(activate());
  YX_CHECK(have_stamped());
  return outcome_;
}

Result<void> Journey::apply() {
  YX_CHECK(persist("sign in", [&] { return customer_->sign_in(); }));
  YX_CHECK(persist("begin", [&] { return customer_->begin(); }));
  YX_CHECK(persist("agree", [&] { return customer_->agree(); }));
  YX_CHECK(persist(
      "fill in", [&] { return customer_->fill_in(); }, [&] { return has_reached("proving_identity"); }));
  std::vector<std::pair<std::string, Bytes>> papers;
  YX_CHECK(persist("papers", [&]() -> Result<void> {
    YX_TRY(papers, customer_->prepare_papers(true));
    return {};
  }));
  for (const auto& [slot, file] : papers) {
    YX_CHECK(persist("upload", [&] { return customer_->upload(slot, file); }));
  }
  return persist(
      "identity", [&] { return customer_->prove_identity(); }, [&] { return has_reached("awaiting_payment"); });
}

Result<void> Journey::pay() {
  YX_CHECK(persist(
      "pay", [&] { return turns_.way == hall::transfer_way ? customer_->pay_by_transfer() : pay_once(); },
      [&] { return has_reached("awaiting_acceptance"); }));
  return persist("submitted", [&]() -> Result<void> {
    return has_reached("awaiting_acceptance") ? Result<void>()
                                              : Result<void>(fail(ErrorCode::wrong_state, "not submitted yet"));
  });
}

// An order that was paid is not paid again; the page asks about it.
Result<void> Journey::pay_once() {
  const std::string path = "/api/v1/cases/" + customer_->case_id();
  boost::json::object account;
  for (const auto& [name, text] : customer_->applicant().account) {
    account[name] = text;
  }
  YX_CHECK(answered(customer_->call(Method::put, path + "/account", {{"answers", std::move(account)}}), 200));
  const auto order = customer_->call(Method::post, path + "/payments", {{"way", turns_.way}});
  YX_CHECK(answered(order, 200));
  const auto* orders = order->json->is_object() ? order->json->get_object().if_contains("orders") : nullptr;
  if (orders == nullptr || !orders->is_array() || orders->get_array().empty()) {
    return fail(ErrorCode::corrupt, "no order");
  }
  const std::string number = text_at(orders->get_array().back(), "number");
  const std::string& provider = stage_.addresses().at(turns_.way == "wechat" ? "wechat_pay" : turns_.way);
  const auto books = demo::Customer::at(provider, Method::get, "/admin/orders", {});
  YX_CHECK(answered(books, 200));
  bool is_paid = false;
  for (const value& each : books->json->as_array()) {
    is_paid = is_paid || (our_number(text_at(each, "number")) == number && each.at("paid_fen").as_int64() > 0);
  }
  if (!is_paid) {
    YX_CHECK(answered(demo::Customer::at(provider, Method::post, "/admin/orders/" + number + "/pay", {}), 204));
  }
  constexpr int most_looks = 100, looks_between_questions = 10;
  demo::BackOff pause(first_pause * 2);
  for (int looks = 1; looks <= most_looks && waits(); ++looks, pause.wait()) {
    YX_TRY(const std::string now, customer_->state());
    if (is_at_or_beyond(now, "awaiting_acceptance")) {
      return {};
    }
    if (looks % looks_between_questions == 0) {
      YX_TRY(const Answered again, customer_->call(Method::post, path + "/payments/" + number + "/question", {}));
    }
  }
  return fail(ErrorCode::wrong_state, "the payment of " + number + " has not been heard of");
}

Result<void> Journey::sign(agent::DeskClient& desk, scene::Place place, trust::Decision decision) {
  Reader reader;
  YX_CHECK(
      agent::decide(desk, customer_->case_id(), decision, {}, stage_.approver(place), reader, random_, clock_.now()));
  return {};
}

Result<void> Journey::accept() {
  return persist_at_desk(
      "accept", scene::registration,
      [&](agent::DeskClient& desk) -> Result<void> {
        YX_CHECK(desk.requery(customer_->case_id()));
        return sign(desk, scene::registration, trust::Decision::accept);
      },
      [&] { return desk_has_reached("awaiting_review"); });
}

Result<void> Journey::approve() {
  return persist_at_desk(
      "approve", scene::review,
      [&](agent::DeskClient& desk) { return sign(desk, scene::review, trust::Decision::approve); },
      [&] { return desk_has_reached("approved"); });
}

Result<void> Journey::key() {
  YX_TRY(token::Ukey ukey, token::Ukey::open(stage_.scene().library(), device_));
  return persist(
      "key",
      [&]() -> Result<void> {
        if (line_is_beyond_keying()) {
          return {};
        }
        return at_desk(scene::production, [&](agent::DeskClient& desk) { return key_once(desk, ukey); });
      },
      [&] { return line_is_beyond_keying(); });
}

Result<void> Journey::key_once(agent::DeskClient& desk, token::Ukey& ukey) {
  const scene::Scene& scene = stage_.scene();
  const agent::Station station{
      .certificate = scene.station_certificate(), .key = scene.station_key(), .roles_ca = stage_.roles()};
  YX_TRY(const agent::Keyed keyed,
         agent::key_line(desk, {.id = customer_->case_id(), .line = scene::case_line}, ukey, scene::container, station,
                         {.administrator = secret(scene::intake_pin), .user = secret(scene::intake_pin)},
                         scene.approval_certificate(scene::production), scene.approval_key(scene::production), clock_,
                         [this](const agent::Keyed& now) -> Result<void> {
                           keyed_ = now;
                           return {};
                         }));
  keyed_ = keyed;
  return {};
}

Result<void> Journey::make() {
  const std::string id = customer_->case_id();
  YX_CHECK(key());
  YX_CHECK(persist_at_desk("issue", scene::production, [&](agent::DeskClient& desk) -> Result<void> {
    YX_TRY(const std::string issued, desk.issue(id, scene::case_line));
    return {};
  }));
  YX_CHECK(persist_at_desk("seal", scene::production, [&](agent::DeskClient& desk) -> Result<void> {
    YX_TRY(const Bytes seal, desk.make_seal(id, scene::case_line));
    return {};
  }));
  YX_TRY(token::Ukey ukey, token::Ukey::open(stage_.scene().library(), device_));
  YX_CHECK(persist_at_desk("write", scene::production, [&](agent::DeskClient& desk) {
    const agent::Station station{.certificate = stage_.scene().station_certificate(),
                                 .key = stage_.scene().station_key(),
                                 .roles_ca = stage_.roles()};
    return agent::write_line(desk, {.id = id, .line = scene::case_line}, ukey, scene::container, station, *keyed_,
                             random_, clock_.now());
  }));
  return persist_at_desk(
      "dispatch", scene::registration,
      [&](agent::DeskClient& desk) -> Result<void> {
        YX_TRY(const std::string sent, desk.dispatch(id));
        return {};
      },
      [&] { return desk_has_reached("shipped"); });
}

// What came to the requester's telephone for this challenge.
Result<std::string> Journey::activation_code(token::Ukey& ukey, office::ActivationCode& code) {
  YX_TRY(agent::Remote remote, agent::Remote::at(stage_.hall(), {}));
  YX_TRY(code.challenge, agent::send_code(agent::HallClient(std::move(remote)), ukey, scene::container,
                                          customer_->applicant().answer("requester_mobile")));
  return customer_->newest_sms("code", to_hex(code.challenge));
}

Result<void> Journey::activate_once(token::Ukey& ukey, const SecretBytes& activation_secret) {
  office::ActivationCode code;
  if (!only_confirm_) {
    YX_TRY(const std::string digits, activation_code(ukey, code));
    code.digits = secret(digits);
  }
  YX_TRY(agent::Remote remote, agent::Remote::at(stage_.hall(), {}));
  const SecretBytes chosen = secret(own_pin);
  const auto taken = agent::take_over(agent::HallClient(std::move(remote)), ukey, scene::container,
                                      {.activation_secret = activation_secret,
                                       .code = code,
                                       .chosen_pin = chosen,
                                       .numbers = {},
                                       .roles_ca = stage_.roles(),
                                       .only_confirm = only_confirm_},
                                      random_, clock_.now());
  if (!taken) {
    // As a person would: when the PINs may be changed already, the last step alone is tried.
    only_confirm_ = !only_confirm_ && ukey.verify_pin(token::PinRole::user, chosen).outcome.has_value();
    return taken.error();
  }
  return {};
}

Result<void> Journey::activate() {
  std::string told;
  YX_CHECK(persist("secret", [&]() -> Result<void> {
    YX_TRY(told, turns_.way == hall::transfer_way ? customer_->secret_by_sms() : customer_->secret_on_receipt());
    return {};
  }));
  YX_TRY(token::Ukey ukey, token::Ukey::open(stage_.scene().library(), device_));
  const SecretBytes activation_secret = secret(told);
  YX_CHECK(persist(
      "activate", [&] { return activate_once(ukey, activation_secret); },
      [&] { return desk_has_reached("completed"); }));
  YX_CHECK(persist("completed", [&]() -> Result<void> {
    return has_reached("completed") ? Result<void>() : Result<void>(fail(ErrorCode::wrong_state, "not completed yet"));
  }));
  YX_TRY(outcome_.signing, ukey.signing_certificate(scene::container));
  YX_TRY(outcome_.encryption, ukey.encryption_certificate(scene::container));
  return {};
}

// The first use of what he has now asks for a time stamp.
Result<void> Journey::have_stamped() {
  return persist("stamp", [&]() -> Result<void> {
    YX_TRY(const Bytes token, cli::ask_time_stamp(stage_.hall() + "/tsa", crypto::sm3(outcome_.signing)));
    YX_TRY(const auto stamp, tsp::TimeStampToken::parse(token));
    outcome_.stamp = to_hex(stamp.info.serial);
    return {};
  });
}

}  // namespace yinxin::ordeal
