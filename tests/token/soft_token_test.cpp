// What only our soft token promises: its file, its crashes, its two processes, its folder.

#include <fcntl.h>
#include <sys/wait.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/token/black_box.h"

namespace {

// Counts the steps of writing and ends the process at the chosen one, as a power cut would.
std::atomic<int> steps_left{-1};
void step() {
  if (steps_left.load() > 0 && steps_left.fetch_sub(1) == 1) {
    ::_exit(42);
  }
}
template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// These stand before the C library's for the whole process; the soft token's calls pass here.
extern "C" int rename(const char* from, const char* to) noexcept {
  step();
  const int answer = real<int (*)(const char*, const char*)>("rename")(from, to);
  step();
  return answer;
}
extern "C" int fdatasync(int fd) {
  step();
  const int answer = real<int (*)(int)>("fdatasync")(fd);
  step();
  return answer;
}
extern "C" int fsync(int fd) {
  step();
  const int answer = real<int (*)(int)>("fsync")(fd);
  step();
  return answer;
}
extern "C" ssize_t write(int fd, const void* bytes, size_t size) {
  if (steps_left.load() > 0 && size > 1) {  // half of it, then the cut
    const auto half = real<ssize_t (*)(int, const void*, size_t)>("write")(fd, bytes, size / 2);
    step();
    return half;
  }
  return real<ssize_t (*)(int, const void*, size_t)>("write")(fd, bytes, size);
}

namespace yinxin::token::door {
namespace {

namespace fs = std::filesystem;

class SoftToken : public BlackBox {
 protected:
  void SetUp() override {
    if (is_vendor()) {
      GTEST_SKIP() << "about our soft token only";
    }
    BlackBox::SetUp();
  }
  fs::path state_file() const { return folder_->path() / "box.ukey"; }
  static Bytes read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static void put(const fs::path& path, BytesView bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  static int in_child(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::_exit(work());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

TEST_F(SoftToken, a_crash_at_any_step_of_a_write_leaves_the_old_or_the_new_device) {
  HCONTAINER container = keyed_container();
  int reached = 0;
  bool finished = false;
  bool old_seen = false;
  bool new_seen = false;
  for (int at = 1; !finished; ++at) {
    ASSERT_LT(at, 200);
    ECCPUBLICKEYBLOB before{};
    ULONG size = sizeof before;
    ASSERT_EQ(SKF(ExportPublicKey)(container, TRUE, reinterpret_cast<BYTE*>(&before), &size), SAR_OK);
    const int code = in_child([&] {
      steps_left = at;
      ECCPUBLICKEYBLOB made{};
      return SKF(GenECCKeyPair)(container, SGD_SM2_1_OLD, &made) == SAR_OK ? 0 : 1;
    });
    ASSERT_TRUE(code == 0 || code == 42) << code;
    finished = code == 0;
    reached += finished ? 0 : 1;
    ECCPUBLICKEYBLOB after{};
    ASSERT_EQ(SKF(ExportPublicKey)(container, TRUE, reinterpret_cast<BYTE*>(&after), &size), SAR_OK);
    (std::memcmp(&before, &after, sizeof after) == 0 ? old_seen : new_seen) = true;
    // Whatever is there is whole: the pair signs, and another process can open the device.
    Bytes e = random_.bytes(32);
    ECCSIGNATUREBLOB signature{};
    ASSERT_EQ(SKF(ECCSignData)(container, e.data(), 32, &signature), SAR_OK);
    ASSERT_EQ(SKF(ECCVerify)(device_, &after, e.data(), 32, &signature), SAR_OK);
  }
  EXPECT_GE(reached, 6) << "the write passes fewer steps than it should";
  EXPECT_TRUE(old_seen);
  EXPECT_TRUE(new_seen);
}

TEST_F(SoftToken, a_try_cut_off_by_a_crash_is_never_given_back) {
  for (int at = 1;; ++at) {
    ASSERT_LT(at, 200);
    ASSERT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);  // all tries again
    const int code = in_child([&] {
      steps_left = at;
      return verify(USER_TYPE, "wrong-pin") == SAR_PIN_INCORRECT ? 0 : 1;
    });
    ULONG most = 0;
    ULONG left = 0;
    BOOL is_default = FALSE;
    ASSERT_EQ(SKF(GetPINInfo)(application_, USER_TYPE, &most, &left, &is_default), SAR_OK);
    if (code == 0) {
      EXPECT_EQ(left, retries - 1);
      break;
    }
    ASSERT_EQ(code, 42);
    // Cut off before the new count was in place, nothing had been judged yet.
    EXPECT_TRUE(left == retries || left == retries - 1) << left;
  }
}

TEST_F(SoftToken, counters_survive_a_restart_and_are_shared_by_processes) {
  EXPECT_EQ(in_child([&] {
              DEVHANDLE device = nullptr;
              HAPPLICATION application = nullptr;
              ULONG left = 0;
              const bool counted =
                  SKF(ConnectDev)(Text("box"), &device) == SAR_OK &&
                  SKF(OpenApplication)(device, Text(application_name), &application) == SAR_OK &&
                  SKF(VerifyPIN)(application, USER_TYPE, Text("wrong-pin"), &left) == SAR_PIN_INCORRECT &&
                  SKF(VerifyPIN)(application, USER_TYPE, Text("wrong-pin"), &left) == SAR_PIN_INCORRECT;
              return counted ? 7 : 1;
            }),
            7);
  ULONG left = 0;
  EXPECT_EQ(verify(USER_TYPE, "wrong-pin", &left), SAR_PIN_INCORRECT);
  EXPECT_EQ(left, retries - 3);
}

TEST_F(SoftToken, two_processes_at_once_lose_nothing) {
  ASSERT_EQ(verify(USER_TYPE, user_pin()), SAR_OK);
  constexpr int each = 10;
  const auto make = [&](const std::string& prefix) {
    for (int i = 0; i < each; ++i) {
      HCONTAINER container = nullptr;
      if (SKF(CreateContainer)(application_, Text(prefix + std::to_string(i)), &container) != SAR_OK) {
        return 1;
      }
    }
    return 0;
  };
  // The child opens the device by itself: it must not share this process's file descriptions.
  const pid_t child = ::fork();
  if (child == 0) {
    ULONG left = 0;
    DEVHANDLE device = nullptr;
    const bool opened = SKF(ConnectDev)(Text("box"), &device) == SAR_OK &&
                        SKF(OpenApplication)(device, Text(application_name), &application_) == SAR_OK &&
                        SKF(VerifyPIN)(application_, USER_TYPE, Text(user_pin()), &left) == SAR_OK;
    ::_exit(opened ? make("child") : 2);
  }
  EXPECT_EQ(make("parent"), 0);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ULONG size = 0;
  ASSERT_EQ(SKF(EnumContainer)(application_, nullptr, &size), SAR_OK);
  Bytes list(size);
  ASSERT_EQ(SKF(EnumContainer)(application_, reinterpret_cast<LPSTR>(list.data()), &size), SAR_OK);
  EXPECT_EQ(skf::split_names(list).size(), 2U * each);
}

TEST_F(SoftToken, threads_share_a_connection) {
  HCONTAINER container = keyed_container();
  std::atomic<int> failures = 0;
  const auto work = [&] {
    SystemRandom random;
    for (int i = 0; i < 20; ++i) {
      Bytes e = random.bytes(32);
      ECCSIGNATUREBLOB signature{};
      if (SKF(ECCSignData)(container, e.data(), 32, &signature) != SAR_OK ||
          SKF(ECCVerify)(device_, &signing_, e.data(), 32, &signature) != SAR_OK) {
        ++failures;
      }
    }
  };
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  EXPECT_EQ(failures, 0);
}

TEST_F(SoftToken, nothing_readable_stands_in_the_file_and_every_changed_byte_is_noticed) {
  keyed_container();
  const Bytes good = read(state_file());
  const std::string_view text = text_of(good);
  for (const std::string& secret : {user_pin(), admin_pin(), application_name, std::string("SN-box"),
                                    std::string("main"), std::string("1234567812345678")}) {
    EXPECT_EQ(text.find(secret), std::string_view::npos) << secret;
  }
  EXPECT_EQ(fs::status(state_file()).permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
  DEVINFO info{};
  for (std::size_t at = 0; at < good.size(); at += 13) {
    Bytes bad = good;
    bad[at] ^= 0x10;
    put(state_file(), bad);
    EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_FILEERR) << at;
  }
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, good.size() / 2, good.size() - 1}) {
    put(state_file(), BytesView(good).first(size));
    EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_FILEERR) << size;
  }
  put(state_file(), good);
  EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_OK);
}

TEST_F(SoftToken, a_device_that_is_pulled_out_is_removed_and_comes_back) {
  fs::rename(state_file(), folder_->path() / "elsewhere");
  DEVINFO info{};
  EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_DEVICE_REMOVED);
  EXPECT_EQ(verify(USER_TYPE, user_pin()), SAR_DEVICE_REMOVED);
  fs::rename(folder_->path() / "elsewhere", state_file());
  EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_OK);
}

TEST_F(SoftToken, a_locked_device_is_its_holders_alone) {
  DEVHANDLE other = nullptr;
  ASSERT_EQ(SKF(ConnectDev)(Text("box"), &other), SAR_OK);
  ASSERT_EQ(SKF(LockDev)(device_, 0), SAR_OK);
  EXPECT_EQ(SKF(LockDev)(other, 0), SAR_TIMEOUTERR);
  DEVINFO info{};
  EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_OK);
  ASSERT_EQ(SKF(UnlockDev)(device_), SAR_OK);
  EXPECT_EQ(SKF(LockDev)(other, 0), SAR_OK);
  EXPECT_EQ(SKF(DisConnectDev)(other), SAR_OK);
  EXPECT_EQ(SKF(GetDevInfo)(device_, &info), SAR_OK);
}

TEST_F(SoftToken, devices_appear_and_disappear_as_events) {
  std::string name(65, '\0');
  const auto next = [&](ULONG& event) {
    ULONG size = static_cast<ULONG>(name.size());
    return SKF(WaitForDevEvent)(name.data(), &size, &event);
  };
  // Earlier tests of this process left their devices to the watch: read until ours is the news.
  const auto wait_for = [&](const std::string& device, ULONG wanted) {
    for (int i = 0; i < 100; ++i) {
      ULONG event = 0;
      if (next(event) != SAR_OK) {
        return false;
      }
      if (device == name.c_str()) {
        return event == wanted;
      }
    }
    return false;
  };
  std::thread plugging([this] { EXPECT_EQ(folder_->create("plugged"), SAR_OK); });
  EXPECT_TRUE(wait_for("plugged", DEV_EVENT_INSERTED));
  plugging.join();
  fs::remove(folder_->path() / "plugged.ukey");
  EXPECT_TRUE(wait_for("plugged", DEV_EVENT_REMOVED));

  ULONG answer = SAR_OK;
  std::thread waiting([&] {
    ULONG event = 0;
    answer = next(event);
  });
  while (SKF(CancelWaitForDevEvent)() != SAR_OK) {
    std::this_thread::yield();
  }
  waiting.join();
  EXPECT_EQ(answer, static_cast<ULONG>(SAR_NOT_EVENTERR));
}

TEST_F(SoftToken, a_device_is_created_once_and_only_where_its_name_says) {
  EXPECT_EQ(folder_->create("box"), SAR_FILE_ALREADY_EXIST);
  const auto create = symbol<decltype(&YXSoft_CreateDevice)>("YXSoft_CreateDevice");
  EXPECT_EQ(create((folder_->path() / "no-suffix").c_str(), "1", "x"), SAR_INVALIDPARAMERR);
  EXPECT_EQ(create((folder_->path() / "a.ukey").c_str(), "", "x"), SAR_INVALIDPARAMERR);
  EXPECT_EQ(create((folder_->path() / "a.ukey").c_str(), std::string(33, '1').c_str(), "x"), SAR_INVALIDPARAMERR);
  EXPECT_EQ(create(nullptr, nullptr, nullptr), SAR_INVALIDPARAMERR);
  DEVHANDLE device = nullptr;
  EXPECT_NE(SKF(ConnectDev)(Text("../box"), &device), SAR_OK);
  EXPECT_NE(SKF(ConnectDev)(Text(".hidden"), &device), SAR_OK);
}

TEST_F(SoftToken, what_it_cannot_do_it_says) {
  HCONTAINER container = keyed_container();
  RSAPUBLICKEYBLOB rsa{};
  EXPECT_EQ(SKF(GenRSAKeyPair)(container, 2048, &rsa), SAR_NOTSUPPORTYETERR);
  EXPECT_EQ(SKF(Transmit)(device_, nullptr, 0, nullptr, nullptr), SAR_NOTSUPPORTYETERR);
  HANDLE agreement = nullptr;
  EXPECT_EQ(SKF(GenerateAgreementDataWithECC)(container, 0, nullptr, nullptr, 0, &agreement), SAR_NOTSUPPORTYETERR);
  // Decryption is for the encryption pair; the signing key only signs, whatever the caller says.
  import_pair(container);
  Bytes blob = skf::to_blob(*crypto::sm2_encrypt(signing_key(), key_));
  Bytes out(16);
  ULONG size = 16;
  auto* cipher = reinterpret_cast<ECCCIPHERBLOB*>(blob.data());
  EXPECT_EQ(SKF(PrvKeyDecrypt)(container, PRVKEY_FOR_SIGNING, cipher, out.data(), &size), SAR_KEYUSAGEERR);
  EXPECT_EQ(SKF(PrvKeyDecrypt)(container, PRVKEY_FOR_ENCRYPTION, cipher, out.data(), &size), SAR_INDATAERR);
}

}  // namespace
}  // namespace yinxin::token::door
