// Any bytes as DER: walked to their depth, every typed reader tried on every element, and what was read found again.
#include "base/ensure.h"
#include "crypto/asn1/der.h"
#include "crypto/cms/signed_data.h"

namespace {

using namespace yinxin;

bool is_inside(BytesView part, BytesView whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void try_every_type(const asn1::Element& element) {
  (void)asn1::Reader(element.whole).boolean();
  (void)asn1::Reader(element.whole).integer();
  if (const auto small = asn1::Reader(element.whole).small_integer()) {
    const Bytes written = asn1::Writer().integer(*small).take();
    ensure(*asn1::Reader(written).small_integer() == *small, "a written INTEGER is read as itself");
  }
  if (const auto number = asn1::Reader(element.whole).unsigned_integer(32)) {
    ensure(same(asn1::Writer().unsigned_integer(*number).bytes(), element.whole), "a DER INTEGER is written as read");
  }
  (void)asn1::Reader(element.whole).octet_string();
  (void)asn1::Reader(element.whole).bit_string();
  (void)asn1::Reader(element.whole).null();
  if (const auto text = asn1::Reader(element.whole).text()) {
    ensure(asn1::Reader(asn1::Writer().utf8(*text).bytes()).text().has_value(), "a text read is UTF-8");
  }
  if (const auto time = asn1::Reader(element.whole).time()) {
    const CalendarTime calendar = to_calendar(*time);
    if (calendar.year >= 0 && calendar.year <= 9999) {
      const Bytes written = asn1::Writer().generalized_time(*time).take();
      ensure(*asn1::Reader(written).time() == whole_seconds(*time), "a written time is read as itself");
    }
  }
  if (const auto id = asn1::Reader(element.whole).object_id()) {
    const auto again = asn1::ObjectId::parse(id->dotted());
    ensure(again.has_value() && *again == *id, "an object identifier's text is its own");
  }
}

void walk(asn1::Reader reader, BytesView whole) {
  while (!reader.at_end()) {
    const auto element = reader.any();
    if (!element) {
      return;
    }
    ensure(is_inside(element->whole, whole) && is_inside(element->content, element->whole), "views into the input");
    ensure(*asn1::element_size(element->whole) == element->whole.size(), "an element's size is its own");
    try_every_type(*element);
    if ((element->tag & 0x20) != 0) {
      if (const auto inside = reader.inside(*element)) {
        walk(*inside, whole);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  walk(asn1::Reader(input), input);
  (void)asn1::element_size(input);
  if (const auto definite = cms::definite_lengths(input)) {
    const auto again = cms::definite_lengths(*definite);
    ensure(again.has_value() && *again == *definite, "definite lengths stay as they are");
  }
  return 0;
}
