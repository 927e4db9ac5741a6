#include "seal/ses/v4/maker.h"

#include <zlib.h>

#include <algorithm>

#include "base/text.h"
#include "crypto/oids.h"
#include "crypto/x509/certificate.h"

namespace yinxin::seal::ses::v4 {
namespace {

constexpr std::int64_t header_version = 4;
constexpr std::int64_t owners_as_certificates = 1;

std::uint32_t big_endian_32(BytesView at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

bool is_ascii_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Result<x509::Certificate> sm2_certificate(BytesView der, std::string_view whose) {
  YX_TRY(auto certificate, x509::Certificate::parse(der));
  if (!certificate.public_key().sm2()) {
    return fail(ErrorCode::unsupported, std::string(whose) + " certificate does not hold an SM2 key");
  }
  if (!certificate.may(x509::KeyUsage::digital_signature) && !certificate.may(x509::KeyUsage::non_repudiation)) {
    return fail(ErrorCode::invalid_input, std::string(whose) + " certificate may not be used for signatures");
  }
  return certificate;
}

Result<void> check_order(const SealOrder& order) {
  if (!is_ascii_text(order.es_id) || order.es_id.size() > max_es_id_size) {
    return fail(ErrorCode::invalid_input, "esID must be 1 to 64 printable ASCII characters");
  }
  if (!is_ascii_text(order.vendor) || order.vendor.size() > max_es_id_size) {
    return fail(ErrorCode::invalid_input, "Vid must be 1 to 64 printable ASCII characters");
  }
  if (order.name.empty() || order.name.size() > max_name_size || !is_utf8(order.name)) {
    return fail(ErrorCode::invalid_input, "the seal's name must be 1 to 200 bytes of UTF-8");
  }
  if (order.type < 1 || order.type > 99) {
    return fail(ErrorCode::invalid_input, "the seal's type must be 1 to 99");
  }
  if (order.width_mm < 1 || order.width_mm > max_seal_mm || order.height_mm < 1 || order.height_mm > max_seal_mm) {
    return fail(ErrorCode::invalid_input, "the seal must measure 1 to 200 mm each way");
  }
  if (order.valid_until <= order.valid_from) {
    return fail(ErrorCode::invalid_input, "the seal's validity ends before it begins");
  }
  if (order.owner_certificates.empty() || order.owner_certificates.size() > max_owner_list) {
    return fail(ErrorCode::invalid_input, "a seal needs 1 to 1024 owners");
  }
  if (order.extensions.size() > max_extensions) {
    return fail(ErrorCode::invalid_input, "too many seal extensions");
  }
  for (const Bytes& owner : order.owner_certificates) {
    YX_CHECK(sm2_certificate(owner, "the owner's"));
  }
  YX_CHECK(check_png(order.picture_png));
  return {};
}

void write_extensions(asn1::Writer& writer, const std::vector<ExtData>& extensions) {
  writer.sequence([&](asn1::Writer& list) {
    for (const ExtData& extension : extensions) {
      list.sequence([&](asn1::Writer& fields) {
        fields.object_id(extension.id);
        if (extension.critical) {
          fields.boolean(true);
        }
        fields.octet_string(extension.value);
      });
    }
  });
}

Result<crypto::Sm2Signature> verified_signature(const x509::Certificate& certificate, BytesView message,
                                                BytesView signature_der, std::string_view whose) {
  YX_TRY(const auto signature, crypto::Sm2Signature::from_der(signature_der));
  if (!crypto::sm2_verify(*certificate.public_key().sm2(), message, signature)) {
    return fail(ErrorCode::precondition, std::string(whose) + " signature does not hold under his certificate");
  }
  return signature;
}

}  // namespace

Result<PngSize> check_png(BytesView png) {
  static constexpr std::array<std::uint8_t, 8> magic = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  constexpr std::size_t around = 12;  // length, type, checksum
  if (png.size() > max_picture_size) {
    return fail(ErrorCode::invalid_input, "the seal picture is larger than 1 MiB");
  }
  if (png.size() < magic.size() || !same(png.first(magic.size()), magic)) {
    return fail(ErrorCode::invalid_input, "the seal picture is not a PNG");
  }
  PngSize size;
  bool data_seen = false;
  BytesView rest = png.subspan(magic.size());
  for (bool first = true;; first = false) {
    if (rest.size() < around || big_endian_32(rest) > rest.size() - around) {
      return fail(ErrorCode::invalid_input, "the PNG is cut short");
    }
    const std::size_t length = big_endian_32(rest);
    const std::string_view type = text_of(rest.subspan(4, 4));
    const BytesView content = rest.subspan(8, length);
    const auto checksum = crc32(0, rest.data() + 4, static_cast<uInt>(length + 4));
    if (checksum != big_endian_32(rest.subspan(8 + length))) {
      return fail(ErrorCode::invalid_input, "a PNG chunk's checksum does not hold");
    }
    if (first != (type == "IHDR") || (first && length != 13)) {
      return fail(ErrorCode::invalid_input, "the PNG does not begin with one IHDR");
    }
    if (first) {
      size = {big_endian_32(content), big_endian_32(content.subspan(4))};
    }
    data_seen = data_seen || type == "IDAT";
    rest = rest.subspan(around + length);
    if (type == "IEND") {
      break;
    }
  }
  if (!rest.empty() || !data_seen) {
    return fail(ErrorCode::invalid_input, rest.empty() ? "the PNG has no pixels" : "bytes follow the PNG's end");
  }
  if (size.width_px == 0 || size.width_px > max_picture_pixels || size.height_px == 0 ||
      size.height_px > max_picture_pixels) {
    return fail(ErrorCode::invalid_input, "the PNG must measure 1 to 4096 pixels each way");
  }
  return size;
}

Result<Bytes> seal_info(const SealOrder& order) {
  YX_CHECK(check_order(order));
  return asn1::sequence([&](asn1::Writer& info) {
    info.sequence([&](asn1::Writer& header) { header.ia5("ES").integer(header_version).ia5(order.vendor); });
    info.ia5(order.es_id);
    info.sequence([&](asn1::Writer& property) {
      property.integer(order.type).utf8(order.name).integer(owners_as_certificates);
      property.sequence([&](asn1::Writer& owners) {
        for (const Bytes& owner : order.owner_certificates) {
          owners.octet_string(owner);
        }
      });
      property.generalized_time(order.created_at);
      property.generalized_time(order.valid_from);
      property.generalized_time(order.valid_until);
    });
    info.sequence([&](asn1::Writer& picture) {
      picture.ia5("PNG").octet_string(order.picture_png).integer(order.width_mm).integer(order.height_mm);
    });
    if (!order.extensions.empty()) {
      write_extensions(info, order.extensions);
    }
  });
}

Result<Bytes> make_seal(const SealOrder& order, BytesView maker_certificate, const SignCallback& sign) {
  YX_TRY(const auto maker, sm2_certificate(maker_certificate, "the seal maker's"));
  if (!maker.in_force_at(order.created_at)) {
    return fail(ErrorCode::expired, "the seal maker's certificate is not in force when the seal is made");
  }
  YX_TRY(const Bytes info, seal_info(order));
  YX_TRY(const Bytes signature_der, sign(info));
  YX_TRY(const auto signature, verified_signature(maker, info, signature_der, "the seal maker's"));
  return asn1::sequence([&](asn1::Writer& seal) {
    seal.raw(info).octet_string(maker.der()).object_id(oid::sm2_with_sm3()).bit_string(signature.to_der());
  });
}

Result<Bytes> to_be_signed(const Seal& seal, Instant at, BytesView data_hash, std::string_view property_info) {
  if (seal.version == Version::v1) {
    return fail(ErrorCode::unsupported, "a GM/T 0031-2014 seal cannot be used in a GB/T 38540 signature");
  }
  if (!is_ascii_text(property_info)) {
    return fail(ErrorCode::unsupported, "the path of the signed file is not ASCII, propertyInfo cannot carry it");
  }
  return asn1::sequence([&](asn1::Writer& tbs) {
    tbs.integer(seal.version == Version::v5 ? 5 : 4).raw(seal.der).generalized_time(at);
    tbs.bit_string(data_hash).ia5(property_info);
  });
}

Result<Bytes> assemble_signature(BytesView to_be_signed, BytesView signer_certificate, BytesView signature_der,
                                 const std::optional<Bytes>& time_stamp_token) {
  YX_TRY(const auto signer, sm2_certificate(signer_certificate, "the signer's"));
  YX_TRY(const auto signature, verified_signature(signer, to_be_signed, signature_der, "the signer's"));
  return asn1::sequence([&](asn1::Writer& fields) {
    fields.raw(to_be_signed).octet_string(signer.der()).object_id(oid::sm2_with_sm3());
    fields.bit_string(signature.to_der());
    if (time_stamp_token) {
      fields.explicit_tag(0, [&](asn1::Writer& tagged) { tagged.bit_string(*time_stamp_token); });
    }
  });
}

}  // namespace yinxin::seal::ses::v4
