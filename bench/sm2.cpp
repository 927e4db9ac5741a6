// SM2, one operation at a time, over a message of 600 bytes or a text of 32, against OpenSSL with the same key.

#include "crypto/sm2.h"

#include "openssl_side.h"
#include "subject.h"

namespace yinxin::bench {

namespace {

using namespace openssl;
using crypto::Sm2PrivateKey;

constexpr std::size_t message_bytes = 600;
constexpr std::size_t plain_bytes = 32;

// One key on both sides, and what each made with it, judged by the other.
struct Bench {
  SystemRandom random;
  Sm2PrivateKey ours = Sm2PrivateKey::generate(random);
  Pkey theirs;
  Bytes message = random.bytes(message_bytes);
  Bytes plain = random.bytes(plain_bytes);
};

Result<std::shared_ptr<Bench>> bench() {
  const auto made = std::make_shared<Bench>();
  YX_TRY(made->theirs, openssl_key(made->ours));
  return made;
}

Result<Contest> signing() {
  YX_TRY(const auto b, bench());
  const auto check = crypto::Sm2Signature::from_der_or_raw(openssl_sign(b->theirs.get(), b->message));
  if (!check || !crypto::sm2_verify(b->ours.public_key(), b->message, *check)) {
    return fail(ErrorCode::internal, "the peer's signature does not hold");
  }
  return Contest{.ours = {.once = [b] { return crypto::sm2_sign(b->ours, b->message) != crypto::Sm2Signature{}; }},
                 .theirs = Side{.once = [b] { return !openssl_sign(b->theirs.get(), b->message).empty(); }}};
}

Result<Contest> verifying() {
  YX_TRY(const auto b, bench());
  const crypto::Sm2Signature signature = crypto::sm2_sign(b->ours, b->message);
  return Contest{
      .ours = {.once = [b, signature] { return crypto::sm2_verify(b->ours.public_key(), b->message, signature); }},
      .theirs =
          Side{.once = [b, der = signature.to_der()] { return openssl_verify(b->theirs.get(), b->message, der); }}};
}

Result<Contest> making_keys() {
  YX_TRY(const auto b, bench());
  return Contest{.ours = {.once = [b] { return Sm2PrivateKey::generate(b->random).public_key().point()[0] == 4; }},
                 .theirs = Side{.once = [] { return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2")) != nullptr; }}};
}

using Transform = int (*)(EVP_PKEY_CTX*, unsigned char*, std::size_t*, const unsigned char*, std::size_t);

// With a context of its own, as a signature has; empty when it fails.
Bytes transformed(EVP_PKEY* key, int (*start)(EVP_PKEY_CTX*), Transform run, BytesView input) {
  constexpr std::size_t most_bytes = 512;
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  Bytes out(most_bytes);
  std::size_t size = out.size();
  if (!context || start(context.get()) != 1 || run(context.get(), out.data(), &size, input.data(), input.size()) != 1) {
    return {};
  }
  out.resize(size);
  return out;
}

Result<Contest> encrypting() {
  YX_TRY(const auto b, bench());
  const auto theirs = [b] { return transformed(b->theirs.get(), EVP_PKEY_encrypt_init, EVP_PKEY_encrypt, b->plain); };
  YX_TRY(const auto cipher, crypto::Sm2Cipher::from_der(theirs()));
  YX_TRY(const SecretBytes opened, crypto::sm2_decrypt(b->ours, cipher));
  if (!same(opened.expose(), b->plain)) {
    return fail(ErrorCode::internal, "the peer encrypts something else");
  }
  return Contest{.ours = {.once = [b] { return crypto::sm2_encrypt(b->ours.public_key(), b->plain).has_value(); }},
                 .theirs = Side{.once = [theirs] { return !theirs().empty(); }}};
}

Result<Contest> decrypting() {
  YX_TRY(const auto b, bench());
  YX_TRY(const crypto::Sm2Cipher cipher, crypto::sm2_encrypt(b->ours.public_key(), b->plain));
  return Contest{.ours = {.once =
                              [b, cipher] {
                                const auto opened = crypto::sm2_decrypt(b->ours, cipher);
                                return opened && same(opened->expose(), b->plain);
                              }},
                 .theirs = Side{.once = [b, der = cipher.to_der()] {
                   return same(transformed(b->theirs.get(), EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, der), b->plain);
                 }}};
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

std::vector<Subject> sm2_subjects() {
  constexpr double must_sign = 25, must_verify = 5.5, must_make_keys = 25;
  const std::string over = "one at a time, over 600 bytes, Z counted";
  return {subject("sm2.sign", must_sign, over, signing),
          subject("sm2.verify", must_verify, over + ", unknown key", verifying),
          subject("sm2.keygen", must_make_keys, "", making_keys), subject("sm2.encrypt", 0, "32 bytes", encrypting),
          subject("sm2.decrypt", 0, "32 bytes", decrypting)};
}

}  // namespace yinxin::bench
