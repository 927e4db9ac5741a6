// For walks in which days pass: loaded before a program, it makes every wall clock that the program reads stand
// YX_CLOCK_AHEAD_S seconds ahead. Clocks that only measure how long something takes go as ever. What the program starts
// with an environment of its own is loaded with it, too.

#include <dlfcn.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

namespace {

bool tells_the_date(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

time_t ahead_s() {
  static const char* const said = std::getenv("YX_CLOCK_AHEAD_S");
  static const time_t ahead = said == nullptr ? 0 : static_cast<time_t>(std::strtoll(said, nullptr, 10));
  return ahead;
}

using Spawn = int (*)(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const*,
                      char* const*);

// Both words that make a program's clock stand ahead, as they stand in our own environment.
std::vector<std::string> own_words() {
  std::vector<std::string> words;
  for (const char* const name : {"LD_PRELOAD", "YX_CLOCK_AHEAD_S"}) {
    if (const char* const value = std::getenv(name)) {
      words.push_back(std::string(name) + "=" + value);
    }
  }
  return words;
}

}  // namespace

// The system's own names, as the loader looks for them.
extern "C" {

int clock_gettime(clockid_t clock, timespec* at) noexcept {
  const long status = ::syscall(SYS_clock_gettime, clock, at);
  if (status == 0 && tells_the_date(clock)) {
    at->tv_sec += ahead_s();
  }
  return static_cast<int>(status);
}

int gettimeofday(timeval* at, void* /*zone*/) noexcept {
  timespec now{};
  const int status = clock_gettime(CLOCK_REALTIME, &now);
  constexpr long ns_of_us = 1000;
  *at = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / ns_of_us};
  return status;
}

time_t time(time_t* at) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != nullptr) {
    *at = now.tv_sec;
  }
  return now.tv_sec;
}

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const argv[], char* const envp[]) {
  static const auto real = reinterpret_cast<Spawn>(::dlsym(RTLD_NEXT, "posix_spawn"));
  std::vector<std::string> words = own_words();
  std::vector<char*> environment;
  for (char* const* each = envp; each != nullptr && *each != nullptr; ++each) {
    environment.push_back(*each);
  }
  for (std::string& word : words) {
    environment.push_back(word.data());
  }
  environment.push_back(nullptr);
  return real(pid, path, actions, attributes, argv, environment.data());
}

}  // extern "C"
