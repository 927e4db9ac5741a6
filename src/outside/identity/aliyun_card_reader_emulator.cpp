#include "outside/identity/aliyun_card_reader_emulator.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "crypto/sm3.h"
#include "outside/emulator/admin.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t hash_digits = 64;
constexpr std::size_t date_digits = 8;

bool is_date(const std::string& text) { return text.size() == date_digits && all_digits(text); }

std::string dotted(const std::string& date) {
  return is_date(date) ? date.substr(0, 4) + "." + date.substr(4, 2) + "." + date.substr(6, 2) : date;
}

bool is_card(const std::map<std::string, std::string>& told) {
  const std::string side = member(told, "side");
  if (member(told, "picture").size() != hash_digits) {
    return false;
  }
  if (side == "portrait") {
    return !member(told, "name").empty() && !member(told, "resident_id").empty();
  }
  const std::string to = member(told, "valid_to");
  return side == "emblem" && is_date(member(told, "valid_from")) && (is_date(to) || to == "长期");
}

}  // namespace

AliyunCardReaderEmulator::AliyunCardReaderEmulator(aliyun::RpcKey key, const Clock& clock, Random& random)
    : RpcEmulator(std::move(key), "2021-07-07", {"RecognizeIdcard"}, clock, random) {}

net::Response AliyunCardReaderEmulator::cannot(std::string_view code, std::string_view message) const {
  return aliyun::gateway_error(400, code, message, request_id(), "ocr-api.cn-hangzhou.aliyuncs.com");
}

net::Response AliyunCardReaderEmulator::decline(const std::string& /*action*/) {
  return cannot("unmatchedImageType", "The type of image does not match the API operation.");
}

net::Response AliyunCardReaderEmulator::perform(const Asked& asked) {
  if (asked.body.empty()) {
    return cannot("invalidInputParameter", "The input parameter is invalid.");
  }
  const std::scoped_lock lock(mutex_);
  const auto found = cards_.find(to_hex(crypto::sm3(asked.body)));
  if (found == cards_.end()) {
    return cannot("unmatchedImageType", "The type of image does not match the API operation.");
  }
  const Parameters& card = found->second;
  const bool is_portrait = member(card, "side") == "portrait";
  json::object fields;
  if (is_portrait) {
    fields = {{"name", member(card, "name")}, {"idNumber", member(card, "resident_id")}};
  } else {
    fields = {{"issueAuthority", "样例公安局"},
              {"validPeriod", dotted(member(card, "valid_from")) + "-" + dotted(member(card, "valid_to"))}};
  }
  const json::object side{
      {"data", fields},
      {"ftype", 0},
      {"warning", json::object{{"isCopy", member(card, "is_copy") == "true" ? 1 : 0}, {"isReshoot", 0}}}};
  const json::object data{{"data", json::object{{is_portrait ? "face" : "back", side}}}};
  return aliyun::json_response(
      json::serialize(json::object{{"RequestId", request_id()}, {"Data", json::serialize(data)}}));
}

net::Response AliyunCardReaderEmulator::add_card(const net::Request& request) {
  auto told = flat_object(text_of(request.body));
  if (!told || !is_card(*told)) {
    return net::problem(400, "an object with picture, side and the side's fields is needed");
  }
  const std::scoped_lock lock(mutex_);
  if (cards_.size() >= max_emulated_cards) {
    return net::problem(409, "too many cards");
  }
  cards_[ascii_lower(member(*told, "picture"))] = std::move(*told);
  return {.status = 204};
}

void AliyunCardReaderEmulator::add_admin_routes(net::Router& router) {
  router.add(net::Method::post, "/admin/cards", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return add_card(r); });
}

}  // namespace yinxin::outside
