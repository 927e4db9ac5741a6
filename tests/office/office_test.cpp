// An office through its command line: made by the ceremony, asked for status, lists and stamps, judged by others.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crypto/tsp/time_stamp.h"
#include "crypto/x509/ocsp.h"
#include "support/command.h"
#include "terminal/files.h"
#include "trust/roles.h"

namespace yinxin {
namespace {

namespace fs = std::filesystem;

using support::Ran;
Ran run(const std::string& command) { return support::run_joined(command); }

constexpr const char* officer_id = "11010519491231002X";

class Office : public ::testing::Test {
 protected:
  // One ceremony serves all tests: it costs several Argon2id runs.
  static void SetUpTestSuite() {
    folder_ = (fs::temp_directory_path() / ("office_test_" + std::to_string(getpid()))).string();
    fs::create_directories(folder_);
    std::ofstream(folder_ + "/passphrase") << "correct horse battery\n";
    std::ofstream(folder_ + "/root-passphrase") << "another long passphrase\n";
    fs::permissions(folder_ + "/passphrase", fs::perms::owner_read | fs::perms::owner_write);
    SystemRandom random;
    crypto::SoftSigner officer(crypto::Sm2PrivateKey::generate(random));
    const Bytes request = *x509::make_request(x509::Name::build({}), officer);
    ASSERT_TRUE(cli::write_file(folder_ + "/li.csr", request, false));
    std::ofstream(folder_ + "/officers.json")
        << R"([{"name":"李审","role":"review_officer","resident_id":")" << officer_id << R"(","request":"li.csr"}])";
    made_ = run(init_command(folder_ + "/data", folder_ + "/root"));
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static std::string init_command(const std::string& data, const std::string& root) {
    return std::string(YX_BINARY) + " init --json --data " + data + " --root " + root +
           " --profiles " YX_SOURCE_DIR "/profiles --passphrase " + folder_ + "/passphrase --root-passphrase " +
           folder_ + "/root-passphrase --organization 样例认证 --officers " + folder_ + "/officers.json";
  }
  static Ran yinxin(const std::string& verb, const std::string& rest) {
    return run(std::string(YX_BINARY) + " " + verb + " --data " + folder_ +
               "/data --profiles " YX_SOURCE_DIR "/profiles --passphrase " + folder_ + "/passphrase " + rest);
  }
  static Ran judge(const std::string& words) { return run("sh " YX_SOURCE_DIR "/tests/interop/judge.sh " + words); }
  static std::string at(const std::string& name) { return folder_ + "/" + name; }
  static x509::Certificate published(const std::string& name) {
    return *x509::Certificate::parse(*cli::read_file(at("data/public/" + name + ".cer")));
  }

  static std::string folder_;
  static Ran made_;
};
std::string Office::folder_;
Ran Office::made_;

TEST_F(Office, TheCeremonyMakesAChainThatOpensslFollowsLinkByLink) {
  ASSERT_EQ(made_.status, 0) << made_.output;
  for (const auto& [name, issuer] :
       {std::pair{"root", "root"}, {"issuing", "root"}, {"roles", "root"}, {"officer-1", "roles"}}) {
    const auto pem = [&](const std::string& one) {
      const std::string file = at(one + ".pem");
      EXPECT_TRUE(cli::write_file(file, x509::to_pem("CERTIFICATE", published(one).der()), true));
      return file;
    };
    const std::string trusted = pem(issuer);
    const Ran verified = run("openssl verify -partial_chain -trusted " + trusted +
                             " -vfyopt distid:1234567812345678 -ignore_critical " + pem(name));
    EXPECT_EQ(verified.status, 0) << name << ": " << verified.output;
    EXPECT_NE(made_.output.find(to_hex(published(name).fingerprint())), std::string::npos) << name;
  }
}

TEST_F(Office, TheOfficersCertificateSaysWhoHeIsWithoutHisNumber) {
  const x509::Certificate certificate = published("officer-1");
  const auto officer = trust::officer_of(certificate);
  ASSERT_TRUE(officer) << officer.error().describe();
  EXPECT_EQ(officer->role, trust::Role::review_officer);
  EXPECT_EQ(text_of(certificate.der()).find(officer_id), std::string_view::npos);
}

TEST_F(Office, ASecondCeremonyIsRefusedAndChangesNothing) {
  const Bytes before = *cli::read_file(at("data/public/root.cer"));
  const Ran again = run(init_command(at("data"), at("root")));
  EXPECT_EQ(again.status, 3) << again.output;
  EXPECT_NE(again.output.find("already_exists"), std::string::npos) << again.output;
  EXPECT_EQ(*cli::read_file(at("data/public/root.cer")), before);
  // A fresh folder beside a root key that exists is refused as well, and leaves no folder behind.
  const Ran other = run(init_command(at("other"), at("root")));
  EXPECT_EQ(other.status, 3);
  EXPECT_FALSE(fs::exists(at("other")));
  const Ran inside = run(init_command(at("third"), at("third/root")));
  EXPECT_EQ(inside.status, 3) << inside.output;
}

TEST_F(Office, NoPrivateKeyStandsInTheFolderInClear) {
  EXPECT_FALSE(fs::exists(at("data/root.key")));
  for (const auto& entry : fs::recursive_directory_iterator(at("data"))) {
    if (entry.path().extension() == ".key") {
      EXPECT_EQ(fs::status(entry.path()).permissions() & (fs::perms::group_all | fs::perms::others_all),
                fs::perms::none)
          << entry.path();
    }
  }
  const Ran wrong = run(std::string(YX_BINARY) + " ca show --data " + at("data") +
                        " --profiles " YX_SOURCE_DIR "/profiles --passphrase " + at("root-passphrase"));
  EXPECT_EQ(wrong.status, 3);
  EXPECT_NE(wrong.output.find("forbidden"), std::string::npos) << wrong.output;
}

TEST_F(Office, ListsGoUpInNumberAndBouncyCastleAcceptsThem) {
  const auto number = [&](const std::string& name) {
    const Ran published = yinxin("ca crl", "--out " + at(name));
    EXPECT_EQ(published.status, 0) << published.output;
    return x509::CertificateList::parse(*cli::read_file(at(name)))->number().value();
  };
  const Bytes first = number("first.crl");
  const Bytes second = number("second.crl");
  EXPECT_LT(first, second);
  const Ran judged = judge("crl " + at("second.crl") + " " + at("data/public/issuing.cer"));
  EXPECT_EQ(judged.status, 0) << judged.output;
}

TEST_F(Office, StatusIsGoodOfWhatWasIssuedAndUnknownOfWhatWasNot) {
  const x509::Certificate issuing = published("issuing");
  const x509::Certificate stamper = *x509::Certificate::parse(*cli::read_file(at("data/tsa/tsa.cer")));
  for (const auto& [serial, status] :
       {std::pair{stamper.serial(), x509::CertStatus::good}, {Bytes{0x01, 0x02}, x509::CertStatus::unknown}}) {
    const Bytes request = x509::build_ocsp_request({x509::CertId::of(issuing, serial)}, std::nullopt);
    ASSERT_TRUE(cli::write_file(at("request.der"), request, true));
    const Ran answered = yinxin("ocsp", "--in " + at("request.der") + " --out " + at("response.der"));
    ASSERT_EQ(answered.status, 0) << answered.output;
    const auto response = x509::OcspResponse::parse(*cli::read_file(at("response.der")));
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->is_authorised(issuing, response->produced_at()));
    ASSERT_NE(response->find(issuing, serial), nullptr);
    EXPECT_EQ(response->find(issuing, serial)->status, status);
  }
}

TEST_F(Office, ATimeStampHoldsOverItsDataAndForBouncyCastle) {
  const BytesView data = bytes_of("印信");
  ASSERT_TRUE(cli::write_file(at("data.bin"), data, true));
  const tsp::TimeStampRequest request{
      .imprint = tsp::Imprint::sm3_of(data), .policy = std::nullopt, .nonce = Bytes{1, 2, 3}, .want_certificate = true};
  ASSERT_TRUE(cli::write_file(at("stamp.tsq"), request.to_der(), true));
  const Ran answered = yinxin("tsa", "--in " + at("stamp.tsq") + " --out " + at("stamp.tsr"));
  ASSERT_EQ(answered.status, 0) << answered.output;
  const auto der = tsp::token_of_response(*cli::read_file(at("stamp.tsr")));
  ASSERT_TRUE(der);
  const auto token = tsp::TimeStampToken::parse(*der);
  ASSERT_TRUE(token);
  EXPECT_TRUE(tsp::check_token(*token, data).problems.empty());
  EXPECT_FALSE(tsp::check_token(*token, bytes_of("other")).problems.empty());
  ASSERT_TRUE(cli::write_file(at("token.der"), *der, true));
  const Ran judged = judge("tsp " + at("token.der") + " " + at("data.bin"));
  EXPECT_EQ(judged.status, 0) << judged.output;
}

TEST_F(Office, TheAuditFileIsWholeAndAnchoredByItsHead) {
  const Ran shown = yinxin("ca show", "--json");
  ASSERT_EQ(shown.status, 0) << shown.output;
  const std::size_t at_head = shown.output.find("\"audit_head\":\"");
  ASSERT_NE(at_head, std::string::npos);
  const std::size_t begin = at_head + 14;
  const std::string head = shown.output.substr(begin, shown.output.find('"', begin) - begin);
  const std::string command =
      std::string(YX_BINARY) + " audit verify " + at("data/audit/vault.log") + " --writer vault --environment demo";
  EXPECT_EQ(run(command).status, 4);
  EXPECT_EQ(run(command + " --head " + head).status, 0);
  fs::copy_file(at("data/audit/vault.log"), at("edited.log"));
  std::fstream edited(at("edited.log"), std::ios::in | std::ios::out);
  edited.seekp(300);
  edited.put('~');
  edited.close();
  EXPECT_EQ(run(std::string(YX_BINARY) + " audit verify " + at("edited.log") +
                " --writer vault --environment demo --head " + head)
                .status,
            1);
}

}  // namespace
}  // namespace yinxin
