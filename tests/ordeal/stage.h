#pragma once
// Everything that runs: a fresh office in a folder, the providers' emulators and `yinxin serve`, each a process of its
// own; all of them this program, in a folder with its cells.

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "agent/deeds.h"
#include "base/descriptor.h"
#include "demo/customer/customer.h"
#include "ordeal/board.h"
#include "scene/scene.h"

namespace yinxin::ordeal {

constexpr std::chrono::seconds start_patience{120};  // only something broken takes that long

// A program with all that it says, kept in a file and heard line by line.
class Program {
 public:
  // internal.
  static Result<std::unique_ptr<Program>> start(const std::vector<std::string>& words, const std::string& log);
  ~Program();  // SIGKILL when it runs still
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  // Until it has said this; false when it ended before.
  bool hear(const std::string& text);
  [[nodiscard]] std::string said() const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool has_ended() const;
  void send(int signal) const;
  // Waits for its end; its exit status, or minus the signal.
  int wait();

 private:
  Program() = default;
  void listen(const std::string& log);
  pid_t pid_ = -1;
  Descriptor output_;
  std::thread listener_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string said_;
  bool has_ended_ = false;
  std::optional<int> status_;
};

struct StageOptions {
  std::filesystem::path folder;
  int level = 1;
  std::uint64_t speed = 1;
  std::size_t tokens = 1;  // how many the vault takes in before the house opens
  std::string cells;       // folder with the programs of strangers' files
};

struct Process {
  std::string name;
  pid_t pid = -1;
};

class Stage {
 public:
  static Result<std::unique_ptr<Stage>> open(const StageOptions& options);
  ~Stage();

  // The house, from wherever it stands; also after it was killed. May be called from several threads.
  Result<void> serve();
  // SIGTERM and its end. wrong_state when it ended in another way than it should.
  Result<void> close();
  // After close().
  Result<void> reopen();
  // Whether hall and desk answer. outside_unreachable when they do not in time.
  Result<void> wait_until_ready();
  // Of the whole stage, at its end; removed otherwise.
  void keep_folder(bool is_kept) { is_folder_kept_ = is_kept; }
  // The domains that run now, and the supervisor as "supervisor"; at L0 that one alone.
  [[nodiscard]] std::vector<Process> processes() const;
  // SIGKILL; false when it was gone already. The supervisor is started again.
  bool kill(const Process& process);
  // The provider does nothing for a while: all of them stand still, until they go on.
  void freeze_providers(bool frozen) const;

  [[nodiscard]] Board& board() const { return *board_; }
  [[nodiscard]] scene::Scene& scene() const { return *scene_; }
  [[nodiscard]] const demo::Places& places() const { return places_; }
  [[nodiscard]] const std::map<std::string, std::string>& addresses() const { return addresses_; }
  [[nodiscard]] const std::string& project() const { return project_; }
  [[nodiscard]] std::string hall() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string desk() const { return "http://127.0.0.1:" + std::to_string(desk_port_); }
  [[nodiscard]] const StageOptions& options() const { return options_; }
  [[nodiscard]] std::string data() const { return scene_->data(); }
  [[nodiscard]] const x509::Certificate& issuing() const { return *issuing_; }
  [[nodiscard]] const x509::Certificate& roles() const { return *roles_; }
  [[nodiscard]] token::Approver approver(scene::Place place) const;
  // A soft token that the vault has known from the start; each is handed out once. not_found when there is none left.
  Result<std::string> next_token();

 private:
  explicit Stage(StageOptions options) : options_(std::move(options)) {}
  Result<void> lay_out();
  Result<void> prepare_office();
  Result<void> start_providers();
  StageOptions options_;
  Board* board_ = nullptr;
  std::string program_;
  std::unique_ptr<scene::Scene> scene_;
  std::unique_ptr<Program> providers_;
  mutable std::mutex mutex_;  // of the house
  std::unique_ptr<Program> house_;
  bool is_closing_ = false;
  bool is_folder_kept_ = false;
  demo::Places places_;
  std::map<std::string, std::string> addresses_;  // of the emulators, by name
  std::string project_;
  std::uint16_t port_ = 0, desk_port_ = 0;
  std::optional<x509::Certificate> issuing_, roles_;
  std::atomic<std::size_t> tokens_given_{0};
};

}  // namespace yinxin::ordeal
