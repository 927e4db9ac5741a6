// Certificates: parsed, a fresh chain judged, one issued; against OpenSSL's X.509.

#include <openssl/x509v3.h>

#include <array>

#include "crypto/testing/little_ca.h"
#include "openssl_side.h"
#include "subject.h"

namespace yinxin::bench {

namespace {

using namespace openssl;
using testing::Party;

constexpr std::size_t message_bytes = 600;

// A root, an authority below it and a holder; and what OpenSSL has of them.
struct Bench {
  SystemRandom random;
  Party root = testing::self_signed(testing::ca_profile("Root"));
  Party authority = testing::issued(testing::ca_profile("Authority"), root);
  Party holder = testing::issued(testing::leaf_profile("Holder"), authority);
  Bytes message = random.bytes(message_bytes);
  Bytes signature = holder.signer.sign(message)->to_der();
  Instant now = testing::day(0);
  Pkey their_authority_key, their_holder_key;
  OpensslCertificate their_root, their_authority;
};

OpensslCertificate read(const Bytes& der) {
  const std::uint8_t* at = der.data();
  return OpensslCertificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

Result<std::shared_ptr<Bench>> bench() {
  const auto made = std::make_shared<Bench>();
  YX_TRY(made->their_authority_key, openssl_key(made->authority.signer.key()));
  YX_TRY(made->their_holder_key, openssl_key(made->holder.signer.key()));
  made->their_root = read(made->root.certificate.der());
  made->their_authority = read(made->authority.certificate.der());
  return made->their_root && made->their_authority
             ? Result<std::shared_ptr<Bench>>(made)
             : fail(ErrorCode::internal, "OpenSSL does not read our certificates");
}

// ------------------------------------------------------------------------------------------------------------- parsing

// Every field is looked at, so that nothing is left for later.
bool touch_ours(const Bytes& der) {
  const auto read = x509::Certificate::parse(der);
  if (!read) {
    return false;
  }
  std::size_t seen = read->serial().size() + read->issuer().der().size() + read->subject().der().size() +
                     read->signature().size() + read->signature_algorithm().content().size() +
                     static_cast<std::size_t>(read->version());
  for (const x509::Extension& extension : read->extensions()) {
    seen += extension.id.content().size() + extension.value.size();
  }
  return seen > 0 && read->public_key().sm2().has_value() && read->not_before() < read->not_after();
}

bool touch_theirs(const Bytes& der) {
  const OpensslCertificate certificate = read(der);
  const X509* const read = certificate.get();
  if (read == nullptr) {
    return false;
  }
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, read);
  int seen = ASN1_STRING_length(X509_get0_serialNumber(read)) + X509_NAME_entry_count(X509_get_issuer_name(read)) +
             X509_NAME_entry_count(X509_get_subject_name(read)) + ASN1_STRING_length(signature) +
             OBJ_obj2nid(algorithm->algorithm) + static_cast<int>(X509_get_version(read));
  for (int n = 0; n < X509_get_ext_count(read); ++n) {
    X509_EXTENSION* const extension = X509_get_ext(read, n);
    seen += OBJ_obj2nid(X509_EXTENSION_get_object(extension)) + ASN1_STRING_length(X509_EXTENSION_get_data(extension));
  }
  return seen > 0 && X509_get0_pubkey(read) != nullptr &&
         ASN1_TIME_compare(X509_get0_notBefore(read), X509_get0_notAfter(read)) < 0;
}

Result<Contest> parsing() {
  YX_TRY(const auto b, bench());
  return Contest{.ours = {.once = [b] { return touch_ours(b->holder.certificate.der()); }},
                 .theirs = Side{.once = [b] { return touch_theirs(b->holder.certificate.der()); }},
                 .note = [b] { return std::to_string(b->holder.certificate.der().size()) + " bytes"; }};
}

// --------------------------------------------------------------------------------------------------------------- chain

bool our_chain(const Bench& b, const x509::TrustStore& anchors) {
  const auto holder = x509::Certificate::parse(b.holder.certificate.der());
  auto authority = x509::Certificate::parse(b.authority.certificate.der());
  if (!holder || !authority) {
    return false;
  }
  x509::TrustStore store{
      .anchors = anchors.anchors, .intermediates = {std::move(*authority)}, .crls = {}, .ocsp_responses = {}};
  const auto signature = crypto::Sm2Signature::from_der_or_raw(b.signature);
  return x509::validate_path(*holder, store, {.at = b.now}).valid() && signature &&
         crypto::sm2_verify(*holder->public_key().sm2(), b.message, *signature);
}

using Store = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;
void free_stack(STACK_OF(X509) * stack) { sk_X509_free(stack); }
using Stack = std::unique_ptr<STACK_OF(X509), Freer<free_stack>>;

bool their_chain(const Bench& b, X509_STORE* store) {
  const OpensslCertificate holder = read(b.holder.certificate.der()), authority = read(b.authority.certificate.der());
  const Stack others(sk_X509_new_null());
  const StoreContext context(X509_STORE_CTX_new());
  if (!holder || !authority || !others || !context || !set_id(holder.get()) || !set_id(authority.get()) ||
      sk_X509_push(others.get(), authority.get()) != 1 ||
      X509_STORE_CTX_init(context.get(), store, holder.get(), others.get()) != 1) {
    return false;
  }
  X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(to_unix_ms(b.now) / 1000));
  return X509_verify_cert(context.get()) == 1 && openssl_verify(X509_get0_pubkey(holder.get()), b.message, b.signature);
}

Result<Contest> judging() {
  YX_TRY(const auto b, bench());
  const std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  if (!store || X509_STORE_add_cert(store.get(), b->their_root.get()) != 1) {
    return fail(ErrorCode::internal, "OpenSSL has no store");
  }
  const auto anchors = std::make_shared<x509::TrustStore>();
  anchors->anchors = {b->root.certificate};
  return Contest{.ours = {.once = [b, anchors] { return our_chain(*b, *anchors); }},
                 .theirs = Side{.once = [b, store] { return their_chain(*b, store.get()); }}};
}

// --------------------------------------------------------------------------------------------------------------- issue

constexpr const char* crl_address = "http://ca.example/crl/issuing.crl";

Bytes our_certificate(Bench& b) {
  const x509::PublicKey& key = b.holder.certificate.public_key();
  const Bytes tbs = x509::to_be_signed(
      {.serial = b.holder.certificate.serial(),
       .issuer = b.authority.certificate.subject(),
       .not_before = b.holder.certificate.not_before(),
       .not_after = b.holder.certificate.not_after(),
       .subject = b.holder.certificate.subject(),
       .public_key = key,
       .extensions = {x509::extension::basic_constraints(false, std::nullopt),
                      x509::extension::key_usage(bit(x509::KeyUsage::digital_signature)),
                      x509::extension::extended_key_usage({oid::eku_client_auth()}, false),
                      x509::extension::subject_key_id(key.identifier()),
                      x509::extension::authority_key_id(b.authority.certificate.public_key().identifier()),
                      x509::extension::crl_distribution_point(crl_address)}});
  const auto made = x509::sign_and_assemble(tbs, b.authority.signer);
  return made ? *made : Bytes();
}

Bytes their_certificate(const Bench& b, X509* like) {
  const OpensslCertificate made(X509_new());
  X509* const to = made.get();
  constexpr long version_3 = 2;
  if (!made || X509_set_version(to, version_3) != 1 || X509_set_serialNumber(to, X509_get_serialNumber(like)) != 1 ||
      X509_set_issuer_name(to, X509_get_subject_name(b.their_authority.get())) != 1 ||
      X509_set_subject_name(to, X509_get_subject_name(like)) != 1 ||
      X509_set1_notBefore(to, X509_get0_notBefore(like)) != 1 ||
      X509_set1_notAfter(to, X509_get0_notAfter(like)) != 1 || X509_set_pubkey(to, b.their_holder_key.get()) != 1) {
    return {};
  }
  X509V3_CTX context;
  X509V3_set_ctx(&context, b.their_authority.get(), to, nullptr, nullptr, 0);
  constexpr std::array<std::pair<int, const char*>, 6> extensions{
      {{NID_basic_constraints, "critical,CA:FALSE"},
       {NID_key_usage, "critical,digitalSignature"},
       {NID_ext_key_usage, "clientAuth"},
       {NID_subject_key_identifier, "hash"},
       {NID_authority_key_identifier, "keyid:always"},
       {NID_crl_distribution_points, "URI:http://ca.example/crl/issuing.crl"}}};
  for (const auto& [name, value] : extensions) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, name, value);
    const bool is_added = extension != nullptr && X509_add_ext(to, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    if (!is_added) {
      return {};
    }
  }
  const MdContext signing = openssl_signing(b.their_authority_key.get());
  if (!signing || X509_sign_ctx(to, signing.get()) <= 0) {
    return {};
  }
  std::uint8_t* der = nullptr;
  const int size = i2d_X509(to, &der);
  Bytes bytes = size > 0 ? Bytes(der, der + size) : Bytes();
  OPENSSL_free(der);
  return bytes;
}

Result<Contest> issuing() {
  YX_TRY(const auto b, bench());
  const std::shared_ptr<X509> like(read(b->holder.certificate.der()).release(), X509_free);
  for (const Bytes& der : {our_certificate(*b), their_certificate(*b, like.get())}) {
    YX_TRY(const auto made, x509::Certificate::parse(der));
    if (made.extensions().size() != 6 ||
        x509::signed_by(made, b->authority.certificate.public_key()) != x509::SignatureCheck::holds) {
      return fail(ErrorCode::internal, "a certificate was not made as it should be");
    }
  }
  return Contest{.ours = {.once = [b] { return !our_certificate(*b).empty(); }},
                 .theirs = Side{.once = [b, like] { return !their_certificate(*b, like.get()).empty(); }}};
}

Subject subject(const std::string& name, double must, const std::string& note, Result<Contest> (*prepare)()) {
  return {.name = name,
          .unit = "1/s",
          .peer = "openssl",
          .time = Time::thread,
          .target = {.ratio = must},
          .note = note,
          .prepare = prepare};
}

}  // namespace

std::vector<Subject> x509_subjects() {
  constexpr double must_parse = 30, must_judge = 10, must_issue = 15;
  return {subject("x509.parse", must_parse, "every field touched on both sides", parsing),
          subject("x509.chain", must_judge,
                  "two certificates parsed and judged up to a root, and a message of 600 bytes", judging),
          subject("x509.issue", must_issue,
                  "six extensions, built and signed; ours verifies each signature before it hands it out", issuing)};
}

}  // namespace yinxin::bench
