#include "pki/lint/lint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include "crypto/oids.h"
#include "pki/profile/profile.h"

namespace yinxin::pki::lint {
namespace {

const Instant now = from_rfc3339("2026-11-21T04:00:00Z").value();

// A right organization signing certificate, and what was expected of it; each case below makes one thing wrong.
struct Case {
  Case() {
    const x509::Name name = x509::Name::build({{oid::country(), "CN"}, {oid::common_name(), "Issuing"}});
    const auto key = x509::PublicKey::of(issuer_key.public_key());
    x509::CertificateContent ca{
        .serial = {1, 2, 3},
        .issuer = name,
        .not_before = now - std::chrono::hours(24),
        .not_after = now + std::chrono::days(3650),
        .subject = name,
        .public_key = key,
        .extensions = {x509::extension::subject_key_id(key.identifier()), x509::extension::basic_constraints(true, 0),
                       x509::extension::key_usage(0x60)}};
    crypto::SoftSigner signer(issuer_key.clone());
    issuer = x509::Certificate::parse(x509::sign_and_assemble(x509::to_be_signed(ca), signer).value()).value();
    SeededRandom random(7);
    content.serial = concat({Bytes{1, 0}, random.bytes(16)});
    content.issuer = name;
    content.not_before = now;
    content.not_after = end_of(now, {12, 0});
    subject = {{oid::country(), "CN"}, {oid::organization(), "样例"}, {oid::common_name(), "样例"}};
    content.public_key = x509::PublicKey::of(own_key.public_key());
    content.extensions = {x509::extension::authority_key_id(*issuer.subject_key_id()),
                          x509::extension::subject_key_id(content.public_key.identifier()),
                          x509::extension::key_usage(3),
                          x509::extension::text(oid::unified_social_credit_code(), "91350100M000100Y43"),
                          x509::extension::policies({oid::policy_organization(), oid::policy_demo()})};
    expected.key_usage = 3;
    expected.policies = {oid::policy_organization()};
    expected.environment = "demo";
    expected.now = now;
    expected.latest_end = content.not_after;
  }
  x509::Extension& extension(const asn1::ObjectId& id) {
    for (auto& one : content.extensions) {
      if (one.id == id) {
        return one;
      }
    }
    ensure_unreachable("an extension that the case has not");
  }
  std::set<std::string> ids() {
    if (!raw_name) {
      content.subject = x509::Name::build(subject);
    } else {
      content.subject = x509::Name::parse(*raw_name).value();
    }
    Bytes tbs = x509::to_be_signed(content);
    on_tbs(tbs);
    std::set<std::string> found;
    const auto findings = examine_tbs(tbs, {&expected, with_issuer ? &issuer : nullptr});
    if (!findings) {
      return {"unreadable: " + findings.error().describe()};
    }
    for (const Finding& finding : *findings) {
      found.insert(finding.id);
    }
    return found;
  }
  SystemRandom random;
  crypto::Sm2PrivateKey issuer_key = crypto::Sm2PrivateKey::generate(random);
  crypto::Sm2PrivateKey own_key = crypto::Sm2PrivateKey::generate(random);
  x509::Certificate issuer;
  x509::CertificateContent content;
  std::vector<x509::NameAttribute> subject;
  std::optional<Bytes> raw_name;
  Expected expected;
  bool with_issuer = true;
  std::function<void(Bytes&)> on_tbs = [](Bytes&) {};
};

// One attribute of any tag.
Bytes name_of_one(const asn1::ObjectId& type, asn1::Tag tag, std::string_view value) {
  return asn1::sequence([&](asn1::Writer& w) {
    w.constructed(asn1::tag::set, [&](asn1::Writer& set) {
      set.sequence([&](asn1::Writer& pair) { pair.object_id(type).primitive(tag, bytes_of(value)); });
    });
  });
}

void replace_in(Bytes& bytes, BytesView from, BytesView to) {
  const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  ASSERT_NE(at, bytes.end());
  ASSERT_EQ(from.size(), to.size());
  std::copy(to.begin(), to.end(), at);
}

struct Wrong {
  std::string id;
  std::function<void(Case&)> make;
};

std::vector<Wrong> rfc_cases() {
  return {
      {"rfc.serial.positive",
       [](Case& c) {
         c.on_tbs = [s = c.content.serial](Bytes& tbs) {
           Bytes t = s;
           t[0] = 0x81;
           replace_in(tbs, s, t);
         };
       }},
      {"rfc.version",
       [](Case& c) {
         c.on_tbs = [](Bytes& tbs) { replace_in(tbs, Bytes{0xa0, 3, 2, 1, 2}, Bytes{0xa0, 3, 2, 1, 1}); };
       }},
      {"rfc.algorithm.same",
       [](Case& c) {
         c.on_tbs = [](Bytes& tbs) {
           const Bytes from = to_bytes(oid::sm2_with_sm3().content());
           Bytes to = from;
           to.back() ^= 1;
           replace_in(tbs, from, to);
         };
       }},
      {"rfc.extension.once", [](Case& c) { c.content.extensions.push_back(c.content.extensions.back()); }},
      {"rfc.validity.order", [](Case& c) { c.content.not_after = c.content.not_before; }},
      {"rfc.validity.form",
       [](Case& c) {
         // The last character of notBefore, a UTCTime of 13: no longer Z.
         c.on_tbs = [](Bytes& tbs) {
           const Bytes from = to_bytes(bytes_of("261121040000Z"));
           const Bytes to = to_bytes(bytes_of("2611210400+00"));
           replace_in(tbs, from, to);
         };
       }},
      {"rfc.subject.present", [](Case& c) { c.subject.clear(); }},
      {"rfc.issuer.present", [](Case& c) { c.content.issuer = x509::Name(); }},
      {"rfc.issuer.matches",
       [](Case& c) {
         c.content.issuer = x509::Name::build({{oid::common_name(), "Issuing"}});
       }},
      {"rfc.authority_key_id",
       [](Case& c) { c.extension(oid::authority_key_id()) = x509::extension::authority_key_id(Bytes(20, 1)); }},
      {"rfc.subject_key_id",
       [](Case& c) { c.extension(oid::subject_key_id()) = x509::extension::subject_key_id(Bytes(20, 1)); }},
      {"rfc.key_usage.authority", [](Case& c) { c.extension(oid::key_usage()) = x509::extension::key_usage(0x23); }},
      {"rfc.key_usage.empty", [](Case& c) { c.extension(oid::key_usage()) = x509::extension::key_usage(0); }},
      {"rfc.basic_constraints",
       [](Case& c) { c.content.extensions.push_back(x509::extension::basic_constraints(false, 1)); }},
      {"rfc.name.attributes", [](Case& c) { c.subject[1].value = "a\x01"; }},
      {"rfc.ocsp.no_check",
       [](Case& c) {
         c.content.extensions.push_back(x509::extension::extended_key_usage({oid::eku_ocsp_signing()}, false));
       }},
      {"rfc.tsa.purpose",
       [](Case& c) {
         c.content.extensions.push_back(x509::extension::extended_key_usage({oid::eku_time_stamping()}, false));
       }},
  };
}

std::vector<Wrong> our_cases() {
  return {
      {"gmt.algorithm", [](Case&) {}},  // replaced below: needs another outer algorithm
      {"gmt.key.curve",
       [](Case& c) {
         c.on_tbs = [point = to_bytes(c.own_key.public_key().point())](Bytes& tbs) {
           Bytes off = point;
           off.back() ^= 1;
           replace_in(tbs, point, off);
         };
       }},
      {"gmt.name.order", [](Case& c) { std::swap(c.subject[1], c.subject[2]); }},
      {"gmt.name.strings",
       [](Case& c) { c.raw_name = name_of_one(oid::common_name(), asn1::tag::printable_string, "A"); }},
      {"gmt.credit_code",
       [](Case& c) {
         c.extension(oid::unified_social_credit_code()) =
             x509::extension::text(oid::unified_social_credit_code(), "91350100M000100Y44");
       }},
      {"gmt.identity.critical", [](Case& c) { c.extension(oid::unified_social_credit_code()).critical = true; }},
      {"gmt.key_usage.dual", [](Case& c) { c.extension(oid::key_usage()) = x509::extension::key_usage(7); }},
      {"cps.serial.shape", [](Case& c) { c.content.serial.pop_back(); }},
      {"cps.serial.shape",
       [](Case& c) { std::fill(c.content.serial.begin() + 4, c.content.serial.begin() + 10, std::uint8_t{9}); }},
      {"cps.validity.backdated", [](Case& c) { c.content.not_before = now - std::chrono::minutes(61); }},
      {"cps.validity.backdated", [](Case& c) { c.content.not_before = now + std::chrono::minutes(61); }},
      {"cps.validity.profile", [](Case& c) { c.content.not_after += std::chrono::seconds(1); }},
      {"cps.validity.issuer", [](Case& c) { c.content.not_after = now + std::chrono::days(3651); }},
      {"cps.end_entity.constraints",
       [](Case& c) { c.content.extensions.push_back(x509::extension::basic_constraints(false, std::nullopt)); }},
      {"cps.end_entity.authority",
       [](Case& c) { c.content.extensions.push_back(x509::extension::basic_constraints(true, std::nullopt)); }},
      {"cps.path_length",
       [](Case& c) {
         c.expected.authority = true;
         c.expected.path_length = 0;
       }},
      {"cps.key_usage", [](Case& c) { c.extension(oid::key_usage()) = x509::extension::key_usage(1); }},
      {"cps.key_usage", [](Case& c) { c.extension(oid::key_usage()).critical = false; }},
      {"cps.purposes",
       [](Case& c) {
         c.content.extensions.push_back(x509::extension::extended_key_usage({oid::eku_approval()}, true));
       }},
      {"cps.policies", [](Case& c) { c.expected.environment = "production"; }},
      {"cps.policies",
       [](Case& c) {
         c.extension(oid::certificate_policies()) = x509::extension::policies({oid::policy_organization()});
       }},
      {"cps.key.issuer", [](Case& c) { c.content.public_key = c.issuer.public_key(); }},
      {"cps.issuer.may",
       [](Case& c) {
         c.expected.authority = true;
         c.content.extensions.push_back(x509::extension::basic_constraints(true, 0));
       }},
      {"cps.encoding",
       [](Case& c) { c.extension(oid::unified_social_credit_code()).value = to_bytes(bytes_of("bare")); }},
  };
}

TEST(LintTest, ARightCertificateHasNoFindings) {
  Case right;
  EXPECT_EQ(right.ids(), std::set<std::string>());
}

TEST(LintTest, EachRuleFindsItsOwnMistake) {
  std::vector<Wrong> cases = rfc_cases();
  for (const Wrong& more : our_cases()) {
    cases.push_back(more);
  }
  std::set<std::string> covered;
  for (const Wrong& wrong : cases) {
    covered.insert(wrong.id);
    if (wrong.id == "gmt.algorithm") {
      continue;
    }
    Case made;
    wrong.make(made);
    const auto ids = made.ids();
    EXPECT_TRUE(ids.contains(wrong.id)) << wrong.id << ", found: " << ::testing::PrintToString(ids);
  }
  covered.insert("rfc.serial.length");  // below
  for (const Rule& rule : all_rules()) {
    EXPECT_TRUE(covered.contains(std::string(rule.id))) << "no case for " << rule.id;
  }
}

TEST(LintTest, CertificatesOfOthersAreExaminedWithoutKnowingWhatWasMeant) {
  Case base;
  base.content.subject = x509::Name::build(base.subject);
  Bytes tbs = x509::to_be_signed(base.content);
  const Bytes from = to_bytes(oid::sm2_with_sm3().content());
  Bytes der = x509::assemble_signed(tbs, {});
  for (int i = 0; i < 2; ++i) {  // inner and outer: still the same, but no longer SM2 with SM3
    Bytes to = from;
    to.back() ^= 1;
    replace_in(der, from, to);
  }
  const auto findings = examine(x509::Certificate::parse(der).value(), {});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().id, "gmt.algorithm");
}

TEST(LintTest, ASerialNumberOfMoreThanTwentyOctetsIsFoundOrCannotBeRead) {
  Case base;
  base.content.subject = x509::Name::build(base.subject);
  base.content.serial.assign(20, 0x11);
  const Bytes tbs = x509::to_be_signed(base.content);
  asn1::Reader outer(tbs);
  auto inside = outer.sequence().value();
  const auto version = to_bytes(inside.any().value().whole);
  (void)inside.any();
  const Bytes longer =
      asn1::sequence([&](asn1::Writer& w) { w.raw(version).unsigned_integer(Bytes(21, 0x11)).raw(inside.rest()); });
  const auto findings = examine_tbs(longer, {&base.expected, &base.issuer});
  if (findings) {
    EXPECT_TRUE(std::ranges::any_of(*findings, [](const Finding& f) { return f.id == "rfc.serial.length"; }));
  } else {
    EXPECT_EQ(findings.error().code, ErrorCode::invalid_input);
  }
}

TEST(LintTest, BytesThatAreNoCertificateAreAnErrorNotACrash) {
  EXPECT_FALSE(examine_tbs({}, {}));
  EXPECT_FALSE(examine_tbs(Bytes{0x30, 0x80}, {}));
  EXPECT_FALSE(examine_tbs(Bytes{0x30, 0x00}, {}));
}

}  // namespace
}  // namespace yinxin::pki::lint
