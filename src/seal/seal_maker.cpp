#include "seal/seal_maker.h"

namespace yinxin::seal {

Result<Bytes> SealMaker::make(const trust::ApprovedSeal& approved, BytesView picture, const std::string& seal_code,
                              Instant now) const {
  // The checker compared them when it approved; this copy came another way.
  if (crypto::sm3(picture) != approved.wish().picture_hash) {
    return fail(ErrorCode::forbidden, "not the picture that was approved");
  }
  if (!approved.owner().in_force_at(now)) {
    return fail(ErrorCode::precondition, "the owner's certificate is not in force");
  }
  const ses::v4::SealOrder order{.es_id = seal_code,
                                 .type = approved.wish().type,
                                 .name = approved.wish().name,
                                 .owner_certificates = {approved.owner().der()},
                                 .picture_png = to_bytes(picture),
                                 .width_mm = approved.wish().width_mm,
                                 .height_mm = approved.wish().height_mm,
                                 .created_at = whole_seconds(now),
                                 .valid_from = whole_seconds(now),
                                 .valid_until = approved.owner().not_after(),
                                 .extensions = {}};
  return ses::v4::make_seal(order, certificate_.der(), [this](BytesView bytes) -> Result<Bytes> {
    YX_TRY(const crypto::Sm2Signature signature, signer_->sign(bytes));
    return signature.to_der();
  });
}

}  // namespace yinxin::seal
