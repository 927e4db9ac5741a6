#pragma once
// Parcels by SF Express over its open platform 丰桥: EXP_RECE_CREATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP,
// EXP_RECE_SEARCH_ROUTES, EXP_RECE_UPDATE_ORDER.

#include "base/clock.h"
#include "base/random.h"
#include "hall/delivery/courier.h"
#include "net/client.h"
#include "outside/json.h"

namespace yinxin::outside {

constexpr std::size_t max_shipment_id_bytes = 64;
constexpr std::size_t max_address_field_bytes = 400;
constexpr std::size_t max_route_steps = 500;
constexpr std::size_t max_route_words_bytes = 1000;

struct SfAccount {
  std::string partner_id;      // 顾客编码
  SecretBytes checkword;       // 校验码
  std::string monthly_card{};  // 月结卡号; empty without one
};

// base64(MD5(java.net.URLEncoder.encode(msg_data + timestamp + checkword, UTF-8)))
std::string sf_digest(std::string_view msg_data, std::string_view timestamp, const SecretBytes& checkword);

// The answer to EXP_RECE_SEARCH_ROUTES about one waybill, its steps in the order of time; `answer` is left empty.
// declined_by_outside, outside_uncertain (the platform could not reach its own service), corrupt.
Result<hall::ParcelFact> parse_sf_routes(BytesView body, std::string_view waybill);

class SfExpress final : public hall::Courier {
 public:
  // `target`: the path of the service, "/std/service". `clock` and `random` must outlive it.
  SfExpress(net::ClientOptions place, std::string target, SfAccount account, const Clock& clock, Random& random)
      : client_(std::move(place)),
        target_(std::move(target)),
        account_(std::move(account)),
        clock_(&clock),
        random_(&random) {}

  // An id that was ordered before (8016) is asked for, and gives the waybill of then. invalid_input for an id or an
  // address that cannot be one.
  Result<hall::ProviderAnswer> order(const hall::Shipment& shipment) override;
  // The platform answers alike for a waybill that it does not know, a wrong phone end and a parcel that nobody has
  // collected: all are `waiting`.
  Result<hall::ParcelFact> track(const std::string& waybill, const std::string& phone_end) override;
  // What was cancelled before stays cancelled, and is no failure. declined_by_outside once it was collected.
  Result<void> cancel(const std::string& id, const std::string& waybill) override;

 private:
  // The body of an answer of status 200.
  Result<Bytes> ask(std::string_view service, const std::string& msg_data) const;
  Result<hall::ProviderAnswer> ordered_before(const std::string& id) const;

  net::Client client_;
  std::string target_;
  SfAccount account_;
  const Clock* clock_;
  Random* random_;
};

}  // namespace yinxin::outside
