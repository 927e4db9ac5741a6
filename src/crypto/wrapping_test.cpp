#include "crypto/wrapping.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crypto/sm3.h"

namespace yinxin::crypto {
namespace {

constexpr PassphraseCost quick = least_wrapping_cost;

BootSecret boot(std::string_view text = "correct horse battery") {
  return BootSecret::from_passphrase(SecretBytes(bytes_of(text))).value();
}

TEST(Wrapping, AnotherSaltCostOrPassphraseIsAnotherKey) {
  const Bytes salt(argon2_salt_size, 7);
  const auto first = argon2id(bytes_of("password"), salt, quick, 32).value();
  EXPECT_TRUE(first.equals(argon2id(bytes_of("password"), salt, quick, 32).value()));
  EXPECT_FALSE(first.equals(argon2id(bytes_of("passwore"), salt, quick, 32).value()));
  EXPECT_FALSE(first.equals(argon2id(bytes_of("password"), Bytes(argon2_salt_size, 8), quick, 32).value()));
  PassphraseCost dearer = quick;
  dearer.passes = 2;
  EXPECT_FALSE(first.equals(argon2id(bytes_of("password"), salt, dearer, 32).value()));
}

TEST(Wrapping, ACostOutsideItsLimitsIsRefusedBeforeAnythingIsComputed) {
  const Bytes salt(argon2_salt_size, 7);
  for (const PassphraseCost bad : {PassphraseCost{.passes = 1, .memory_kib = 1024, .lanes = 1},
                                   PassphraseCost{.passes = 1, .memory_kib = 8 * 1024 * 1024, .lanes = 1},
                                   PassphraseCost{.passes = 0, .memory_kib = 8192, .lanes = 1},
                                   PassphraseCost{.passes = 1000, .memory_kib = 8192, .lanes = 1},
                                   PassphraseCost{.passes = 1, .memory_kib = 8192, .lanes = 0},
                                   PassphraseCost{.passes = 1, .memory_kib = 8192, .lanes = 64}}) {
    EXPECT_EQ(argon2id(bytes_of("password"), salt, bad, 32).error().code, ErrorCode::invalid_input);
  }
  EXPECT_EQ(argon2id(bytes_of("password"), Bytes(8, 1), quick, 32).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(argon2id({}, salt, quick, 32).error().code, ErrorCode::invalid_input);
}

TEST(Wrapping, AKeyOpensForItsPurposeOnlyAndUnchanged) {
  SystemRandom random;
  const auto keys = WrappingKeys::generate("kmc", random);
  const auto secret = random.secret(32);
  const auto wrapped = keys.wrap("kmc.pool/1", secret.expose(), random).value();
  const auto read = WrappedKey::parse(wrapped.to_der()).value();
  EXPECT_TRUE(keys.unwrap("kmc.pool/1", read).value().equals(secret));
  EXPECT_EQ(keys.unwrap("kmc.pool/2", read).error().code, ErrorCode::corrupt);
  for (std::size_t at = 0; at < read.cipher_text.size(); ++at) {
    auto changed = read;
    changed.cipher_text[at] ^= 1;
    EXPECT_EQ(keys.unwrap("kmc.pool/1", changed).error().code, ErrorCode::corrupt);
  }
  auto other = read;
  other.key_id = 9;
  EXPECT_EQ(keys.unwrap("kmc.pool/1", other).error().code, ErrorCode::not_found);
  EXPECT_FALSE(keys.wrap("p", {}, random));
  EXPECT_FALSE(keys.wrap("p", Bytes(max_wrapped_bytes + 1), random));
}

TEST(Wrapping, EveryCutOfAWrappedKeyIsRefused) {
  SystemRandom random;
  const auto keys = WrappingKeys::generate("kmc", random);
  const Bytes der = keys.wrap("p", Bytes(32, 5), random).value().to_der();
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(WrappedKey::parse(BytesView(der).first(size))) << size;
  }
  EXPECT_FALSE(WrappedKey::parse(concat({der, Bytes{0}})));
}

TEST(Wrapping, TheDomainsKeysComeBackWithTheBootSecretOnly) {
  SystemRandom random;
  auto keys = WrappingKeys::generate("kmc", random);
  const auto wrapped = keys.wrap("p", bytes_of("secret"), random).value();
  EXPECT_EQ(keys.rotate(random).value(), 2U);
  const auto newer = keys.wrap("p", bytes_of("newer"), random).value();
  EXPECT_EQ(newer.key_id, 2U);
  const Bytes file = keys.seal(boot(), quick, random).value();
  const auto again = WrappingKeys::open(file, "kmc", boot()).value();
  EXPECT_EQ(again.unwrap("p", wrapped).value().expose_text(), "secret");
  EXPECT_EQ(again.unwrap("p", newer).value().expose_text(), "newer");
  EXPECT_TRUE(again.derive("hmac", 1).value().equals(keys.derive("hmac", 1).value()));
  EXPECT_FALSE(again.derive("hmac", 1).value().equals(keys.derive("hmac", 2).value()));
  EXPECT_EQ(WrappingKeys::open(file, "kmc", boot("another passphrase")).error().code, ErrorCode::forbidden);
  EXPECT_EQ(WrappingKeys::open(file, "pin", boot()).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(keys.forget(2).error().code, ErrorCode::wrong_state);
  EXPECT_TRUE(keys.forget(1));
  EXPECT_EQ(keys.unwrap("p", wrapped).error().code, ErrorCode::not_found);
}

TEST(Wrapping, WhatASecretRemembersIsItsOwnForThatDomainSaltAndCost) {
  SystemRandom random;
  const BootSecret secret = boot();
  const Bytes salt(argon2_salt_size, 7);
  const Bytes other_salt(argon2_salt_size, 8);
  const PassphraseCost dearer{.passes = quick.passes + 1, .memory_kib = quick.memory_kib, .lanes = quick.lanes};
  const SecretBytes first = secret.key("kmc", salt, quick).value();
  const SecretBytes root = argon2id(bytes_of("correct horse battery"), salt, quick, 32).value();
  const Digest expected = hmac_sm3(root.expose(), bytes_of("yinxin.domain-keys.2 kmc"));
  EXPECT_TRUE(first.equals(SecretBytes(BytesView(expected).first(sm4_key_size))));
  EXPECT_TRUE(first.equals(secret.key("kmc", salt, quick).value()));
  EXPECT_TRUE(first.equals(secret.clone().key("kmc", salt, quick).value()));
  EXPECT_FALSE(first.equals(secret.key("pin", salt, quick).value()));
  EXPECT_FALSE(first.equals(secret.key("kmc", other_salt, quick).value()));
  EXPECT_FALSE(first.equals(secret.key("kmc", salt, dearer).value()));
  EXPECT_FALSE(first.equals(boot("another passphrase").key("kmc", salt, quick).value()));
  EXPECT_EQ(secret.sealing_salt(random), secret.clone().sealing_salt(random));
  EXPECT_NE(secret.sealing_salt(random), boot().sealing_salt(random));
}

TEST(Wrapping, TheSecretThatADomainIsHandedOpensItsOwnFileAlone) {
  SystemRandom random;
  const BootSecret office = boot();
  const auto kmc = WrappingKeys::generate("kmc", random);
  const Bytes file = kmc.seal(office, quick, random).value();
  const Bytes others = WrappingKeys::generate("pin", random).seal(office, quick, random).value();
  const auto wrapped = kmc.wrap("p", bytes_of("secret"), random).value();
  const SecretBytes handed = office.handed_to("kmc", file).value();
  const BootSecret its = BootSecret::from_handed(handed).value();
  EXPECT_EQ(WrappingKeys::open(file, "kmc", its).value().unwrap("p", wrapped).value().expose_text(), "secret");
  EXPECT_TRUE(WrappingKeys::open(file, "kmc", its.clone()));
  EXPECT_EQ(WrappingKeys::open(others, "pin", its).error().code, ErrorCode::forbidden);
  EXPECT_EQ(office.handed_to("pin", file).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(its.handed_to("pin", others).error().code, ErrorCode::forbidden);
  // Of a wrong secret nothing is known before the file is opened; then it is.
  const BootSecret wrong = BootSecret::from_handed(boot("another passphrase").handed_to("kmc", file).value()).value();
  EXPECT_EQ(WrappingKeys::open(file, "kmc", wrong).error().code, ErrorCode::forbidden);
  for (std::size_t size = 0; size <= handed.size() - std::string_view("kmc").size(); ++size) {
    EXPECT_FALSE(BootSecret::from_handed(SecretBytes(handed.expose().first(size)))) << size;
  }
}

TEST(Wrapping, NoByteOfTheFileMayChange) {
  SystemRandom random;
  const Bytes file = WrappingKeys::generate("kmc", random).seal(boot(), quick, random).value();
  for (std::size_t at = 0; at < file.size(); at += 3) {
    Bytes changed = file;
    changed[at] ^= 0x10;
    EXPECT_FALSE(WrappingKeys::open(changed, "kmc", boot())) << at;
  }
}

class BootSecretTest : public ::testing::Test {
 protected:
  BootSecretTest() : folder_(std::filesystem::temp_directory_path() / ("boot_secret_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~BootSecretTest() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view content, mode_t mode) {
    std::string path = folder_ / name;
    std::ofstream(path) << content;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  std::filesystem::path folder_;
};

TEST_F(BootSecretTest, AFileIsReadWithoutItsLineBreakAndOnlyWhenItIsPrivate) {
  const auto typed = BootSecret::from_prompt([]() -> Result<SecretBytes> {
                       return SecretBytes(bytes_of("correct horse battery"));
                     }).value();
  const Bytes salt(argon2_salt_size, 1);
  const auto expected = typed.key("kmc", salt, quick).value();
  for (const char* ending : {"", "\n", "\r\n"}) {
    const auto path = write("secret", std::string("correct horse battery") + ending, 0600);
    EXPECT_TRUE(BootSecret::from_file(path).value().key("kmc", salt, quick).value().equals(expected));
  }
  EXPECT_EQ(BootSecret::from_file(write("open", "correct horse battery", 0640)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(BootSecret::from_file(write("short", "short", 0600)).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(BootSecret::from_file(write("long", std::string(1025, 'x'), 0600)).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(BootSecret::from_file(folder_ / "absent").error().code, ErrorCode::not_found);
  EXPECT_EQ(BootSecret::from_file(folder_).error().code, ErrorCode::invalid_input);
}

TEST_F(BootSecretTest, ACredentialComesFromSystemdsFolderOnly) {
  write("kmc", "correct horse battery", 0400);
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(BootSecret::from_credential("kmc").error().code, ErrorCode::not_found);
  setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  EXPECT_TRUE(BootSecret::from_credential("kmc"));
  EXPECT_EQ(BootSecret::from_credential("../kmc").error().code, ErrorCode::invalid_input);
  unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace
}  // namespace yinxin::crypto
