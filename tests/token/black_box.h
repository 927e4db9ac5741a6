#pragma once
// A device with a fresh application, seen through the C door alone.

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>

#include "base/random.h"
#include "crypto/enveloped_key.h"
#include "tests/token/door.h"
#include "token/skf/blobs.h"
#include "token/skf/lists.h"

namespace yinxin::token::door {

class BlackBox : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!is_vendor()) {
      folder_ = std::make_unique<Folder>();
      ASSERT_EQ(folder_->create("box"), SAR_OK);
    }
    ULONG size = 0;
    ASSERT_EQ(SKF(EnumDev)(TRUE, nullptr, &size), SAR_OK);
    Bytes list(size);
    ASSERT_EQ(SKF(EnumDev)(TRUE, reinterpret_cast<LPSTR>(list.data()), &size), SAR_OK);
    const auto names = skf::split_names(list);
    ASSERT_FALSE(names.empty()) << "no device";
    name_ = names.front();
    ASSERT_EQ(SKF(ConnectDev)(Text(name_), &device_), SAR_OK);
    ASSERT_EQ(authenticate(device_), SAR_OK);
    SKF(DeleteApplication)(device_, Text(application_name));
    ASSERT_EQ(SKF(CreateApplication)(device_, Text(application_name), Text(admin_pin()), retries, Text(user_pin()),
                                     retries, SECURE_USER_ACCOUNT, &application_),
              SAR_OK);
  }
  void TearDown() override {
    if (device_ != nullptr) {
      authenticate(device_);
      SKF(DeleteApplication)(device_, Text(application_name));
      SKF(DisConnectDev)(device_);
    }
  }
  ULONG verify(ULONG type, const std::string& pin, ULONG* left = nullptr) {
    ULONG ignored = 0;
    return SKF(VerifyPIN)(application_, type, Text(pin), left != nullptr ? left : &ignored);
  }
  HCONTAINER keyed_container() {
    EXPECT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);
    HCONTAINER container = nullptr;
    EXPECT_EQ(SKF(CreateContainer)(application_, Text("main"), &container), SAR_OK);
    ULONG sar = SKF(GenECCKeyPair)(container, SGD_SM2_1_OLD, &signing_);
    if (sar != SAR_OK) {
      sar = SKF(GenECCKeyPair)(container, SGD_SM2_1_NEW, &signing_);
    }
    EXPECT_EQ(sar, SAR_OK);
    return container;
  }
  crypto::Sm2PublicKey signing_key() const { return *skf::from_blob(signing_); }
  // Imports a fresh encryption pair and returns it.
  crypto::Sm2PrivateKey import_pair(HCONTAINER container) {
    auto pair = crypto::Sm2PrivateKey::generate(random_);
    Bytes blob = skf::to_blob(*crypto::envelope_key(signing_key(), pair, random_));
    EXPECT_EQ(SKF(ImportECCKeyPair)(container, reinterpret_cast<ENVELOPEDKEYBLOB*>(blob.data())), SAR_OK);
    return pair;
  }
  HANDLE symmetric_key(ULONG algorithm) {
    HANDLE key = nullptr;
    EXPECT_EQ(SKF(SetSymmKey)(device_, key_.data(), algorithm, &key), SAR_OK);
    return key;
  }

  SystemRandom random_;
  Bytes key_ = random_.bytes(16);
  std::unique_ptr<Folder> folder_;
  std::string name_;
  DEVHANDLE device_ = nullptr;
  HAPPLICATION application_ = nullptr;
  ECCPUBLICKEYBLOB signing_{};
};

}  // namespace yinxin::token::door
