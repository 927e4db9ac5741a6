#pragma once
// Electronic seals and seal signatures as values, the same for every version of the standard. Every signed part
// keeps the bytes it was received in: signatures are verified over those and never over a re-encoding.

#include <optional>
#include <string>
#include <vector>

#include "crypto/asn1/der.h"

namespace yinxin::seal::ses {

constexpr std::size_t max_seal_size = 8U * 1024 * 1024;
constexpr std::size_t max_signature_size = 16U * 1024 * 1024;
constexpr std::size_t max_owner_list = 1024;
constexpr std::size_t max_extensions = 64;

// v1: GM/T 0031-2014. v4: GB/T 38540-2020. v5: GM/T 0031-2025 (v4 and an optional time stamp on the seal).
enum class Version { v1, v4, v5 };
std::string_view name_of(Version version);  // "ses_v1" …

// Where a file leaves the printed syntax in a way that production files also do, or that does no harm.
enum class Deviation {
  critical_false_written,    // ExtData.critical FALSE written out although it is the DEFAULT
  seal_extensions_tagged,    // SES_SealInfo.extDatas in [0]; production files write it untagged
  sign_extensions_untagged,  // TBS_Sign.extDatas without its [0]
  owner_as_text_string,      // certificate in an IA5String instead of an OCTET STRING
  raw_signature,             // r || s, 64 bytes, instead of SM2Signature
  time_stamp_untagged,       // timeStamp as a bare BIT STRING
  version_disagrees,         // header.version and the count of fields say different things
};
std::string_view name_of(Deviation deviation);

struct ExtData {
  asn1::ObjectId id;
  bool critical = false;
  Bytes value;  // inside of extnValue
};

// CertDigestObj: the type is free text ("SM3"), the value the digest of the whole DER certificate.
struct CertificateDigest {
  std::string type;
  Bytes value;
};

struct Property {
  std::int64_t type = 0;
  std::string name;
  std::int64_t owner_list_type = 1;  // 1 certificates, 2 digests; v1 knows only 1
  std::vector<Bytes> owner_certificates;
  std::vector<CertificateDigest> owner_digests;
  Instant created_at;
  Instant valid_from;
  Instant valid_until;
};

struct Picture {
  std::string type;  // "PNG", "GIF", "ofd" … in whatever case
  Bytes data;
  std::int64_t width_mm = 0;
  std::int64_t height_mm = 0;
};

struct Seal {
  Version version = Version::v4;
  Bytes der;           // the whole SESeal
  Bytes info;          // the whole SES_SealInfo
  Bytes signed_bytes;  // what the maker signed
  std::int64_t header_version = 0;
  std::string vendor;  // header.Vid
  std::string es_id;
  Property property;
  Picture picture;
  std::vector<ExtData> extensions;
  Bytes maker_certificate;
  asn1::ObjectId signature_algorithm;
  Bytes signature;                  // content of the BIT STRING
  std::optional<Bytes> time_stamp;  // v5
  std::vector<Deviation> deviations;
};

struct SealSignature {
  Version version = Version::v4;
  Bytes der;
  Bytes to_be_signed;  // the whole TBS_Sign
  std::int64_t tbs_version = 0;
  Seal seal;
  std::string time_text;             // timeInfo as written
  std::optional<Instant> signed_at;  // timeInfo, when it can be read as a time
  std::optional<Bytes> time_token;   // v1: timeInfo may be a time-stamp token instead
  Bytes data_hash;
  std::string property_info;
  std::vector<ExtData> extensions;
  Bytes signer_certificate;
  asn1::ObjectId signature_algorithm;
  Bytes signature;
  std::optional<Bytes> time_stamp;  // DER of an RFC 3161 token over the octets of `signature`
  std::vector<Deviation> deviations;
};

}  // namespace yinxin::seal::ses
