#include "api/pages/site.h"

#include <gtest/gtest.h>

#include <fstream>

namespace yinxin::api {
namespace {

namespace fs = std::filesystem;

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() {
    put("index.html", "<p>hall");
    put("index.html.gz", "packed hall");
    put("p/index.html", "<p>phone");
    put("assets/a-1f.js", "let a;");
    put("assets/a-1f.js.gz", "packed a");
  }
  ~SiteTest() override { fs::remove_all(folder_); }

  void put(const std::string& name, std::string_view text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void serve(const SiteOptions& options = {.no_pages = {"api"}}) {
    auto site = Site::read(folder_);
    ASSERT_TRUE(site) << site.error().describe();
    router_ = {};
    add_site(router_, std::make_shared<const Site>(std::move(*site)), options);
  }
  net::Response get(const std::string& path,
                    const std::vector<std::pair<std::string, std::string>>& headers = {{"Accept", "text/html"}}) {
    net::Request request;
    request.target = net::parse_target(path).value();
    for (const auto& [name, value] : headers) {
      request.headers.add(name, value);
    }
    auto found = router_.find(net::Method::get, request.target);
    EXPECT_NE(found.route, nullptr) << path;
    request.parameters = std::move(found.parameters);
    return found.route->handler(request);
  }
  static std::string header(const net::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
  }

  const fs::path folder_ = fs::path(::testing::TempDir()) / ("site_" + std::to_string(::getpid()));
  net::Router router_;
};

TEST_F(SiteTest, AnAddressIsThePageOfTheApplicationAboveIt) {
  serve();
  for (const char* path : {"/", "/apply", "/me/cases/YX1", "/index.html"}) {
    const auto page = get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(text_of(page.body.view()), "<p>hall") << path;
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
  }
  for (const char* path : {"/p", "/p/", "/p/0123", "/p/0123/face"}) {
    EXPECT_EQ(text_of(get(path).body.view()), "<p>phone") << path;
  }
}

TEST_F(SiteTest, APageMayDoNothingButWhatItsPolicySays) {
  serve({.asked = {"http://127.0.0.1:21051"}, .shown = {"http://papers:1"}, .no_pages = {}});
  const std::string policy = header(get("/"), "Content-Security-Policy");
  for (const char* part :
       {"default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self' http://127.0.0.1:21051;",
        "img-src 'self' data: blob: http://papers:1;", "frame-src blob: http://papers:1;", "frame-ancestors 'none';",
        "worker-src 'self';", "child-src 'self'"}) {
    EXPECT_NE(policy.find(part), std::string::npos) << part << " in " << policy;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(header(get("/"), "X-Content-Type-Options"), "nosniff");
}

TEST_F(SiteTest, WhatIsNoFileAndNoPageIsNotFound) {
  serve();
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  EXPECT_EQ(get("/assets/gone.js").status, 404) << "an old page must not get HTML for a script";
  EXPECT_EQ(get("/picture.png", {{"Accept", "image/*"}}).status, 404);
  EXPECT_EQ(get("/assets%2Fa-1f.js").status, 200) << "a name is compared, never opened";
  EXPECT_EQ(header(get("/api/v1/nothing"), "Content-Security-Policy"), "");
}

TEST_F(SiteTest, AFileIsSentPackedToWhoTakesIt) {
  serve();
  const auto packed = get("/assets/a-1f.js", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(text_of(packed.body.view()), "packed a");
  EXPECT_EQ(header(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(packed, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(packed, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(packed, "Cache-Control"), "public, max-age=31536000, immutable");
  const auto plain = get("/assets/a-1f.js", {});
  EXPECT_EQ(text_of(plain.body.view()), "let a;");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_NE(header(plain, "ETag"), header(packed, "ETag"));
}

TEST_F(SiteTest, WhoHasItAlreadyIsToldSo) {
  serve();
  const auto first = get("/", {{"Accept", "text/html"}, {"Accept-Encoding", "gzip"}});
  const auto again =
      get("/", {{"Accept", "text/html"}, {"Accept-Encoding", "gzip"}, {"If-None-Match", header(first, "ETag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body.size(), 0U);
  EXPECT_EQ(get("/", {{"Accept", "text/html"}, {"If-None-Match", header(first, "ETag")}}).status, 200);
}

TEST_F(SiteTest, AFolderWithoutPagesOrWithTooManyIsRefused) {
  EXPECT_EQ(Site::read(folder_ / "none").error().code, ErrorCode::not_found);
  fs::remove(folder_ / "index.html");
  EXPECT_EQ(Site::read(folder_).error().code, ErrorCode::not_found);
  put("index.html", "");
  fs::resize_file(folder_ / "index.html", max_site_bytes + 1);
  EXPECT_EQ(Site::read(folder_).error().code, ErrorCode::precondition);
}

}  // namespace
}  // namespace yinxin::api
