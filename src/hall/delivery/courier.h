#pragma once
// Parcels to customers. Implemented by outside/courier.

#include <vector>

#include "hall/provider_answer.h"

namespace yinxin::hall {

struct Address {
  std::string name;
  std::string phone;
  std::string state;     // 省
  std::string locality;  // 市
  std::string district;  // 区县, may be empty
  std::string street;
  std::string company;  // may be empty
};
struct Shipment {
  std::string id;  // ours, unique for ever: at most 64 of [0-9A-Za-z_-]
  Address from;
  Address to;
  std::string goods;
  bool receiver_pays = true;
};

enum class ParcelStanding : std::uint8_t { waiting, on_the_way, delivered, refused, sent_back, lost };
struct RouteStep {
  Instant at;
  std::string words;
};
struct ParcelFact {
  ParcelStanding standing = ParcelStanding::waiting;
  std::vector<RouteStep> steps;
  ProviderAnswer answer;
};

class Courier {
 public:
  virtual ~Courier() = default;
  // The waybill number is the answer's transaction. The same id gives the same waybill.
  virtual Result<ProviderAnswer> order(const Shipment& shipment) = 0;
  // `phone_end`: the last four digits of the sender's or the receiver's number, which the carrier asks for.
  virtual Result<ParcelFact> track(const std::string& waybill, const std::string& phone_end) = 0;
  virtual Result<void> cancel(const std::string& id, const std::string& waybill) = 0;
};

}  // namespace yinxin::hall
