#pragma once
// What the vault's ports become between domains: messages signed by the vault, answers signed by the neighbour, both
// sides pinned. The far side is a function of bytes here; a descriptor later.

#include <functional>

#include "base/clock.h"
#include "pki/ca/journal.h"
#include "pki/vault/neighbours.h"

namespace yinxin::office {

using Door = std::function<Result<Bytes>(BytesView message)>;

// One end of an edge: who we are, and whose answers we believe.
struct Edge {
  x509::Certificate own;
  crypto::Signer* signer = nullptr;
  x509::Certificate neighbour;
  const Clock* clock = nullptr;
};

class KeyCentreLine final : public pki::EncryptionKeys {
 public:
  KeyCentreLine(Edge edge, Door hand_over, Door retire)
      : edge_(std::move(edge)), hand_over_(std::move(hand_over)), retire_(std::move(retire)) {}
  Result<pki::EncryptionKey> take(const pki::EncryptionKeyWish& wish) override;
  // The certificate that was to have this key will not come to be, or is revoked. A key that was never handed over is
  // no failure.
  Result<void> retire(const pki::IssuerId& issuer, BytesView serial);

 private:
  Edge edge_;
  Door hand_over_, retire_;
};

class PinLine final : public pki::TokenSecrets {
 public:
  PinLine(Edge edge, Door order) : edge_(std::move(edge)), order_(std::move(order)) {}
  Result<Bytes> draw_for_keying(const pki::Digest& permit, const std::string& line, const std::string& device,
                                const crypto::Sm2PublicKey& station) override;
  Result<void> open_gate(const pki::Digest& permit, const std::string& line) override;
  Result<void> written(const pki::Digest& permit, const std::string& line, const std::string& device,
                       BytesView serial) override;
  Result<void> activated(const pki::Digest& permit, const std::string& line, const std::string& device,
                         BytesView serial) override;
  Result<void> abandon(const pki::Digest& permit, const std::string& line, const std::string& device) override;

 private:
  struct Wish;
  Result<Bytes> send(const Wish& wish);
  Edge edge_;
  Door order_;
};

}  // namespace yinxin::office
