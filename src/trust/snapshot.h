#pragma once
// The application as it was submitted: canonical DER, of which the officers' statements carry the hash.

#include "trust/statement.h"

namespace yinxin::trust {

struct Person {
  std::string name;
  std::string resident_id;
  std::string mobile;
  std::string email;
  bool operator==(const Person&) const = default;
};

struct Unit {
  std::string name;
  std::string uscc;
  std::string department;
  std::string state;     // 省
  std::string locality;  // 市
  std::string address;
  bool operator==(const Unit&) const = default;
};

struct SnapshotLine {
  std::int64_t number = 0;
  Business business = Business::new_;
  SubjectKind kind = SubjectKind::organization;
  std::int64_t validity_months = 0;
  std::optional<Person> holder;  // of a person certificate
  std::optional<std::string> held_device;
  std::optional<Bytes> replaced_serial;
  std::optional<SealWish> seal;
  bool operator==(const SnapshotLine&) const = default;
};

// Snapshot ::= SEQUENCE { version, applicationId, revision, programme, programmeVersion, unit, legalRepresentative,
//   requester, lines SEQUENCE OF, materials SEQUENCE OF SlotHash, money, channel, delivery }
struct Snapshot {
  std::string application_id;
  std::int64_t revision = 1;
  std::string programme;
  std::int64_t programme_version = 0;
  Unit unit;
  Person legal_representative;
  Person requester;
  std::vector<SnapshotLine> lines;
  std::vector<SlotHash> materials;
  Money money;
  std::string channel;
  std::string delivery;
  [[nodiscard]] Bytes to_der() const;
  static Result<Snapshot> parse(BytesView der);
  [[nodiscard]] const SnapshotLine* find_line(std::int64_t number) const;
};

// The pictures and papers go beside the bundle, by hash; the snapshot holds all that goes into a certificate.

}  // namespace yinxin::trust
