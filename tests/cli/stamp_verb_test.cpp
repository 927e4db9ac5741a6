// yinxin stamp: a soft token with the owner's key, an authority that answers over loopback, judged by `yinxin verify`.

#include <sys/stat.h>

#include <atomic>

#include "cli.h"
#include "net/server.h"
#include "seal/test_workshop.h"

namespace yinxin::cli_test {
namespace {

using seal::Holder;
using std::chrono::hours;
using x509::CertStatus;

constexpr std::chrono::hours day_long{24};

// An authority of today, its maker of seals, its time stamper and its public services.
class House {
 public:
  House() {
    now_ = whole_seconds(SystemClock().now());
    root_ = holder("测试根", nullptr, {}, true);
    maker_ = holder("印章制作系统", root_.get(), {}, false);
    stamper_ = holder("时间戳", root_.get(), {oid::eku_time_stamping()}, false);
    net::Router router;
    router.add(net::Method::post, "/ocsp", {.max_body_bytes = 8192}, [this](const net::Request& r) { return ocsp(r); });
    router.add(net::Method::post, "/tsa", {.max_body_bytes = 8192}, [this](const net::Request& r) { return tsa(r); });
    server_ = net::Server::start({}, std::move(router), clock_).value();
  }

  [[nodiscard]] std::string address(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }
  x509::Certificate certify(std::string_view name, const crypto::Sm2PublicKey& key, const Holder* issuer,
                            crypto::Signer& signs, const std::vector<asn1::ObjectId>& purposes, bool ca) {
    x509::CertificateContent content;
    content.serial = {0x01, ++serial_};
    content.subject = x509::Name::build({{oid::country(), "CN"}, {oid::common_name(), std::string(name)}});
    content.issuer = issuer == nullptr ? content.subject : issuer->certificate.subject();
    content.not_before = now_ - 30 * day_long;
    content.not_after = now_ + life;
    content.public_key = x509::PublicKey::of(key);
    using x509::KeyUsage;
    if (ca) {
      content.extensions.push_back(x509::extension::basic_constraints(true, std::nullopt));
    }
    content.extensions.push_back(
        x509::extension::key_usage(ca ? bit(KeyUsage::key_cert_sign) | bit(KeyUsage::crl_sign)
                                      : bit(KeyUsage::digital_signature) | bit(KeyUsage::non_repudiation)));
    if (!purposes.empty()) {
      content.extensions.push_back(x509::extension::extended_key_usage(purposes, true));
    }
    if (issuer != nullptr && with_address) {
      content.extensions.push_back(x509::extension::authority_info_access(address("/ocsp"), address("/ca")));
    }
    const Bytes der = x509::sign_and_assemble(x509::to_be_signed(content), signs).value();
    return x509::Certificate::parse(der).value();
  }
  // A key born on the token, certified here.
  x509::Certificate certify_token(const crypto::Sm2PublicKey& key) {
    return certify("测试单位有限公司", key, root_.get(), root_->signer, {}, false);
  }
  [[nodiscard]] Bytes seal_for(const x509::Certificate& owner, Instant from, Instant until) {
    seal::ses::v4::SealOrder order;
    order.es_id = "33010000000001";
    order.name = "测试单位公章";
    order.owner_certificates = {owner.der()};
    order.picture_png = seal::small_png();
    order.width_mm = 42;
    order.height_mm = 42;
    order.created_at = order.valid_from = from;
    order.valid_until = until;
    return seal::ses::v4::make_seal(order, maker_->certificate.der(), maker_->callback()).value();
  }
  [[nodiscard]] Bytes list(std::vector<x509::RevokedEntry> entries, Instant made) {
    x509::CrlContent content;
    content.issuer = root_->certificate.subject();
    content.authority_key_id = root_->certificate.public_key().identifier();
    content.number = {1};
    content.this_update = made;
    content.next_update = made + day_long;
    content.entries = std::move(entries);
    return x509::sign_and_assemble(x509::to_be_signed(content), root_->signer).value();
  }
  [[nodiscard]] const x509::Certificate& root() const { return root_->certificate; }
  [[nodiscard]] Instant now() const { return now_; }

  // What the services do; set between runs.
  std::atomic<CertStatus> status = CertStatus::good;
  std::atomic<x509::RevocationReason> reason = x509::RevocationReason::unspecified;
  std::atomic<bool> stamps_another = false;
  std::atomic<bool> answers_another = false;
  std::atomic<int> asked = 0;
  Bytes revoked_serial;
  std::chrono::hours life = 300 * day_long;
  bool with_address = false;

 private:
  std::unique_ptr<Holder> holder(std::string_view name, Holder* issuer, const std::vector<asn1::ObjectId>& purposes,
                                 bool ca) {
    crypto::SoftSigner signer(crypto::Sm2PrivateKey::generate(random_));
    crypto::Signer& signs = issuer == nullptr ? signer : issuer->signer;
    auto certificate = certify(name, signer.public_key(), issuer, signs, purposes, ca);
    return std::make_unique<Holder>(Holder{std::move(signer), std::move(certificate)});
  }
  net::Response ocsp(const net::Request& request) {
    ++asked;
    const auto question = x509::OcspRequest::parse(request.body).value();
    std::vector<x509::SingleResponse> answers;
    for (const x509::CertId& id : question.questions) {
      const bool is_it = id.serial == revoked_serial;
      answers.push_back({.id = id,
                         .status = is_it ? status.load() : CertStatus::good,
                         .revoked_at = now_ - hours(1),
                         .reason = reason,
                         .this_update = now_,
                         .next_update = now_ + hours(1)});
    }
    const auto nonce = answers_another ? std::optional(to_bytes(bytes_of("\x04\x01\x01"))) : question.nonce;
    const Bytes data = x509::to_be_signed_response(root_->signer.public_key(), now_, answers, nonce);
    return net::answer("application/ocsp-response", x509::assemble_ocsp_response(data, *root_->signer.sign(data), {}));
  }
  net::Response tsa(const net::Request& request) {
    const auto question = tsp::TimeStampRequest::parse(request.body).value();
    tsp::TstInfo info;
    info.policy = oid::policy_demo();
    info.imprint = stamps_another ? tsp::Imprint::sm3_of(bytes_of("another")) : question.imprint;
    info.serial = {7};
    info.time = whole_seconds(SystemClock().now());
    info.nonce = question.nonce;
    return net::answer(
        "application/timestamp-reply",
        tsp::granted_response(tsp::make_token(info, stamper_->certificate, stamper_->signer, true).value()));
  }

  SystemRandom random_;
  SystemClock clock_;
  Instant now_;
  std::uint8_t serial_ = 0;
  std::unique_ptr<Holder> root_, maker_, stamper_;
  std::unique_ptr<net::Server> server_;
};

class StampVerb : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    make_token("one");
    write("plain.ofd", seal::document());
    write_owner();
  }
  // The token's key, its certificate, and the seal that names it.
  void write_owner() {
    std::filesystem::create_directory(folder_ / "trust");
    write("trust/root.cer", house_.root().der());
    auto ukey = open("one");
    ASSERT_TRUE(ukey) << ukey.error().describe();
    ASSERT_TRUE(ukey->verify_pin(token::PinRole::user, secret("user-pin-1")).outcome);
    const auto key = ukey->generate_signing_pair("main");
    ASSERT_TRUE(key);
    owner_ = house_.certify_token(*key);
    ASSERT_TRUE(ukey->import_signing_certificate("main", owner_->der()));
    house_.revoked_serial = owner_->serial();
    write("one.esl", house_.seal_for(*owner_, house_.now() - day_long, house_.now() + 100 * day_long));
  }
  [[nodiscard]] Ran stamp(const std::string& more, const std::string& time = "") const {
    const std::string stamped = time.empty() ? "--tsa " + house_.address("/tsa") : time;
    return yinxin("stamp --seal " + at("one.esl") + " --in " + at("plain.ofd") + " --out " + at("out.ofd") +
                  " --pin-file " + at("user") + " --trust " + at("trust") + " " + stamped + " " + more);
  }
  [[nodiscard]] Ran stamp_page(const std::string& more) const {
    return stamp("--page 1 --x 50 --y 60.5 --ocsp " + house_.address("/ocsp") + " " + more);
  }
  void expect_refused(const Ran& ran, int status, const std::string& words) const {
    EXPECT_EQ(ran.status, status) << ran.output;
    EXPECT_NE(ran.output.find(words), std::string::npos) << words << " is not in: " << ran.output;
    EXPECT_FALSE(std::filesystem::exists(at("out.ofd")));
    EXPECT_EQ(tries_left(), 6U);
  }
  static std::uint32_t tries_left() { return open("one")->pin_info(token::PinRole::user)->retries_left; }
  [[nodiscard]] boost::json::value verified(const std::string& name) {
    write("now.crl", house_.list({}, house_.now() - hours(1)));
    return json_of("verify --trust " + at("trust") + " --also " + at("now.crl") + " " + at(name));
  }

  SystemRandom random_;
  House house_;
  std::optional<x509::Certificate> owner_;
};

TEST_F(StampVerb, StampsAndTheVerifierAgrees) {
  const Ran done = stamp_page("");
  EXPECT_EQ(done.status, 0) << done.output;
  EXPECT_NE(done.output.find("已盖章并验证"), std::string::npos) << done.output;
  EXPECT_GE(house_.asked, 3);  // the owner, the maker, the time stamper
  const boost::json::value report = verified("out.ofd");
  EXPECT_EQ(report.at("verdict").as_string(), "valid");
  const boost::json::value& signature = report.at("signatures").as_array().at(0);
  EXPECT_EQ(signature.at("sealer").as_string(), "测试单位有限公司");
  EXPECT_EQ(signature.at("seal_name").as_string(), "测试单位公章");
  EXPECT_EQ(read("plain.ofd"), text_of(seal::document()));
}

TEST_F(StampVerb, RidesOverTheEdgesWithoutATimeStampAndStampsASecondTime) {
  const std::string lists = " --crl " + write("now.crl", house_.list({}, house_.now() - hours(1)));
  const Ran riding = stamp("--riding --y 100 --json" + lists, "--no-time-stamp");
  ASSERT_EQ(riding.status, 0) << riding.output;
  EXPECT_NE(riding.output.find("\"time_stamped\":false"), std::string::npos) << riding.output;
  EXPECT_EQ(house_.asked, 0);  // status was given as a file
  std::filesystem::rename(at("out.ofd"), at("plain.ofd"));
  const Ran second = stamp_page("--json");
  ASSERT_EQ(second.status, 0) << second.output;
  EXPECT_NE(second.output.find("\"signature\":2"), std::string::npos) << second.output;
  EXPECT_NE(second.output.find("\"time_stamped\":true"), std::string::npos) << second.output;
  EXPECT_EQ(verified("out.ofd").at("signatures").as_array().size(), 2U);
}

TEST_F(StampVerb, RefusesARevokedCertificateAndOneOnHold) {
  house_.status = CertStatus::revoked;
  house_.reason = x509::RevocationReason::key_compromise;
  expect_refused(stamp_page(""), 1, "已被撤销");
  house_.reason = x509::RevocationReason::certificate_hold;
  expect_refused(stamp_page(""), 1, "已被暂停");
  write("bad.crl", house_.list({{owner_->serial(), house_.now() - hours(2), x509::RevocationReason::superseded}},
                               house_.now() - hours(1)));
  expect_refused(stamp("--page 1 --x 50 --y 60 --crl " + at("bad.crl")), 1, "已被撤销");
}

TEST_F(StampVerb, RefusesWhenTheStatusCannotBeHad) {
  house_.status = CertStatus::unknown;
  expect_refused(stamp_page(""), 3, "缺少撤销状态信息");
  // Nobody listens on port 1; nobody is named; a list of last week.
  expect_refused(stamp("--page 1 --x 50 --y 60 --ocsp http://127.0.0.1:1/ocsp"), 3, "outside_unreachable");
  expect_refused(stamp("--page 1 --x 50 --y 60"), 3, "缺少撤销状态信息");
  write("old.crl", house_.list({}, house_.now() - 7 * day_long));
  expect_refused(stamp("--page 1 --x 50 --y 60 --crl " + at("old.crl")), 3, "缺少撤销状态信息");
  expect_refused(stamp("--page 1 --x 50 --y 60 --ocsp " + house_.address("/nowhere")), 3, "404");
  std::filesystem::remove(at("trust/root.cer"));
  expect_refused(stamp_page(""), 3, "没有给出信任根");
}

TEST_F(StampVerb, TakesNoAnswerToAnotherQuestion) {
  house_.answers_another = true;
  expect_refused(stamp_page(""), 3, "answers another question");
}

TEST_F(StampVerb, ATokenPulledOutWhileThePinIsTypedIsSaidToBePulledOut) {
  // The program opens the pipe when it asks for the PIN: by then all else has passed.
  ASSERT_EQ(mkfifo(at("pipe").c_str(), 0600), 0);
  const Ran pulled = run("( exec 3>" + at("pipe") + "; rm " + at("tokens/one.ukey") + "; echo user-pin-1 >&3 ) & " +
                         YX_BINARY + " stamp --seal " + at("one.esl") + " --in " + at("plain.ofd") + " --out " +
                         at("out.ofd") + " --page 1 --x 50 --y 60 --pin-file " + at("pipe") + " --trust " +
                         at("trust") + " --no-time-stamp --ocsp " + house_.address("/ocsp") + " 2>&1");
  EXPECT_EQ(pulled.status, 3) << pulled.output;
  EXPECT_NE(pulled.output.find("UKey 已拔出"), std::string::npos) << pulled.output;
  EXPECT_FALSE(std::filesystem::exists(at("out.ofd")));
}

TEST_F(StampVerb, AsksWhereATrustedAuthoritysCertificateSays) {
  house_.with_address = true;
  write_owner();
  // The maker's certificate names nobody: its status comes from a list in the trust folder, the owner's from the
  // service.
  write("trust/now.crl", house_.list({}, house_.now() - hours(1)));
  house_.status = CertStatus::revoked;
  EXPECT_EQ(stamp("--page 1 --x 50 --y 60").status, 0);  // the list is current, and nobody was asked
  EXPECT_EQ(house_.asked, 0);
  std::filesystem::remove(at("out.ofd"));
  std::filesystem::remove(at("trust/now.crl"));
  expect_refused(stamp("--page 1 --x 50 --y 60"), 1, "已被撤销");
  EXPECT_EQ(house_.asked, 1);
  // From an authority that is not trusted no address is taken.
  House stranger;
  write("trust/root.cer", stranger.root().der());
  expect_refused(stamp("--page 1 --x 50 --y 60"), 1, "上级签名不成立");
  EXPECT_EQ(house_.asked, 1);
}

TEST_F(StampVerb, RefusesASealOutOfItsTimeAndOneOfAnotherOwner) {
  write("one.esl", house_.seal_for(*owner_, house_.now() - 20 * day_long, house_.now() - day_long));
  expect_refused(stamp_page(""), 1, "不在印章有效期内");
  const auto stranger = house_.certify_token(crypto::Sm2PrivateKey::generate(random_).public_key());
  write("one.esl", house_.seal_for(stranger, house_.now() - day_long, house_.now() + day_long));
  expect_refused(stamp_page("--json"), 1, "ses.owner_list");
}

TEST_F(StampVerb, RefusesAnExpiredCertificate) {
  house_.life = -hours(1);
  write_owner();
  expect_refused(stamp_page(""), 1, "certificate.period");
}

TEST_F(StampVerb, RefusesALockedDocumentABrokenOneAndWhatIsNone) {
  ASSERT_EQ(stamp_page("--lock").status, 0);
  const std::string locked = read("out.ofd");
  std::filesystem::remove(at("out.ofd"));
  write("plain.ofd", locked);
  expect_refused(stamp_page(""), 3, "locks the document");
  write("plain.ofd", "no document");
  EXPECT_EQ(stamp_page("").status, 3);
  std::string cut(text_of(seal::document()));
  cut.resize(cut.size() - 10);
  write("plain.ofd", cut);
  EXPECT_EQ(stamp_page("").status, 3);
  write("plain.ofd", seal::document());
  expect_refused(stamp("--page 7 --x 1 --y 1 --ocsp " + house_.address("/ocsp")), 3, "2 pages");
  expect_refused(stamp("--page 1 --x 200 --y 1 --ocsp " + house_.address("/ocsp")), 3, "reaches out of page");
}

TEST_F(StampVerb, AWrongPinCostsATryAndAWrongTimeStampTheStamp) {
  write("user", "not-the-pin\n");
  const Ran wrong = stamp_page("");
  EXPECT_EQ(wrong.status, 3) << wrong.output;
  EXPECT_NE(wrong.output.find("还可再试 5 次"), std::string::npos) << wrong.output;
  EXPECT_FALSE(std::filesystem::exists(at("out.ofd")));
  write("user", "user-pin-1\n");
  house_.stamps_another = true;
  expect_refused(stamp_page(""), 3, "stamped something else");
  house_.stamps_another = false;
  EXPECT_EQ(stamp_page("").status, 0);
  const std::string before = read("out.ofd");
  const Ran again = stamp_page("");
  EXPECT_EQ(again.status, 3);
  EXPECT_EQ(read("out.ofd"), before);
  EXPECT_EQ(stamp_page("--overwrite").status, 0);
  EXPECT_NE(read("out.ofd"), before);
}

TEST_F(StampVerb, WrongUsageIsStatusTwo) {
  for (const std::string words :
       {"--page 1 --riding --y 1", "--y 1", "--page 1 --y 1 --ocsp https://localhost/", "--page 0 --y 1"}) {
    EXPECT_EQ(stamp(words).status, 2) << words;
  }
  EXPECT_EQ(stamp("--page 1 --y 1", "--no-time-stamp --tsa http://localhost/").status, 2);
  EXPECT_EQ(stamp("--page 1 --y 1", " ").status, 2);
}

}  // namespace
}  // namespace yinxin::cli_test
