#include "ordeal/stage.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/ensure.h"
#include "demo/customer/back_off.h"
#include "terminal/files.h"

namespace yinxin::ordeal {

namespace fs = std::filesystem;

namespace {

constexpr const char* passphrase = "a passphrase for the office";
constexpr const char* sender = R"({"name": "样例", "phone": "13800138000", "state": "广东省", "locality": "深圳市",
  "district": "福田区", "street": "样例路 1 号", "company": "样例认证"})";

// Free now; a restarted house takes the same one again.
std::uint16_t free_port() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  const bool bound = ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&place), size) == 0 &&
                     ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&place), &size) == 0;
  ensure(bound, "a free port");
  return ntohs(place.sin_port);
}

std::string token_name(std::size_t number) { return "holder-" + std::to_string(number); }

std::string domain_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline");
  std::string program, verb, name;
  std::getline(in, program, '\0');
  std::getline(in, verb, '\0');
  std::getline(in, name, '\0');
  return verb == "domain" ? name : "";
}

std::string word_after(const std::string& text, const std::string& mark) {
  const std::size_t at = text.find(mark);
  const std::size_t from = at == std::string::npos ? text.size() : at + mark.size();
  return text.substr(from, text.find_first_of(" \n", from) - from);
}

}  // namespace

Result<std::unique_ptr<Program>> Program::start(const std::vector<std::string>& words, const std::string& log) {
  std::unique_ptr<Program> made(new Program());
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::internal, "pipe");
  }
  made->output_ = Descriptor(ends[0]);
  const Descriptor its(ends[1]);
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, its.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, its.number(), STDERR_FILENO);
  const int failed = ::posix_spawn(&made->pid_, words.front().c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    made->pid_ = -1;
    return fail(ErrorCode::internal, words.front() + ": " + std::strerror(failed));
  }
  made->listener_ = std::thread([program = made.get(), log] { program->listen(log); });
  return made;
}

void Program::listen(const std::string& log) {
  std::ofstream out(log, std::ios::app);
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t got = ::read(output_.number(), part.data(), part.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    const std::scoped_lock lock(mutex_);
    if (got <= 0) {
      has_ended_ = true;
      changed_.notify_all();
      return;
    }
    constexpr std::size_t most_kept = std::size_t{1} << 20;  // the file has everything
    out.write(part.data(), got).flush();
    if (said_.size() < most_kept) {
      said_.append(part.data(), static_cast<std::size_t>(got));
    }
    changed_.notify_all();
  }
}

Program::~Program() {
  send(SIGCONT);
  send(SIGKILL);
  wait();
}

bool Program::hear(const std::string& text) {
  std::unique_lock lock(mutex_);
  const auto is_said = [&] { return said_.find(text) != std::string::npos; };
  changed_.wait_for(lock, start_patience, [&] { return has_ended_ || is_said(); });
  return is_said();
}

std::string Program::said() const {
  const std::scoped_lock lock(mutex_);
  return said_;
}

bool Program::has_ended() const {
  const std::scoped_lock lock(mutex_);
  return has_ended_;
}

void Program::send(int signal) const {
  if (pid_ > 0 && !status_) {
    ::kill(pid_, signal);
  }
}

int Program::wait() {
  if (pid_ > 0 && !status_) {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  if (listener_.joinable()) {
    listener_.join();
  }
  return status_.value_or(0);
}

Result<std::unique_ptr<Stage>> Stage::open(const StageOptions& options) {
  std::unique_ptr<Stage> made(new Stage(options));
  YX_CHECK(made->lay_out());
  YX_CHECK(made->prepare_office());
  YX_CHECK(made->start_providers());
  return made;
}

Stage::~Stage() {
  house_.reset();
  providers_.reset();
  scene_.reset();
  if (!is_folder_kept_) {
    std::error_code ignored;
    fs::remove_all(options_.folder, ignored);
  }
}

// The program and the cells, where the program looks for them: beside itself.
Result<void> Stage::lay_out() {
  std::error_code failed;
  fs::remove_all(options_.folder, failed);
  fs::create_directories(options_.folder / "bin", failed);
  const auto everybody = fs::perms::owner_all | fs::perms::others_exec | fs::perms::group_exec;
  fs::permissions(options_.folder, everybody, failed);
  program_ = (options_.folder / "bin" / "yinxin").string();
  const auto self = fs::read_symlink("/proc/self/exe", failed);
  if (!fs::copy_file(self, program_, failed)) {
    return fail(ErrorCode::internal, program_ + ": " + failed.message());
  }
  for (const char* cell : {"yinxin-intake-cell", "yinxin-verify-cell", "yinxin-page-cell"}) {
    if (!fs::copy_file(fs::path(options_.cells) / cell, options_.folder / "bin" / cell, failed)) {
      return fail(ErrorCode::internal, std::string(cell) + ": " + failed.message());
    }
  }
  YX_TRY(board_, make_board((options_.folder / "bin" / "board").string(), options_.speed));
  follow_clock(*board_);
  return {};
}

Result<void> Stage::prepare_office() {
  const fs::path folder = options_.folder / "office";
  scene_ = std::make_unique<scene::Scene>(folder, scene::Until::office);
  std::error_code failed;
  fs::permissions(folder, fs::perms::others_exec, fs::perm_options::add, failed);
  fs::permissions(folder / "prepared", fs::perms::others_exec, fs::perm_options::add, failed);
  const SystemClock clock;
  {
    YX_TRY(const auto house, office::House::open(scene_->data(), YX_SOURCE_DIR "/profiles", scene_->boot(), clock,
                                                 office::Opened::making));
    YX_TRY(pki::Vault* const vault, house->vault());
    for (std::size_t n = 1; n <= options_.tokens; ++n) {
      YX_CHECK(vault->register_device({.serial = "ORDEAL-" + std::to_string(n),
                                       .model = "soft",
                                       .firmware = "1.0",
                                       .batch = "ordeal",
                                       .quarantined = false,
                                       .at = {}}));
    }
  }
  const auto certificate = [&](const std::string& name) -> Result<x509::Certificate> {
    YX_TRY(const Bytes der, cli::read_file(data() + "/public/" + name));
    return x509::Certificate::parse(der);
  };
  YX_TRY(issuing_, certificate("issuing.cer"));
  YX_TRY(roles_, certificate("roles.cer"));
  YX_CHECK(cli::write_file((options_.folder / "passphrase").string(), bytes_of(passphrase), true, 0600));
  return cli::write_file((options_.folder / "sender.json").string(), bytes_of(sender), true, 0644);
}

Result<void> Stage::start_providers() {
  port_ = free_port();
  do {
    desk_port_ = free_port();
  } while (desk_port_ == port_);
  const std::string folder = (options_.folder / "providers").string();
  YX_TRY(providers_,
         Program::start({program_, "emulate", "--data", folder, "--port", "0", "--programmes",
                         YX_SOURCE_DIR "/programmes", "--pay-notify-url", hall() + "/api/v1/callbacks/wechat_pay"},
                        (options_.folder / "providers.log").string()));
  if (!providers_->hear("ready: ")) {
    return fail(ErrorCode::internal, "the emulators did not start: " + providers_->said());
  }
  YX_TRY(places_, demo::Places::read(hall(), providers_->said()));
  std::istringstream lines(providers_->said());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, address;
    if (words >> name >> address && address.starts_with("http://")) {
      addresses_[name] = address;
    }
  }
  return {};
}

Result<void> Stage::serve() {
  const std::scoped_lock lock(mutex_);
  if (is_closing_ || (house_ && !house_->has_ended())) {
    return {};
  }
  if (house_) {
    house_->wait();
  }
  std::vector<std::string> words{program_,        "serve",
                                 "--level",       std::to_string(options_.level),
                                 "--data",        data(),
                                 "--profiles",    YX_SOURCE_DIR "/profiles",
                                 "--programmes",  YX_SOURCE_DIR "/programmes",
                                 "--passphrase",  (options_.folder / "passphrase").string(),
                                 "--sender",      (options_.folder / "sender.json").string(),
                                 "--port",        std::to_string(port_),
                                 "--desk-port",   std::to_string(desk_port_),
                                 "--papers-port", "0"};
  const fs::path settings = options_.folder / "providers" / "outside.json";
  if (fs::exists(settings)) {  // later it is sealed in the office
    words.insert(words.end(), {"--outside", settings.string()});
  }
  YX_TRY(house_, Program::start(words, (options_.folder / "serve.log").string()));
  if (project_.empty()) {
    if (!house_->hear("all is open")) {
      return fail(ErrorCode::internal, "the house did not open: " + house_->said());
    }
    project_ = word_after(house_->said(), "projectId ");
  }
  return {};
}

Result<void> Stage::close() {
  const std::scoped_lock lock(mutex_);
  is_closing_ = true;
  if (!house_) {
    return {};
  }
  house_->send(SIGTERM);
  const int status = house_->wait();
  return status == 0 ? Result<void>()
                     : Result<void>(fail(ErrorCode::wrong_state, "the house ended with " + std::to_string(status)));
}

Result<void> Stage::reopen() {
  {
    const std::scoped_lock lock(mutex_);
    is_closing_ = false;
  }
  return serve();
}

Result<void> Stage::wait_until_ready() {
  const auto end = std::chrono::steady_clock::now() + start_patience;
  demo::BackOff pause(std::chrono::milliseconds(100));
  while (std::chrono::steady_clock::now() < end) {
    YX_CHECK(serve());
    const auto ready = demo::fetch_public(hall(), net::Method::get, "/readyz", {}, {});
    const auto project = demo::fetch_public(hall(), net::Method::get, "/api/v1/projects/" + project_, {}, {});
    if (ready && project) {
      return {};
    }
    pause.wait();
  }
  return fail(ErrorCode::outside_unreachable, "the house is not ready");
}

std::vector<Process> Stage::processes() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Process> all;
  if (!house_ || house_->has_ended()) {
    return all;
  }
  all.push_back({.name = "supervisor", .pid = house_->pid()});
  const std::string number = std::to_string(house_->pid());
  std::ifstream list("/proc/" + number + "/task/" + number + "/children");
  for (pid_t child = 0; list >> child;) {
    if (std::string name = domain_of(child); !name.empty()) {
      all.push_back({.name = std::move(name), .pid = child});
    }
  }
  return all;
}

bool Stage::kill(const Process& process) {
  if (process.name != "supervisor") {
    return ::kill(process.pid, SIGKILL) == 0;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (!house_ || house_->pid() != process.pid || house_->has_ended()) {
      return false;
    }
    house_->send(SIGKILL);
    house_->wait();
  }
  return serve().has_value();
}

void Stage::freeze_providers(bool frozen) const { providers_->send(frozen ? SIGSTOP : SIGCONT); }

token::Approver Stage::approver(scene::Place place) const {
  return {.certificate = scene_->approval_certificate(place),
          .signer = &scene_->approval_key(place),
          .ca_key_hash = pki::issuer_id(issuing_->public_key()),
          .environment = "demo"};
}

Result<std::string> Stage::next_token() {
  const std::size_t number = ++tokens_given_;
  if (number > options_.tokens) {
    return fail(ErrorCode::not_found, "no token is left");
  }
  const std::string device = token_name(number);
  YX_CHECK(scene_->library()->create_soft_device(
      (options_.folder / "office" / "prepared" / "tokens" / (device + ".ukey")).string(),
      "ORDEAL-" + std::to_string(number), "holder"));
  token::Initialization intake;
  const auto secret = [](std::string_view text) { return SecretBytes(to_bytes(bytes_of(text))); };
  intake.device_key = secret("1234567812345678");
  intake.administrator_pin = secret(scene::intake_pin);
  intake.user_pin = secret(scene::intake_pin);
  YX_TRY(const token::Ukey made, token::Ukey::initialise(scene_->library(), device, intake));
  return device;
}

}  // namespace yinxin::ordeal
