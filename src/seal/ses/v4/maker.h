#pragma once
// Writing GB/T 38540-2020: seals by the seal maker, seal signatures by the owner. Both in two steps, the bytes to be
// signed first, because the key that signs them lives in a device.

#include <functional>

#include "seal/ses/model.h"

namespace yinxin::seal::ses::v4 {

constexpr std::size_t max_picture_size = 1024U * 1024;
constexpr std::uint32_t max_picture_pixels = 4096;  // each way
constexpr std::int64_t max_seal_mm = 200;           // each way
constexpr std::size_t max_name_size = 200;          // UTF-8 bytes
constexpr std::size_t max_es_id_size = 64;

// Given the bytes to be signed, a DER SM2Signature over SM3(Z || bytes) with the default id.
using SignCallback = std::function<Result<Bytes>(BytesView to_be_signed)>;

// What a seal shall say. It carries no permission: whoever makes seals in production demands an approval first.
struct SealOrder {
  std::string vendor = "YINXIN";  // header.Vid, ASCII
  std::string es_id;              // 14 digits for an official seal: division and serial; ASCII
  std::int64_t type = 1;
  std::string name;
  std::vector<Bytes> owner_certificates;  // DER, the organisation's signing certificates
  Bytes picture_png;
  std::int64_t width_mm = 0;
  std::int64_t height_mm = 0;
  Instant created_at;
  Instant valid_from;
  Instant valid_until;
  std::vector<ExtData> extensions;
};

struct PngSize {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
};
// Magic, chunk structure and checksums, IHDR first, IEND last and nothing after it; pixels are not decoded.
Result<PngSize> check_png(BytesView png);

// DER of SES_SealInfo. invalid_input for whatever a verifier would stumble over.
Result<Bytes> seal_info(const SealOrder& order);

// The whole SESeal. The maker's certificate must hold an SM2 key, be in force at `created_at` and may sign; the
// signature is verified with it before the seal is handed out.
Result<Bytes> make_seal(const SealOrder& order, BytesView maker_certificate, const SignCallback& sign);

// DER of TBS_Sign around a seal as received. `property_info` is the path of the signed file, ASCII.
Result<Bytes> to_be_signed(const Seal& seal, Instant at, BytesView data_hash, std::string_view property_info);

// SES_Signature ::= SEQUENCE { toSign, cert, signatureAlgID, signature, timeStamp [0] EXPLICIT BIT STRING OPTIONAL }
// The signature is verified with the certificate's key first.
Result<Bytes> assemble_signature(BytesView to_be_signed, BytesView signer_certificate, BytesView signature_der,
                                 const std::optional<Bytes>& time_stamp_token);

}  // namespace yinxin::seal::ses::v4
