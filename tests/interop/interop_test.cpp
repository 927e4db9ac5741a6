// Each artefact we make is judged good by Bouncy Castle and, where it can, by openssl; a copy with one bit of the
// signed part changed is judged bad.

#include "crypto/cms/enveloped_data.h"
#include "crypto/key_file.h"
#include "crypto/testing/little_ca.h"
#include "crypto/tsp/time_stamp.h"
#include "outside.h"

namespace yinxin {
namespace {

using namespace yinxin::testing;
using x509::KeyUsage;

// One bit of the last occurrence of `part`'s first bytes changed.
Bytes tampered(Bytes der, BytesView part) {
  const auto found = std::find_end(der.begin(), der.end(), part.begin(), part.end());
  ensure(found != der.end(), "a part to tamper with that is not there");
  *found ^= 1;
  return der;
}

class Judged : public Interop {
 protected:
  Party root_ = self_signed(ca_profile("Yinxin test root"));
  Party issuing_ = issued(ca_profile("Yinxin test issuing"), root_);
  std::optional<Party> signing_;
  std::optional<Party> encryption_;

  void SetUp() override {
    Interop::SetUp();
    signing_ = issued(organization(bits({KeyUsage::digital_signature, KeyUsage::non_repudiation}), 0x31), issuing_);
    encryption_ = issued(
        organization(bits({KeyUsage::key_encipherment, KeyUsage::data_encipherment, KeyUsage::key_agreement}), 0x32),
        issuing_);
    write("root.der", root_.certificate.der());
    write("issuing.der", issuing_.certificate.der());
    write("signing.der", signing_->certificate.der());
    write("encryption.der", encryption_->certificate.der());
    write("root.pem", bytes_of(x509::to_pem("CERTIFICATE", root_.certificate.der())));
    write("issuing.pem", bytes_of(x509::to_pem("CERTIFICATE", issuing_.certificate.der())));
    write("signing.pem", bytes_of(x509::to_pem("CERTIFICATE", signing_->certificate.der())));
    write("encryption.pem", bytes_of(x509::to_pem("CERTIFICATE", encryption_->certificate.der())));
  }

  // An organization's certificate with every Chinese and every address extension.
  static Profile organization(std::uint32_t usage, std::uint8_t serial) {
    namespace ext = x509::extension;
    return {.subject = x509::Name::build({{oid::country(), "CN"},
                                          {oid::state(), "浙江省"},
                                          {oid::organization(), "91330100MA27XF5M7X杭州某某科技有限公司"},
                                          {oid::email_address(), "office@example.com.cn"},
                                          {oid::common_name(), "杭州某某科技有限公司"}}),
            .serial = serial,
            .usage = usage,
            .purposes = {},
            .more = {ext::text(oid::unified_social_credit_code(), "91330100MA27XF5M7X"),
                     ext::text(oid::organization_code(), "MA27XF5M7"), ext::text(oid::person_identity(), "张三"),
                     ext::policies({oid::policy_organization(), oid::policy_demo()}, "http://ca.example.cn/cps"),
                     ext::crl_distribution_point("http://ca.example.cn/full.crl"),
                     ext::authority_info_access("http://ca.example.cn/ocsp", "http://ca.example.cn/issuing.cer")}};
  }

  std::string at(const std::string& name) const { return " " + path(name); }
};

TEST_F(Judged, CertificatesAndTheirChain) {
  expect_good("certificate" + at("root.der") + at("root.der"));
  expect_good("certificate" + at("issuing.der") + at("root.der"));
  expect_good("certificate" + at("signing.der") + at("issuing.der"));
  expect_good("certificate" + at("encryption.der") + at("issuing.der"));
  expect_good("chain" + at("signing.der") + at("issuing.der") + at("root.der"));
  expect_bad("certificate" + at("signing.der") + at("root.der"), "another name");
  write("bad.der", tampered(signing_->certificate.der(), bytes_of("杭州某某科技有限公司")));
  expect_bad("certificate" + at("bad.der") + at("issuing.der"), "does not verify");
}

TEST_F(Judged, OpensslVerifiesEachLinkAndReadsTheStructure) {
  const std::string distid = " -vfyopt distid:1234567812345678 ";
  for (const auto& [below, issuer] :
       {std::pair{"root", "root"}, {"issuing", "root"}, {"signing", "issuing"}, {"encryption", "issuing"}}) {
    const Ran ran =
        run("openssl verify -attime " + std::to_string(to_unix_ms(day(1)) / 1000) + " -partial_chain -trusted" +
            at(std::string(issuer) + ".pem") + distid + path(std::string(below) + ".pem"));
    EXPECT_EQ(ran.status, 0) << ran.output;
  }
  write("bad.pem",
        bytes_of(x509::to_pem("CERTIFICATE", tampered(signing_->certificate.der(), bytes_of("杭州某某科技有限公司")))));
  EXPECT_NE(run("openssl verify -attime " + std::to_string(to_unix_ms(day(1)) / 1000) + " -partial_chain -trusted" +
                at("issuing.pem") + distid + path("bad.pem"))
                .status,
            0);
  const Ran printed = run("openssl x509 -noout -text -nameopt utf8 -inform DER -in" + at("signing.der"));
  EXPECT_EQ(printed.status, 0);
  for (const char* part : {"Digital Signature, Non Repudiation", "SM2-with-SM3", "http://ca.example.cn/full.crl",
                           "OCSP - URI:http://ca.example.cn/ocsp", "1.2.156.10260.4.4", "杭州某某科技有限公司"}) {
    EXPECT_NE(printed.output.find(part), std::string::npos) << part << "\n" << printed.output;
  }
}

TEST_F(Judged, Requests) {
  const Bytes request = *x509::make_request(signing_->certificate.subject(), signing_->signer);
  write("request.der", request);
  expect_good("csr" + at("request.der"));
  write("bad.der", tampered(request, bytes_of("杭州某某科技有限公司")));
  expect_bad("csr" + at("bad.der"), "does not verify");
  EXPECT_EQ(
      run("openssl req -inform DER -verify -noout -vfyopt distid:1234567812345678 -in" + at("request.der")).status, 0);
}

TEST_F(Judged, Lists) {
  std::vector<x509::RevokedEntry> entries{
      {signing_->certificate.serial(), day(0), x509::RevocationReason::key_compromise},
      {encryption_->certificate.serial(), day(0), x509::RevocationReason::certificate_hold},
      {{0x55}, day(0), x509::RevocationReason::unspecified}};
  const Bytes list = crl(issuing_, entries, 1).der();
  write("list.der", list);
  write("empty.der", crl(issuing_, {}, 1).der());
  expect_good("crl" + at("empty.der") + at("issuing.der"));
  expect_good("crl" + at("list.der") + at("issuing.der") + " " + signing_->certificate.serial_hex() + " 1");
  expect_good("crl" + at("list.der") + at("issuing.der") + " " + encryption_->certificate.serial_hex() + " 6");
  expect_good("crl" + at("list.der") + at("issuing.der") + " 55 0");
  expect_good("crl" + at("list.der") + at("issuing.der") + " 56 good");
  expect_bad("crl" + at("list.der") + at("issuing.der") + " 56 1", "has status good");
  Bytes changed = list;
  const Bytes serial = signing_->certificate.serial();
  write("bad.der", tampered(changed, serial));
  expect_bad("crl" + at("bad.der") + at("issuing.der"), "does not verify");
  EXPECT_EQ(run("openssl asn1parse -inform DER -in" + at("list.der")).status, 0);
}

TEST_F(Judged, StatusAnswers) {
  Profile profile = leaf_profile("OCSP");
  profile.purposes = {oid::eku_ocsp_signing()};
  profile.more = {x509::extension::ocsp_no_check()};
  Party responder = issued(profile, issuing_);
  const auto answer = [&](x509::CertStatus status, x509::RevocationReason reason) {
    return ocsp_bytes(responder, {status_of(issuing_.certificate, signing_->certificate, status, 1, 0, reason)}, 1,
                      {responder.certificate.der()}, asn1::Writer().octet_string(Bytes(16, 3)).take());
  };
  const std::vector<std::tuple<std::string, x509::CertStatus, x509::RevocationReason>> cases{
      {"good", x509::CertStatus::good, x509::RevocationReason::unspecified},
      {"hold", x509::CertStatus::revoked, x509::RevocationReason::certificate_hold},
      {"revoked", x509::CertStatus::revoked, x509::RevocationReason::key_compromise},
      {"unknown", x509::CertStatus::unknown, x509::RevocationReason::unspecified}};
  for (const auto& [word, status, reason] : cases) {
    const Bytes response = answer(status, reason);
    write(word + ".ocsp", response);
    expect_good("ocsp" + at(word + ".ocsp") + at("issuing.der") + at("signing.der") + " " + word);
    write("bad.ocsp", tampered(response, bytes_of("20261102")));  // thisUpdate or producedAt
    expect_bad("ocsp" + at("bad.ocsp") + at("issuing.der") + at("signing.der") + " " + word, "bad:");
  }
  expect_bad("ocsp" + at("good.ocsp") + at("issuing.der") + at("signing.der") + " revoked", "status good");
  write(
      "own.ocsp",
      ocsp_bytes(issuing_, {status_of(issuing_.certificate, signing_->certificate, x509::CertStatus::good, 1)}, 1, {}));
  expect_good("ocsp" + at("own.ocsp") + at("issuing.der") + at("signing.der") + " good");
  EXPECT_EQ(run("openssl ocsp -noverify -resp_text -respin" + at("good.ocsp")).status, 0);
}

TEST_F(Judged, TimeStamps) {
  Profile profile = leaf_profile("TSA");
  profile.purposes = {oid::eku_time_stamping()};
  Party tsa = issued(profile, root_);
  write("data", bytes_of("a sealed document"));
  const tsp::TstInfo info{.policy = oid::policy_demo(),
                          .imprint = tsp::Imprint::sm3_of(bytes_of("a sealed document")),
                          .serial = {0x12, 0x34},
                          .time = day(1),
                          .nonce = Bytes{0x42}};
  const Bytes token = *tsp::make_token(info, tsa.certificate, tsa.signer, true);
  write("token", token);
  expect_good("tsp" + at("token") + at("data"));
  write("other", bytes_of("another document"));
  expect_bad("tsp" + at("token") + at("other"), "imprint");
  write("bad", tampered(token, bytes_of("20261102000000Z")));
  expect_bad("tsp" + at("bad") + at("data"), "bad:");
  EXPECT_EQ(run("openssl ts -reply -token_in -token_out -text -in" + at("token") + " -out" + at("text")).status, 0);
}

TEST_F(Judged, SignedMessagesOfBothFamilies) {
  const std::string content = "an approval of two officers";
  write("data", bytes_of(content));
  for (const cms::Family family : {cms::Family::gm, cms::Family::rfc}) {
    for (const bool attached : {true, false}) {
      for (const bool attributes : {true, false}) {
        const cms::SigningOptions options{.family = family,
                                          .content_type = {},
                                          .attached = attached,
                                          .signing_time = day(1),
                                          .with_attributes = attributes,
                                          .include_certificate = true,
                                          .more_certificates = {issuing_.certificate.der()},
                                          .more_attributes = {}};
        const Bytes message = *cms::sign(bytes_of(content), signing_->certificate, signing_->signer, options);
        write("message", message);
        expect_good("cms" + at("message") + at("data"));
        write("bad", tampered(message, BytesView(message).last(8)));  // the signature's end
        expect_bad("cms" + at("bad") + at("data"), "does not hold");
        if (attached) {
          expect_good("cms" + at("message"));
          write("bad", tampered(message, bytes_of(content)));
          expect_bad("cms" + at("bad"), "bad:");
        } else {
          write("other", bytes_of("an approval of one officer"));
          expect_bad("cms" + at("message") + at("other"), "bad:");
        }
      }
    }
  }
}

TEST_F(Judged, EnvelopesOfBothFamilies) {
  SystemRandom random;
  const std::string content = "an old letter";
  write("data", bytes_of(content));
  write("key", crypto::pkcs8_of(encryption_->signer.key()).expose());
  write("other_key", crypto::pkcs8_of(signing_->signer.key()).expose());
  for (const cms::Family family : {cms::Family::gm, cms::Family::rfc}) {
    const Bytes message =
        *cms::envelop(bytes_of(content), {encryption_->certificate, root_.certificate}, family, random);
    write("message", message);
    expect_good("enveloped" + at("message") + at("key") + at("data"));
    expect_bad("enveloped" + at("message") + at("other_key") + at("data"), "no recipient");
    write("bad", tampered(message, BytesView(message).last(16)));
    expect_bad("enveloped" + at("bad") + at("key") + at("data"), "bad:");
  }
}

TEST_F(Judged, PrivateKeysAsPkcs8) {
  write("key", crypto::pkcs8_of(signing_->signer.key()).expose());
  const Ran checked = run("openssl pkey -inform DER -check -noout -in" + at("key"));
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_EQ(
      run("openssl pkcs8 -topk8 -inform DER -in" + at("key") + " -out" + at("sealed") + " -passout pass:secret").status,
      0);
  const auto opened = crypto::read_private_key(read("sealed"), SecretBytes(bytes_of("secret")));
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_TRUE(opened->scalar().equals(signing_->signer.key().scalar()));
  EXPECT_EQ(crypto::read_private_key(read("sealed"), SecretBytes(bytes_of("wrong"))).error().code,
            ErrorCode::forbidden);
}

}  // namespace
}  // namespace yinxin
