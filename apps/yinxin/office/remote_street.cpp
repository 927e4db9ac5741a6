#include "yinxin/office/remote_street.h"

#include <mutex>

#include "yinxin/office/street_wire.h"

namespace yinxin::office {

namespace {

using net::ask;
using net::EdgeLink;
using net::hear;
using std::string;

enum Verb : std::uint16_t {
  claim_verb = 1,
  settle_verb,
  package_verb,
  part_verb,
  withdrawal_refused_verb,
  standings_verb,
  news_verb,
  sent_verb,
  messages_verb,
  transactions_verb,
  consents_verb,
  legal_check_verb,
  see_legal_verb,
  confirm_legal_verb,
  money_verb,
  case_of_refund_verb,
  case_of_order_verb,
  decide_refund_verb,
  give_back_verb,
  transfers_verb,
  voucher_verb,
  voucher_part_verb,
  deny_voucher_verb,
  name_booking_verb,
};

// What goes over in parts, a submitted case or a paper: its size, and what names it while it does.
struct Package {
  std::uint64_t bytes = 0;
  crypto::Digest hash{};
};

class RemoteStreet final : public StreetDoors {
 public:
  explicit RemoteStreet(EdgeLink& link) : link_(link) {}
  Result<std::vector<StreetErrandClaimed>> claim(const string& kind) override {
    return ask<std::vector<StreetErrandClaimed>>(link_, claim_verb, kind);
  }
  Result<void> settle(const store::Claimed& claimed, const std::optional<string>& failure) override {
    return ask<void>(link_, settle_verb, claimed, failure);
  }
  Result<hall::Submission> submission(const string& id) override;
  Result<void> hear_withdrawal_refused(const string& id) override {
    return ask<void>(link_, withdrawal_refused_verb, id);
  }
  Result<std::vector<StreetStanding>> standings(const std::vector<string>& ids) override {
    return ask<std::vector<StreetStanding>>(link_, standings_verb, ids);
  }
  Result<void> hear_desk(const hall::DeskNews& news) override { return ask<void>(link_, news_verb, news); }
  Result<void> note_sent(const hall::SmsWish& wish, Instant at) override {
    return ask<void>(link_, sent_verb, wish, at);
  }
  Result<void> put_messages(const std::vector<hall::SmsWish>& wishes) override {
    return ask<void>(link_, messages_verb, wishes);
  }
  Result<EvidenceQuestion> transactions(const string& id) override {
    return ask<EvidenceQuestion>(link_, transactions_verb, id);
  }
  Result<std::vector<hall::ConsentShown>> consents_of(const string& id) override {
    return ask<std::vector<hall::ConsentShown>>(link_, consents_verb, id);
  }
  Result<std::optional<hall::LegalCheck>> legal_check(const string& id) override {
    return ask<std::optional<hall::LegalCheck>>(link_, legal_check_verb, id);
  }
  Result<void> see_legal_representative(const string& id, const hall::Actor& officer,
                                        const hall::SeenInPerson& seen) override {
    return ask<void>(link_, see_legal_verb, id, officer, seen);
  }
  Result<void> confirm_legal_representative(const string& id, const hall::Actor& officer) override {
    return ask<void>(link_, confirm_legal_verb, id, officer);
  }
  Result<std::vector<hall::MoneyItem>> money_to_decide() override {
    return ask<std::vector<hall::MoneyItem>>(link_, money_verb);
  }
  Result<string> case_of_refund(const string& number) override {
    return ask<string>(link_, case_of_refund_verb, number);
  }
  Result<string> case_of_order(const string& order) override { return ask<string>(link_, case_of_order_verb, order); }
  Result<hall::MoneyItem> decide_refund(const string& number, hall::FinanceDeed deed, const string& officer,
                                        const string& words) override {
    return ask<hall::MoneyItem>(link_, decide_refund_verb, number, deed, officer, words);
  }
  Result<hall::MoneyItem> give_back(const string& order, std::int64_t fen, const string& officer,
                                    const string& words) override {
    return ask<hall::MoneyItem>(link_, give_back_verb, order, fen, officer, words);
  }
  Result<std::vector<hall::TransferItem>> transfers_awaited() override {
    return ask<std::vector<hall::TransferItem>>(link_, transfers_verb);
  }
  Result<Bytes> voucher(const string& order) override {
    const std::scoped_lock lock(voucher_mutex_);
    YX_TRY(const Package package, ask<Package>(link_, voucher_verb, order));
    return fetch(package, voucher_part_verb);
  }
  Result<void> deny_voucher(const string& order, const string& officer, const string& words) override {
    return ask<void>(link_, deny_voucher_verb, order, officer, words);
  }
  Result<void> name_booking(const string& order, const string& booking, const string& officer,
                            const string& words) override {
    return ask<void>(link_, name_booking_verb, order, booking, officer, words);
  }

 private:
  Result<Bytes> fetch(const Package& package, Verb part);

  std::mutex voucher_mutex_;  // one at a time
  EdgeLink& link_;
};

Result<Bytes> RemoteStreet::fetch(const Package& package, Verb part_verb_asked) {
  if (package.bytes > max_package_bytes) {
    return fail(ErrorCode::corrupt, "package.length");
  }
  Bytes all;
  while (all.size() < package.bytes) {
    YX_TRY(const Bytes part, ask<Bytes>(link_, part_verb_asked, package.hash, std::uint64_t{all.size()}));
    if (part.empty() || part.size() > package.bytes - all.size()) {
      return fail(ErrorCode::corrupt, "package.part");
    }
    append(all, part);
  }
  if (crypto::sm3(all) != package.hash) {
    return fail(ErrorCode::corrupt, "package.hash");
  }
  return all;
}

Result<hall::Submission> RemoteStreet::submission(const string& id) {
  YX_TRY(const Package package, ask<Package>(link_, package_verb, id));
  YX_TRY(const Bytes all, fetch(package, part_verb));
  return net::from_body<hall::Submission>(all);
}

// What goes over now: the desk fetches one at a time, and begins anew with one that has changed meanwhile.
class Counter {
 public:
  Package pack(Bytes packed) {
    const Package package{.bytes = packed.size(), .hash = crypto::sm3(packed)};
    const std::scoped_lock lock(mutex_);
    hash_ = package.hash;
    packed_ = std::move(packed);
    return package;
  }
  Result<Bytes> part(const crypto::Digest& hash, std::uint64_t offset) {
    const std::scoped_lock lock(mutex_);
    if (hash != hash_ || offset >= packed_.size()) {
      return fail(ErrorCode::not_found, "package.gone");
    }
    const BytesView rest = BytesView(packed_).subspan(static_cast<std::size_t>(offset));
    Bytes part = to_bytes(rest.first(std::min(package_part_bytes, rest.size())));
    if (part.size() == rest.size()) {
      packed_ = {};
    }
    return part;
  }

 private:
  std::mutex mutex_;
  crypto::Digest hash_{};
  Bytes packed_;
};

net::EdgeTable case_table(StreetDoors& street) {
  const auto counter = std::make_shared<Counter>();
  return {
      {claim_verb, hear<string>([&street](const string& kind) { return street.claim(kind); })},
      {settle_verb, hear<store::Claimed, std::optional<string>>(
                        [&street](const store::Claimed& claimed, const std::optional<string>& failure) {
                          return street.settle(claimed, failure);
                        })},
      {package_verb, hear<string>([counter, &street](const string& id) -> Result<Package> {
         YX_TRY(const hall::Submission submission, street.submission(id));
         return counter->pack(net::to_body(submission));
       })},
      {part_verb, hear<crypto::Digest, std::uint64_t>([counter](const crypto::Digest& hash, std::uint64_t offset) {
         return counter->part(hash, offset);
       })},
      {withdrawal_refused_verb,
       hear<string>([&street](const string& id) { return street.hear_withdrawal_refused(id); })},
      {standings_verb,
       hear<std::vector<string>>([&street](const std::vector<string>& ids) { return street.standings(ids); })},
      {news_verb, hear<hall::DeskNews>([&street](const hall::DeskNews& news) { return street.hear_desk(news); })},
      {sent_verb, hear<hall::SmsWish, Instant>(
                      [&street](const hall::SmsWish& wish, Instant at) { return street.note_sent(wish, at); })},
      {messages_verb, hear<std::vector<hall::SmsWish>>(
                          [&street](const std::vector<hall::SmsWish>& wishes) { return street.put_messages(wishes); })},
      {transactions_verb, hear<string>([&street](const string& id) { return street.transactions(id); })},
  };
}

net::EdgeTable officer_table(StreetDoors& street) {
  return {
      {consents_verb, hear<string>([&street](const string& id) { return street.consents_of(id); })},
      {legal_check_verb, hear<string>([&street](const string& id) { return street.legal_check(id); })},
      {see_legal_verb, hear<string, hall::Actor, hall::SeenInPerson>(
                           [&street](const string& id, const hall::Actor& officer, const hall::SeenInPerson& seen) {
                             return street.see_legal_representative(id, officer, seen);
                           })},
      {confirm_legal_verb, hear<string, hall::Actor>([&street](const string& id, const hall::Actor& officer) {
         return street.confirm_legal_representative(id, officer);
       })},
      {money_verb, hear<>([&street] { return street.money_to_decide(); })},
      {case_of_refund_verb, hear<string>([&street](const string& number) { return street.case_of_refund(number); })},
      {case_of_order_verb, hear<string>([&street](const string& order) { return street.case_of_order(order); })},
      {decide_refund_verb,
       hear<string, hall::FinanceDeed, string, string>(
           [&street](const string& number, hall::FinanceDeed deed, const string& officer, const string& words) {
             return street.decide_refund(number, deed, officer, words);
           })},
      {give_back_verb, hear<string, std::int64_t, string, string>(
                           [&street](const string& order, std::int64_t fen, const string& officer,
                                     const string& words) { return street.give_back(order, fen, officer, words); })},
  };
}

net::EdgeTable transfer_table(StreetDoors& street) {
  const auto counter = std::make_shared<Counter>();
  return {
      {transfers_verb, hear<>([&street] { return street.transfers_awaited(); })},
      {voucher_verb, hear<string>([counter, &street](const string& order) -> Result<Package> {
         YX_TRY(Bytes voucher, street.voucher(order));
         return counter->pack(std::move(voucher));
       })},
      {voucher_part_verb,
       hear<crypto::Digest, std::uint64_t>(
           [counter](const crypto::Digest& hash, std::uint64_t offset) { return counter->part(hash, offset); })},
      {deny_voucher_verb,
       hear<string, string, string>([&street](const string& order, const string& officer, const string& words) {
         return street.deny_voucher(order, officer, words);
       })},
      {name_booking_verb, hear<string, string, string, string>([&street](const string& order, const string& booking,
                                                                         const string& officer, const string& words) {
         return street.name_booking(order, booking, officer, words);
       })},
  };
}

}  // namespace

std::unique_ptr<StreetDoors> remote_street(EdgeLink& link) { return std::make_unique<RemoteStreet>(link); }

net::EdgeTable table_for(StreetDoors& street, std::string_view asker) {
  if (asker != "desk") {
    return {};
  }
  net::EdgeTable all = case_table(street);
  all.merge(officer_table(street));
  all.merge(transfer_table(street));
  return all;
}

}  // namespace yinxin::office
