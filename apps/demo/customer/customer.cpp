#include "demo/customer/customer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "crypto/client_puzzle.h"
#include "crypto/sm3.h"
#include "intake/picture.h"

namespace yinxin::demo {

namespace {

using boost::json::object;
using boost::json::value;
using net::Method;

constexpr int many_tries = 600;
constexpr std::int64_t most_parts = 256;

struct Where {
  net::ClientOptions host;
  std::string path;
};

// "http://host:port/path"
Result<Where> where_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) {
    return fail(ErrorCode::invalid_input, "not an address: " + url);
  }
  const std::size_t slash = std::min(url.find('/', scheme.size()), url.size());
  const std::string authority = url.substr(scheme.size(), slash - scheme.size());
  const std::size_t colon = authority.rfind(':');
  Where where;
  where.host.host = authority.substr(0, colon);
  if (colon != std::string::npos) {
    std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), where.host.port);
  }
  where.path = slash == url.size() ? "/" : url.substr(slash);
  return where;
}

Result<Answered> send(const std::string& url, net::ClientRequest request) {
  YX_TRY(const Where where, where_of(url));
  request.target = where.path;
  YX_TRY(const net::Response response, net::Client(where.host).send(request));
  Answered answered{.status = response.status, .json = {}, .cookie = {}, .body = to_bytes(response.body.view())};
  boost::system::error_code not_json;
  answered.json = std::make_shared<const value>(boost::json::parse(text_of(answered.body), not_json));
  if (const auto set = response.headers.find("Set-Cookie")) {
    answered.cookie = set->substr(0, set->find(';'));
  }
  return answered;
}

Bytes bytes_of_json(const object& body) { return to_bytes(bytes_of(boost::json::serialize(body))); }

Result<Answered> expect(Result<Answered> answered, int status) {
  if (!answered || answered->status == status) {
    return answered;
  }
  return fail(ErrorCode::wrong_state,
              "answered " + std::to_string(answered->status) + ": " + std::string(text_of(answered->body)));
}

object texts(const std::map<std::string, std::string>& map) {
  object out;
  for (const auto& [name, text] : map) {
    out[name] = text;
  }
  return out;
}

std::string text_at(const value& json, const char* key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// -1 for anything but a number.
std::int64_t number_at(const value& json, const char* key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_int64() ? found->get_int64() : -1;
}

bool names(const object& fields, const char* list, std::string_view word) {
  const auto* found = fields.if_contains(list);
  return found != nullptr && found->is_array() && std::ranges::any_of(found->get_array(), [&](const value& one) {
           return one.is_string() && one.get_string() == word;
         });
}

// An answer to a question with choices is one of them.
void choose_first(const value& programme, std::map<std::string, std::string>& answers) {
  for (const value& field : programme.at("fields").as_array()) {
    const auto* choices = field.as_object().if_contains("choices");
    const auto answer = answers.find(text_at(field, "name"));
    if (choices != nullptr && answer != answers.end()) {
      answer->second = std::string(choices->as_array().at(0).as_string());
    }
  }
}

}  // namespace

Result<Bytes> fetch_public(const std::string& hall, Method method, const std::string& path, const std::string& type,
                           Bytes body) {
  net::ClientRequest request{.method = method, .target = {}, .headers = {}, .body = std::move(body)};
  if (!type.empty()) {
    request.headers.add("Content-Type", type);
  }
  YX_TRY(Answered answered, expect(send(hall + path, std::move(request)), 200));
  return std::move(answered.body);
}

Result<Places> Places::read(const std::string& hall, std::string_view lines) {
  Places places;
  places.hall = hall;
  const std::map<std::string, std::string*> all{{"sms", &places.sms},
                                                {"carrier", &places.carrier},
                                                {"face", &places.face},
                                                {"card_reader", &places.card_reader},
                                                {"wechat_pay", &places.wechat_pay},
                                                {"direct_link", &places.bank},
                                                {"courier", &places.courier}};
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    while (line.starts_with(' ')) {
      line.remove_prefix(1);
    }
    const std::size_t blank = line.find(' ');
    const auto found = blank == std::string_view::npos ? all.end() : all.find(std::string(line.substr(0, blank)));
    if (found != all.end()) {
      *found->second = line.substr(blank + 1);
    }
  }
  const bool complete = std::ranges::none_of(all, [](const auto& entry) { return entry.second->empty(); });
  return complete ? Result<Places>(places) : Result<Places>(fail(ErrorCode::not_found, "an emulator is missing"));
}

Customer::Customer(Places places, Applicant applicant, std::string project, std::string scratch, Random& random,
                   std::function<bool()> waits)
    : places_(std::move(places)),
      applicant_(std::move(applicant)),
      project_(std::move(project)),
      scratch_(std::move(scratch)),
      random_(random),
      waits_(std::move(waits)),
      device_(to_hex(random.bytes(16))) {}

std::string Customer::memory() const { return cookie_ + "\n" + device_ + "\n" + id_ + "\n" + token_ + "\n"; }

void Customer::remember(std::string_view text) {
  for (std::string* part : {&cookie_, &device_, &id_, &token_}) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    *part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<Answered> Customer::call(Method method, const std::string& path, Bytes body, const std::string& type) {
  net::ClientRequest request{.method = method, .target = {}, .headers = {}, .body = std::move(body)};
  request.headers.add("X-Yinxin-Page", "1");
  request.headers.add("User-Agent", "demo");
  request.headers.add("Idempotency-Key", "demo-" + device_);
  if (!type.empty()) {
    request.headers.add("Content-Type", type);
  }
  if (!cookie_.empty()) {
    request.headers.add("Cookie", cookie_);
  }
  return send(places_.hall + path, std::move(request));
}

Result<Answered> Customer::call(Method method, const std::string& path, const object& body) {
  return call(method, path, bytes_of_json(body), "application/json");
}

Result<Answered> Customer::phone(Method method, const std::string& path, Bytes body, const std::string& type) {
  net::ClientRequest request{.method = method, .target = {}, .headers = {}, .body = std::move(body)};
  request.headers.add("X-Yinxin-Page", "1");
  request.headers.add("X-Yinxin-Device", device_);
  request.headers.add("Content-Type", type);
  return send(places_.hall + "/api/v1/phone/" + token_ + path, std::move(request));
}

Result<Answered> Customer::at(const std::string& place, Method method, const std::string& path, const object& body) {
  net::ClientRequest request{.method = method, .target = {}, .headers = {}, .body = {}};
  if (method == Method::post) {
    request.headers.add("Content-Type", "application/json");
    request.body = bytes_of_json(body);
  }
  return send(place + path, std::move(request));
}

Result<Bytes> Customer::all_sms() {
  YX_TRY(
      const Answered told,
      expect(at(places_.sms, Method::get, "/admin/messages?mobile=" + applicant_.answer("requester_mobile"), {}), 200));
  return told.body;
}

Result<std::string> Customer::newest_sms(const std::string& name, const std::string& id) {
  for (int tries = 0; tries < many_tries; ++tries) {
    YX_TRY(const Bytes told, all_sms());
    const value read = boost::json::parse(text_of(told));
    const boost::json::array messages = read.is_array() ? read.get_array() : boost::json::array();
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
      const auto* fields = message->if_object();
      const auto* parameters = fields == nullptr ? nullptr : fields->if_contains("parameters");
      const std::string found = parameters == nullptr ? std::string() : text_at(*parameters, name.c_str());
      if (!found.empty() && (id.empty() || text_at(*message, "out_id") == id)) {
        return found;
      }
    }
    if (!waits_()) {
      break;
    }
  }
  return fail(ErrorCode::not_found, "no SMS with " + name + " has come");
}

Result<Answered> Customer::ask_code() { return ask_code(applicant_.answer("requester_mobile")); }

Result<Answered> Customer::ask_code(const std::string& mobile) {
  YX_TRY(const Answered given, expect(call(Method::post, "/api/v1/login/puzzles", object{}), 200));
  const std::int64_t bits = number_at(*given.json, "bits");
  const std::int64_t parts = number_at(*given.json, "parts");
  YX_TRY(const Bytes salt, from_hex(text_at(*given.json, "salt")));
  if (text_at(*given.json, "algorithm") != "SM3" || salt.size() != crypto::puzzle_salt_bytes || bits < 0 ||
      bits > crypto::max_puzzle_bits || parts < 1 || parts > most_parts) {
    return fail(ErrorCode::unsupported, "a puzzle of another kind: " + std::string(text_of(given.body)));
  }
  const Bytes proof = crypto::do_work(salt, static_cast<int>(bits), static_cast<std::size_t>(parts));
  return call(Method::post, "/api/v1/login/codes",
              {{"mobile", mobile}, {"puzzle", text_at(*given.json, "puzzle")}, {"proof", to_hex(proof)}});
}

Result<void> Customer::sign_in() {
  // The carriers know the requester; the card reader knows his card; the bank knows the unit's account.
  const auto& a = applicant_;
  YX_CHECK(expect(at(places_.carrier, Method::post, "/admin/subscribers",
                     {{"name", a.answer("requester_name")},
                      {"resident_id", a.answer("requester_id_number")},
                      {"mobile", a.answer("requester_mobile")}}),
                  204));
  YX_CHECK(expect(at(places_.bank, Method::post, "/admin/accounts",
                     {{"number", a.account.at("account_number")}, {"name", a.account.at("account_name")}}),
                  204));
  YX_TRY(const Answered sent, expect(ask_code(), 202));
  YX_TRY(const std::string code, newest_sms("code", text_at(*sent.json, "challenge")));
  YX_TRY(const Answered in, expect(call(Method::post, "/api/v1/login",
                                        {{"mobile", a.answer("requester_mobile")},
                                         {"challenge", text_at(*sent.json, "challenge")},
                                         {"code", code},
                                         {"project_id", project_}}),
                                   200));
  cookie_ = in.cookie;
  return {};
}

Result<void> Customer::begin() {
  YX_TRY(const Answered made, expect(call(Method::post, "/api/v1/cases", {{"project_id", project_}}), 201));
  id_ = text_at(*made.json, "id");
  return {};
}

Result<void> Customer::agree() {
  YX_TRY(const Answered project, expect(get("/api/v1/projects/" + project_), 200));
  object documents;
  for (const value& document : project.json->at("documents").as_array()) {
    documents[text_at(document, "document")] = text_at(document, "sm3");
  }
  YX_CHECK(expect(call(Method::post, path("/consents"), {{"documents", documents}}), 200));
  return {};
}

Result<Asked> Customer::asked() {
  YX_TRY(const Answered project, expect(get("/api/v1/projects/" + project_), 200));
  const value& programme = project.json->at("programme");
  Asked asked;
  asked.operator_name = text_at(programme.at("operator"), "name");
  const std::string sheet = text_at(programme.at("seal"), "impression_form");
  for (const value& form : programme.at("forms").as_array()) {
    if (text_at(form, "id") == sheet) {
      asked.sheet_title = text_at(form, "title");
    }
  }
  for (const value& material : programme.at("materials").as_array()) {
    if (!names(material.as_object(), "business", "new") || !names(material.as_object(), "channels", "online")) {
      continue;
    }
    const std::string form = text_at(material, "form");
    const std::string slot = text_at(material, "id");
    if (form.empty()) {
      asked.other_slots.push_back(slot);
    } else {
      (form == sheet ? asked.impression_slot : asked.form_slot) = slot;
    }
  }
  return asked;
}

Result<Bytes> Customer::view() {
  YX_TRY(const Answered now, expect(get(path("")), 200));
  return now.body;
}

Result<void> Customer::fill_in() {
  YX_TRY(const Answered project, expect(get("/api/v1/projects/" + project_), 200));
  choose_first(project.json->at("programme"), applicant_.answers);
  YX_TRY(const Bytes shown, view());
  const value now = boost::json::parse(text_of(shown));
  YX_TRY(const Answered saved,
         expect(call(Method::patch, path(""),
                     {{"version", now.at("version")}, {"answers", texts(applicant_.answers)}, {"wants_seal", true}}),
                200));
  if (!saved.json->at("problems").as_array().empty()) {
    return fail(ErrorCode::invalid_input, boost::json::serialize(saved.json->at("problems")));
  }
  YX_CHECK(expect(call(Method::post, path("/entry"), object{}), 200));
  return {};
}

Result<Bytes> Customer::print_form() {
  YX_TRY(Answered form, expect(call(Method::post, path("/application-form"), object{}), 200));
  return std::move(form.body);
}

Result<void> Customer::upload(const std::string& slot, const Bytes& file) {
  YX_CHECK(expect(call(Method::put, path("/materials/" + slot), file, "application/octet-stream"), 200));
  return {};
}

Result<std::vector<std::pair<std::string, Bytes>>> Customer::prepare_papers(bool form_is_stamped) {
  std::vector<std::pair<std::string, Bytes>> papers;
  YX_TRY(const Asked asked, this->asked());
  YX_TRY(const Bytes form, print_form());
  YX_TRY(Bytes scan, scan_pdf(form, scratch_, form_is_stamped));
  papers.emplace_back(asked.form_slot, std::move(scan));
  // A licence: any stamped page will do for a machine; the officer looks at it.
  YX_TRY(const Bytes sheet_pdf, [&]() -> Result<Bytes> {
    YX_TRY(Answered sheet, expect(get(path("/impression-sheet")), 200));
    return std::move(sheet.body);
  }());
  YX_TRY(const Bytes licence, scan_pdf(sheet_pdf, scratch_, true));
  for (const std::string& slot : asked.other_slots) {
    papers.emplace_back(slot, licence);
  }
  YX_TRY(Bytes pressed, scan_sheet({.title = asked.sheet_title,
                                    .operator_name = asked.operator_name,
                                    .unit_name = applicant_.answer("unit_name"),
                                    .application_number = id_,
                                    .qr_text = id_ + "/seal"},
                                   applicant_.seal, scanner_dpi, random_));
  papers.emplace_back(asked.impression_slot, std::move(pressed));
  return papers;
}

Result<void> Customer::upload_papers(bool form_is_stamped) {
  YX_TRY(const auto papers, prepare_papers(form_is_stamped));
  for (const auto& [slot, file] : papers) {
    YX_CHECK(upload(slot, file));
  }
  return {};
}

Result<void> Customer::correct_form() {
  YX_TRY(const Asked asked, this->asked());
  YX_TRY(const Bytes form, print_form());
  YX_TRY(const Bytes scan, scan_pdf(form, scratch_, true));
  YX_CHECK(upload(asked.form_slot, scan));
  YX_CHECK(expect(call(Method::post, path("/resubmission"), object{}), 200));
  return {};
}

Result<Bytes> photograph(const std::string& of) {
  intake::Picture picture;
  picture.width = 1200;
  picture.height = 760;
  constexpr std::size_t channels = 3;
  constexpr std::size_t tile = 40;
  const crypto::Digest shades = crypto::sm3(bytes_of(of));
  const auto width = static_cast<std::size_t>(picture.width);
  picture.rgb.resize(channels * width * static_cast<std::size_t>(picture.height));
  for (std::size_t at = 0; at < picture.rgb.size(); ++at) {
    const std::size_t pixel = at / channels;
    picture.rgb[at] = shades[(pixel % width / tile + pixel / width / tile) % shades.size()];
  }
  constexpr int quality = 80;
  return intake::encode_jpeg(picture, quality);
}

Result<void> Customer::prove_identity() {
  YX_TRY(const Answered link, expect(call(Method::post, path("/phone-links"), object{}), 201));
  const std::string url = text_at(*link.json, "url");
  token_ = url.substr(url.rfind('/') + 1);
  YX_CHECK(expect(phone(Method::post, "/visit", to_bytes(bytes_of("{}")), "application/json"), 200));
  const auto& a = applicant_;
  for (const char* side : {"portrait", "emblem"}) {
    YX_TRY(const Bytes picture, photograph("样本 " + id_ + " " + side));
    YX_CHECK(expect(at(places_.card_reader, Method::post, "/admin/cards",
                       {{"picture", to_hex(crypto::sm3(picture))},
                        {"side", side},
                        {"name", a.answer("requester_name")},
                        {"resident_id", a.answer("requester_id_number")},
                        {"valid_from", "20200101"},
                        {"valid_to", "20400101"}}),
                    204));
    YX_CHECK(expect(phone(Method::put, std::string("/card/") + side, picture, "image/jpeg"), 200));
  }
  YX_TRY(const Answered face,
         expect(phone(Method::post, "/face", to_bytes(bytes_of(R"({"consent":true,"device_info":"{}"})")),
                      "application/json"),
                200));
  // The person presses the button on the provider's page.
  const std::string page = text_at(*face.json, "url");
  net::ClientRequest press{.method = Method::post, .target = {}, .headers = {}, .body = {}};
  press.headers.add("Content-Type", "application/x-www-form-urlencoded");
  press.body = to_bytes(bytes_of("verdict=pass"));
  YX_CHECK(expect(send(page, press), 303));
  YX_TRY(const Answered done,
         expect(phone(Method::post, "/face/result", to_bytes(bytes_of("{}")), "application/json"), 200));
  return done.json->at("is_done").as_bool() ? Result<void>()
                                            : Result<void>(fail(ErrorCode::wrong_state, "the identity is not proven"));
}

Result<void> Customer::pay() {
  YX_CHECK(expect(call(Method::put, path("/account"), {{"answers", texts(applicant_.account)}}), 200));
  YX_TRY(const Answered order, expect(call(Method::post, path("/payments"), {{"way", "wechat"}}), 200));
  const auto& orders = order.json->at("orders").as_array();
  const std::string number = text_at(orders.back(), "number");
  if (!text_at(orders.back(), "code_url").starts_with("weixin://")) {
    return fail(ErrorCode::corrupt, "the order has no code to scan");
  }
  YX_TRY(const Answered paid, at(places_.wechat_pay, Method::post, "/admin/orders/" + number + "/pay", {}));
  if (paid.status >= 300) {
    return fail(ErrorCode::wrong_state, "the payer cannot pay: " + std::string(text_of(paid.body)));
  }
  return wait_for("awaiting_acceptance");
}

Result<void> Customer::pay_by_transfer() {
  YX_TRY(const Bytes slip, photograph("the bank's slip of " + id_));
  YX_CHECK(expect(call(Method::put, path("/transfer-voucher"), slip, "application/octet-stream"), 200));
  YX_TRY(const Answered day_book, expect(at(places_.bank, Method::get, "/admin/bookings", {}), 200));
  const bool is_sent = std::ranges::any_of(day_book.json->as_array(),
                                           [&](const value& booking) { return text_at(booking, "remark") == id_; });
  if (!is_sent) {
    YX_TRY(const Bytes shown, view());
    YX_CHECK(expect(at(places_.bank, Method::post, "/admin/credits",
                       {{"payer_name", applicant_.account.at("account_name")},
                        {"payer_account", applicant_.account.at("account_number")},
                        {"fen", boost::json::parse(text_of(shown)).at("price_fen")},
                        {"remark", id_}}),
                    201));
  }
  return wait_for("awaiting_acceptance");
}

Result<std::string> Customer::state() {
  YX_TRY(const Bytes shown, view());
  const value now = boost::json::parse(text_of(shown));
  return text_at(now.at("state"), "code");
}

Result<void> Customer::wait_for(const std::string& wanted) {
  std::string last;
  for (int tries = 0; tries < many_tries; ++tries) {
    YX_TRY(last, state());
    if (last == wanted) {
      return {};
    }
    if (!waits_()) {
      break;
    }
  }
  return fail(ErrorCode::wrong_state, "the case is " + last + " and not " + wanted);
}

Result<std::string> Customer::secret_on_receipt() {
  constexpr std::size_t secret_digits = 8;
  for (int tries = 0; tries < many_tries; ++tries) {
    YX_TRY(const Answered told, expect(at(places_.bank, Method::get, "/admin/deposits", {}), 200));
    for (const value& deposit : told.json->is_array() ? told.json->get_array() : boost::json::array()) {
      const std::string remark = text_at(deposit, "remark");
      if (text_at(deposit, "id").starts_with(id_) && remark.size() > secret_digits) {
        return remark.substr(remark.size() - secret_digits);
      }
    }
    if (!waits_()) {
      break;
    }
  }
  return fail(ErrorCode::not_found, "no deposit has come in");
}

}  // namespace yinxin::demo
