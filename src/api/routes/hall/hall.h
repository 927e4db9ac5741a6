#pragma once
// The requester's side over HTTP: logging in, a case step by step, the phone, and the payment provider's callback.
// api/openapi.yaml is the contract.

#include "api/routes/hall/certificates.h"
#include "api/routes/hall/events.h"
#include "base/clock.h"
#include "hall/account/login.h"
#include "hall/account/puzzles.h"
#include "hall/street/street.h"
#include "net/http.h"

namespace yinxin::api {

constexpr std::size_t max_form_body_bytes = std::size_t{64} << 10;
constexpr std::size_t max_callback_bytes = std::size_t{64} << 10;
// One byte more than a paper may have, so that a file that is too big is told as such and not as a broken request.
constexpr std::size_t max_upload_body_bytes = hall::max_upload_bytes + 1;

// All outlive the router; calls may come from several threads.
struct HallParts {
  hall::Login& login;
  hall::Puzzles& puzzles;
  hall::Street& street;
  hall::Shelf& shelf;
  hall::PaymentWays payments;
  std::string phone_page;    // where the link on the QR code leads: "https://hall.example/p/"
  StatusOf status_of{};      // of certificates of this house
  bool is_over_tls = false;  // cookies are Secure then
  EventLimits events{};
};

void add_hall_routes(net::Router& router, const HallParts& parts);

}  // namespace yinxin::api
