#pragma once
// DER by hand: a reader that keeps the received bytes, and a writer that can only write DER.
//
// The reader is a cursor over a view: every element it hands out is a view into the input, so a signed
// part is always verified over the bytes that were received and never over a re-encoding. Certificates in
// production break DER in known ways (explicit DEFAULT FALSE, BIT STRING with a wrong count of unused
// bits); those are contents, and the reader lets their owner judge them. What it refuses everywhere:
// indefinite lengths, lengths not in shortest form, more bytes than there are, nesting beyond max_depth.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace yinxin::asn1 {

constexpr std::size_t max_depth = 32;

// Identifier octets we meet are all low-tag-number form; the whole octet is the tag.
using Tag = std::uint8_t;
namespace tag {
constexpr Tag boolean = 0x01, integer = 0x02, bit_string = 0x03, octet_string = 0x04, null = 0x05, object_id = 0x06,
              enumerated = 0x0a, utf8_string = 0x0c, printable_string = 0x13, t61_string = 0x14, ia5_string = 0x16,
              utc_time = 0x17, generalized_time = 0x18, visible_string = 0x1a, universal_string = 0x1c,
              bmp_string = 0x1e, sequence = 0x30, set = 0x31;
// [n] primitive (IMPLICIT of a primitive type) and [n] constructed (EXPLICIT, or IMPLICIT of SEQUENCE/SET).
constexpr Tag context(unsigned n) { return static_cast<Tag>(0x80U | n); }
constexpr Tag context_constructed(unsigned n) { return static_cast<Tag>(0xa0U | n); }
}  // namespace tag

// One element: `whole` is tag, length and content as received; `content` the inside of it.
struct Element {
  Tag tag = 0;
  BytesView whole;
  BytesView content;
};

// An object identifier as its content octets; compares and sorts as bytes.
class ObjectId {
 public:
  ObjectId() = default;
  // From dotted text; stops the process on a malformed literal: use parse() for what strangers write.
  explicit ObjectId(std::string_view dotted);
  static Result<ObjectId> parse(std::string_view dotted);
  // From content octets; invalid_input for empty or unfinished arcs, or more than 64 octets.
  static Result<ObjectId> from_content(BytesView content);

  [[nodiscard]] std::string dotted() const;
  [[nodiscard]] BytesView content() const { return content_; }
  [[nodiscard]] bool empty() const { return content_.empty(); }
  auto operator<=>(const ObjectId&) const = default;

 private:
  Bytes content_;
};

// Reads elements one after the other from the content of a constructed element (or a whole file).
// Failures are invalid_input with the offset from the start of the outermost input.
class Reader {
 public:
  explicit Reader(BytesView input) : Reader(input, 0, 0) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] BytesView rest() const { return rest_; }
  // The tag of the next element; nullopt at the end.
  [[nodiscard]] std::optional<Tag> peek() const;
  [[nodiscard]] bool next_is(Tag tag) const { return peek() == tag; }
  // Offset of the next element from the start of the outermost input.
  [[nodiscard]] std::size_t offset() const { return offset_; }

  Result<Element> any();
  Result<Element> expect(Tag tag);
  // nullopt (and nothing consumed) when the next element has another tag or there is none.
  Result<std::optional<Element>> optional(Tag tag);
  // A reader inside the next element.
  Result<Reader> enter(Tag tag);
  Result<Reader> sequence() { return enter(tag::sequence); }
  Result<Reader> set() { return enter(tag::set); }
  // A reader inside an element already taken from this reader.
  [[nodiscard]] Result<Reader> inside(const Element& element) const;
  // Fails when anything is left.
  [[nodiscard]] Result<void> finish() const;

  Result<ObjectId> object_id();
  Result<bool> boolean();  // BER's any non-zero is accepted as true: real files have 0x01
  // INTEGER content octets as received (two's complement, big endian); refuses an empty one, and one that is not in its
  // shortest form (X.690 8.3.2, which holds for BER as well).
  Result<BytesView> integer();
  // A non-negative INTEGER below 2^63.
  Result<std::int64_t> small_integer();
  // A non-negative INTEGER as exactly `size` octets, left-padded with zeros; refuses negative or larger.
  Result<Bytes> unsigned_integer(std::size_t size);
  Result<BytesView> octet_string();
  // BIT STRING with no unused bits: the octets after the count byte.
  Result<BytesView> bit_string();
  Result<void> null();
  // Any of UTF8, Printable, IA5, Visible, T61 (as Latin-1), BMP and Universal strings, as UTF-8.
  Result<std::string> text();
  // UTCTime (RFC 5280: 50..99 is 19xx) or GeneralizedTime; seconds required, fraction and offset accepted.
  Result<Instant> time();

 private:
  Reader(BytesView input, std::size_t offset, std::size_t depth) : rest_(input), offset_(offset), depth_(depth) {}
  [[nodiscard]] Error wrong(std::string_view what) const;

  BytesView rest_;
  std::size_t offset_ = 0;
  std::size_t depth_ = 0;
};

// The element that is the whole of `input`: fails on trailing bytes.
Result<Element> whole_element(BytesView input);
Result<Element> whole_element(BytesView input, Tag tag);
// Size in bytes of the first element of `input`, header included, even if the content is longer than
// what is there; invalid_input when no header can be read. For cutting padded fields.
Result<std::size_t> element_size(BytesView input);
// Text of any of the string types, as Reader::text().
Result<std::string> text_of_element(const Element& element);
Result<Instant> time_of_element(const Element& element);

// Writes DER front to back. Constructed elements take a function that writes the inside.
class Writer {
 public:
  template <class Inside>
  Writer& constructed(Tag tag, Inside&& inside) {
    const std::size_t mark = open(tag);
    inside(*this);
    close(mark);
    return *this;
  }
  template <class Inside>
  Writer& sequence(Inside&& inside) {
    return constructed(tag::sequence, std::forward<Inside>(inside));
  }
  // SET OF: the elements the function writes are put into DER order.
  template <class Inside>
  Writer& set_of(Inside&& inside, Tag tag = tag::set) {
    const std::size_t mark = open(tag);
    inside(*this);
    sort_set(mark);
    close(mark);
    return *this;
  }
  // [n] EXPLICIT
  template <class Inside>
  Writer& explicit_tag(unsigned n, Inside&& inside) {
    return constructed(tag::context_constructed(n), std::forward<Inside>(inside));
  }

  Writer& primitive(Tag tag, BytesView content);
  // An element that is DER already.
  Writer& raw(BytesView element);
  Writer& object_id(const ObjectId& id) { return primitive(tag::object_id, id.content()); }
  Writer& boolean(bool value);
  Writer& integer(std::int64_t value);
  // A non-negative INTEGER from big-endian octets (leading zeros are dropped, one is added if needed).
  Writer& unsigned_integer(BytesView octets, Tag tag = tag::integer);
  Writer& octet_string(BytesView content) { return primitive(tag::octet_string, content); }
  Writer& bit_string(BytesView content);  // whole octets, no unused bits
  // BIT STRING with named bits (X.690 11.2.2): bit 0 is the first; trailing zero bits are dropped.
  Writer& named_bits(std::uint32_t bits);
  Writer& null() { return primitive(tag::null, {}); }
  Writer& utf8(std::string_view text) { return primitive(tag::utf8_string, bytes_of(text)); }
  Writer& printable(std::string_view text) { return primitive(tag::printable_string, bytes_of(text)); }
  Writer& ia5(std::string_view text) { return primitive(tag::ia5_string, bytes_of(text)); }
  Writer& enumerated(std::int64_t value);
  // "YYYYMMDDHHMMSSZ"; milliseconds are cut.
  Writer& generalized_time(Instant at);
  // RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime after.
  Writer& x509_time(Instant at);

  [[nodiscard]] const Bytes& bytes() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  std::size_t open(Tag tag);
  void close(std::size_t mark);
  void sort_set(std::size_t mark);

  Bytes out_;
};

// Content octets of an INTEGER, in their shortest form.
Bytes integer_content(std::int64_t value);

// The DER of one SEQUENCE whose inside the function writes.
template <class Inside>
Bytes sequence(Inside&& inside) {
  Writer writer;
  writer.sequence(std::forward<Inside>(inside));
  return writer.take();
}

}  // namespace yinxin::asn1
