#include "token/soft/key_story.h"

#include <argon2.h>

#include "crypto/sm4.h"

namespace yinxin::token::soft {

namespace {

constexpr std::size_t kek_size = crypto::sm4_key_size;

Result<SecretBytes> key_encryption_key(const PinState& state, std::string_view pin, const SecretBytes& chip_key) {
  SecretBytes key(kek_size);
  SecretBytes password(bytes_of(pin));
  SecretBytes secret = chip_key.clone();
  Bytes salt = state.salt;
  argon2_context context{};
  context.out = key.expose_for_writing().data();
  context.outlen = kek_size;
  context.pwd = password.expose_for_writing().data();
  context.pwdlen = static_cast<std::uint32_t>(password.size());
  context.salt = salt.data();
  context.saltlen = static_cast<std::uint32_t>(salt.size());
  context.secret = secret.expose_for_writing().data();
  context.secretlen = static_cast<std::uint32_t>(secret.size());
  context.t_cost = state.passes;
  context.m_cost = state.memory_kib;
  context.lanes = 1;
  context.threads = 1;
  context.version = ARGON2_VERSION_13;
  context.flags = ARGON2_DEFAULT_FLAGS;
  if (argon2id_ctx(&context) != ARGON2_OK) {
    return fail(ErrorCode::internal, "Argon2id has no memory for a PIN");
  }
  return key;
}

std::string pin_place(BytesView application_id, std::string_view role) {
  return "pin " + std::string(role) + " " + to_hex(application_id);
}

}  // namespace

Bytes wrap(BytesView key, std::string_view bound_to, BytesView plain, Random& random) {
  Bytes out = random.bytes(crypto::sm4_gcm_nonce_size);
  const auto sealed = crypto::sm4_gcm_encrypt(key, out, bytes_of(bound_to), plain);
  append(out, sealed.value());
  return out;
}

Result<SecretBytes> unwrap(BytesView key, std::string_view bound_to, BytesView wrapped) {
  if (wrapped.size() < wrapped_size(0)) {
    return fail(ErrorCode::corrupt, "too short for something wrapped");
  }
  return crypto::sm4_gcm_decrypt(key, wrapped.first(crypto::sm4_gcm_nonce_size), bytes_of(bound_to),
                                 wrapped.subspan(crypto::sm4_gcm_nonce_size));
}

Result<PinState> make_pin(std::string_view pin, std::uint32_t max_retries, const SecretBytes& chip_key,
                          BytesView application_id, std::string_view role, const SecretBytes& master, Random& random) {
  PinState state;
  state.salt = random.bytes(pin_salt_size);
  state.memory_kib = pin_memory_kib;
  state.passes = pin_passes;
  state.max_retries = max_retries;
  state.retries_left = max_retries;
  YX_TRY(const SecretBytes key, key_encryption_key(state, pin, chip_key));
  state.wrapped_master = wrap(key.expose(), pin_place(application_id, role), master.expose(), random);
  return state;
}

Result<SecretBytes> open_pin(const PinState& state, std::string_view pin, const SecretBytes& chip_key,
                             BytesView application_id, std::string_view role) {
  YX_TRY(const SecretBytes key, key_encryption_key(state, pin, chip_key));
  auto master = unwrap(key.expose(), pin_place(application_id, role), state.wrapped_master);
  if (!master) {
    return fail(ErrorCode::pin_wrong, "the PIN does not open the application");
  }
  return std::move(*master);
}

std::string scalar_place(BytesView application_id, std::string_view container, bool signing) {
  return std::string(signing ? "signing key " : "encryption key ") + to_hex(application_id) + " " +
         std::string(container);
}

}  // namespace yinxin::token::soft
