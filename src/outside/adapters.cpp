#include "outside/adapters.h"

#include "outside/bank/direct_link.h"
#include "outside/bank/transfers.h"
#include "outside/courier/sf_express.h"
#include "outside/endpoint.h"
#include "outside/identity/aliyun_card_reader.h"
#include "outside/identity/aliyun_carrier.h"
#include "outside/identity/aliyun_face.h"
#include "outside/payment/alipay.h"
#include "outside/payment/wechat_pay.h"
#include "outside/sms/aliyun_sms.h"

namespace yinxin::outside {

namespace {

class Opener {
 public:
  Opener(std::string_view authorities_pem, const Clock& clock, Random& random)
      : authorities_pem_(authorities_pem), clock_(clock), random_(random) {}

  Result<aliyun::Acs3Client> aliyun(const AliyunSettings& settings) {
    YX_TRY(const Endpoint endpoint, Endpoint::parse(settings.base_url));
    YX_TRY(net::ClientOptions place, endpoint.client_options(authorities_pem_));
    return aliyun::Acs3Client(std::move(place),
                              {.id = settings.access_key_id, .secret = settings.access_key_secret.clone()}, clock_,
                              random_);
  }
  Result<std::unique_ptr<hall::Courier>> courier(const CourierSettings& settings) {
    YX_TRY(const Endpoint endpoint, Endpoint::parse(settings.base_url));
    YX_TRY(net::ClientOptions place, endpoint.client_options(authorities_pem_));
    return std::unique_ptr<hall::Courier>(std::make_unique<SfExpress>(std::move(place),
                                                                      endpoint.path.empty() ? "/" : endpoint.path,
                                                                      SfAccount{.partner_id = settings.partner_id,
                                                                                .checkword = settings.checkword.clone(),
                                                                                .monthly_card = settings.monthly_card},
                                                                      clock_, random_));
  }
  Result<std::unique_ptr<hall::Payments>> alipay(const AlipaySettings& settings) {
    YX_TRY(const Endpoint endpoint, Endpoint::parse(settings.base_url));
    YX_TRY(net::ClientOptions place, endpoint.client_options(authorities_pem_));
    YX_TRY(auto made, Alipay::make({.host = std::move(place),
                                    .target = endpoint.path.empty() ? "/" : endpoint.path,
                                    .app = settings.app,
                                    .seller = settings.seller,
                                    .app_key_pem = settings.app_key_pem.clone(),
                                    .alipay_key_pem = settings.alipay_key_pem,
                                    .notify_url = settings.notify_url},
                                   clock_));
    return std::unique_ptr<hall::Payments>(std::move(made));
  }
  Result<std::unique_ptr<hall::Payments>> wechat_pay(const WechatPaySettings& settings) {
    YX_TRY(const Endpoint endpoint, Endpoint::parse(settings.base_url));
    YX_TRY(net::ClientOptions place, endpoint.client_options(authorities_pem_));
    YX_TRY(auto made, WechatPay::make({.host = std::move(place),
                                       .merchant = settings.merchant,
                                       .app = settings.app,
                                       .merchant_serial = settings.merchant_serial,
                                       .merchant_key_pem = settings.merchant_key_pem.clone(),
                                       .api_key = settings.api_key.clone(),
                                       .platform_keys = {{settings.platform_key_id, settings.platform_key_pem}},
                                       .notify_url = settings.notify_url},
                                      clock_, random_));
    return std::unique_ptr<hall::Payments>(std::move(made));
  }
  Result<std::unique_ptr<hall::Bank>> bank(const BankSettings& settings) {
    YX_TRY(const Endpoint endpoint, Endpoint::parse(settings.base_url));
    YX_TRY(net::ClientOptions place, endpoint.client_options(authorities_pem_));
    YX_TRY(auto made, DirectLink::make({.host = std::move(place),
                                        .target = endpoint.path.empty() ? "/" : endpoint.path,
                                        .user = settings.user,
                                        .user_key = settings.user_key.clone(),
                                        .bank_key = settings.bank_key,
                                        .transport_key = settings.transport_key.clone(),
                                        .account = settings.account,
                                        .branch = settings.branch,
                                        .pay_mode = settings.pay_mode},
                                       clock_, random_));
    return std::unique_ptr<hall::Bank>(std::move(made));
  }

 private:
  std::string_view authorities_pem_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace

Result<Adapters> open_adapters(const OutsideSettings& settings, std::string_view authorities_pem, const Clock& clock,
                               Random& random) {
  Opener opener(authorities_pem, clock, random);
  Adapters adapters;
  if (settings.sms) {
    YX_TRY(auto client, opener.aliyun(settings.sms->aliyun));
    adapters.sms = std::make_unique<AliyunSms>(std::move(client), settings.sms->sign_name);
  }
  if (settings.carrier) {
    YX_TRY(auto client, opener.aliyun(*settings.carrier));
    adapters.carrier = std::make_unique<AliyunCarrier>(std::move(client));
  }
  if (settings.face) {
    YX_TRY(auto client, opener.aliyun(settings.face->aliyun));
    adapters.face = std::make_unique<AliyunFace>(std::move(client), settings.face->scene_id);
  }
  if (settings.card_reader) {
    YX_TRY(auto client, opener.aliyun(*settings.card_reader));
    adapters.card_reader = std::make_unique<AliyunCardReader>(std::move(client));
  }
  if (settings.courier) {
    YX_TRY(adapters.courier, opener.courier(*settings.courier));
  }
  if (settings.wechat_pay) {
    YX_TRY(adapters.payments["wechat"], opener.wechat_pay(*settings.wechat_pay));
  }
  if (settings.alipay) {
    YX_TRY(adapters.payments["alipay"], opener.alipay(*settings.alipay));
  }
  if (settings.bank) {
    YX_TRY(adapters.bank, opener.bank(*settings.bank));
    adapters.payments["corporate_transfer"] = std::make_unique<Transfers>(*adapters.bank);
  }
  return adapters;
}

}  // namespace yinxin::outside
