// Reading one's own case, over HTTP, from a hall that is served; Beast's hello answers the same client in turns.

#include "beast_hello.h"
#include "http_load.h"
#include "office.h"
#include "subject.h"

namespace yinxin::bench {

namespace {

constexpr double must_read = 20'000;
constexpr std::size_t connections = 16;
constexpr std::size_t asked_in_a_round = 512;

std::string get(const std::string& path, const std::string& more) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
}

// The client's processor is given back last.
struct Run {
  bool is_apart = OnProcessor::is_apart();
  std::unique_ptr<ServedOffice> office;
  std::unique_ptr<BeastHello> hello;
  std::unique_ptr<OnProcessor> processor;
  std::unique_ptr<LoadClient> ours, theirs;
};

Result<Contest> reading(int level) {
  const auto run = std::make_shared<Run>();
  YX_TRY(run->office, ServedOffice::open(level));
  {
    const OnProcessor server(Part::server);
    YX_TRY(run->hello, BeastHello::start());
  }
  run->processor = std::make_unique<OnProcessor>(Part::client);
  const std::string path = "/api/v1/cases/" + run->office->case_id();
  YX_TRY(run->ours, LoadClient::open({.port = run->office->port(),
                                      .request = get(path, "Cookie: " + run->office->cookie() + "\r\n"),
                                      .connections = connections}));
  YX_TRY(run->theirs,
         LoadClient::open({.port = run->hello->port(), .request = get("/", ""), .connections = connections}));
  if (!run->ours->ask(1) || run->ours->body().find(run->office->case_id()) == std::string::npos) {
    return fail(ErrorCode::wrong_state, "the hall does not show the case");
  }
  return Contest{
      .ours = {.once = [run] { return run->ours->ask(asked_in_a_round); }, .counts = asked_in_a_round},
      .theirs = Side{.once = [run] { return run->theirs->ask(asked_in_a_round); }, .counts = asked_in_a_round},
      .note = [run] {
        return std::to_string(connections) + " connections kept alive, " +
               (run->is_apart ? "server and client on a processor each" : "server and client on one processor") + "; " +
               std::to_string(run->ours->body().size()) + " bytes, " + run->ours->waits() + "; hello " +
               run->theirs->waits();
      }};
}

Subject hall_read(const std::string& name, int level, const std::string& what) {
  return {.name = name,
          .unit = "1/s",
          .peer = "beast hello",
          .time = Time::wall,
          .target = {.ours = must_read},
          .note = "a requester reads his case, `yinxin serve --level " + std::to_string(level) + "`, " + what,
          .prepare = [level] { return reading(level); }};
}

}  // namespace

std::vector<Subject> hall_subjects() {
  return {hall_read("hall.read", 1, "domains as walled processes"), hall_read("hall.read_l0", 0, "one process")};
}

}  // namespace yinxin::bench
