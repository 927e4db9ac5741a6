// Signature method V3 against the example that Alibaba Cloud has published, against the openssl command, and the
// adapter's side against the emulator's.

#include "outside/aliyun/acs3.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "outside/aliyun/acs3_gate.h"

namespace yinxin::outside::aliyun {
namespace {

AccessKey key_of(std::string_view id, std::string_view secret) {
  return {.id = std::string(id), .secret = SecretBytes(bytes_of(secret))};
}

const Instant noon = *from_rfc3339("2026-11-21T04:00:00Z");

Call example_call() {
  Call call{.action = "SendSms", .version = "2017-05-25", .query = {}};
  call.query = {{"PhoneNumbers", "13800000001"}, {"SignName", "印信 演示"}, {"TemplateParam", R"({"code":"1*2~3+4"})"}};
  call.content_type = "application/octet-stream";
  call.body = to_bytes(bytes_of("a body"));
  return call;
}

net::Request received(const net::ClientRequest& sent, std::string_view host) {
  net::Request request;
  request.method = sent.method;
  const auto target = net::parse_target(sent.target);
  if (target) {
    request.target = *target;
  } else {
    request.target.path = "(refused)";
  }
  request.headers = sent.headers;
  request.headers.add("Host", std::string(host));
  request.body = sent.body;
  return request;
}

class Gate : public ::testing::Test {
 protected:
  std::optional<int> refusal(const net::Request& request) {
    Acs3Gate gate("AK", SecretBytes(bytes_of("secret")), "2017-05-25", {"SendSms"}, clock_, random_);
    const auto refused = gate.refuse(request);
    return refused ? std::optional(refused->status) : std::nullopt;
  }
  static std::string code(const std::optional<net::Response>& refused) {
    return refused ? Json::parse(refused->body.view())->text("Code") : "";
  }

  SetClock clock_{noon};
  SeededRandom random_{1};
};

TEST(Acs3, SignsThePublishedExample) {
  const Call call{
      .action = "RunInstances",
      .version = "2014-05-26",
      .query = {{"ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, {"RegionId", "cn-shanghai"}}};
  const auto request = sign(key_of("YourAccessKeyId", "YourAccessKeySecret"), "ecs.cn-shanghai.aliyuncs.com", call,
                            *from_rfc3339("2023-10-26T10:22:32Z"), "3156853299f313e23d1673dc12e1703d");
  EXPECT_EQ(request.headers.find("authorization"),
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
            "x-acs-date;x-acs-signature-nonce;x-acs-version,"
            "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
}

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return {};
  }
  std::string output;
  std::array<char, 256> buffer{};
  while (fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    output += buffer.data();
  }
  pclose(pipe);
  return output;
}

TEST(Acs3, SignsAsTheOpensslCommandDoes) {
  const auto request = sign(key_of("AK", "secret"), "dysmsapi.aliyuncs.com", example_call(), noon, "nonce1");
  // The canonical request written out by hand from the method's description.
  const std::string canonical =
      "POST\\n/\\nPhoneNumbers=13800000001&SignName=%%E5%%8D%%B0%%E4%%BF%%A1%%20%%E6%%BC%%94%%E7%%A4%%BA&TemplateParam="
      "%%7B%%22code%%22%%3A%%221%%2A2~3%%2B4%%22%%7D\\ncontent-type:application/octet-stream\\nhost:dysmsapi.aliyuncs."
      "com\\nx-acs-action:SendSms\\nx-acs-content-sha256:'\"$body\"'\\nx-acs-date:2026-11-21T04:00:00Z\\nx-acs-"
      "signature-nonce:nonce1\\nx-acs-version:2017-05-25\\n\\ncontent-type;host;x-acs-action;x-acs-content-sha256;"
      "x-acs-date;x-acs-signature-nonce;x-acs-version\\n'\"$body\"'";
  const std::string signature = output_of(
      "body=$(printf 'a body' | openssl dgst -sha256 -r | cut -c1-64); "
      "hash=$(printf '" +
      canonical +
      "' | openssl dgst -sha256 -r | cut -c1-64); "
      "printf 'ACS3-HMAC-SHA256\\n%s' \"$hash\" | openssl dgst -sha256 -hmac secret -r | cut -c1-64 | tr -d '\\n'");
  ASSERT_EQ(signature.size(), 64U) << "the openssl command is needed";
  EXPECT_TRUE(request.headers.find("authorization")->ends_with("Signature=" + signature));
}

TEST_F(Gate, LetsThroughWhatTheAdapterSigns) {
  const auto sent = sign(key_of("AK", "secret"), "127.0.0.1:8446", example_call(), noon, "nonce1");
  EXPECT_EQ(refusal(received(sent, "127.0.0.1:8446")), std::nullopt);
}

TEST_F(Gate, RefusesEveryChangedByte) {
  const std::string host = "127.0.0.1:8446";
  const net::ClientRequest sent = sign(key_of("AK", "secret"), host, example_call(), noon, "nonce1");
  const auto other = [](char c) { return c == 'z' ? 'y' : c == '9' ? '8' : static_cast<char>(c + 1); };
  std::size_t changes = 0;
  const auto expect_refused = [&](const net::ClientRequest& changed, const std::string& its_host, const char* where) {
    ++changes;
    EXPECT_TRUE(refusal(received(changed, its_host))) << where << " " << changes;
  };
  for (std::size_t i = 0; i < sent.target.size(); ++i) {
    net::ClientRequest changed = sent;
    changed.target[i] = other(changed.target[i]);
    expect_refused(changed, host, "target");
  }
  for (std::size_t i = 0; i < sent.body.size(); ++i) {
    net::ClientRequest changed = sent;
    changed.body[i] ^= 1U;
    expect_refused(changed, host, "body");
  }
  for (std::size_t i = 0; i < host.size(); ++i) {
    std::string changed = host;
    changed[i] = other(changed[i]);
    expect_refused(sent, changed, "host");
  }
  for (std::size_t field = 0; field < sent.headers.fields().size(); ++field) {
    if (sent.headers.fields()[field].first == "accept") {
      continue;  // no part of what is signed
    }
    for (std::size_t i = 0; i < sent.headers.fields()[field].second.size(); ++i) {
      net::ClientRequest changed = sent;
      changed.headers = {};
      for (std::size_t each = 0; each < sent.headers.fields().size(); ++each) {
        auto [name, value] = sent.headers.fields()[each];
        if (each == field) {
          value[i] = other(value[i]);
        }
        changed.headers.add(name, value);
      }
      expect_refused(changed, host, sent.headers.fields()[field].first.c_str());
    }
  }
  net::ClientRequest changed = sent;
  changed.method = net::Method::put;
  expect_refused(changed, host, "method");
  changed = sent;
  changed.headers.add("x-acs-security-token", "more than was signed");
  expect_refused(changed, host, "a field more");
  EXPECT_GT(changes, 400U);
}

TEST_F(Gate, SaysInTheProvidersWordsWhatIsWrong) {
  Acs3Gate gate("AK", SecretBytes(bytes_of("secret")), "2017-05-25", {"SendSms"}, clock_, random_);
  const auto asked = [&](const AccessKey& key, Call call, Instant at, const std::string& nonce) {
    return code(gate.refuse(received(sign(key, "h", call, at, nonce), "h")));
  };
  const AccessKey key = key_of("AK", "secret");
  EXPECT_EQ(asked(key_of("unknown", "secret"), example_call(), noon, "a"), "InvalidAccessKeyId.NotFound");
  EXPECT_EQ(asked(key_of("AK", "Secret"), example_call(), noon, "a"), "SignatureDoesNotMatch");
  EXPECT_EQ(asked(key, example_call(), noon - acs3_window - std::chrono::seconds(1), "a"), "InvalidTimeStamp.Expired");
  EXPECT_EQ(asked(key, example_call(), noon + acs3_window + std::chrono::seconds(1), "a"), "InvalidTimeStamp.Expired");
  EXPECT_EQ(asked(key, example_call(), noon, "a"), "");
  EXPECT_EQ(asked(key, example_call(), noon + std::chrono::seconds(1), "a"), "SignatureNonceUsed");
  clock_.advance(acs3_window);
  EXPECT_EQ(asked(key, example_call(), noon, "a"), "SignatureNonceUsed");
  Call wrong = example_call();
  wrong.action = "SendBatchSms";
  EXPECT_EQ(asked(key, wrong, noon, "b"), "InvalidAction.NotFound");
  wrong = example_call();
  wrong.version = "2018-05-01";
  EXPECT_EQ(asked(key, wrong, noon, "c"), "InvalidVersion");
  net::Request unsigned_one = received(sign(key, "h", example_call(), noon, "d"), "h");
  unsigned_one.headers = {};
  EXPECT_EQ(code(gate.refuse(unsigned_one)), "IncompleteSignature");
}

}  // namespace
}  // namespace yinxin::outside::aliyun
