#pragma once
// A person in front of his own phone, checked at a provider against the national register. Implemented by
// outside/identity. The pictures stay with the provider; we keep its verdict.

#include "hall/provider_answer.h"

namespace yinxin::hall {

struct FaceCheckRequest {
  std::string id;  // ours, unique for ever: at most 32 of [0-9A-Za-z]
  std::string name;
  std::string resident_id;
  std::string return_url;   // where the phone goes afterwards
  std::string device_info;  // what the phone's page told of itself (MetaInfo)
};
struct FaceCheckBegun {
  std::string transaction;  // by which result() asks
  std::string url;          // the provider's page for the phone
};

enum class FaceVerdict : std::uint8_t { under_way, passed, failed, cancelled };
struct FaceFact {
  FaceVerdict verdict = FaceVerdict::under_way;
  std::string reason;  // the provider's code when failed
  ProviderAnswer answer;
};

// What a picture of one side of an identity card says; a provider's reading.
enum class CardSide : std::uint8_t { portrait, emblem };
struct CardReading {
  std::string name;         // portrait side
  std::string resident_id;  // portrait side
  std::string valid_from;   // emblem side, YYYYMMDD
  std::string valid_to;     // emblem side, YYYYMMDD or 长期
  bool is_copy = false;
  ProviderAnswer answer;
};

class FaceCheck {
 public:
  virtual ~FaceCheck() = default;
  virtual Result<FaceCheckBegun> begin(const FaceCheckRequest& request) = 0;
  // not_found: the provider does not know the transaction.
  virtual Result<FaceFact> result(const std::string& transaction) = 0;
};

class CardReader {
 public:
  virtual ~CardReader() = default;
  // declined_by_outside when the picture cannot be read as that side.
  virtual Result<CardReading> read(CardSide side, BytesView picture) = 0;
};

}  // namespace yinxin::hall
