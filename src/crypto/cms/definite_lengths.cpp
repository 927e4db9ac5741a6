// BER to definite lengths: what a licensed CA's certificate chain needs before the strict reader takes it.

#include "crypto/cms/signed_data.h"

namespace yinxin::cms {

namespace {

constexpr std::uint8_t constructed_bit = 0x20;
constexpr asn1::Tag constructed_octet_string = 0x24;

bool is_end_of_contents(BytesView rest) { return rest.size() >= 2 && rest[0] == 0 && rest[1] == 0; }

// Rewrites the elements of `rest` up to its end, or up to end-of-contents when `until_mark`; `rest` advances.
Result<void> rewrite(BytesView& rest, bool until_mark, std::size_t depth, asn1::Writer& out);

// The segments of a constructed OCTET STRING, one after the other (X.690 8.7.3).
Result<Bytes> join_segments(BytesView content) {
  Bytes joined;
  asn1::Reader reader(content);
  while (!reader.at_end()) {
    YX_TRY(const BytesView segment, reader.octet_string());
    append(joined, segment);
  }
  return joined;
}

Result<void> rewrite_one(BytesView& rest, std::size_t depth, asn1::Writer& out) {
  if (depth >= asn1::max_depth) {
    return fail(ErrorCode::invalid_input, "nesting too deep");
  }
  if (rest.size() < 2 || (rest[0] & 0x1f) == 0x1f) {
    return fail(ErrorCode::invalid_input, "an element that cannot be read");
  }
  const asn1::Tag tag = rest[0];
  BytesView content;
  asn1::Writer inside;
  if (rest[1] == 0x80) {
    if ((tag & constructed_bit) == 0) {
      return fail(ErrorCode::invalid_input, "an indefinite length on a primitive");
    }
    rest = rest.subspan(2);
    YX_CHECK(rewrite(rest, true, depth + 1, inside));
  } else {
    asn1::Reader reader(rest);
    YX_TRY(const asn1::Element element, reader.any());
    rest = reader.rest();
    if ((tag & constructed_bit) == 0) {
      out.raw(element.whole);
      return {};
    }
    content = element.content;
    YX_CHECK(rewrite(content, false, depth + 1, inside));
  }
  if (tag == constructed_octet_string) {
    YX_TRY(const Bytes joined, join_segments(inside.bytes()));
    out.octet_string(joined);
  } else {
    out.primitive(tag, inside.bytes());
  }
  return {};
}

Result<void> rewrite(BytesView& rest, bool until_mark, std::size_t depth, asn1::Writer& out) {
  while (!rest.empty()) {
    if (until_mark && is_end_of_contents(rest)) {
      rest = rest.subspan(2);
      return {};
    }
    YX_CHECK(rewrite_one(rest, depth, out));
  }
  if (until_mark) {
    return fail(ErrorCode::invalid_input, "an indefinite length without its end");
  }
  return {};
}

}  // namespace

Result<Bytes> definite_lengths(BytesView ber) {
  if (ber.size() > max_message_size) {
    return fail(ErrorCode::invalid_input, "a message of more than 64 MiB");
  }
  asn1::Writer out;
  YX_CHECK(rewrite_one(ber, 0, out));
  if (!ber.empty()) {
    return fail(ErrorCode::invalid_input, "something after the last element");
  }
  return out.take();
}

}  // namespace yinxin::cms
