#pragma once
// Who may ask whom, and the ends of street and desk: the links on which each asks, what it hears, and the doors over
// both. For their processes, and for tests that play them.

#include "net/pulled_calls.h"
#include "yinxin/office/desk_doors.h"
#include "yinxin/office/doors.h"
#include "yinxin/office/street_doors.h"
#include "yinxin/supervisor/brief.h"
#include "yinxin/supervisor/supervisor.h"

namespace yinxin::supervisor {

// Who comes to the street for what it lays down for the desk, beside "desk", who asks.
inline constexpr std::string_view desk_fetch = "desk-fetch";

// vault → kmc, pin, seal, ocsp, and desk and street (to fetch); outside → pin; street → pin, ocsp, tsa, outside; desk →
// outside, street (to ask, and to fetch). Without a key centre's certificate in `pinned` there is none. Of desk and
// street those that `hall` does not name are no processes, but whoever asks for this plan.
std::vector<EdgePlan> edges_of(const std::map<std::string, Bytes>& pinned, const std::vector<std::string>& hall);

// Strangers wait at these edges: not for long.
constexpr net::EdgeLimits public_limits{.deadline = std::chrono::milliseconds(10'000),
                                        .neighbour_time = std::chrono::milliseconds(2'000)};
constexpr net::PullLimits public_pull_limits{.max_waiting = 32, .deadline = std::chrono::milliseconds(20'000)};

// Providers take their time; an adapter gives up before this does.
constexpr net::EdgeLimits provider_limits{.deadline = std::chrono::milliseconds(60'000)};

// What was laid down for somebody who comes for it over an edge that may be a new one each time.
class Fetched {
 public:
  explicit Fetched(const net::PullLimits& limits = {}) : calls_(limits) {}
  // The old edge's fetch ends with the new table.
  void attach(Descriptor socket);
  net::PulledCalls& calls() { return calls_; }

 private:
  net::PulledCalls calls_;
  std::mutex mutex_;
  std::unique_ptr<net::EdgeHearer> hearer_;
};

class DeskLinks {
 public:
  DeskLinks();
  ~DeskLinks() { end(); }
  DeskLinks(const DeskLinks&) = delete;
  DeskLinks& operator=(const DeskLinks&) = delete;
  // A fresh end of an edge; one that is none of ours is closed.
  void attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket);
  // The doors; this object outlives them. Errors of Brief::certificate().
  Result<office::Neighbours> neighbours(const Brief& brief);
  office::StreetDoors& street() { return *street_doors_; }
  // From then on what the street lays down is fetched and done; `desk` outlives that, until end().
  void fetch_for(office::DeskDoors& desk);
  // The link of an edge on which it asks; null for one that is none of ours.
  net::EdgeLink* find(const std::string& asker, const std::string& hearer);
  // Every call ends, those under way as well.
  void end();

 private:
  net::EdgeLink outside_{provider_limits}, street_{provider_limits}, street_fetch_;
  Fetched of_vault_;
  std::unique_ptr<office::StreetDoors> street_doors_;
  std::unique_ptr<net::Puller> puller_;
};

class StreetLinks {
 public:
  StreetLinks();
  ~StreetLinks() { end(); }
  StreetLinks(const StreetLinks&) = delete;
  StreetLinks& operator=(const StreetLinks&) = delete;
  void attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket);
  // `ways`: of paying, as the providers' settings name them.
  Result<office::Neighbours> neighbours(const Brief& brief, const std::vector<std::string>& ways);
  office::DeskDoors& desk() { return *desk_doors_; }
  // From then on the desk is heard, who waited until now; `street` outlives that, until end().
  void hear_desk(office::StreetDoors& street);
  net::EdgeLink* find(const std::string& asker, const std::string& hearer);
  void end();

 private:
  net::EdgeLink pin_{public_limits}, ocsp_{public_limits}, tsa_{public_limits}, outside_{provider_limits};
  Fetched of_vault_{public_pull_limits}, of_desk_{public_pull_limits};
  std::unique_ptr<office::DeskDoors> desk_doors_;
  std::mutex mutex_;
  office::StreetDoors* street_ = nullptr;
  Descriptor waiting_;  // the desk's newest edge, as long as nobody hears it
  std::unique_ptr<net::EdgeHearer> desk_;
};

}  // namespace yinxin::supervisor
