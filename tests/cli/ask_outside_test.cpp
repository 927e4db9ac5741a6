#include "yinxin/ask_outside.h"

#include <gtest/gtest.h>

namespace yinxin::cli {
namespace {

TEST(HttpPlace, TakesHostPortAndPathApart) {
  const auto plain = parse_http_place("http://ocsp.example");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "ocsp.example");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/");
  const auto full = parse_http_place("http://127.0.0.1:8443/tsa?policy=1");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "127.0.0.1");
  EXPECT_EQ(full->port, 8443);
  EXPECT_EQ(full->target, "/tsa?policy=1");
  const auto v6 = parse_http_place("http://[::1]:80/");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
}

TEST(HttpPlace, RefusesWhatItDoesNotFullyUnderstand) {
  for (const std::string_view url :
       {"", "http://", "https://host/", "HTTP://host/", "ftp://host/", "http://host:0/", "http://host:65536/",
        "http://host:80x/", "http://host:/", "http://user@host/", "http://[::1/", "http://[::1]80/", "http://host/a b",
        "http://host/a\r\nX: y", "http://ho st/", "http://host#x", "http://host?x", "http:///path", "//host/"}) {
    EXPECT_FALSE(parse_http_place(url)) << url;
  }
}

}  // namespace
}  // namespace yinxin::cli
