#include "net/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

namespace yinxin::net {

namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freed<SSL_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

class Identity final : public TlsIdentity {
 public:
  explicit Identity(Context context, bool is_server) : context_(std::move(context)), is_server_(is_server) {}
  Identity(Context context, bool is_server, std::set<std::string> peers);
  [[nodiscard]] SSL_CTX* context() const { return context_.get(); }
  [[nodiscard]] bool is_server() const { return is_server_; }
  [[nodiscard]] bool is_pinned() const { return !peers_.empty(); }
  [[nodiscard]] bool knows(const std::string& fingerprint) const { return peers_.contains(fingerprint); }

 private:
  Context context_;
  bool is_server_;
  std::set<std::string> peers_;
};

std::string fingerprint_of(const X509* certificate) {
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
    return {};
  }
  return to_hex(BytesView(digest).first(size));
}

// In place of all that OpenSSL checks of a chain; that the peer holds the key, the handshake shows.
int verify_pinned(X509_STORE_CTX* shown, void* identity) {
  if (static_cast<const Identity*>(identity)->knows(fingerprint_of(X509_STORE_CTX_get0_cert(shown)))) {
    return 1;
  }
  X509_STORE_CTX_set_error(shown, X509_V_ERR_CERT_UNTRUSTED);
  return 0;
}

Identity::Identity(Context context, bool is_server, std::set<std::string> peers)
    : context_(std::move(context)), is_server_(is_server), peers_(std::move(peers)) {
  ensure(SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) == 1, "TLS 1.3 is known");
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
  ensure(SSL_CTX_set_num_tickets(context_.get(), 0) == 1, "OpenSSL gives no tickets");
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context_.get(), verify_pinned, this);
}

Error tls_failure(std::string what) {
  std::array<char, 160> reason{};
  const unsigned long code = ERR_get_error();
  ERR_error_string_n(code, reason.data(), reason.size());
  ERR_clear_error();
  return fail(ErrorCode::invalid_input, what + (code == 0 ? "" : std::string(": ") + reason.data()));
}

Context new_context(bool is_server) {
  Context context(SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method()));
  ensure(context != nullptr, "OpenSSL gives a TLS context");
  ensure(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1, "TLS 1.2 is known");
  ensure(SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") == 1, "the cipher suites are known");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections give their buffers back; a write may be taken in parts.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

Result<std::vector<X509Ptr>> read_certificates(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1U << 20U))));
  std::vector<X509Ptr> certificates;
  while (X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  if (certificates.empty()) {
    return tls_failure("no certificate in the PEM text");
  }
  ERR_clear_error();  // the end of the text was told as an error
  return certificates;
}

// An encrypted key is refused instead of asking a terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

class Session final : public TlsSession {
 public:
  Session(const Identity& identity, std::string_view peer_name) : ssl_(SSL_new(identity.context())) {
    ensure(ssl_ != nullptr, "OpenSSL gives a TLS session");
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    ensure(in_ != nullptr && out_ != nullptr, "OpenSSL gives a memory BIO");
    SSL_set_bio(ssl_.get(), in_, out_);
    if (identity.is_server()) {
      SSL_set_accept_state(ssl_.get());
      return;
    }
    if (!identity.is_pinned()) {
      expect_peer(std::string(peer_name));
    }
    SSL_set_connect_state(ssl_.get());
    (void)SSL_do_handshake(ssl_.get());  // writes the first flight; failures show at receive()
  }

  Result<void> receive(BytesView wire, Bytes& plain) override {
    ERR_clear_error();
    while (!wire.empty()) {
      const std::size_t part = std::min<std::size_t>(wire.size(), 1U << 20U);
      ensure(BIO_write(in_, wire.data(), static_cast<int>(part)) == static_cast<int>(part), "a memory BIO takes all");
      wire = wire.subspan(part);
      YX_CHECK(read_all(plain));
    }
    return {};
  }

  Result<void> send(BytesView plain) override {
    ERR_clear_error();
    while (!plain.empty()) {
      std::size_t written = 0;
      if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written) != 1) {
        return tls_failure("TLS cannot send");
      }
      plain = plain.subspan(written);
    }
    return {};
  }

  Bytes outgoing() override {
    Bytes bytes(BIO_ctrl_pending(out_));
    if (!bytes.empty()) {
      std::size_t taken = 0;
      ensure(BIO_read_ex(out_, bytes.data(), bytes.size(), &taken) == 1, "a memory BIO gives what it has");
      bytes.resize(taken);
    }
    return bytes;
  }

  [[nodiscard]] bool is_established() const override { return SSL_is_init_finished(ssl_.get()) == 1; }
  [[nodiscard]] bool is_ended() const override { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void end() override {
    if (is_established()) {
      (void)SSL_shutdown(ssl_.get());
    }
  }
  [[nodiscard]] std::string peer_fingerprint() const override {
    return fingerprint_of(SSL_get0_peer_certificate(ssl_.get()));
  }

 private:
  void expect_peer(const std::string& name) {
    ensure(!name.empty(), "a TLS client knows whom it wants");
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl_.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str()) == 1) {
      return;
    }
    ERR_clear_error();
    ensure(X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), name.size()) == 1, "OpenSSL takes the peer's name");
    (void)SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
  }

  Result<void> read_all(Bytes& plain) {
    std::array<std::uint8_t, 16 * 1024> buffer{};
    while (true) {
      if (plain.size() > max_tls_pending_bytes + buffer.size()) {
        return fail(ErrorCode::invalid_input, "more plain text at once than the wire gave");
      }
      std::size_t read = 0;
      if (SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &read) == 1) {
        plain.insert(plain.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(read));
        continue;
      }
      const int why = SSL_get_error(ssl_.get(), 0);
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_ZERO_RETURN) {
        return {};
      }
      return tls_failure("the TLS peer broke the protocol");
    }
  }

  Ssl ssl_;
  BIO* in_ = nullptr;  // both owned by ssl_
  BIO* out_ = nullptr;
};

}  // namespace

namespace {

// A context that shows this certificate with its chain.
Result<Context> own_context(bool is_server, std::string_view certificates_pem, const SecretBytes& key_pem) {
  ERR_clear_error();
  YX_TRY(std::vector<X509Ptr> certificates, read_certificates(certificates_pem));
  const BytesView key_text = key_pem.expose();
  const Bio bio(BIO_new_mem_buf(key_text.data(), static_cast<int>(std::min<std::size_t>(key_text.size(), 1U << 20U))));
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) {
    return tls_failure("no private key in the PEM text");
  }
  Context context = new_context(is_server);
  if (SSL_CTX_use_certificate(context.get(), certificates.front().get()) != 1) {
    return tls_failure("TLS does not take the certificate");
  }
  for (std::size_t i = 1; i < certificates.size(); ++i) {
    ensure(SSL_CTX_add1_chain_cert(context.get(), certificates[i].get()) == 1, "OpenSSL takes a chain");
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1) {
    return tls_failure("the private key is not the certificate's");
  }
  return context;
}

}  // namespace

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::server(std::string_view certificates_pem,
                                                               const SecretBytes& key_pem) {
  YX_TRY(Context context, own_context(true, certificates_pem, key_pem));
  return std::shared_ptr<const TlsIdentity>(std::make_shared<Identity>(std::move(context), true));
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::pinned(End end, std::string_view certificate_pem,
                                                               const SecretBytes& key_pem,
                                                               std::set<std::string> peers) {
  if (peers.empty()) {
    return fail(ErrorCode::invalid_input, "no peer is pinned");
  }
  const bool is_server = end == End::hears;
  YX_TRY(Context context, own_context(is_server, certificate_pem, key_pem));
  return std::shared_ptr<const TlsIdentity>(
      std::make_shared<Identity>(std::move(context), is_server, std::move(peers)));
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::client(std::string_view authorities_pem) {
  ERR_clear_error();
  YX_TRY(std::vector<X509Ptr> authorities, read_certificates(authorities_pem));
  Context context = new_context(false);
  X509_STORE* store = SSL_CTX_get_cert_store(context.get());
  for (const X509Ptr& authority : authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) {
      return tls_failure("TLS does not take an authority");
    }
  }
  return std::shared_ptr<const TlsIdentity>(std::make_shared<Identity>(std::move(context), false));
}

std::unique_ptr<TlsSession> TlsSession::begin(const TlsIdentity& identity, std::string_view peer_name) {
  const auto* known = dynamic_cast<const Identity*>(&identity);
  ensure(known != nullptr, "a TLS identity is one of ours");
  return std::make_unique<Session>(*known, peer_name);
}

}  // namespace yinxin::net
