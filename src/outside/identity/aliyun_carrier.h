#pragma once
// Name, identity number and mobile against the carriers' records, over Alibaba Cloud's Cloudauth 2019-03-07,
// Mobile3MetaDetailVerify.

#include "hall/identity/carrier.h"
#include "outside/aliyun/acs3.h"

namespace yinxin::outside {

class AliyunCarrier final : public hall::Carrier {
 public:
  explicit AliyunCarrier(aliyun::Acs3Client client) : client_(std::move(client)) {}

  // BizCode 1 is match, 3 no_record; 2 is not_this_person for SubCode 201, where the number is registered to a third
  // party (a company, say), and name_and_id_differ for 202 and 203, where one of the two is the subscriber's. The
  // transaction is the RequestId. declined_by_outside: the provider's Code (405: a number of a virtual carrier, about
  // which it knows nothing).
  Result<hall::CarrierFact> check(const std::string& name, const std::string& resident_id,
                                  const std::string& mobile) override;

 private:
  aliyun::Acs3Client client_;
};

}  // namespace yinxin::outside
