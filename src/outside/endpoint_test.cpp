#include "outside/endpoint.h"

#include <gtest/gtest.h>

namespace yinxin::outside {
namespace {

TEST(Endpoint, IsReadFromABaseAddress) {
  const auto plain = Endpoint::parse("http://127.0.0.1:8446");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 8446);
  EXPECT_FALSE(plain->is_tls);
  EXPECT_EQ(plain->path, "");
  const auto tls = Endpoint::parse("https://sfapi.sf-express.com/std/service/");
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->port, 443);
  EXPECT_TRUE(tls->is_tls);
  EXPECT_EQ(tls->path, "/std/service");
  const auto v6 = Endpoint::parse("http://[::1]:9/");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 9);
}

TEST(Endpoint, RefusesWhatCouldBeUnderstoodDifferently) {
  for (const std::string_view wrong :
       {"", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://a:1x", "http://u@a", "http://a/?q=1",
        "http://a/#f", "http://[::1", "http://[::1]x", "http://a b", "http://a/%2e", "a.example"}) {
    EXPECT_FALSE(Endpoint::parse(wrong)) << wrong;
  }
}

TEST(Endpoint, GoesOverTlsOnlyWithAuthoritiesToBelieve) {
  EXPECT_EQ(Endpoint::parse("https://a.example")->client_options("").error().code, ErrorCode::precondition);
  EXPECT_TRUE(Endpoint::parse("http://a.example")->client_options(""));
}

}  // namespace
}  // namespace yinxin::outside
