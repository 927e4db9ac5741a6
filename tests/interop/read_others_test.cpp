// What Bouncy Castle and openssl make, read and verified by us.

#include "crypto/cms/signed_data.h"
#include "crypto/key_file.h"
#include "crypto/testing/little_ca.h"
#include "crypto/tsp/time_stamp.h"
#include "outside.h"

namespace yinxin {
namespace {

using namespace yinxin::testing;
using x509::SignatureCheck;

class Others : public Interop {
 protected:
  [[nodiscard]] x509::Certificate certificate(const std::string& name) const {
    auto parsed = x509::Certificate::parse_any(read(name));
    EXPECT_TRUE(parsed) << parsed.error().describe();
    return std::move(*parsed);
  }
};

TEST_F(Others, BouncyCastlesCertificateKeyRequestAndList) {
  expect_good("make-certificate " + folder_.string());
  const x509::Certificate root = certificate("bc_certificate.der");
  EXPECT_EQ(x509::signed_by(root, root.public_key()), SignatureCheck::holds);
  const auto key = crypto::read_private_key(read("bc_key.p8"));
  ASSERT_TRUE(key) << key.error().describe();
  EXPECT_EQ(root.public_key().sm2(), key->public_key());
  const auto request = x509::CertificationRequest::parse(read("bc_request.der"));
  ASSERT_TRUE(request) << request.error().describe();
  EXPECT_EQ(request->check_signature(), SignatureCheck::holds);
  const auto list = x509::CertificateList::parse(read("bc_list.der"));
  ASSERT_TRUE(list) << list.error().describe();
  EXPECT_EQ(list->signed_by(root.public_key()), SignatureCheck::holds);
  const x509::RevokedEntry* entry = list->find(Bytes{0x12, 0x34});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->reason, x509::RevocationReason::certificate_hold);
}

TEST_F(Others, BouncyCastlesSignedMessages) {
  write("data", bytes_of("from the castle"));
  expect_good("make-cms " + path("data") + " " + folder_.string());
  const auto attached = cms::SignedData::parse(read("bc_attached.p7"));
  ASSERT_TRUE(attached) << attached.error().describe();
  EXPECT_EQ(cms::check_signer(*attached, attached->signers.at(0)).problem, std::nullopt);
  const auto detached = cms::SignedData::parse(read("bc_detached.p7"));
  ASSERT_TRUE(detached) << detached.error().describe();
  EXPECT_EQ(cms::check_signer(*detached, detached->signers.at(0), bytes_of("from the castle")).problem, std::nullopt);
  EXPECT_EQ(cms::check_signer(*detached, detached->signers.at(0), bytes_of("from the cattle")).problem,
            cms::SignerProblem::digest_mismatch);
}

TEST_F(Others, BouncyCastlesTimeStamp) {
  write("data", bytes_of("stamped in the castle"));
  expect_good("make-tsp " + path("data") + " " + folder_.string());
  const auto request = tsp::TimeStampRequest::parse(read("bc_request.tsq"));
  ASSERT_TRUE(request) << request.error().describe();
  EXPECT_TRUE(request->imprint.is_of(bytes_of("stamped in the castle")));
  const auto token = tsp::TimeStampToken::parse(read("bc_token.tst"));
  ASSERT_TRUE(token) << token.error().describe();
  EXPECT_EQ(token->info.nonce, request->nonce);
  const auto report = tsp::check_token(*token, bytes_of("stamped in the castle"));
  EXPECT_TRUE(report.problems.empty()) << name_of(report.problems.front());
  EXPECT_EQ(tsp::check_token(*token, bytes_of("something else")).problems, std::vector{tsp::TokenProblem::imprint});
}

TEST_F(Others, OpensslsAuthority) {
  const std::string in_folder = "cd " + folder_.string() + " && ";
  const std::string id = "distid:1234567812345678";
  write("ca.cnf", bytes_of("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\ncrlnumber=serial\n"
                           "new_certs_dir=.\ncertificate=ca.pem\nprivate_key=ca.key\ndefault_md=sm3\n"
                           "default_crl_days=5\n"));
  write("index.txt", {});
  write("serial", bytes_of("1234\n"));
  for (const std::string& command : std::vector<std::string>{
           std::string("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out ca.key"),
           "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out ee.key",
           "openssl req -new -x509 -sm3 -key ca.key -subj /C=CN/CN=ca -days 9 -out ca.pem -sigopt " + id,
           "openssl req -new -sm3 -key ee.key -subj /C=CN/CN=ee -out ee.csr -sigopt " + id,
           "openssl x509 -req -sm3 -in ee.csr -CA ca.pem -CAkey ca.key -set_serial 77 -days 9 -out ee.pem -vfyopt " +
               id + " -sigopt " + id,
           "openssl ca -config ca.cnf -gencrl -sigopt " + id + " -out list.pem",
           std::string("openssl ocsp -issuer ca.pem -cert ee.pem -reqout request.der"),
           "openssl ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -rmd sm3 -rsigopt " + id +
               " -reqin request.der -respout response.der -ndays 1"}) {
    const Ran ran = run(in_folder + command);
    ASSERT_EQ(ran.status, 0) << command << "\n" << ran.output;
  }
  const x509::Certificate ca = certificate("ca.pem");
  const x509::Certificate ee = certificate("ee.pem");
  EXPECT_EQ(x509::signed_by(ca, ca.public_key()), SignatureCheck::holds);
  EXPECT_EQ(x509::signed_by(ee, ca.public_key()), SignatureCheck::holds);
  EXPECT_EQ(crypto::read_private_key(read("ee.key"))->public_key(), ee.public_key().sm2());
  const auto request = x509::CertificationRequest::parse(*x509::der_of_file(read("ee.csr")));
  EXPECT_EQ(request->check_signature(), SignatureCheck::holds);
  const auto list = x509::CertificateList::parse(*x509::der_of_file(read("list.pem")));
  EXPECT_EQ(list->signed_by(ca.public_key()), SignatureCheck::holds);
  const auto question = x509::OcspRequest::parse(read("request.der"));
  ASSERT_TRUE(question) << question.error().describe();
  EXPECT_TRUE(question->questions.at(0).names_issuer(ca));
  const auto response = x509::OcspResponse::parse(read("response.der"));
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_TRUE(response->is_authorised(ca, response->produced_at()));
  ASSERT_NE(response->find(ca, ee.serial()), nullptr);
  EXPECT_EQ(response->find(ca, ee.serial())->status, x509::CertStatus::unknown) << "its index is empty";
}

}  // namespace
}  // namespace yinxin
