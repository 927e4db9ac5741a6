// yinxin doctor: what this machine gives the office, and what it lacks

#include <sys/timex.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "cage/means.h"
#include "crypto/sm3.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

struct Symptom {
  std::string id;
  bool good = false;
  std::string zh;
  std::string en;
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

std::vector<Symptom> examine() {
  const cage::Means means = cage::means_here();
  const std::string landlock = std::to_string(means.landlock_abi);
  std::vector<Symptom> all;
  all.push_back({"level_0", true, "serve --level 0：各域同在一个进程，域间无墙，仅供演示",
                 "serve --level 0: all domains in one process, no wall between them, for demonstration only"});
  all.push_back({"level_1", means.suffice(),
                 "serve --level 1：kmc、pin、seal、tsa、ocsp、vault 与其余各域分为进程，同一 uid，由 " +
                     means.describe() + " 隔开",
                 "serve --level 1: kmc, pin, seal, tsa, ocsp and vault apart from the rest, one uid, held by " +
                     means.describe()});
  all.push_back({"level_2", means.suffice() && geteuid() == 0,
                 "serve --level 2：同上，每个进程一个 uid；须以 root 启动",
                 "serve --level 2: the same with a uid for each process; started as root"});
  all.push_back({"landlock", means.landlock_abi >= cage::needed_landlock_abi,
                 "内核 Landlock ABI " + landlock + (means.landlock_abi < 6 ? "（6 以下不限制同 uid 的信号）" : ""),
                 "the kernel's Landlock, ABI " + landlock +
                     (means.landlock_abi < 6 ? " (below 6 it does not scope signals: seccomp does)" : "")});
  all.push_back({"seccomp", means.has_seccomp, "内核 seccomp", "the kernel's seccomp"});
  all.push_back({"time", is_time_synchronised(), "系统时钟已与外部同步", "the system's clock is synchronised"});
  all.push_back({"sm3", sm3_computes(), "SM3 自检", "SM3 computes the standard's example"});
  all.push_back({"soft_token", soft_token_is_there(), "软 UKey 库", "the soft UKey's library"});
  return all;
}

// What serve takes where the ways to its folders are open to its domains.
const char* default_level() { return !cage::means_here().suffice() ? "L0" : geteuid() == 0 ? "L2" : "L1"; }

Exit doctor(bool json) {
  boost::json::array list;
  bool sound = true;
  for (const Symptom& one : examine()) {
    // Only what the house itself computes wrongly is an illness; the rest is told.
    sound = sound && (one.good || one.id != "sm3");
    list.push_back(boost::json::object{{"id", one.id}, {"good", one.good}, {"zh", one.zh}, {"en", one.en}});
    if (!json) {
      std::cout << (one.good ? "✓ " : "✗ ") << one.zh << " / " << one.en << "\n";
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
  CLI::App* doctor_app = app.add_subcommand("doctor", "what this machine gives the office, and what it lacks");
  auto json = std::make_shared<bool>(false);
  doctor_app->add_flag("--json", *json, "print JSON");
  doctor_app->callback([&chosen, json] { chosen.run = [json] { return doctor(*json); }; });
}

}  // namespace yinxin::cli
