#pragma once
// An application as a JSON file: what an applicant's forms would have asked, with the materials as files beside it.

#include "hall/desk/desk.h"
#include "hall/programme/programme.h"

namespace yinxin::office {

constexpr std::size_t max_application_bytes = 1024 * 1024;

// Reads, normalises and checks against the programme: identifiers, what it offers, its price, its papers. The Error's
// detail says which field and why; personal values are not repeated in it. Files are relative to `folder`.
//
// { "number": "YX…", "channel": "online", "delivery": "courier", "received_fen": 40000,
//   "unit": { "name", "uscc", "department"?, "state", "locality", "address" },
//   "legal_representative": PERSON, "requester": PERSON,
//   "lines": [ { "business", "kind", "years", "holder"?: PERSON, "held_device"?, "replaced_serial"?,
//                "seal"?: { "material", "width_mm", "height_mm", "name", "type"? } } … ],
//   "materials": { "SLOT": "file" | { "original": "file", "rendition": "file" } … } }
// PERSON: { "name", "resident_id", "mobile", "email"? }. A seal's picture is the rendition of its material.
Result<hall::Submission> read_application(BytesView json, const std::string& folder,
                                          const hall::programme::Programme& programme, Bytes manifest, Instant now);

}  // namespace yinxin::office
