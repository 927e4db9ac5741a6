#include "pki/profile/profile.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "crypto/oids.h"

namespace yinxin::pki {
namespace {

std::string profiles_folder() {
  for (auto folder = std::filesystem::current_path(); folder != folder.root_path(); folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / "profiles" / "root.yaml")) {
      return folder / "profiles";
    }
  }
  return "profiles";
}

Facts unit_facts() {
  return {{"unit.name", "北京样例科技有限公司"}, {"unit.uscc", "91110108MA01ABCD2T"}, {"unit.state", "北京市"}};
}
const Surroundings demo{.environment = "demo",
                        .crl_address = "http://127.0.0.1:8443/crl/issuing.crl",
                        .ocsp_address = "http://127.0.0.1:8443/ocsp",
                        .issuer_address = "http://127.0.0.1:8443/ca/issuing.cer",
                        .cps_address = {}};

constexpr std::string_view small = R"(profile: small
version: 1
class: end_entity
issuer: issuing
subject:
  - {attribute: CN, source: unit.name}
key_usage: [digital_signature]
max_validity: 12 months
)";

TEST(ProfileTest, EveryProfileOfTheHouseIsReadAndHasAnIssuer) {
  const auto set = ProfileSet::load(profiles_folder());
  ASSERT_TRUE(set) << set.error().describe();
  for (const auto* const name :
       {"root", "issuing", "roles", "officer-login", "officer-approval", "station", "organization-sign",
        "organization-encrypt", "organization_member-sign", "organization_member-encrypt", "individual-sign",
        "individual-encrypt", "ocsp", "tsa", "seal-maker", "evidence", "permit", "administrator"}) {
    EXPECT_TRUE(set->find(name)) << name;
  }
  EXPECT_EQ(set->longest_under("issuing"), (Validity{72, 0}));
  EXPECT_EQ(set->longest_under("roles"), (Validity{36, 0}));
}

TEST(ProfileTest, SigningAndEncryptionUsagesAreTheBytesOfTheStandard) {
  const auto set = ProfileSet::load(profiles_folder()).value();
  const auto pair = make_templates(set.find_pair("organization").value(), unit_facts(), demo).value();
  const auto usage = [](const Template& made) {
    for (const auto& extension : made.extensions) {
      if (extension.id == oid::key_usage()) {
        return to_hex(extension.value);
      }
    }
    return std::string();
  };
  EXPECT_EQ(usage(pair.signing), "030206c0");
  EXPECT_EQ(usage(pair.encryption), "03020338");
  EXPECT_TRUE(pair.signing.subject == pair.encryption.subject);
  EXPECT_EQ(pair.signing.subject.text(), "C=CN, ST=北京市, O=北京样例科技有限公司, CN=北京样例科技有限公司");
  EXPECT_EQ(pair.signing.identity.size(), 2U);
}

TEST(ProfileTest, TheTemplateHashChangesWithEveryFactAndWithTheEnvironment) {
  const auto set = ProfileSet::load(profiles_folder()).value();
  const auto pair = set.find_pair("organization").value();
  const auto base = make_templates(pair, unit_facts(), demo).value().hash();
  EXPECT_EQ(base, make_templates(pair, unit_facts(), demo).value().hash());
  for (const auto* const fact : {"unit.name", "unit.uscc", "unit.state"}) {
    Facts other = unit_facts();
    other[fact] += "X";
    EXPECT_NE(base, make_templates(pair, other, demo).value().hash()) << fact;
  }
  Surroundings production = demo;
  production.environment = "production";
  EXPECT_NE(base, make_templates(pair, unit_facts(), production).value().hash());
  EXPECT_EQ(set.find_pair(pair.hash()).value().signing, pair.signing);
  EXPECT_EQ(set.find_pair(base).error().code, ErrorCode::not_found);
}

TEST(ProfileTest, FactsThatCannotStandInACertificateAreRefused) {
  const auto profile = Profile::read("small.yaml", small).value();
  EXPECT_TRUE(profile.make_template({{"unit.name", "好"}}, demo));
  for (const std::string& bad : {std::string(), std::string(" a"), std::string("a\nb"), std::string("a\0b", 3),
                                 std::string("\xc3\x28"), std::string("\xed\xa0\x80"), std::string("\xc0\xaf"),
                                 std::string("\xe4\xbd"), std::string("\xc2\x85"), std::string(257, 'a')}) {
    EXPECT_EQ(profile.make_template({{"unit.name", bad}}, demo).error().code, ErrorCode::invalid_input) << bad;
  }
  EXPECT_EQ(profile.make_template({}, demo).error().code, ErrorCode::invalid_input);
}

TEST(ProfileTest, MistakesAreShownWithLineAndColumn) {
  const auto mistake = [](std::string_view from, std::string_view to) {
    std::string text(small);
    text.replace(text.find(from), from.size(), to);
    const auto read = Profile::read("small.yaml", text);
    return read ? std::string("accepted") : read.error().describe();
  };
  EXPECT_NE(mistake("digital_signature", "digital_sig").find("small.yaml:7:13"), std::string::npos);
  EXPECT_NE(mistake("version: 1", "versoin: 1").find("small.yaml:2:1"), std::string::npos);
  EXPECT_NE(mistake("12 months", "12 moons").find("small.yaml:8:15"), std::string::npos);
  EXPECT_NE(mistake("version: 1", "profile: x").find("small.yaml:2:1"), std::string::npos);
  EXPECT_NE(mistake("source: unit.name", "sauce: unit.name").find("small.yaml:6:"), std::string::npos);
  EXPECT_NE(mistake("[digital_signature]", "[digital_signature").find("small.yaml:"), std::string::npos);
  EXPECT_NE(mistake("12 months", "100000 years").find("small.yaml:8:"), std::string::npos);
}

TEST(ProfileTest, AnEndEntityGetsNothingOfAnAuthorityWhateverItsFileSays) {
  for (const auto& [from, to] :
       {std::pair<std::string_view, std::string_view>{"[digital_signature]", "[key_cert_sign]"},
        {"[digital_signature]", "[digital_signature, crl_sign]"},
        {"version: 1", "version: 1\npath_length: 0"},
        {"issuer: issuing", "issuer: small"}}) {
    std::string text(small);
    text.replace(text.find(from), from.size(), to);
    EXPECT_EQ(Profile::read("small.yaml", text).error().code, ErrorCode::invalid_input) << to;
  }
}

TEST(ProfileTest, TheCanonicalBytesDoNotDependOnTheLayout) {
  std::string text(small);
  text.insert(0, "# a comment\n");
  text.replace(text.find("{attribute: CN, source: unit.name}"), 34, "{ source: unit.name, attribute: CN }");
  EXPECT_EQ(Profile::read("a", text).value().hash(), Profile::read("b", small).value().hash());
}

TEST(ProfileTest, ValidityIsCountedInCalendarMonths) {
  const auto at = [](std::string_view text) { return from_rfc3339(text).value(); };
  EXPECT_EQ(end_of(at("2024-02-29T12:00:00Z"), {12, 0}), at("2025-02-28T11:59:59Z"));
  EXPECT_EQ(end_of(at("2025-01-31T00:00:00Z"), {1, 0}), at("2025-02-27T23:59:59Z"));
  EXPECT_EQ(end_of(at("2025-12-01T00:00:00Z"), {60, 0}), at("2030-11-30T23:59:59Z"));
  EXPECT_EQ(end_of(at("2025-12-01T00:00:00Z"), {0, 7}), at("2025-12-07T23:59:59Z"));
}

}  // namespace
}  // namespace yinxin::pki
