#include "outside/adapters.h"

#include "outside/courier/sf_express.h"
#include "outside/endpoint.h"
#include "outside/identity/aliyun_card_reader.h"
#include "outside/identity/aliyun_carrier.h"
#include "outside/identity/aliyun_face.h"
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
  return adapters;
}

}  // namespace yinxin::outside
