// The calling side over dlopen, against the soft token: what happens to a UKey between factory and holder.

#include "token/ukey.h"

#include "tests/token/door.h"

namespace yinxin::token {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes(bytes_of(text)); }

class UkeyLife : public ::testing::Test {
 protected:
  void SetUp() override {
    if (door::is_vendor()) {
      GTEST_SKIP() << "wipes the device; run on the soft token";
    }
    ASSERT_EQ(folder_.create("one"), SAR_OK);
    auto loaded = skf::SkfLibrary::load(YX_SOFT_SKF);
    ASSERT_TRUE(loaded) << loaded.error().describe();
    library_ = *loaded;
  }
  Result<Ukey> initialised() {
    Initialization how;
    how.device_key = secret("1234567812345678");
    how.new_device_key = secret("0123456789abcdef");
    how.administrator_pin = secret("so-pin-123");
    how.user_pin = secret("user-pin-1");
    how.containers = {"login", "approval"};
    return Ukey::initialise(library_, "one", how);
  }

  door::Folder folder_;
  std::shared_ptr<const skf::SkfLibrary> library_;
  SystemRandom random_;
};

TEST_F(UkeyLife, a_library_that_is_missing_or_is_no_skf_library_is_named) {
  const auto missing = skf::SkfLibrary::load("/nonexistent/libskf.so");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  const auto other = skf::SkfLibrary::load("libc.so.6");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::unsupported);
  EXPECT_NE(other.error().detail.find("SKF_ConnectDev"), std::string::npos);
}

TEST_F(UkeyLife, from_factory_to_written) {
  auto ukey = initialised();
  ASSERT_TRUE(ukey) << ukey.error().describe();
  EXPECT_EQ(ukey->info().serial, "SN-one");
  EXPECT_EQ(*ukey->containers(), (std::vector<std::string>{"login", "approval"}));

  const auto key = ukey->generate_signing_pair("approval");
  ASSERT_TRUE(key) << key.error().describe();
  const auto signer = ukey->signer("approval");
  ASSERT_TRUE(signer);
  const auto signature = (*signer)->sign(bytes_of("statement"));
  ASSERT_TRUE(signature) << signature.error().describe();
  EXPECT_TRUE(crypto::sm2_verify(*key, bytes_of("statement"), *signature));

  const auto pair = crypto::Sm2PrivateKey::generate(random_);
  const auto envelope = crypto::envelope_key(*key, pair, random_);
  ASSERT_TRUE(envelope);
  const auto imported = ukey->import_encryption_pair("approval", envelope->to_der());
  ASSERT_TRUE(imported) << imported.error().describe();
  EXPECT_EQ(*ukey->encryption_public_key("approval"), pair.public_key());

  const Bytes signing = random_.bytes(800);
  const Bytes encryption = random_.bytes(810);
  ASSERT_TRUE(ukey->import_signing_certificate("approval", signing));
  ASSERT_TRUE(ukey->import_encryption_certificate("approval", encryption));
  const auto proven = ukey->prove_written("approval", signing, encryption, pair.public_key(), random_);
  EXPECT_TRUE(proven) << proven.error().describe();
  EXPECT_FALSE(ukey->prove_written("approval", encryption, encryption, pair.public_key(), random_));
  EXPECT_FALSE(ukey->prove_written("approval", signing, encryption, *key, random_));

  const auto plain = ukey->decrypt("approval", *crypto::sm2_encrypt(pair.public_key(), bytes_of("for the holder")));
  ASSERT_TRUE(plain) << plain.error().describe();
  EXPECT_EQ(plain->expose_text(), "for the holder");
}

TEST_F(UkeyLife, an_envelope_for_another_token_is_refused) {
  auto ukey = initialised();
  ASSERT_TRUE(ukey);
  ASSERT_TRUE(ukey->generate_signing_pair("login"));
  const auto stranger = crypto::Sm2PrivateKey::generate(random_);
  const auto envelope = crypto::envelope_key(stranger.public_key(), crypto::Sm2PrivateKey::generate(random_), random_);
  EXPECT_FALSE(ukey->import_encryption_pair("login", envelope->to_der()));
  EXPECT_FALSE(ukey->import_encryption_pair("login", bytes_of("not DER")));
  const auto none = ukey->encryption_public_key("login");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

TEST_F(UkeyLife, pins_answer_with_the_tries_left_and_lock) {
  ASSERT_TRUE(initialised());
  auto ukey = Ukey::open(library_, "one");
  ASSERT_TRUE(ukey) << ukey.error().describe();
  const auto refused = ukey->generate_signing_pair("login");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_signed_in);
  for (std::uint32_t left = default_pin_retries - 1; left > 0; --left) {
    const PinAnswer answer = ukey->verify_pin(PinRole::user, secret("no-such-pin"));
    ASSERT_FALSE(answer.outcome);
    EXPECT_EQ(answer.outcome.error().code, ErrorCode::pin_wrong);
    EXPECT_EQ(answer.outcome.error().describe().find("no-such-pin"), std::string::npos);
    EXPECT_EQ(answer.retries_left, left);
  }
  const PinAnswer locked = ukey->verify_pin(PinRole::user, secret("no-such-pin"));
  ASSERT_FALSE(locked.outcome);
  EXPECT_EQ(locked.outcome.error().code, ErrorCode::pin_locked);
  EXPECT_EQ(ukey->pin_info(PinRole::user)->retries_left, 0U);
  ASSERT_TRUE(ukey->unblock_user_pin(secret("so-pin-123"), secret("chosen-by-me")).outcome);
  ASSERT_TRUE(ukey->change_pin(PinRole::administrator, secret("so-pin-123"), secret("so-pin-124")).outcome);
  EXPECT_TRUE(ukey->verify_pin(PinRole::user, secret("chosen-by-me")).outcome);
  EXPECT_FALSE(ukey->pin_info(PinRole::user)->is_default);
  EXPECT_TRUE(ukey->generate_signing_pair("login"));
  ASSERT_TRUE(ukey->clear_rights());
  EXPECT_FALSE(ukey->sign("login", bytes_of("x")));
}

TEST_F(UkeyLife, initialising_needs_the_device_key_and_removes_what_others_left) {
  ASSERT_TRUE(initialised());
  const auto again = initialised();  // the factory's key is no longer the device's
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::forbidden);
  Initialization how;
  how.application = "ANOTHER";
  how.device_key = secret("0123456789abcdef");
  how.administrator_pin = secret("so-pin-123");
  how.user_pin = secret("user-pin-1");
  ASSERT_TRUE(Ukey::initialise(library_, "one", how));
  const auto gone = Ukey::open(library_, "one");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_TRUE(Ukey::open(library_, "one", "ANOTHER"));
}

TEST_F(UkeyLife, absent_and_removed_tokens_are_told_apart) {
  const auto listed = Ukey::list(library_);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().name, "one");
  const auto nobody = Ukey::open(library_, "two");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::token_absent);
  auto ukey = initialised();
  ASSERT_TRUE(ukey);
  std::filesystem::remove(folder_.path() / "one.ukey");
  const auto pulled = ukey->generate_signing_pair("login");
  ASSERT_FALSE(pulled);
  EXPECT_EQ(pulled.error().code, ErrorCode::token_removed);
  const auto none = Ukey::list(library_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::token_absent);
}

}  // namespace
}  // namespace yinxin::token
