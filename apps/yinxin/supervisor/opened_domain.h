#pragma once
// One domain, opened in the process that is its own: what it hears, what it asks, what it does by the clock. A domain
// is added by one file that implements this and one line in openers().

#include "audit/log.h"
#include "net/edge.h"
#include "yinxin/office/domain.h"
#include "yinxin/office/house.h"
#include "yinxin/supervisor/brief.h"
#include "yinxin/supervisor/domain_process.h"

namespace yinxin::supervisor {

constexpr std::chrono::milliseconds upkeep_pause{5'000};

class OpenedDomain {
 public:
  virtual ~OpenedDomain() = default;
  // What it hears on the edge from `asker`; empty for one whom it does not hear.
  virtual net::EdgeTable table_for(std::string_view asker) = 0;
  // Of the edges on which it hears.
  [[nodiscard]] virtual net::EdgeLimits limits() const { return {}; }
  // Whether it hears `asker` by ends of its own, which come by attach(), and not by a table.
  [[nodiscard]] virtual bool hears_itself(std::string_view /*asker*/) const { return false; }
  // A fresh edge on which it asks, as `asker`, or which it hears itself; a domain that does neither closes it.
  virtual void attach(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket);
  virtual audit::Recorder& audit() = 0;
  // How it speaks to its supervisor; before begin(), and good until it ends.
  virtual void may_say(std::function<Result<void>(const ControlMessage&)> /*say*/) {}
  // Once it is ready and hears from its neighbours; a failure ends this life.
  virtual Result<void> begin() { return {}; }
  // By the clock, every pace(), and once before it is ready.
  virtual Result<void> work() { return {}; }
  [[nodiscard]] virtual std::chrono::milliseconds pace() const { return upkeep_pause; }
  // How all domains stand: one line "name state" each. From another thread.
  virtual void hear_states(const std::string& /*states*/) {}
};

// What a domain is opened from. Nothing of it is kept but the clock, the random source and the boot secret.
struct Opening {
  const DomainOptions& options;
  const Brief& brief;
  const office::Settings& settings;
  const office::DomainPlace& place;
};

using Opener = Result<std::unique_ptr<OpenedDomain>> (*)(const Opening& opening);
// By the name of the domain; errors of its folder and keys, not_found for what the brief does not pin.
const std::map<std::string, Opener, std::less<>>& openers();

Result<std::unique_ptr<OpenedDomain>> open_kmc(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_pin(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_seal(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_ocsp(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_tsa(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_outside(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_vault(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_desk(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_street(const Opening& opening);
Result<std::unique_ptr<OpenedDomain>> open_bridge(const Opening& opening);

// not_found where this process has no such domain; otherwise as its opener.
Result<std::unique_ptr<OpenedDomain>> open_domain(const DomainOptions& options, const Brief& brief,
                                                  const crypto::BootSecret& boot, Random& random, const Clock& clock);

}  // namespace yinxin::supervisor
