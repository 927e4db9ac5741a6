#pragma once
// Puts a seal on an OFD (GB/T 33190-2016, GB/T 38540-2020 7.2). Two steps, because the owner's key lives in a UKey:
// prepare() gives the bytes to be signed, finish() takes the signature and gives the package. Nothing that was in the
// package before changes but Signatures.xml, and OFD.xml at the first signature.

#include <functional>

#include "crypto/sm3.h"
#include "seal/ofd/signatures.h"
#include "seal/ofd/zip_appender.h"
#include "seal/ses/v4/maker.h"

namespace yinxin::seal::ofd {

struct StampPlace {
  std::string page_id;      // object identifier of the page (PageRef)
  Box box;                  // on that page, millimetres
  std::optional<Box> clip;  // the part of the seal picture that shows, inside `box`: riding seams
};

struct StampRequest {
  Bytes seal;                      // SESeal of GB/T 38540 or GM/T 0031-2025
  Bytes signer_certificate;        // must be in the seal's owner list
  std::vector<StampPlace> places;  // none: a signature that shows nothing
  Instant at;
  std::size_t body = 0;        // which document of the package, from 0
  bool lock = false;           // protect Signatures.xml too: nothing can be signed after
  bool accept_broken = false;  // go on although a signature that is there does not hold
  std::string provider = "Yinxin";
  std::string provider_version = "0.1";
};

// Given the SM3 of the signature value, an RFC 3161 token over it.
using TimeStampCallback = std::function<Result<Bytes>(const crypto::Digest& imprint)>;

class PreparedStamp {
 public:
  // DER of TBS_Sign: what the owner's key signs, with the default id.
  [[nodiscard]] const Bytes& to_be_signed() const { return to_be_signed_; }
  // `signature` is a DER SM2Signature; precondition when it does not hold. Gives the stamped package.
  [[nodiscard]] Result<Bytes> finish(BytesView signature, const TimeStampCallback& time_stamp = {}) const;

 private:
  friend Result<PreparedStamp> prepare(const Package& package, const StampRequest& request);
  std::optional<Package> package_;
  std::vector<NewFile> files_;
  std::string value_path_;
  Bytes to_be_signed_;
  Bytes signer_certificate_;
  Instant at_;
};

// forbidden: locked by an earlier signature. precondition: an earlier signature is broken, the seal or a certificate
// is not in force, the signer is no owner, the seal's own signature does not hold, an integrity list would break.
// not_found: no such page or document. invalid_input: a place outside its page.
Result<PreparedStamp> prepare(const Package& package, const StampRequest& request);

// Places for a seal of `width` × `height` mm that rides over the right edges of `pages`, slice by slice, at `y`.
Result<std::vector<StampPlace>> riding_seam(const std::vector<Page>& pages, double width, double height, double y);

}  // namespace yinxin::seal::ofd
