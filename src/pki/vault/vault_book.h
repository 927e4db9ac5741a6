#pragma once
// What the vault keeps beside the CA's journal, as a port: manifests taken over, devices taken in, permits, and what
// became of each approved line. Every call is one durable step. Implemented by store/vault.

#include <optional>

#include "crypto/sm3.h"
#include "trust/checker.h"

namespace yinxin::pki {

using crypto::Digest;

// A UKey as intake registered it.
struct Device {
  std::string serial;
  std::string model;
  std::string firmware;
  std::string batch;
  bool quarantined = false;
  Instant at;
};

struct StoredPermit {
  Digest second_approval{};
  std::int64_t line = 0;
  Digest hash{};
  std::string device;
  Digest station{};  // certificates
  Digest officer{};
  Bytes der;
  Instant not_after;
};

// A line that has its certificates. One for each (second approval, line) that has not ended.
struct IssuedLine {
  std::int64_t id = 0;  // given by the store
  Digest second_approval{};
  std::int64_t line = 0;
  std::string case_id;
  std::string device;
  Digest permit{};
  Bytes signing;  // certificates
  Bytes encryption;
  Bytes envelope;
  Bytes receipt;
  Instant at;
  bool wants_seal = false;
  Bytes seal;
  Bytes written;    // S4
  Bytes activated;  // S5
  bool given_up = false;
  // Which of the PIN domain's orders were carried out: it is told after our own word is on the disk.
  std::int64_t pin_told = 0;

  [[nodiscard]] std::string name() const { return case_id + "/" + std::to_string(line); }
};
// A line that is in use, as the register of such lines has it: small, because many are asked for at once.
struct ActivatedLine {
  std::int64_t id = 0;
  std::string case_id;
  Bytes signing;  // certificate
};
// What pin_told counts up to.
constexpr std::int64_t pin_heard_written = 1;
constexpr std::int64_t pin_heard_end = 2;  // activated, or abandoned

class VaultBook {
 public:
  virtual ~VaultBook() = default;

  virtual Result<void> adopt(const trust::AdoptedManifest& manifest, BytesView signed_manifest, Instant at) = 0;
  virtual Result<std::vector<Digest>> manifests() = 0;
  // not_found
  virtual Result<Bytes> manifest(const Digest& hash) = 0;

  // conflict when the serial stands with other facts.
  virtual Result<void> register_device(const Device& device) = 0;
  virtual Result<std::optional<Device>> find_device(std::string_view serial) = 0;
  virtual Result<void> quarantine(std::string_view serial) = 0;

  // conflict while another permit for that line is live at `now`, or the device serves another live permit.
  virtual Result<void> store_permit(const StoredPermit& permit, Instant now) = 0;
  // The newest that is live at `now`.
  virtual Result<std::optional<StoredPermit>> find_permit(const Digest& second_approval, std::int64_t line,
                                                          Instant now) = 0;

  virtual Result<void> store_issued(const IssuedLine& line) = 0;  // already_exists
  // The one that was not given up.
  virtual Result<std::optional<IssuedLine>> find_issued(const Digest& second_approval, std::int64_t line) = 0;
  // The newest line on this device that was not given up.
  virtual Result<std::optional<IssuedLine>> find_issued_on(std::string_view device) = 0;
  virtual Result<void> store_seal(std::int64_t id, BytesView seal) = 0;
  virtual Result<void> store_written(std::int64_t id, BytesView written) = 0;
  virtual Result<void> store_activated(std::int64_t id, BytesView activated) = 0;
  virtual Result<void> give_up(std::int64_t id) = 0;  // and its device goes into quarantine
  virtual Result<void> note_pin_told(std::int64_t id, std::int64_t told) = 0;
  // Lines of which the PIN domain has not heard everything.
  virtual Result<std::vector<IssuedLine>> untold() = 0;
  // Activated lines behind `after` in the order of their ids, at most `limit`: the register of what is in use.
  virtual Result<std::vector<ActivatedLine>> activated(std::int64_t after, std::size_t limit) = 0;
  // Issued before `before`, neither written nor given up.
  virtual Result<std::vector<IssuedLine>> unwritten(Instant before) = 0;
  // Lines of a case, issued before `before`, whose holder has not activated them and that were not given up.
  virtual Result<std::vector<IssuedLine>> held(const std::string& case_id, Instant before) = 0;
};

}  // namespace yinxin::pki
