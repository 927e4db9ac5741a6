#include "yinxin/office/evidence.h"

#include <map>
#include <set>

#include "hall/evidence_kinds.h"

namespace yinxin::office {

namespace {

constexpr std::string_view online = "online";
constexpr std::string_view currency = "CNY";

crypto::Digest person_hash(const std::string& name, const std::string& resident_id) {
  return crypto::sm3({bytes_of(name), bytes_of("/"), bytes_of(resident_id)});
}

// Long answers are kept by their digest alone: what is sealed beside a receipt is bounded.
Bytes kept_answer(const Bytes& raw) {
  return raw.size() <= crypto::max_wrapped_bytes ? raw : to_bytes(crypto::sm3(raw));
}

Result<void> lay_receipt(House& house, const std::string& case_id, std::string_view kind,
                         const hall::ProviderAnswer& answer, bool passed) {
  YX_TRY(const Bytes receipt, house.outside().receive({.kind = std::string(kind),
                                                       .provider = answer.provider,
                                                       .transaction_id = answer.transaction,
                                                       .application_id = case_id,
                                                       .passed = passed,
                                                       .answer = {},
                                                       .at = {}},
                                                      kept_answer(answer.raw)));
  return house.desk().add_evidence(case_id, receipt);
}

Result<void> ask_carrier(House& house, const trust::Snapshot& shot, const Requery& with) {
  const trust::Person& person = shot.requester;
  YX_TRY(const hall::CarrierFact fact, with.carrier.check(person.name, person.resident_id, person.mobile));
  return lay_receipt(house, shot.application_id, hall::carrier_evidence, fact.answer,
                     fact.verdict == hall::CarrierVerdict::match);
}

// What the provider knows no more: a receipt that says so, under our own number of it.
Result<void> lay_vanished(House& house, const std::string& case_id, std::string_view kind, std::string_view provider,
                          const std::string& number) {
  return lay_receipt(house, case_id, kind,
                     {.provider = std::string(provider), .transaction = number, .raw = to_bytes(bytes_of("not_found"))},
                     false);
}
bool is_vanished(const Error& error) { return error.code == ErrorCode::not_found; }

Result<void> ask_face(House& house, const trust::Snapshot& shot, const Requery& with) {
  if (with.face_transaction.empty()) {
    return {};  // an officer's own word stands in S1, or the vault refuses
  }
  const auto person = house.outside().person_of_face(with.face_transaction);
  if (!person || *person != person_hash(shot.requester.name, shot.requester.resident_id)) {
    return fail(ErrorCode::precondition, "the face check was not begun for this requester");
  }
  const auto fact = with.faces.result(with.face_transaction);
  if (!fact) {
    return is_vanished(fact.error())
               ? lay_vanished(house, shot.application_id, hall::face_evidence, "face", with.face_transaction)
               : Result<void>(fact.error());
  }
  return lay_receipt(house, shot.application_id, hall::face_evidence, fact->answer,
                     fact->verdict == hall::FaceVerdict::passed);
}

Result<void> ask_deposit(House& house, const trust::Snapshot& shot, const Requery& with) {
  if (with.deposit.empty()) {
    return fail(ErrorCode::precondition, "the street names no deposit of this case");
  }
  const auto fact = with.bank.find(with.deposit, with.now);
  if (!fact) {
    return is_vanished(fact.error())
               ? lay_vanished(house, shot.application_id, hall::deposit_evidence, "bank", with.deposit)
               : Result<void>(fact.error());
  }
  return lay_receipt(house, shot.application_id, hall::deposit_evidence, fact->answer,
                     fact->standing == hall::DepositStanding::settled);
}

// The money that the snapshot says came in, in the provider's books.
Result<void> ask_payment(House& house, const trust::Snapshot& shot, const Requery& with) {
  if (with.order.empty()) {
    return fail(ErrorCode::precondition, "the street names no order of this case");
  }
  const auto provider = with.payments.find(with.way);
  if (provider == with.payments.end()) {
    return fail(ErrorCode::unsupported, "nobody can be asked about this way of paying");
  }
  const auto fact = provider->second->find(with.order);
  if (!fact) {
    return is_vanished(fact.error())
               ? lay_vanished(house, shot.application_id, hall::payment_evidence, "payment", with.order)
               : Result<void>(fact.error());
  }
  // Of what came above the price a part may have gone back; some providers then call the order refunded.
  const bool stands = fact->standing == hall::PaymentStanding::paid ||
                      (fact->standing == hall::PaymentStanding::refunded && with.given_back_fen > 0);
  const bool is_whole = stands && fact->order == with.order && fact->currency == currency &&
                        fact->paid_fen - with.given_back_fen == shot.money.received_fen;
  return lay_receipt(house, shot.application_id, hall::payment_evidence, fact->answer, is_whole);
}

std::set<std::string> demanded(const trust::Snapshot& shot, const trust::ProgrammePolicy& policy) {
  std::set<std::string> kinds;
  for (const trust::SnapshotLine& line : shot.lines) {
    if (const trust::BusinessRule* rule = policy.find_rule(line.business, shot.channel)) {
      kinds.insert(rule->evidence.begin(), rule->evidence.end());
    }
  }
  if (shot.channel == online && shot.money.received_fen > 0) {
    kinds.emplace(hall::payment_evidence);
  }
  return kinds;
}

}  // namespace

Result<hall::FaceCheckBegun> RememberedFaces::begin(const hall::FaceCheckRequest& request) {
  YX_TRY(hall::FaceCheckBegun begun, provider_.begin(request));
  YX_CHECK(outside_.remember_face(begun.transaction, person_hash(request.name, request.resident_id)));
  return begun;
}

Result<void> ask_again(House& house, const std::string& case_id, const Requery& with) {
  YX_TRY(const hall::CaseRecord record, house.desk().find(case_id));
  YX_TRY(const Bytes der, house.desk().paper(case_id, 0, hall::Paper::manifest));
  YX_TRY(const trust::SignedManifest manifest, trust::SignedManifest::parse(der));
  YX_TRY(const trust::ProgrammePolicy policy, trust::ProgrammePolicy::parse(manifest.content));
  using Ask = Result<void> (*)(House&, const trust::Snapshot&, const Requery&);
  const std::map<std::string_view, Ask> asks{{hall::carrier_evidence, ask_carrier},
                                             {hall::face_evidence, ask_face},
                                             {hall::deposit_evidence, ask_deposit},
                                             {hall::payment_evidence, ask_payment}};
  Result<void> all;
  for (const std::string& kind : demanded(record.snapshot, policy)) {
    const auto ask = asks.find(kind);
    const Result<void> asked = ask == asks.end() ? Result<void>() : ask->second(house, record.snapshot, with);
    if (!asked && all) {
      all = asked;
    }
  }
  return all;
}

}  // namespace yinxin::office
