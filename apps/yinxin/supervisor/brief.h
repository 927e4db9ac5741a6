#pragma once
// What a domain is told at birth, through a pipe that only it can read: the secret of its own keys, and whose messages
// it believes. Never on a command line, never in the environment.

#include <map>
#include <optional>
#include <set>
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

using Pinned = std::map<std::string, Bytes>;
Bytes der_of(const Pinned& pinned);
Result<Pinned> parse_pinned(BytesView der);  // corrupt

// What the domains of this office believe of each other, read from their folders before any of them runs. Where some of
// them live elsewhere, `here` names those that do not; the others' is read from pinned.der of the folder, which was
// made where all of them lived. not_found without it.
Result<Pinned> read_pinned(const std::string& data, const crypto::BootSecret& boot,
                           const std::optional<std::set<std::string>>& here = std::nullopt);
Result<Pinned> read_kept_pinned(const std::string& data);

// To the end of `descriptor`, which is closed. corrupt.
Result<Brief> read_brief(int descriptor);

}  // namespace yinxin::supervisor
