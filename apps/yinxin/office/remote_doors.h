#pragma once
// Doors that lead over an edge to a domain in a process of its own, and what such a domain hears there. What travels is
// signed and pinned by the messages themselves (lines.h): an edge carries bytes and failures.

#include <mutex>

#include "net/edge.h"
#include "trust/seal_order.h"
#include "yinxin/office/domains.h"

namespace yinxin::office {

// Verbs, one numbering for each domain.
namespace kmc_verb {
constexpr std::uint16_t hand_over = 1, retire = 2;
}
namespace pin_verb {
constexpr std::uint16_t order = 1, activate = 2;
}
namespace seal_verb {
constexpr std::uint16_t make_seal = 1;
}

// The links outlive the doors.
class RemoteKeyCentre final : public KeyDoors {
 public:
  RemoteKeyCentre(net::EdgeLink& link, x509::Certificate certificate)
      : link_(&link), certificate_(std::move(certificate)) {}
  Result<Bytes> hand_over(BytesView request) override { return link_->call(kmc_verb::hand_over, request); }
  Result<Bytes> retire(BytesView retirement) override { return link_->call(kmc_verb::retire, retirement); }
  Result<void> work() override { return {}; }  // its own process sees to it
  [[nodiscard]] const x509::Certificate& certificate() const override { return certificate_; }

 private:
  net::EdgeLink* link_;
  x509::Certificate certificate_;
};

class RemotePin final : public PinDoors {
 public:
  struct Certificates {
    x509::Certificate service, door;
  };
  // Either may be null: that side gives no orders, or relays no activations.
  RemotePin(net::EdgeLink* orders, net::EdgeLink* activations, Certificates certificates)
      : orders_(orders), activations_(activations), certificates_(std::move(certificates)) {}
  Result<Bytes> order(BytesView message) override;
  Result<Bytes> activate(BytesView activation) override;
  [[nodiscard]] const x509::Certificate& certificate() const override { return certificates_.service; }
  [[nodiscard]] const x509::Certificate& door() const override { return certificates_.door; }

 private:
  net::EdgeLink* orders_;
  net::EdgeLink* activations_;
  Certificates certificates_;
};

class RemoteSeals final : public pki::SealWorkshop {
 public:
  explicit RemoteSeals(net::EdgeLink& link) : link_(&link) {}
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                          const x509::Certificate& owner, BytesView picture) override;

 private:
  net::EdgeLink* link_;
};

// What each domain hears, and from whom: the table of the edge from `asker`; empty for one whom it does
// not hear. `mutex` lets in one at a time, over all edges.
net::EdgeTable table_for(KeyCentre& centre, std::string_view asker, std::mutex& mutex);
net::EdgeTable table_for(PinDomain& pin, std::string_view asker, std::mutex& mutex);
net::EdgeTable table_for(SealDomain& seals, std::string_view asker, std::mutex& mutex);

}  // namespace yinxin::office
