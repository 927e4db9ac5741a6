#include "pin/service.h"

#include <algorithm>

#include "crypto/asn1/der.h"
#include "crypto/cms/pinned.h"
#include "crypto/oids.h"
#include "pin/draw.h"

namespace yinxin::pin {
namespace {

std::string action_of(OrderKind kind) {
  constexpr std::string_view names[] = {"draw_for_keying", "written",          "abandon_keying",
                                        "draw_secret",     "secret_delivered", "void_secret",
                                        "open_gate",       "activated",        "draw_code"};
  return std::string(names[static_cast<std::size_t>(kind)]);
}
const std::string keying_answers = "draw_for_keying";
const std::string secret_answers = "draw_secret";
const std::string activation_answers = "activation";
const std::string code_answers = "draw_code";

bool outside_may(OrderKind kind) {
  return kind == OrderKind::draw_secret || kind == OrderKind::secret_delivered || kind == OrderKind::void_secret ||
         kind == OrderKind::draw_code;
}
bool vault_may(OrderKind kind) {
  return kind != OrderKind::draw_secret && kind != OrderKind::secret_delivered && kind != OrderKind::draw_code;
}

std::string pin_purpose(const LineRecord& line) { return "pin.initial/" + line.line + "/" + line.device; }
std::string so_purpose(const DeviceRecord& device) { return "pin.administrator/" + device.device; }

Result<void> same_token(const LineRecord& line, const std::string& device) {
  return line.device == device ? Result<void>() : fail(ErrorCode::forbidden, "another token belongs to this line");
}

// A holder reads why no code is drawn; the others are read in a log.
Error not_now(OrderKind kind, SecretState secret) {
  if (kind != OrderKind::draw_code) {
    return fail(ErrorCode::wrong_state, "not now: " + action_of(kind));
  }
  return secret == SecretState::locked ? fail(ErrorCode::pin_locked, "activation.locked")
                                       : fail(ErrorCode::wrong_state, "activation.not_now");
}

}  // namespace

Result<Bytes> Service::seal(const std::string& purpose, const SecretBytes& secret) const {
  YX_TRY(const crypto::WrappedKey sealed, parts_.keys.wrap(purpose, secret.expose(), parts_.random));
  return sealed.to_der();
}

Result<SecretBytes> Service::open(const std::string& purpose, BytesView sealed) const {
  YX_TRY(const crypto::WrappedKey wrapped, crypto::WrappedKey::parse(sealed));
  return parts_.keys.unwrap(purpose, wrapped);
}

Result<crypto::Digest> Service::mac(const LineRecord& line, const SecretBytes& secret) const {
  YX_TRY(const SecretBytes key, parts_.keys.derive("pin.activation", line.mac_key));
  const Bytes place = asn1::sequence(
      [&](asn1::Writer& out) { out.utf8("yinxin.activation.1").utf8(line.line).integer(line.generation); });
  return crypto::hmac_sm3(key.expose(), {place, secret.expose()});
}

// The code belongs to this A and this challenge: it proves nothing about another line, or after a new A.
Result<crypto::Digest> Service::mac_of_code(const LineRecord& line, const SecretBytes& code) const {
  YX_TRY(const SecretBytes key, parts_.keys.derive("pin.activation", line.mac_key));
  const Bytes place = asn1::sequence([&](asn1::Writer& out) {
    out.utf8("yinxin.activation_code.1").utf8(line.line).integer(line.generation).octet_string(line.challenge);
  });
  return crypto::hmac_sm3(key.expose(), {place, code.expose()});
}

Result<Bytes> Service::answer(const MessageId& message, const crypto::Digest& hash,
                              const std::optional<Secrets>& secrets,
                              const std::optional<crypto::Sm2PublicKey>& recipient) {
  Answer out{message, hash};
  if (secrets) {
    ensure(recipient.has_value(), "secrets have a recipient");
    YX_TRY(out.sealed, crypto::sm2_encrypt(*recipient, secrets->to_der().expose()));
  }
  return cms::sign_pinned(out.to_der(), oid::message_pin_answer(), pinned_.service, parts_.signer, parts_.clock.now());
}

Result<std::optional<Bytes>> Service::repeated(const MessageId& message, const crypto::Digest& hash) {
  YX_TRY(const std::optional<Answered> before, parts_.store.answered(message));
  if (!before) {
    return std::optional<Bytes>();
  }
  if (before->request_hash != hash) {
    return fail(ErrorCode::conflict, "this message id stood for another message");
  }
  if (before->failure) {
    return fail(*before->failure, "as was said to this message before");
  }
  if (!before->answer) {
    return fail(ErrorCode::expired, "the answer to this message was erased");
  }
  return before->answer;
}

Result<Bytes> Service::order(BytesView signed_order) {
  const std::scoped_lock lock(mutex_);
  std::vector<x509::Certificate> senders = pinned_.vaults;
  senders.insert(senders.end(), pinned_.outsides.begin(), pinned_.outsides.end());
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(signed_order, oid::message_pin_order(), senders, parts_.clock.now()));
  YX_TRY(const Order order, Order::parse(opened.content));
  const bool from_vault = opened.signer < pinned_.vaults.size();
  if (from_vault ? !vault_may(order.kind) : !outside_may(order.kind)) {
    return fail(ErrorCode::forbidden, "this sender may not order " + action_of(order.kind));
  }
  const crypto::Digest hash = crypto::sm3(opened.content);
  YX_TRY(std::optional<Bytes> before, repeated(order.message, hash));
  if (before) {
    return *std::move(before);
  }
  if (!from_vault && order.kind == OrderKind::void_secret) {
    YX_TRY(const LineRecord line, parts_.store.line(order.line));
    if (line.secret == SecretState::locked) {
      return fail(ErrorCode::forbidden, "only the vault reissues a secret that was locked");
    }
  }
  return carry_out(order, hash);
}

Result<Bytes> Service::carry_out(const Order& order, const crypto::Digest& hash) {
  YX_TRY(LineRecord line, parts_.store.line(order.line));
  Change change{std::move(line)};
  YX_CHECK(parts_.audit.record({"pin", "pin", "pin." + action_of(order.kind), order.line, "intended"}));
  YX_TRY(const std::optional<Secrets> secrets, apply(order, change));
  YX_TRY(Bytes message, answer(order.message, hash, secrets, order.recipient));
  change.answered = Answered{order.message, hash, order.line, action_of(order.kind), message};
  YX_CHECK(parts_.store.save(change, parts_.clock.now()));
  return message;
}

Result<std::optional<Secrets>> Service::apply(const Order& order, Change& change) {
  LineRecord& line = change.line;
  if (order.kind == OrderKind::secret_delivered) {
    return hear_delivered(order, change);
  }
  const auto token = next(line.token, order.kind);
  const auto secret = next(line.secret, order.kind);
  if (!token && !secret) {
    return not_now(order.kind, line.secret);
  }
  const bool needs_token =
      order.kind == OrderKind::written || order.kind == OrderKind::abandon_keying || order.kind == OrderKind::activated;
  if (needs_token) {
    YX_CHECK(same_token(line, order.device));
    YX_TRY(change.device, parts_.store.device(line.device));
  }
  std::optional<Secrets> out;
  switch (order.kind) {
    case OrderKind::draw_for_keying: {
      YX_TRY(out, draw_for_keying(order, change));
      break;
    }
    case OrderKind::draw_secret: {
      YX_TRY(out, draw_secret(order, change));
      break;
    }
    case OrderKind::draw_code: {
      YX_TRY(out, draw_code(order, change));
      break;
    }
    case OrderKind::written:
      if (order.certificate.empty()) {
        return fail(ErrorCode::invalid_input, "written: the certificate's serial is missing");
      }
      line.certificate = order.certificate;
      YX_CHECK(confirm_so(*change.device));
      change.erase_answers_of = {keying_answers};
      break;
    case OrderKind::abandon_keying:
      // SO_next stays: the token may have taken it already, the next keying must know it.
      change.device->line.clear();
      line.device.clear();
      line.certificate.clear();
      line.sealed_pin.clear();
      change.erase_answers_of = {keying_answers, activation_answers};
      break;
    case OrderKind::secret_delivered: break;  // heard before
    case OrderKind::void_secret:
      line.secret_mac.clear();
      line.code_mac.clear();
      change.erase_answers_of = {secret_answers, code_answers};
      break;
    case OrderKind::open_gate: line.gate_open = true; break;
    case OrderKind::activated:
      if (line.certificate != order.certificate) {
        return fail(ErrorCode::forbidden, "another certificate belongs to this line");
      }
      YX_CHECK(confirm_so(*change.device));
      change.device->line.clear();
      line.sealed_pin.clear();
      line.secret_mac.clear();
      line.code_mac.clear();
      line.secret = SecretState::spent;
      change.erase_answers_of = {keying_answers, secret_answers, activation_answers, code_answers};
      break;
  }
  line.token = token.value_or(line.token);
  line.secret = secret.value_or(line.secret);
  return out;
}

// A provider may say so late: after that secret was voided, perhaps after another one was drawn, or after the holder
// has used it. Then it changes nothing, and whoever says it is not kept saying it.
Result<std::optional<Secrets>> Service::hear_delivered(const Order& order, Change& change) {
  if (!order.drawn_by) {
    return fail(ErrorCode::invalid_input, "delivered: which drawing is missing");
  }
  YX_TRY(const std::optional<Answered> drawing, parts_.store.answered(*order.drawn_by));
  const auto after = next(change.line.secret, order.kind);
  if (after && drawing && drawing->line == order.line && drawing->answer) {
    change.line.secret = *after;
    change.erase_answers_of = {secret_answers};
  }
  return std::optional<Secrets>();
}

Result<Secrets> Service::draw_for_keying(const Order& order, Change& change) {
  if (order.device.empty() || !order.recipient) {
    return fail(ErrorCode::invalid_input, "keying: token and station are missing");
  }
  YX_TRY(DeviceRecord device, parts_.store.device(order.device));
  if (!device.line.empty() && device.line != order.line) {
    return fail(ErrorCode::conflict, "the token belongs to another line");
  }
  Secrets out;
  out.so_counter = device.so_counter;
  if (!device.sealed_so_current.empty()) {
    YX_TRY(out.so_current, open(so_purpose(device), device.sealed_so_current));
  }
  if (device.sealed_so_next.empty()) {
    YX_TRY(device.sealed_so_next, seal(so_purpose(device), draw_pin(parts_.random)));
  }
  YX_TRY(out.so_next, open(so_purpose(device), device.sealed_so_next));
  out.initial_pin = draw_pin(parts_.random);
  change.line.device = order.device;
  YX_TRY(change.line.sealed_pin, seal(pin_purpose(change.line), *out.initial_pin));
  device.line = order.line;
  change.device = std::move(device);
  return out;
}

Result<Secrets> Service::draw_secret(const Order& order, Change& change) {
  if (!order.recipient || std::ranges::find(pinned_.adapters, *order.recipient) == pinned_.adapters.end()) {
    return fail(ErrorCode::forbidden, "a secret is drawn for an adapter of the configuration only");
  }
  LineRecord& line = change.line;
  Secrets out;
  out.activation_secret = draw_activation_secret(parts_.random);
  ++line.generation;
  line.tries = 0;
  line.mac_key = parts_.keys.current();
  YX_TRY(const crypto::Digest mac_of_secret, mac(line, *out.activation_secret));
  line.secret_mac = to_bytes(mac_of_secret);
  return out;
}

// Whoever asks for it: it goes to the telephone that the desk names to `outside`, never to one that the street names.
Result<Secrets> Service::draw_code(const Order& order, Change& change) {
  LineRecord& line = change.line;
  if (!order.recipient || std::ranges::find(pinned_.adapters, *order.recipient) == pinned_.adapters.end()) {
    return fail(ErrorCode::forbidden, "a code is drawn for an adapter of the configuration only");
  }
  const bool waits_for_holder = line.token == TokenState::written || line.token == TokenState::released;
  if (!waits_for_holder || !line.gate_open) {
    return not_now(order.kind, line.secret);
  }
  YX_CHECK(same_token(line, order.device));
  const Instant now = parts_.clock.now();
  if (line.codes > 0 && now < line.code_drawn_at + code_pause) {
    return fail(ErrorCode::too_many_requests, "code.pause");
  }
  if (now >= line.codes_since + std::chrono::hours(24)) {
    line.codes_since = now;
    line.codes = 0;
  }
  if (line.codes >= max_codes_a_day) {
    return fail(ErrorCode::too_many_requests, "code.day");
  }
  Secrets out;
  out.activation_code = draw_activation_code(parts_.random);
  ++line.codes;
  line.code_drawn_at = now;
  line.challenge = order.message;
  YX_TRY(const crypto::Digest mac_now, mac_of_code(line, *out.activation_code));
  line.code_mac = to_bytes(mac_now);
  change.erase_answers_of = {code_answers};
  return out;
}

// The token has SO_next now. Of a fresh token that was SO_0.
Result<void> Service::confirm_so(DeviceRecord& device) const {
  if (device.sealed_so_next.empty()) {
    return fail(ErrorCode::wrong_state, "no administrator PIN was drawn for this token");
  }
  device.so_counter += device.sealed_so_current.empty() ? 0U : 1U;
  device.sealed_so_current = std::move(device.sealed_so_next);
  device.sealed_so_next.clear();
  return {};
}

Result<Bytes> Service::activate(BytesView der) {
  const std::scoped_lock lock(mutex_);
  YX_TRY(const Activation activation, Activation::parse(der));
  const crypto::Digest hash = crypto::sm3(der);
  const Instant now = parts_.clock.now();
  YX_TRY(LineRecord line, parts_.store.line(activation.line));
  YX_TRY(std::optional<Bytes> before, repeated(activation.message, hash));
  if (before) {
    return now - line.released_at > release_life ? fail(ErrorCode::expired, "the ten minutes are over")
                                                 : Result<Bytes>(*std::move(before));
  }
  if (line.secret == SecretState::locked || line.tries >= max_tries) {
    return fail(ErrorCode::pin_locked, "activation.locked");
  }
  const bool token_ready = line.token == TokenState::written || line.token == TokenState::released;
  const bool secret_ready = line.secret == SecretState::drawn || line.secret == SecretState::delivered;
  if (!token_ready || !secret_ready || !line.gate_open) {
    return fail(ErrorCode::wrong_state, "activation.not_now");
  }
  YX_CHECK(same_token(line, activation.device));
  if (line.certificate != activation.certificate) {
    return fail(ErrorCode::forbidden, "another certificate belongs to this line");
  }
  if (line.token == TokenState::released && now - line.released_at <= release_life) {
    return fail(ErrorCode::wrong_state, "activation.under_way");
  }
  YX_TRY(const SecretBytes plain, crypto::sm2_decrypt(parts_.door, activation.sealed_secret));
  if (plain.size() != crypto::sm3_size + secret_digits + code_digits ||
      !same(plain.expose().first(crypto::sm3_size), activation.binding())) {
    return fail(ErrorCode::corrupt, "the secret was not sealed for this activation");
  }
  if (line.code_mac.empty() || activation.challenge != line.challenge || now >= line.code_drawn_at + code_life) {
    return fail(ErrorCode::expired, "code.expired");
  }
  return compare(activation, hash, std::move(line),
                 SecretBytes(plain.expose().subspan(crypto::sm3_size, secret_digits)),
                 SecretBytes(plain.expose().subspan(crypto::sm3_size + secret_digits)));
}

Result<Bytes> Service::compare(const Activation& activation, const crypto::Digest& hash, LineRecord line,
                               const SecretBytes& secret, const SecretBytes& code) {
  YX_CHECK(parts_.audit.record({"pin", "agent", "pin.try", line.line, "intended"}));
  // Counted, and on the disk, before it is compared.
  ++line.tries;
  YX_CHECK(parts_.store.save({line}, parts_.clock.now()));
  YX_TRY(line, parts_.store.line(line.line));
  YX_TRY(const crypto::Digest of_secret, mac(line, secret));
  YX_TRY(const crypto::Digest of_code, mac_of_code(line, code));
  // Both, always: nobody learns from the time it took which of them was wrong.
  const bool is_secret = equal_in_constant_time(of_secret, line.secret_mac);
  const bool is_code = equal_in_constant_time(of_code, line.code_mac);
  return is_secret && is_code ? release(activation, hash, std::move(line)) : refuse(activation, hash, std::move(line));
}

Result<Bytes> Service::refuse(const Activation& activation, const crypto::Digest& hash, LineRecord line) {
  const bool last = line.tries >= max_tries;
  if (last) {
    line.secret = SecretState::locked;
    line.secret_mac.clear();
    line.code_mac.clear();
  }
  const ErrorCode code = last ? ErrorCode::pin_locked : ErrorCode::pin_wrong;
  const std::string object = line.line;
  const auto tries = line.tries;
  Change change{std::move(line)};
  change.answered = Answered{activation.message, hash, object, activation_answers, std::nullopt, code};
  YX_CHECK(parts_.store.save(change, parts_.clock.now()));
  YX_CHECK(parts_.audit.record({"pin", "agent", "pin.try", object, last ? "refused: locked" : "refused: wrong"}));
  return fail(code, last ? "activation.locked" : "activation.wrong." + std::to_string(max_tries - tries));
}

Result<Bytes> Service::release(const Activation& activation, const crypto::Digest& hash, LineRecord line) {
  YX_CHECK(parts_.audit.record({"pin", "agent", "pin.release", line.line, "intended"}));
  YX_TRY(DeviceRecord device, parts_.store.device(line.device));
  if (device.sealed_so_next.empty()) {
    YX_TRY(device.sealed_so_next, seal(so_purpose(device), draw_pin(parts_.random)));
  }
  Secrets secrets;
  secrets.so_counter = device.so_counter;
  YX_TRY(secrets.initial_pin, open(pin_purpose(line), line.sealed_pin));
  YX_TRY(secrets.so_current, open(so_purpose(device), device.sealed_so_current));
  YX_TRY(secrets.so_next, open(so_purpose(device), device.sealed_so_next));
  YX_TRY(Bytes message,
         answer(activation.message, hash, std::optional<Secrets>(std::move(secrets)), activation.ephemeral));
  line.token = TokenState::released;
  line.released_at = parts_.clock.now();
  line.released_to = activation.message;
  line.code_mac.clear();
  Change change{std::move(line), std::move(device)};
  change.answered = Answered{activation.message, hash, change.line.line, activation_answers, message};
  change.erase_answers_of = {activation_answers, code_answers};
  YX_CHECK(parts_.store.save(change, parts_.clock.now()));
  return message;
}

}  // namespace yinxin::pin
