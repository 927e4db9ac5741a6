#pragma once
// Whether a seal may be used now by the holder of a certificate (GB/T 38540-2020 7.2, GM/T 0031-2014 6.2.2), and its
// use, which asks for that permission. A verifier that finds out later finds out too late: the paper is out of the
// house.

#include "crypto/signer.h"
#include "seal/ofd/stamp.h"
#include "seal/verify/trust.h"

namespace yinxin::seal {

// An answer without nextUpdate (RFC 6960 4.2.2.1) is believed for that long.
constexpr std::chrono::minutes max_status_age{10};
// Clocks of others may be ahead of ours by so much.
constexpr std::chrono::minutes max_clock_skew{10};

// Whether a list or an answer still speaks for `now`. known_status() takes old ones too; a stamp must not rest on them.
bool is_current(const x509::CertificateList& list, Instant now);
bool is_current(const x509::OcspResponse& response, Instant now);
// `store` without the lists and answers that are not current.
x509::TrustStore with_current_status(x509::TrustStore store, Instant now);

enum class StampAnswer {
  may,
  may_not,  // something is wrong with the seal, the certificate or their bond
  unknown,  // an anchor or a status that is needed is not there
};
std::string_view name_of(StampAnswer answer);

struct StampVerdict;

// That it was allowed, at a moment. Only may_stamp() makes one.
class StampPermission {
 public:
  [[nodiscard]] const Bytes& seal() const { return seal_; }
  [[nodiscard]] const x509::Certificate& certificate() const { return certificate_; }
  [[nodiscard]] Instant at() const { return at_; }

 private:
  friend StampVerdict may_stamp(BytesView seal, const x509::Certificate& certificate,
                                const verify::TrustContext& context);
  StampPermission(BytesView seal, x509::Certificate certificate, Instant at)
      : seal_(to_bytes(seal)), certificate_(std::move(certificate)), at_(at) {}
  Bytes seal_;
  x509::Certificate certificate_;
  Instant at_;
};

struct StampVerdict {
  StampAnswer answer = StampAnswer::unknown;
  std::vector<verify::Finding> findings;  // all that was asked, not only what stands in the way
  std::optional<StampPermission> permission;
};

// Asked at `context.now`: the seal is whole, its maker trusted and it is in force; the certificate is among its owners,
// in force, may sign, leads to an anchor, and neither it nor an authority above it is revoked or on hold by a current
// list or answer of the store. Nothing is fetched.
StampVerdict may_stamp(BytesView seal, const x509::Certificate& certificate, const verify::TrustContext& context);

struct StampWish {
  std::vector<ofd::StampPlace> places;
  std::size_t body = 0;  // which document of the package, from 0
  bool lock = false;     // nothing can be signed after
};
// The stamped package. forbidden when the signer's key is not the permitted certificate's; else as ofd::prepare() and
// PreparedStamp::finish(), or as the signer and the time stamper fail.
Result<Bytes> stamp(const ofd::Package& package, const StampPermission& permission, const StampWish& wish,
                    crypto::Signer& signer, const ofd::TimeStampCallback& time_stamp = {});

}  // namespace yinxin::seal
