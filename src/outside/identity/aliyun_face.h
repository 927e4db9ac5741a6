#pragma once
// A person in front of his phone, over Alibaba Cloud's Cloudauth 2019-03-07: InitFaceVerify with the page for a phone's
// browser, and DescribeFaceVerify.

#include "hall/identity/face_check.h"
#include "outside/aliyun/acs3.h"

namespace yinxin::outside {

constexpr std::size_t max_face_id_bytes = 32;
constexpr std::size_t max_face_url_bytes = 2048;

class AliyunFace final : public hall::FaceCheck {
 public:
  // `scene_id`: 认证场景ID as the console gave it, digits.
  AliyunFace(aliyun::Acs3Client client, std::string scene_id)
      : client_(std::move(client)), scene_id_(std::move(scene_id)) {}

  // invalid_input for an id that is none. The transaction is the CertifyId; it works once and for 30 minutes.
  Result<hall::FaceCheckBegun> begin(const hall::FaceCheckRequest& request) override;
  // The provider says the same (424) of a check that is under way and of one that the person has left: this never
  // gives `cancelled`. Passed alone decides; the reason of a failure is its SubCode.
  Result<hall::FaceFact> result(const std::string& transaction) override;

 private:
  aliyun::Acs3Client client_;
  std::string scene_id_;
};

}  // namespace yinxin::outside
