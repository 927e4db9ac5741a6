#include "office.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "demo/customer/back_off.h"
#include "demo/customer/customer.h"
#include "scene/scene.h"
#include "terminal/files.h"

namespace yinxin::bench {

namespace {

namespace fs = std::filesystem;

constexpr const char* passphrase = "a passphrase for the office";
constexpr const char* programmes = YX_SOURCE_DIR "/programmes";
constexpr std::uint64_t applicant_seed = 1;
constexpr int most_waits = 100;
constexpr std::chrono::milliseconds pause{100};

// Free now.
Result<std::uint16_t> free_port() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  const bool is_bound = ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&place), size) == 0 &&
                        ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&place), &size) == 0;
  return is_bound ? Result<std::uint16_t>(ntohs(place.sin_port))
                  : Result<std::uint16_t>(fail(ErrorCode::internal, "no free port"));
}

std::string address_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

std::string word_after(const std::string& text, const std::string& mark) {
  const std::size_t at = text.find(mark);
  const std::size_t from = at == std::string::npos ? text.size() : at + mark.size();
  return text.substr(from, text.find_first_of(" \n", from) - from);
}

}  // namespace

Result<std::unique_ptr<ServedOffice>> ServedOffice::open(int level) {
  std::unique_ptr<ServedOffice> made(new ServedOffice());
  std::string folder = (fs::temp_directory_path() / "yinxin-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return fail(ErrorCode::internal, "no folder " + folder);
  }
  made->folder_ = folder;
  YX_CHECK(made->prepare());
  YX_CHECK(made->serve(level));
  YX_CHECK(made->apply());
  return made;
}

ServedOffice::~ServedOffice() {
  house_.reset();
  providers_.reset();
  scene_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Result<void> ServedOffice::prepare() {
  scene_ = std::make_unique<scene::Scene>(folder_ / "office", scene::Until::office);
  YX_CHECK(cli::write_file((folder_ / "passphrase").string(), bytes_of(passphrase), true, 0600));
  YX_TRY(port_, free_port());
  YX_TRY(providers_, Program::start({program_beside("yinxin"), "emulate", "--data", (folder_ / "providers").string(),
                                     "--port", "0", "--programmes", programmes, "--pay-notify-url",
                                     address_of(port_) + "/api/v1/callbacks/wechat_pay"}));
  return providers_->hear("ready: ");
}

Result<void> ServedOffice::serve(int level) {
  const OnProcessor server(Part::server);
  YX_TRY(house_, Program::start({program_beside("yinxin"), "serve", "--level", std::to_string(level), "--data",
                                 scene_->data(), "--profiles", YX_SOURCE_DIR "/profiles", "--programmes", programmes,
                                 "--passphrase", (folder_ / "passphrase").string(), "--outside",
                                 (folder_ / "providers" / "outside.json").string(), "--port", std::to_string(port_),
                                 "--desk-port", "0"}));
  YX_CHECK(house_->hear("all is open"));
  project_ = word_after(house_->said(), "projectId ");
  demo::BackOff wait(pause);
  for (int tries = 0; tries < most_waits; ++tries) {
    if (demo::fetch_public(address_of(port_), net::Method::get, "/readyz", {}, {})) {
      return {};
    }
    wait.wait();
  }
  return fail(ErrorCode::outside_unreachable, "the house is not ready: " + house_->said());
}

Result<void> ServedOffice::apply() {
  SystemRandom random;
  SeededRandom drawn(applicant_seed);
  YX_TRY(const demo::Places places, demo::Places::read(address_of(port_), providers_->said()));
  demo::Customer customer(places, demo::Applicant::draw(drawn, SystemClock().now()), project_, folder_.string(), random,
                          [waits = 0]() mutable {
                            demo::BackOff(pause).wait();
                            return ++waits < most_waits;
                          });
  YX_CHECK(customer.sign_in());
  YX_CHECK(customer.begin());
  YX_CHECK(customer.agree());
  YX_CHECK(customer.fill_in());
  const std::string memory = customer.memory();
  cookie_ = memory.substr(0, memory.find('\n'));
  case_id_ = customer.case_id();
  return {};
}

}  // namespace yinxin::bench
