#include "crypto/x509/path.h"

#include <gtest/gtest.h>

#include <set>

#include "crypto/testing/little_ca.h"

namespace yinxin::x509 {
namespace {

using namespace yinxin::testing;

struct House {
  Party root = self_signed(ca_profile("root"));
  Party issuing = issued(ca_profile("issuing"), root);
  Party leaf = issued(leaf_profile("leaf"), issuing);
  [[nodiscard]] TrustStore store() const {
    return {.anchors = {root.certificate}, .intermediates = {issuing.certificate}, .crls = {}, .ocsp_responses = {}};
  }
};

PathRequest on(int days, bool require_status = false) {
  return {.at = day(days), .require_status = require_status, .status_not_older_than = {}};
}

std::set<std::string> problems(const PathReport& report) {
  std::set<std::string> names;
  for (const PathFinding& finding : report.findings) {
    names.insert(std::string(name_of(finding.problem)) + "@" + std::to_string(finding.depth));
  }
  return names;
}
using Problems = std::set<std::string>;

Bytes flipped(Bytes der, std::size_t at) {
  der[at] ^= 1;
  return der;
}

TEST(Path, GoesFromLeafToAnchor) {
  const House house;
  const PathReport report = validate_path(house.leaf.certificate, house.store(), on(1));
  EXPECT_EQ(problems(report), Problems{});
  ASSERT_EQ(report.chain.size(), 3U);
  EXPECT_EQ(report.chain.back(), house.root.certificate);
  EXPECT_EQ(report.statuses.size(), 2U);
}

TEST(Path, AnAnchorAloneIsItsOwnPath) {
  const House house;
  EXPECT_TRUE(validate_path(house.root.certificate, house.store(), on(1)).valid());
}

TEST(Path, WithoutItsIntermediateOrAnchorThereIsNoRoot) {
  House house;
  TrustStore store = house.store();
  store.intermediates.clear();
  EXPECT_EQ(problems(validate_path(house.leaf.certificate, store, on(1))), Problems{"no_trusted_root@0"});
  store = house.store();
  store.anchors = {self_signed(ca_profile("another root")).certificate};
  const PathReport report = validate_path(house.leaf.certificate, store, on(1));
  EXPECT_EQ(problems(report), Problems{"no_trusted_root@1"});
  EXPECT_FALSE(report.reaches_anchor());
  EXPECT_EQ(problems(validate_path(house.leaf.certificate, {}, on(1))), Problems{"no_trusted_root@0"});
}

TEST(Path, ARootOfTheSameNameAndAnotherKeyIsNotTheRoot) {
  House house;
  TrustStore store = house.store();
  const Party impostor = self_signed(ca_profile("root"));
  store.anchors = {impostor.certificate};  // the key identifier differs: no candidate
  EXPECT_TRUE(validate_path(house.leaf.certificate, store, on(1)).has(PathProblem::no_trusted_root));
  store.anchors = {impostor.certificate, house.root.certificate};
  EXPECT_TRUE(validate_path(house.leaf.certificate, store, on(1)).valid());
}

TEST(Path, OfTwoIssuersWithOneNameTheSigningOneIsTaken) {
  Profile nameless_ca = ca_profile("issuing");
  nameless_ca.key_ids = false;
  Profile nameless_leaf = leaf_profile("leaf");
  nameless_leaf.key_ids = false;
  Party root = self_signed(ca_profile("root"));
  const Party first = issued(nameless_ca, root);
  Party second = issued(nameless_ca, root);
  const Party leaf = issued(nameless_leaf, second);
  for (const auto& order :
       {std::vector{first.certificate, second.certificate}, std::vector{second.certificate, first.certificate}}) {
    const TrustStore store{.anchors = {root.certificate}, .intermediates = order, .crls = {}, .ocsp_responses = {}};
    const PathReport report = validate_path(leaf.certificate, store, on(1));
    EXPECT_TRUE(report.valid());
    EXPECT_EQ(report.chain.at(1), second.certificate);
  }
}

TEST(Path, OfTwoCertificatesForOneIssuerTheOneInForceIsTaken) {
  House house;
  Profile old = ca_profile("issuing");
  old.to_day = -1;
  old.serial = 0x12;
  const Certificate expired = certify(old, house.issuing.signer.public_key(), house.root);
  for (const auto& order :
       {std::vector{expired, house.issuing.certificate}, std::vector{house.issuing.certificate, expired}}) {
    TrustStore store = house.store();
    store.intermediates = order;
    EXPECT_EQ(problems(validate_path(house.leaf.certificate, store, on(1))), Problems{});
  }
  TrustStore only_expired = house.store();
  only_expired.intermediates = {expired};
  EXPECT_EQ(problems(validate_path(house.leaf.certificate, only_expired, on(1))), Problems{"expired@1"});
}

TEST(Path, ABrokenSignatureIsSaidAndNotHiddenAsAMissingRoot) {
  const House house;
  const Bytes& der = house.leaf.certificate.der();
  const auto tbs = static_cast<std::size_t>(house.leaf.certificate.tbs().data() - der.data());
  const Certificate changed_inside = parsed(flipped(der, tbs + 12));  // the serial number
  EXPECT_EQ(problems(validate_path(changed_inside, house.store(), on(1))), Problems{"signature_broken@0"});
  const Certificate changed_signature = parsed(flipped(der, der.size() - 1));
  EXPECT_EQ(problems(validate_path(changed_signature, house.store(), on(1))), Problems{"signature_broken@0"});
}

TEST(Path, EveryFlippedBitOfALeafIsNoticed) {
  const House house;
  const Bytes& der = house.leaf.certificate.der();
  for (std::size_t i = 0; i < der.size(); ++i) {
    const auto changed = Certificate::parse(flipped(der, i));
    EXPECT_FALSE(changed && validate_path(*changed, house.store(), on(1)).valid()) << "byte " << i;
  }
}

TEST(Path, TimesAreCheckedAtEveryDepth) {
  House house;
  EXPECT_EQ(problems(validate_path(house.leaf.certificate, house.store(), on(-31))),
            (Problems{"not_yet_in_force@0", "not_yet_in_force@1", "not_yet_in_force@2"}));
  EXPECT_EQ(problems(validate_path(house.leaf.certificate, house.store(), on(301))), Problems{"expired@0"});
  EXPECT_TRUE(validate_path(house.leaf.certificate, house.store(), on(300)).valid()) << "the last second counts";
  EXPECT_TRUE(validate_path(house.leaf.certificate, house.store(), on(-30)).valid()) << "the first second counts";
  PathRequest just_after = on(300);
  just_after.at += std::chrono::seconds(1);
  EXPECT_FALSE(validate_path(house.leaf.certificate, house.store(), just_after).valid());
}

TEST(Path, AnIssuerMustBeACertificationAuthority) {
  House house;
  Party holder = issued(leaf_profile("not a CA"), house.issuing);
  const Party below = issued(leaf_profile("below"), holder);
  TrustStore store = house.store();
  store.intermediates.push_back(holder.certificate);
  EXPECT_EQ(problems(validate_path(below.certificate, store, on(1))),
            (Problems{"issuer_not_ca@1", "issuer_may_not_sign@1"}));
  Profile without = ca_profile("no constraints");
  without.basic_constraints = false;
  Party careless = issued(without, house.root);
  const Party leaf = issued(leaf_profile("leaf"), careless);
  store.intermediates = {careless.certificate};
  EXPECT_EQ(problems(validate_path(leaf.certificate, store, on(1))), Problems{"issuer_not_ca@1"});
}

TEST(Path, AnIssuerNeedsKeyCertSign) {
  Party root = self_signed(ca_profile("root"));
  Profile only_lists = ca_profile("issuing");
  only_lists.usage = bits({KeyUsage::crl_sign});
  Party issuing = issued(only_lists, root);
  const Party leaf = issued(leaf_profile("leaf"), issuing);
  const TrustStore store{
      .anchors = {root.certificate}, .intermediates = {issuing.certificate}, .crls = {}, .ocsp_responses = {}};
  EXPECT_EQ(problems(validate_path(leaf.certificate, store, on(1))), Problems{"issuer_may_not_sign@1"});
}

TEST(Path, PathLengthCountsIntermediatesBelow) {
  Profile limited = ca_profile("root");
  limited.path_length = 0;
  Party root = self_signed(limited);
  Party issuing = issued(ca_profile("issuing"), root);
  const Party leaf = issued(leaf_profile("leaf"), issuing);
  const Party direct = issued(leaf_profile("direct"), root);
  const TrustStore store{
      .anchors = {root.certificate}, .intermediates = {issuing.certificate}, .crls = {}, .ocsp_responses = {}};
  EXPECT_EQ(problems(validate_path(leaf.certificate, store, on(1))), Problems{"path_too_long@2"});
  EXPECT_TRUE(validate_path(direct.certificate, store, on(1)).valid());
}

TEST(Path, OurOwnLengthLimitEndsAChain) {
  Party root = self_signed(ca_profile("level 0"));
  TrustStore store{.anchors = {root.certificate}, .intermediates = {}, .crls = {}, .ocsp_responses = {}};
  Party last = std::move(root);
  for (std::size_t level = 1; level + 1 < max_path_length; ++level) {
    Party next = issued(ca_profile("level " + std::to_string(level)), last);
    store.intermediates.push_back(next.certificate);
    last = std::move(next);
  }
  const Party fits = issued(leaf_profile("fits"), last);
  EXPECT_TRUE(validate_path(fits.certificate, store, on(1)).valid());
  Party one_more = issued(ca_profile("one more"), last);
  store.intermediates.push_back(one_more.certificate);
  const Party too_deep = issued(leaf_profile("too deep"), one_more);
  EXPECT_TRUE(validate_path(too_deep.certificate, store, on(1)).has(PathProblem::no_trusted_root));
}

TEST(Path, LoopsAmongIntermediatesEnd) {
  Party a = self_signed(ca_profile("a"));
  Party b = self_signed(ca_profile("b"));
  const Certificate a_by_b = certify(ca_profile("a"), a.signer.public_key(), b);
  const Certificate b_by_a = certify(ca_profile("b"), b.signer.public_key(), a);
  const Party leaf = issued(leaf_profile("leaf"), a);
  const TrustStore store{
      .anchors = {}, .intermediates = {a_by_b, b_by_a, a.certificate, b.certificate}, .crls = {}, .ocsp_responses = {}};
  EXPECT_TRUE(validate_path(leaf.certificate, store, on(1)).has(PathProblem::no_trusted_root));
}

TEST(Path, AThicketOfCandidatesIsGivenUpSoon) {
  // Every one of 30 names itself and its issuer alike, and carries no key identifier: without a cap, 30^8 paths.
  Profile same_name = ca_profile("thicket");
  same_name.key_ids = false;
  Party one = self_signed(same_name);
  TrustStore store;
  for (std::uint8_t serial = 0; serial < 30; ++serial) {
    same_name.serial = serial;
    store.intermediates.push_back(certify(same_name, one.signer.public_key(), one));
  }
  Profile below = leaf_profile("leaf");
  below.key_ids = false;
  const Party leaf = issued(below, one);
  const PathReport report = validate_path(leaf.certificate, store, on(1));
  EXPECT_TRUE(report.has(PathProblem::no_trusted_root));
  EXPECT_LE(report.chain.size(), max_path_length);
}

TEST(Path, ASignatureIsCheckedOnceAndNotMoreThanTheLimit) {
  // As many certificates as a message may carry, each of which could have issued any other.
  Profile same_name = ca_profile("thicket");
  same_name.key_ids = false;
  Party one = self_signed(same_name);
  TrustStore store;
  store.links = std::make_shared<LinkMemory>();
  for (std::uint8_t serial = 0; serial < 64; ++serial) {
    same_name.serial = serial;
    store.intermediates.push_back(certify(same_name, one.signer.public_key(), one));
  }
  Profile below = leaf_profile("leaf");
  below.key_ids = false;
  const Party leaf = issued(below, one);
  (void)validate_path(leaf.certificate, store, on(1));
  const std::size_t once = store.links->checked();
  EXPECT_LE(once, max_path_attempts) << "the three ways to search ask for the same signatures";
  for (int again = 0; again < 3; ++again) {
    (void)validate_path(leaf.certificate, store, on(1));
  }
  EXPECT_EQ(store.links->checked(), once) << "and so do all questions about one document";
  for (const Certificate& asked : store.intermediates) {
    (void)validate_path(asked, store, on(1));
  }
  EXPECT_LE(store.links->checked(), max_link_checks);
}

TEST(Path, WithoutMoreLinksToAskForNothingIsVouchedFor) {
  House house;
  TrustStore store = house.store();
  store.links = std::make_shared<LinkMemory>();
  Profile other = ca_profile("other");
  const Party maker = self_signed(other);
  std::vector<Certificate> others;
  for (std::uint8_t serial = 1; serial <= 33; ++serial) {
    other.serial = serial;
    others.push_back(certify(other, maker.signer.public_key(), house.root));
  }
  for (const Certificate& one : others) {
    for (const Certificate& two : others) {
      (void)store.links->check(one, two);
    }
  }
  ASSERT_EQ(store.links->checked(), max_link_checks);
  EXPECT_FALSE(validate_path(house.leaf.certificate, store, on(1)).valid());
  store.links.reset();
  EXPECT_TRUE(validate_path(house.leaf.certificate, store, on(1)).valid());
}

TEST(Path, UnknownCriticalExtensionsRefuseAndUnknownOthersDoNot) {
  House house;
  Profile odd = leaf_profile("odd");
  odd.more = {{asn1::ObjectId("1.2.3.4"), true, asn1::Writer().null().take()}};
  EXPECT_EQ(problems(validate_path(issued(odd, house.issuing).certificate, house.store(), on(1))),
            Problems{"unknown_critical_extension@0"});
  odd.more[0].critical = false;
  EXPECT_TRUE(validate_path(issued(odd, house.issuing).certificate, house.store(), on(1)).valid());
  odd.more = {{oid::name_constraints(), true, asn1::Writer().null().take()}};
  EXPECT_EQ(problems(validate_path(issued(odd, house.issuing).certificate, house.store(), on(1))),
            Problems{"unknown_critical_extension@0"});
}

TEST(Path, DuplicateAndUnreadableExtensionsAreFound) {
  House house;
  Profile twice = leaf_profile("twice");
  twice.more = {extension::key_usage(bits({KeyUsage::digital_signature}))};
  EXPECT_EQ(problems(validate_path(issued(twice, house.issuing).certificate, house.store(), on(1))),
            Problems{"duplicate_extension@0"});
  Profile unreadable = leaf_profile("unreadable");
  unreadable.usage.reset();
  unreadable.more = {{oid::key_usage(), true, asn1::Writer().null().take()}};
  EXPECT_EQ(problems(validate_path(issued(unreadable, house.issuing).certificate, house.store(), on(1))),
            Problems{"extension_unreadable@0"});
}

TEST(Path, MoreExtensionsThanAnybodyHasAreRefused) {
  Party root = self_signed(ca_profile("root"));
  Profile full = leaf_profile("full");
  const std::size_t own = issued(full, root).certificate.extensions().size();
  for (std::size_t i = own; i < max_extensions; ++i) {
    full.more.push_back({asn1::ObjectId("1.2.3." + std::to_string(i)), false, asn1::Writer().null().take()});
  }
  const Certificate most = issued(full, root).certificate;
  EXPECT_EQ(most.extensions().size(), max_extensions);
  Bytes list = asn1::sequence([&](asn1::Writer& w) {
    for (std::size_t i = 0; i <= max_extensions; ++i) {
      w.sequence([&](asn1::Writer& one) {
        one.object_id(asn1::ObjectId("1.2.3." + std::to_string(i))).octet_string(Bytes{0x05, 0x00});
      });
    }
  });
  asn1::Reader outer(list);
  asn1::Reader inside = *outer.sequence();
  EXPECT_FALSE(read_extension_list(inside));
}

TEST(Path, TwoAlgorithmsInOneCertificateAreRefused) {
  House house;
  Bytes tbs = tbs_of(leaf_profile("leaf"), house.leaf.signer.public_key(), house.issuing.certificate.subject(),
                     house.issuing.signer.public_key());
  const Bytes inner = to_bytes(oid::sm2_with_sm3().content());
  const auto found = std::search(tbs.begin(), tbs.end(), inner.begin(), inner.end());
  ASSERT_NE(found, tbs.end());
  found[static_cast<std::ptrdiff_t>(inner.size()) - 1] ^= 1;
  const Certificate mixed = parsed(*sign_and_assemble(tbs, house.issuing.signer));
  EXPECT_EQ(problems(validate_path(mixed, house.store(), on(1))), Problems{"algorithm_unsupported@0"});
}

TEST(Path, EveryProblemHasItsName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(PathProblem::status_unknown); ++i) {
    names.insert(name_of(static_cast<PathProblem>(i)));
  }
  EXPECT_EQ(names.size(), 14U);
}

}  // namespace
}  // namespace yinxin::x509
