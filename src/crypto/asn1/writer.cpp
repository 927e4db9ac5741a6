#include <algorithm>
#include <array>
#include <cstdio>

#include "crypto/asn1/der.h"

namespace yinxin::asn1 {

namespace {

void append_length(Bytes& out, std::size_t size) {
  if (size < 0x80) {
    out.push_back(static_cast<std::uint8_t>(size));
    return;
  }
  std::array<std::uint8_t, sizeof size> octets{};
  std::size_t count = 0;
  for (; size != 0; size >>= 8) {
    octets[count++] = static_cast<std::uint8_t>(size);
  }
  out.push_back(static_cast<std::uint8_t>(0x80 | count));
  while (count > 0) {
    out.push_back(octets[--count]);
  }
}

}  // namespace

std::size_t Writer::open(Tag tag) {
  out_.push_back(tag);
  return out_.size();
}

void Writer::close(std::size_t mark) {
  Bytes length;
  append_length(length, out_.size() - mark);
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(mark), length.begin(), length.end());
}

// X.690 11.6: the encodings in ascending order, compared as octet strings.
void Writer::sort_set(std::size_t mark) {
  std::vector<Bytes> elements;
  Reader reader(BytesView(out_).subspan(mark));
  while (!reader.at_end()) {
    const auto element = reader.any();
    ensure(element.has_value(), "the writer wrote something unreadable into a SET OF");
    elements.push_back(to_bytes(element->whole));
  }
  std::ranges::sort(elements);
  out_.resize(mark);
  for (const Bytes& element : elements) {
    append(out_, element);
  }
}

Writer& Writer::primitive(Tag tag, BytesView content) {
  out_.push_back(tag);
  append_length(out_, content.size());
  append(out_, content);
  return *this;
}

Writer& Writer::raw(BytesView element) {
  append(out_, element);
  return *this;
}

Writer& Writer::boolean(bool value) {
  const std::uint8_t octet = value ? 0xff : 0x00;
  return primitive(tag::boolean, {&octet, 1});
}

namespace {

Bytes signed_octets(std::int64_t value) {
  Bytes octets;
  for (int shift = 56; shift >= 0; shift -= 8) {
    octets.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  const auto redundant = [&octets] {
    return octets.size() > 1 &&
           ((octets[0] == 0x00 && (octets[1] & 0x80) == 0) || (octets[0] == 0xff && (octets[1] & 0x80) != 0));
  };
  while (redundant()) {
    octets.erase(octets.begin());
  }
  return octets;
}

}  // namespace

Bytes integer_content(std::int64_t value) { return signed_octets(value); }

Writer& Writer::integer(std::int64_t value) { return primitive(tag::integer, signed_octets(value)); }

Writer& Writer::enumerated(std::int64_t value) { return primitive(tag::enumerated, signed_octets(value)); }

Writer& Writer::unsigned_integer(BytesView octets, Tag tag) {
  while (octets.size() > 1 && octets[0] == 0) {
    octets = octets.subspan(1);
  }
  Bytes content;
  if (octets.empty() || (octets[0] & 0x80) != 0) {
    content.push_back(0);
  }
  append(content, octets);
  return primitive(tag, content);
}

Writer& Writer::bit_string(BytesView content) {
  Bytes with_count{0};
  append(with_count, content);
  return primitive(tag::bit_string, with_count);
}

Writer& Writer::named_bits(std::uint32_t bits) {
  Bytes octets;
  for (unsigned bit = 0; bit < 32; ++bit) {
    if ((bits >> bit & 1U) == 0) {
      continue;
    }
    if (octets.size() <= bit / 8) {
      octets.resize(bit / 8 + 1, 0);
    }
    octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] | (0x80U >> bit % 8));
  }
  std::uint8_t unused = 0;
  if (!octets.empty()) {
    while ((octets.back() >> unused & 1) == 0) {
      ++unused;
    }
  }
  octets.insert(octets.begin(), unused);
  return primitive(tag::bit_string, octets);
}

Writer& Writer::generalized_time(Instant at) {
  const CalendarTime t = to_calendar(at);
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d%02d%02d%02d%02d%02dZ", t.year, t.month, t.day, t.hour,
                                 t.minute, t.second);
  return primitive(tag::generalized_time, bytes_of({text.data(), static_cast<std::size_t>(size)}));
}

Writer& Writer::x509_time(Instant at) {
  const CalendarTime t = to_calendar(at);
  if (t.year < 1950 || t.year > 2049) {
    return generalized_time(at);
  }
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%02d%02d%02d%02d%02d%02dZ", t.year % 100, t.month, t.day,
                                 t.hour, t.minute, t.second);
  return primitive(tag::utc_time, bytes_of({text.data(), static_cast<std::size_t>(size)}));
}

}  // namespace yinxin::asn1
