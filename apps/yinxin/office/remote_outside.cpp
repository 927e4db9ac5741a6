#include "yinxin/office/remote_outside.h"

#include "net/wire.h"

namespace yinxin::net {

template <>
struct WireChoices<hall::CarrierVerdict> : Choices<4> {};
template <>
struct WireChoices<hall::FaceVerdict> : Choices<4> {};
template <>
struct WireChoices<hall::CardSide> : Choices<2> {};
template <>
struct WireChoices<hall::PaymentStanding> : Choices<5> {};
template <>
struct WireChoices<hall::RefundStanding> : Choices<4> {};
template <>
struct WireChoices<hall::DepositStanding> : Choices<4> {};
template <>
struct WireChoices<hall::SmsStanding> : Choices<3> {};
template <>
struct WireChoices<hall::ParcelStanding> : Choices<6> {};

}  // namespace yinxin::net

namespace yinxin::office {

namespace {

using net::ask;
using net::EdgeLink;
using net::hear;
using Texts = std::vector<std::pair<std::string, std::string>>;
using Deposits = std::vector<std::pair<std::string, hall::DepositFact>>;

enum Verb : std::uint16_t {
  carrier_verb = 1,
  begin_face_verb,
  face_verb,
  card_verb,
  open_payment_verb,
  find_payment_verb,
  close_payment_verb,
  refund_verb,
  find_refund_verb,
  hear_payment_verb,
  lacking_texts_verb,
  send_text_verb,
  find_text_verb,
  send_secret_text_verb,
  send_code_verb,
  send_deposit_verb,
  find_deposit_verb,
  returned_verb,
  void_secret_verb,
  order_parcel_verb,
  track_parcel_verb,
  receipt_verb,
};

class RemoteCarrier final : public hall::Carrier {
 public:
  explicit RemoteCarrier(EdgeLink& link) : link_(link) {}
  Result<hall::CarrierFact> check(const std::string& name, const std::string& resident_id,
                                  const std::string& mobile) override {
    return ask<hall::CarrierFact>(link_, carrier_verb, name, resident_id, mobile);
  }

 private:
  EdgeLink& link_;
};

class RemoteFaces final : public hall::FaceCheck {
 public:
  explicit RemoteFaces(EdgeLink& link) : link_(link) {}
  Result<hall::FaceCheckBegun> begin(const hall::FaceCheckRequest& request) override {
    return ask<hall::FaceCheckBegun>(link_, begin_face_verb, request);
  }
  Result<hall::FaceFact> result(const std::string& transaction) override {
    return ask<hall::FaceFact>(link_, face_verb, transaction);
  }

 private:
  EdgeLink& link_;
};

class RemoteCards final : public hall::CardReader {
 public:
  explicit RemoteCards(EdgeLink& link) : link_(link) {}
  Result<hall::CardReading> read(hall::CardSide side, BytesView picture) override {
    return ask<hall::CardReading>(link_, card_verb, side, to_bytes(picture));
  }

 private:
  EdgeLink& link_;
};

class RemotePayments final : public hall::Payments {
 public:
  RemotePayments(EdgeLink& link, std::string way) : link_(link), way_(std::move(way)) {}
  Result<std::string> open(const hall::PaymentOrder& order) override {
    return ask<std::string>(link_, open_payment_verb, way_, order);
  }
  Result<hall::PaymentFact> find(const std::string& order) override {
    return ask<hall::PaymentFact>(link_, find_payment_verb, way_, order);
  }
  Result<void> close(const std::string& order) override { return ask<void>(link_, close_payment_verb, way_, order); }
  Result<hall::RefundFact> refund(const std::string& order, const std::string& refund, std::int64_t total_fen,
                                  std::int64_t refund_fen) override {
    return ask<hall::RefundFact>(link_, refund_verb, way_, order, refund, total_fen, refund_fen);
  }
  Result<hall::RefundFact> find_refund(const std::string& order, const std::string& refund) override {
    return ask<hall::RefundFact>(link_, find_refund_verb, way_, order, refund);
  }
  Result<std::string> hear(const hall::CallbackFields& fields, BytesView body) override {
    return ask<std::string>(link_, hear_payment_verb, way_, fields, to_bytes(body));
  }

 private:
  EdgeLink& link_;
  std::string way_;
};

class RemoteOutside final : public OutsideDoors {
 public:
  RemoteOutside(EdgeLink& link, const std::vector<std::string>& ways)
      : link_(link), carrier_(link), faces_(link), cards_(link) {
    for (const std::string& way : ways) {
      payments_[way] = std::make_unique<RemotePayments>(link, way);
    }
  }
  hall::Carrier& carrier() override { return carrier_; }
  hall::FaceCheck& faces() override { return faces_; }
  hall::CardReader& cards() override { return cards_; }
  [[nodiscard]] hall::PaymentWays payments() override {
    hall::PaymentWays ways;
    for (const auto& [way, payments] : payments_) {
      ways.emplace(way, payments.get());
    }
    return ways;
  }
  Result<std::vector<std::string>> lacking_texts(const Texts& texts) override {
    return ask<std::vector<std::string>>(link_, lacking_texts_verb, texts);
  }
  Result<void> send_text(const hall::SmsWish& wish) override { return ask<void>(link_, send_text_verb, wish); }
  Result<hall::SmsFact> find_text(const std::string& id, const std::string& mobile, Instant sent_at) override {
    return ask<hall::SmsFact>(link_, find_text_verb, id, mobile, sent_at);
  }
  Result<void> send_secret_text(const SecretText& text) override {
    return ask<void>(link_, send_secret_text_verb, text);
  }
  Result<Bytes> send_code(const std::string& line, const std::string& device, const std::string& mobile) override {
    return ask<Bytes>(link_, send_code_verb, line, device, mobile);
  }
  Result<void> send_deposit(const SecretDeposit& deposit) override {
    return ask<void>(link_, send_deposit_verb, deposit);
  }
  Result<hall::DepositFact> find_deposit(const std::string& id, Instant sent_at) override {
    return ask<hall::DepositFact>(link_, find_deposit_verb, id, sent_at);
  }
  Result<Deposits> returned_deposits(Instant from, Instant to) override {
    return ask<Deposits>(link_, returned_verb, from, to);
  }
  Result<void> void_secret(const std::string& line, const std::string& channel) override {
    return ask<void>(link_, void_secret_verb, line, channel);
  }
  Result<hall::ProviderAnswer> order_parcel(const hall::Shipment& shipment) override {
    return ask<hall::ProviderAnswer>(link_, order_parcel_verb, shipment);
  }
  Result<hall::ParcelFact> track_parcel(const std::string& waybill, const std::string& phone_end) override {
    return ask<hall::ParcelFact>(link_, track_parcel_verb, waybill, phone_end);
  }
  Result<std::optional<Bytes>> receipt(const EvidenceQuestion& question) override {
    return ask<std::optional<Bytes>>(link_, receipt_verb, question);
  }

 private:
  EdgeLink& link_;
  RemoteCarrier carrier_;
  RemoteFaces faces_;
  RemoteCards cards_;
  std::map<std::string, std::unique_ptr<RemotePayments>> payments_;
};

using Way = std::string;

// By one way of paying; unsupported for one that there is not.
template <class... Asked, class Deed>
auto hear_payment(OutsideDoors& outside, Deed deed) {
  return hear<Way, Asked...>([&outside, deed](const Way& way, const Asked&... asked) {
    const hall::PaymentWays ways = outside.payments();
    const auto found = ways.find(way);
    using Answer = decltype(deed(*found->second, asked...));
    return found == ways.end() ? Answer(fail(ErrorCode::unsupported, "nobody can be paid by this way"))
                               : deed(*found->second, asked...);
  });
}

net::EdgeTable payment_table(OutsideDoors& outside) {
  using hall::Payments;
  using std::string;
  return {
      {open_payment_verb, hear_payment<hall::PaymentOrder>(
                              outside, [](Payments& by, const hall::PaymentOrder& order) { return by.open(order); })},
      {find_payment_verb,
       hear_payment<string>(outside, [](Payments& by, const string& order) { return by.find(order); })},
      {close_payment_verb,
       hear_payment<string>(outside, [](Payments& by, const string& order) { return by.close(order); })},
      {refund_verb, hear_payment<string, string, std::int64_t, std::int64_t>(
                        outside, [](Payments& by, const string& order, const string& refund, std::int64_t total_fen,
                                    std::int64_t fen) { return by.refund(order, refund, total_fen, fen); })},
      {find_refund_verb,
       hear_payment<string, string>(outside, [](Payments& by, const string& order,
                                                const string& refund) { return by.find_refund(order, refund); })},
      {hear_payment_verb,
       hear_payment<hall::CallbackFields, Bytes>(outside, [](Payments& by, const hall::CallbackFields& fields,
                                                             const Bytes& body) { return by.hear(fields, body); })},
  };
}

net::EdgeTable person_table(OutsideDoors& outside) {
  using std::string;
  return {
      {carrier_verb,
       hear<string, string, string>([&outside](const string& name, const string& id, const string& mobile) {
         return outside.carrier().check(name, id, mobile);
       })},
      {begin_face_verb, hear<hall::FaceCheckRequest>([&outside](const hall::FaceCheckRequest& request) {
         return outside.faces().begin(request);
       })},
      {face_verb, hear<string>([&outside](const string& transaction) { return outside.faces().result(transaction); })},
      {card_verb, hear<hall::CardSide, Bytes>([&outside](hall::CardSide side, const Bytes& picture) {
         return outside.cards().read(side, picture);
       })},
  };
}

// Messages in plain words, for whoever has somebody to tell.
net::EdgeTable message_table(OutsideDoors& outside) {
  using std::string;
  return {
      {send_text_verb, hear<hall::SmsWish>([&outside](const hall::SmsWish& wish) { return outside.send_text(wish); })},
      {find_text_verb, hear<string, string, Instant>([&outside](const string& id, const string& mobile, Instant at) {
         return outside.find_text(id, mobile, at);
       })},
  };
}

net::EdgeTable deposit_table(OutsideDoors& outside) {
  using std::string;
  return {
      {send_deposit_verb,
       hear<SecretDeposit>([&outside](const SecretDeposit& deposit) { return outside.send_deposit(deposit); })},
      {find_deposit_verb,
       hear<string, Instant>([&outside](const string& id, Instant at) { return outside.find_deposit(id, at); })},
      {returned_verb,
       hear<Instant, Instant>([&outside](Instant from, Instant to) { return outside.returned_deposits(from, to); })},
      {void_secret_verb, hear<string, string>([&outside](const string& line, const string& channel) {
         return outside.void_secret(line, channel);
       })},
      {lacking_texts_verb, hear<Texts>([&outside](const Texts& texts) { return outside.lacking_texts(texts); })},
      {send_secret_text_verb,
       hear<SecretText>([&outside](const SecretText& text) { return outside.send_secret_text(text); })},
  };
}

// What officers rely on, and what goes to a number or a place that they signed.
net::EdgeTable officer_table(OutsideDoors& outside) {
  using std::string;
  return {
      {receipt_verb,
       hear<EvidenceQuestion>([&outside](const EvidenceQuestion& question) { return outside.receipt(question); })},
      {send_code_verb,
       hear<string, string, string>([&outside](const string& line, const string& device, const string& mobile) {
         return outside.send_code(line, device, mobile);
       })},
      {order_parcel_verb,
       hear<hall::Shipment>([&outside](const hall::Shipment& shipment) { return outside.order_parcel(shipment); })},
      {track_parcel_verb, hear<string, string>([&outside](const string& waybill, const string& phone_end) {
         return outside.track_parcel(waybill, phone_end);
       })},
  };
}

}  // namespace

std::unique_ptr<OutsideDoors> remote_outside(EdgeLink& link, const std::vector<std::string>& ways) {
  return std::make_unique<RemoteOutside>(link, ways);
}

net::EdgeTable table_for(OutsideDoors& outside, std::string_view asker) {
  net::EdgeTable all;
  if (asker == "desk") {
    all = officer_table(outside);
  } else if (asker == "street") {
    all = payment_table(outside);
    all.merge(person_table(outside));
    all.merge(deposit_table(outside));
  } else {
    return all;
  }
  all.merge(message_table(outside));
  return all;
}

}  // namespace yinxin::office
