#include "outside/emulator/set.h"

#include "outside/bank/direct_link_test_keys.h"
#include "outside/courier/sf_express_emulator.h"
#include "outside/identity/aliyun_card_reader_emulator.h"
#include "outside/identity/aliyun_carrier_emulator.h"
#include "outside/identity/aliyun_face_emulator.h"
#include "outside/payment/alipay_test_keys.h"
#include "outside/payment/wechat_pay_test_keys.h"
#include "outside/sms/aliyun_sms_emulator.h"

namespace yinxin::outside {

namespace {

constexpr std::size_t key_id_random_bytes = 8;
constexpr std::size_t secret_random_bytes = 16;
constexpr std::uint32_t last_port = 65535;

SecretBytes drawn_secret(Random& random) {
  std::string text = to_hex(random.secret(secret_random_bytes).expose());
  SecretBytes secret(bytes_of(text));
  wipe(text);
  return secret;
}

AliyunSettings drawn_key(Random& random) {
  return {.base_url = "",
          .access_key_id = "EMULATED" + to_hex(random.bytes(key_id_random_bytes)),
          .access_key_secret = drawn_secret(random)};
}

aliyun::RpcKey key_for(const AliyunSettings& settings) {
  return {.id = settings.access_key_id, .secret = settings.access_key_secret.clone()};
}

}  // namespace

Result<std::string> EmulatorSet::run(std::unique_ptr<Emulator> emulator, const EmulatorSetOptions& options,
                                     const Clock& clock) {
  const std::uint32_t port = options.first_port == 0 ? 0 : options.first_port + std::uint32_t(servers_.size());
  return run_at(port, std::move(emulator), {.address = options.address}, clock);
}

Result<std::string> EmulatorSet::run_at(std::uint32_t port, std::unique_ptr<Emulator> emulator,
                                        net::ServerOptions options, const Clock& clock) {
  if (port > last_port) {
    return fail(ErrorCode::invalid_input, "there is no port " + std::to_string(port));
  }
  net::Router router;
  emulator->add_routes(router);
  options.port = static_cast<std::uint16_t>(port);
  const std::string host = options.address;
  auto server = net::Server::start(std::move(options), std::move(router), clock);
  if (!server) {
    return within(std::string(emulator->name()) + " on port " + std::to_string(port), std::move(server).error());
  }
  const bool is_v6 = host.find(':') != std::string::npos;
  std::string address = "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string((*server)->port());
  places_.push_back({.name = std::string(emulator->name()), .address = address});
  emulators_.push_back(std::move(emulator));
  servers_.push_back(std::move(*server));
  return address;
}

Result<void> EmulatorSet::start_people(const EmulatorSetOptions& options, const Clock& clock, Random& random) {
  SmsSettings& sms = settings_.sms.emplace(SmsSettings{.aliyun = drawn_key(random), .sign_name = "印信演示"});
  YX_TRY(auto sms_emulator,
         AliyunSmsEmulator::start(
             {.key = key_for(sms.aliyun), .sign_name = sms.sign_name, .report_url = options.sms_report_url}, clock,
             random));
  YX_TRY(sms.aliyun.base_url, run(std::move(sms_emulator), options, clock));

  AliyunSettings& carrier = settings_.carrier.emplace(drawn_key(random));
  YX_TRY(carrier.base_url,
         run(std::make_unique<AliyunCarrierEmulator>(key_for(carrier), clock, random), options, clock));

  FaceSettings& face = settings_.face.emplace(FaceSettings{.aliyun = drawn_key(random), .scene_id = "1000000006"});
  YX_TRY(face.aliyun.base_url,
         run(std::make_unique<AliyunFaceEmulator>(
                 AliyunFaceEmulatorOptions{.key = key_for(face.aliyun), .scene_id = face.scene_id}, clock, random),
             options, clock));

  AliyunSettings& card_reader = settings_.card_reader.emplace(drawn_key(random));
  YX_TRY(card_reader.base_url,
         run(std::make_unique<AliyunCardReaderEmulator>(key_for(card_reader), clock, random), options, clock));

  CourierSettings& courier = settings_.courier.emplace(
      CourierSettings{.base_url = "", .partner_id = "YINXIN", .checkword = drawn_secret(random)});
  YX_TRY(courier.base_url,
         run(std::make_unique<SfExpressEmulator>(
                 SfExpressEmulatorOptions{.partner_id = courier.partner_id, .checkword = courier.checkword.clone()},
                 clock, random),
             options, clock));
  courier.base_url += "/std/service";
  return {};
}

Result<void> EmulatorSet::start_alipay(const EmulatorSetOptions& options, const Clock& clock, Random& random) {
  const AlipayTestKeys keys = make_alipay_test_keys(random);
  YX_TRY(auto emulator, AlipayEmulator::make(emulator_options(keys), clock, random));
  std::string notify_url = options.alipay_notify_url;
  if (notify_url.empty()) {
    notify_url = options.pay_notify_url.substr(0, options.pay_notify_url.rfind('/') + 1) + "alipay";
  }
  AlipaySettings& alipay = settings_.alipay.emplace(AlipaySettings{.app = keys.app,
                                                                   .seller = keys.seller,
                                                                   .app_key_pem = keys.app_key_pem.clone(),
                                                                   .alipay_key_pem = keys.alipay_public_key_pem,
                                                                   .notify_url = notify_url});
  YX_TRY(alipay.base_url, run(std::move(emulator), options, clock));
  alipay.base_url += "/gateway.do";
  return {};
}

Result<void> EmulatorSet::start_money(const EmulatorSetOptions& options, const Clock& clock, Random& random) {
  const WechatPayTestKeys pay = make_wechat_pay_test_keys(random);
  YX_TRY(auto pay_emulator, WechatPayEmulator::make(emulator_options(pay), clock, random));
  WechatPaySettings& wechat_pay =
      settings_.wechat_pay.emplace(WechatPaySettings{.merchant = pay.merchant,
                                                     .app = pay.app,
                                                     .merchant_serial = pay.merchant_serial,
                                                     .merchant_key_pem = pay.merchant_key_pem.clone(),
                                                     .api_key = pay.api_key.clone(),
                                                     .platform_key_id = pay.platform_key_id,
                                                     .platform_key_pem = pay.platform_public_key_pem,
                                                     .notify_url = options.pay_notify_url});
  YX_TRY(wechat_pay.base_url, run(std::move(pay_emulator), options, clock));

  const DirectLinkTestKeys link = make_direct_link_test_keys(random);
  DirectLinkEmulatorOptions bank_options = emulator_options(link);
  bank_options.banks = options.banks;
  const std::string target = bank_options.target;
  YX_TRY(auto bank_emulator, DirectLinkEmulator::make(std::move(bank_options), clock, random));
  BankSettings& bank = settings_.bank.emplace(BankSettings{.user = link.user,
                                                           .user_key = link.user_key.clone(),
                                                           .bank_key = link.bank_public,
                                                           .transport_key = link.transport_key.clone(),
                                                           .account = link.account,
                                                           .branch = link.branch,
                                                           .pay_mode = link.pay_mode});
  YX_TRY(bank.base_url, run(std::move(bank_emulator), options, clock));
  bank.base_url += target;
  return {};
}

Result<void> EmulatorSet::start_phone(const EmulatorSetOptions& options, const Clock& clock) {
  auto phone = std::make_unique<EmulatedPhone>(options.add_phone_pages);
  for (const auto& provider : emulators_) {
    phone->know(*provider);
  }
  const std::uint32_t next = options.first_port == 0 ? 0 : options.first_port + std::uint32_t(servers_.size());
  YX_CHECK(run_at(options.phone_port ? *options.phone_port : next, std::move(phone),
                  {.address = options.address, .admit = EmulatedPhone::admit}, clock));
  return {};
}

Result<std::unique_ptr<EmulatorSet>> EmulatorSet::start(const EmulatorSetOptions& options, const Clock& clock,
                                                        Random& random) {
  auto set = std::unique_ptr<EmulatorSet>(new EmulatorSet());
  set->settings_.emulated = true;
  YX_CHECK(set->start_people(options, clock, random));
  YX_CHECK(set->start_money(options, clock, random));
  YX_CHECK(set->start_alipay(options, clock, random));
  YX_CHECK(set->start_phone(options, clock));
  return set;
}

void EmulatorSet::stop() {
  for (const auto& server : servers_) {
    server->stop();
  }
}

}  // namespace yinxin::outside
