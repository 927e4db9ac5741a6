// What we send to providers, judged by the openssl command over texts that are put together here by hand, from the
// providers' own documents; and answers that openssl has signed.
#include <map>
#include <mutex>

#include "crypto/x509/certificate.h"
#include "net/server.h"
#include "outside.h"
#include "outside/bank/direct_link_test_keys.h"
#include "outside/payment/alipay_test_keys.h"
#include "outside/payment/wechat_pay_test_keys.h"

namespace yinxin::outside {
namespace {

using yinxin::testing::is_continuous_integration;
using yinxin::testing::Ran;
using yinxin::testing::run;

class SameRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{7}); }
};
constexpr std::string_view nonce = "07070707070707070707070707070707";

// 2026-11-21 11:46:50.123 in UTC+8.
constexpr std::string_view seconds = "1795232810";

// A provider that keeps what it was asked and says what it was told.
class Providers : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "yinxin-providers-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    if (run("openssl version").status != 0) {
      ASSERT_FALSE(is_continuous_integration()) << "no openssl";
      GTEST_SKIP() << "no openssl";
    }
    net::Router router;
    const auto keep = [this](const net::Request& request) {
      const std::scoped_lock lock(mutex_);
      asked_ = request;
      return told_;
    };
    router.add(net::Method::get, "/{path*}", {}, keep);
    router.add(net::Method::post, "/{path*}", {.max_body_bytes = 65'536}, keep);
    server_ = std::move(*net::Server::start({}, std::move(router), clock_));
    host_.host = "127.0.0.1";
    host_.port = server_->port();
  }
  void TearDown() override {
    if (!folder_.empty()) {
      std::filesystem::remove_all(folder_);
    }
  }
  std::string write(const std::string& name, BytesView bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text_of(bytes);
    return path;
  }
  net::Request asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  void tell(net::Response response) {
    const std::scoped_lock lock(mutex_);
    told_ = std::move(response);
  }
  // The openssl command about an RSA signature in base64 over a text.
  int verified(const std::string& pem, const std::string& text, const std::string& signature) {
    const Ran ran = run("openssl dgst -sha256 -verify " + write("key.pem", bytes_of(pem)) + " -signature " +
                        write("signature", *from_base64(signature)) + " " + write("text", bytes_of(text)));
    return ran.status;
  }

  SetClock clock_{*from_rfc3339("2026-11-21T03:46:50.123Z")};
  SystemRandom random_;
  SameRandom same_;
  std::filesystem::path folder_;
  net::ClientOptions host_;
  std::mutex mutex_;
  net::Request asked_;
  net::Response told_{.status = 503};
  std::unique_ptr<net::Server> server_;
};

std::string field(const net::Request& request, std::string_view name) {
  return std::string(request.headers.find(name).value_or(""));
}

// The part of an Authorization header.
std::string part(const std::string& header, const std::string& name) {
  const std::size_t at = header.find(name + "=\"");
  const std::size_t from = at == std::string::npos ? at : at + name.size() + 2;
  return at == std::string::npos ? std::string() : header.substr(from, header.find('"', from) - from);
}

TEST_F(Providers, wechat_pays_requests_are_signed_over_the_text_of_its_documents) {
  auto keys = make_wechat_pay_test_keys(random_);
  keys.merchant = "1900007291";
  keys.app = "wxd678efh567hg6787";
  keys.merchant_serial = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB";
  auto pay = WechatPay::make(adapter_options(keys, host_, "https://hall.example/callbacks/wechat_pay"), clock_, same_);
  ASSERT_TRUE(pay);
  EXPECT_FALSE((*pay)->open({"YX20261121_1", "数字证书 \"一年\"", 20'000, *from_rfc3339("2026-11-21T04:16:50Z")}));
  const std::string body =
      R"({"appid":"wxd678efh567hg6787","mchid":"1900007291","description":"数字证书 \"一年\"",)"
      R"("out_trade_no":"YX20261121_1","time_expire":"2026-11-21T12:16:50+08:00",)"
      R"("notify_url":"https://hall.example/callbacks/wechat_pay","amount":{"total":20000,"currency":"CNY"}})";
  const net::Request open = asked();
  EXPECT_EQ(text_of(open.body), body);
  EXPECT_EQ(open.target.path, "/v3/pay/transactions/native");
  EXPECT_EQ(field(open, "Content-Type"), "application/json");
  EXPECT_EQ(field(open, "Accept"), "application/json");
  EXPECT_EQ(field(open, "Wechatpay-Serial"), keys.platform_key_id);
  EXPECT_FALSE(field(open, "User-Agent").empty());
  const std::string header = field(open, "Authorization");
  const std::string signature = part(header, "signature");
  EXPECT_EQ(header, "WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"" + std::string(nonce) +
                        "\",timestamp=\"" + std::string(seconds) +
                        "\",serial_no=\"408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB\",signature=\"" + signature + "\"");
  const std::string text =
      "POST\n/v3/pay/transactions/native\n" + std::string(seconds) + "\n" + std::string(nonce) + "\n" + body + "\n";
  EXPECT_EQ(verified(keys.merchant_public_key_pem, text, signature), 0);
  EXPECT_NE(verified(keys.merchant_public_key_pem, text + "\n", signature), 0);
  EXPECT_NE(verified(keys.platform_public_key_pem, text, signature), 0);

  EXPECT_FALSE((*pay)->find("YX20261121_1"));
  const std::string query = "GET\n/v3/pay/transactions/out-trade-no/YX20261121_1?mchid=1900007291\n" +
                            std::string(seconds) + "\n" + std::string(nonce) + "\n\n";
  EXPECT_EQ(verified(keys.merchant_public_key_pem, query, part(field(asked(), "Authorization"), "signature")), 0);
}

TEST_F(Providers, alipays_requests_are_signed_over_the_sorted_text_of_its_documents) {
  auto keys = make_alipay_test_keys(random_);
  keys.app = "2014072300007148";
  keys.seller = "2088102146225135";
  auto pay = Alipay::make(adapter_options(keys, host_, "https://hall.example/callbacks/alipay"), clock_);
  ASSERT_TRUE(pay);
  EXPECT_FALSE((*pay)->open({"YX20261121-1", "数字证书 \"一年\"", 20'005, *from_rfc3339("2026-11-21T04:16:50Z")}));
  const net::Request open = asked();
  EXPECT_EQ(open.target.path, "/gateway.do");
  EXPECT_EQ(field(open, "Content-Type"), "application/x-www-form-urlencoded;charset=utf-8");
  std::map<std::string, std::string> sent;
  for (std::string_view rest = text_of(open.body); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    sent[std::string(pair.substr(0, pair.find('=')))] = *net::percent_decoded(pair.substr(pair.find('=') + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::string text =
      R"(app_id=2014072300007148&biz_content={"out_trade_no":"YX20261121_1","total_amount":"200.05",)"
      R"("subject":"数字证书 \"一年\"","timeout_express":"30m"}&charset=utf-8&format=JSON&method=alipay.trade.precreate)"
      R"(&notify_url=https://hall.example/callbacks/alipay&sign_type=RSA2&timestamp=2026-11-21 11:46:50&version=1.0)";
  EXPECT_EQ(verified(keys.app_public_key_pem, text, sent["sign"]), 0);
  EXPECT_NE(verified(keys.app_public_key_pem, text + " ", sent["sign"]), 0);
  EXPECT_EQ(sent.size(), 10U);
}

// Signed by the openssl command over the bytes of the node and of the notification, as Alipay's documents say.
TEST_F(Providers, what_openssl_has_signed_for_alipay_is_believed_and_nothing_else) {
  const auto keys = make_alipay_test_keys(random_);
  const auto pay = Alipay::make(adapter_options(keys, host_, "https://hall.example/callbacks/alipay"), clock_);
  ASSERT_TRUE(pay);
  const auto sign = [&](const std::string& text) {
    const std::string signature = (folder_ / "alipay.signature").string();
    const Ran ran = run("openssl dgst -sha256 -sign " + write("alipay.key", keys.alipay_key_pem.expose()) + " -out " +
                        signature + " " + write("alipay.text", bytes_of(text)));
    EXPECT_EQ(ran.status, 0);
    std::ifstream in(signature, std::ios::binary);
    const std::string raw{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return to_base64(bytes_of(raw));
  };
  const std::string node =
      R"({"code":"10000","msg":"Success","out_trade_no":"YX20261121_1","trade_no":"2026112122001",)"
      R"("trade_status":"TRADE_SUCCESS","total_amount":"200.05","send_pay_date":"2026-11-21 11:40:00",)"
      R"("store_name":"\u6df1\u5733 a\/b"})";
  const auto found = [&](const std::string& signature) {
    const std::string body = "{\"alipay_trade_query_response\":" + node + ",\"sign\":\"" + signature + "\"}";
    tell(net::Response{.status = 200, .body = net::Body(std::string_view(body))});
    return (*pay)->find("YX20261121-1");
  };
  const auto paid = found(sign(node));
  ASSERT_TRUE(paid) << paid.error().describe();
  EXPECT_EQ(paid->paid_fen, 20'005);
  EXPECT_EQ(to_rfc3339(paid->paid_at), "2026-11-21T03:40:00Z");
  EXPECT_EQ(found(sign(node + " ")).error().code, ErrorCode::corrupt);
  const std::string text = "app_id=" + keys.app +
                           "&notify_time=2026-11-21 11:46:50&notify_type=trade_status_sync"
                           "&out_trade_no=YX20261121_1&seller_id=" +
                           keys.seller + "&subject=一年 a+b";
  const auto hear = [&](const std::string& signature) {
    const std::string body =
        "sign_type=RSA2&subject=" + net::percent_encoded("一年 a+b") + "&seller_id=" + keys.seller +
        "&out_trade_no=YX20261121_1&app_id=" + keys.app +
        "&notify_time=2026-11-21+11%3A46%3A50&notify_type=trade_status_sync&sign=" + net::percent_encoded(signature);
    return (*pay)->hear({}, bytes_of(body));
  };
  const auto heard = hear(sign(text));
  ASSERT_TRUE(heard) << heard.error().describe();
  EXPECT_EQ(*heard, "YX20261121-1");
  EXPECT_EQ(hear(sign(text + "&sign_type=RSA2")).error().code, ErrorCode::forbidden);
}

TEST_F(Providers, an_answer_of_wechat_pay_that_openssl_has_signed_is_believed_and_no_other) {
  const auto keys = make_wechat_pay_test_keys(random_);
  auto pay =
      WechatPay::make(adapter_options(keys, host_, "https://hall.example/callbacks/wechat_pay"), clock_, random_);
  ASSERT_TRUE(pay);
  const std::string body = R"({"mchid":")" + keys.merchant + R"(","appid":")" + keys.app +
                           R"(","out_trade_no":"YX20261121_1","trade_state":"SUCCESS","transaction_id":)"
                           R"("4200000985202103031441826014","success_time":"2026-11-21T11:46:50+08:00",)"
                           R"("amount":{"total":20000,"payer_total":20000,"currency":"CNY"}})";
  const std::string text = std::string(seconds) + "\nc5ac7061fccab6bf3e254dcf98995b8c\n" + body + "\n";
  const std::string key = write("platform.pem", keys.platform_key_pem.expose());
  const std::string out = (folder_ / "signed").string();
  ASSERT_EQ(run("openssl dgst -sha256 -sign " + key + " -out " + out + " " + write("text", bytes_of(text))).status, 0);
  const Bytes signature = yinxin::testing::read_file(out);
  const auto answered = [&](const std::string& said, const Bytes& signed_by, std::string_view serial) {
    net::Response response = net::answer("application/json", net::Body(std::string_view(said)));
    response.headers.add("Wechatpay-Timestamp", std::string(seconds));
    response.headers.add("Wechatpay-Nonce", "c5ac7061fccab6bf3e254dcf98995b8c");
    response.headers.add("Wechatpay-Signature", to_base64(signed_by));
    response.headers.add("Wechatpay-Serial", std::string(serial));
    tell(std::move(response));
    return (*pay)->find("YX20261121_1");
  };
  const auto believed = answered(body, signature, keys.platform_key_id);
  ASSERT_TRUE(believed) << believed.error().describe();
  EXPECT_EQ(believed->paid_fen, 20'000);
  EXPECT_EQ(believed->answer.transaction, "4200000985202103031441826014");
  EXPECT_EQ(to_rfc3339(believed->paid_at), "2026-11-21T03:46:50Z");
  std::string changed = body;
  changed.replace(changed.find("20000"), 5, "20001");
  EXPECT_EQ(answered(changed, signature, keys.platform_key_id).error().code, ErrorCode::corrupt);
  Bytes forged = signature;
  forged[0] ^= 1;
  EXPECT_EQ(answered(body, forged, keys.platform_key_id).error().code, ErrorCode::corrupt);
  EXPECT_EQ(answered(body, signature, "PUB_KEY_ID_OTHER").error().code, ErrorCode::corrupt);
}

TEST_F(Providers, the_banks_requests_are_encrypted_and_signed_as_its_documents_say) {
  auto keys = make_direct_link_test_keys(random_);
  keys.user = "N003261207";
  keys.account = "755915711910301";
  auto bank = DirectLink::make(adapter_options(keys, host_), clock_, same_);
  ASSERT_TRUE(bank);
  EXPECT_FALSE((*bank)->pay({.id = "D20261121001",
                             .account_name = "广州样例科技有限公司",
                             .account_number = "6225880100000001",
                             .bank_name = "样例银行",
                             .amount_fen = 1,
                             .remark = SecretBytes(bytes_of("激活码7K4M"))}));
  const net::Request request = asked();
  EXPECT_EQ(request.target.path, "/cdcserver/api/v2");
  EXPECT_EQ(field(request, "Content-Type"), "application/x-www-form-urlencoded");
  const std::string form(text_of(request.body));
  constexpr std::string_view before = "UID=N003261207&ALG=SM&DATA=";
  constexpr std::string_view after = "&FUNCODE=BB1PAYOP";
  ASSERT_TRUE(form.starts_with(before) && form.ends_with(after)) << form;
  const auto data =
      net::percent_decoded(std::string_view(form).substr(before.size(), form.size() - before.size() - after.size()));
  ASSERT_TRUE(data);
  const std::string id = "N003261207000000";
  const std::string plain = (folder_ / "plain").string();
  const Ran opened = run("openssl enc -d -sm4-cbc -K " + to_hex(keys.transport_key.expose()) + " -iv " +
                         to_hex(bytes_of(id)) + " -in " + write("data", *from_base64(*data)) + " -out " + plain);
  ASSERT_EQ(opened.status, 0) << opened.output;
  std::string text(text_of(yinxin::testing::read_file(plain)));
  const std::size_t at = text.find(R"("sigdat":")") + 10;
  const std::string signature = text.substr(at, text.find('"', at) - at);
  text.replace(at, signature.size(), "__signature_sigdat__");
  EXPECT_EQ(text, R"({"request":{"body":{"bb1paybmx1":[{"busCod":"N02030","busMod":"S1051"}],)"
                  R"("bb1payopx1":[{"ccyNbr":"10","crtAcc":"6225880100000001","crtBnk":"样例银行",)"
                  R"("crtNam":"广州样例科技有限公司","dbtAcc":"755915711910301","nusAge":"激活码7K4M","rcvChk":"1",)"
                  R"("trsAmt":"0.01","yurRef":"D20261121001"}]},"head":{"funcode":"BB1PAYOP",)"
                  R"("reqid":"202611211146501230707070707070707","userid":"N003261207"}},)"
                  R"("signature":{"sigdat":"__signature_sigdat__","sigtim":"20261121114650"}})");
  const auto raw = crypto::Sm2Signature::from_raw(*from_base64(signature));
  ASSERT_TRUE(raw) << "r and s, 64 bytes";
  const auto point = crypto::Sm2PublicKey::from_point(keys.user_public);
  ASSERT_TRUE(point);
  const std::string key = write("user.pem", bytes_of(x509::to_pem("PUBLIC KEY", x509::PublicKey::of(*point).der())));
  const std::string signed_by = write("signature", raw->to_der());
  const auto judged = [&](const std::string& over, const std::string& distid) {
    return run("openssl dgst -sm3 -verify " + key + " -signature " + signed_by + " -sigopt distid:" + distid + " " +
               write("text", bytes_of(over)))
        .status;
  };
  EXPECT_EQ(judged(text, id), 0);
  EXPECT_NE(judged(text, "1234567812345678"), 0) << "the id is the padded user";
  text.back() = ' ';
  EXPECT_NE(judged(text, id), 0);
}

}  // namespace
}  // namespace yinxin::outside
