#include "seal/ses/version.h"

#include "seal/ses/fields.h"
#include "seal/ses/v1/reader.h"
#include "seal/ses/v4/reader.h"

namespace yinxin::seal::ses {
namespace {

constexpr std::size_t most_fields = 5;
constexpr std::size_t fields_of_v1 = 2;

}  // namespace

bool looks_like_seal(BytesView der) {
  asn1::Reader file(der);
  auto outer = file.sequence();
  if (!outer) {
    return false;
  }
  auto info = outer->sequence();
  if (!info) {
    return false;
  }
  auto header = info->sequence();
  if (!header) {
    return false;
  }
  const auto id = header->expect(asn1::tag::ia5_string);
  return id && text_of(id->content) == "ES";
}

bool looks_like_signature(BytesView der) {
  asn1::Reader file(der);
  auto outer = file.sequence();
  if (!outer) {
    return false;
  }
  auto tbs = outer->sequence();
  if (!tbs || !tbs->integer()) {
    return false;
  }
  const auto seal = tbs->expect(asn1::tag::sequence);
  return seal && looks_like_seal(seal->whole);
}

Result<Seal> parse_seal(BytesView der) {
  YX_TRY(const auto fields, outer_fields(der, most_fields));
  return fields.size() == fields_of_v1 ? v1::parse_seal(der) : v4::parse_seal(der);
}

Result<SealSignature> parse_signature(BytesView der) {
  YX_TRY(const auto fields, outer_fields(der, most_fields));
  return fields.size() == fields_of_v1 ? v1::parse_signature(der) : v4::parse_signature(der);
}

}  // namespace yinxin::seal::ses
