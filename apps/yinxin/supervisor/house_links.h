#pragma once
// The asking ends of an office whose inner domains are processes: one link for each edge, and the doors that lead
// there.

#include "net/edge.h"
#include "yinxin/office/doors.h"
#include "yinxin/supervisor/brief.h"
#include "yinxin/supervisor/supervisor.h"

namespace yinxin::supervisor {

// vault → kmc, pin, seal, ocsp; outside → pin; street → pin, ocsp, tsa. Without a key centre's certificate in `pinned`
// there is none. `asker_domain`: the process that asks.
std::vector<EdgePlan> inner_edges(const std::map<std::string, Bytes>& pinned, const std::string& asker_domain);

// Strangers wait at these edges: not for long.
constexpr net::EdgeLimits public_limits{.deadline = std::chrono::milliseconds(10'000),
                                        .neighbour_time = std::chrono::milliseconds(2'000)};
// Whom the vault cannot feed now it feeds later.
constexpr net::EdgeLimits feed_limits{.deadline = std::chrono::milliseconds(5'000),
                                      .neighbour_time = std::chrono::milliseconds(0)};

class HouseLinks {
 public:
  explicit HouseLinks(const net::EdgeLimits& limits = {})
      : kmc_(limits), pin_of_vault_(limits), pin_of_outside_(limits), pin_of_street_(limits), seal_(limits) {}
  // A fresh end of an edge; one that is none of ours is closed.
  void attach(const std::string& asker, const std::string& hearer, Descriptor socket);
  // The doors; this object outlives them. Errors of Brief::certificate().
  Result<office::Neighbours> neighbours(const Brief& brief);
  // The link of an edge; null for one that is none of ours.
  net::EdgeLink* find(const std::string& asker, const std::string& hearer);

 private:
  net::EdgeLink kmc_, pin_of_vault_, pin_of_outside_, pin_of_street_, seal_;
  net::EdgeLink ocsp_of_vault_{feed_limits}, ocsp_of_street_{public_limits}, tsa_of_street_{public_limits};
};

}  // namespace yinxin::supervisor
