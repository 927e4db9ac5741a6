#pragma once
// Distinguished names (RFC 5280 4.1.2.4). The received bytes are kept; matching of issuer and serial uses them.

#include <string>
#include <vector>

#include "crypto/asn1/der.h"

namespace yinxin::x509 {

struct NameAttribute {
  asn1::ObjectId type;
  std::string value;  // UTF-8
};

class Name {
 public:
  Name() : der_{0x30, 0x00} {}
  // Name ::= RDNSequence ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
  // `der` is one whole SEQUENCE; unreadable values become empty text, their bytes are kept.
  static Result<Name> parse(BytesView der);
  // One attribute per RDN in the given order: C as PrintableString, e-mail as IA5String, all others UTF8String.
  static Name build(const std::vector<NameAttribute>& attributes);

  [[nodiscard]] const Bytes& der() const { return der_; }
  [[nodiscard]] bool empty() const { return attributes_.empty(); }
  [[nodiscard]] const std::vector<NameAttribute>& attributes() const { return attributes_; }
  // The last value of that type, as the most specific; empty text when there is none.
  [[nodiscard]] std::string find(const asn1::ObjectId& type) const;
  [[nodiscard]] std::string common_name() const;
  // "C=CN, O=…, CN=…", control characters escaped, for people and logs.
  [[nodiscard]] std::string text() const;
  // RFC 5280 7.1 in the part the field needs: string types do not matter, ASCII case and runs of blanks neither.
  [[nodiscard]] bool matches(const Name& other) const;
  bool operator==(const Name& other) const { return der_ == other.der_; }

 private:
  Bytes der_;
  std::vector<NameAttribute> attributes_;
  std::string canonical_;
};

}  // namespace yinxin::x509
