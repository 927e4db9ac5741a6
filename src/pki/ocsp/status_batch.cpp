#include "pki/ocsp/status_batch.h"

#include <algorithm>

#include "crypto/asn1/der.h"

namespace yinxin::pki {

namespace {

constexpr std::int64_t form_version = 1;
constexpr unsigned head_tag = 0;

Error wrong(std::string_view what) { return fail(ErrorCode::corrupt, "status feed: " + std::string(what)); }

// Whatever a reader refuses is a message that is none.
template <class T>
Result<T> corrupt_unless(Result<T> read) {
  return read ? std::move(read) : Result<T>(wrong(read.error().describe()));
}

Result<Digest> read_digest(asn1::Reader& reader) {
  YX_TRY(const BytesView octets, reader.octet_string());
  Digest digest{};
  if (octets.size() != digest.size()) {
    return wrong("a hash that is not 32 bytes");
  }
  std::ranges::copy(octets, digest.begin());
  return digest;
}

// FedRow ::= SEQUENCE { serial OCTET STRING (SIZE (1..32)), deed INTEGER (0..4), reason INTEGER (0..10),
//                       at INTEGER (0..MAX), cause OCTET STRING (SIZE (32)), hash OCTET STRING (SIZE (32)) }
// `at` in milliseconds since 1970 (UTC).
Result<StatusRow> read_row(asn1::Reader& list, std::int64_t sequence) {
  YX_TRY(asn1::Reader reader, list.sequence());
  StatusRow row;
  row.sequence = sequence;
  YX_TRY(const BytesView serial, reader.octet_string());
  if (serial.empty() || serial.size() > max_fed_serial_bytes) {
    return wrong("a serial number outside its limits");
  }
  row.change.serial = to_bytes(serial);
  YX_TRY(const std::int64_t deed, reader.small_integer());
  YX_TRY(row.change.deed, status_deed_of_number(deed));
  YX_TRY(const std::int64_t reason, reader.small_integer());
  YX_TRY(row.change.reason, x509::reason_of_number(reason));
  YX_TRY(const std::int64_t at, reader.small_integer());
  row.change.at = from_unix_ms(at);
  YX_TRY(row.change.cause, read_digest(reader));
  YX_TRY(row.hash, read_digest(reader));
  YX_CHECK(reader.finish());
  return row;
}

void write_row(asn1::Writer& list, const StatusRow& row) {
  list.sequence([&](asn1::Writer& w) {
    w.octet_string(row.change.serial).integer(static_cast<std::int64_t>(row.change.deed));
    w.integer(static_cast<std::int64_t>(row.change.reason)).integer(to_unix_ms(row.change.at));
    w.octet_string(row.change.cause).octet_string(row.hash);
  });
}

Result<void> read_version(asn1::Reader& reader) {
  YX_TRY(const std::int64_t version, reader.small_integer());
  return version == form_version ? Result<void>() : Result<void>(wrong("another version"));
}

// StatusBatch ::= SEQUENCE { version INTEGER (1), issuer OCTET STRING (SIZE (32)), after INTEGER (0..MAX),
//                            rows SEQUENCE (SIZE (0..max_batch_rows)) OF FedRow,
//                            head [0] IMPLICIT OCTET STRING (SIZE (1..max_fed_head_bytes)) OPTIONAL }
Result<StatusBatch> read_batch(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader reader, outer.sequence());
  YX_CHECK(outer.finish());
  YX_CHECK(read_version(reader));
  StatusBatch batch;
  YX_TRY(batch.issuer, read_digest(reader));
  YX_TRY(batch.after, reader.small_integer());
  if (batch.after > std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(max_batch_rows)) {
    return wrong("a sequence outside its limits");
  }
  YX_TRY(asn1::Reader rows, reader.sequence());
  while (!rows.at_end()) {
    if (batch.rows.size() == max_batch_rows) {
      return wrong("more rows than a batch may have");
    }
    YX_TRY(StatusRow row, read_row(rows, batch.end() + 1));
    batch.rows.push_back(std::move(row));
  }
  YX_TRY(const auto head, reader.optional(asn1::tag::context(head_tag)));
  if (head) {
    if (head->content.empty() || head->content.size() > max_fed_head_bytes) {
      return wrong("a head outside its limits");
    }
    batch.head = to_bytes(head->content);
  }
  YX_CHECK(reader.finish());
  return batch;
}

// StatusPlaces ::= SEQUENCE { version INTEGER (1), places SEQUENCE (SIZE (0..max_fed_issuers)) OF StatusPlace }
// StatusPlace  ::= SEQUENCE { issuer OCTET STRING (SIZE (32)), sequence INTEGER (0..MAX), broken INTEGER (0..1) }
Result<StatusPlaces> read_places(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader reader, outer.sequence());
  YX_CHECK(outer.finish());
  YX_CHECK(read_version(reader));
  YX_TRY(asn1::Reader list, reader.sequence());
  YX_CHECK(reader.finish());
  StatusPlaces places;
  while (!list.at_end()) {
    YX_TRY(asn1::Reader one, list.sequence());
    StatusPlace place;
    YX_TRY(place.issuer, read_digest(one));
    YX_TRY(place.sequence, one.small_integer());
    YX_TRY(const std::int64_t broken, one.small_integer());
    YX_CHECK(one.finish());
    if (broken > 1 || places.all.size() == max_fed_issuers || places.find(place.issuer) != nullptr) {
      return wrong("places of no form");
    }
    place.broken = broken == 1;
    places.all.push_back(place);
  }
  return places;
}

}  // namespace

Bytes StatusBatch::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(form_version).octet_string(issuer).integer(after);
    w.sequence([&](asn1::Writer& list) {
      for (const StatusRow& row : rows) {
        write_row(list, row);
      }
    });
    if (head) {
      w.primitive(asn1::tag::context(head_tag), *head);
    }
  });
}

Result<StatusBatch> StatusBatch::parse(BytesView der) {
  if (der.size() > max_batch_bytes) {
    return wrong("more bytes than a batch may have");
  }
  return corrupt_unless(read_batch(der));
}

Bytes StatusPlaces::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(form_version).sequence([&](asn1::Writer& list) {
      for (const StatusPlace& place : all) {
        list.sequence([&](asn1::Writer& one) {
          one.octet_string(place.issuer).integer(place.sequence).integer(place.broken ? 1 : 0);
        });
      }
    });
  });
}

Result<StatusPlaces> StatusPlaces::parse(BytesView der) { return corrupt_unless(read_places(der)); }

const StatusPlace* StatusPlaces::find(const IssuerId& issuer) const {
  const auto found = std::ranges::find(all, issuer, &StatusPlace::issuer);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace yinxin::pki
