#pragma once
// Signing an approval on the officer's own machine: from bytes, never from a hash. Everything that is signed is
// recomputed here out of the case's own bytes, compared, and shown; what does not agree is not signed. This is the only
// way to the approval container (trust.md 2).

#include "crypto/signer.h"
#include "trust/snapshot.h"

namespace yinxin::token {

struct ShownMaterial {
  std::string slot;
  Bytes original;
  Bytes rendition;
};

// What the desk hands over to be judged.
// What machines found out, in words: not signed, shown for the officer to weigh.
struct ShownCheck {
  std::string level;  // "good", "attention", "not_checked"
  std::string words;
};
constexpr std::size_t max_checks_shown = 64;

struct ApprovalBundle {
  Bytes snapshot;
  Bytes manifest;                        // SignedManifest
  trust::ApprovalContent content;        // what is to be signed
  std::vector<ShownMaterial> materials;  // every slot's bytes
  std::vector<Bytes> evidence;           // receipts
  std::optional<Bytes> first_approval;   // S1, for the reviewer
  std::vector<ShownCheck> checks{};
};

// Who signs, and what his machine was set up to sign for.
struct Approver {
  x509::Certificate certificate;
  crypto::Signer* signer = nullptr;
  crypto::Digest ca_key_hash{};
  std::string environment;
};

// Shows `text` and asks for `code`, eight characters that stand in it: true when the person typed them. The code is
// of exactly these bytes, so that a yes to one case is none to another.
class ApprovalWindow {
 public:
  virtual ~ApprovalWindow() = default;
  virtual Result<bool> confirm(const std::string& text, const std::string& code) = 0;
};

constexpr std::chrono::hours approval_life{7 * 24};
constexpr std::size_t approval_nonce_bytes = 16;

// S1 (decision accept) or S2 (approve), signed. conflict when the bundle contradicts itself, with the field's name in
// its detail; forbidden when the certificate is no officer's of that decision, or it is for another authority;
// declined_by_outside when the person did not confirm.
Result<Bytes> approve(const ApprovalBundle& bundle, trust::Decision decision, const Approver& approver,
                      ApprovalWindow& window, Random& random, Instant now);

// The text that approve() shows; conflict as there.
Result<std::string> approval_text(const ApprovalBundle& bundle, trust::Decision decision);

}  // namespace yinxin::token
