// Who is let in at the desk, what is refused, and a line made from the first signature to the holder's own PIN.

#include "desk/desk_over_http.h"

namespace yinxin::desk_test {
namespace {

TEST_F(DeskOverHttp, OnlyALoginCertificateOfAnOfficerOpensASession) {
  auto desk = stranger();
  const auto by_approval =
      desk.log_in(scene_->approval_certificate(scene::registration), scene_->approval_key(scene::registration));
  EXPECT_EQ(by_approval.error().code, ErrorCode::forbidden);
  EXPECT_NE(by_approval.error().detail.find("login.certificate"), std::string::npos) << by_approval.error().detail;
  const auto custodian =
      desk.log_in(scene_->login_certificate(scene::first_custodian), scene_->login_key(scene::first_custodian));
  EXPECT_NE(custodian.error().detail.find("login.role"), std::string::npos) << custodian.error().detail;
  const auto other_key = desk.log_in(scene_->login_certificate(scene::registration), scene_->login_key(scene::review));
  EXPECT_NE(other_key.error().detail.find("login.signature"), std::string::npos) << other_key.error().detail;
  EXPECT_EQ(desk.list("", 10).error().code, ErrorCode::not_signed_in);
  EXPECT_EQ(desk.show(case_number).error().code, ErrorCode::not_signed_in);
  auto officer = logged_in(scene::registration);
  EXPECT_EQ(parsed(officer.me()).at("role").as_string(), "registration_officer");
  ASSERT_TRUE(officer.log_out());
  EXPECT_EQ(officer.me().error().code, ErrorCode::not_signed_in);
}

TEST_F(DeskOverHttp, ANonceIsGoodOnceAndASessionEndsAfterAPause) {
  const auto challenge = raw(net::Method::post, "/desk/v1/challenge", {{"X-Yinxin-Desk", "1"}}, "{}");
  const std::string nonce(boost::json::parse(text_of(challenge.body.view())).as_object().at("nonce").as_string());
  const auto signature =
      scene_->login_key(scene::review).sign(bytes_of(api::desk_login_words(url(), nonce))).value().to_der();
  const std::string login = boost::json::serialize(
      boost::json::object{{"certificate", to_base64(scene_->login_certificate(scene::review).der())},
                          {"signature", to_base64(signature)},
                          {"nonce", nonce}});
  const auto first = raw(net::Method::post, "/desk/v1/login", {{"X-Yinxin-Desk", "1"}}, login);
  EXPECT_EQ(first.status, 200);
  const std::string cookie(first.headers.find("Set-Cookie").value_or(""));
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  EXPECT_EQ(raw(net::Method::post, "/desk/v1/login", {{"X-Yinxin-Desk", "1"}}, login).status, 410);
  auto desk = logged_in(scene::registration);
  ASSERT_TRUE(desk.show(case_number));
  clock_.set(clock_.now() + api::desk_idle_life);
  EXPECT_EQ(desk.show(case_number).error().code, ErrorCode::not_signed_in);
}

TEST_F(DeskOverHttp, APageOfAnotherOriginChangesNothing) {
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::registration), scene_->login_key(scene::registration)).value();
  const std::pair<std::string, std::string> cookie{"Cookie", "yx_desk=" + token};
  const std::string claim = std::string("/desk/v1/cases/") + case_number + "/claim";
  EXPECT_EQ(raw(net::Method::post, claim, {cookie}, "{}").status, 403);
  EXPECT_EQ(
      raw(net::Method::post, claim, {cookie, {"X-Yinxin-Desk", "1"}, {"Origin", "https://evil.example"}}, "{}").status,
      403);
  EXPECT_EQ(raw(net::Method::post, "/desk/v1/challenge", {}, "{}").status, 403);
  // The hall's own field is none of the desk's.
  EXPECT_EQ(raw(net::Method::post, claim, {cookie, {"X-Yinxin-Page", "1"}}, "{}").status, 403);
  EXPECT_EQ(parsed(desk.show(case_number)).at("claim"), nullptr);
  EXPECT_EQ(raw(net::Method::post, claim, {cookie, {"X-Yinxin-Desk", "1"}, {"Origin", url()}}, "{}").status, 200);
}

TEST_F(DeskOverHttp, WhoeverComesSecondLearnsWhoHasTheCaseAndSinceWhen) {
  auto first = logged_in(scene::registration);
  const auto claimed = parsed(first.claim(case_number));
  const std::string person(claimed.at("claim").as_object().at("person").as_string());
  auto second = logged_in(scene::second_registration);
  const auto refused = second.claim(case_number);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_NE(refused.error().detail.find(person), std::string::npos) << refused.error().detail;
  EXPECT_EQ(second.give_back(case_number, "why", {}).error().code, ErrorCode::conflict);
  EXPECT_EQ(decide(second, scene::second_registration, trust::Decision::accept).error().code, ErrorCode::conflict);
  auto review = logged_in(scene::review);
  EXPECT_EQ(review.claim(case_number).error().code, ErrorCode::forbidden);
  EXPECT_EQ(state_of(parsed(decide(first, scene::registration, trust::Decision::accept))), "awaiting_review");
}

TEST_F(DeskOverHttp, AnotherRolesStepsAreRefused) {
  auto production = logged_in(scene::production);
  EXPECT_EQ(production.approval_bundle(case_number, trust::Decision::accept, {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(production.refuse(case_number, "why").error().code, ErrorCode::forbidden);
  EXPECT_EQ(production.requery(case_number).error().code, ErrorCode::forbidden);
  auto registration = logged_in(scene::registration);
  EXPECT_EQ(registration.issue(case_number, case_line).error().code, ErrorCode::forbidden);
  EXPECT_EQ(registration.certificates(case_number, case_line).error().code, ErrorCode::forbidden);
  EXPECT_EQ(registration.approval_bundle(case_number, trust::Decision::approve, {}).error().code, ErrorCode::forbidden);
  // One officer's session does not hand in what another signed.
  const auto bundle = registration.approval_bundle(case_number, trust::Decision::accept, {}).value();
  const Bytes by_other = token::approve(bundle, trust::Decision::accept, approver(scene::second_registration), window_,
                                        random_, clock_.now())
                             .value();
  const auto handed = registration.hand_in(case_number, trust::Decision::accept, by_other);
  EXPECT_NE(handed.error().detail.find("login.other_person"), std::string::npos) << handed.error().detail;
  EXPECT_EQ(state_of(parsed(registration.show(case_number))), "awaiting_acceptance");
}

TEST_F(DeskOverHttp, AReturnTellsWhatMayBeChangedAndEvidenceIsAskedForAnew) {
  auto desk = logged_in(scene::registration);
  ASSERT_TRUE(desk.requery(case_number));
  EXPECT_EQ(requeries_, 1);
  const auto listed = parsed(desk.list("awaiting_acceptance", 10));
  ASSERT_EQ(listed.at("cases").as_array().size(), 1U);
  EXPECT_TRUE(parsed(desk.list("completed", 10)).at("cases").as_array().empty());
  EXPECT_EQ(desk.list("no_such_state", 10).error().code, ErrorCode::invalid_input);
  const auto returned =
      parsed(desk.give_back(case_number, "申请表未加盖公章", {{"materials.application_form", "请加盖公章"}}));
  EXPECT_EQ(state_of(returned), "returned");
  EXPECT_EQ(returned.at("reopened").as_object().at("materials.application_form").as_string(), "请加盖公章");
  EXPECT_EQ(returned.at("receipts").as_array().size(), 3U) << "carrier, face, payment";
  EXPECT_EQ(desk.show("YX0").error().code, ErrorCode::not_found);
}

TEST_F(DeskOverHttp, TheProgrammesTellWhatIsAssumed) {
  constexpr std::string_view path = "programmes/sz-works.yaml";
  std::ifstream file(std::string(YX_SOURCE_DIR "/") + std::string(path), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto checked = hall::programme::check(text, path);
  ASSERT_TRUE(checked.programme);
  offers_.push_back(std::make_shared<const hall::Offer>(
      hall::Offer{.programme = *checked.programme, .manifest = {}, .documents = {}}));
  EXPECT_EQ(raw(net::Method::get, "/desk/v1/programmes", {{"X-Yinxin-Desk", "1"}}).status, 401);
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::production), scene_->login_key(scene::production)).value();
  const auto told = raw(net::Method::get, "/desk/v1/programmes", {{"Cookie", "yx_desk=" + token}});
  ASSERT_EQ(told.status, 200);
  const auto listed = boost::json::parse(text_of(told.body.view())).at("programmes").as_array();
  ASSERT_EQ(listed.size(), 1U);
  const auto& assumed = listed.front().at("assumptions").as_array();
  ASSERT_EQ(assumed.size(), checked.programme->assumptions.size());
  ASSERT_FALSE(assumed.empty());
  EXPECT_EQ(assumed.front().at("path").as_string(), checked.programme->assumptions.front().path);
  EXPECT_EQ(listed.front().at("materials").as_array().front().at("slot").as_string(), "application_form");
  EXPECT_EQ(listed.front().at("manifest_sm3").as_string(), to_hex(checked.programme->manifest_hash));
}

TEST_F(DeskOverHttp, WhoWorksHereIsReadByOfficersAlone) {
  const auto publish = [&](const std::string& name, const x509::Certificate& certificate) {
    std::ofstream file(office_ / "data/public" / (name + ".cer"), std::ios::binary);
    file << text_of(certificate.der());
  };
  publish("officer-10", scene_->approval_certificate(scene::review));
  publish("officer-2", scene_->approval_certificate(scene::registration));
  publish("login-2", scene_->login_certificate(scene::registration));
  EXPECT_EQ(raw(net::Method::get, "/desk/v1/officers", {{"X-Yinxin-Desk", "1"}}).status, 401);
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::production), scene_->login_key(scene::production)).value();
  const auto told = raw(net::Method::get, "/desk/v1/officers", {{"Cookie", "yx_desk=" + token}});
  ASSERT_EQ(told.status, 200) << text_of(told.body.view());
  const auto listed = boost::json::parse(text_of(told.body.view())).at("officers").as_array();
  ASSERT_EQ(listed.size(), 2U);
  const auto& first = listed[0];
  EXPECT_EQ(first.at("role").as_string(), "registration_officer");
  EXPECT_EQ(first.at("name").as_string(), scene_->approval_certificate(scene::registration).subject().common_name());
  EXPECT_EQ(first.at("person").as_string(),
            to_hex(trust::officer_of(scene_->approval_certificate(scene::registration))->person.value));
  EXPECT_EQ(first.at("standing").as_string(), "in_force");
  EXPECT_TRUE(first.at("login_valid_until").is_string());
  EXPECT_EQ(listed[1].at("role").as_string(), "review_officer");
  EXPECT_TRUE(listed[1].at("login_valid_until").is_null()) << "she has no place at the desk";
  // What is no officer's certificate is told, and nobody is left out in silence.
  publish("officer-3", scene_->station_certificate());
  const auto broken = raw(net::Method::get, "/desk/v1/officers", {{"Cookie", "yx_desk=" + token}});
  EXPECT_NE(broken.status, 200);
}

TEST_F(DeskOverHttp, ARenditionComesInASandboxAndEveryReadingIsRecorded) {
  auto desk = stranger();
  const std::string token =
      desk.log_in(scene_->login_certificate(scene::registration), scene_->login_key(scene::registration)).value();
  const auto before = house_->desk_audit().record(
      {.role = "test", .subject = "test", .action = "test.before", .object = "test", .result = "done"});
  const auto link = parsed(desk.paper_link(case_number, "impression_sheet"));
  const std::string url(link.at("url").as_string());
  const std::string begin = papers_url() + "/papers/" + case_number + "/impression_sheet/";
  ASSERT_TRUE(url.starts_with(begin)) << url;
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const auto at_papers = [&](const std::string& where, const Fields& fields, const std::string& host = "localhost") {
    return raw_at(host, papers_->port(), net::Method::get, where, fields, {});
  };
  const std::string path = url.substr(papers_url().size());
  const auto shown = at_papers(path, {});
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.headers.find("Content-Type"), "image/png");
  EXPECT_EQ(shown.headers.find("Content-Security-Policy"),
            "default-src 'none'; sandbox; frame-ancestors " + this->url());
  EXPECT_EQ(shown.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(shown.headers.find("Set-Cookie"), std::nullopt);
  // Not beside a session, nor under the desk's own name; no other paper by this ticket; nothing of the desk's is there.
  const Fields with_session{{"Cookie", "yx_desk=" + token}};
  EXPECT_EQ(at_papers(path, with_session).status, 403);
  EXPECT_EQ(at_papers(path, {}, "127.0.0.1").status, 403);
  std::string other = path;
  other.replace(other.find("impression_sheet"), std::string("impression_sheet").size(), "application_form");
  EXPECT_EQ(at_papers(other, {}).status, 403);
  EXPECT_EQ(at_papers(std::string("/desk/v1/cases/") + case_number, with_session).status, 404);
  EXPECT_EQ(raw(net::Method::get, path, {}).status, 404) << "nor is a paper at the desk";
  ASSERT_TRUE(desk.show(case_number));
  ASSERT_TRUE(desk.list("", 1));
  const auto after = house_->desk_audit().record(
      {.role = "test", .subject = "test", .action = "test.after", .object = "test", .result = "done"});
  EXPECT_EQ(after.value().sequence - before.value().sequence, 4U);  // rendition, case, list, and this one
  EXPECT_EQ(desk.paper_link(case_number, "no_such_slot").error().code, ErrorCode::not_found);
}

TEST_F(DeskOverHttp, ABundleThatWasChangedOnItsWayIsNotSigned) {
  auto desk = logged_in(scene::registration);
  const token::ApprovalBundle good = desk.approval_bundle(case_number, trust::Decision::accept, {}).value();
  const auto sign = [&](const std::function<void(token::ApprovalBundle&)>& change) {
    token::ApprovalBundle bundle = good;
    change(bundle);
    return token::approve(bundle, trust::Decision::accept, approver(scene::registration), window_, random_,
                          clock_.now());
  };
  ASSERT_TRUE(sign([](auto&) {}));
  const auto expect_refused = [&](const std::function<void(token::ApprovalBundle&)>& change) {
    window_.shown.clear();
    EXPECT_FALSE(sign(change));
    EXPECT_TRUE(window_.shown.empty()) << "shown before it was judged";
  };
  for (std::size_t i = 0; i < good.materials.size(); ++i) {
    expect_refused([&](auto& b) { b.materials[i].original.front() ^= 1U; });
    expect_refused([&](auto& b) { b.materials[i].rendition.back() ^= 1U; });
  }
  for (std::size_t i = 0; i < good.evidence.size(); ++i) {
    expect_refused([&](auto& b) { b.evidence[i][b.evidence[i].size() / 2] ^= 1U; });
  }
  expect_refused([](auto& b) { b.snapshot[b.snapshot.size() / 2] ^= 1U; });
  expect_refused([](auto& b) { b.manifest[b.manifest.size() / 3] ^= 1U; });
  expect_refused([](auto& b) { b.content.money.received_fen += 1; });
  expect_refused([](auto& b) { b.content.lines.front().validity_months += 12; });
  for (const char* bad : {"", "[]", "{}", R"({"snapshot": 1})", R"({"snapshot": "!"})"}) {
    EXPECT_FALSE(agent::bundle_of_json(bytes_of(bad))) << bad;
  }
  window_.says_yes = false;
  EXPECT_EQ(decide(desk, scene::registration, trust::Decision::accept).error().code, ErrorCode::declined_by_outside);
  EXPECT_EQ(state_of(parsed(desk.show(case_number))), "awaiting_acceptance");
}

TEST_F(DeskOverHttp, WhoWasSeenByAnOfficerIsOverriddenInS1AndTheCheckerTakesIt) {
  auto desk = logged_in(scene::registration);
  EXPECT_EQ(desk.prove_identity(case_number, "video", "见到本人").error().code, ErrorCode::wrong_state);
  ASSERT_TRUE(desk.give_back(case_number, "不刷脸", {{"materials.application_form", "请重新提交"}}));
  ASSERT_NO_FATAL_FAILURE(hand_in_without_identity());
  EXPECT_FALSE(decide(desk, scene::registration, trust::Decision::accept));
  EXPECT_EQ(desk.prove_identity(case_number, "guess", "x").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(desk.prove_identity(case_number, "video", "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(logged_in(scene::review).prove_identity(case_number, "video", "x").error().code, ErrorCode::forbidden);
  EXPECT_EQ(state_of(parsed(desk.prove_identity(case_number, "video", "视频中出示身份证原件"))), "awaiting_acceptance");
  scene::Scene::lay_receipts(*house_, {"carrier_check", "payment"});
  accept_and_approve();
  EXPECT_NE(window_.shown.find("liveness_check  人工放行: 人工视频核验: 视频中出示身份证原件"), std::string::npos)
      << window_.shown;
  // The vault judges the bundle before it permits anything.
  const auto permitted =
      office::permit_line(*house_, case_number, case_line, scene::device_serial, scene_->station_certificate(),
                          scene_->approval_certificate(scene::production));
  EXPECT_TRUE(permitted) << permitted.error().describe();
}

TEST_F(DeskOverHttp, ACaseThatWaitsForAnOfficersEyesIsReturnedOrRefusedLikeAnother) {
  auto desk = logged_in(scene::registration);
  ASSERT_TRUE(desk.give_back(case_number, "不刷脸", {{"materials.application_form", "请重新提交"}}));
  ASSERT_NO_FATAL_FAILURE(hand_in_without_identity());
  EXPECT_EQ(logged_in(scene::review).give_back(case_number, "不清晰", {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(state_of(parsed(desk.give_back(case_number, "不清晰", {{"materials.licence", "不清晰"}}))), "returned");
  ASSERT_NO_FATAL_FAILURE(hand_in_without_identity());
  EXPECT_EQ(state_of(parsed(desk.refuse(case_number, "视频中不是本人"))), "refused");
}

TEST_F(DeskOverHttp, ALineIsMadeAtAStationAndTakenOverByItsHolder) {
  accept_and_approve();
  EXPECT_NE(window_.shown.find("深圳演示建设有限公司"), std::string::npos);
  auto desk = logged_in(scene::production);
  token::Ukey ukey = token::Ukey::open(scene_->library(), scene::device_name).value();
  Bytes seal;
  ASSERT_NO_FATAL_FAILURE(make_line(desk, ukey, seal));
  EXPECT_EQ(state_of(parsed(desk.dispatch(case_number))), "shipped");
  EXPECT_EQ(state_of(parsed(desk.dispatch(case_number))), "shipped");
  EXPECT_EQ(couriers_, 1);

  const auto order = [&](BytesView message) { return house_->pin().order(message); };
  const std::string name = std::string(case_number) + "/" + std::to_string(case_line);
  const SecretBytes letter = house_->outside().draw_secret(name, "letter", order, house_->pin().certificate()).value();
  ASSERT_TRUE(house_->outside().secret_delivered(name, "letter", order));
  const agent::HallClient hall(remote());
  const Bytes serial =
      to_bytes(x509::Certificate::parse(ukey.signing_certificate(scene::container).value()).value().serial());
  EXPECT_EQ(hall.begin("HOLDER-0002", serial).error().code, ErrorCode::not_found);
  EXPECT_EQ(hall.begin(scene::device_serial, Bytes(serial.size(), 1)).error().code, ErrorCode::not_found);
  // The code goes to the number that the officers signed, and to no other; who names another hears the same.
  EXPECT_EQ(hall.send_code("HOLDER-0002", serial, "13800138000").error().code, ErrorCode::not_found);
  EXPECT_EQ(hall.send_code(scene::device_serial, serial, "12").error().code, ErrorCode::invalid_input);
  ASSERT_TRUE(agent::send_code(hall, ukey, scene::container, "13900139000"));
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(agent::send_code(hall, ukey, scene::container, "13800138000").error().code, ErrorCode::too_many_requests);
  clock_.advance(pin::code_pause);
  office::ActivationCode code;
  code.challenge = agent::send_code(hall, ukey, scene::container, "138 0013 8000").value();
  ASSERT_EQ(messages_.size(), 1U);
  EXPECT_EQ(messages_.front().first, "13800138000");
  code.digits = secret(messages_.front().second);
  const office::ActivationCode wrong_code{.challenge = code.challenge,
                                          .digits = secret(messages_.front().second == "123456" ? "654321" : "123456")};
  const SecretBytes own = secret("holder-own-pin");
  const SecretBytes guess = secret("00000000");
  const auto take_over = [&](const SecretBytes& with, std::vector<std::string> numbers) {
    return agent::take_over(hall, ukey, scene::container,
                            {.activation_secret = with,
                             .code = code,
                             .chosen_pin = own,
                             .numbers = std::move(numbers),
                             .roles_ca = house_->roles()},
                            random_, clock_.now());
  };
  EXPECT_EQ(agent::take_over(hall, ukey, scene::container,
                             {.activation_secret = letter,
                              .code = wrong_code,
                              .chosen_pin = own,
                              .numbers = {},
                              .roles_ca = house_->roles()},
                             random_, clock_.now())
                .error()
                .code,
            ErrorCode::pin_wrong);
  EXPECT_EQ(take_over(guess, {}).error().code, ErrorCode::pin_wrong);
  EXPECT_EQ(take_over(letter, {"xxholder-own"}).error().code, ErrorCode::invalid_input);
  const auto taken = take_over(letter, {});
  ASSERT_TRUE(taken) << taken.error().describe();
  ASSERT_TRUE(*taken);
  EXPECT_TRUE(same(**taken, seal));
  EXPECT_TRUE(ukey.verify_pin(token::PinRole::user, own).outcome);
  EXPECT_EQ(desk.line_state(case_number, case_line).value(), "activated");
  // Nothing more is told about a token that is in its holder's hands.
  EXPECT_EQ(hall.begin(scene::device_serial, serial).error().code, ErrorCode::not_found);
}

TEST(Remote, GoesToThisMachineInClearAndElsewhereByTlsAlone) {
  EXPECT_EQ(agent::Remote::at("http://127.0.0.1:8444/", {})->origin(), "http://127.0.0.1:8444");
  EXPECT_EQ(agent::Remote::at("http://[::1]:8444", {})->origin(), "http://[::1]:8444");
  for (const char* bad : {"", "127.0.0.1:1", "http://", "http://desk.example:8444", "http://127.0.0.1:99999",
                          "http://127.0.0.1:8444/path", "http://user@127.0.0.1:1", "ftp://127.0.0.1",
                          "http://127.0.0.1:", "http://127.0.0.1:1x"}) {
    EXPECT_EQ(agent::Remote::at(bad, {}).error().code, ErrorCode::invalid_input) << bad;
  }
}

}  // namespace
}  // namespace yinxin::desk_test
