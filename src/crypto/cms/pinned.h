#pragma once
// Messages between inner domains: attached GB/T 35275 SignedData with one signer whose certificate the receiver has
// pinned. There is no chain to build and nobody to ask: the certificate is the one in the configuration, or it is not.

#include <span>

#include "crypto/cms/signed_data.h"

namespace yinxin::cms {

// A message between domains is small; what is larger is refused before it is parsed.
constexpr std::size_t max_pinned_message_size = 256U * 1024;

struct PinnedContent {
  Bytes content;
  std::size_t signer = 0;  // index into `pinned`
};

// The content, once one signer has signed exactly it and is one of `pinned`, in force at `now`.
// invalid_input when it is no such message or of another type; forbidden when the signature does not hold, or the
// signer is not pinned or not in force.
Result<PinnedContent> open_pinned(BytesView message, const asn1::ObjectId& content_type,
                                  std::span<const x509::Certificate> pinned, Instant now);

// The other direction: `content` signed as open_pinned() reads it.
Result<Bytes> sign_pinned(BytesView content, const asn1::ObjectId& content_type, const x509::Certificate& certificate,
                          crypto::Signer& signer, Instant now);

}  // namespace yinxin::cms
