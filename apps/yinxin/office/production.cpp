#include "yinxin/office/production.h"

namespace yinxin::office {

namespace {

using hall::LineState;
using hall::Paper;

Result<hall::CaseLine> line_of(hall::Desk& desk, const std::string& case_id, std::int64_t line) {
  YX_TRY(const hall::CaseRecord record, desk.find(case_id));
  const hall::CaseLine* found = record.find_line(line);
  if (found == nullptr) {
    return fail(ErrorCode::not_found, "the case has no such line");
  }
  return *found;
}

bool is_in_making(LineState state) {
  return state == LineState::issuing || state == LineState::writing || state == LineState::written;
}

bool has_certificates(LineState state) {
  return state == LineState::writing || state == LineState::written || state == LineState::activated;
}

// The picture that the line's wish names, among the case's materials.
Result<Bytes> picture_of_line(hall::Desk& desk, const hall::CaseRecord& record, std::int64_t line) {
  const trust::SnapshotLine* asked = record.snapshot.find_line(line);
  if (asked == nullptr || !asked->seal) {
    return fail(ErrorCode::not_found, "no seal was approved for this line");
  }
  for (const trust::SlotHash& slot : record.snapshot.materials) {
    if (slot.rendition == asked->seal->picture_hash) {
      return desk.material(record.id(), slot.slot, true);
    }
  }
  return fail(ErrorCode::not_found, "the seal's picture is not among the materials");
}

Result<void> carry_issued(hall::Desk& desk, const std::string& case_id, const pki::IssuedLine& issued) {
  YX_TRY(const hall::CaseLine line, line_of(desk, case_id, issued.line));
  LineState state = line.state;
  if (state == LineState::issuing) {
    YX_CHECK(
        desk.line_issued(case_id, issued.line, issued.receipt, issued.signing, issued.encryption, issued.envelope));
    state = LineState::writing;
  }
  if (!issued.seal.empty() && !desk.paper(case_id, issued.line, Paper::seal)) {
    YX_CHECK(desk.line_sealed(case_id, issued.line, issued.seal));
  }
  if (state == LineState::writing && !issued.written.empty()) {
    YX_CHECK(desk.line_written(case_id, issued.line, issued.written));
    state = LineState::written;
  }
  if (state == LineState::written && !issued.activated.empty()) {
    YX_CHECK(desk.line_activated(case_id, issued.line, issued.activated));
  }
  return {};
}

Result<crypto::Digest> second_approval_of(hall::Desk& desk, const std::string& case_id) {
  YX_TRY(const Bytes second, desk.paper(case_id, 0, Paper::second_approval));
  return trust::statement_hash(second);
}

}  // namespace

Result<void> carry_over(House& house, const std::string& case_id, std::int64_t line) {
  hall::Desk& desk = house.desk();
  YX_TRY(const hall::CaseLine now, line_of(desk, case_id, line));
  if (!is_in_making(now.state)) {
    return {};
  }
  YX_TRY(const crypto::Digest second_approval, second_approval_of(desk, case_id));
  YX_TRY(const auto issued, house.doors().find_issued(second_approval, line));
  if (issued) {
    return carry_issued(desk, case_id, *issued);
  }
  // The vault gave it up: no word of the token came within the hour.
  return now.state == LineState::writing ? desk.line_given_up(case_id, line) : Result<void>();
}

Result<Bytes> permit_line(House& house, const std::string& case_id, std::int64_t line, const std::string& device,
                          const x509::Certificate& station, const x509::Certificate& production_officer) {
  YX_TRY(const trust::Officer officer, trust::officer_of(production_officer));
  YX_TRY(const trust::Bundle bundle, house.desk().bundle(case_id));
  YX_TRY(pki::Vault::Permitted permitted, house.doors().permit(bundle, line, device, station, production_officer));
  YX_TRY(const hall::CaseLine now, line_of(house.desk(), case_id, line));
  if (now.state == LineState::keying) {
    YX_TRY(const Bytes standing, house.desk().paper(case_id, line, Paper::permit));
    if (standing != permitted.permit) {
      YX_CHECK(house.desk().line_given_up(case_id, line));  // the earlier permit ran out
    }
  }
  YX_CHECK(house.desk().line_permitted(case_id, line, permitted.permit,
                                       {hall::By::production_officer, to_hex(officer.person.value)}));
  return std::move(permitted.secrets);
}

Result<void> issue_line(House& house, const std::string& case_id, std::int64_t line) {
  YX_CHECK(carry_over(house, case_id, line));
  YX_TRY(const hall::CaseLine now, line_of(house.desk(), case_id, line));
  if (has_certificates(now.state)) {
    return {};
  }
  if (now.state != LineState::issuing) {
    return fail(ErrorCode::wrong_state, "the line has no bound key to be certified");
  }
  YX_TRY(const trust::Bundle bundle, house.desk().bundle(case_id));
  YX_TRY(const trust::KeyingBundle keying, house.desk().keying(case_id, line));
  YX_CHECK(house.doors().issue(bundle, keying));
  return carry_over(house, case_id, line);
}

Result<Bytes> make_line_seal(House& house, const std::string& case_id, std::int64_t line) {
  YX_CHECK(carry_over(house, case_id, line));
  YX_TRY(const hall::CaseRecord record, house.desk().find(case_id));
  YX_TRY(const Bytes picture, picture_of_line(house.desk(), record, line));
  YX_TRY(const trust::Bundle bundle, house.desk().bundle(case_id));
  YX_TRY(Bytes seal, house.doors().make_seal(bundle, line, picture));
  YX_CHECK(carry_over(house, case_id, line));
  return seal;
}

Result<LineCertificates> certificates_of_line(House& house, const std::string& case_id, std::int64_t line) {
  YX_CHECK(carry_over(house, case_id, line));
  YX_TRY(const crypto::Digest second_approval, second_approval_of(house.desk(), case_id));
  YX_TRY(const auto issued, house.doors().find_issued(second_approval, line));
  if (!issued) {
    return fail(ErrorCode::wrong_state, "the line has no certificates yet");
  }
  if (issued->wants_seal && issued->seal.empty()) {
    return fail(ErrorCode::precondition, "the line's seal is made first: yinxin seal make");
  }
  return LineCertificates{issued->signing, issued->encryption, issued->envelope,
                          issued->wants_seal ? std::optional(issued->seal) : std::nullopt};
}

Result<void> hear_written(House& house, const std::string& case_id, std::int64_t line, BytesView signed_word) {
  YX_TRY(const crypto::Digest second_approval, second_approval_of(house.desk(), case_id));
  YX_CHECK(house.doors().hear_written(second_approval, line, signed_word));
  return carry_over(house, case_id, line);
}

Result<void> hear_activated(House& house, const std::string& case_id, std::int64_t line, BytesView signed_word) {
  YX_TRY(const crypto::Digest second_approval, second_approval_of(house.desk(), case_id));
  YX_CHECK(house.doors().hear_activated(second_approval, line, signed_word));
  return carry_over(house, case_id, line);
}

}  // namespace yinxin::office
