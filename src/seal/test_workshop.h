#pragma once
// A small certification authority, seal maker, owner and time-stamping authority for this room's tests, and documents
// to stamp. Everything is made here, by the same code that makes the real things.

#include <zlib.h>

#include "crypto/oids.h"
#include "crypto/tsp/time_stamp.h"
#include "crypto/x509/build.h"
#include "seal/ofd/stamp.h"
#include "seal/ses/v4/maker.h"
#include "seal/verify/verify.h"

namespace yinxin::seal {

inline Instant day(int year, int month, int number) {
  return *from_calendar({.year = year, .month = month, .day = number});
}

inline Bytes small_png(std::uint32_t side = 42) {
  const auto be32 = [](std::size_t value) {
    return Bytes{static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                 static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  };
  const Bytes raw((side + 1) * side, 0);
  Bytes packed(compressBound(static_cast<uLong>(raw.size())));
  uLongf size = static_cast<uLongf>(packed.size());
  ensure(compress(packed.data(), &size, raw.data(), static_cast<uLong>(raw.size())) == Z_OK, "zlib compresses");
  packed.resize(std::min<std::size_t>(packed.size(), size));
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  const auto chunk = [&](std::string_view type, BytesView content) {
    append(png, be32(content.size()));
    const Bytes body = concat({bytes_of(type), content});
    append(png, body);
    append(png, be32(crc32(0, body.data(), static_cast<uInt>(body.size()))));
  };
  chunk("IHDR", concat({be32(side), be32(side), Bytes{8, 0, 0, 0, 0}}));
  chunk("IDAT", packed);
  chunk("IEND", {});
  return png;
}

struct Holder {
  crypto::SoftSigner signer;
  x509::Certificate certificate;
  [[nodiscard]] ses::v4::SignCallback callback() {
    return [this](BytesView bytes) -> Result<Bytes> {
      YX_TRY(const auto signature, signer.sign(bytes));
      return signature.to_der();
    };
  }
};

class Workshop {
 public:
  Workshop() {
    root = make_holder("测试根", nullptr, true, {}, day(2020, 1, 1), day(2045, 1, 1));
    owner = make_holder("测试单位有限公司", root.get(), false, {}, day(2025, 1, 1), day(2027, 1, 1));
    maker = make_holder("印章制作系统", root.get(), false, {}, day(2025, 1, 1), day(2027, 1, 1));
    tsa = make_holder("时间戳", root.get(), false, {oid::eku_time_stamping()}, day(2025, 1, 1), day(2040, 1, 1));
    revoke({});
    context.store.anchors = {root->certificate};
    context.now = day(2026, 6, 1);
  }

  std::unique_ptr<Holder> make_holder(std::string_view name, Holder* issuer, bool ca,
                                      const std::vector<asn1::ObjectId>& purposes, Instant from, Instant until,
                                      bool may_sign = true) {
    crypto::SoftSigner signer(crypto::Sm2PrivateKey::generate(random_));
    x509::CertificateContent content;
    content.serial = {0x01, next_serial_++};
    content.subject = x509::Name::build({{oid::country(), "CN"}, {oid::common_name(), std::string(name)}});
    content.issuer = issuer == nullptr ? content.subject : issuer->certificate.subject();
    content.not_before = from;
    content.not_after = until;
    content.public_key = x509::PublicKey::of(signer.public_key());
    if (ca) {
      content.extensions.push_back(x509::extension::basic_constraints(true, std::nullopt));
    }
    using x509::KeyUsage;
    content.extensions.push_back(
        x509::extension::key_usage(ca         ? bit(KeyUsage::key_cert_sign) | bit(KeyUsage::crl_sign)
                                   : may_sign ? bit(KeyUsage::digital_signature) | bit(KeyUsage::non_repudiation)
                                              : bit(KeyUsage::key_encipherment)));
    if (!purposes.empty()) {
      content.extensions.push_back(x509::extension::extended_key_usage(purposes, true));
    }
    auto& by = issuer == nullptr ? signer : issuer->signer;
    const Bytes der = x509::sign_and_assemble(x509::to_be_signed(content), by).value();
    return std::make_unique<Holder>(Holder{std::move(signer), x509::Certificate::parse(der).value()});
  }

  // The one CRL the relying party has.
  void revoke(std::vector<x509::RevokedEntry> entries) {
    x509::CrlContent content;
    content.issuer = root->certificate.subject();
    content.authority_key_id = root->certificate.public_key().identifier();
    content.number = {1};
    content.this_update = day(2026, 5, 31);
    content.next_update = day(2026, 12, 31);
    content.entries = std::move(entries);
    const Bytes der = x509::sign_and_assemble(x509::to_be_signed(content), root->signer).value();
    context.store.crls = {x509::CertificateList::parse(der).value()};
  }

  [[nodiscard]] ses::v4::SealOrder order() const {
    ses::v4::SealOrder order;
    order.es_id = "33010000000001";
    order.name = "测试单位公章";
    order.owner_certificates = {owner->certificate.der()};
    order.picture_png = small_png();
    order.width_mm = 42;
    order.height_mm = 42;
    order.created_at = order.valid_from = day(2026, 1, 1);
    order.valid_until = day(2026, 12, 31);
    return order;
  }
  Bytes seal() { return seal(order()); }
  Bytes seal(const ses::v4::SealOrder& order) {
    return ses::v4::make_seal(order, maker->certificate.der(), maker->callback()).value();
  }

  [[nodiscard]] ofd::StampRequest request() {
    ofd::StampRequest request;
    request.seal = seal();
    request.signer_certificate = owner->certificate.der();
    request.places = {{"1", {50, 60.5, 42, 42}, std::nullopt}};
    request.at = day(2026, 3, 1);
    return request;
  }

  Result<Bytes> stamp(const Bytes& file, const ofd::StampRequest& request,
                      const ofd::TimeStampCallback& time_stamp = {}) {
    YX_TRY(const auto package, ofd::Package::open(file));
    YX_TRY(const auto prepared, ofd::prepare(package, request));
    YX_TRY(const auto signature, owner->callback()(prepared.to_be_signed()));
    return prepared.finish(signature, time_stamp);
  }

  ofd::TimeStampCallback time_stamp_at(Instant at) {
    return [this, at](const crypto::Digest& imprint) -> Result<Bytes> {
      tsp::TstInfo info;
      info.policy = oid::policy_demo();
      info.imprint = {oid::sm3(), to_bytes(imprint)};
      info.serial = {7};
      info.time = at;
      return tsp::make_token(info, tsa->certificate, tsa->signer, true);
    };
  }

  verify::DocumentReport verify(Bytes file, std::optional<Bytes> content = std::nullopt) const {
    verify::Options options;
    options.trust = context;
    options.signed_content = std::move(content);
    return verify::verify_bytes(std::move(file), options);
  }

  std::unique_ptr<Holder> root, owner, maker, tsa;
  verify::TrustContext context;

 private:
  SeededRandom random_{38540};
  std::uint8_t next_serial_ = 1;
};

inline std::vector<ofd::NewFile> document_files() {
  const auto file = [](std::string path, std::string_view text) {
    return ofd::NewFile{std::move(path), to_bytes(bytes_of(text))};
  };
  return {
      file("OFD.xml",
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" "
           "Version=\"1.0\" "
           "DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID>"
           "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"),
      file("Doc_0/Document.xml",
           "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID>"
           "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
           "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>"
           "<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>"
           "<ofd:Page ID=\"5\" BaseLoc=\"Pages/Page_1/Content.xml\"/></ofd:Pages></ofd:Document>"),
      file("Doc_0/PublicRes.xml",
           "<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\"><ofd:MultiMedias><ofd:MultiMedia "
           "ID=\"8\" "
           "Type=\"Image\"><ofd:MediaFile>logo.bin</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"),
      file("Doc_0/Res/logo.bin", "not really a picture"),
      file("Doc_0/Pages/Page_0/Content.xml",
           "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content/></ofd:Page>"),
      file("Doc_0/Pages/Page_1/Content.xml",
           "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Area><ofd:PhysicalBox>0 0 148 "
           "210</ofd:PhysicalBox></ofd:Area></ofd:Page>"),
  };
}
inline Bytes document() { return ofd::zip_of(document_files(), day(2026, 2, 1)).value(); }

}  // namespace yinxin::seal
