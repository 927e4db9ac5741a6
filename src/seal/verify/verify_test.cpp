#include "seal/verify/verify.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "seal/ses/version.h"
#include "seal/test_workshop.h"
#include "seal/verify/ses_checks.h"

namespace yinxin::seal::verify {
namespace {

// Ids of all findings of that level, signatures' and document's.
std::set<std::string> ids(const DocumentReport& report, Level level) {
  std::set<std::string> found;
  const auto take = [&](const std::vector<Finding>& findings) {
    for (const Finding& one : findings) {
      if (one.level == level) {
        found.insert(std::string(one.check->id));
      }
    }
  };
  take(report.findings);
  for (const SignatureReport& one : report.signatures) {
    take(one.findings);
  }
  return found;
}

Bytes with(const Bytes& zip, const std::string& path, Bytes content) {
  const auto package = ofd::Package::open(zip).value();
  return ofd::with_files(zip, package.directory(), {{path, std::move(content)}}, day(2026, 3, 2)).value();
}
Bytes content_of(const Bytes& zip, const std::string& path) {
  return ofd::Package::open(zip).value().read(path).value();
}
Bytes replaced(Bytes in, std::string_view what, std::string_view by) {
  std::string text(text_of(in));
  const std::size_t at = text.find(what);
  ensure(at != std::string::npos, "the text to replace is there");
  text.replace(at, what.size(), by);
  return to_bytes(bytes_of(text));
}

TEST(Verify, FindsExactlyWhatWasTamperedWith) {
  Workshop shop;
  const Bytes good = shop.stamp(document(), shop.request()).value();
  ASSERT_EQ(ids(shop.verify(good), Level::fail), std::set<std::string>{});
  const std::string folder = "Doc_0/Signs/Sign_0/";
  using Ids = std::set<std::string>;
  // A space after the last element changes the bytes and nothing that a reader sees.
  for (const std::string path : {"OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Res/logo.bin",
                                 "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_1/Content.xml"}) {
    Bytes content = content_of(good, path);
    content.push_back(' ');
    const auto report = shop.verify(with(good, path, content));
    EXPECT_EQ(ids(report, Level::fail), Ids{"ofd.reference.digest"}) << path;
    EXPECT_EQ(report.signatures[0].integrity, Integrity::broken);
    EXPECT_EQ(report.verdict, Verdict::invalid);
    EXPECT_EQ(exit_status(report), 1);
  }
  Bytes xml = content_of(good, folder + "Signature.xml");
  EXPECT_EQ(ids(shop.verify(with(good, folder + "Signature.xml", replaced(xml, "50 60.5", "10 60.5"))), Level::fail),
            Ids{"ses.data_hash"});
  Bytes other_seal = shop.seal();
  EXPECT_EQ(ids(shop.verify(with(good, folder + "Seal.esl", other_seal)), Level::fail),
            (Ids{"ofd.seal_file", "ofd.reference.digest"}));
  EXPECT_EQ(ids(shop.verify(with(good, folder + "SignedValue.dat", {0x30, 0x00})), Level::fail), (Ids{"ses.format"}));
  EXPECT_EQ(ids(shop.verify(with(good, "Doc_0/Signs/Signatures.xml", to_bytes(bytes_of("<Sig")))), Level::fail),
            Ids{"ofd.signature.list"});
  const auto gone =
      shop.verify(with(good, folder + "Signature.xml", replaced(xml, "/Doc_0/Res/logo.bin", "/Doc_0/Res/gone.bin")));
  EXPECT_EQ(ids(gone, Level::fail), (Ids{"ofd.reference.missing", "ses.data_hash"}));
}

TEST(Verify, FindsExactlyWhichPartOfASealSignatureWasChanged) {
  Workshop shop;
  const Bytes good = shop.stamp(document(), shop.request()).value();
  const Bytes xml = content_of(good, "Doc_0/Signs/Sign_0/Signature.xml");
  const Bytes der = content_of(good, "Doc_0/Signs/Sign_0/SignedValue.dat");
  const auto parsed = ses::parse_signature(der).value();
  ASSERT_EQ(ids(shop.verify(der, xml), Level::fail), std::set<std::string>{});
  const auto change_in = [&](BytesView part, std::size_t offset_in_part) {
    const auto at = std::search(der.begin(), der.end(), part.begin(), part.end());
    ensure(at != der.end(), "the part is in the signature");
    Bytes changed = der;
    changed[static_cast<std::size_t>(at - der.begin()) + offset_in_part] ^= 0x01;
    return ids(shop.verify(changed, xml), Level::fail);
  };
  using Ids = std::set<std::string>;
  // The last byte of the picture's PNG: inside the seal, inside what the signer signed.
  EXPECT_EQ(change_in(parsed.seal.picture.data, parsed.seal.picture.data.size() - 1),
            (Ids{"ses.signature", "ses.seal.signature"}));
  EXPECT_EQ(change_in(parsed.seal.signature, parsed.seal.signature.size() - 1),
            (Ids{"ses.signature", "ses.seal.signature"}));
  EXPECT_EQ(change_in(parsed.data_hash, 5), (Ids{"ses.data_hash", "ses.signature"}));
  EXPECT_EQ(change_in(bytes_of(parsed.property_info), 10), Ids{"ses.signature"});
  EXPECT_EQ(change_in(bytes_of(parsed.time_text), 13), Ids{"ses.signature"});
  EXPECT_EQ(change_in(parsed.signature, parsed.signature.size() - 1), Ids{"ses.signature"});
  Bytes other = xml;
  other.push_back('\n');
  EXPECT_EQ(ids(shop.verify(der, other), Level::fail), Ids{"ses.data_hash"});
  EXPECT_EQ(shop.verify(der).signatures[0].integrity, Integrity::unknown);
}

TEST(Verify, NeverCrashesAndNeverBelievesAFlippedByte) {
  Workshop shop;
  const Bytes good = shop.stamp(document(), shop.request()).value();
  const Bytes xml = content_of(good, "Doc_0/Signs/Sign_0/Signature.xml");
  const Bytes der = content_of(good, "Doc_0/Signs/Sign_0/SignedValue.dat");
  for (std::size_t i = 0; i < der.size(); i += 7) {
    Bytes changed = der;
    changed[i] ^= 0x10;
    const auto report = shop.verify(changed, xml);
    EXPECT_FALSE(report.verdict == Verdict::valid || report.verdict == Verdict::unsigned_) << "byte " << i;
  }
}

TEST(Verify, ProvesTheOrderByATrustedTimeStampOnly) {
  Workshop shop;
  const Bytes plain = shop.stamp(document(), shop.request()).value();
  const Bytes stamped = shop.stamp(document(), shop.request(), shop.time_stamp_at(day(2026, 3, 1))).value();
  shop.context.now = day(2027, 6, 1);  // seal and signer have expired since
  const auto without = shop.verify(plain);
  EXPECT_EQ(without.verdict, Verdict::indeterminate);
  EXPECT_EQ(exit_status(without), 4);
  const auto with_proof = shop.verify(stamped);
  EXPECT_EQ(with_proof.verdict, Verdict::valid_when_sealed) << to_json(with_proof, Language::en);
  EXPECT_TRUE(with_proof.signatures[0].sealed_at_proven);
  EXPECT_EQ(exit_status(with_proof), 0);
}

TEST(Verify, RefusesATimeStampOfSomethingElse) {
  Workshop shop;
  const auto honest = shop.time_stamp_at(day(2026, 3, 1));
  const ofd::TimeStampCallback wrong = [&](const crypto::Digest&) { return honest(crypto::sm3(bytes_of("other"))); };
  const auto report = shop.verify(shop.stamp(document(), shop.request(), wrong).value());
  EXPECT_EQ(ids(report, Level::fail), std::set<std::string>{"time_stamp.token"});
  EXPECT_EQ(report.verdict, Verdict::invalid);
}

TEST(Verify, TellsRevokedBeforeFromRevokedAfterSealing) {
  Workshop shop;
  const Bytes plain = shop.stamp(document(), shop.request()).value();
  const Bytes stamped = shop.stamp(document(), shop.request(), shop.time_stamp_at(day(2026, 3, 1))).value();
  const Bytes serial = shop.owner->certificate.serial();
  shop.revoke({{serial, day(2026, 4, 1), x509::RevocationReason::cessation_of_operation}});
  EXPECT_EQ(shop.verify(stamped).verdict, Verdict::valid_when_sealed);
  EXPECT_EQ(shop.verify(plain).verdict, Verdict::indeterminate);
  shop.revoke({{serial, day(2026, 2, 1), x509::RevocationReason::cessation_of_operation}});
  const auto before = shop.verify(stamped);
  EXPECT_EQ(before.verdict, Verdict::invalid);
  EXPECT_EQ(ids(before, Level::fail), std::set<std::string>{"certificate.revoked"});
  EXPECT_EQ(before.signatures[0].integrity, Integrity::intact);
}

TEST(Verify, IsIndeterminateWithoutAnchorOrStatus) {
  Workshop shop;
  const Bytes stamped = shop.stamp(document(), shop.request()).value();
  auto crls = std::exchange(shop.context.store.crls, {});
  EXPECT_EQ(shop.verify(stamped).verdict, Verdict::indeterminate);
  EXPECT_EQ(shop.verify(stamped).signatures[0].trust, Trust::unknown);
  shop.context.store.crls = std::move(crls);
  EXPECT_EQ(shop.verify(stamped).verdict, Verdict::valid);
  shop.context.store.anchors.clear();
  EXPECT_EQ(shop.verify(stamped).verdict, Verdict::indeterminate);
  Workshop strangers;
  strangers.context.now = shop.context.now;
  const auto untrusted = strangers.make_holder("另一个根", nullptr, true, {}, day(2020, 1, 1), day(2045, 1, 1));
  strangers.context.store.anchors = {untrusted->certificate};
  const auto report = strangers.verify(stamped);
  EXPECT_EQ(report.verdict, Verdict::indeterminate);
  EXPECT_EQ(report.signatures[0].trust, Trust::untrusted);
}

// A seal signature with everything right but what the caller chooses, past the stamper's own refusals.
Bytes signature_by(Workshop& shop, Holder& signer, const Bytes& seal_der, Instant at, BytesView file) {
  const auto seal = ses::parse_seal(seal_der).value();
  const Bytes tbs = ses::v4::to_be_signed(seal, at, crypto::sm3(file), "/Doc_0/Signs/Sign_0/Signature.xml").value();
  const auto signature = signer.signer.sign(tbs).value();
  static_cast<void>(shop);
  return asn1::sequence([&](asn1::Writer& fields) {
    fields.raw(tbs).octet_string(signer.certificate.der()).object_id(oid::sm2_with_sm3());
    fields.bit_string(signature.to_der());
  });
}

TEST(Verify, JudgesPeriodUsageAndOwnershipAtSealingTime) {
  Workshop shop;
  const Bytes file = to_bytes(bytes_of("<Signature/>"));
  const Bytes seal = shop.seal();
  using Ids = std::set<std::string>;
  const auto fails = [&](const Bytes& der) { return ids(shop.verify(der, file), Level::fail); };
  EXPECT_EQ(fails(signature_by(shop, *shop.owner, seal, day(2026, 3, 1), file)), Ids{});
  EXPECT_EQ(fails(signature_by(shop, *shop.maker, seal, day(2026, 3, 1), file)), Ids{"ses.owner_list"});
  EXPECT_EQ(fails(signature_by(shop, *shop.owner, seal, day(2025, 6, 1), file)), Ids{"ses.seal.period"});
  EXPECT_EQ(fails(signature_by(shop, *shop.owner, seal, day(2024, 6, 1), file)),
            (Ids{"ses.seal.period", "certificate.period"}));
  EXPECT_EQ(fails(signature_by(shop, *shop.owner, seal, day(2026, 9, 1), file)), Ids{"ses.time"});
  const auto encrypting =
      shop.make_holder("加密证书", shop.root.get(), false, {}, day(2025, 1, 1), day(2027, 1, 1), false);
  EXPECT_EQ(fails(signature_by(shop, *encrypting, seal, day(2026, 3, 1), file)),
            (Ids{"certificate.usage", "ses.owner_list"}));
}

TEST(Verify, ReportsWhatASignatureLeavesOpen) {
  Workshop shop;
  const Bytes stamped = shop.stamp(document(), shop.request()).value();
  const auto smuggled = shop.verify(with(stamped, "Doc_0/Attachs/extra.txt", {'x'}));
  EXPECT_EQ(smuggled.verdict, Verdict::valid);
  EXPECT_EQ(ids(smuggled, Level::warn), std::set<std::string>{"ofd.package.unknown_file"});
  const auto twins = shop.verify(with(stamped, "doc_0/document.xml", {'x'}));
  EXPECT_EQ(ids(twins, Level::warn), (std::set<std::string>{"ofd.package.unknown_file", "ofd.package.case_twins"}));
}

TEST(Verify, TellsTheSameFlawOnlySoManyTimes) {
  Workshop shop;
  auto request = shop.request();
  request.places.assign(300, request.places.front());
  const auto report = shop.verify(shop.stamp(document(), request).value());
  ASSERT_EQ(report.signatures.size(), 1U);
  const auto& findings = report.signatures[0].findings;
  const auto about_pages = std::count_if(findings.begin(), findings.end(),
                                         [](const Finding& one) { return one.check->id == check::page_ref.id; });
  EXPECT_EQ(about_pages, 200);
  EXPECT_EQ(report.verdict, Verdict::valid);
}

// The same message with its one signer that many times.
Bytes with_signers(BytesView message, std::size_t count) {
  asn1::Reader outer(message);
  asn1::Reader info = *outer.sequence();
  const asn1::Element type = *info.any();
  asn1::Reader wrapper = *info.enter(asn1::tag::context_constructed(0));
  asn1::Reader data = *wrapper.sequence();
  std::vector<asn1::Element> parts;
  while (!data.at_end()) {
    parts.push_back(*data.any());
  }
  return asn1::sequence([&](asn1::Writer& w) {
    w.raw(type.whole).explicit_tag(0, [&](asn1::Writer& inside) {
      inside.sequence([&](asn1::Writer& fields) {
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
          fields.raw(parts[i].whole);
        }
        fields.constructed(asn1::tag::set, [&](asn1::Writer& signers) {
          for (std::size_t i = 0; i < count; ++i) {
            signers.raw(parts.back().content);
          }
        });
      });
    });
  });
}

TEST(Verify, CountsTheSignersOfMessagesAsSignatures) {
  Workshop shop;
  const Bytes stamped = shop.stamp(document(), shop.request()).value();
  const cms::SigningOptions options{.family = cms::Family::gm,
                                    .content_type = {},
                                    .attached = true,
                                    .signing_time = day(2026, 3, 1),
                                    .with_attributes = true,
                                    .include_certificate = true,
                                    .more_certificates = {},
                                    .more_attributes = {}};
  const Bytes message = *cms::sign(bytes_of("x"), shop.owner->certificate, shop.owner->signer, options);
  const Bytes many = with(stamped, "Doc_0/Signs/Sign_0/SignedValue.dat", with_signers(message, cms::max_signers));
  const auto report_with = [&](std::size_t times) {
    std::string list = "<Signatures><MaxSignId>1</MaxSignId>";
    for (std::size_t i = 0; i < times; ++i) {
      list += "<Signature ID='" + std::to_string(i) + "' Type='Sign' BaseLoc='/Doc_0/Signs/Sign_0/Signature.xml'/>";
    }
    return shop.verify(with(many, "Doc_0/Signs/Signatures.xml", to_bytes(bytes_of(list + "</Signatures>"))));
  };
  const auto most = report_with(ofd::max_signatures / cms::max_signers);
  EXPECT_FALSE(most.refused);
  EXPECT_EQ(most.signatures.size(), ofd::max_signatures);
  EXPECT_TRUE(report_with(ofd::max_signatures / cms::max_signers + 1).refused);
}

TEST(Verify, SaysWhatEachKindOfFileIs) {
  Workshop shop;
  const auto kind = [&](const Bytes& file) { return shop.verify(file).kind; };
  EXPECT_EQ(kind(document()), "ofd");
  EXPECT_EQ(shop.verify(document()).verdict, Verdict::unsigned_);
  EXPECT_EQ(kind(shop.seal()), "seal");
  EXPECT_EQ(shop.verify(shop.seal()).verdict, Verdict::valid);
  EXPECT_EQ(kind(shop.owner->certificate.der()), "certificate");
  EXPECT_EQ(shop.verify(shop.owner->certificate.der()).verdict, Verdict::valid);
  const std::string pem = x509::to_pem("CERTIFICATE", shop.owner->certificate.der());
  EXPECT_EQ(kind(to_bytes(bytes_of(pem))), "certificate");
  EXPECT_EQ(kind(shop.context.store.crls[0].der()), "crl");
  EXPECT_EQ(shop.verify(shop.context.store.crls[0].der()).signatures[0].integrity, Integrity::intact);
  const Bytes token = shop.time_stamp_at(day(2026, 3, 1))(crypto::sm3(bytes_of("data"))).value();
  EXPECT_EQ(kind(token), "timestamp");
  EXPECT_EQ(shop.verify(token, to_bytes(bytes_of("data"))).verdict, Verdict::valid)
      << to_json(shop.verify(token, to_bytes(bytes_of("data"))), Language::en);
  EXPECT_EQ(shop.verify(token, to_bytes(bytes_of("date"))).signatures[0].integrity, Integrity::broken);
  const Bytes message = cms::sign(bytes_of("text"), shop.owner->certificate, shop.owner->signer, {}).value();
  EXPECT_EQ(kind(message), "cms");
  EXPECT_EQ(shop.verify(message, to_bytes(bytes_of("text"))).signatures[0].integrity, Integrity::intact);
  EXPECT_EQ(shop.verify(message, to_bytes(bytes_of("other"))).signatures[0].integrity, Integrity::broken);
  for (const std::string_view rubbish : {"", "0", "%PDF-1.7", "-----BEGIN X-----", "hello"}) {
    const auto report = shop.verify(to_bytes(bytes_of(rubbish)));
    EXPECT_TRUE(report.refused) << rubbish;
    EXPECT_EQ(exit_status(report), 3);
    EXPECT_FALSE(report.refused_because.empty());
  }
}

TEST(Report, IsTheJsonThatIntegratorsCountOn) {
  Workshop shop;
  auto report = shop.verify(document());
  report.file = "a\"b\x01\xff.ofd";
  report.findings.resize(1);
  report.findings[0] = {&report.findings[0].check[0], Level::pass, Effect::none, {"答", "yes"}, "/x"};
  EXPECT_EQ(
      to_json(report, Language::en),
      "{\n  \"file\": \"a\\\"b\xef\xbf\xbd\xef\xbf\xbd.ofd\",\n  \"kind\": \"ofd\",\n  \"verdict\": \"unsigned\",\n"
      "  \"signatures\": [],\n  \"findings\": [\n    {\n      \"id\": \"ofd.package.unknown_file\",\n"
      "      \"level\": \"pass\",\n      \"question\": \"Is there a file that nothing refers to and no signature "
      "protects?\",\n      \"answer\": \"yes\",\n      \"clause\": \"GB/T 33190-2016; GM/T 0099-2020 附录D\",\n"
      "      \"where\": \"/x\"\n    }\n  ]\n}\n");
}

TEST(Report, TakesTheFirstLineOfTheCalculusThatFits) {
  const Check any{"x", "", "", ""};
  const auto verdict_of = [&](std::vector<Effect> effects, Trust trust, bool proven) {
    SignatureReport report;
    report.trust = trust;
    report.sealed_at_proven = proven;
    for (const Effect effect : effects) {
      report.findings.push_back({&any, Level::warn, effect, {}, {}});
    }
    report.conclude();
    return report.verdict;
  };
  const auto ok = Trust::trusted;
  EXPECT_EQ(verdict_of({}, ok, false), Verdict::valid);
  EXPECT_EQ(verdict_of({}, Trust::unknown, false), Verdict::indeterminate);
  EXPECT_EQ(verdict_of({Effect::changed_since}, ok, true), Verdict::valid_when_sealed);
  EXPECT_EQ(verdict_of({Effect::changed_since}, ok, false), Verdict::indeterminate);
  EXPECT_EQ(verdict_of({Effect::changed_since, Effect::indeterminate}, ok, true), Verdict::indeterminate);
  EXPECT_EQ(verdict_of({Effect::hides_integrity}, ok, true), Verdict::indeterminate);
  EXPECT_EQ(verdict_of({Effect::indeterminate, Effect::invalid_at_sealing}, ok, true), Verdict::invalid);
  EXPECT_EQ(verdict_of({Effect::breaks_integrity}, Trust::unknown, true), Verdict::invalid);
}

}  // namespace
}  // namespace yinxin::seal::verify
