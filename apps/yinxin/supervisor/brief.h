#pragma once
// What a domain is told at birth, through a pipe that only it can read: the secret of its own keys, and whose messages
// it believes. Never on a command line, never in the environment.

#include <map>
#include <string>

#include "crypto/wrapping.h"
#include "crypto/x509/certificate.h"

namespace yinxin::supervisor {

// Of a pipe, so that writing never waits.
constexpr std::size_t max_brief_bytes = 32 * 1024;
constexpr std::size_t max_pinned = 32;

//   Brief  = length of the secret 2 octets (big-endian), secret, Pinned
//   Pinned ::= SEQUENCE (SIZE (0..32)) OF SEQUENCE { name UTF8String, value OCTET STRING }
struct Brief {
  SecretBytes secret{};                   // crypto::BootSecret::handed_to
  std::map<std::string, Bytes> pinned{};  // certificates (DER) and public points, by name

  // invalid_input when it does not fit.
  [[nodiscard]] Result<SecretBytes> to_wire() const;
  // corrupt.
  static Result<Brief> parse(BytesView wire);
  [[nodiscard]] Result<x509::Certificate> certificate(const std::string& name) const;  // not_found, invalid_input
};

// What the domains of this office believe of each other, read from their folders before any of them runs.
Result<std::map<std::string, Bytes>> read_pinned(const std::string& data, const crypto::BootSecret& boot);

// To the end of `descriptor`, which is closed. corrupt.
Result<Brief> read_brief(int descriptor);

}  // namespace yinxin::supervisor
