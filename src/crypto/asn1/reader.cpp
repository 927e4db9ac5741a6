#include <algorithm>
#include <array>

#include "crypto/asn1/der.h"

namespace yinxin::asn1 {

namespace {

constexpr std::size_t max_object_id_octets = 64;
// 2.25.<128-bit UUID> needs 19 octets; they hold 133 bits, which are up to 41 decimal digits.
constexpr std::size_t max_arc_octets = 19;
constexpr std::size_t max_arc_digits = 41;
// A length of more than four octets would exceed every limit the house has.
constexpr std::size_t max_length_octets = 4;

struct Header {
  Tag tag = 0;
  std::size_t header_size = 0;
  std::size_t content_size = 0;
};

// Identifier and length octets, X.690 8.1.2 and 10.1 (shortest definite form only).
Result<Header> read_header(BytesView input) {
  if (input.size() < 2) {
    return fail(ErrorCode::invalid_input, "an element without a length");
  }
  if ((input[0] & 0x1f) == 0x1f) {
    return fail(ErrorCode::invalid_input, "a high tag number");
  }
  Header header{.tag = input[0], .header_size = 2};
  const std::uint8_t first = input[1];
  if (first < 0x80) {
    header.content_size = first;
    return header;
  }
  const std::size_t octets = first & 0x7fU;
  if (octets == 0) {
    return fail(ErrorCode::invalid_input, "an indefinite length");
  }
  if (octets > max_length_octets || input.size() < 2 + octets) {
    return fail(ErrorCode::invalid_input, "a length too long to be read");
  }
  std::size_t size = 0;
  for (std::size_t i = 0; i < octets; ++i) {
    size = size << 8 | input[2 + i];
  }
  if (size < 0x80 || (octets > 1 && input[2] == 0)) {
    return fail(ErrorCode::invalid_input, "a length not in its shortest form");
  }
  header.header_size = 2 + octets;
  header.content_size = size;
  return header;
}

bool is_text_tag(Tag t) {
  switch (t) {
    case tag::utf8_string:
    case tag::printable_string:
    case tag::t61_string:
    case tag::ia5_string:
    case tag::visible_string:
    case tag::universal_string:
    case tag::bmp_string: return true;
    default: return false;
  }
}

void append_utf8(std::string& to, std::uint32_t code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xc0 | code >> 6);
    to += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    to += static_cast<char>(0xe0 | code >> 12);
    to += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    to += static_cast<char>(0xf0 | code >> 18);
    to += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    to += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (code & 0x3f));
  }
}

bool is_scalar_value(std::uint32_t code) { return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff); }

// True when every sequence is shortest form and no surrogate is encoded (RFC 3629).
bool is_utf8(BytesView text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = text[i];
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    constexpr std::array<std::uint32_t, 5> lowest{0, 0, 0x80, 0x800, 0x10000};
    if (size == 1) {
      ++i;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4 || i + size > text.size()) {
      return false;
    }
    std::uint32_t code = lead & (0x7fU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      if ((text[i + k] & 0xc0) != 0x80) {
        return false;
      }
      code = code << 6 | (text[i + k] & 0x3fU);
    }
    if (code < lowest[size] || !is_scalar_value(code)) {
      return false;
    }
    i += size;
  }
  return true;
}

Result<std::string> wide_text(BytesView content, std::size_t unit) {
  if (content.size() % unit != 0) {
    return fail(ErrorCode::invalid_input, "a string cut inside a character");
  }
  std::string text;
  for (std::size_t i = 0; i < content.size(); i += unit) {
    std::uint32_t code = 0;
    for (std::size_t k = 0; k < unit; ++k) {
      code = code << 8 | content[i + k];
    }
    if (!is_scalar_value(code)) {
      return fail(ErrorCode::invalid_input, "a string with an impossible character");
    }
    append_utf8(text, code);
  }
  return text;
}

int two_digits(BytesView text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9') {
    return -1;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

Result<std::string> text_of_element(const Element& element) {
  switch (element.tag) {
    case tag::utf8_string:
    case tag::printable_string:
    case tag::ia5_string:
    case tag::visible_string:
      // Production files put UTF-8 under the wrong tag; what cannot be UTF-8 is refused.
      if (!is_utf8(element.content)) {
        return fail(ErrorCode::invalid_input, "a string that is not UTF-8");
      }
      return std::string(text_of(element.content));
    case tag::t61_string: return wide_text(element.content, 1);
    case tag::bmp_string: return wide_text(element.content, 2);
    case tag::universal_string: return wide_text(element.content, 4);
    default: return fail(ErrorCode::invalid_input, "not a string type");
  }
}

// UTCTime "YYMMDDhhmmss" or GeneralizedTime "YYYYMMDDhhmmss[.f+]", each followed by Z or +hhmm/-hhmm.
Result<Instant> time_of_element(const Element& element) {
  const Error wrong = fail(ErrorCode::invalid_input, "not a UTCTime or GeneralizedTime");
  const BytesView text = element.content;
  std::size_t at = 0;
  CalendarTime t;
  if (element.tag == tag::generalized_time) {
    const int century = two_digits(text, 0);
    const int year = two_digits(text, 2);
    if (century < 0 || year < 0) {
      return wrong;
    }
    t.year = century * 100 + year;
    at = 4;
  } else if (element.tag == tag::utc_time) {
    const int year = two_digits(text, 0);
    if (year < 0) {
      return wrong;
    }
    t.year = year >= 50 ? 1900 + year : 2000 + year;
    at = 2;
  } else {
    return wrong;
  }
  t.month = two_digits(text, at);
  t.day = two_digits(text, at + 2);
  t.hour = two_digits(text, at + 4);
  t.minute = two_digits(text, at + 6);
  t.second = two_digits(text, at + 8);
  at += 10;
  if (element.tag == tag::generalized_time && at < text.size() && text[at] == '.') {
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
      t.millisecond += (text[at] - '0') * scale;
    }
  }
  YX_TRY(const Instant local, from_calendar(t));
  if (at + 1 == text.size() && text[at] == 'Z') {
    return local;
  }
  const int hours = two_digits(text, at + 1);
  const int minutes = two_digits(text, at + 3);
  if (at + 5 != text.size() || (text[at] != '+' && text[at] != '-') || hours < 0 || hours > 23 || minutes < 0 ||
      minutes > 59) {
    return wrong;
  }
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  const Instant utc = text[at] == '+' ? local - offset : local + offset;
  return has_four_digit_year(utc) ? Result<Instant>(utc) : Result<Instant>(wrong);
}

Error Reader::wrong(std::string_view what) const {
  return fail(ErrorCode::invalid_input, std::string(what) + " at byte " + std::to_string(offset_));
}

std::optional<Tag> Reader::peek() const { return rest_.empty() ? std::nullopt : std::optional<Tag>(rest_[0]); }

Result<Element> Reader::any() {
  const auto header = read_header(rest_);
  if (!header) {
    return wrong(header.error().detail);
  }
  if (header->content_size > rest_.size() - header->header_size) {
    return wrong("an element longer than what holds it");
  }
  const std::size_t whole_size = header->header_size + header->content_size;
  const Element element{.tag = header->tag,
                        .whole = rest_.first(whole_size),
                        .content = rest_.subspan(header->header_size, header->content_size)};
  rest_ = rest_.subspan(whole_size);
  offset_ += whole_size;
  return element;
}

Result<Element> Reader::expect(Tag expected) {
  if (!next_is(expected)) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string what = "expected tag ";
    what += digits[expected >> 4];
    what += digits[expected & 15];
    return wrong(what);
  }
  return any();
}

Result<std::optional<Element>> Reader::optional(Tag expected) {
  if (!next_is(expected)) {
    return std::optional<Element>();
  }
  YX_TRY(Element element, any());
  return std::optional<Element>(element);
}

Result<Reader> Reader::enter(Tag expected) {
  YX_TRY(const Element element, expect(expected));
  return inside(element);
}

Result<Reader> Reader::inside(const Element& element) const {
  if (depth_ + 1 >= max_depth) {
    return wrong("nesting too deep");
  }
  // Offsets stay those of the outermost input: the element ended where this reader stands now, unless it
  // was taken earlier, in which case the offset is only a hint in a message.
  return Reader(element.content, offset_ - std::min(offset_, element.content.size()), depth_ + 1);
}

Result<void> Reader::finish() const {
  if (!rest_.empty()) {
    return wrong("something after the last element");
  }
  return {};
}

Result<ObjectId> Reader::object_id() {
  YX_TRY(const Element element, expect(tag::object_id));
  return ObjectId::from_content(element.content);
}

Result<bool> Reader::boolean() {
  YX_TRY(const Element element, expect(tag::boolean));
  if (element.content.size() != 1) {
    return wrong("a BOOLEAN that is not one octet");
  }
  return element.content[0] != 0;
}

Result<BytesView> Reader::integer() {
  YX_TRY(const Element element, expect(tag::integer));
  if (element.content.empty()) {
    return wrong("an empty INTEGER");
  }
  const BytesView octets = element.content;
  if (octets.size() > 1 &&
      ((octets[0] == 0x00 && (octets[1] & 0x80) == 0) || (octets[0] == 0xff && (octets[1] & 0x80) != 0))) {
    return wrong("an INTEGER not in its shortest form");
  }
  return element.content;
}

Result<std::int64_t> Reader::small_integer() {
  YX_TRY(const BytesView content, integer());
  if ((content[0] & 0x80) != 0) {
    return wrong("a negative INTEGER");
  }
  if (content.size() > 8) {
    return wrong("an INTEGER too large");
  }
  std::int64_t value = 0;
  for (const std::uint8_t octet : content) {
    value = value << 8 | octet;
  }
  return value;
}

Result<Bytes> Reader::unsigned_integer(std::size_t size) {
  YX_TRY(BytesView content, integer());
  if ((content[0] & 0x80) != 0) {
    return wrong("a negative INTEGER");
  }
  if (content[0] == 0) {
    content = content.subspan(1);
  }
  if (content.size() > size) {
    return wrong("an INTEGER too large");
  }
  Bytes padded(size - content.size(), 0);
  append(padded, content);
  return padded;
}

Result<BytesView> Reader::octet_string() {
  YX_TRY(const Element element, expect(tag::octet_string));
  return element.content;
}

Result<BytesView> Reader::bit_string() {
  YX_TRY(const Element element, expect(tag::bit_string));
  if (element.content.empty() || element.content[0] != 0) {
    return wrong("a BIT STRING that is not whole octets");
  }
  return element.content.subspan(1);
}

Result<void> Reader::null() {
  YX_TRY(const Element element, expect(tag::null));
  if (!element.content.empty()) {
    return wrong("a NULL with content");
  }
  return {};
}

Result<std::string> Reader::text() {
  YX_TRY(const Element element, any());
  if (!is_text_tag(element.tag)) {
    return wrong("not a string type");
  }
  return text_of_element(element);
}

Result<Instant> Reader::time() {
  YX_TRY(const Element element, any());
  return time_of_element(element);
}

Result<Element> whole_element(BytesView input) {
  Reader reader(input);
  YX_TRY(const Element element, reader.any());
  YX_CHECK(reader.finish());
  return element;
}

Result<Element> whole_element(BytesView input, Tag expected) {
  Reader reader(input);
  YX_TRY(const Element element, reader.expect(expected));
  YX_CHECK(reader.finish());
  return element;
}

Result<std::size_t> element_size(BytesView input) {
  YX_TRY(const Header header, read_header(input));
  return header.header_size + header.content_size;
}

Result<ObjectId> ObjectId::from_content(BytesView content) {
  if (content.empty() || content.size() > max_object_id_octets || (content.back() & 0x80) != 0) {
    return fail(ErrorCode::invalid_input, "an unfinished object identifier");
  }
  bool at_start = true;
  std::size_t arc_octets = 0;
  for (const std::uint8_t octet : content) {
    if (at_start && octet == 0x80) {
      return fail(ErrorCode::invalid_input, "an object identifier arc not in its shortest form");
    }
    arc_octets = at_start ? 1 : arc_octets + 1;
    if (arc_octets > max_arc_octets) {
      return fail(ErrorCode::invalid_input, "an object identifier arc too large");
    }
    at_start = (octet & 0x80) == 0;
  }
  ObjectId id;
  id.content_ = to_bytes(content);
  return id;
}

namespace {

// Decimal text of a big-endian number of 7-bit groups.
std::string decimal_of_groups(BytesView groups, unsigned subtract) {
  std::string digits = "0";  // least significant first
  for (const std::uint8_t octet : groups) {
    unsigned carry = octet & 0x7fU;
    for (char& digit : digits) {
      const unsigned value = static_cast<unsigned>(digit - '0') * 128 + carry;
      digit = static_cast<char>('0' + value % 10);
      carry = value / 10;
    }
    for (; carry != 0; carry /= 10) {
      digits += static_cast<char>('0' + carry % 10);
    }
  }
  for (std::size_t i = 0; subtract != 0 && i < digits.size(); ++i) {
    int value = digits[i] - '0' - static_cast<int>(subtract % 10);
    subtract /= 10;
    if (value < 0) {
      value += 10;
      ++subtract;
    }
    digits[i] = static_cast<char>('0' + value);
  }
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
  }
  return {digits.rbegin(), digits.rend()};
}

// Base-128 octets of a decimal text plus `add`; empty when it is not a plain decimal number.
Bytes groups_of_decimal(std::string_view decimal, unsigned add) {
  Bytes groups;  // least significant first
  if (decimal.empty() || decimal.size() > max_arc_digits || (decimal.size() > 1 && decimal[0] == '0')) {
    return {};
  }
  groups.push_back(0);
  for (std::size_t i = 0; i < decimal.size(); ++i) {
    if (decimal[i] < '0' || decimal[i] > '9') {
      return {};
    }
    unsigned carry = static_cast<unsigned>(decimal[i] - '0') + (i + 1 == decimal.size() ? add : 0);
    for (std::uint8_t& group : groups) {
      const unsigned value = group * 10U + carry;
      group = static_cast<std::uint8_t>(value & 0x7f);
      carry = value >> 7;
    }
    for (; carry != 0; carry >>= 7) {
      groups.push_back(static_cast<std::uint8_t>(carry & 0x7f));
    }
  }
  Bytes octets(groups.rbegin(), groups.rend());
  for (std::size_t i = 0; i + 1 < octets.size(); ++i) {
    octets[i] = static_cast<std::uint8_t>(octets[i] | 0x80);
  }
  return octets;
}

}  // namespace

std::string ObjectId::dotted() const {
  std::string text;
  std::size_t start = 0;
  for (std::size_t i = 0; i < content_.size(); ++i) {
    if ((content_[i] & 0x80) != 0) {
      continue;
    }
    const BytesView arc = BytesView(content_).subspan(start, i + 1 - start);
    if (start == 0) {
      const unsigned first = arc.size() > 1 || arc[0] >= 80 ? 2 : arc[0] / 40U;
      text = std::to_string(first) + "." + decimal_of_groups(arc, first * 40);
    } else {
      text += "." + decimal_of_groups(arc, 0);
    }
    start = i + 1;
  }
  return text;
}

Result<ObjectId> ObjectId::parse(std::string_view dotted) {
  const Error wrong = fail(ErrorCode::invalid_input, "not a dotted object identifier");
  if (dotted.size() < 3 || dotted[0] < '0' || dotted[0] > '2' || dotted[1] != '.') {
    return wrong;
  }
  const unsigned first = static_cast<unsigned>(dotted[0] - '0');
  dotted.remove_prefix(2);
  Bytes content;
  for (bool second = true;; second = false) {
    const std::size_t dot = dotted.find('.');
    const std::string_view arc = dotted.substr(0, dot);
    const Bytes octets = groups_of_decimal(arc, second ? first * 40 : 0);
    const bool fits = !second || first == 2 || arc.size() == 1 || (arc.size() == 2 && arc < "40");
    if (octets.empty() || !fits) {
      return wrong;
    }
    append(content, octets);
    if (dot == std::string_view::npos) {
      return from_content(content);
    }
    dotted.remove_prefix(dot + 1);
  }
}

ObjectId::ObjectId(std::string_view dotted) {
  auto parsed = parse(dotted);
  ensure(parsed.has_value(), "a malformed object identifier literal");
  content_ = std::move(parsed->content_);
}

}  // namespace yinxin::asn1
