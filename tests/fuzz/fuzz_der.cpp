// Any bytes as DER: walked to their depth, the reader of its type tried on every element, every reader on the first of
// them, and what was read found again.
#include "base/ensure.h"
#include "crypto/asn1/der.h"
#include "crypto/cms/signed_data.h"

namespace {

using namespace yinxin;

bool is_inside(BytesView part, BytesView whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// A refusal writes down where it happened and costs far more than a reading: all readers on every element made this the
// slowest target of all, and found nothing that the first elements do not show.
constexpr std::size_t tried_with_every_reader = 16;

void try_numbers(BytesView whole) {
  (void)asn1::Reader(whole).integer();
  if (const auto small = asn1::Reader(whole).small_integer()) {
    const Bytes written = asn1::Writer().integer(*small).take();
    ensure(*asn1::Reader(written).small_integer() == *small, "a written INTEGER is read as itself");
  }
  if (const auto number = asn1::Reader(whole).unsigned_integer(32)) {
    ensure(same(asn1::Writer().unsigned_integer(*number).bytes(), whole), "a DER INTEGER is written as read");
  }
}

void try_text(BytesView whole) {
  if (const auto text = asn1::Reader(whole).text()) {
    ensure(asn1::Reader(asn1::Writer().utf8(*text).bytes()).text().has_value(), "a text read is UTF-8");
  }
}

void try_time(BytesView whole) {
  if (const auto time = asn1::Reader(whole).time()) {
    const Bytes written = asn1::Writer().generalized_time(*time).take();
    ensure(*asn1::Reader(written).time() == whole_seconds(*time), "a written time is read as itself");
  }
}

void try_object_id(BytesView whole) {
  if (const auto id = asn1::Reader(whole).object_id()) {
    const auto again = asn1::ObjectId::parse(id->dotted());
    ensure(again.has_value() && *again == *id, "an object identifier's text is its own");
  }
}

void try_its_type(const asn1::Element& element) {
  const BytesView whole = element.whole;
  switch (element.tag) {
    case asn1::tag::boolean: (void)asn1::Reader(whole).boolean(); break;
    case asn1::tag::integer: try_numbers(whole); break;
    case asn1::tag::bit_string: (void)asn1::Reader(whole).bit_string(); break;
    case asn1::tag::octet_string: (void)asn1::Reader(whole).octet_string(); break;
    case asn1::tag::null: (void)asn1::Reader(whole).null(); break;
    case asn1::tag::object_id: try_object_id(whole); break;
    case asn1::tag::utc_time:
    case asn1::tag::generalized_time: try_time(whole); break;
    case asn1::tag::sequence:
    case asn1::tag::set: break;
    default: try_text(whole); break;
  }
}

void try_every_type(const asn1::Element& element) {
  const BytesView whole = element.whole;
  (void)asn1::Reader(whole).boolean();
  try_numbers(whole);
  (void)asn1::Reader(whole).octet_string();
  (void)asn1::Reader(whole).bit_string();
  (void)asn1::Reader(whole).null();
  try_text(whole);
  try_time(whole);
  try_object_id(whole);
}

void walk(asn1::Reader reader, BytesView whole, std::size_t& walked) {
  while (!reader.at_end()) {
    const auto element = reader.any();
    if (!element) {
      return;
    }
    ensure(is_inside(element->whole, whole) && is_inside(element->content, element->whole), "views into the input");
    ensure(*asn1::element_size(element->whole) == element->whole.size(), "an element's size is its own");
    if (walked++ < tried_with_every_reader) {
      try_every_type(*element);
    } else {
      try_its_type(*element);
    }
    if ((element->tag & 0x20) != 0) {
      if (const auto inside = reader.inside(*element)) {
        walk(*inside, whole, walked);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  std::size_t walked = 0;
  walk(asn1::Reader(input), input, walked);
  (void)asn1::element_size(input);
  if (const auto definite = cms::definite_lengths(input)) {
    const auto again = cms::definite_lengths(*definite);
    ensure(again.has_value() && *again == *definite, "definite lengths stay as they are");
  }
  return 0;
}
