#include "outside/identity/aliyun_carrier_emulator.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "outside/emulator/admin.h"

namespace yinxin::outside {

namespace {

constexpr std::size_t id_characters = 18;
constexpr std::size_t mobile_digits = 11;
constexpr std::array<std::string_view, 5> virtual_prefixes{"162", "165", "167", "170", "171"};

bool is_id_number(std::string_view text) {
  return text.size() == id_characters && all_digits(text.substr(0, id_characters - 1)) &&
         (all_digits(text.substr(id_characters - 1)) || text.back() == 'X');
}

}  // namespace

AliyunCarrierEmulator::AliyunCarrierEmulator(aliyun::RpcKey key, const Clock& clock, Random& random)
    : RpcEmulator(std::move(key), "2019-03-07", {"Mobile3MetaDetailVerify"}, clock, random) {}

net::Response AliyunCarrierEmulator::say(std::string_view code, std::string_view message, std::string_view biz_code,
                                         std::string_view sub_code) const {
  boost::json::object body{{"RequestId", request_id()}, {"Message", message}, {"Code", code}};
  if (!biz_code.empty()) {
    body["ResultObject"] = boost::json::object{{"BizCode", biz_code}, {"SubCode", sub_code}, {"IspName", "CMCC"}};
  }
  return aliyun::json_response(boost::json::serialize(body));
}

net::Response AliyunCarrierEmulator::decline(const std::string& /*action*/) { return say("403", "重复调用次数过多"); }

net::Response AliyunCarrierEmulator::perform(const Asked& asked) {
  const Parameters& parameters = asked.parameters;
  const std::string name = member(parameters, "UserName");
  const std::string id = member(parameters, "IdentifyNum");
  const std::string mobile = member(parameters, "Mobile");
  if (name.empty() || id.empty() || mobile.empty() || member(parameters, "ParamType").empty()) {
    return say("400", "参数不能为空");
  }
  if (member(parameters, "ParamType") != "normal" || !is_id_number(id) || mobile.size() != mobile_digits ||
      !all_digits(mobile)) {
    return say("401", "参数非法");
  }
  if (std::ranges::find(virtual_prefixes, mobile.substr(0, 3)) != virtual_prefixes.end()) {
    return say("405", "号码无法查询");
  }
  const std::scoped_lock lock(mutex_);
  const auto holder = subscribers_.find(mobile);
  if (holder == subscribers_.end()) {
    return say("200", "success", "3", "301");
  }
  const bool same_name = holder->second.name == name;
  const bool same_id = holder->second.resident_id == id;
  if (same_name && same_id) {
    return say("200", "success", "1", "101");
  }
  return say("200", "success", "2", same_name ? "202" : same_id ? "203" : "201");
}

void AliyunCarrierEmulator::add_admin_routes(net::Router& router) {
  router.add(net::Method::get, "/admin/subscribers", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex_);
    boost::json::array all;
    for (const auto& [mobile, holder] : subscribers_) {
      all.push_back(
          boost::json::object{{"name", holder.name}, {"resident_id", holder.resident_id}, {"mobile", mobile}});
    }
    return aliyun::json_response(boost::json::serialize(all));
  });
  router.add(net::Method::post, "/admin/subscribers", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& request) {
               const auto told = flat_object(text_of(request.body));
               if (!told || member(*told, "name").empty() || !is_id_number(member(*told, "resident_id")) ||
                   !all_digits(member(*told, "mobile")) || member(*told, "mobile").size() != mobile_digits) {
                 return net::problem(400, "an object with name, resident_id and mobile is needed");
               }
               const std::scoped_lock lock(mutex_);
               if (subscribers_.size() >= max_emulated_subscribers) {
                 return net::problem(409, "too many subscribers");
               }
               subscribers_[member(*told, "mobile")] = {.name = member(*told, "name"),
                                                        .resident_id = member(*told, "resident_id")};
               return net::Response{.status = 204};
             });
}

}  // namespace yinxin::outside
