#pragma once
// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) between two byte streams that somebody else moves: no socket in here.

#include <memory>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin::net {

constexpr std::size_t max_tls_pending_bytes = 256 * 1024;

// What one end shows and whom it believes; shared by all its connections.
class TlsIdentity {
 public:
  // A server's certificate with its chain, and the key, both PEM. invalid_input when they cannot be read or do not
  // belong together.
  static Result<std::shared_ptr<const TlsIdentity>> server(std::string_view certificates_pem,
                                                           const SecretBytes& key_pem);
  // A client's trust: only these authorities.
  static Result<std::shared_ptr<const TlsIdentity>> client(std::string_view authorities_pem);
  // One end of mutual TLS 1.3 between ends that know each other beforehand: the peer must hold the key of a
  // certificate whose SHA-256 (64 hexadecimal digits, small) is one of `peers`; no name, authority or time counts, and
  // no session is resumed. As server().
  enum class End { connects, hears };
  static Result<std::shared_ptr<const TlsIdentity>> pinned(End end, std::string_view certificate_pem,
                                                           const SecretBytes& key_pem, std::set<std::string> peers);
  virtual ~TlsIdentity() = default;
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

 protected:
  TlsIdentity() = default;
};

class TlsSession {
 public:
  // `peer_name`: for a client(), the host name or address that the server's certificate must be for; else empty. The
  // session does not outlive `identity`.
  static std::unique_ptr<TlsSession> begin(const TlsIdentity& identity, std::string_view peer_name = {});
  virtual ~TlsSession() = default;
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Takes bytes from the wire and appends what they say to `plain`. invalid_input when the handshake or a record is
  // bad: send what outgoing() still has (the alert) and close.
  virtual Result<void> receive(BytesView wire, Bytes& plain) = 0;
  // Encrypts; only once is_established().
  virtual Result<void> send(BytesView plain) = 0;
  // Moves the bytes that have to go to the wire out.
  virtual Bytes outgoing() = 0;
  [[nodiscard]] virtual bool is_established() const = 0;
  // The peer has said that it sends no more.
  [[nodiscard]] virtual bool is_ended() const = 0;
  // Says so to the peer.
  virtual void end() = 0;
  // SHA-256 of the certificate that the peer has shown, as TlsIdentity::pinned() has it; empty without one.
  [[nodiscard]] virtual std::string peer_fingerprint() const = 0;

 protected:
  TlsSession() = default;
};

}  // namespace yinxin::net
