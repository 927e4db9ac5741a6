// Who will not have his face checked is seen by a person: the case goes on, and the desk is told that nothing is
// proven.

#include "street/http_street.h"

namespace yinxin::street_test {
namespace {

class ByPerson : public StreetOverHttp {};

std::string state_of(const Told& told) {
  const auto* state = told.json.if_contains("state");
  return state == nullptr ? std::string() : std::string(state->as_object().at("code").as_string());
}

TEST_F(ByPerson, FromThePageTheCaseIsPaidAndHandedInWithoutAFaceCheck) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_NO_FATAL_FAILURE(fill_in());
  ASSERT_NO_FATAL_FAILURE(print_and_upload());
  token_ = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  const Told chosen = call(Method::post, path("/identity/by-person"));
  ASSERT_EQ(chosen.status, 200);
  EXPECT_EQ(state_of(chosen), "awaiting_payment");
  EXPECT_EQ(chosen.json.at("identity").as_object().at("state").as_string(), "manual");
  EXPECT_EQ(call(Method::post, path("/identity/by-person")).status, 200) << "a second click changes nothing";
  EXPECT_FALSE(street_->phone_begin_face(token_, "phone", "https://h", "{}"));
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  const auto submission = street_->submission(id_);
  ASSERT_TRUE(submission) << submission.error().describe();
  EXPECT_TRUE(submission->needs.identity);
  EXPECT_FALSE(submission->progress.identity_proven);
  // The desk waits for its officer; no phone proves anything any more.
  ASSERT_TRUE(street_->hear_desk({id_, hall::CaseState::proving_identity}));
  EXPECT_EQ(street_->open_phone_link(session_.account, id_).value().size(), 0U);
}

TEST_F(ByPerson, FromThePhoneInPlaceOfConsentingToTheFaceCheck) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_NO_FATAL_FAILURE(fill_in());
  ASSERT_NO_FATAL_FAILURE(print_and_upload());
  token_ = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  const auto phone = [&](const std::string& rest, const boost::json::object& body) {
    return call(Method::post, "/api/v1/phone/" + to_hex(token_) + rest, body, {{"X-Yinxin-Device", "phone"}});
  };
  ASSERT_EQ(phone("/visit", {}).status, 200);
  EXPECT_EQ(phone("/face", {{"consent", false}}).status, 409);
  EXPECT_TRUE(providers_.face_asked_for.empty());
  const Told left = phone("/by-person", {});
  ASSERT_EQ(left.status, 200);
  EXPECT_EQ(left.json.at("identity").as_object().at("state").as_string(), "manual");
  EXPECT_EQ(street_->any(id_)->application.state, hall::CaseState::awaiting_payment);
  // Another person in his place has proven nothing either.
  ASSERT_TRUE(save({{"requester_name", "赵六"}}));
  EXPECT_EQ(street_->any(id_)->identity.state, hall::IdentityState::manual);
}

}  // namespace
}  // namespace yinxin::street_test
