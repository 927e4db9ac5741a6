#pragma once
// The other side of AliyunFace: the page for the phone, on which a person (or a test) decides.
//
//   GET  /h5/{certify_id}           the page, clearly marked 样例; buttons 通过, 不通过, 取消
//   POST /h5/{certify_id}           verdict=pass|fail|cancel, as the page's form; then 303 to the ReturnUrl
//   GET  /admin/faces               [{"certify_id","outer_order_no","name","verdict"}]
//   POST /admin/faces/{certify_id}  {"verdict": "pass|fail|cancel", "sub_code": "205"}

#include "outside/aliyun/rpc_emulator.h"

namespace yinxin::outside {

constexpr std::size_t max_emulated_faces = 10'000;
constexpr std::chrono::minutes emulated_face_life{30};  // of the page

struct AliyunFaceEmulatorOptions {
  aliyun::RpcKey key{};
  std::string scene_id{};
};

class AliyunFaceEmulator final : public aliyun::RpcEmulator {
 public:
  AliyunFaceEmulator(AliyunFaceEmulatorOptions options, const Clock& clock, Random& random);
  [[nodiscard]] std::string_view name() const override { return "face"; }

 private:
  struct Check {
    std::string outer_order_no, name, return_url, verdict, sub_code;  // verdict: empty until somebody decides
    Instant begun_at;
    bool is_hidden = false;  // as if the provider knew nothing of it
  };
  net::Response perform(const Asked& asked) override;
  net::Response decline(const std::string& action) override;
  void add_admin_routes(net::Router& router) override;

  net::Response init(const Parameters& parameters, const std::string& host);
  net::Response describe(const Parameters& parameters);
  net::Response page(const net::Request& request);
  net::Response press(const net::Request& request);
  net::Response decide_from_outside(const net::Request& request);
  net::Response hide(const net::Request& request, bool hidden);
  net::Response list();
  // 404, 410 when it was used or has run out, or 400; else the check is decided.
  std::optional<net::Response> decide(const std::string& certify_id, const std::string& verdict,
                                      const std::string& sub_code);
  [[nodiscard]] std::optional<net::Response> closed(const std::string& certify_id) const;
  [[nodiscard]] net::Response say(std::string_view code, std::string_view message) const;

  std::string scene_id_;
  std::mutex mutex_;
  std::map<std::string, Check> checks_;
};

}  // namespace yinxin::outside
