#include "store/street/wish_der.h"

#include "crypto/asn1/der.h"

namespace yinxin::store::street {

namespace {

constexpr std::string_view mark = "-r";

Result<std::string> text_in(asn1::Reader& r) {
  YX_TRY(const asn1::Element element, r.expect(asn1::tag::utf8_string));
  return asn1::text_of_element(element);
}

}  // namespace

Bytes to_der(const hall::SmsWish& wish) {
  return asn1::sequence([&](asn1::Writer& w) {
    w.utf8(wish.id).utf8(wish.mobile).utf8(wish.text).utf8(wish.programme);
    w.sequence([&](asn1::Writer& list) {
      for (const auto& [name, value] : wish.parameters) {
        list.sequence([&](asn1::Writer& pair) { pair.utf8(name).utf8(value); });
      }
    });
  });
}

Result<hall::SmsWish> wish_of(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader r, outer.sequence());
  hall::SmsWish wish;
  YX_TRY(wish.id, text_in(r));
  YX_TRY(wish.mobile, text_in(r));
  YX_TRY(wish.text, text_in(r));
  YX_TRY(wish.programme, text_in(r));
  YX_TRY(asn1::Reader list, r.sequence());
  while (!list.at_end()) {
    YX_TRY(asn1::Reader pair, list.sequence());
    YX_TRY(std::string name, text_in(pair));
    YX_TRY(wish.parameters[name], text_in(pair));
  }
  return wish;
}

std::int64_t resends_of(const std::string& id) {
  const std::size_t at = id.rfind(mark);
  const bool has_digit = at != std::string::npos && at + mark.size() + 1 == id.size();
  const char digit = has_digit ? id.back() : '0';
  return digit >= '1' && digit <= '9' ? digit - '0' : 0;
}

std::string resend_id(const std::string& id, std::int64_t n) {
  const std::string plain = resends_of(id) == 0 ? id : id.substr(0, id.rfind(mark));
  return plain + std::string(mark) + std::to_string(n);
}

}  // namespace yinxin::store::street
