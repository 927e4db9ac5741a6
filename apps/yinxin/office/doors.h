#pragma once
// The doors of the domains beside the vault: what may be asked of them, wherever they stand. Each is opened in this
// process (domains.h), or leads over an edge to a process of its own (remote_doors.h).

#include "crypto/x509/certificate.h"
#include "pki/vault/neighbours.h"
#include "yinxin/office/vault_doors.h"

namespace yinxin::office {

class KeyDoors {
 public:
  virtual ~KeyDoors() = default;
  virtual Result<Bytes> hand_over(BytesView request) = 0;
  virtual Result<Bytes> retire(BytesView retirement) = 0;
  // The pool's own job, where it is this process's.
  virtual Result<void> work() = 0;
  [[nodiscard]] virtual const x509::Certificate& certificate() const = 0;
};

class PinDoors {
 public:
  virtual ~PinDoors() = default;
  virtual Result<Bytes> order(BytesView message) = 0;
  virtual Result<Bytes> activate(BytesView activation) = 0;
  [[nodiscard]] virtual const x509::Certificate& certificate() const = 0;
  // What agents seal activation secrets to.
  [[nodiscard]] virtual const x509::Certificate& door() const = 0;
};

// What anybody may ask: certificate status and time stamps. For whatever bytes come there is an answer, which may be
// that there is none now. From any thread.
class AnswerDoors {
 public:
  virtual ~AnswerDoors() = default;
  virtual Bytes status(BytesView request) = 0;  // DER of an OCSPResponse
  virtual Bytes stamp(BytesView request) = 0;   // DER of a TimeStampResp
};

// The vault and the PIN domain as processes of their own, and with them the key centre and the seal maker, which only
// the vault asks, and those who answer the public. Without them, all are opened with the house.
struct Neighbours {
  std::unique_ptr<PinDoors> pin{};  // as outside and street reach it
  std::unique_ptr<VaultDoors> vault{};
  std::unique_ptr<AnswerDoors> answers{};  // as the street reaches them
};

}  // namespace yinxin::office
