#pragma once
// The holder's agent, before and after it takes a token over: what it needs to reach the PIN domain, the way there, and
// the word of the new key. Nothing of this is for a page; nothing is told about a token to who does not have it.

#include <functional>
#include <optional>

#include "net/http.h"

namespace yinxin::api {

constexpr std::size_t max_activation_form_bytes = 4 * 1024;
constexpr std::size_t max_activation_bytes = 8 * 1024;   // DER of pin::Activation
constexpr std::size_t max_token_word_bytes = 64 * 1024;  // S5

// What stands on the token itself: the device's serial number and that of its signing certificate, 128 drawn bits that
// nobody is told before the certificate is in use.
struct TokenSeen {
  std::string device_serial;
  Bytes certificate_serial;
};
struct ActivationOpened {
  std::string line;                // "<case>/<number>"
  Bytes door;                      // certificate to which the activation secret is sealed
  Bytes pin_domain;                // certificate of who answers
  std::optional<Bytes> seal_hash;  // SM3 of the line's seal, which S5 names
};

// What the code by SMS is asked with. Said also to who named another number than the requester's: nothing is sent then.
struct CodeTicket {
  Bytes challenge;
  Instant expires_at;
  Instant next_at;
};

// Each may be called from several threads.
struct HolderPorts {
  // not_found for a token that is not one waiting for its holder, whatever is wrong with it.
  std::function<Result<ActivationOpened>(const TokenSeen&)> begin;
  // Sends the requester of this token's case a code, if `mobile` is his number as the officers signed it. not_found as
  // begin; too_many_requests "code.pause" and "code.day"; outside_* when the message cannot be sent.
  std::function<Result<CodeTicket>(const TokenSeen&, const std::string& mobile)> send_code;
  std::function<Result<Bytes>(BytesView activation)> activate;
  // Lifts the hold; the seal that was made for the holder, now that he has proven himself.
  std::function<Result<std::optional<Bytes>>(BytesView activated)> confirm;
};

// POST /api/v1/activation/begin {"device_serial", "certificate_serial" (hexadecimal)}, POST /api/v1/activation/code
// {the same, "mobile"}, POST /api/v1/activation (DER → DER), POST /api/v1/activation/confirmed (DER of S5).
void add_holder_routes(net::Router& router, HolderPorts ports);

}  // namespace yinxin::api
