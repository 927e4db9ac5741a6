#include "trust/snapshot.h"

#include <algorithm>

#include "trust/der_parts.h"

namespace yinxin::trust {

using namespace parts;

namespace {

// Person ::= SEQUENCE { name, residentId, mobile, email UTF8String }
void write_person(asn1::Writer& writer, const Person& person) {
  writer.sequence(
      [&](asn1::Writer& w) { w.utf8(person.name).utf8(person.resident_id).utf8(person.mobile).utf8(person.email); });
}

Result<Person> read_person(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  Person person;
  YX_TRY(person.name, read_utf8(r));
  YX_TRY(person.resident_id, read_utf8(r));
  YX_TRY(person.mobile, read_utf8(r));
  YX_TRY(person.email, read_utf8(r));
  YX_CHECK(r.finish());
  return person;
}

// Unit ::= SEQUENCE { name, uscc, department, state, locality, address UTF8String }
void write_unit(asn1::Writer& writer, const Unit& unit) {
  writer.sequence([&](asn1::Writer& w) {
    w.utf8(unit.name).utf8(unit.uscc).utf8(unit.department).utf8(unit.state).utf8(unit.locality).utf8(unit.address);
  });
}

Result<Unit> read_unit(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  Unit unit;
  for (std::string* field : {&unit.name, &unit.uscc, &unit.department, &unit.state, &unit.locality, &unit.address}) {
    YX_TRY(*field, read_utf8(r));
  }
  YX_CHECK(r.finish());
  return unit;
}

// SnapshotLine ::= SEQUENCE { number INTEGER, business, kind UTF8String, months INTEGER, holder [0] Person OPTIONAL,
//   heldDevice [1] UTF8String OPTIONAL, replacedSerial [2] OCTET STRING OPTIONAL, seal [3] SealWish OPTIONAL }
void write_line(asn1::Writer& writer, const SnapshotLine& line) {
  writer.sequence([&](asn1::Writer& w) {
    w.integer(line.number).utf8(name_of(line.business)).utf8(name_of(line.kind)).integer(line.validity_months);
    write_optional(w, 0, line.holder, write_person);
    write_optional(w, 1, line.held_device, [](asn1::Writer& o, const std::string& v) { o.utf8(v); });
    write_optional(w, 2, line.replaced_serial, [](asn1::Writer& o, const Bytes& v) { o.octet_string(v); });
    write_optional(w, 3, line.seal, [](asn1::Writer& o, const SealWish& v) { write_seal(o, v); });
  });
}

Result<SnapshotLine> read_line(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  SnapshotLine line;
  YX_TRY(line.number, r.small_integer());
  YX_TRY(const std::string business, read_utf8(r));
  YX_TRY(line.business, business_of_name(business));
  YX_TRY(const std::string kind, read_utf8(r));
  YX_TRY(line.kind, subject_kind_of_name(kind));
  YX_TRY(line.validity_months, r.small_integer());
  YX_TRY(line.holder, read_optional(r, 0, read_person));
  YX_TRY(line.held_device, read_optional(r, 1, read_utf8));
  YX_TRY(line.replaced_serial, read_optional(r, 2, read_octets));
  YX_TRY(line.seal, read_optional(r, 3, read_seal));
  YX_CHECK(r.finish());
  return line;
}

}  // namespace

Bytes Snapshot::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).utf8(application_id).integer(revision).utf8(programme).integer(programme_version);
    write_unit(w, unit);
    write_person(w, legal_representative);
    write_person(w, requester);
    write_list(w, lines, write_line);
    write_list(w, materials, write_slot);
    write_money(w, money);
    w.utf8(channel).utf8(delivery);
  });
}

Result<Snapshot> Snapshot::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  Snapshot s;
  YX_TRY(s.application_id, read_utf8(r));
  YX_TRY(s.revision, r.small_integer());
  YX_TRY(s.programme, read_utf8(r));
  YX_TRY(s.programme_version, r.small_integer());
  YX_TRY(s.unit, read_unit(r));
  YX_TRY(s.legal_representative, read_person(r));
  YX_TRY(s.requester, read_person(r));
  YX_TRY(s.lines, read_list(r, max_lines, read_line));
  YX_TRY(s.materials, read_list(r, max_slots, read_slot));
  YX_TRY(s.money, read_money(r));
  YX_TRY(s.channel, read_utf8(r));
  YX_TRY(s.delivery, read_utf8(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(s), der);
}

const SnapshotLine* Snapshot::find_line(std::int64_t number) const {
  const auto found = std::ranges::find(lines, number, &SnapshotLine::number);
  return found == lines.end() ? nullptr : &*found;
}

}  // namespace yinxin::trust
