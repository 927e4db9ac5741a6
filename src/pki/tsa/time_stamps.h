#pragma once
// Time stamping authority (RFC 3161, GB/T 20520, GM/T 0033). Its serial number is a counter that is stored before
// anything is signed, and its time never falls.

#include <chrono>

#include "audit/record.h"
#include "crypto/tsp/time_stamp.h"

namespace yinxin::pki {

// What the clocks say, and whether enough of them agree.
struct SoundTime {
  Instant now;
  bool sound = false;
};
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  virtual SoundTime read() = 0;
};

struct TimeStampTurn {
  std::int64_t serial = 0;
  Instant time;
};
class TimeStampJournal {
 public:
  virtual ~TimeStampJournal() = default;
  // Stores the next serial number with its time: `now`, or the last turn's time when the clock fell by no more than
  // tolerated. expired when it fell further: then no turn is taken.
  virtual Result<TimeStampTurn> next(Instant now, std::chrono::milliseconds tolerated_step_back) = 0;
};

constexpr std::chrono::milliseconds tolerated_step_back{1000};

class TimeStampAuthority {
 public:
  // conflict when the certificate is not the signer's, or not for time stamping alone. All must outlive it.
  static Result<TimeStampAuthority> make(x509::Certificate certificate, asn1::ObjectId policy, crypto::Signer& signer,
                                         TimeStampJournal& journal, TimeSource& time);
  // DER of a TimeStampResp for whatever bytes came; a refusal is a response too.
  Bytes answer(BytesView request);

 private:
  TimeStampAuthority(x509::Certificate certificate, asn1::ObjectId policy, crypto::Signer& signer,
                     TimeStampJournal& journal, TimeSource& time)
      : certificate_(std::move(certificate)),
        policy_(std::move(policy)),
        signer_(&signer),
        journal_(&journal),
        time_(&time) {}
  x509::Certificate certificate_;
  asn1::ObjectId policy_;
  crypto::Signer* signer_;
  TimeStampJournal* journal_;
  TimeSource* time_;
};

}  // namespace yinxin::pki
