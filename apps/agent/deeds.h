#pragma once
// What the agent does for its owner, step by step, over HTTP: an officer signs, a station keys and writes, a holder
// takes a token over.

#include <functional>

#include "agent/desk_client.h"
#include "agent/hall_client.h"
#include "base/clock.h"
#include "terminal/activation.h"

namespace yinxin::agent {

// S1 or S2: the bundle is fetched, judged, shown in `window` and, if the person confirms, signed and handed in. Errors
// as token::approve() and the desk's own. The desk's answer as JSON.
Result<std::string> decide(DeskClient& desk, const std::string& id, trust::Decision decision,
                           const std::map<std::string, std::string>& overrides, const token::Approver& approver,
                           token::ApprovalWindow& window, Random& random, Instant now);

struct LineOf {
  std::string id;
  std::int64_t line = 1;
};
struct Station {
  const x509::Certificate& certificate;
  const crypto::Sm2PrivateKey& key;
  const x509::Certificate& roles_ca;  // whose certificate the PIN domain must show
};
struct Keyed {
  Bytes secrets;
  Bytes pin_domain;
};
// Where the sealed secrets are kept until S4: before anything is done with them, as an answer that is lost later would
// take them along.
using KeepSecrets = std::function<Result<void>(const Keyed&)>;
// Asks for the permit, sets the drawn PINs in place of the present ones, has the key born, hands in S3. The sealed
// secrets, for write_line(). The clock is read anew for S3: it is signed after the permit.
Result<Keyed> key_line(DeskClient& desk, const LineOf& which, token::Ukey& ukey, const std::string& container,
                       const Station& station, const office::PresentPins& present, const x509::Certificate& officer,
                       crypto::Signer& officer_signer, const Clock& clock, const KeepSecrets& keep = {});
// The permit and the PINs, set again where an earlier try was cut off; S4 at the end.
Result<void> write_line(DeskClient& desk, const LineOf& which, token::Ukey& ukey, const std::string& container,
                        const Station& station, const Keyed& keyed, Random& random, Instant now);

// Has a code sent to the requester's telephone, for the token in hand.
Result<pin::MessageId> send_code(const HallClient& hall, token::Ukey& ukey, const std::string& container,
                                 const std::string& mobile);

struct TakeOver {
  const SecretBytes& activation_secret;
  const office::ActivationCode& code;
  const SecretBytes& chosen_pin;
  std::vector<std::string> numbers;  // that may not stand in the PIN
  const x509::Certificate& roles_ca;
  // An earlier try changed the PINs and was cut off: chosen_pin is the token's already, and neither secret nor code is
  // asked.
  bool only_confirm = false;
};
// Buys the token's first PINs with the secret and the code, sets the holder's, says S5; the holder's seal, if there is
// one.
Result<std::optional<Bytes>> take_over(const HallClient& hall, token::Ukey& ukey, const std::string& container,
                                       const TakeOver& how, Random& random, Instant now);

}  // namespace yinxin::agent
