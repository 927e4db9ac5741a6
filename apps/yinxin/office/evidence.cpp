#include "yinxin/office/evidence.h"

namespace yinxin::office {

namespace {

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

Result<void> ask_carrier(House& house, const trust::Snapshot& shot, hall::Carrier& carrier) {
  const trust::Person& person = shot.requester;
  YX_TRY(const hall::CarrierFact fact, carrier.check(person.name, person.resident_id, person.mobile));
  return lay_receipt(house, shot.application_id, "carrier_check", fact.answer,
                     fact.verdict == hall::CarrierVerdict::match);
}

Result<void> ask_face(House& house, const trust::Snapshot& shot, const Requery& with) {
  const auto person = house.outside().person_of_face(with.face_transaction);
  if (!person || *person != person_hash(shot.requester.name, shot.requester.resident_id)) {
    return fail(ErrorCode::precondition, "the face check was not begun for this requester");
  }
  YX_TRY(const hall::FaceFact fact, with.faces.result(with.face_transaction));
  return lay_receipt(house, shot.application_id, "liveness_check", fact.answer,
                     fact.verdict == hall::FaceVerdict::passed);
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
  for (const trust::SnapshotLine& line : record.snapshot.lines) {
    const trust::BusinessRule* rule = policy.find_rule(line.business, record.snapshot.channel);
    for (const std::string& kind : rule == nullptr ? std::vector<std::string>() : rule->evidence) {
      if (kind == "carrier_check") {
        YX_CHECK(ask_carrier(house, record.snapshot, with.carrier));
      } else if (kind == "liveness_check" && !with.face_transaction.empty()) {
        // Where there was none, an officer's own word stands in S1, or the vault refuses.
        YX_CHECK(ask_face(house, record.snapshot, with));
      }
    }
  }
  return {};
}

}  // namespace yinxin::office
