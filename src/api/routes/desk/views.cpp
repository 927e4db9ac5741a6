#include "api/routes/desk/views.h"

#include <boost/json.hpp>

#include <algorithm>

#include "api/problem/sentences.h"
#include "api/routes/desk/personal.h"
#include "api/routes/hall/views.h"
#include "crypto/oids.h"
#include "hall/application/life_parts.h"

namespace yinxin::api {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object state_view(hall::CaseState state) {
  const auto& row = hall::life::case_states[static_cast<std::size_t>(state)];
  return {{"code", row.code},
          {"label", row.zh},
          {"label_en", row.en},
          {"turn", hall::by_rows[static_cast<std::size_t>(row.turn)].code},
          {"turn_label", hall::by_rows[static_cast<std::size_t>(row.turn)].zh},
          {"is_final", row.is_final}};
}

// `whose`: as personal_values() names it.
object person_view(const trust::Person& person, const std::string& whose) {
  return {{"name", person.name},
          {"resident_id", covered(whose + "id_number", person.resident_id)},
          {"mobile", covered(whose + "mobile", person.mobile)},
          {"email", covered(whose + "mail", person.email)}};
}

object unit_view(const trust::Unit& unit) {
  return {{"name", unit.name},   {"uscc", unit.uscc},         {"department", unit.department},
          {"state", unit.state}, {"locality", unit.locality}, {"address", unit.address}};
}

object line_view(const hall::CaseRecord& record, const hall::CaseLine& line) {
  const auto& row = hall::life::line_states[static_cast<std::size_t>(line.state)];
  const hall::Kind& kind = hall::kind_of(line.business);
  object out{{"number", line.number},
             {"business", kind.code},
             {"business_label", kind.zh},
             {"state", row.code},
             {"state_label", row.zh}};
  const trust::SnapshotLine* asked = record.snapshot.find_line(line.number);
  if (asked == nullptr) {
    return out;
  }
  out["kind"] = trust::name_of(asked->kind);
  out["validity_months"] = asked->validity_months;
  out["holder"] = asked->holder
                      ? value(person_view(*asked->holder, "lines." + std::to_string(line.number) + ".holder_"))
                      : value(nullptr);
  out["held_device"] = asked->held_device ? value(*asked->held_device) : value(nullptr);
  if (asked->seal) {
    out["seal"] = object{{"name", asked->seal->name},
                         {"width_mm", asked->seal->width_mm},
                         {"height_mm", asked->seal->height_mm},
                         {"picture_sm3", to_hex(asked->seal->picture_hash)}};
  }
  return out;
}

array receipts_view(const std::vector<Bytes>& receipts) {
  array list;
  for (const Bytes& receipt : receipts) {
    const auto opened = trust::open_signed(receipt, oid::statement_evidence());
    const auto told = opened ? trust::Evidence::parse(opened->content) : Result<trust::Evidence>(opened.error());
    if (!told) {
      list.push_back(object{{"kind", nullptr}, {"is_readable", false}});
      continue;
    }
    list.push_back(object{{"kind", told->kind},
                          {"is_readable", true},
                          {"signature_holds", opened->signature_holds},
                          {"provider", told->provider},
                          {"transaction_id", told->transaction_id},
                          {"passed", told->passed},
                          {"receipt_sm3", to_hex(opened->hash)},
                          {"at", to_rfc3339(told->at)}});
  }
  return list;
}

array timeline_view(const std::vector<hall::CaseEventRecord>& timeline) {
  array list;
  for (const hall::CaseEventRecord& event : timeline) {
    list.push_back(
        object{{"at", to_rfc3339(event.at)}, {"kind", event.kind}, {"actor", event.actor}, {"detail", event.detail}});
  }
  return list;
}

object reopened_view(const hall::Reopened& reopened) {
  object out;
  for (const auto& [field, words] : reopened) {
    out[field] = words;
  }
  return out;
}

}  // namespace

array checks_view(const std::vector<hall::MachineCheck>& checks) {
  array list;
  for (const hall::MachineCheck& check : checks) {
    const std::string word = "check." + check.id;
    list.push_back(object{{"id", check.id},
                          {"level", hall::name_of(check.level)},
                          {"subject", check.subject},
                          {"sentence", sentence(word, Language::zh)},
                          {"sentence_en", sentence(word, Language::en)},
                          {"compared_with", check.compared_with},
                          {"found", check.found}});
  }
  return list;
}

// "最迟 2026年11月23日"; null where nothing is promised.
value due_view(const std::optional<Instant>& due_by, Instant now) {
  if (!due_by) {
    return nullptr;
  }
  return object{{"at", to_rfc3339(*due_by)},
                {"date", to_beijing_date(*due_by)},
                {"label", "最迟 " + to_beijing_date(*due_by)},
                {"is_overdue", now > *due_by}};
}

object officer_view(const ListedOfficer& officer, Instant now) {
  const bool is_over = now > officer.approval.not_after();
  return {{"name", officer.approval.subject().common_name()},
          {"role", trust::name_of(officer.officer.role)},
          {"person", to_hex(officer.officer.person.value)},
          {"serial", officer.approval.serial_hex()},
          {"valid_until", to_rfc3339(officer.approval.not_after())},
          {"login_valid_until", officer.login ? value(to_rfc3339(officer.login->not_after())) : value(nullptr)},
          {"standing", officer.revoked_at ? "revoked"
                       : is_over          ? "expired"
                                          : "in_force"},
          {"revoked_at", officer.revoked_at ? value(to_rfc3339(*officer.revoked_at)) : value(nullptr)}};
}

object claim_view(const hall::Claim& claim) {
  return {{"role", claim.role},
          {"person", claim.person},
          {"at", to_rfc3339(claim.at)},
          {"until", to_rfc3339(claim.at + hall::claim_life)}};
}

object desk_summary_view(const hall::CaseSummary& summary, Instant now) {
  return {
      {"number", summary.id}, {"revision", summary.revision},         {"state", state_view(summary.state)},
      {"unit", summary.unit}, {"due", due_view(summary.due_by, now)}, {"changed_at", to_rfc3339(summary.changed_at)}};
}

object desk_case_view(const DeskCase& shown) {
  const hall::CaseRecord& record = shown.record;
  const trust::Snapshot& shot = record.snapshot;
  array lines;
  for (const hall::CaseLine& line : record.application.lines) {
    lines.push_back(line_view(record, line));
  }
  array materials;
  for (const trust::SlotHash& slot : shot.materials) {
    materials.push_back(object{
        {"slot", slot.slot}, {"original_sm3", to_hex(slot.original)}, {"rendition_sm3", to_hex(slot.rendition)}});
  }
  array personal;
  for (const auto& [field, whole] : personal_values(shot)) {
    personal.push_back(value(field));
  }
  object out{{"number", record.id()},
             {"revision", shot.revision},
             {"version", record.version},
             {"state", state_view(record.application.state)},
             {"due", due_view(record.due_by, shown.now)},
             {"programme", shot.programme},
             {"programme_version", shot.programme_version},
             {"channel", shot.channel},
             {"delivery", covered("mailing_address", shot.delivery)},
             {"unit", unit_view(shot.unit)},
             {"legal_representative", person_view(shot.legal_representative, "legal_")},
             {"requester", person_view(shot.requester, "requester_")},
             {"money", object{{"due_fen", shot.money.due_fen},
                              {"received_fen", shot.money.received_fen},
                              {"price_version", shot.money.price_version}}},
             {"covered", std::move(personal)},
             {"lines", std::move(lines)},
             {"materials", std::move(materials)},
             {"receipts", receipts_view(shown.receipts)},
             {"accepted_by", record.application.accepted_by},
             {"approved_by", record.application.approved_by},
             {"claim", shown.claim ? value(claim_view(*shown.claim)) : value(nullptr)},
             {"reopened", reopened_view(shown.reopened)},
             {"timeline", timeline_view(shown.timeline)}};
  out["checks"] = checks_view(shown.checks);
  out["consents"] = consents_view(shown.consents, false);
  return out;
}

object bundle_view(const OfferedBundle& bundle) {
  array materials;
  for (const OfferedMaterial& material : bundle.materials) {
    materials.push_back(object{{"slot", material.slot},
                               {"original", to_base64(material.original)},
                               {"rendition", to_base64(material.rendition)}});
  }
  array evidence;
  for (const Bytes& receipt : bundle.evidence) {
    evidence.push_back(value(to_base64(receipt)));
  }
  return {{"snapshot", to_base64(bundle.snapshot)},
          {"manifest", to_base64(bundle.manifest)},
          {"content", to_base64(bundle.content)},
          {"materials", std::move(materials)},
          {"evidence", std::move(evidence)},
          {"checks", checks_view(bundle.checks)},
          {"first_approval", bundle.first_approval ? value(to_base64(*bundle.first_approval)) : value(nullptr)}};
}

object programme_view(const hall::Offer& offer) {
  const hall::programme::Programme& programme = offer.programme;
  array materials;
  for (const auto& material : programme.materials) {
    materials.push_back(object{{"slot", material.id}, {"title", material.title}});
  }
  array fields;
  for (const auto& field : programme.fields) {
    fields.push_back(object{{"name", field.name}, {"label", field.label}});
  }
  array assumptions;
  for (const auto& assumed : programme.assumptions) {
    assumptions.push_back(object{{"path", assumed.path}, {"reason", assumed.reason}, {"line", assumed.line}});
  }
  return {{"code", programme.code},
          {"version", programme.version},
          {"name", programme.name},
          {"status", programme.status},
          {"project_id", programme.project_id},
          {"operator", programme.operated_by.name},
          {"hotline", programme.operated_by.hotline},
          {"manifest_sm3", to_hex(programme.manifest_hash)},
          {"materials", std::move(materials)},
          {"fields", std::move(fields)},
          {"assumptions", std::move(assumptions)}};
}

std::string media_type_of_rendition(BytesView rendition) {
  constexpr std::pair<std::string_view, std::string_view> kinds[] = {
      {"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"%PDF-", "application/pdf"}};
  for (const auto& [magic, type] : kinds) {
    if (text_of(rendition).starts_with(magic)) {
      return std::string(type);
    }
  }
  return "application/octet-stream";
}

}  // namespace yinxin::api
