#pragma once
// The seal maker (制章者): signs a seal for nothing but an ApprovedSeal, which only the checker can construct.

#include "crypto/signer.h"
#include "seal/ses/v4/maker.h"
#include "trust/checker.h"

namespace yinxin::seal {

class SealMaker {
 public:
  // The signer must outlive it.
  SealMaker(x509::Certificate certificate, crypto::Signer& signer)
      : certificate_(std::move(certificate)), signer_(&signer) {}

  // The SESeal (GB/T 38540-2020 clause 6) of an approved line, in force from `now` until its owner's certificate ends.
  // `picture` is the approved one, byte for byte. forbidden when it is not; precondition when the owner's certificate
  // is not in force; invalid_input for a picture or code that cannot stand in a seal.
  Result<Bytes> make(const trust::ApprovedSeal& approved, BytesView picture, const std::string& seal_code,
                     Instant now) const;

 private:
  x509::Certificate certificate_;
  crypto::Signer* signer_;
};

}  // namespace yinxin::seal
