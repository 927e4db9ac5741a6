#include "outside/identity/aliyun_face_emulator.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "outside/emulator/admin.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t certify_id_bytes = 16;
constexpr std::size_t max_order_bytes = 32;

std::string in_html(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

constexpr std::string_view style =
    "*{box-sizing:border-box}body{margin:0;background:#f3f5f9;color:#1d2433;font:1rem/1.6 \"PingFang SC\",\"Microsoft "
    "YaHei\",\"Noto Sans CJK SC\",sans-serif}header{background:#7a3d00;color:#fff;padding:.6rem 1rem;text-align:center}"
    "header p,main p{margin:0}main{max-width:30rem;margin:0 auto;padding:1rem;text-align:center;overflow-wrap:anywhere}"
    "h1{font-size:1.4rem;margin:.6rem 0}.face{width:9rem;height:9rem;margin:1rem auto;border:4px dashed "
    "#0a5fd8;border-radius:50%}form{display:grid;gap:.8rem;margin-top:1.2rem}button{font:inherit;min-height:3rem;"
    "border:1px solid #7d879c;border-radius:8px;background:#fff;color:#1d2433}.pass{background:#11693a;color:#fff;"
    "border-color:#11693a}.fail{color:#c01f2a;border-color:#c01f2a}:focus-visible{outline:3px solid #ff9f1a;"
    "outline-offset:2px}";

net::Response html(std::string_view body, int status = 200) {
  const std::string page =
      "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>刷脸核验（样例）</title><link rel=\"stylesheet\" "
      "href=\"/style.css\"></head><body><header><p>样例 · 并非真实核验</p><p lang=\"en\">Emulated: no camera, no real "
      "check</p></header><main><h1>刷脸核验</h1>" +
      std::string(body) + "</main></body></html>";
  net::Response response = net::answer("text/html; charset=utf-8", net::Body(std::string_view(page)));
  response.status = status;
  response.headers.add("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

// What the phone's page is called back with: 1000 done, 1003 left by the person.
std::string with_answer(const std::string& return_url, const std::string& verdict, const std::string& sub_code) {
  const json::object answer{{"code", verdict == "cancel" ? 1003 : 1000}, {"subCode", sub_code}};
  return return_url + (return_url.find('?') == std::string::npos ? "?" : "&") +
         "response=" + net::percent_encoded(json::serialize(answer));
}

bool is_web_address(std::string_view url) {
  return (url.starts_with("http://") || url.starts_with("https://")) &&
         std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

AliyunFaceEmulator::AliyunFaceEmulator(AliyunFaceEmulatorOptions options, const Clock& clock, Random& random)
    : RpcEmulator(std::move(options.key), "2019-03-07", {"InitFaceVerify", "DescribeFaceVerify"}, clock, random),
      scene_id_(std::move(options.scene_id)) {}

net::Response AliyunFaceEmulator::say(std::string_view code, std::string_view message) const {
  return aliyun::json_response(
      json::serialize(json::object{{"RequestId", request_id()}, {"Message", message}, {"Code", code}}));
}

net::Response AliyunFaceEmulator::decline(const std::string& action) {
  return action == "InitFaceVerify" ? say("418", "刷脸失败次数过多") : say("427", "业务策略限制");
}

net::Response AliyunFaceEmulator::perform(const Asked& asked) {
  const Parameters& parameters = asked.parameters;
  if (member(parameters, "SceneId") != scene_id_) {
    return say("404", "认证场景配置不存在");
  }
  return asked.action == "InitFaceVerify" ? init(parameters, asked.host) : describe(parameters);
}

net::Response AliyunFaceEmulator::init(const Parameters& parameters, const std::string& host) {
  constexpr std::array<const char*, 7> needed{"OuterOrderNo", "ProductCode", "CertType", "CertName",
                                              "CertNo",       "MetaInfo",    "ReturnUrl"};
  for (const char* name : needed) {
    if (member(parameters, name).empty()) {
      return say("400", "参数不能为空");
    }
  }
  const std::string order = member(parameters, "OuterOrderNo");
  if (order.size() > max_order_bytes || member(parameters, "ProductCode") != "ID_PRO" ||
      member(parameters, "CertType") != "IDENTITY_CARD" || member(parameters, "CertifyUrlType") != "H5" ||
      !is_web_address(member(parameters, "ReturnUrl"))) {
    return say("401", "参数非法");
  }
  const std::string certify_id = to_hex(random().bytes(certify_id_bytes));
  const std::scoped_lock lock(mutex_);
  if (checks_.size() >= max_emulated_faces) {
    return say("418", "刷脸失败次数过多");
  }
  checks_[certify_id] = {.outer_order_no = order,
                         .name = member(parameters, "CertName"),
                         .return_url = member(parameters, "ReturnUrl"),
                         .verdict = "",
                         .sub_code = "",
                         .begun_at = now(),
                         .is_hidden = false};
  return aliyun::json_response(json::serialize(
      json::object{{"RequestId", request_id()},
                   {"Message", "success"},
                   {"Code", "200"},
                   {"ResultObject",
                    json::object{{"CertifyId", certify_id}, {"CertifyUrl", "http://" + host + "/h5/" + certify_id}}}}));
}

net::Response AliyunFaceEmulator::describe(const Parameters& parameters) {
  const std::scoped_lock lock(mutex_);
  const auto found = checks_.find(member(parameters, "CertifyId"));
  if (found == checks_.end() || found->second.is_hidden) {
    return say("406", "无效的CertifyId");
  }
  const Check& check = found->second;
  if (check.verdict.empty() || check.verdict == "cancel") {
    return say("424", "身份认证记录不存在");
  }
  return aliyun::json_response(
      json::serialize(json::object{{"RequestId", request_id()},
                                   {"Message", "success"},
                                   {"Code", "200"},
                                   {"ResultObject", json::object{{"Passed", check.verdict == "pass" ? "T" : "F"},
                                                                 {"SubCode", check.sub_code},
                                                                 {"IdentityInfo", nullptr},
                                                                 {"DeviceToken", nullptr},
                                                                 {"MaterialInfo", R"({"facialPictureFront":{}})"}}}}));
}

std::optional<net::Response> AliyunFaceEmulator::closed(const std::string& certify_id) const {
  const auto found = checks_.find(certify_id);
  if (found == checks_.end()) {
    return html("<p>没有这次核验。</p>", 404);
  }
  if (!found->second.verdict.empty() || now() - found->second.begun_at > emulated_face_life) {
    return html("<p>本次核验已使用或已过期。</p>", 410);
  }
  return std::nullopt;
}

std::optional<net::Response> AliyunFaceEmulator::decide(const std::string& certify_id, const std::string& verdict,
                                                        const std::string& sub_code) {
  if (auto refused = closed(certify_id)) {
    return refused;
  }
  if (verdict != "pass" && verdict != "fail" && verdict != "cancel") {
    return net::problem(400, "the verdict is pass, fail or cancel");
  }
  Check& check = checks_.at(certify_id);
  check.verdict = verdict;
  check.sub_code = verdict == "pass" ? "200" : verdict == "cancel" ? "" : sub_code.empty() ? "204" : sub_code;
  return std::nullopt;
}

net::Response AliyunFaceEmulator::page(const net::Request& request) {
  const std::string certify_id(request.parameter("certify_id"));
  const std::scoped_lock lock(mutex_);
  if (auto refused = closed(certify_id)) {
    return std::move(*refused);
  }
  return html(
      "<p>核验人：<strong>" + in_html(checks_.at(certify_id).name) +
      "</strong></p><div class=\"face\" aria-hidden=\"true\"></div><p>请选择服务商应给出的结果。<br><span "
      "lang=\"en\">Choose "
      "what the provider shall find.</span></p><form method=\"post\">"
      "<button name=\"verdict\" value=\"pass\" class=\"pass\">通过 <span lang=\"en\">passed</span></button>"
      "<button name=\"verdict\" value=\"fail\" class=\"fail\">不通过 <span lang=\"en\">not passed</span></button>"
      "<button name=\"verdict\" value=\"cancel\">取消 <span lang=\"en\">leave</span></button></form>");
}

net::Response AliyunFaceEmulator::press(const net::Request& request) {
  const std::string certify_id(request.parameter("certify_id"));
  const std::string_view form = text_of(request.body);
  const std::scoped_lock lock(mutex_);
  const std::string verdict(form.starts_with("verdict=") ? form.substr(8) : "");
  if (auto refused = decide(certify_id, verdict, "")) {
    return std::move(*refused);
  }
  const Check& check = checks_.at(certify_id);
  net::Response away{.status = 303};
  away.headers.add("Location", with_answer(check.return_url, check.verdict, check.sub_code));
  away.headers.add("Cache-Control", "no-store");
  return away;
}

net::Response AliyunFaceEmulator::decide_from_outside(const net::Request& request) {
  const auto told = flat_object(text_of(request.body));
  if (!told) {
    return net::problem(400, "an object with a verdict is needed");
  }
  const std::scoped_lock lock(mutex_);
  if (auto refused =
          decide(std::string(request.parameter("certify_id")), member(*told, "verdict"), member(*told, "sub_code"))) {
    return std::move(*refused);
  }
  return {.status = 204};
}

net::Response AliyunFaceEmulator::hide(const net::Request& request, bool hidden) {
  const std::scoped_lock lock(mutex_);
  const auto found = checks_.find(std::string(request.parameter("certify_id")));
  if (found == checks_.end()) {
    return net::problem(404, "no such face check");
  }
  found->second.is_hidden = hidden;
  return {.status = 204};
}

net::Response AliyunFaceEmulator::list() {
  const std::scoped_lock lock(mutex_);
  json::array checks;
  for (const auto& [certify_id, check] : checks_) {
    checks.push_back(json::object{{"certify_id", certify_id},
                                  {"outer_order_no", check.outer_order_no},
                                  {"name", check.name},
                                  {"verdict", check.verdict.empty() ? "under_way" : check.verdict}});
  }
  return aliyun::json_response(json::serialize(checks));
}

void AliyunFaceEmulator::add_admin_routes(net::Router& router) {
  router.add(net::Method::get, "/style.css", {},
             [](const net::Request&) { return net::answer("text/css; charset=utf-8", net::Body(style)); });
  router.add(net::Method::get, "/h5/{certify_id}", {}, [this](const net::Request& r) { return page(r); });
  router.add(net::Method::post, "/h5/{certify_id}", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return press(r); });
  router.add(net::Method::get, "/admin/faces", {}, [this](const net::Request& /*r*/) { return list(); });
  router.add(net::Method::post, "/admin/faces/{certify_id}", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return decide_from_outside(r); });
  router.add(net::Method::post, "/admin/faces/{certify_id}/hide", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return hide(r, true); });
  router.add(net::Method::post, "/admin/faces/{certify_id}/show", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return hide(r, false); });
}

}  // namespace yinxin::outside
