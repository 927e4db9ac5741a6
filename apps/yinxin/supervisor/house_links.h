#pragma once
// The ends of the house's edges, where the inner domains are processes: the links on which it asks, what the vault
// fetches from it, and the doors over both.

#include "net/pulled_calls.h"
#include "yinxin/office/doors.h"
#include "yinxin/supervisor/brief.h"
#include "yinxin/supervisor/supervisor.h"

namespace yinxin::supervisor {

// vault → kmc, pin, seal, ocsp, house (to fetch); outside → pin; street → pin, ocsp, tsa. Without a key centre's
// certificate in `pinned` there is none. `house`: the process of desk, street and outside.
std::vector<EdgePlan> inner_edges(const std::map<std::string, Bytes>& pinned, const std::string& house);

// Strangers wait at these edges: not for long.
constexpr net::EdgeLimits public_limits{.deadline = std::chrono::milliseconds(10'000),
                                        .neighbour_time = std::chrono::milliseconds(2'000)};

class HouseLinks {
 public:
  explicit HouseLinks(const net::EdgeLimits& limits = {}) : pin_of_outside_(limits), pin_of_street_(limits) {}
  ~HouseLinks() { end(); }
  HouseLinks(const HouseLinks&) = delete;
  HouseLinks& operator=(const HouseLinks&) = delete;
  // A fresh end of an edge; one that is none of ours is closed.
  void attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket);
  // The doors; this object outlives them. Errors of Brief::certificate().
  Result<office::Neighbours> neighbours(const Brief& brief);
  // The link of an edge on which the house asks; null for one that is none of ours.
  net::EdgeLink* find(const std::string& asker, const std::string& hearer);
  // Every call ends, those under way as well.
  void end();

 private:
  net::EdgeLink pin_of_outside_, pin_of_street_, ocsp_{public_limits}, tsa_{public_limits};
  net::PulledCalls of_vault_;
  std::mutex mutex_;
  std::unique_ptr<net::EdgeHearer> vault_;
};

}  // namespace yinxin::supervisor
