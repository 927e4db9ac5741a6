#include "crypto/x509/name.h"

#include "crypto/oids.h"

namespace yinxin::x509 {

namespace {

// ASCII folded to lower case, runs of blanks to one, none at the ends.
std::string folded(std::string_view value) {
  std::string out;
  bool blank = true;
  for (const char c : value) {
    if (c == ' ') {
      if (!blank) {
        out += ' ';
      }
      blank = true;
      continue;
    }
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    blank = false;
  }
  if (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

std::string label_of(const asn1::ObjectId& type) {
  if (type == oid::country())
    return "C";
  if (type == oid::state())
    return "ST";
  if (type == oid::locality())
    return "L";
  if (type == oid::organization())
    return "O";
  if (type == oid::organizational_unit())
    return "OU";
  if (type == oid::common_name())
    return "CN";
  if (type == oid::email_address())
    return "E";
  if (type == oid::serial_number())
    return "SN";
  return type.dotted();
}

}  // namespace

Result<Name> Name::parse(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader rdns, outer.sequence());
  YX_CHECK(outer.finish());
  Name name;
  name.der_ = to_bytes(der);
  while (!rdns.at_end()) {
    YX_TRY(asn1::Reader rdn, rdns.set());
    name.canonical_ += '/';
    do {
      YX_TRY(asn1::Reader attribute, rdn.sequence());
      YX_TRY(asn1::ObjectId type, attribute.object_id());
      YX_TRY(const asn1::Element value, attribute.any());
      YX_CHECK(attribute.finish());
      const auto text = asn1::text_of_element(value);
      name.canonical_ += type.dotted() + "=";
      name.canonical_ += text ? "t" + folded(*text) : "b" + to_hex(value.whole);
      name.canonical_ += '+';
      name.attributes_.push_back({std::move(type), text ? *text : std::string()});
    } while (!rdn.at_end());
  }
  return name;
}

Name Name::build(const std::vector<NameAttribute>& attributes) {
  const Bytes der = asn1::sequence([&](asn1::Writer& w) {
    for (const NameAttribute& attribute : attributes) {
      w.constructed(asn1::tag::set, [&](asn1::Writer& rdn) {
        rdn.sequence([&](asn1::Writer& pair) {
          pair.object_id(attribute.type);
          if (attribute.type == oid::country()) {
            pair.printable(attribute.value);
          } else if (attribute.type == oid::email_address()) {
            pair.ia5(attribute.value);
          } else {
            pair.utf8(attribute.value);
          }
        });
      });
    }
  });
  auto name = parse(der);
  ensure(name.has_value(), "a built name that cannot be read");
  return std::move(*name);
}

std::string Name::find(const asn1::ObjectId& type) const {
  for (auto it = attributes_.rbegin(); it != attributes_.rend(); ++it) {
    if (it->type == type) {
      return it->value;
    }
  }
  return {};
}

std::string Name::common_name() const { return find(oid::common_name()); }

std::string Name::text() const {
  std::string out;
  for (const NameAttribute& attribute : attributes_) {
    out += (out.empty() ? "" : ", ") + label_of(attribute.type) + "=";
    for (const char c : attribute.value) {
      const auto octet = static_cast<unsigned char>(c);
      if (octet < 0x20 || octet == 0x7f) {
        out += "\\x" + to_hex({&octet, 1});
      } else {
        out += c;
      }
    }
  }
  return out;
}

bool Name::matches(const Name& other) const { return der_ == other.der_ || canonical_ == other.canonical_; }

}  // namespace yinxin::x509
