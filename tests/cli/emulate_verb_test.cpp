// yinxin emulate: the settings that it writes are enough to reach every emulator, and it ends when it is told to.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/random.h"
#include "cli.h"
#include "net/client.h"
#include "outside/adapters.h"

namespace yinxin::cli_test {
namespace {

constexpr int patience_ms = 20'000;  // only a broken program takes that long

// The program in the background, its standard output read up to a word.
class Background {
 public:
  explicit Background(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    output_ = ends[0];
    words.insert(words.begin(), YX_BINARY);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execv(YX_BINARY, arguments.data());
      _exit(127);
    }
    close(ends[1]);
  }
  ~Background() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(output_);
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  std::string read_until(std::string_view word) {
    std::string heard;
    std::array<char, 512> part{};
    pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
    while (heard.find(word) == std::string::npos && poll(&waiting, 1, patience_ms) == 1) {
      const ssize_t size = read(output_, part.data(), part.size());
      if (size <= 0) {
        break;
      }
      heard.append(part.data(), static_cast<std::size_t>(size));
    }
    return heard;
  }
  // Its exit status, or -1.
  int end_by(int signal) {
    kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

class EmulateVerb : public CommandLine {};

TEST_F(EmulateVerb, WritesSettingsThatReachEveryEmulatorAndEndsWhenTold) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Background emulators({"emulate", "--data", at("outside"), "--port", "0"});
    const std::string heard = emulators.read_until("ready");
    ASSERT_NE(heard.find("ready"), std::string::npos) << heard;
    struct stat found {};
    ASSERT_EQ(stat(at("outside/outside.json").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    const auto settings = outside::OutsideSettings::parse(bytes_of(read("outside/outside.json")));
    ASSERT_TRUE(settings) << settings.error().describe();
    EXPECT_TRUE(settings->emulated);
    SystemClock clock;
    SystemRandom random;
    const auto adapters = outside::open_adapters(*settings, "", clock, random);
    ASSERT_TRUE(adapters) << adapters.error().describe();
    EXPECT_TRUE(adapters->sms->send(
        {.id = "row-1", .mobile = "13800000001", .template_code = "SMS_1", .parameters = {{"code", "123456"}}}));
    EXPECT_EQ(adapters->sms->find("row-1", "13800000001", clock.now())->standing, hall::SmsStanding::delivered);
    EXPECT_TRUE(adapters->carrier->check("王小明", "11010519491231002X", "13800000001"));
    EXPECT_EQ(emulators.end_by(signal), 0);
  }
}

TEST_F(EmulateVerb, ServesTheEmulatedPhonesPagesAndTellsWhere) {
  std::filesystem::create_directories(at("web/emulated_phone"));
  std::ofstream(at("web/emulated_phone/index.html")) << "<p>emulated phone";
  Background emulators({"emulate", "--data", at("outside"), "--port", "0", "--phone-port", "0", "--web", at("web")});
  const std::string heard = emulators.read_until("ready");
  const std::string_view before = "演示手机 / emulated phone: http://127.0.0.1:";
  const std::size_t found = heard.find(before);
  ASSERT_NE(found, std::string::npos) << heard;
  const net::Client client(
      {.host = "127.0.0.1", .port = static_cast<std::uint16_t>(std::stoi(heard.substr(found + before.size())))});
  const auto page = client.get("/");
  ASSERT_TRUE(page) << page.error().describe();
  EXPECT_EQ(text_of(page->body.view()), "<p>emulated phone");
  EXPECT_NE(page->headers.find("Content-Security-Policy").value_or("").find("script-src 'self';"), std::string::npos);
  EXPECT_EQ(client.get("/phone/v1/nothing")->status, 404);
  EXPECT_EQ(client.post("/phone/v1/pages", "application/pdf", to_bytes(bytes_of("no PDF")))->status, 403);
  EXPECT_EQ(yinxin("emulate --data " + at("other") + " --port 0 --web " + at("outside")).status, 3) << "no pages there";
}

TEST_F(EmulateVerb, SaysWhyItCannotStart) {
  Background first({"emulate", "--data", at("outside"), "--port", "0"});
  ASSERT_NE(first.read_until("ready").find("ready"), std::string::npos);
  const auto settings = outside::OutsideSettings::parse(bytes_of(read("outside/outside.json")));
  ASSERT_TRUE(settings);
  const std::string& url = settings->sms->aliyun.base_url;
  const Ran second = yinxin("emulate --data " + at("other") + " --port " + url.substr(url.rfind(':') + 1));
  EXPECT_EQ(second.status, 3);
  EXPECT_NE(second.output.find("sms on port"), std::string::npos) << second.output;
  EXPECT_FALSE(std::filesystem::exists(at("other/outside.json")));
  const Ran wrong = yinxin("emulate --data " + at("other") + " --port 0 --sms-report-url ftp://a");
  EXPECT_EQ(wrong.status, 3);
  EXPECT_NE(wrong.output.find("输入有误"), std::string::npos) << wrong.output;
}

}  // namespace
}  // namespace yinxin::cli_test
