#pragma once
// Small pieces that all statements share when they are written and read. Inside trust only.

#include <algorithm>
#include <optional>

#include "trust/statement.h"

namespace yinxin::trust::parts {

inline Result<Digest> read_digest(asn1::Reader& reader) {
  YX_TRY(const BytesView octets, reader.octet_string());
  Digest digest{};
  if (octets.size() != digest.size()) {
    return fail(ErrorCode::invalid_input, "a digest that is not 32 bytes");
  }
  std::ranges::copy(octets, digest.begin());
  return digest;
}

inline Result<std::string> read_utf8(asn1::Reader& reader) {
  YX_TRY(const asn1::Element element, reader.expect(asn1::tag::utf8_string));
  return asn1::text_of_element(element);
}

inline Result<Bytes> read_octets(asn1::Reader& reader) {
  YX_TRY(const BytesView octets, reader.octet_string());
  return to_bytes(octets);
}

inline Result<Instant> read_time(asn1::Reader& reader) {
  YX_TRY(const asn1::Element element, reader.expect(asn1::tag::generalized_time));
  return asn1::time_of_element(element);
}

// A whole statement: one SEQUENCE that begins with the version.
inline Result<asn1::Reader> open_statement(BytesView der) {
  if (der.size() > max_statement_size) {
    return fail(ErrorCode::invalid_input, "a statement of more than 1 MiB");
  }
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const std::int64_t version, inside.small_integer());
  if (version != statement_version) {
    return fail(ErrorCode::unsupported, "a statement of a version we do not know");
  }
  return inside;
}

// The one-to-one map between DER and values demands that nothing but canonical bytes is read.
template <class Statement>
Result<Statement> only_canonical(Statement statement, BytesView der) {
  if (!same(statement.to_der(), der)) {
    return fail(ErrorCode::invalid_input, "a statement that is not in its canonical form");
  }
  return statement;
}

// [n] EXPLICIT, absent when there is no value.
template <class T, class Write>
void write_optional(asn1::Writer& writer, unsigned n, const std::optional<T>& value, Write&& write) {
  if (value) {
    writer.explicit_tag(n, [&](asn1::Writer& w) { write(w, *value); });
  }
}

template <class Read>
auto read_optional(asn1::Reader& reader, unsigned n, Read&& read)
    -> Result<std::optional<typename std::invoke_result_t<Read, asn1::Reader&>::value_type>> {
  using Value = typename std::invoke_result_t<Read, asn1::Reader&>::value_type;
  if (!reader.next_is(asn1::tag::context_constructed(n))) {
    return std::optional<Value>();
  }
  YX_TRY(asn1::Reader inside, reader.enter(asn1::tag::context_constructed(n)));
  YX_TRY(Value value, read(inside));
  YX_CHECK(inside.finish());
  return std::optional<Value>(std::move(value));
}

template <class T, class Write>
void write_list(asn1::Writer& writer, const std::vector<T>& values, Write&& write) {
  writer.sequence([&](asn1::Writer& list) {
    for (const T& value : values) {
      write(list, value);
    }
  });
}

template <class Read>
auto read_list(asn1::Reader& reader, std::size_t limit, Read&& read)
    -> Result<std::vector<typename std::invoke_result_t<Read, asn1::Reader&>::value_type>> {
  std::vector<typename std::invoke_result_t<Read, asn1::Reader&>::value_type> values;
  YX_TRY(asn1::Reader list, reader.sequence());
  while (!list.at_end()) {
    if (values.size() == limit) {
      return fail(ErrorCode::invalid_input, "a list longer than its limit");
    }
    YX_TRY(auto value, read(list));
    values.push_back(std::move(value));
  }
  return values;
}

void write_seal(asn1::Writer& writer, const SealWish& seal);
Result<SealWish> read_seal(asn1::Reader& reader);
void write_slot(asn1::Writer& writer, const SlotHash& slot);
Result<SlotHash> read_slot(asn1::Reader& reader);
void write_money(asn1::Writer& writer, const Money& money);
Result<Money> read_money(asn1::Reader& reader);

}  // namespace yinxin::trust::parts
