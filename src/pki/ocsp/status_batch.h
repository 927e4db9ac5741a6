#pragma once
// What a vault tells a responder that has a process of its own, and where that one says it stands. One value has one
// encoding; a responder believes none of it but through a head that the authority signed (revocation/head.h).

#include "pki/revocation/status.h"

namespace yinxin::pki {

constexpr std::size_t max_batch_rows = 5000;
constexpr std::size_t max_batch_bytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t max_fed_head_bytes = 4096;
constexpr std::size_t max_fed_issuers = 8;
constexpr std::size_t max_fed_serial_bytes = 32;

// Rows that follow one another, of one issuer. The last batch of several has the head that they lead to; without one,
// nothing is answered of this issuer.
struct StatusBatch {
  IssuerId issuer{};
  std::int64_t after = 0;       // the first row is the next one
  std::vector<StatusRow> rows;  // their sequences count up from there
  std::optional<Bytes> head{};  // signed
  [[nodiscard]] std::int64_t end() const { return after + static_cast<std::int64_t>(rows.size()); }

  // At most max_batch_rows rows.
  [[nodiscard]] Bytes to_der() const;
  // corrupt.
  static Result<StatusBatch> parse(BytesView der);
};

struct StatusPlace {
  IssuerId issuer{};
  std::int64_t sequence = 0;  // of its last row
  bool broken = false;        // its chain was not the authority's; it is not answered for in this life
};
struct StatusPlaces {
  std::vector<StatusPlace> all;
  // At most max_fed_issuers.
  [[nodiscard]] Bytes to_der() const;
  // corrupt.
  static Result<StatusPlaces> parse(BytesView der);
  [[nodiscard]] const StatusPlace* find(const IssuerId& issuer) const;
};

// A responder, wherever it stands, as the vault reaches it.
class StatusDoors {
 public:
  virtual ~StatusDoors() = default;
  // StatusPlaces.
  virtual Result<Bytes> where() = 0;
  // A StatusBatch; repeated, it changes nothing. not_found for an issuer that is not answered for; wrong_state when
  // rows before it are missing; corrupt when it is no batch, or its chain is broken.
  virtual Result<Bytes> feed(BytesView batch) = 0;
};

}  // namespace yinxin::pki
