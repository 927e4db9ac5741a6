#pragma once
// What stands on a picture of an identity card, over Alibaba Cloud's ocr-api 2021-07-07, RecognizeIdcard.

#include "hall/identity/face_check.h"
#include "outside/aliyun/acs3.h"

namespace yinxin::outside {

constexpr std::size_t max_card_picture_bytes = 10UL * 1024 * 1024;  // the provider's own limit

class AliyunCardReader final : public hall::CardReader {
 public:
  explicit AliyunCardReader(aliyun::Acs3Client client) : client_(std::move(client)) {}

  // declined_by_outside with the provider's code, "other_side" when it has read the other side, or "incomplete" when a
  // field is missing. invalid_input for an empty picture or one beyond max_card_picture_bytes.
  Result<hall::CardReading> read(hall::CardSide side, BytesView picture) override;

 private:
  aliyun::Acs3Client client_;
};

}  // namespace yinxin::outside
