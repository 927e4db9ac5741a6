// A page that waits: news come to it by themselves, and no longer than it may hear them.

#include "street/http_street.h"

namespace yinxin::street_test {
namespace {

using net::testing::RawClient;

class Waiting : public StreetOverHttp {
 protected:
  RawClient open_stream(const std::string& fields = {}) {
    RawClient client(server_->port());
    EXPECT_TRUE(
        client.say("GET " + path("/events") + " HTTP/1.1\r\nHost: a\r\nCookie: " + cookie_ + "\r\n" + fields + "\r\n"));
    return client;
  }
  void open_phone() {
    fill_in();
    print_and_upload();
    token_ = from_hex(street_->open_phone_link(session_.account, id_).value()).value();
  }
  Told phone(const std::string& rest, const boost::json::object& body = {}) {
    return call(Method::post, "/api/v1/phone/" + to_hex(token_) + rest, body, {{"X-Yinxin-Device", "phone"}});
  }
};

TEST_F(Waiting, ThePhonesResultComesToThePageWithoutAsking) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_NO_FATAL_FAILURE(open_phone());
  RawClient page = open_stream();
  const std::string first = page.hear_until("\n\n");
  EXPECT_NE(first.find("text/event-stream"), std::string::npos);
  EXPECT_NE(first.find("retry: 3000\nid: "), std::string::npos) << first;
  EXPECT_EQ(first.find(answers_["requester_id_number"]), std::string::npos) << "news carry no answers";
  ASSERT_EQ(phone("/visit").status, 200);
  EXPECT_NE(page.hear_until("phone_opened").find("\"is_opened\":true"), std::string::npos);
  ASSERT_EQ(send(Method::put, "/api/v1/phone/" + to_hex(token_) + "/card/portrait", to_bytes(bytes_of("p")),
                 {{"X-Yinxin-Device", "phone"}})
                .status,
            200);
  page.hear_until("\"has_portrait_side\":true");
  ASSERT_EQ(send(Method::put, "/api/v1/phone/" + to_hex(token_) + "/card/emblem", to_bytes(bytes_of("e")),
                 {{"X-Yinxin-Device", "phone"}})
                .status,
            200);
  page.hear_until("\"has_emblem_side\":true");
  // Failed, and then passed.
  providers_.face = hall::FaceVerdict::failed;
  ASSERT_EQ(phone("/face", {{"consent", true}}).status, 200);
  page.hear_until("\"state\":\"running\"");
  ASSERT_EQ(phone("/face/result").status, 200);
  page.hear_until("face.failed");
  providers_.face = hall::FaceVerdict::passed;
  ASSERT_EQ(phone("/face", {{"consent", true}}).status, 200);
  ASSERT_EQ(phone("/face/result").status, 200);
  page.hear_until("\"code\":\"awaiting_payment\"");
  // Money, and the desk's word.
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  page.hear_until("\"code\":\"awaiting_acceptance\"");
  ASSERT_TRUE(street_->hear_desk({id_, hall::CaseState::returned, "申请表未加盖公章"}));
  page.hear_until("申请表未加盖公章");
}

TEST_F(Waiting, APageThatComesBackHearsOnlyWhatItMissed) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  ASSERT_NO_FATAL_FAILURE(open_phone());
  const auto dossier = street_->any(id_).value();
  const std::string known = std::to_string(dossier.version) + "-" + std::to_string(dossier.timeline.size());
  ASSERT_EQ(phone("/visit").status, 200);
  RawClient page = open_stream("Last-Event-ID: " + known + "\r\n");
  const std::string missed = page.hear_until("\n\n");
  EXPECT_NE(missed.find("\"news\":[{"), std::string::npos) << missed;
  EXPECT_NE(missed.find("phone_opened"), std::string::npos);
  EXPECT_EQ(missed.find("\"kind\":\"begin\""), std::string::npos) << "what it knew is not told again";
  const auto now = street_->any(id_).value();
  RawClient knows_all =
      open_stream("Last-Event-ID: " + std::to_string(now.version) + "-" + std::to_string(now.timeline.size()) + "\r\n");
  EXPECT_EQ(knows_all.hear_until(": \n\n").find("event: case"), std::string::npos) << "only a heartbeat";
  for (const char* nonsense : {"x", "1", "1-", "-1", "99999999999999999999-1"}) {
    RawClient lost = open_stream("Last-Event-ID: " + std::string(nonsense) + "\r\n");
    EXPECT_NE(lost.hear_until("\n\n").find("\"kind\":\"begin\""), std::string::npos) << nonsense;
  }
}

TEST_F(Waiting, AStreamEndsWithItsSessionAndDoesNotKeepItAwake) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  RawClient idle = open_stream();
  idle.hear_until("event: case");
  clock_.advance(hall::session_idle_life);
  EXPECT_NE(idle.hear_all().find("event: end\ndata: {\"reason\":\"session\"}"), std::string::npos);
  EXPECT_EQ(call(Method::get, path("/events")).status, 401);
}

TEST_F(Waiting, SigningOutEndsItAtOnceAndNobodyElseOpensIt) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  RawClient page = open_stream();
  page.hear_until("event: case");
  ASSERT_EQ(call(Method::delete_, "/api/v1/login").status, 204);
  EXPECT_NE(page.hear_all().find("{\"reason\":\"session\"}"), std::string::npos);
  const std::string case_of_first = id_;
  clock_.advance(61s);
  ASSERT_NO_FATAL_FAILURE(open_page());
  EXPECT_EQ(call(Method::get, "/api/v1/cases/YX202611210000991/events").status, 404);
  cookie_.clear();
  EXPECT_EQ(call(Method::get, "/api/v1/cases/" + case_of_first + "/events").status, 401);
}

TEST_F(Waiting, OneStreamTooManyEndsTheOldest) {
  ASSERT_NO_FATAL_FAILURE(open_page());
  std::vector<RawClient> pages;
  for (std::size_t n = 0; n <= api::max_streams_of_session; ++n) {
    pages.push_back(open_stream());
    pages.back().hear_until("event: case");
  }
  EXPECT_NE(pages.front().hear_all().find("{\"reason\":\"replaced\"}"), std::string::npos);
  EXPECT_EQ(pages.back().hear_until(": \n\n").find("event: end"), std::string::npos);
}

}  // namespace
}  // namespace yinxin::street_test
