// GM/T 0016 through the C door alone. Nothing here knows what is behind it.

#include "tests/token/black_box.h"

namespace yinxin::token::door {
namespace {

TEST_F(BlackBox, a_device_tells_who_it_is) {
  DEVINFO info{};
  ASSERT_EQ(SKF(GetDevInfo)(device_, &info), SAR_OK);
  EXPECT_NE(info.SerialNumber[0], '\0');
  EXPECT_NE(info.AlgHashCap & SGD_SM3, 0U);
  ULONG state = 99;
  ASSERT_EQ(SKF(GetDevState)(Text(name_), &state), SAR_OK);
  EXPECT_EQ(state, static_cast<ULONG>(DEV_PRESENT_STATE));
  EXPECT_EQ(SKF(GetDevInfo)(device_, nullptr), SAR_INVALIDPARAMERR);
  if (!is_vendor()) {
    ASSERT_EQ(SKF(GetDevState)(Text("nobody"), &state), SAR_OK);
    EXPECT_EQ(state, static_cast<ULONG>(DEV_ABSENT_STATE));
    ASSERT_EQ(SKF(SetLabel)(device_, Text("renamed")), SAR_OK);
    ASSERT_EQ(SKF(GetDevInfo)(device_, &info), SAR_OK);
    EXPECT_STREQ(static_cast<const char*>(info.Label), "renamed");
    EXPECT_EQ(SKF(SetLabel)(device_, Text(std::string(33, 'x'))), SAR_INVALIDPARAMERR);
  }
}

TEST_F(BlackBox, wrong_handles_are_errors_and_never_crashes) {
  int local = 0;
  ULONG number = 0;
  BYTE byte = 0;
  for (HANDLE wrong : {HANDLE{nullptr}, HANDLE{&local}, reinterpret_cast<HANDLE>(~std::uintptr_t{0})}) {
    DEVINFO info{};
    HANDLE out = nullptr;
    EXPECT_EQ(SKF(GetDevInfo)(wrong, &info), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(DisConnectDev)(wrong), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(GenRandom)(wrong, &byte, 1), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(VerifyPIN)(wrong, USER_TYPE, Text("123456"), &number), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(OpenApplication)(wrong, Text("x"), &out), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(OpenContainer)(wrong, Text("x"), &out), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(ExportPublicKey)(wrong, TRUE, nullptr, &number), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(EncryptInit)(wrong, BLOCKCIPHERPARAM{}), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(DigestFinal)(wrong, &byte, &number), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(MacFinal)(wrong, &byte, &number), SAR_INVALIDHANDLEERR);
    EXPECT_EQ(SKF(CloseHandle)(wrong), SAR_INVALIDHANDLEERR);
  }
  // A handle of another kind is a wrong one, and so is one that was closed.
  EXPECT_EQ(SKF(OpenContainer)(device_, Text("x"), &application_), SAR_INVALIDHANDLEERR);
  HAPPLICATION second = nullptr;
  ASSERT_EQ(SKF(OpenApplication)(device_, Text(application_name), &second), SAR_OK);
  ASSERT_EQ(SKF(CloseApplication)(second), SAR_OK);
  EXPECT_EQ(SKF(ClearSecureState)(second), SAR_INVALIDHANDLEERR);
}

TEST_F(BlackBox, null_pointers_are_refused) {
  const HCONTAINER container = keyed_container();
  ULONG number = 0;
  EXPECT_EQ(SKF(ConnectDev)(nullptr, &application_), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ConnectDev)(Text(name_), nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(EnumDev)(TRUE, nullptr, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(DevAuth)(device_, nullptr, 16), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(GenRandom)(device_, nullptr, 8), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(VerifyPIN)(application_, USER_TYPE, nullptr, &number), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ChangePIN)(application_, USER_TYPE, nullptr, nullptr, &number), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(UnblockPIN)(application_, nullptr, nullptr, &number), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(GetPINInfo)(application_, USER_TYPE, nullptr, nullptr, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(CreateContainer)(application_, nullptr, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(GenECCKeyPair)(container, SGD_SM2_1_OLD, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ImportECCKeyPair)(container, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ECCSignData)(container, nullptr, 32, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ImportCertificate)(container, TRUE, nullptr, 5), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ExportPublicKey)(container, TRUE, nullptr, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ImportSessionKey)(container, SGD_SM4_CBC, nullptr, 0, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(SetSymmKey)(device_, nullptr, SGD_SM4_CBC, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ECCVerify)(device_, nullptr, nullptr, 32, nullptr), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(ExtECCEncrypt)(device_, nullptr, nullptr, 1, nullptr), SAR_INVALIDPARAMERR);
}

TEST_F(BlackBox, the_device_key_opens_the_device_and_nothing_else_does) {
  DEVHANDLE other = nullptr;
  ASSERT_EQ(SKF(ConnectDev)(Text(name_), &other), SAR_OK);
  HAPPLICATION made = nullptr;
  const auto create = [&] {
    return SKF(CreateApplication)(other, Text("YX-OTHER"), Text("admin-1"), 3, Text("user-12"), 3, SECURE_USER_ACCOUNT,
                                  &made);
  };
  EXPECT_EQ(create(), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(SKF(DeleteApplication)(other, Text(application_name)), SAR_USER_NOT_LOGGED_IN);
  Bytes key(16, 7);
  EXPECT_EQ(SKF(ChangeDevAuthKey)(other, key.data(), 16), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(authenticate(other, key), SAR_FAIL);
  EXPECT_EQ(create(), SAR_USER_NOT_LOGGED_IN);
  // One challenge, one answer.
  Bytes challenge(16, 0);
  ASSERT_EQ(SKF(GenRandom)(other, challenge.data(), 8), SAR_OK);
  Bytes answer = *crypto::sm4_encrypt(crypto::Sm4Mode::ecb, device_key(), {}, challenge);
  EXPECT_EQ(SKF(DevAuth)(other, answer.data(), 16), SAR_OK);
  EXPECT_NE(SKF(DevAuth)(other, answer.data(), 16), SAR_OK);
  ASSERT_EQ(authenticate(other), SAR_OK);
  // A changed key counts at once, and back again.
  ASSERT_EQ(SKF(ChangeDevAuthKey)(other, key.data(), 16), SAR_OK);
  EXPECT_EQ(authenticate(other), SAR_FAIL);
  ASSERT_EQ(authenticate(other, key), SAR_OK);
  Bytes old = device_key();
  ASSERT_EQ(SKF(ChangeDevAuthKey)(other, old.data(), 16), SAR_OK);
  EXPECT_EQ(SKF(ChangeDevAuthKey)(other, old.data(), 15), SAR_INDATALENERR);
  EXPECT_EQ(SKF(DisConnectDev)(other), SAR_OK);
}

TEST_F(BlackBox, applications_are_made_once_listed_and_deleted) {
  HAPPLICATION again = nullptr;
  EXPECT_EQ(SKF(CreateApplication)(device_, Text(application_name), Text("admin-1"), 3, Text("user-12"), 3, 0, &again),
            SAR_APPLICATION_EXISTS);
  EXPECT_EQ(SKF(CreateApplication)(device_, Text("YX-SHORT"), Text("12345"), 3, Text("user-12"), 3, 0, &again),
            SAR_PIN_LEN_RANGE);
  EXPECT_EQ(SKF(CreateApplication)(device_, Text(""), Text("admin-1"), 3, Text("user-12"), 3, 0, &again),
            SAR_APPLICATION_NAME_INVALID);
  ULONG size = 0;
  ASSERT_EQ(SKF(EnumApplication)(device_, nullptr, &size), SAR_OK);
  Bytes list(size);
  ULONG small = size - 1;
  EXPECT_EQ(SKF(EnumApplication)(device_, reinterpret_cast<LPSTR>(list.data()), &small), SAR_BUFFER_TOO_SMALL);
  EXPECT_EQ(small, size);
  ASSERT_EQ(SKF(EnumApplication)(device_, reinterpret_cast<LPSTR>(list.data()), &size), SAR_OK);
  const auto names = skf::split_names(list);
  EXPECT_NE(std::ranges::find(names, application_name), names.end());
  EXPECT_EQ(SKF(OpenApplication)(device_, Text("YX-NOBODY"), &again), SAR_APPLICATION_NOT_EXISTS);
  ASSERT_EQ(SKF(DeleteApplication)(device_, Text(application_name)), SAR_OK);
  EXPECT_EQ(SKF(DeleteApplication)(device_, Text(application_name)), SAR_APPLICATION_NOT_EXISTS);
  EXPECT_EQ(verify(USER_TYPE, user_pin()), SAR_APPLICATION_NOT_EXISTS);
}

TEST_F(BlackBox, a_wrong_pin_costs_a_try_and_the_last_one_locks_until_the_administrator_unblocks) {
  ULONG left = 0;
  EXPECT_EQ(verify(USER_TYPE, "wrong-pin", &left), SAR_PIN_INCORRECT);
  EXPECT_EQ(left, retries - 1);
  EXPECT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);
  ULONG most = 0;
  BOOL is_default = FALSE;
  ASSERT_EQ(SKF(GetPINInfo)(application_, USER_TYPE, &most, &left, &is_default), SAR_OK);
  EXPECT_EQ(most, retries);
  EXPECT_EQ(left, retries);
  for (ULONG expected = retries - 1; expected > 0; --expected) {
    EXPECT_EQ(verify(USER_TYPE, "wrong-pin", &left), SAR_PIN_INCORRECT);
    EXPECT_EQ(left, expected);
  }
  EXPECT_EQ(verify(USER_TYPE, "wrong-pin", &left), SAR_PIN_LOCKED);
  EXPECT_EQ(left, 0U);
  EXPECT_EQ(verify(USER_TYPE, user_pin(), &left), SAR_PIN_LOCKED);
  EXPECT_EQ(SKF(UnblockPIN)(application_, Text("not-the-admin"), Text("new-user-1"), &left), SAR_PIN_INCORRECT);
  EXPECT_EQ(left, retries - 1);
  ASSERT_EQ(SKF(UnblockPIN)(application_, Text(admin_pin()), Text("new-user-1"), &left), SAR_OK);
  EXPECT_EQ(verify(USER_TYPE, user_pin()), SAR_PIN_INCORRECT);
  EXPECT_EQ(verify(USER_TYPE, "new-user-1"), SAR_OK);
  EXPECT_EQ(verify(7, user_pin()), SAR_USER_TYPE_INVALID);
  EXPECT_EQ(verify(USER_TYPE, "12345"), SAR_PIN_LEN_RANGE);
}

TEST_F(BlackBox, a_wrong_pin_takes_away_a_right_that_was_held) {
  HCONTAINER container = keyed_container();
  Bytes e = random_.bytes(32);
  ECCSIGNATUREBLOB signature{};
  EXPECT_EQ(SKF(ECCSignData)(container, e.data(), 32, &signature), SAR_OK);
  EXPECT_EQ(verify(USER_TYPE, "wrong-pin"), SAR_PIN_INCORRECT);
  EXPECT_EQ(SKF(ECCSignData)(container, e.data(), 32, &signature), SAR_USER_NOT_LOGGED_IN);
}

TEST_F(BlackBox, pins_change_with_the_old_one_and_keys_outlive_the_change) {
  HCONTAINER container = keyed_container();
  ULONG left = 0;
  EXPECT_EQ(SKF(ChangePIN)(application_, USER_TYPE, Text("wrong-pin"), Text("changed-1"), &left), SAR_PIN_INCORRECT);
  EXPECT_EQ(left, retries - 1);
  EXPECT_EQ(SKF(ChangePIN)(application_, USER_TYPE, Text(user_pin()), Text("short"), &left), SAR_PIN_LEN_RANGE);
  ASSERT_EQ(SKF(ChangePIN)(application_, USER_TYPE, Text(user_pin()), Text("changed-1"), &left), SAR_OK);
  ASSERT_EQ(SKF(ChangePIN)(application_, ADMIN_TYPE, Text(admin_pin()), Text("changed-2"), &left), SAR_OK);
  EXPECT_EQ(SKF(UnblockPIN)(application_, Text(admin_pin()), Text("changed-3"), &left), SAR_PIN_INCORRECT);
  ASSERT_EQ(SKF(UnblockPIN)(application_, Text("changed-2"), Text("changed-3"), &left), SAR_OK);
  ASSERT_EQ(SKF(ClearSecureState)(application_), SAR_OK);
  ASSERT_EQ(verify(USER_TYPE, "changed-3"), SAR_OK);
  Bytes e = random_.bytes(32);
  ECCSIGNATUREBLOB signature{};
  ASSERT_EQ(SKF(ECCSignData)(container, e.data(), 32, &signature), SAR_OK);
  EXPECT_EQ(SKF(ECCVerify)(device_, &signing_, e.data(), 32, &signature), SAR_OK);
}

TEST_F(BlackBox, rights_belong_to_the_handle_that_verified_and_end_with_clearing) {
  HCONTAINER container = keyed_container();
  Bytes e = random_.bytes(32);
  ECCSIGNATUREBLOB signature{};
  HAPPLICATION other = nullptr;
  ASSERT_EQ(SKF(OpenApplication)(device_, Text(application_name), &other), SAR_OK);
  HCONTAINER unverified = nullptr;
  ASSERT_EQ(SKF(OpenContainer)(other, Text("main"), &unverified), SAR_OK);
  EXPECT_EQ(SKF(ECCSignData)(unverified, e.data(), 32, &signature), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(SKF(CreateContainer)(other, Text("second"), &unverified), SAR_USER_NOT_LOGGED_IN);
  // The administrator's PIN unblocks; it does not sign.
  ULONG left = 0;
  ASSERT_EQ(SKF(VerifyPIN)(other, ADMIN_TYPE, Text(admin_pin()), &left), SAR_OK);
  EXPECT_EQ(SKF(ECCSignData)(unverified, e.data(), 32, &signature), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(SKF(ECCSignData)(container, e.data(), 32, &signature), SAR_OK);
  ASSERT_EQ(SKF(ClearSecureState)(application_), SAR_OK);
  EXPECT_EQ(SKF(ECCSignData)(container, e.data(), 32, &signature), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(SKF(DeleteContainer)(application_, Text("main")), SAR_USER_NOT_LOGGED_IN);
}

TEST_F(BlackBox, files_obey_their_rights) {
  EXPECT_EQ(SKF(CreateFile)(application_, Text("note"), 10, SECURE_ANYONE_ACCOUNT, SECURE_USER_ACCOUNT),
            SAR_USER_NOT_LOGGED_IN);
  ASSERT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);
  ASSERT_EQ(SKF(CreateFile)(application_, Text("note"), 10, SECURE_ANYONE_ACCOUNT, SECURE_USER_ACCOUNT), SAR_OK);
  ASSERT_EQ(SKF(CreateFile)(application_, Text("diary"), 10, SECURE_USER_ACCOUNT, SECURE_NEVER_ACCOUNT), SAR_OK);
  EXPECT_EQ(SKF(CreateFile)(application_, Text("note"), 10, 0, 0), SAR_FILE_ALREADY_EXIST);
  EXPECT_EQ(SKF(CreateFile)(application_, Text(std::string(40, 'n')), 10, 0, 0), SAR_NAMELENERR);
  Bytes text = to_bytes(bytes_of("hello"));
  ASSERT_EQ(SKF(WriteFile)(application_, Text("note"), 2, text.data(), 5), SAR_OK);
  EXPECT_EQ(SKF(WriteFile)(application_, Text("note"), 6, text.data(), 5), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(WriteFile)(application_, Text("note"), ~ULONG{0}, text.data(), 5), SAR_INVALIDPARAMERR);
  EXPECT_EQ(SKF(WriteFile)(application_, Text("diary"), 0, text.data(), 5), SAR_USER_NOT_LOGGED_IN);
  FILEATTRIBUTE info{};
  ASSERT_EQ(SKF(GetFileInfo)(application_, Text("note"), &info), SAR_OK);
  EXPECT_STREQ(static_cast<const char*>(info.FileName), "note");
  EXPECT_EQ(ULONG{info.FileSize}, 10U);
  ASSERT_EQ(SKF(ClearSecureState)(application_), SAR_OK);
  Bytes out(10);
  ULONG size = 10;
  ASSERT_EQ(SKF(ReadFile)(application_, Text("note"), 2, 5, out.data(), &size), SAR_OK);
  EXPECT_EQ(text_of(BytesView(out).first(size)), "hello");
  size = 4;
  EXPECT_EQ(SKF(ReadFile)(application_, Text("note"), 0, 10, out.data(), &size), SAR_BUFFER_TOO_SMALL);
  EXPECT_EQ(SKF(ReadFile)(application_, Text("diary"), 0, 10, out.data(), &size), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(SKF(WriteFile)(application_, Text("note"), 0, text.data(), 5), SAR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(SKF(DeleteFile)(application_, Text("note")), SAR_USER_NOT_LOGGED_IN);
  ASSERT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);
  ASSERT_EQ(SKF(DeleteFile)(application_, Text("note")), SAR_OK);
  EXPECT_EQ(SKF(ReadFile)(application_, Text("note"), 0, 1, out.data(), &size), SAR_FILE_NOT_EXIST);
  size = 0;
  ASSERT_EQ(SKF(EnumFiles)(application_, nullptr, &size), SAR_OK);
  Bytes list(size);
  ASSERT_EQ(SKF(EnumFiles)(application_, reinterpret_cast<LPSTR>(list.data()), &size), SAR_OK);
  EXPECT_EQ(skf::split_names(list), std::vector<std::string>{"diary"});
}

TEST_F(BlackBox, containers_are_made_listed_and_deleted) {
  ASSERT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);
  HCONTAINER container = nullptr;
  ASSERT_EQ(SKF(CreateContainer)(application_, Text("main"), &container), SAR_OK);
  HCONTAINER again = nullptr;
  EXPECT_NE(SKF(CreateContainer)(application_, Text("main"), &again), SAR_OK);
  EXPECT_EQ(SKF(CreateContainer)(application_, Text(std::string(65, 'c')), &again), SAR_NAMELENERR);
  ULONG size = 0;
  EXPECT_EQ(SKF(ExportPublicKey)(container, TRUE, nullptr, &size), SAR_KEYNOTFOUNDERR);
  EXPECT_EQ(SKF(ExportCertificate)(container, TRUE, nullptr, &size), SAR_CERTNOTFOUNDERR);
  ASSERT_EQ(SKF(EnumContainer)(application_, nullptr, &size), SAR_OK);
  Bytes list(size);
  ASSERT_EQ(SKF(EnumContainer)(application_, reinterpret_cast<LPSTR>(list.data()), &size), SAR_OK);
  EXPECT_EQ(skf::split_names(list), std::vector<std::string>{"main"});
  ASSERT_EQ(SKF(DeleteContainer)(application_, Text("main")), SAR_OK);
  EXPECT_EQ(SKF(ExportPublicKey)(container, TRUE, nullptr, &size), SAR_INVALIDHANDLEERR);
  EXPECT_NE(SKF(OpenContainer)(application_, Text("main"), &again), SAR_OK);
  EXPECT_EQ(SKF(CloseContainer)(container), SAR_OK);
  EXPECT_EQ(SKF(CloseContainer)(container), SAR_INVALIDHANDLEERR);
}

TEST_F(BlackBox, a_signing_pair_signs_what_openssl_verifies) {
  HCONTAINER container = keyed_container();
  ULONG type = 0;
  ASSERT_EQ(SKF(GetContainerType)(container, &type), SAR_OK);
  EXPECT_EQ(type, static_cast<ULONG>(CONTAINER_TYPE_ECC));
  ECCPUBLICKEYBLOB exported{};
  ULONG size = sizeof exported - 1;
  EXPECT_EQ(SKF(ExportPublicKey)(container, TRUE, reinterpret_cast<BYTE*>(&exported), &size), SAR_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, sizeof exported);
  ASSERT_EQ(SKF(ExportPublicKey)(container, TRUE, reinterpret_cast<BYTE*>(&exported), &size), SAR_OK);
  EXPECT_EQ(std::memcmp(&exported, &signing_, sizeof exported), 0);
  const std::string message = "message digest";
  crypto::Digest e = crypto::sm2_message_digest(signing_key(), bytes_of(message));
  ECCSIGNATUREBLOB blob{};
  ASSERT_EQ(SKF(ECCSignData)(container, e.data(), 32, &blob), SAR_OK);
  EXPECT_TRUE(crypto::sm2_verify(signing_key(), bytes_of(message), *skf::from_blob(blob)));
  EXPECT_EQ(SKF(ECCVerify)(device_, &signing_, e.data(), 32, &blob), SAR_OK);
  EXPECT_EQ(SKF(ExtECCVerify)(device_, &signing_, e.data(), 32, &blob), SAR_OK);
  e[0] ^= 1;
  EXPECT_NE(SKF(ECCVerify)(device_, &signing_, e.data(), 32, &blob), SAR_OK);
  EXPECT_EQ(SKF(ECCSignData)(container, e.data(), 31, &blob), SAR_INDATALENERR);
  EXPECT_EQ(SKF(GenECCKeyPair)(container, 0x10000, &signing_), SAR_NOTSUPPORTYETERR);
}

TEST_F(BlackBox, certificates_come_back_as_they_went_in) {
  HCONTAINER container = keyed_container();
  Bytes signing = random_.bytes(900);
  Bytes encryption = random_.bytes(901);
  ASSERT_EQ(SKF(ImportCertificate)(container, TRUE, signing.data(), 900), SAR_OK);
  ASSERT_EQ(SKF(ImportCertificate)(container, FALSE, encryption.data(), 901), SAR_OK);
  for (const auto& [flag, expected] : {std::pair{TRUE, signing}, std::pair{FALSE, encryption}}) {
    ULONG size = 0;
    ASSERT_EQ(SKF(ExportCertificate)(container, flag, nullptr, &size), SAR_OK);
    ASSERT_EQ(size, expected.size());
    Bytes out(size);
    --size;
    EXPECT_EQ(SKF(ExportCertificate)(container, flag, out.data(), &size), SAR_BUFFER_TOO_SMALL);
    ASSERT_EQ(SKF(ExportCertificate)(container, flag, out.data(), &size), SAR_OK);
    EXPECT_EQ(out, expected);
  }
}

TEST_F(BlackBox, an_encryption_pair_is_imported_wrapped_and_opens_session_keys) {
  HCONTAINER container = keyed_container();
  const auto pair = import_pair(container);
  ECCPUBLICKEYBLOB exported{};
  ULONG size = sizeof exported;
  ASSERT_EQ(SKF(ExportPublicKey)(container, FALSE, reinterpret_cast<BYTE*>(&exported), &size), SAR_OK);
  EXPECT_EQ(*skf::from_blob(exported), pair.public_key());

  const Bytes iv = random_.bytes(16);
  const Bytes plain = random_.bytes(100);
  Bytes cipher = *crypto::sm4_cbc_pkcs7_encrypt(key_, iv, plain);
  Bytes wrapped = skf::to_blob(*crypto::sm2_encrypt(pair.public_key(), key_));
  HANDLE key = nullptr;
  ASSERT_EQ(SKF(ImportSessionKey)(container, SGD_SM4_CBC, wrapped.data(), static_cast<ULONG>(wrapped.size()), &key),
            SAR_OK);
  BLOCKCIPHERPARAM parameters{};
  std::ranges::copy(iv, static_cast<BYTE*>(parameters.IV));
  parameters.IVLen = 16;
  parameters.PaddingType = PKCS5_PADDING;
  ASSERT_EQ(SKF(DecryptInit)(key, parameters), SAR_OK);
  Bytes out(cipher.size());
  size = static_cast<ULONG>(out.size());
  ASSERT_EQ(SKF(Decrypt)(key, cipher.data(), static_cast<ULONG>(cipher.size()), out.data(), &size), SAR_OK);
  EXPECT_TRUE(same(BytesView(out).first(size), plain));
  EXPECT_EQ(SKF(CloseHandle)(key), SAR_OK);
  // A ciphertext cut short, or for another key, opens nothing.
  EXPECT_NE(SKF(ImportSessionKey)(container, SGD_SM4_CBC, wrapped.data(), static_cast<ULONG>(wrapped.size() - 1), &key),
            SAR_OK);
  Bytes foreign = skf::to_blob(*crypto::sm2_encrypt(signing_key(), key_));
  EXPECT_NE(SKF(ImportSessionKey)(container, SGD_SM4_CBC, foreign.data(), static_cast<ULONG>(foreign.size()), &key),
            SAR_OK);
}

TEST_F(BlackBox, a_wrong_envelope_leaves_the_old_pair) {
  HCONTAINER container = keyed_container();
  const auto old = import_pair(container);
  const auto pair = crypto::Sm2PrivateKey::generate(random_);
  const Bytes good = skf::to_blob(*crypto::envelope_key(signing_key(), pair, random_));
  const auto import = [&](const std::function<void(ENVELOPEDKEYBLOB&)>& spoil) {
    Bytes blob = good;
    spoil(*reinterpret_cast<ENVELOPEDKEYBLOB*>(blob.data()));
    return SKF(ImportECCKeyPair)(container, reinterpret_cast<ENVELOPEDKEYBLOB*>(blob.data()));
  };
  EXPECT_NE(import([](auto& blob) { blob.Version = 2; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.ulSymmAlgID = SGD_SM4_CBC; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.ulBits = 512; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.cbEncryptedPriKey[63] ^= 1; }), SAR_OK);
  EXPECT_NE(import([&](auto& blob) { blob.PubKey = signing_; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.PubKey.YCoordinate[63] ^= 1; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.ECCCipherBlob.HASH[0] ^= 1; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.ECCCipherBlob.CipherLen = 0; }), SAR_OK);
  EXPECT_NE(import([](auto& blob) { blob.ECCCipherBlob.CipherLen = 0xffffffff; }), SAR_OK);
  ECCPUBLICKEYBLOB exported{};
  ULONG size = sizeof exported;
  ASSERT_EQ(SKF(ExportPublicKey)(container, FALSE, reinterpret_cast<BYTE*>(&exported), &size), SAR_OK);
  EXPECT_EQ(*skf::from_blob(exported), old.public_key());
  // The head of the private key's field is read by nobody.
  EXPECT_EQ(import([](auto& blob) { blob.cbEncryptedPriKey[0] = 0xff; }), SAR_OK);
}

TEST_F(BlackBox, session_keys_travel_between_containers) {
  HCONTAINER container = keyed_container();
  const auto pair = import_pair(container);
  ECCPUBLICKEYBLOB recipient = skf::to_blob(pair.public_key());
  Bytes wrapped(sizeof(ECCCIPHERBLOB) - 1 + 16);
  HANDLE sent = nullptr;
  ASSERT_EQ(SKF(ECCExportSessionKey)(container, SGD_SM4_ECB, &recipient,
                                     reinterpret_cast<ECCCIPHERBLOB*>(wrapped.data()), &sent),
            SAR_OK);
  HANDLE received = nullptr;
  ASSERT_EQ(
      SKF(ImportSessionKey)(container, SGD_SM4_ECB, wrapped.data(), static_cast<ULONG>(wrapped.size()), &received),
      SAR_OK);
  Bytes plain = random_.bytes(32);
  Bytes middle(32);
  Bytes out(32);
  ULONG size = 32;
  ASSERT_EQ(SKF(EncryptInit)(sent, BLOCKCIPHERPARAM{}), SAR_OK);
  ASSERT_EQ(SKF(Encrypt)(sent, plain.data(), 32, middle.data(), &size), SAR_OK);
  ASSERT_EQ(SKF(DecryptInit)(received, BLOCKCIPHERPARAM{}), SAR_OK);
  ASSERT_EQ(SKF(Decrypt)(received, middle.data(), 32, out.data(), &size), SAR_OK);
  EXPECT_EQ(out, plain);
}

TEST_F(BlackBox, keys_from_outside_encrypt_decrypt_and_sign) {
  const auto pair = crypto::Sm2PrivateKey::generate(random_);
  ECCPUBLICKEYBLOB public_blob = skf::to_blob(pair.public_key());
  ECCPRIVATEKEYBLOB private_blob{};
  private_blob.BitLen = 256;
  std::ranges::copy(pair.scalar().expose(), static_cast<BYTE*>(private_blob.PrivateKey) + 32);
  Bytes plain = random_.bytes(50);
  Bytes cipher(sizeof(ECCCIPHERBLOB) - 1 + plain.size());
  auto* cipher_blob = reinterpret_cast<ECCCIPHERBLOB*>(cipher.data());
  ASSERT_EQ(SKF(ExtECCEncrypt)(device_, &public_blob, plain.data(), 50, cipher_blob), SAR_OK);
  EXPECT_TRUE(same(crypto::sm2_decrypt(pair, *skf::cipher_from_blob(cipher))->expose(), plain));
  Bytes out(50);
  ULONG size = 49;
  EXPECT_EQ(SKF(ExtECCDecrypt)(device_, &private_blob, cipher_blob, out.data(), &size), SAR_BUFFER_TOO_SMALL);
  ASSERT_EQ(SKF(ExtECCDecrypt)(device_, &private_blob, cipher_blob, out.data(), &size), SAR_OK);
  EXPECT_EQ(out, plain);
  Bytes e = random_.bytes(32);
  ECCSIGNATUREBLOB signature{};
  ASSERT_EQ(SKF(ExtECCSign)(device_, &private_blob, e.data(), 32, &signature), SAR_OK);
  EXPECT_EQ(SKF(ExtECCVerify)(device_, &public_blob, e.data(), 32, &signature), SAR_OK);
  public_blob.XCoordinate[0] = 1;
  EXPECT_NE(SKF(ExtECCVerify)(device_, &public_blob, e.data(), 32, &signature), SAR_OK);
}

}  // namespace
}  // namespace yinxin::token::door
