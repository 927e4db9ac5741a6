#include "outside/courier/sf_express.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/hmac.h"

namespace yinxin::outside {

namespace {

constexpr std::string_view provider = "sf_express";
constexpr std::string_view ordered_before_code = "8016";
constexpr std::string_view cancelled_before_code = "8037";
constexpr int ok_status = 200;
constexpr int first_server_error = 500;
constexpr std::size_t request_id_bytes = 16;
constexpr std::size_t min_waybill_bytes = 8;
constexpr std::size_t max_waybill_bytes = 32;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_waybill(std::string_view text) {
  return text.size() >= min_waybill_bytes && text.size() <= max_waybill_bytes &&
         std::ranges::all_of(text, is_alphanumeric);
}

bool is_shipment_id(std::string_view text) {
  return !text.empty() && text.size() <= max_shipment_id_bytes &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

bool is_address(const hall::Address& address) {
  for (const std::string* needed :
       {&address.name, &address.phone, &address.state, &address.locality, &address.street}) {
    if (needed->empty()) {
      return false;
    }
  }
  for (const std::string* field : {&address.name, &address.phone, &address.state, &address.locality, &address.district,
                                   &address.street, &address.company}) {
    if (field->size() > max_address_field_bytes || !is_utf8(*field)) {
      return false;
    }
  }
  return true;
}

// What is left as it is, a blank as '+', all else as %XX with capital digits.
std::string java_url_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() * 3);
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '.' || c == '-' || c == '*' || c == '_') {
      encoded += c;
    } else if (c == ' ') {
      encoded += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return encoded;
}

std::string contact_json(int type, const hall::Address& address) {
  const auto member = [](const char* name, const std::string& value) {
    return std::string(",\"") + name + "\":" + net::json_string(value);
  };
  return "{\"contactType\":" + std::to_string(type) + member("contact", address.name) +
         member("mobile", address.phone) + member("province", address.state) + member("city", address.locality) +
         member("county", address.district) + member("address", address.street) + member("company", address.company) +
         ",\"country\":\"CN\"}";
}

struct Told {
  bool success = false;
  std::string code;  // errorCode of the service
  Json data;         // msgData
};

// {"apiResultCode": "A1000", "apiErrorMsg", "apiResponseID", "apiResultData": "{\"success\", \"errorCode\",
// \"msgData\"}"}
Result<Told> read_answer(BytesView body) {
  YX_TRY(const Json outer, Json::parse(body));
  const std::string gateway = outer.text("apiResultCode");
  if (gateway.empty()) {
    return fail(ErrorCode::corrupt, "the courier's answer has no result code");
  }
  if (gateway == "A1009" || gateway == "A1099") {  // its service is out of reach; the platform failed
    return fail(ErrorCode::outside_uncertain, gateway);
  }
  if (gateway != "A1000") {
    return fail(ErrorCode::declined_by_outside, told_code(gateway));
  }
  const std::string inner_text = outer.text("apiResultData");
  YX_TRY(const Json inner, Json::parse(bytes_of(inner_text)));
  Told told{.success = inner.text("success") == "true", .code = inner.text("errorCode"), .data = inner.at("msgData")};
  if (!inner.is_object() || told.success != (told.code == "S0000")) {
    return fail(ErrorCode::corrupt, "the courier's answer is neither yes nor no");
  }
  return told;
}

Result<hall::ProviderAnswer> waybill_of(const Told& told, const std::string& id, Bytes raw) {
  const std::vector<Json> infos = told.data.at("waybillNoInfoList").items();
  const std::string waybill = infos.empty() ? "" : infos.front().text("waybillNo");
  if (told.data.text("orderId") != id || !is_waybill(waybill)) {
    return fail(ErrorCode::corrupt, "the courier's answer has no waybill for this order");
  }
  return hall::ProviderAnswer{.provider = std::string(provider), .transaction = waybill, .raw = std::move(raw)};
}

// One step further. Delivered and sent back are only left for each other; refused and lost only for those.
hall::ParcelStanding after(hall::ParcelStanding before, const std::string& op_code, const std::string& words) {
  using hall::ParcelStanding;
  if (op_code == "80" || op_code == "8000") {
    return ParcelStanding::delivered;
  }
  if (op_code == "648" || op_code == "631") {
    return ParcelStanding::sent_back;
  }
  const bool ended = before == ParcelStanding::delivered || before == ParcelStanding::sent_back;
  if (!ended && (op_code == "70" || op_code == "33") && words.find("拒") != std::string::npos) {
    return ParcelStanding::refused;
  }
  if (!ended && (words.find("遗失") != std::string::npos || words.find("丢失") != std::string::npos)) {
    return ParcelStanding::lost;
  }
  const bool moves = before == ParcelStanding::waiting || before == ParcelStanding::on_the_way;
  return moves ? ParcelStanding::on_the_way : before;
}

}  // namespace

std::string sf_digest(std::string_view msg_data, std::string_view timestamp, const SecretBytes& checkword) {
  std::string text = std::string(msg_data) + std::string(timestamp) + std::string(checkword.expose_text());
  std::string encoded = java_url_encoded(text);
  std::string digest = to_base64(crypto::md5(bytes_of(encoded)));
  wipe(text);
  wipe(encoded);
  return digest;
}

Result<hall::ParcelFact> parse_sf_routes(BytesView body, std::string_view waybill) {
  YX_TRY(const Told told, read_answer(body));
  if (!told.success) {
    return fail(ErrorCode::declined_by_outside, told_code(told.code));
  }
  struct Step {
    hall::RouteStep step;
    std::string op_code;
  };
  std::vector<Step> steps;
  for (const Json& parcel : told.data.at("routeResps").items()) {
    if (parcel.text("mailNo") != waybill) {
      continue;
    }
    for (const Json& route : parcel.at("routes").items()) {
      // acceptTime: "2026-11-21 12:00:00", UTC+8
      std::string time = route.text("acceptTime");
      constexpr std::size_t time_bytes = 19;
      const std::string words = route.text("remark");
      const bool fits = time.size() == time_bytes && time[10] == ' ' && words.size() <= max_route_words_bytes &&
                        is_utf8(words) && steps.size() < max_route_steps;
      const auto at = from_rfc3339(fits ? time.replace(10, 1, "T") + "+08:00" : "");
      if (!at) {
        return fail(ErrorCode::corrupt, "a step of a parcel's route that is none");
      }
      steps.push_back({.step = {.at = *at, .words = words}, .op_code = route.text("opCode")});
    }
  }
  std::ranges::stable_sort(steps, {}, [](const Step& each) { return each.step.at; });
  hall::ParcelFact fact;
  for (Step& each : steps) {
    fact.standing = after(fact.standing, each.op_code, each.step.words);
    fact.steps.push_back(std::move(each.step));
  }
  return fact;
}

Result<Bytes> SfExpress::ask(std::string_view service, const std::string& msg_data) const {
  const std::string timestamp = std::to_string(to_unix_ms(clock_->now()));
  const std::string form = "partnerID=" + net::percent_encoded(account_.partner_id) +
                           "&requestID=" + to_hex(random_->bytes(request_id_bytes)) +
                           "&serviceCode=" + std::string(service) + "&timestamp=" + timestamp +
                           "&msgDigest=" + net::percent_encoded(sf_digest(msg_data, timestamp, account_.checkword)) +
                           "&msgData=" + net::percent_encoded(msg_data);
  YX_TRY(const net::Response response,
         client_.post(target_, "application/x-www-form-urlencoded;charset=UTF-8", to_bytes(bytes_of(form))));
  if (response.status >= first_server_error) {
    return fail(ErrorCode::outside_uncertain,
                std::string(service) + " was answered " + std::to_string(response.status));
  }
  if (response.status != ok_status) {
    return fail(ErrorCode::declined_by_outside, "http_" + std::to_string(response.status));
  }
  return to_bytes(response.body.view());
}

Result<hall::ProviderAnswer> SfExpress::ordered_before(const std::string& id) const {
  YX_TRY(Bytes body, ask("EXP_RECE_SEARCH_ORDER_RESP",
                         R"({"language":"zh-CN","searchType":"1","orderId":)" + net::json_string(id) + "}"));
  YX_TRY(const Told told, read_answer(body));
  if (!told.success) {
    return fail(ErrorCode::declined_by_outside, told_code(told.code));
  }
  return waybill_of(told, id, std::move(body));
}

Result<hall::ProviderAnswer> SfExpress::order(const hall::Shipment& shipment) {
  if (!is_shipment_id(shipment.id) || !is_address(shipment.from) || !is_address(shipment.to) ||
      shipment.goods.empty() || shipment.goods.size() > max_address_field_bytes) {
    return fail(ErrorCode::invalid_input, "a shipment needs an id, goods and two whole addresses");
  }
  std::string msg = R"({"language":"zh-CN","orderId":)" + net::json_string(shipment.id) +
                    R"(,"cargoDetails":[{"name":)" + net::json_string(shipment.goods) +
                    R"(,"count":1,"unit":"件"}],"contactInfoList":[)" + contact_json(1, shipment.from) + "," +
                    contact_json(2, shipment.to) + R"(],"payMethod":)" + (shipment.receiver_pays ? "2" : "1");
  if (!account_.monthly_card.empty()) {
    msg += R"(,"monthlyCard":)" + net::json_string(account_.monthly_card);
  }
  msg += R"(,"expressTypeId":2,"isGenWaybillNo":1,"isReturnRoutelabel":0})";
  YX_TRY(Bytes body, ask("EXP_RECE_CREATE_ORDER", msg));
  YX_TRY(const Told told, read_answer(body));
  if (!told.success && told.code == ordered_before_code) {
    return ordered_before(shipment.id);
  }
  if (!told.success) {
    return fail(ErrorCode::declined_by_outside, told_code(told.code));
  }
  return waybill_of(told, shipment.id, std::move(body));
}

Result<hall::ParcelFact> SfExpress::track(const std::string& waybill, const std::string& phone_end) {
  constexpr std::size_t phone_end_digits = 4;
  if (!is_waybill(waybill) || phone_end.size() != phone_end_digits || !all_digits(phone_end)) {
    return fail(ErrorCode::invalid_input, "a parcel is found by its waybill and four digits of a phone number");
  }
  YX_TRY(Bytes body,
         ask("EXP_RECE_SEARCH_ROUTES", R"({"language":"zh-CN","trackingType":"1","trackingNumber":[")" + waybill +
                                           R"("],"methodType":"1","checkPhoneNo":")" + phone_end + R"("})"));
  YX_TRY(hall::ParcelFact fact, parse_sf_routes(body, waybill));
  fact.answer = {.provider = std::string(provider), .transaction = waybill, .raw = std::move(body)};
  return fact;
}

Result<void> SfExpress::cancel(const std::string& id, const std::string& waybill) {
  if (!is_shipment_id(id) || !is_waybill(waybill)) {
    return fail(ErrorCode::invalid_input, "an order is cancelled by its id and waybill");
  }
  YX_TRY(const Bytes body,
         ask("EXP_RECE_UPDATE_ORDER", R"({"language":"zh-CN","orderId":)" + net::json_string(id) +
                                          R"(,"dealType":2,"waybillNoInfoList":[{"waybillType":1,"waybillNo":")" +
                                          waybill + R"("}]})"));
  YX_TRY(const Told told, read_answer(body));
  constexpr std::string_view deed_done = "2";  // resStatus: 1 no such order, 2 done
  if (!told.success && told.code == cancelled_before_code) {
    return {};
  }
  if (!told.success) {
    return fail(ErrorCode::declined_by_outside, told_code(told.code));
  }
  if (told.data.text("orderId") != id || told.data.text("resStatus") != deed_done) {
    return fail(ErrorCode::corrupt, "the courier does not say that the order is cancelled");
  }
  return {};
}

}  // namespace yinxin::outside
