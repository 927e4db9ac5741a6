#include "yinxin/office/remote_doors.h"

namespace yinxin::office {

namespace {

template <class Deed>
auto alone(std::mutex& mutex, Deed deed) {
  return [&mutex, deed](BytesView message) -> Result<Bytes> {
    const std::scoped_lock lock(mutex);
    return deed(message);
  };
}

Result<Bytes> make_ordered_seal(SealDomain& seals, BytesView message) {
  YX_TRY(const trust::SealOrder order, trust::SealOrder::parse(message));
  YX_TRY(const x509::Certificate owner, x509::Certificate::parse(order.owner));
  return seals.make_seal(order.bundle, order.line, order.receipt, owner, order.picture);
}

}  // namespace

Result<Bytes> RemotePin::order(BytesView message) {
  if (orders_ == nullptr) {
    return fail(ErrorCode::forbidden, "the street gives the PIN domain no orders");
  }
  return orders_->call(pin_verb::order, message);
}

Result<Bytes> RemotePin::activate(BytesView activation) {
  if (activations_ == nullptr) {
    return fail(ErrorCode::forbidden, "activations come through the street alone");
  }
  return activations_->call(pin_verb::activate, activation);
}

Result<Bytes> RemoteSeals::make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                                     const x509::Certificate& owner, BytesView picture) {
  const trust::SealOrder order{
      .bundle = bundle, .line = line, .receipt = to_bytes(receipt), .owner = owner.der(), .picture = to_bytes(picture)};
  return link_->call(seal_verb::make_seal, order.to_der());
}

net::EdgeTable table_for(KeyCentre& centre, std::string_view asker, std::mutex& mutex) {
  if (asker != "vault") {
    return {};
  }
  return {{kmc_verb::hand_over, alone(mutex, [&centre](BytesView m) { return centre.hand_over(m); })},
          {kmc_verb::retire, alone(mutex, [&centre](BytesView m) { return centre.retire(m); })}};
}

net::EdgeTable table_for(PinDomain& pin, std::string_view asker, std::mutex& mutex) {
  if (asker == "vault" || asker == "outside") {
    return {{pin_verb::order, alone(mutex, [&pin](BytesView m) { return pin.order(m); })}};
  }
  if (asker == "street") {
    return {{pin_verb::activate, alone(mutex, [&pin](BytesView m) { return pin.activate(m); })}};
  }
  return {};
}

net::EdgeTable table_for(SealDomain& seals, std::string_view asker, std::mutex& mutex) {
  if (asker != "vault") {
    return {};
  }
  return {{seal_verb::make_seal, alone(mutex, [&seals](BytesView m) { return make_ordered_seal(seals, m); })}};
}

}  // namespace yinxin::office
