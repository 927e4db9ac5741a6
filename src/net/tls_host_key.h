#pragma once
// The key and certificate by which a host is known to the other hosts of its office.

#include <string>

#include "base/secret_bytes.h"

namespace yinxin::net {

struct HostKey {
  std::string certificate_pem;  // signed by itself: its fingerprint is what others believe
  SecretBytes key_pem;          // P-256: TLS 1.3 (RFC 8446 4.2.3) of OpenSSL 3.0 has no SM2
};

// invalid_input for a name of more than 64 octets, or none.
Result<HostKey> make_host_key(const std::string& name);
// SHA-256 of the first certificate, 64 hexadecimal digits. invalid_input without one.
Result<std::string> certificate_fingerprint(std::string_view certificate_pem);

}  // namespace yinxin::net
