#include "api/routes/public/public.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/random.h"
#include "crypto/sm2.h"
#include "crypto/x509/ocsp.h"
#include "net/client.h"
#include "net/server.h"

namespace yinxin::api {
namespace {

using net::Method;

// A real answer about one certificate, as a responder would sign it.
Bytes good_answer(Instant now, const std::optional<Bytes>& nonce) {
  const std::string zeros(40, '0');
  x509::SingleResponse single;
  single.id.der = *from_hex("303a300906052b0e03021a05000414" + zeros + "0414" + zeros + "020101");
  single.status = x509::CertStatus::good;
  single.this_update = now;
  single.next_update = now + std::chrono::seconds(100);
  SystemRandom random;
  const auto key = crypto::Sm2PrivateKey::generate(random);
  const Bytes data = x509::to_be_signed_response(key.public_key(), now, {single}, nonce);
  return x509::assemble_ocsp_response(data, crypto::sm2_sign(key, data), {});
}

class PublicRoutes : public testing::Test {
 protected:
  void SetUp() override {
    PublicPorts ports;
    ports.ocsp = [this](BytesView request) {
      asked_ = to_bytes(request);
      return answer_;
    };
    ports.tsa = [this](BytesView request) {
      asked_ = to_bytes(request);
      return Bytes{0x30, 0x00};
    };
    ports.crl = [this](const std::string& issuer) -> Result<SharedBytes> {
      if (issuer == "broken") {
        return fail(ErrorCode::corrupt, "a path inside");
      }
      return issuer == "issuing" ? Result<SharedBytes>(file_) : fail(ErrorCode::not_found, "");
    };
    ports.ca_certificate = ports.crl;
    ports.metrics = [] { return std::string("yinxin_up 1\n"); };
    ports.verify = [this](BytesView file, bool as_page) -> Result<std::string> {
      asked_ = to_bytes(file);
      return std::string(as_page ? "<!DOCTYPE html>" : "{}");
    };
    ports.page = [this](BytesView file, std::size_t page) -> Result<std::string> {
      asked_ = to_bytes(file);
      return page == 99 ? Result<std::string>(fail(ErrorCode::internal, "cell.start"))
                        : "{\"page\":" + std::to_string(page) + "}";
    };
    ports.ready = [this] { return ready_.load(); };
    net::Router router;
    add_public_routes(router, std::move(ports), clock_);
    auto server = net::Server::start({}, std::move(router), clock_);
    ASSERT_TRUE(server) << server.error().describe();
    server_ = std::move(*server);
  }
  net::Response send(Method method, std::string target, std::string name = "X-None", std::string value = "",
                     Bytes body = {}) {
    net::ClientRequest request{.method = method, .target = std::move(target), .body = std::move(body)};
    request.headers.add(std::move(name), std::move(value));
    const auto response = net::Client({.host = "127.0.0.1", .port = server_->port()}).send(request);
    EXPECT_TRUE(response) << response.error().describe();
    return response ? *response : net::Response{.status = -1};
  }

  SetClock clock_{from_unix_ms(1795219200000)};
  SharedBytes file_ = std::make_shared<const Bytes>(Bytes{1, 2, 3});
  Bytes asked_;
  Bytes answer_ = x509::failed_ocsp_response(x509::OcspResponseStatus::try_later);
  std::atomic<bool> ready_{true};
  std::unique_ptr<net::Server> server_;
};

TEST_F(PublicRoutes, OcspTakesTheRequestInTheBodyOrInTheAddress) {
  const Bytes question{0x30, 0x03, 0xfb, 0xff, 0xfe, 0xff};  // base64 "MAP7//7/": slashes and all
  const auto posted = send(Method::post, "/ocsp", "Content-Type", "application/ocsp-request", question);
  EXPECT_EQ(posted.status, 200);
  EXPECT_EQ(posted.headers.find("Content-Type"), "application/ocsp-response");
  EXPECT_EQ(posted.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(asked_, question);
  for (const std::string& form : {to_base64(question), net::percent_encoded(to_base64(question))}) {
    asked_.clear();
    EXPECT_EQ(send(Method::get, "/ocsp/" + form).status, 200) << form;
    EXPECT_EQ(asked_, question) << form;
  }
  EXPECT_EQ(send(Method::get, "/ocsp/").status, 400);
  EXPECT_EQ(send(Method::get, "/ocsp/MAP7%207/").status, 400);
  EXPECT_EQ(send(Method::get, "/ocsp/!").status, 400);
  EXPECT_EQ(send(Method::post, "/ocsp", "Content-Type", "text/plain", question).status, 415);
  EXPECT_EQ(
      send(Method::post, "/ocsp", "Content-Type", "application/ocsp-request", Bytes(max_ocsp_request_bytes + 1)).status,
      413);
}

TEST_F(PublicRoutes, AFailedOcspAnswerIsNeverCached) {
  const auto got = send(Method::get, "/ocsp/MAA=");
  EXPECT_TRUE(same(got.body.view(), answer_));
  EXPECT_EQ(got.headers.find("Cache-Control"), "no-store");
  EXPECT_FALSE(got.headers.find("ETag"));
}

TEST_F(PublicRoutes, AGoodOcspAnswerIsCachedUntilItsNextUpdateUnlessItHasANonce) {
  answer_ = good_answer(clock_.now(), std::nullopt);
  const auto got = send(Method::get, "/ocsp/MAA=");
  EXPECT_EQ(got.headers.find("Cache-Control"), "max-age=100, public, no-transform, must-revalidate");
  EXPECT_EQ(got.headers.find("Last-Modified"), net::to_http_date(clock_.now()));
  EXPECT_EQ(got.headers.find("Expires"), net::to_http_date(clock_.now() + std::chrono::seconds(100)));
  EXPECT_EQ(send(Method::get, "/ocsp/MAA=", "If-Modified-Since", net::to_http_date(clock_.now())).status, 304);
  EXPECT_EQ(send(Method::get, "/ocsp/MAA=", "If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT").status, 200);
  answer_ = good_answer(clock_.now(), Bytes{4, 1, 9});
  EXPECT_EQ(send(Method::get, "/ocsp/MAA=").headers.find("Cache-Control"), "no-store");
}

TEST_F(PublicRoutes, TimeStampsAreAskedByPostAlone) {
  const auto got = send(Method::post, "/tsa", "Content-Type", "application/timestamp-query", {7});
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.headers.find("Content-Type"), "application/timestamp-reply");
  EXPECT_EQ(asked_, Bytes{7});
  EXPECT_EQ(send(Method::get, "/tsa").status, 405);
  EXPECT_EQ(send(Method::post, "/tsa", "Content-Type", "application/ocsp-request", {7}).status, 415);
}

TEST_F(PublicRoutes, AReportIsAPageForABrowserAndJsonForAProgramme) {
  const Bytes file{1, 2, 3};
  const auto page = send(Method::post, "/api/v1/verify", "Accept", "text/html,application/xhtml+xml", file);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(text_of(page.body.view()), "<!DOCTYPE html>");
  EXPECT_EQ(page.headers.find("Content-Type"), "text/html; charset=utf-8");
  EXPECT_TRUE(page.headers.find("Content-Security-Policy"));
  EXPECT_EQ(asked_, file);
  const auto json = send(Method::post, "/api/v1/verify", "Accept", "application/json", file);
  EXPECT_EQ(text_of(json.body.view()), "{}");
  EXPECT_EQ(json.headers.find("Cache-Control"), "no-store");
}

TEST_F(PublicRoutes, APageIsAskedForByItsNumber) {
  const Bytes file{1, 2, 3};
  const auto first = send(Method::post, "/api/v1/verify/pages", "Accept", "application/json", file);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(text_of(first.body.view()), "{\"page\":1}");
  EXPECT_EQ(first.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(asked_, file);
  const auto other = send(Method::post, "/api/v1/verify/pages?page=12", "Accept", "application/json", file);
  EXPECT_EQ(text_of(other.body.view()), "{\"page\":12}");
  for (const char* wrong : {"0", "-1", "x", "1x", "", "1000001", "99999999999999999999"}) {
    EXPECT_EQ(send(Method::post, std::string("/api/v1/verify/pages?page=") + wrong, "Accept", "*/*", file).status, 400)
        << wrong;
  }
  EXPECT_EQ(send(Method::post, "/api/v1/verify/pages?page=99", "Accept", "*/*", file).status, 503);
  EXPECT_EQ(send(Method::get, "/api/v1/verify/pages").status, 405);
}

TEST_F(PublicRoutes, FilesHaveATagThatSparesTheSecondTransfer) {
  for (const char* target : {"/crl/issuing.crl", "/ca/issuing.cer"}) {
    const auto first = send(Method::get, target);
    EXPECT_EQ(first.status, 200);
    EXPECT_TRUE(same(first.body.view(), *file_));
    const std::string tag(first.headers.find("ETag").value_or(""));
    EXPECT_EQ(send(Method::get, target, "If-None-Match", tag).status, 304);
    EXPECT_EQ(send(Method::get, target, "If-None-Match", "\"other\"").status, 200);
    const auto head = send(Method::head, target);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.find("Content-Length"), "3");
  }
  const std::string before(send(Method::get, "/crl/issuing.crl").headers.find("ETag").value_or(""));
  file_ = std::make_shared<const Bytes>(Bytes{4});
  EXPECT_EQ(send(Method::get, "/crl/issuing.crl", "If-None-Match", before).status, 200);
}

TEST_F(PublicRoutes, AnUnknownFileIsNotFoundAndABrokenOneSaysNothing) {
  EXPECT_EQ(send(Method::get, "/crl/nobody.crl").status, 404);
  EXPECT_EQ(send(Method::get, "/crl/..%2Fissuing.crl").status, 404);
  EXPECT_EQ(send(Method::get, "/crl/a%20b.crl").status, 404);
  EXPECT_EQ(send(Method::get, "/crl/.crl").status, 404);
  const auto broken = send(Method::get, "/crl/broken.crl");
  EXPECT_EQ(broken.status, 503);
  EXPECT_EQ(text_of(broken.body.view()).find("inside"), std::string_view::npos);
}

TEST_F(PublicRoutes, HealthReadinessAndMetricsThatAreNotPublic) {
  EXPECT_EQ(send(Method::get, "/healthz").status, 200);
  EXPECT_EQ(send(Method::get, "/readyz").status, 200);
  ready_ = false;
  EXPECT_EQ(send(Method::get, "/readyz").status, 503);
  EXPECT_EQ(text_of(send(Method::get, "/metrics").body.view()), "yinxin_up 1\n");
  EXPECT_EQ(send(Method::get, "/metrics", "X-Forwarded-For", "192.0.2.1").status, 404);
}

}  // namespace
}  // namespace yinxin::api
