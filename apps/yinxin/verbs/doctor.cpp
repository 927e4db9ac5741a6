// yinxin doctor: what this machine gives the office, and what it lacks

#include <sys/timex.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "base/clock.h"
#include "cage/means.h"
#include "crypto/sm3.h"
#include "crypto/x509/crl.h"
#include "terminal/files.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

constexpr std::size_t max_looked_at_bytes = std::size_t{256} << 20;
constexpr std::uintmax_t wanted_free_bytes = std::uintmax_t{1} << 30;

struct Words {
  std::string zh;
  std::string en;
};

struct Symptom {
  std::string id;
  bool good = false;
  Words what;
  Words mend{};  // what to do where it is not good
};

bool is_time_synchronised() {
  timex now{};
  return adjtimex(&now) != TIME_ERROR && (now.status & STA_UNSYNC) == 0;
}

bool soft_token_is_there() {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return std::filesystem::exists(program.parent_path().parent_path() / "lib" / "libyinxin_skf.so", ignored);
}

// GB/T 32905 example 1: a miscompiled program is found before it signs anything.
bool sm3_computes() {
  return to_hex(crypto::sm3(bytes_of("abc"))) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
}

void examine_levels(std::vector<Symptom>& all) {
  const cage::Means means = cage::means_here();
  const std::string landlock = std::to_string(means.landlock_abi);
  const Words newer_kernel{
      "启用内核的 Landlock（启动参数 lsm=landlock,…，5.19 以上）与 seccomp",
      "switch the kernel's Landlock on (boot parameter lsm=landlock,…; 5.19 or newer) and seccomp"};
  all.push_back({"level_0",
                 true,
                 {"serve --level 0：各域同在一个进程，域间无墙，仅供演示",
                  "serve --level 0: all domains in one process, no wall between them, for demonstration only"}});
  all.push_back({"level_1",
                 means.suffice(),
                 {"serve --level 1：各域各成进程，同一 uid，由 " + means.describe() + " 隔开",
                  "serve --level 1: a process for each domain, one uid, held by " + means.describe()},
                 newer_kernel});
  all.push_back({"level_2",
                 means.suffice() && geteuid() == 0,
                 {"serve --level 2：同上，每个进程一个 uid；须以 root 启动",
                  "serve --level 2: the same with a uid for each process; started as root"},
                 means.suffice()
                     ? Words{"以 root 启动 serve（由 systemd 启动即可）", "start serve as root (systemd does)"}
                     : newer_kernel});
  all.push_back({"landlock",
                 means.landlock_abi >= cage::needed_landlock_abi,
                 {"内核 Landlock ABI " + landlock + (means.landlock_abi < 6 ? "（6 以下不限制同 uid 的信号）" : ""),
                  "the kernel's Landlock, ABI " + landlock +
                      (means.landlock_abi < 6 ? " (below 6 it does not scope signals: seccomp does)" : "")},
                 newer_kernel});
  all.push_back({"seccomp", means.has_seccomp, {"内核 seccomp", "the kernel's seccomp"}, newer_kernel});
}

void examine_machine(std::vector<Symptom>& all) {
  all.push_back({"time",
                 is_time_synchronised(),
                 {"系统时钟已与外部同步", "the system's clock is synchronised"},
                 {"安装并启用 chrony 或 systemd-timesyncd", "install and start chrony or systemd-timesyncd"}});
  all.push_back(
      {"sm3",
       sm3_computes(),
       {"SM3 自检", "SM3 computes the standard's example"},
       {"程序编译有误，不可使用；重新构建", "the program was built wrongly and must not be used: build it anew"}});
  all.push_back({"soft_token",
                 soft_token_is_there(),
                 {"软 UKey 库", "the soft UKey's library"},
                 {"构建全部目标（./yx build）", "build all targets (./yx build)"}});
}

// What the house said of itself when it was last started, by its own audit.
std::string last_level(const std::string& data) {
  const auto log = read_file(data + "/audit/desk.log", max_looked_at_bytes);
  std::string level;
  for (std::string_view rest = log ? text_of(*log) : std::string_view(); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t object = line.find("\"object\":\"L");
    if (line.find("\"domain.walls\"") != std::string_view::npos && object != std::string_view::npos) {
      level = line.substr(object + std::string_view("\"object\":\"").size(), 2);
    }
  }
  return level;
}

bool is_current(const std::string& list) {
  const auto der = read_file(list, max_looked_at_bytes);
  const auto read = der ? x509::CertificateList::parse(*der) : Result<x509::CertificateList>(der.error());
  return read && read->next_update() && SystemClock().now() < *read->next_update();
}

// An office's folder, as far as whoever asks may read it.
void examine_office(const std::string& data, std::vector<Symptom>& all) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const bool is_office = fs::exists(data + "/office.json", failed);
  all.push_back({"office",
                 is_office,
                 {"机构文件夹 " + data, "an office in " + data},
                 {"举行仪式：yinxin init，或 ./yx up", "hold a ceremony: yinxin init, or ./yx up"}});
  if (!is_office) {
    return;
  }
  all.push_back({"root_offline",
                 !fs::exists(data + "/root.key", failed),
                 {"根密钥不在机构文件夹内", "the root key is not in the office's folder"},
                 {"把 root.key 移到离线介质；在此之前 serve 拒绝启动",
                  "take root.key off line; until then serve refuses to start"}});
  for (const char* issuer : {"issuing", "roles"}) {
    all.push_back({std::string("list_") + issuer,
                   is_current(data + "/public/" + issuer + ".crl"),
                   {std::string("吊销列表 ") + issuer + ".crl 在有效期内", std::string(issuer) + ".crl is in force"},
                   {"启动 serve，列表由 vault 到期前重发；若已在运行，看 vault 的日志",
                    "start serve: the vault publishes it before its time; where it runs, read the vault's log"}});
  }
  const auto space = fs::space(data, failed);
  all.push_back({"disk",
                 !failed && space.available >= wanted_free_bytes,
                 {"磁盘可用 " + std::to_string(space.available >> 20U) + " MiB",
                  std::to_string(space.available >> 20U) + " MiB free on its disk"},
                 {"至少留 1 GiB：写不下时不签发", "leave 1 GiB at least: what cannot be recorded is not signed"}});
  const std::string level = last_level(data);
  all.push_back(
      {"last_level",
       level == "L1" || level == "L2",
       {level.empty() ? "尚未以 L1 或 L2 启动（或无权读取审计）" : "上次启动为 " + level,
        level.empty() ? "not started at L1 or L2 so far (or its audit may not be read)" : "last started at " + level},
       {"serve --level auto 取可用的最高级别，并说明为何不更高",
        "serve --level auto takes the highest there is, and says why it is no higher"}});
}

std::vector<Symptom> examine(const std::string& data) {
  std::vector<Symptom> all;
  examine_levels(all);
  examine_machine(all);
  if (!data.empty()) {
    examine_office(data, all);
  }
  return all;
}

// What serve takes where the ways to its folders are open to its domains.
const char* default_level() { return !cage::means_here().suffice() ? "L0" : geteuid() == 0 ? "L2" : "L1"; }

Exit doctor(const std::string& data, bool json) {
  boost::json::array list;
  bool sound = true;
  for (const Symptom& one : examine(data)) {
    // Only what the house itself computes wrongly is an illness; the rest is told.
    sound = sound && (one.good || one.id != "sm3");
    boost::json::object told{{"id", one.id}, {"good", one.good}, {"zh", one.what.zh}, {"en", one.what.en}};
    if (!one.good) {
      told["mend"] = boost::json::object{{"zh", one.mend.zh}, {"en", one.mend.en}};
    }
    list.push_back(std::move(told));
    if (!json) {
      std::cout << (one.good ? "✓ " : "✗ ") << one.what.zh << " / " << one.what.en << "\n";
    }
    if (!json && !one.good) {
      std::cout << "  → " << one.mend.zh << " / " << one.mend.en << "\n";
    }
  }
  if (json) {
    std::cout << boost::json::serialize(boost::json::object{{"default_level", default_level()}, {"symptoms", list}})
              << "\n";
  }
  return sound ? Exit::done : Exit::bad_verdict;
}

}  // namespace

void add_doctor(CLI::App& app, Chosen& chosen) {
  struct Wish {
    std::string data;
    bool json = false;
  };
  CLI::App* doctor_app =
      app.add_subcommand("doctor", "what this machine gives the office, what it lacks, and how that is mended");
  auto wish = std::make_shared<Wish>();
  doctor_app->add_option("--data", wish->data, "folder of an office to look at, too");
  doctor_app->add_flag("--json", wish->json, "print JSON");
  doctor_app->callback([&chosen, wish] { chosen.run = [wish] { return doctor(wish->data, wish->json); }; });
}

}  // namespace yinxin::cli
