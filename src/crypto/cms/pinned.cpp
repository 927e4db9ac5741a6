#include "crypto/cms/pinned.h"

#include <algorithm>

namespace yinxin::cms {

Result<PinnedContent> open_pinned(BytesView message, const asn1::ObjectId& content_type,
                                  std::span<const x509::Certificate> pinned, Instant now) {
  if (message.size() > max_pinned_message_size) {
    return fail(ErrorCode::invalid_input, "a message between domains is too large");
  }
  YX_TRY(SignedData signed_data, SignedData::parse(message));
  if (signed_data.family != Family::gm || signed_data.content_type != content_type || !signed_data.content ||
      signed_data.signers.size() != 1) {
    return fail(ErrorCode::invalid_input, "not an attached message of type " + content_type.dotted());
  }
  const SignerInfo& signer = signed_data.signers.front();
  const SignerReport report = check_signer(signed_data, signer);
  if (report.problem || !report.certificate) {
    return fail(ErrorCode::forbidden, "the signature of the message does not hold");
  }
  const auto found = std::ranges::find(pinned, *report.certificate);
  if (found == pinned.end()) {
    return fail(ErrorCode::forbidden, "the signer of the message is not the one in the configuration");
  }
  if (!found->in_force_at(now)) {
    return fail(ErrorCode::forbidden, "the certificate of the message's signer is not in force");
  }
  return PinnedContent{*std::move(signed_data.content), static_cast<std::size_t>(found - pinned.begin())};
}

Result<Bytes> sign_pinned(BytesView content, const asn1::ObjectId& content_type, const x509::Certificate& certificate,
                          crypto::Signer& signer, Instant now) {
  SigningOptions options;
  options.content_type = content_type;
  options.signing_time = whole_seconds(now);
  return sign(content, certificate, signer, options);
}

}  // namespace yinxin::cms
