#include <gtest/gtest.h>

#include <algorithm>

#include "seal/ses/time_text.h"
#include "seal/ses/v4/maker.h"
#include "seal/ses/version.h"
#include "seal/test_workshop.h"

namespace yinxin::seal::ses {
namespace {

TEST(Seal, SaysWhatWasOrdered) {
  Workshop shop;
  auto order = shop.order();
  order.extensions.push_back({asn1::ObjectId("1.2.156.10197.6.7.2.2.1"), false, to_bytes(bytes_of("2.1"))});
  const Bytes der = shop.seal(order);
  EXPECT_TRUE(looks_like_seal(der));
  EXPECT_FALSE(looks_like_signature(der));
  const Seal seal = parse_seal(der).value();
  EXPECT_EQ(seal.version, Version::v4);
  EXPECT_EQ(seal.es_id, order.es_id);
  EXPECT_EQ(seal.property.name, order.name);
  EXPECT_EQ(seal.property.owner_certificates, order.owner_certificates);
  EXPECT_EQ(seal.property.valid_until, order.valid_until);
  EXPECT_EQ(seal.picture.data, order.picture_png);
  EXPECT_EQ(seal.picture.width_mm, 42);
  ASSERT_EQ(seal.extensions.size(), 1U);
  EXPECT_EQ(text_of(seal.extensions[0].value), "2.1");
  EXPECT_TRUE(seal.deviations.empty());
  EXPECT_EQ(seal.signed_bytes, seal.info);
  EXPECT_EQ(seal.info, v4::seal_info(order).value());
}

TEST(Seal, IsNotMadeForAnOrderThatAVerifierWouldStumbleOver) {
  Workshop shop;
  const auto refused = [&](const std::function<void(v4::SealOrder&)>& change) {
    auto order = shop.order();
    change(order);
    return !v4::make_seal(order, shop.maker->certificate.der(), shop.maker->callback()).has_value();
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& order) { order.es_id = ""; }));
  EXPECT_TRUE(refused([](auto& order) { order.es_id = "公章"; }));
  EXPECT_TRUE(refused([](auto& order) { order.vendor = "印信"; }));
  EXPECT_TRUE(refused([](auto& order) { order.name = "\xff"; }));
  EXPECT_TRUE(refused([](auto& order) { order.name = std::string(v4::max_name_size + 1, 'n'); }));
  EXPECT_TRUE(refused([](auto& order) { order.type = 0; }));
  EXPECT_TRUE(refused([](auto& order) { order.width_mm = 0; }));
  EXPECT_TRUE(refused([](auto& order) { order.height_mm = v4::max_seal_mm + 1; }));
  EXPECT_TRUE(refused([](auto& order) { order.valid_until = order.valid_from; }));
  EXPECT_TRUE(refused([](auto& order) { order.owner_certificates.clear(); }));
  EXPECT_TRUE(refused([](auto& order) { order.owner_certificates[0].pop_back(); }));
  EXPECT_TRUE(refused([](auto& order) { order.picture_png.pop_back(); }));
  EXPECT_TRUE(refused([](auto& order) { order.created_at = day(2028, 1, 1); }));  // maker's certificate expired
  const auto order = shop.order();
  const auto encrypting = shop.make_holder("加密", shop.root.get(), false, {}, day(2025, 1, 1), day(2027, 1, 1), false);
  EXPECT_FALSE(v4::make_seal(order, encrypting->certificate.der(), encrypting->callback()));
  EXPECT_FALSE(v4::make_seal(order, shop.maker->certificate.der(), shop.owner->callback()));  // another key signs
  EXPECT_FALSE(v4::make_seal(order, shop.maker->certificate.der(),
                             [](BytesView) -> Result<Bytes> { return fail(ErrorCode::token_absent, "no token"); }));
}

TEST(Picture, MustBeAWholePng) {
  const Bytes png = small_png();
  const auto size = v4::check_png(png);
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width_px, 42U);
  for (std::size_t i = 0; i < png.size(); ++i) {
    Bytes changed = png;
    changed[i] ^= 0x04;
    EXPECT_FALSE(v4::check_png(changed)) << "byte " << i;
    EXPECT_FALSE(v4::check_png(BytesView(png).first(i))) << "cut to " << i;
  }
  Bytes longer = png;
  longer.push_back(0);
  EXPECT_FALSE(v4::check_png(longer));
  EXPECT_FALSE(v4::check_png(small_png(v4::max_picture_pixels + 1)));
}

// A seal as another product would write it.
Bytes strange_seal(Workshop& shop, const std::function<void(asn1::Writer&)>& extensions, bool owner_as_text,
                   bool raw_signature) {
  const auto order = shop.order();
  const Bytes info = asn1::sequence([&](asn1::Writer& writer) {
    writer.sequence([](asn1::Writer& header) { header.ia5("ES").integer(4).ia5("OTHER"); });
    writer.ia5(order.es_id);
    writer.sequence([&](asn1::Writer& property) {
      property.integer(1).utf8(order.name).integer(1);
      property.sequence([&](asn1::Writer& owners) {
        owners.primitive(owner_as_text ? asn1::tag::ia5_string : asn1::tag::octet_string, order.owner_certificates[0]);
      });
      property.generalized_time(order.created_at)
          .generalized_time(order.valid_from)
          .generalized_time(order.valid_until);
    });
    writer.sequence(
        [&](asn1::Writer& picture) { picture.ia5("png").octet_string(order.picture_png).integer(42).integer(42); });
    extensions(writer);
  });
  const auto signature = shop.maker->signer.sign(info).value();
  return asn1::sequence([&](asn1::Writer& writer) {
    writer.raw(info).octet_string(shop.maker->certificate.der()).object_id(oid::sm2_with_sm3());
    writer.bit_string(raw_signature ? signature.to_raw() : signature.to_der());
  });
}

TEST(Seal, IsReadWithTheDeviationsOfTheFieldAndTheyAreNamed) {
  Workshop shop;
  const auto plain = [](asn1::Writer&) {};
  const auto one_extension = [](asn1::Writer& list) {
    list.sequence([](asn1::Writer& fields) {
      fields.object_id(asn1::ObjectId("1.2.3")).boolean(false).octet_string(bytes_of("v"));
    });
  };
  const auto untagged = [&](asn1::Writer& writer) { writer.sequence(one_extension); };
  const auto tagged = [&](asn1::Writer& writer) {
    writer.explicit_tag(0, [&](asn1::Writer& inside) { inside.sequence(one_extension); });
  };
  const auto deviations = [&](const Bytes& der) {
    const auto report = shop.verify(der);
    EXPECT_EQ(report.verdict, verify::Verdict::valid) << to_json(report, verify::Language::en);
    return parse_seal(der).value().deviations;
  };
  EXPECT_EQ(deviations(strange_seal(shop, plain, false, false)), std::vector<Deviation>{});
  EXPECT_EQ(deviations(strange_seal(shop, plain, false, true)), std::vector<Deviation>{Deviation::raw_signature});
  EXPECT_EQ(deviations(strange_seal(shop, plain, true, false)),
            std::vector<Deviation>{Deviation::owner_as_text_string});
  EXPECT_EQ(deviations(strange_seal(shop, untagged, false, false)),
            std::vector<Deviation>{Deviation::critical_false_written});
  EXPECT_EQ(deviations(strange_seal(shop, tagged, false, false)),
            (std::vector<Deviation>{Deviation::seal_extensions_tagged, Deviation::critical_false_written}));
}

TEST(Seal, IsRefusedWhenCutOrLengthened) {
  Workshop shop;
  const Bytes seal = shop.seal();
  for (std::size_t size = 0; size < seal.size(); ++size) {
    EXPECT_FALSE(parse_seal(BytesView(seal).first(size))) << size;
  }
  Bytes longer = seal;
  longer.push_back(0);
  EXPECT_FALSE(parse_seal(longer));
  EXPECT_FALSE(parse_signature(seal));
}

TEST(TimeText, IsReadInTheFormsThatProductsWrite) {
  const auto at = *from_rfc3339("2020-06-20T17:18:49Z");
  EXPECT_EQ(parse_time_text("20200620171849")->at, at);
  EXPECT_FALSE(parse_time_text("20200620171849")->zone_written);
  EXPECT_EQ(parse_time_text("20200620171849Z")->at, at);
  EXPECT_TRUE(parse_time_text("20200620171849Z")->zone_written);
  EXPECT_EQ(parse_time_text("20200620171849.302Z")->at, at + std::chrono::milliseconds(302));
  EXPECT_EQ(parse_time_text(" 2020-06-20 17:18:49\n")->at, at);
  EXPECT_EQ(parse_time_text("2020/06/20 17:18:49")->at, at);
  EXPECT_EQ(parse_time_text("2020-06-21T01:18:49+08:00")->at, at);
  for (const char* bad : {"", "yesterday", "20201320171849", "2020-06-20", "20200620171849ZZ"}) {
    EXPECT_FALSE(parse_time_text(bad)) << bad;
  }
}

}  // namespace
}  // namespace yinxin::seal::ses
