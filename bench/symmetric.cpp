// SM3 and SM4 over 16 KiB, against OpenSSL.

#include "base/random.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "openssl_side.h"
#include "subject.h"

namespace yinxin::bench {

namespace {

constexpr std::size_t input_bytes = std::size_t{16} << 10;
constexpr double megabytes = static_cast<double>(input_bytes) / 1e6;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, openssl::Freer<EVP_CIPHER_CTX_free>>;

struct Bench {
  SystemRandom random;
  Bytes key = random.bytes(crypto::sm4_key_size);
  Bytes iv = random.bytes(crypto::sm4_block_size);
  Bytes nonce = random.bytes(crypto::sm4_gcm_nonce_size);
  Bytes input = random.bytes(input_bytes);
  Bytes output = Bytes(input_bytes);
  // The key set anew for each input, as ours does.
  bool their_ctr() {
    const CipherContext context(EVP_CIPHER_CTX_new());
    int size = 0;
    return context && EVP_EncryptInit_ex(context.get(), EVP_sm4_ctr(), nullptr, key.data(), iv.data()) == 1 &&
           EVP_EncryptUpdate(context.get(), output.data(), &size, input.data(), static_cast<int>(input.size())) == 1 &&
           static_cast<std::size_t>(size) == input.size();
  }
};

Side their_ctr(const std::shared_ptr<Bench>& b) {
  return {.once = [b] { return b->their_ctr(); }, .counts = megabytes};
}

Result<Contest> digesting() {
  const auto b = std::make_shared<Bench>();
  const crypto::Digest expected = crypto::sm3(b->input);
  return Contest{.ours = {.once = [b, expected] { return crypto::sm3(b->input) == expected; }, .counts = megabytes},
                 .theirs = Side{.once =
                                    [b, expected] {
                                      crypto::Digest made{};
                                      unsigned size = 0;
                                      return EVP_Digest(b->input.data(), b->input.size(), made.data(), &size, EVP_sm3(),
                                                        nullptr) == 1 &&
                                             made == expected;
                                    },
                                .counts = megabytes}};
}

Result<Contest> counting() {
  const auto b = std::make_shared<Bench>();
  YX_TRY(const Bytes cipher, crypto::sm4_encrypt(crypto::Sm4Mode::ctr, b->key, b->iv, b->input));
  if (!b->their_ctr() || b->output != cipher) {
    return fail(ErrorCode::internal, "the peer encrypts something else");
  }
  return Contest{
      .ours = {.once = [b] { return crypto::sm4_encrypt(crypto::Sm4Mode::ctr, b->key, b->iv, b->input).has_value(); },
               .counts = megabytes},
      .theirs = their_ctr(b)};
}

Result<Contest> sealing() {
  const auto b = std::make_shared<Bench>();
  YX_TRY(const Bytes cipher, crypto::sm4_gcm_encrypt(b->key, b->nonce, {}, b->input));
  YX_TRY(const SecretBytes opened, crypto::sm4_gcm_decrypt(b->key, b->nonce, {}, cipher));
  if (!same(opened.expose(), b->input)) {
    return fail(ErrorCode::internal, "what was encrypted does not open");
  }
  return Contest{.ours = {.once = [b] { return crypto::sm4_gcm_encrypt(b->key, b->nonce, {}, b->input).has_value(); },
                          .counts = megabytes},
                 .theirs = their_ctr(b)};
}

}  // namespace

std::vector<Subject> symmetric_subjects() {
  constexpr double must_digest = 1.4, must_encrypt = 5;
  const auto subject = [](const char* name, const char* peer, double must, const char* note,
                          Result<Contest> (*prepare)()) {
    return Subject{.name = name,
                   .unit = "MB/s",
                   .peer = peer,
                   .time = Time::thread,
                   .target = {.ratio = must},
                   .note = note,
                   .prepare = prepare};
  };
  return {
      subject("sm3.16k", "openssl", must_digest, "", digesting),
      subject("sm4.gcm.16k", "openssl ctr", must_encrypt, "OpenSSL 3.0 has no SM4-GCM: its CTR is the peer", sealing),
      subject("sm4.ctr.16k", "openssl", must_encrypt, "", counting)};
}

}  // namespace yinxin::bench
