#include "seal/ses/v4/reader.h"

#include "seal/ses/fields.h"

namespace yinxin::seal::ses::v4 {
namespace {

constexpr std::int64_t list_of_certificates = 1;
constexpr std::int64_t list_of_digests = 2;

// SEQUENCE OF CertDigestObj;  CertDigestObj ::= SEQUENCE { type PrintableString, value OCTET STRING }
Result<std::vector<CertificateDigest>> read_owner_digests(asn1::Reader& reader) {
  std::vector<CertificateDigest> list;
  YX_TRY(auto fields, reader.sequence());
  while (!fields.at_end()) {
    if (list.size() == max_owner_list) {
      return fail(ErrorCode::invalid_input, "more owners than " + std::to_string(max_owner_list));
    }
    CertificateDigest digest;
    YX_TRY(auto inside, fields.sequence());
    YX_TRY(digest.type, inside.text());
    YX_TRY(const auto value, inside.octet_string());
    digest.value = to_bytes(value);
    YX_CHECK(inside.finish());
    list.push_back(std::move(digest));
  }
  return list;
}

// SES_ESPropertyInfo ::= SEQUENCE { type INTEGER, name UTF8String, certListType INTEGER, certList SES_CertList,
//                          createDate GeneralizedTime, validStart GeneralizedTime, validEnd GeneralizedTime }
// SES_CertList ::= CHOICE { certs SEQUENCE OF OCTET STRING, certDigestList SEQUENCE OF CertDigestObj }
Result<Property> read_property(asn1::Reader& reader, std::vector<Deviation>& deviations) {
  Property property;
  YX_TRY(auto fields, reader.sequence());
  YX_TRY(property.type, fields.small_integer());
  YX_TRY(property.name, fields.text());
  YX_TRY(property.owner_list_type, fields.small_integer());
  if (property.owner_list_type == list_of_certificates) {
    YX_TRY(property.owner_certificates, read_owner_certificates(fields, deviations));
  } else if (property.owner_list_type == list_of_digests) {
    YX_TRY(property.owner_digests, read_owner_digests(fields));
  } else {
    return fail(ErrorCode::invalid_input, "certListType is neither 1 nor 2");
  }
  YX_TRY(property.created_at, fields.time());
  YX_TRY(property.valid_from, fields.time());
  YX_TRY(property.valid_until, fields.time());
  YX_CHECK(fields.finish());
  return property;
}

// SES_SealInfo ::= SEQUENCE { header, esID IA5String, property, picture, extDatas ExtensionDatas OPTIONAL }
//   -- untagged in every production file
Result<void> read_info(asn1::Reader& reader, Seal& seal) {
  YX_CHECK(read_header(reader, seal));
  YX_TRY(seal.es_id, reader.text());
  YX_TRY(seal.property, read_property(reader, seal.deviations));
  YX_TRY(seal.picture, read_picture(reader));
  if (reader.next_is(asn1::tag::context_constructed(0))) {
    note(seal.deviations, Deviation::seal_extensions_tagged);
    YX_TRY(auto tagged, reader.enter(asn1::tag::context_constructed(0)));
    YX_TRY(seal.extensions, read_extensions(tagged, seal.deviations));
    YX_CHECK(tagged.finish());
  } else if (!reader.at_end()) {
    YX_TRY(seal.extensions, read_extensions(reader, seal.deviations));
  }
  return reader.finish();
}

// timeStamp [0] EXPLICIT BIT STRING; one product leaves the tag out.
Result<std::optional<Bytes>> read_time_stamp(asn1::Reader& reader, std::vector<Deviation>& deviations) {
  if (reader.at_end()) {
    return std::optional<Bytes>();
  }
  if (reader.next_is(asn1::tag::bit_string)) {
    note(deviations, Deviation::time_stamp_untagged);
    YX_TRY(const auto token, reader.bit_string());
    return std::optional<Bytes>(to_bytes(token));
  }
  YX_TRY(auto tagged, reader.enter(asn1::tag::context_constructed(0)));
  YX_TRY(const auto token, tagged.bit_string());
  YX_CHECK(tagged.finish());
  return std::optional<Bytes>(to_bytes(token));
}

// TBS_Sign ::= SEQUENCE { version INTEGER, eseal SESeal, timeInfo GeneralizedTime, dataHash BIT STRING,
//                propertyInfo IA5String, extDatas [0] EXPLICIT ExtensionDatas OPTIONAL }
Result<void> read_tbs(asn1::Reader& fields, SealSignature& signature) {
  YX_TRY(signature.tbs_version, fields.small_integer());
  YX_TRY(const auto seal, fields.expect(asn1::tag::sequence));
  YX_TRY(signature.seal, parse_seal(seal.whole));
  YX_TRY(const auto time, fields.any());
  YX_TRY(const auto at, asn1::time_of_element(time));
  signature.signed_at = at;
  signature.time_text = std::string(text_of(time.content));
  YX_TRY(const auto hash, fields.bit_string());
  signature.data_hash = to_bytes(hash);
  YX_TRY(signature.property_info, fields.text());
  if (fields.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(auto tagged, fields.enter(asn1::tag::context_constructed(0)));
    if (tagged.next_is(asn1::tag::sequence)) {
      // EXPLICIT: [0] { SEQUENCE OF ExtData }. IMPLICIT would show an ExtData first; its first field is an OID.
      asn1::Reader ahead = tagged;
      YX_TRY(auto first, ahead.sequence());
      if (first.next_is(asn1::tag::object_id)) {
        const Bytes wrapped = asn1::sequence([&](asn1::Writer& writer) { writer.raw(tagged.rest()); });
        asn1::Reader again(wrapped);
        YX_TRY(signature.extensions, read_extensions(again, signature.deviations));
        return fields.finish();
      }
    }
    YX_TRY(signature.extensions, read_extensions(tagged, signature.deviations));
    YX_CHECK(tagged.finish());
  } else if (fields.next_is(asn1::tag::sequence)) {
    note(signature.deviations, Deviation::sign_extensions_untagged);
    YX_TRY(signature.extensions, read_extensions(fields, signature.deviations));
  }
  return fields.finish();
}

}  // namespace

Result<Seal> parse_seal(BytesView der) {
  if (der.size() > max_seal_size) {
    return fail(ErrorCode::invalid_input, "the seal is larger than " + std::to_string(max_seal_size) + " bytes");
  }
  Seal seal;
  seal.der = to_bytes(der);
  asn1::Reader file(seal.der);
  YX_TRY(auto outer, file.sequence());
  YX_CHECK(file.finish());
  YX_TRY(const auto info, outer.expect(asn1::tag::sequence));
  YX_TRY(auto inside, outer.inside(info));
  YX_CHECK(read_info(inside, seal));
  seal.info = to_bytes(info.whole);
  seal.signed_bytes = seal.info;  // 7.1: the maker signs SES_SealInfo and nothing else
  YX_TRY(const auto certificate, outer.octet_string());
  seal.maker_certificate = to_bytes(certificate);
  YX_TRY(seal.signature_algorithm, outer.object_id());
  YX_TRY(const auto signature, outer.bit_string());
  seal.signature = to_bytes(signature);
  YX_TRY(seal.time_stamp, read_time_stamp(outer, seal.deviations));
  YX_CHECK(outer.finish());
  seal.version = seal.time_stamp || seal.header_version >= 5 ? Version::v5 : Version::v4;
  if (seal.header_version != (seal.version == Version::v5 ? 5 : 4)) {
    note(seal.deviations, Deviation::version_disagrees);
  }
  note_signature_form(seal.signature, seal.deviations);
  return seal;
}

Result<SealSignature> parse_signature(BytesView der) {
  if (der.size() > max_signature_size) {
    return fail(ErrorCode::invalid_input, "the seal signature is larger than its limit");
  }
  SealSignature signature;
  signature.der = to_bytes(der);
  asn1::Reader file(signature.der);
  YX_TRY(auto outer, file.sequence());
  YX_CHECK(file.finish());
  YX_TRY(const auto tbs, outer.expect(asn1::tag::sequence));
  YX_TRY(auto fields, outer.inside(tbs));
  YX_CHECK(read_tbs(fields, signature));
  signature.to_be_signed = to_bytes(tbs.whole);
  YX_TRY(const auto certificate, outer.octet_string());
  signature.signer_certificate = to_bytes(certificate);
  YX_TRY(signature.signature_algorithm, outer.object_id());
  YX_TRY(const auto value, outer.bit_string());
  signature.signature = to_bytes(value);
  YX_TRY(signature.time_stamp, read_time_stamp(outer, signature.deviations));
  YX_CHECK(outer.finish());
  signature.version = signature.seal.version;
  note_signature_form(signature.signature, signature.deviations);
  return signature;
}

}  // namespace yinxin::seal::ses::v4
