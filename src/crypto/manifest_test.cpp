// Every file of the vectors' folders about certificates, keys and messages, with the verdict its manifest states.
// The table is compared with the manifest: a file without a case fails.

#include <functional>
#include <map>
#include <set>

#include "crypto/cms/enveloped_data.h"
#include "crypto/key_file.h"
#include "crypto/oids.h"
#include "crypto/testing/vectors.h"
#include "crypto/x509/path.h"

namespace yinxin::x509 {
namespace {

using cms::EnvelopedData;
using cms::SignedData;

Instant at(std::string_view text) { return *from_rfc3339(text); }

class Manifest : public yinxin::testing::VectorTest {
 protected:
  [[nodiscard]] Certificate certificate(const std::string& name) const {
    auto parsed = Certificate::parse_any(read(name));
    EXPECT_TRUE(parsed) << name << ": " << parsed.error().describe();
    return std::move(*parsed);
  }

  void expect_link(const Certificate& below, const Certificate& issuer) const {
    EXPECT_TRUE(issuer.subject().matches(below.issuer()));
    EXPECT_EQ(signed_by(below, issuer.public_key()), SignatureCheck::holds);
  }

  // Valid at the middle of its life under that anchor; broken when one byte of the signed part differs.
  void expect_path(const Certificate& leaf, const std::vector<Certificate>& anchors,
                   const std::vector<Certificate>& between = {}) const {
    TrustStore store;
    store.anchors = anchors;
    store.intermediates = between;
    const PathRequest request{.at = leaf.not_before() + std::chrono::hours(24), .status_not_older_than = {}};
    const PathReport report = validate_path(leaf, store, request);
    EXPECT_TRUE(report.valid()) << leaf.subject().text() << ": " << name_of(report.findings.front().problem);
    if (leaf == anchors.front()) {
      return;
    }
    Bytes der = leaf.der();
    der[static_cast<std::size_t>(leaf.tbs().data() - leaf.der().data()) + 15] ^= 1;  // inside the serial number
    if (const auto tampered = Certificate::parse(der)) {
      EXPECT_TRUE(validate_path(*tampered, store, request).has(PathProblem::signature_broken));
    }
    const PathReport later =
        validate_path(leaf, store, {.at = leaf.not_after() + std::chrono::hours(1), .status_not_older_than = {}});
    EXPECT_TRUE(later.has(PathProblem::expired));
  }

  // A certificate in production whose issuer we do not have: it must be read, its accessors too, and not be trusted.
  void expect_read_only(const std::string& name) const {
    const Certificate read = certificate(name);
    EXPECT_TRUE(read.public_key().sm2()) << name;
    EXPECT_FALSE(read.subject().common_name().empty()) << name;
    EXPECT_TRUE(read.key_usage() && read.basic_constraints() && read.extended_key_usage()) << name;
    EXPECT_TRUE(validate_path(read, {}, {.at = read.not_before(), .status_not_older_than = {}})
                    .has(PathProblem::no_trusted_root));
    EXPECT_EQ(signed_by(read, read.public_key()), SignatureCheck::broken) << name;
  }

  void expect_pair(const std::string& name, std::uint32_t usage) const {
    const Certificate read = certificate(name);
    expect_path(read, {certificate("cert_tjfoc/SM2_CA.cer")});
    EXPECT_EQ(*read.key_usage(), usage) << name;
  }

  void expect_tongsuo(const std::string& name) const {
    const auto chain = Certificate::parse_all(read("cert_tongsuo/chain-ca.crt"));
    ASSERT_EQ(chain->size(), 2U);
    std::vector<Certificate> root;
    std::vector<Certificate> between;
    for (const Certificate& one : *chain) {
      (one.self_issued() ? root : between).push_back(one);
    }
    expect_path(certificate(name), root, between);
  }

  void expect_without_z(const std::string& name) const {
    const Certificate read = certificate(name);
    const Certificate root = certificate("cert_tongsuo/sm2-noza-root-cert.pem");
    EXPECT_EQ(signed_by(read, root.public_key()), SignatureCheck::broken) << name;
    TrustStore store;
    store.anchors = {root};
    if (!(read == root)) {
      EXPECT_TRUE(validate_path(read, store, {.at = read.not_before(), .status_not_older_than = {}})
                      .has(PathProblem::signature_broken));
    }
  }

  void expect_handed_over_key() const;
  void expect_openssl_response() const;
  void expect_openssl_list() const;
};

void Manifest::expect_handed_over_key() const {
  const auto message = EnvelopedData::parse(read("enveloped/gmcert_enckey_signedenveloped.p7"));
  ASSERT_TRUE(message) << message.error().describe();
  EXPECT_TRUE(message->is_signed);
  ASSERT_EQ(message->recipients.size(), 1U);
  const auto key = crypto::read_private_key(read("enveloped/gmcert_sign_key.p8"));
  const auto content_key = crypto::sm2_decrypt(*key, message->recipients.front().encrypted_key);
  ASSERT_TRUE(content_key) << content_key.error().describe();
  const auto plain = cms::open_content(*message, content_key->expose());
  ASSERT_TRUE(plain) << plain.error().describe();
  ASSERT_EQ(plain->size(), 64U);
  EXPECT_EQ(to_bytes(plain->expose().first(32)), Bytes(32, 0));
  const auto expected = crypto::read_private_key(read("enveloped/gmcert_enc_key_expected.p8"));
  EXPECT_EQ(to_bytes(plain->expose().last(32)), to_bytes(expected->scalar().expose()));
  EXPECT_EQ(certificate("enveloped/gmcert_enc.cer").public_key().sm2(), expected->public_key());
  ASSERT_EQ(message->certificates.size(), 1U);
  const PublicKey& signer = message->certificates.front().public_key();
  EXPECT_EQ(check_signature(signer, oid::sm2_sign(), plain->expose(), message->signature), SignatureCheck::holds);
  EXPECT_EQ(check_signature(signer, oid::sm2_sign(), plain->expose().last(32), message->signature),
            SignatureCheck::broken);
}

void Manifest::expect_openssl_response() const {
  const Certificate ca = certificate("openssl_generated/ca.pem");
  const Certificate ee = certificate("openssl_generated/ee.pem");
  const Bytes der = read("openssl_generated/oresp.der");
  const auto response = OcspResponse::parse(der);
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_EQ(response->signed_by(certificate("openssl_generated/ocsp.pem").public_key()), SignatureCheck::holds);
  EXPECT_TRUE(response->is_authorised(ca, response->produced_at()));
  EXPECT_FALSE(response->is_authorised(ee, response->produced_at()));
  const SingleResponse* single = response->find(ca, ee.serial());
  ASSERT_NE(single, nullptr);
  EXPECT_EQ(single->status, CertStatus::good);
  EXPECT_EQ(response->find(ca, ca.serial()), nullptr);
  const auto request = OcspRequest::parse(read("openssl_generated/oreq.der"));
  ASSERT_TRUE(request) << request.error().describe();
  EXPECT_EQ(request->nonce, response->nonce());
  EXPECT_TRUE(request->questions.front().names_issuer(ca));
  EXPECT_EQ(request->questions.front().serial, ee.serial());
  for (std::size_t i = 60; i < 200; i += 7) {  // inside ResponseData
    Bytes changed = der;
    changed[i] ^= 1;
    const auto tampered = OcspResponse::parse(changed);
    EXPECT_FALSE(tampered && tampered->is_authorised(ca, response->produced_at())) << "byte " << i;
  }
}

void Manifest::expect_openssl_list() const {
  const auto der = der_of_file(read("openssl_generated/c.crl"), {"X509 CRL"});
  const auto list = CertificateList::parse(*der);
  ASSERT_TRUE(list) << list.error().describe();
  EXPECT_EQ(list->signed_by(certificate("openssl_generated/ca.pem").public_key()), SignatureCheck::holds);
  EXPECT_EQ(list->signed_by(certificate("openssl_generated/ee.pem").public_key()), SignatureCheck::broken);
  EXPECT_TRUE(list->entries().empty());
  EXPECT_EQ(list->number(), Bytes{1});
}

TEST_F(Manifest, EveryFileHasItsVerdict) {
  const auto root = [&] { return certificate("cert/nrcac_root_sm2.cer"); };
  const std::uint32_t signing = bit(KeyUsage::digital_signature) | bit(KeyUsage::non_repudiation);
  const std::uint32_t encryption = bit(KeyUsage::key_encipherment) | bit(KeyUsage::data_encipherment);
  // Also read by tests of their own: the containers and bad keys by key_file_test, the negative envelopes by the
  // token's test of SM2EnvelopedKey.
  const std::set<std::string> elsewhere{"key/USER.p12",
                                        "key/SealBuilder.p12",
                                        "key/cfca_v2ex.sm2",
                                        "key/sm2_bad_0.pem",
                                        "key/sm2_bad_neg1.pem",
                                        "key/ofdrw_sign_key.pem",
                                        "enveloped/neg_invalidASN1.der",
                                        "enveloped/neg_invalidOID.der"};
  const std::map<std::string, std::function<void()>> cases{
      {"cert/nrcac_root_sm2.cer",
       [&] {
         expect_link(root(), root());
         expect_path(root(), {root()});
       }},
      {"cert/mcsca_sm2_ca.cer", [&] { expect_path(certificate("cert/mcsca_sm2_ca.cer"), {root()}); }},
      {"cert/sheca_sm2_ca.cer", [&] { expect_path(certificate("cert/sheca_sm2_ca.cer"), {root()}); }},
      {"cert/mcsca_sm2_selfsigned.cer",
       [&] {
         const Certificate own = certificate("cert/mcsca_sm2_selfsigned.cer");
         expect_link(own, own);
         EXPECT_EQ(own.not_after(), at("2053-08-09T02:36:22Z"));
       }},
      {"cert/cfca_test_sm2_oca1.cer", [&] { expect_read_only("cert/cfca_test_sm2_oca1.cer"); }},
      {"cert/ofdrw_sign_cert.pem",
       [&] {
         expect_read_only("cert/ofdrw_sign_cert.pem");
         EXPECT_EQ(certificate("cert/ofdrw_sign_cert.pem").not_after(), at("2023-07-29T11:37:34Z"));
       }},
      {"cert/mcsca_chain_indefinite.p7b",
       [&] {
         const Bytes ber = read("cert/mcsca_chain_indefinite.p7b");
         EXPECT_FALSE(SignedData::parse(ber)) << "the strict reader takes no indefinite lengths";
         const auto chain = SignedData::parse_ber(ber);
         ASSERT_TRUE(chain) << chain.error().describe();
         ASSERT_EQ(chain->certificates.size(), 2U);
         for (const Certificate& one : chain->certificates) {
           expect_path(one, {root()});
         }
       }},
      {"p7/certchain_gmt0010.p7b",
       [&] {
         const auto chain = SignedData::parse(read("p7/certchain_gmt0010.p7b"));
         ASSERT_TRUE(chain) << chain.error().describe();
         EXPECT_EQ(chain->family, cms::Family::rfc);  // GM algorithms under PKCS#7 identifiers
         EXPECT_TRUE(chain->signers.empty());
         ASSERT_EQ(chain->certificates.size(), 2U);
         expect_link(chain->certificates[1], chain->certificates[0]);
       }},
      {"cert_real_org/tax_js_seal_signer.cer", [&] { expect_read_only("cert_real_org/tax_js_seal_signer.cer"); }},
      {"cert_real_org/tax_test_seal_signer.cer", [&] { expect_read_only("cert_real_org/tax_test_seal_signer.cer"); }},
      {"cert_real_org/cegn_seal_signer.cer",
       [&] {
         expect_read_only("cert_real_org/cegn_seal_signer.cer");
         EXPECT_EQ(certificate("cert_real_org/cegn_seal_signer.cer").subject().common_name().size(), 14U);
       }},
      {"cert_real_org/cegn_seal_maker.cer",
       [&] {
         expect_read_only("cert_real_org/cegn_seal_maker.cer");  // BasicConstraints 3003010100, KeyUsage 030200C0
         const Certificate maker = certificate("cert_real_org/cegn_seal_maker.cer");
         EXPECT_FALSE((*maker.basic_constraints())->ca);
         EXPECT_EQ(*maker.key_usage(), signing);
       }},
      {"cert_real_org/jsgxca_seal_signer.cer", [&] { expect_read_only("cert_real_org/jsgxca_seal_signer.cer"); }},
      {"cert_tjfoc/SM2_CA.cer",
       [&] {
         const Certificate ca = certificate("cert_tjfoc/SM2_CA.cer");
         expect_link(ca, ca);
         expect_path(ca, {ca});
       }},
      {"cert_tjfoc/sm2_sign_cert.cer", [&] { expect_pair("cert_tjfoc/sm2_sign_cert.cer", signing); }},
      {"cert_tjfoc/sm2_enc_cert.cer", [&] { expect_pair("cert_tjfoc/sm2_enc_cert.cer", encryption); }},
      {"cert_tongsuo/chain-ca.crt",
       [&] { EXPECT_EQ(Certificate::parse_all(read("cert_tongsuo/chain-ca.crt"))->size(), 2U); }},
      {"cert_tongsuo/client_sign.crt", [&] { expect_tongsuo("cert_tongsuo/client_sign.crt"); }},
      {"cert_tongsuo/client_enc.crt", [&] { expect_tongsuo("cert_tongsuo/client_enc.crt"); }},
      {"cert_tongsuo/server_sign.crt", [&] { expect_tongsuo("cert_tongsuo/server_sign.crt"); }},
      {"cert_tongsuo/server_enc.crt", [&] { expect_tongsuo("cert_tongsuo/server_enc.crt"); }},
      {"cert_tongsuo/sm2-noza-cert.pem", [&] { expect_without_z("cert_tongsuo/sm2-noza-cert.pem"); }},
      {"cert_tongsuo/sm2-noza-root-cert.pem", [&] { expect_without_z("cert_tongsuo/sm2-noza-root-cert.pem"); }},
      {"cert_tongsuo/sm2-noza-csr.pem",
       [&] {
         const auto request = CertificationRequest::parse(*der_of_file(read("cert_tongsuo/sm2-noza-csr.pem")));
         ASSERT_TRUE(request) << request.error().describe();
         EXPECT_EQ(request->check_signature(), SignatureCheck::broken);
       }},
      {"csr/aliyun_sm2.csr",
       [&] {
         const auto request = CertificationRequest::parse(read("csr/aliyun_sm2.csr"));
         ASSERT_TRUE(request) << request.error().describe();
         EXPECT_EQ(request->check_signature(), SignatureCheck::holds);
         Bytes changed = request->der();
         changed[40] ^= 1;
         const auto tampered = CertificationRequest::parse(changed);
         EXPECT_FALSE(tampered && tampered->check_signature() == SignatureCheck::holds);
       }},
      {"csr/cfca_double_158.csr",
       [&] {
         const auto request = CertificationRequest::parse(read("csr/cfca_double_158.csr"));
         ASSERT_TRUE(request) << request.error().describe();
         EXPECT_EQ(request->check_signature(), SignatureCheck::holds);
         EXPECT_EQ(request->subject().common_name(), "certRequisition");
         const auto password = request->find_attribute(asn1::ObjectId("1.2.840.113549.1.9.7"));
         EXPECT_EQ(password, asn1::Writer().printable("111111").take());
         const auto key = request->find_attribute(asn1::ObjectId("1.2.840.113549.1.9.63"));
         ASSERT_TRUE(key);
         EXPECT_EQ(key->size(), 148U);
       }},
      {"enveloped/gmcert_enckey_signedenveloped.p7", [&] { expect_handed_over_key(); }},
      {"enveloped/gmcert_enc.cer",
       [&] {
         EXPECT_EQ(*certificate("enveloped/gmcert_enc.cer").key_usage(), encryption | bit(KeyUsage::key_agreement));
       }},
      {"enveloped/gmcert_sign.cer", [&] { EXPECT_EQ(*certificate("enveloped/gmcert_sign.cer").key_usage(), signing); }},
      {"enveloped/gmcert_sign_key.p8",
       [&] {
         EXPECT_EQ(crypto::read_private_key(read("enveloped/gmcert_sign_key.p8"))->public_key(),
                   certificate("enveloped/gmcert_sign.cer").public_key().sm2());
       }},
      {"enveloped/gmcert_enc_key_expected.p8",
       [&] { EXPECT_TRUE(crypto::read_private_key(read("enveloped/gmcert_enc_key_expected.p8"))); }},
      {"openssl_generated/ca.pem",
       [&] {
         const Certificate ca = certificate("openssl_generated/ca.pem");
         expect_link(ca, ca);
       }},
      {"openssl_generated/ee.pem",
       [&] { expect_path(certificate("openssl_generated/ee.pem"), {certificate("openssl_generated/ca.pem")}); }},
      {"openssl_generated/ocsp.pem",
       [&] { expect_path(certificate("openssl_generated/ocsp.pem"), {certificate("openssl_generated/ca.pem")}); }},
      {"openssl_generated/oreq.der",
       [&] { EXPECT_EQ(OcspRequest::parse(read("openssl_generated/oreq.der"))->questions.size(), 1U); }},
      {"openssl_generated/oresp.der", [&] { expect_openssl_response(); }},
      {"openssl_generated/c.crl", [&] { expect_openssl_list(); }},
  };

  const std::set<std::string> folders{"cert", "cert_real_org",     "cert_tjfoc", "cert_tongsuo", "csr", "enveloped",
                                      "key",  "openssl_generated", "p7"};
  std::set<std::string> listed;
  std::istringstream lines(read_text("MANIFEST.tsv"));
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    const std::string name = line.substr(0, line.find('\t'));
    if (folders.contains(name.substr(0, name.find('/')))) {
      listed.insert(name);
    }
  }
  EXPECT_EQ(listed.size(), cases.size() + elsewhere.size());
  for (const std::string& name : listed) {
    SCOPED_TRACE(name);
    const auto found = cases.find(name);
    if (found != cases.end()) {
      found->second();
    } else {
      EXPECT_TRUE(elsewhere.contains(name)) << "a file of the manifest without a case";
    }
  }
}

}  // namespace
}  // namespace yinxin::x509
