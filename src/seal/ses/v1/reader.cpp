#include "seal/ses/v1/reader.h"

#include "seal/ses/fields.h"
#include "seal/ses/time_text.h"

namespace yinxin::seal::ses::v1 {
namespace {

// SES_ESPropertyInfo ::= SEQUENCE { type INTEGER, name UTF8String, certList SEQUENCE OF cert,
//                          createDate UTCTime, validStart UTCTime, validEnd UTCTime }
Result<Property> read_property(asn1::Reader& reader, std::vector<Deviation>& deviations) {
  Property property;
  YX_TRY(auto fields, reader.sequence());
  YX_TRY(property.type, fields.small_integer());
  YX_TRY(property.name, fields.text());
  YX_TRY(property.owner_certificates, read_owner_certificates(fields, deviations));
  YX_TRY(property.created_at, fields.time());
  YX_TRY(property.valid_from, fields.time());
  YX_TRY(property.valid_until, fields.time());
  YX_CHECK(fields.finish());
  return property;
}

// SES_SealInfo ::= SEQUENCE { header, esID IA5String, property, picture, extDatas EXPLICIT ExtensionDatas OPTIONAL }
//   -- no tag number is printed; files write a plain SEQUENCE
Result<void> read_info(asn1::Reader& reader, Seal& seal) {
  YX_CHECK(read_header(reader, seal));
  YX_TRY(seal.es_id, reader.text());
  YX_TRY(seal.property, read_property(reader, seal.deviations));
  YX_TRY(seal.picture, read_picture(reader));
  if (reader.next_is(asn1::tag::context_constructed(0))) {
    YX_TRY(auto tagged, reader.enter(asn1::tag::context_constructed(0)));
    YX_TRY(seal.extensions, read_extensions(tagged, seal.deviations));
    YX_CHECK(tagged.finish());
  } else if (!reader.at_end()) {
    YX_TRY(seal.extensions, read_extensions(reader, seal.deviations));
  }
  return reader.finish();
}

// timeInfo BIT STRING: text in one of several forms, a DER time, or a time-stamp token.
void read_time_info(BytesView content, SealSignature& signature) {
  if (content.empty()) {
    return;
  }
  if (const auto element = asn1::whole_element(content)) {
    if (element->tag == asn1::tag::sequence) {
      signature.time_token = to_bytes(content);
      return;
    }
    if (const auto at = asn1::time_of_element(*element)) {
      signature.signed_at = *at;
      signature.time_text = to_rfc3339(*at);
      return;
    }
  }
  signature.time_text = std::string(text_of(content.first(std::min<std::size_t>(content.size(), 64))));
  if (const auto at = parse_time_text(signature.time_text)) {
    signature.signed_at = at->at;
  }
}

}  // namespace

Result<Seal> parse_seal(BytesView der) {
  if (der.size() > max_seal_size) {
    return fail(ErrorCode::invalid_input, "the seal is larger than " + std::to_string(max_seal_size) + " bytes");
  }
  Seal seal;
  seal.version = Version::v1;
  seal.der = to_bytes(der);
  asn1::Reader file(seal.der);
  YX_TRY(auto outer, file.sequence());
  YX_CHECK(file.finish());
  YX_TRY(const auto info, outer.expect(asn1::tag::sequence));
  YX_TRY(auto inside, outer.inside(info));
  YX_CHECK(read_info(inside, seal));
  seal.info = to_bytes(info.whole);
  // SES_SignInfo ::= SEQUENCE { cert OCTET STRING, signatureAlgorithm OBJECT IDENTIFIER, signData BIT STRING }
  YX_TRY(auto sign_info, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const auto certificate, sign_info.expect(asn1::tag::octet_string));
  YX_TRY(const auto algorithm, sign_info.expect(asn1::tag::object_id));
  YX_TRY(const auto signature, sign_info.bit_string());
  YX_CHECK(sign_info.finish());
  seal.maker_certificate = to_bytes(certificate.content);
  YX_TRY(seal.signature_algorithm, asn1::ObjectId::from_content(algorithm.content));
  seal.signature = to_bytes(signature);
  // 6.1.1: the maker signs SEQUENCE { SES_SealInfo, cert, signatureAlgorithm }, from the elements as received.
  seal.signed_bytes =
      asn1::sequence([&](asn1::Writer& writer) { writer.raw(info.whole).raw(certificate.whole).raw(algorithm.whole); });
  note_signature_form(seal.signature, seal.deviations);
  return seal;
}

// TBS_Sign ::= SEQUENCE { version INTEGER, eseal SESeal, timeInfo BIT STRING, dataHash BIT STRING,
//                propertyInfo IA5String, cert OCTET STRING, signatureAlgorithm OBJECT IDENTIFIER }
Result<SealSignature> parse_signature(BytesView der) {
  if (der.size() > max_signature_size) {
    return fail(ErrorCode::invalid_input, "the seal signature is larger than its limit");
  }
  SealSignature signature;
  signature.version = Version::v1;
  signature.der = to_bytes(der);
  asn1::Reader file(signature.der);
  YX_TRY(auto outer, file.sequence());
  YX_CHECK(file.finish());
  YX_TRY(const auto tbs, outer.expect(asn1::tag::sequence));
  YX_TRY(const auto value, outer.bit_string());
  YX_CHECK(outer.finish());
  signature.to_be_signed = to_bytes(tbs.whole);
  signature.signature = to_bytes(value);
  YX_TRY(auto fields, outer.inside(tbs));
  YX_TRY(signature.tbs_version, fields.small_integer());
  YX_TRY(const auto seal, fields.expect(asn1::tag::sequence));
  YX_TRY(signature.seal, parse_seal(seal.whole));
  if (fields.next_is(asn1::tag::bit_string)) {
    YX_TRY(const auto time_info, fields.bit_string());
    read_time_info(time_info, signature);
  } else {
    YX_TRY(const auto at, fields.time());
    signature.signed_at = at;
    signature.time_text = to_rfc3339(at);
  }
  YX_TRY(const auto hash, fields.bit_string());
  signature.data_hash = to_bytes(hash);
  YX_TRY(signature.property_info, fields.text());
  YX_TRY(const auto certificate, fields.octet_string());
  signature.signer_certificate = to_bytes(certificate);
  YX_TRY(signature.signature_algorithm, fields.object_id());
  YX_CHECK(fields.finish());
  note_signature_form(signature.signature, signature.deviations);
  return signature;
}

}  // namespace yinxin::seal::ses::v1
