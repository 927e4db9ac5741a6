#pragma once
// The fields that all versions share, for the readers of the versions.

#include "seal/ses/model.h"

namespace yinxin::seal::ses {

// SES_Header ::= SEQUENCE { ID IA5String "ES", version INTEGER, Vid IA5String }
Result<void> read_header(asn1::Reader& reader, Seal& seal);
// SES_ESPictrueInfo ::= SEQUENCE { type IA5String, data OCTET STRING, width INTEGER, height INTEGER }   -- mm
Result<Picture> read_picture(asn1::Reader& reader);
// ExtensionDatas ::= SEQUENCE SIZE(0..MAX) OF ExtData
// ExtData ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
Result<std::vector<ExtData>> read_extensions(asn1::Reader& reader, std::vector<Deviation>& deviations);
// SEQUENCE OF certificate, each an OCTET STRING or (dms360) an IA5String
Result<std::vector<Bytes>> read_owner_certificates(asn1::Reader& reader, std::vector<Deviation>& deviations);
// Notes the raw form; a signature that is neither form is left to the check that verifies it.
void note_signature_form(BytesView signature, std::vector<Deviation>& deviations);
void note(std::vector<Deviation>& deviations, Deviation deviation);
// Number of fields in the outermost SEQUENCE; invalid_input when it is not one, or there are more than `most`.
Result<std::vector<asn1::Element>> outer_fields(BytesView der, std::size_t most);

}  // namespace yinxin::seal::ses
