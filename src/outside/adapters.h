#pragma once
// The adapters that the settings ask for.

#include <map>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "hall/delivery/courier.h"
#include "hall/identity/carrier.h"
#include "hall/identity/face_check.h"
#include "hall/notice/sms.h"
#include "hall/payment/bank.h"
#include "hall/payment/payments.h"
#include "outside/settings.h"

namespace yinxin::outside {

// Empty where the settings have no section.
struct Adapters {
  std::unique_ptr<hall::Sms> sms;
  std::unique_ptr<hall::Carrier> carrier;
  std::unique_ptr<hall::FaceCheck> face;
  std::unique_ptr<hall::CardReader> card_reader;
  std::unique_ptr<hall::Courier> courier;
  std::unique_ptr<hall::Bank> bank;
  // By the way of paying; one asks the bank.
  std::map<std::string, std::unique_ptr<hall::Payments>, std::less<>> payments;
};

// `authorities_pem`: what authorities_file holds. precondition when an https address has no authorities; invalid_input
// when a key of payment or bank cannot be read. `clock` and
// `random` must outlive the adapters; each adapter may be used from several threads if they may.
Result<Adapters> open_adapters(const OutsideSettings& settings, std::string_view authorities_pem, const Clock& clock,
                               Random& random);

}  // namespace yinxin::outside
