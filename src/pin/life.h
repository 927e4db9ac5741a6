#pragma once
// The two short lives of a line in pin, as tables: its token, and its activation secret.

#include <optional>
#include <string_view>

#include "pin/messages.h"

namespace yinxin::pin {

enum class TokenState {
  waiting,    // no token yet
  keyed,      // R and the administrator PIN are with the station
  written,    // S4 came; the station wiped them
  released,   // R and the administrator PINs went to the holder's agent, at least once
  activated,  // S5 came: R and A are erased, the administrator PIN is the next one
};
enum class SecretState {
  none,
  drawn,      // sealed to the adapter; whether it was sent is not known yet
  delivered,  // the provider said so; the sealed copy is erased
  voided,     // returned or taken back: opens nothing
  locked,     // five wrong tries
  spent,      // S5 came
};
constexpr std::string_view name_of(TokenState state) {
  constexpr std::string_view names[] = {"waiting", "keyed", "written", "released", "activated"};
  return names[static_cast<std::size_t>(state)];
}
constexpr std::string_view name_of(SecretState state) {
  constexpr std::string_view names[] = {"none", "drawn", "delivered", "voided", "locked", "spent"};
  return names[static_cast<std::size_t>(state)];
}

struct TokenMove {
  TokenState from;
  OrderKind on;
  TokenState to;
};
constexpr TokenMove token_moves[] = {
    {TokenState::waiting, OrderKind::draw_for_keying, TokenState::keyed},
    {TokenState::keyed, OrderKind::written, TokenState::written},
    {TokenState::keyed, OrderKind::abandon_keying, TokenState::waiting},
    {TokenState::written, OrderKind::abandon_keying, TokenState::waiting},
    {TokenState::released, OrderKind::abandon_keying, TokenState::waiting},
    {TokenState::written, OrderKind::open_gate, TokenState::written},
    {TokenState::waiting, OrderKind::open_gate, TokenState::waiting},
    {TokenState::keyed, OrderKind::open_gate, TokenState::keyed},
    {TokenState::released, OrderKind::activated, TokenState::activated},
};
struct SecretMove {
  SecretState from;
  OrderKind on;
  SecretState to;
};
constexpr SecretMove secret_moves[] = {
    {SecretState::none, OrderKind::draw_secret, SecretState::drawn},
    {SecretState::voided, OrderKind::draw_secret, SecretState::drawn},
    {SecretState::drawn, OrderKind::secret_delivered, SecretState::delivered},
    {SecretState::drawn, OrderKind::void_secret, SecretState::voided},
    {SecretState::delivered, OrderKind::void_secret, SecretState::voided},
    {SecretState::locked, OrderKind::void_secret, SecretState::voided},
    {SecretState::drawn, OrderKind::draw_code, SecretState::drawn},
    {SecretState::delivered, OrderKind::draw_code, SecretState::delivered},
};

constexpr std::optional<TokenState> next(TokenState from, OrderKind on) {
  for (const TokenMove& move : token_moves) {
    if (move.from == from && move.on == on) {
      return move.to;
    }
  }
  return std::nullopt;
}
constexpr std::optional<SecretState> next(SecretState from, OrderKind on) {
  for (const SecretMove& move : secret_moves) {
    if (move.from == from && move.on == on) {
      return move.to;
    }
  }
  return std::nullopt;
}

}  // namespace yinxin::pin
