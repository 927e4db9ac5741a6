// Reading one's own case, over HTTP, from a hall that is served; Beast's hello answers the same client in turns.

#include <cmath>

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

// A client and how busy its server was.
struct Asking {
  std::unique_ptr<LoadClient> client;
  std::function<double()> processor_seconds;
  double busy_seconds = 0;
  std::size_t asked = 0;
  bool ask() {
    const double before = processor_seconds();
    const bool is_answered = client->ask(asked_in_a_round);
    busy_seconds += processor_seconds() - before;
    asked += asked_in_a_round;
    return is_answered;
  }
  [[nodiscard]] std::string describe() const {
    constexpr double microseconds = 1e6;
    const double each = asked == 0 ? 0 : busy_seconds * microseconds / static_cast<double>(asked);
    return std::to_string(std::lround(each)) + " us of the server's processor a request, " + client->waits();
  }
};

// In the order in which they are ended, from the last.
struct Run {
  bool is_apart = OnProcessor::is_apart();
  std::unique_ptr<ServedOffice> office;
  std::unique_ptr<BeastHello> hello;
  std::unique_ptr<OnProcessor> processor;
  Asking ours, theirs;
  [[nodiscard]] std::string describe() const {
    return std::to_string(connections) + " connections kept alive, " +
           (is_apart ? "server and client on a processor each" : "server and client on one processor") + "; " +
           std::to_string(ours.client->body().size()) + " bytes, " + ours.describe() + "; hello " + theirs.describe();
  }
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
  YX_TRY(run->ours.client, LoadClient::open({.port = run->office->port(),
                                             .request = get(path, "Cookie: " + run->office->cookie() + "\r\n"),
                                             .connections = connections}));
  YX_TRY(run->theirs.client,
         LoadClient::open({.port = run->hello->port(), .request = get("/", ""), .connections = connections}));
  run->ours.processor_seconds = [office = run->office.get()] { return office->processor_seconds(); };
  run->theirs.processor_seconds = [hello = run->hello.get()] { return hello->processor_seconds(); };
  if (!run->ours.client->ask(1) || run->ours.client->body().find(run->office->case_id()) == std::string::npos) {
    return fail(ErrorCode::wrong_state, "the hall does not show the case");
  }
  return Contest{.ours = {.once = [run] { return run->ours.ask(); }, .counts = asked_in_a_round},
                 .theirs = Side{.once = [run] { return run->theirs.ask(); }, .counts = asked_in_a_round},
                 .note = [run] { return run->describe(); }};
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
