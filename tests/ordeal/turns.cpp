#include "ordeal/turns.h"

#include <algorithm>
#include <boost/json.hpp>

#include "hall/street/dossier.h"
#include "ordeal/answers.h"
#include "ordeal/journey.h"

namespace yinxin::ordeal {

namespace {

using boost::json::object;
using boost::json::value;
using net::Method;

constexpr std::array ways{"wechat", "alipay", "corporate_transfer"};
constexpr const char* corrected_field = "requester_post";
constexpr const char* corrected_answer = "财务总监";

Result<void> done(const Result<std::string>& answer) { return answer ? Result<void>() : Result<void>(answer.error()); }

}  // namespace

Turns Turns::draw(std::uint64_t seed, bool must_be_made) {
  constexpr std::uint64_t other_than_the_applicants = 0x7475726e73;
  SeededRandom drawn(seed ^ other_than_the_applicants);
  Turns turns;
  turns.way = ways.at(drawn.below(ways.size()));
  constexpr std::uint64_t one_in = 4;
  const std::uint64_t comes_back = drawn.below(one_in);
  const std::uint64_t ends = drawn.below(one_in);
  if (comes_back == 0) {
    turns.returned = drawn.below(2) == 0 ? Return::before_acceptance : Return::after_acceptance;
  }
  if (!must_be_made && ends < 2) {
    turns.end = ends == 0 ? End::withdrawn : End::refused;
    // Both come before anybody has accepted.
    turns.returned = turns.returned == Return::none ? Return::none : Return::before_acceptance;
  }
  return turns;
}

std::string Turns::told() const {
  std::string text = "paid by " + way;
  switch (returned) {
    case Return::none: break;
    case Return::before_acceptance: text += ", returned"; break;
    case Return::after_acceptance: text += ", returned by the second officer"; break;
  }
  switch (end) {
    case End::certificate: break;
    case End::withdrawn: text += ", withdrawn"; break;
    case End::refused: text += ", refused"; break;
  }
  return text;
}

// One answer and the form are marked; what was signed before is signed over nothing now.
Result<void> Journey::come_back() {
  const scene::Place place = turns_.returned == Return::after_acceptance ? scene::review : scene::registration;
  YX_CHECK(persist_at_desk(
      "return", place,
      [&](agent::DeskClient& desk) {
        return done(desk.give_back(customer_->case_id(), "请核对职务", {{corrected_field, "请核对职务"}}));
      },
      [&] { return desk_state() == "returned"; }));
  YX_CHECK(wait_to_stand("returned"));
  YX_CHECK(persist("correct", [&] { return correct_once(); }));
  return persist(
      "resubmit", [&] { return customer_->correct_form(); }, [&] { return has_reached("awaiting_acceptance"); });
}

Result<void> Journey::correct_once() {
  YX_TRY(const Bytes shown, customer_->view());
  const value now = boost::json::parse(text_of(shown));
  const auto saved =
      customer_->call(Method::patch, "/api/v1/cases/" + customer_->case_id(),
                      {{"version", now.at("version")}, {"answers", object{{corrected_field, corrected_answer}}}});
  YX_CHECK(answered(saved, 200));
  const auto* problems = saved->json->is_object() ? saved->json->get_object().if_contains("problems") : nullptr;
  return problems != nullptr && problems->is_array() && problems->get_array().empty()
             ? Result<void>()
             : Result<void>(fail(ErrorCode::invalid_input, std::string(text_of(saved->body))));
}

Result<void> Journey::withdraw() {
  YX_CHECK(persist("withdraw", [&] {
    return answered(customer_->call(Method::post, "/api/v1/cases/" + customer_->case_id() + "/withdrawal", object{}),
                    200);
  }));
  YX_CHECK(wait_to_stand("withdrawn"));
  return get_money_back();
}

Result<void> Journey::be_refused() {
  YX_CHECK(persist_at_desk(
      "refuse", scene::registration,
      [&](agent::DeskClient& desk) { return done(desk.refuse(customer_->case_id(), "单位已注销")); },
      [&] { return desk_state() == "refused"; }));
  YX_CHECK(wait_to_stand("refused"));
  return get_money_back();
}

// Until everything that was paid has gone back; where a refund waits for a finance officer, he grants it.
Result<void> Journey::get_money_back() {
  return persist("refund", [&]() -> Result<void> {
    YX_TRY(const Bytes shown, customer_->view());
    const value now = boost::json::parse(text_of(shown));
    const auto& refunds = now.at("refunds").as_array();
    for (const value& refund : refunds) {
      if (text_at(refund, "state") == "asked") {
        YX_CHECK(grant(text_at(refund, "number")));
      }
    }
    const bool all_back = !refunds.empty() && std::ranges::all_of(refunds, [](const value& refund) {
      return text_at(refund, "state") == "settled";
    });
    return all_back ? Result<void>()
                    : Result<void>(fail(ErrorCode::wrong_state, "refunds: " + boost::json::serialize(refunds)));
  });
}

Result<void> Journey::grant(const std::string& refund) {
  return at_desk(scene::finance, [&](agent::DeskClient& desk) {
    return done(turns_.way == hall::transfer_way ? desk.settle_refund_by_hand(refund, "已从网上银行退回")
                                                 : desk.grant_refund(refund, "请原路退回"));
  });
}

Result<void> Journey::wait_to_stand(const char* wanted) {
  return persist(wanted, [&]() -> Result<void> {
    YX_TRY(const std::string now, customer_->state());
    return now == wanted ? Result<void>() : Result<void>(fail(ErrorCode::wrong_state, "it is " + now));
  });
}

}  // namespace yinxin::ordeal
