#include "journeys/requester.h"

#include <algorithm>

#include "api/problem/sentences.h"
#include "crypto/sm3.h"
#include "intake/picture.h"

namespace yinxin::journeys {

namespace {

constexpr int most_waits = 4000;
constexpr double sheet_dpi = 200;

object json_of(const Answered& answer) {
  return answer.json && answer.json->is_object() ? answer.json->get_object() : object();
}

std::string said(const Answered& answer) {
  return std::to_string(answer.status) + " " + std::string(text_of(answer.body)).substr(0, 2000);
}

}  // namespace

std::string text_at(const value& json, const std::string& key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

void expect_refused(const Answered& answer, int status, const std::string& word, const std::string& sentence) {
  EXPECT_EQ(answer.status, status) << said(answer);
  const object told = json_of(answer);
  EXPECT_EQ(text_at(told, "reason"), word) << said(answer);
  EXPECT_EQ(text_at(told, "detail"), sentence);
  EXPECT_FALSE(text_at(told, "detail_en").empty());
}

namespace {
const object* find_problem(const object& told, const std::string& field, const std::string& word) {
  const auto* problems = told.if_contains("problems");
  if (problems == nullptr || !problems->is_array()) {
    return nullptr;
  }
  for (const value& problem : problems->get_array()) {
    if (text_at(problem, "field") == field && (word.empty() || text_at(problem, "code") == word)) {
      return &problem.get_object();
    }
  }
  return nullptr;
}
}  // namespace

void expect_problem(const Answered& answer, const std::string& field, const std::string& word,
                    const std::string& sentence, bool is_warning) {
  const object told = json_of(answer);
  const object* problem = find_problem(told, field, word);
  ASSERT_NE(problem, nullptr) << field << " " << word << ": " << said(answer);
  EXPECT_EQ(text_at(*problem, "message"), sentence);
  EXPECT_EQ(problem->at("is_warning").as_bool(), is_warning);
}

void expect_no_problem(const Answered& answer, const std::string& field) {
  const object told = json_of(answer);
  EXPECT_EQ(find_problem(told, field, ""), nullptr) << field << ": " << said(answer);
}

void expect_done(const Answered& answer, int status) { EXPECT_EQ(answer.status, status) << said(answer); }

// The telephone

Phone::Phone(LiveHall& hall, std::string token)
    : hall_(hall), token_(std::move(token)), device_(to_hex(hall.random().bytes(16))) {}

Answered Phone::send(Method method, const std::string& path, const std::string& body) {
  return hall_.ask(method, "/api/v1/phone/" + token_ + path,
                   {{"X-Yinxin-Page", "1"}, {"X-Yinxin-Device", device_}, {"Content-Type", "application/json"}}, body);
}

Answered Phone::photograph(const std::string& side, const Answers& card) {
  const Bytes picture = must_have("a picture", demo::photograph(token_ + side + std::to_string(++pictures_)));
  if (!card.empty()) {
    object fields{{"picture", to_hex(crypto::sm3(picture))}};
    for (const auto& [name, text] : card) {
      fields[name] = text;
    }
    const auto known = demo::Customer::at(hall_.places().card_reader, Method::post, "/admin/cards", fields);
    must("a card", known && known->status == 204 ? Result<void>() : fail(ErrorCode::internal, "not a card"));
  }
  return send(Method::put, "/card/" + side, std::string(text_of(picture)));
}

Answered Phone::begin_face(bool agrees) {
  return send(Method::post, "/face",
              boost::json::serialize(object{{"consent", agrees}, {"device_info", R"({"model":"样例"})"}}));
}

void Phone::press(const Answered& begun, const std::string& button) {
  ASSERT_EQ(begun.status, 200) << said(begun);
  const std::string url = text_at(*begun.json, "url");
  const std::string id = url.substr(url.rfind('/') + 1);
  const auto pressed =
      demo::Customer::at(hall_.places().face, Method::post, "/admin/faces/" + id, {{"verdict", button}});
  ASSERT_TRUE(pressed);
  EXPECT_EQ(pressed->status, 204) << said(*pressed);
}

Answered Phone::result(bool left) {
  return send(Method::post, "/face/result", boost::json::serialize(object{{"left", left}}));
}

// The requester

Requester::Requester()
    : hall_(LiveHall::get()),
      customer_(hall_.places(), demo::Applicant::draw(hall_.drawn(), hall_.clock().now()), hall_.project(),
                hall_.scratch(), hall_.random(), [this] {
                  hall_.hall().work();
                  return ++rounds_ < most_waits;
                }) {}

void Requester::sign_in() {
  must("sign in", customer_.sign_in());
  stage_ = std::max(stage_, Stage::signed_in);
}

void Requester::lead_to(Stage stage) {
  while (stage_ < stage) {
    const auto next = static_cast<Stage>(static_cast<int>(stage_) + 1);
    switch (next) {
      case Stage::nothing: break;
      case Stage::signed_in: sign_in(); break;
      case Stage::begun: must("begin", customer_.begin()); break;
      case Stage::agreed: must("agree", customer_.agree()); break;
      case Stage::entered: must("fill in", customer_.fill_in()); break;
      case Stage::papers_in: hand_in_papers(); break;
      case Stage::identified: {
        Phone phone = open_link();
        pass_identity(phone);
        break;
      }
      case Stage::submitted: pay(); break;
    }
    stage_ = next;
  }
}

void Requester::hand_in_papers() {
  const Bytes form = form_scan();
  expect_done(upload("application_form", form));
  expect_done(upload("licence", form));  // any stamped page will do for a machine; the officer looks at it
  expect_done(upload("impression_sheet", good_sheet()));
  stage_ = std::max(stage_, Stage::papers_in);
}

void Requester::pay() {
  expect_done(set_account(applicant().account));
  expect_done(order());
  pay_order();
  must("submitted", customer_.wait_for("awaiting_acceptance"));
  hall_.settle();
  stage_ = Stage::submitted;
}

object Requester::view() {
  const Bytes shown = must_have("the case", customer_.view());
  return boost::json::parse(text_of(shown)).as_object();
}

std::string Requester::state() { return text_at(view().at("state"), "code"); }

Answers Requester::answers() {
  Answers all;
  const object shown = view();
  for (const auto& [name, text] : shown.at("answers").as_object()) {
    all[std::string(name)] = std::string(text.as_string());
  }
  return all;
}

Answered Requester::call(Method method, const std::string& rest, const object& body) {
  return must_have("an answer", customer_.call(method, "/api/v1/cases/" + id() + rest, body));
}

Answered Requester::save(const Answers& typed, std::optional<bool> wants_seal) {
  object answers;
  for (const auto& [name, text] : typed) {
    answers[name] = text;
  }
  object body{{"version", view().at("version")}, {"answers", std::move(answers)}};
  if (wants_seal) {
    body["wants_seal"] = *wants_seal;
  }
  return call(Method::patch, "", body);
}

Answered Requester::upload(const std::string& slot, const Bytes& file) {
  return must_have("an answer", customer_.call(Method::put, "/api/v1/cases/" + id() + "/materials/" + slot, file,
                                               "application/octet-stream"));
}

Phone Requester::open_link() {
  const Answered opened = post("/phone-links");
  EXPECT_EQ(opened.status, 201) << said(opened);
  const std::string url = text_at(*opened.json, "url");
  return {hall_, url.substr(url.rfind('/') + 1)};
}

Answers Requester::portrait() {
  return {{"side", "portrait"},
          {"name", applicant().answer("requester_name")},
          {"resident_id", applicant().answer("requester_id_number")}};
}

Answers Requester::emblem() { return {{"side", "emblem"}, {"valid_from", "20200101"}, {"valid_to", "20400101"}}; }

void Requester::pass_identity(Phone& phone) {
  expect_done(phone.visit());
  expect_done(phone.photograph("portrait", portrait()));
  expect_done(phone.photograph("emblem", emblem()));
  phone.press(phone.begin_face(), "pass");
  const Answered done = phone.result();
  ASSERT_EQ(done.status, 200) << said(done);
  EXPECT_TRUE(done.json->at("is_done").as_bool()) << said(done);
  stage_ = std::max(stage_, Stage::identified);
}

Answered Requester::set_account(const Answers& account) {
  object answers;
  for (const auto& [name, text] : account) {
    answers[name] = text;
  }
  return put("/account", {{"answers", std::move(answers)}});
}

object Requester::newest_order() {
  const object shown = view();
  const array& orders = shown.at("orders").as_array();
  return orders.empty() ? object() : orders.back().as_object();
}

object Requester::newest_deposit() {
  const object shown = view();
  const array& deposits = shown.at("deposits").as_array();
  return deposits.empty() ? object() : deposits.back().as_object();
}

void Requester::pay_order(std::optional<std::int64_t> fen) {
  const std::string number = text_at(newest_order(), "number");
  const auto paid = demo::Customer::at(hall_.places().wechat_pay, Method::post, "/admin/orders/" + number + "/pay",
                                       fen ? object{{"fen", *fen}} : object());
  must("the payer", paid && paid->status == 204 ? Result<void>() : fail(ErrorCode::internal, "cannot pay " + number));
}

Answered Requester::ask_order() { return post("/payments/" + text_at(newest_order(), "number") + "/question"); }

std::size_t Requester::count_sms(const std::string& text) {
  const Bytes all = must_have("the outbox", customer_.all_sms());
  const value read = boost::json::parse(text_of(all));
  const std::string programme = text_at(view().at("programme"), "code");
  const std::string code = office::emulated_template_code(programme, text);
  return static_cast<std::size_t>(std::ranges::count_if(
      read.as_array(), [&](const value& message) { return text_at(message, "template_code") == code; }));
}

std::size_t Requester::count_deposits() {
  const auto told = demo::Customer::at(hall_.places().bank, Method::get, "/admin/deposits", {});
  must("the bank", told ? Result<void>() : Result<void>(told.error()));
  return static_cast<std::size_t>(std::ranges::count_if(
      told->json->as_array(), [&](const value& deposit) { return text_at(deposit, "id").starts_with(id()); }));
}

Bytes Requester::form_scan(bool stamped) {
  const Bytes form = must_have("the form", customer_.print_form());
  return must_have("a scan", demo::scan_pdf(form, hall_.scratch(), stamped));
}

Bytes Requester::sheet_scan(const std::vector<paper::testing::SealDrawing>& seals, const std::string& code) {
  paper::testing::Scan scan;
  scan.dpi = sheet_dpi;
  scan.seed = static_cast<std::uint32_t>(hall_.random().below(1U << 30U));
  auto pixels = must_have("a scan", paper::testing::scan_of({.title = "数字证书印模采集表",
                                                             .operator_name = "电子认证机构",
                                                             .unit_name = applicant().answer("unit_name"),
                                                             .application_number = id(),
                                                             .qr_text = code},
                                                            seals, scan));
  constexpr int quality = 90;
  return must_have(
      "a picture",
      intake::encode_jpeg({.width = pixels.width, .height = pixels.height, .rgb = std::move(pixels.rgb)}, quality));
}

void lead_to_payment(Requester& who) {
  who.lead_to(Stage::identified);
  expect_done(who.set_account(who.applicant().account));
}

// Officers

Officer::Officer(scene::Place place)
    : hall_(LiveHall::get()), place_(place), desk_(must_have("the desk", agent::Remote::at(hall_.desk_url(), {}))) {
  const auto in = desk_.log_in(hall_.scene().login_certificate(place), hall_.scene().login_key(place));
  must("an officer's login", in ? Result<void>() : Result<void>(in.error()));
  session_ = *in;
}

Answered Officer::call(Method method, const std::string& path, const object& body) {
  net::ClientRequest request{.method = method, .target = path, .headers = {}, .body = {}};
  request.headers.add(std::string(api::desk_page_field), "page");
  request.headers.add("Cookie", std::string(api::desk_cookie) + "=" + session_);
  if (method != Method::get) {
    request.headers.add("Content-Type", "application/json");
    request.body = to_bytes(bytes_of(boost::json::serialize(body)));
  }
  return hall_.send(hall_.desk_port(), request);
}

Result<std::string> Officer::decide(const std::string& id, trust::Decision decision, const Answers& overrides) {
  return agent::decide(desk_, id, decision, overrides, hall_.approver(place_), window_, hall_.random(),
                       hall_.clock().now());
}

void Officer::accept(const std::string& id) {
  must_have("the providers, asked again", desk_.requery(id));
  must_have("S1", decide(id, trust::Decision::accept));
}

void Officer::approve(const std::string& id) { must_have("S2", decide(id, trust::Decision::approve)); }

Result<Bytes> Officer::sign(const token::ApprovalBundle& bundle, trust::Decision decision) {
  return token::approve(bundle, decision, hall_.approver(place_), window_, hall_.random(), hall_.clock().now());
}

object Officer::show(const std::string& id) {
  const std::string shown = must_have("the case at the desk", desk_.show(id));
  return boost::json::parse(shown).as_object();
}

void make_line(const std::string& id, const std::string& device) {
  auto& hall = LiveHall::get();
  scene::Scene& scene = hall.scene();
  Officer production(scene::production);
  token::Ukey ukey = must_have("a token", token::Ukey::open(scene.library(), device));
  const agent::LineOf which{.id = id, .line = scene::case_line};
  const agent::Station station{
      .certificate = scene.station_certificate(), .key = scene.station_key(), .roles_ca = hall.house().roles()};
  const auto pin = [] { return SecretBytes(to_bytes(bytes_of(scene::intake_pin))); };
  const auto keyed = must_have(
      "keying", agent::key_line(production.desk(), which, ukey, scene::container, station,
                                {.administrator = pin(), .user = pin()}, scene.approval_certificate(scene::production),
                                scene.approval_key(scene::production), hall.clock()));
  must_have("issuing", production.desk().issue(id, scene::case_line));
  must_have("the seal", production.desk().make_seal(id, scene::case_line));
  must("writing", agent::write_line(production.desk(), which, ukey, scene::container, station, keyed, hall.random(),
                                    hall.clock().now()));
}

void expect_told(const Result<std::string>& answer, const std::string& sentence) {
  ASSERT_FALSE(answer) << *answer;
  EXPECT_NE(answer.error().detail.find(sentence), std::string::npos) << answer.error().describe();
}

void expect_told_as(const Result<std::string>& answer, const std::string& word, const std::string& sentence) {
  EXPECT_EQ(api::sentence(word, api::Language::zh), sentence);
  expect_told(answer, sentence);
}

}  // namespace yinxin::journeys
