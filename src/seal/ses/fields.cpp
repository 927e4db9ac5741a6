#include "seal/ses/fields.h"

#include <algorithm>

namespace yinxin::seal::ses {

std::string_view name_of(Version version) {
  switch (version) {
    case Version::v1: return "ses_v1";
    case Version::v4: return "ses_v4";
    case Version::v5: return "ses_v5";
  }
  ensure_unreachable("a version without a name");
}

std::string_view name_of(Deviation deviation) {
  switch (deviation) {
    case Deviation::critical_false_written: return "critical_false_written";
    case Deviation::seal_extensions_tagged: return "seal_extensions_tagged";
    case Deviation::sign_extensions_untagged: return "sign_extensions_untagged";
    case Deviation::owner_as_text_string: return "owner_as_text_string";
    case Deviation::raw_signature: return "raw_signature";
    case Deviation::time_stamp_untagged: return "time_stamp_untagged";
    case Deviation::version_disagrees: return "version_disagrees";
  }
  ensure_unreachable("a deviation without a name");
}

void note(std::vector<Deviation>& deviations, Deviation deviation) {
  if (std::find(deviations.begin(), deviations.end(), deviation) == deviations.end()) {
    deviations.push_back(deviation);
  }
}

void note_signature_form(BytesView signature, std::vector<Deviation>& deviations) {
  // A DER SM2Signature of 64 bytes exists (r or s short); it starts with the SEQUENCE that fits its length.
  if (signature.size() == 64 && !(signature[0] == asn1::tag::sequence && signature[1] == 62)) {
    note(deviations, Deviation::raw_signature);
  }
}

Result<void> read_header(asn1::Reader& reader, Seal& seal) {
  YX_TRY(auto header, reader.sequence());
  YX_TRY(const auto id, header.text());
  if (id != "ES") {
    return fail(ErrorCode::invalid_input, "the seal header's ID is not ES");
  }
  YX_TRY(seal.header_version, header.small_integer());
  YX_TRY(seal.vendor, header.text());
  return header.finish();
}

Result<Picture> read_picture(asn1::Reader& reader) {
  Picture picture;
  YX_TRY(auto fields, reader.sequence());
  YX_TRY(picture.type, fields.text());
  YX_TRY(const auto data, fields.octet_string());
  picture.data = to_bytes(data);
  YX_TRY(picture.width_mm, fields.small_integer());
  YX_TRY(picture.height_mm, fields.small_integer());
  YX_CHECK(fields.finish());
  return picture;
}

Result<std::vector<ExtData>> read_extensions(asn1::Reader& reader, std::vector<Deviation>& deviations) {
  std::vector<ExtData> list;
  YX_TRY(auto fields, reader.sequence());
  while (!fields.at_end()) {
    if (list.size() == max_extensions) {
      return fail(ErrorCode::invalid_input, "more seal extensions than " + std::to_string(max_extensions));
    }
    ExtData extension;
    YX_TRY(auto inside, fields.sequence());
    YX_TRY(extension.id, inside.object_id());
    if (inside.next_is(asn1::tag::boolean)) {
      YX_TRY(extension.critical, inside.boolean());
      if (!extension.critical) {
        note(deviations, Deviation::critical_false_written);
      }
    }
    YX_TRY(const auto value, inside.octet_string());
    extension.value = to_bytes(value);
    YX_CHECK(inside.finish());
    list.push_back(std::move(extension));
  }
  return list;
}

Result<std::vector<Bytes>> read_owner_certificates(asn1::Reader& reader, std::vector<Deviation>& deviations) {
  std::vector<Bytes> list;
  YX_TRY(auto fields, reader.sequence());
  while (!fields.at_end()) {
    if (list.size() == max_owner_list) {
      return fail(ErrorCode::invalid_input, "more owners than " + std::to_string(max_owner_list));
    }
    YX_TRY(const auto element, fields.any());
    if (element.tag == asn1::tag::ia5_string) {
      note(deviations, Deviation::owner_as_text_string);
    } else if (element.tag != asn1::tag::octet_string) {
      return fail(ErrorCode::invalid_input, "an owner that is neither OCTET STRING nor IA5String");
    }
    list.push_back(to_bytes(element.content));
  }
  return list;
}

Result<std::vector<asn1::Element>> outer_fields(BytesView der, std::size_t most) {
  YX_TRY(const auto outer, asn1::whole_element(der, asn1::tag::sequence));
  asn1::Reader reader(outer.content);
  std::vector<asn1::Element> fields;
  while (!reader.at_end()) {
    if (fields.size() == most) {
      return fail(ErrorCode::invalid_input, "more than " + std::to_string(most) + " fields");
    }
    YX_TRY(const auto field, reader.any());
    fields.push_back(field);
  }
  return fields;
}

}  // namespace yinxin::seal::ses
