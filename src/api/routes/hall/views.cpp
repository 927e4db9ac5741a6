#include "api/routes/hall/views.h"

#include <boost/json.hpp>

#include <algorithm>

#include "api/problem/problem.h"
#include "base/text.h"

namespace yinxin::api {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

template <class States, class State>
const auto& row_of(const States& states, State state) {
  return states[static_cast<std::size_t>(state)];
}

object state_view(hall::CaseState state) {
  const auto& row = row_of(hall::life::case_states, state);
  return {{"code", row.code},
          {"label", row.zh},
          {"label_en", row.en},
          {"turn", hall::by_rows[static_cast<std::size_t>(row.turn)].code},
          {"turn_label", hall::by_rows[static_cast<std::size_t>(row.turn)].zh},
          {"is_final", row.is_final}};
}

value time_or_null(const std::optional<Instant>& at) { return at ? value(to_rfc3339(*at)) : value(nullptr); }

array uploads_view(const hall::Dossier& dossier) {
  array list;
  for (const hall::Upload& upload : dossier.uploads) {
    array warnings;
    for (const std::string& word : upload.warnings) {
      warnings.push_back(object{
          {"code", word}, {"message", sentence(word, Language::zh)}, {"message_en", sentence(word, Language::en)}});
    }
    constexpr double tenths = 10.0;
    object entry{{"slot", upload.slot},
                 {"pages", upload.pages},
                 {"media_type", upload.media_type},
                 {"form_version", upload.form_version},
                 {"warnings", std::move(warnings)},
                 {"at", to_rfc3339(upload.at)}};
    if (upload.seal_width_tenths_mm > 0) {
      entry["seal_width_mm"] = static_cast<double>(upload.seal_width_tenths_mm) / tenths;
      entry["seal_height_mm"] = static_cast<double>(upload.seal_height_tenths_mm) / tenths;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

object identity_view(const hall::IdentityRecord& identity) {
  const auto& row = row_of(hall::life::identity_states, identity.state);
  object out{{"state", row.code},
             {"label", row.zh},
             {"is_opened", identity.link && !identity.link->device_hash.empty()},
             {"has_portrait_side", identity.portrait_side.has_value()},
             {"has_emblem_side", identity.emblem_side.has_value()},
             {"face_tries_today", identity.face_tries}};
  if (!identity.reason.empty()) {
    out["reason"] = object{{"code", identity.reason},
                           {"message", sentence(identity.reason, Language::zh)},
                           {"message_en", sentence(identity.reason, Language::en)}};
  }
  return out;
}

array orders_view(const hall::Dossier& dossier) {
  array list;
  for (const hall::OrderRecord& order : dossier.orders) {
    const auto& row = row_of(hall::life::payment_states, order.state);
    list.push_back(object{{"number", order.number},
                          {"way", order.way},
                          {"price_fen", order.price_fen},
                          {"state", row.code},
                          {"label", row.zh},
                          {"code_url", order.code_url},
                          {"expires_at", to_rfc3339(order.expires_at)},
                          {"paid_fen", order.paid_fen},
                          {"payer", order.payer},
                          {"paid_at", time_or_null(order.paid_at)}});
  }
  return list;
}

array refunds_view(const hall::Dossier& dossier) {
  array list;
  for (const hall::RefundRecord& refund : dossier.refunds) {
    const auto& row = row_of(hall::life::refund_states, refund.state);
    const auto& reason = row_of(hall::refund_reasons, refund.reason);
    list.push_back(object{{"number", refund.number},
                          {"order", refund.order},
                          {"fen", refund.fen},
                          {"state", row.code},
                          {"label", row.zh},
                          {"reason", object{{"code", reason.code}, {"label", reason.zh}}},
                          {"asked_at", to_rfc3339(refund.asked_at)},
                          {"ended_at", time_or_null(refund.ended_at)}});
  }
  return list;
}

array deposits_view(const hall::Dossier& dossier) {
  array list;
  for (const hall::DepositRecord& deposit : dossier.deposits) {
    const auto& row = row_of(hall::life::deposit_states, deposit.state);
    list.push_back(object{{"id", deposit.id}, {"state", row.code}, {"label", row.zh}, {"reason", deposit.reason}});
  }
  return list;
}

array timeline_view(const hall::Dossier& dossier, std::size_t from = 0) {
  array list;
  for (std::size_t n = from; n < dossier.timeline.size(); ++n) {
    const hall::TimelineEntry& entry = dossier.timeline[n];
    list.push_back(object{{"at", to_rfc3339(entry.at)}, {"kind", entry.kind}, {"detail", entry.detail}});
  }
  return list;
}

value programme_file(const hall::Offer& offer) {
  boost::system::error_code failed;
  value file = boost::json::parse(offer.programme.json, failed);
  ensure(!failed, "a checked programme is JSON");
  return file;
}

object newer_offer_view(const hall::NewerOffer& newer) {
  object out{{"version", newer.version},
             {"is_closed", newer.is_closed},
             {"is_to_confirm", newer.is_to_confirm},
             {"price_fen", newer.price_fen},
             {"finish_end", time_or_null(newer.finish_end)}};
  if (newer.closing) {
    out["closing"] = object{
        {"from", newer.closing->from}, {"words", newer.closing->words}, {"finish_days", newer.closing->finish_days}};
  }
  return out;
}

object texts_view(const std::map<std::string, std::string>& texts) {
  object out;
  for (const auto& [name, text] : texts) {
    out[name] = text;
  }
  return out;
}

}  // namespace

object case_view(const hall::Stand& stand, const hall::Offer& offer) {
  const hall::Dossier& dossier = stand.dossier;
  array consents;
  for (const hall::Consent& consent : dossier.consents) {
    consents.push_back(object{{"document", consent.document}, {"at", to_rfc3339(consent.at)}});
  }
  object out{
      {"id", dossier.id},
      {"project_id", dossier.project_id},
      {"programme",
       object{{"code", dossier.programme}, {"version", dossier.programme_version}, {"name", offer.programme.name}}},
      {"version", dossier.version},
      {"revision", dossier.revision},
      {"state", state_view(dossier.application.state)},
      {"act_by", time_or_null(dossier.application.act_by)},
      {"wants_seal", dossier.wants_seal},
      {"answers", texts_view(dossier.answers)},
      {"consents", std::move(consents)},
      {"price_fen", stand.price_fen},
      {"newer_offer", stand.newer ? value(newer_offer_view(*stand.newer)) : value(nullptr)},
      {"uploads", uploads_view(dossier)},
      {"identity", identity_view(dossier.identity)},
      {"orders", orders_view(dossier)},
      {"deposits", deposits_view(dossier)},
      {"offers_legal_check", hall::offers_legal_check(offer.programme, dossier)},
      {"refunds", refunds_view(dossier)},
      {"withdrawal_asked_at", time_or_null(dossier.withdrawal_asked_at)},
      {"reopened", texts_view(dossier.reopened)},
      {"waybill", dossier.waybill},
      {"timeline", timeline_view(dossier)},
      {"problems", problems_json(stand.problems)}};
  if (const hall::FormVersion* form = dossier.newest_form()) {
    out["form"] = object{{"version", form->number},
                         {"printed_at", time_or_null(form->printed_at)},
                         {"is_current", stand.form_is_current}};
  }
  return out;
}

array consents_view(const std::vector<hall::ConsentShown>& consents, bool with_texts) {
  array list;
  for (const hall::ConsentShown& shown : consents) {
    const hall::Consent& consent = shown.consent;
    object entry{{"document", consent.document},        {"programme_version", shown.version},
                 {"sm3", to_hex(consent.text)},         {"at", to_rfc3339(consent.at)},
                 {"time", to_beijing_text(consent.at)}, {"account", shown.account},
                 {"address", consent.visitor.address},  {"agent", consent.visitor.agent}};
    if (with_texts) {
      entry["text"] = shown.text ? value(*shown.text) : value(nullptr);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

object legal_check_view(const std::optional<hall::LegalCheck>& check) {
  if (!check) {
    return {{"state", "none"}};
  }
  return {{"state", check->confirmed_at ? "confirmed" : "seen"},
          {"deposit", check->deposit},
          {"mobile", hall::masked_answer("legal_mobile", check->mobile)},
          {"method", check->seen.method},
          {"words", check->seen.words},
          {"seen_by", check->seen_by},
          {"seen_at", to_rfc3339(check->seen_at)},
          {"confirmed_by", check->confirmed_by},
          {"confirmed_at", time_or_null(check->confirmed_at)}};
}

object case_news_view(const hall::Dossier& dossier, std::size_t from) {
  return {{"version", dossier.version},
          {"state", state_view(dossier.application.state)},
          {"identity", identity_view(dossier.identity)},
          {"orders", orders_view(dossier)},
          {"deposits", deposits_view(dossier)},
          {"reopened", texts_view(dossier.reopened)},
          {"news", timeline_view(dossier, from)}};
}

object banks_view(const hall::BankDirectory& directory, const hall::BankSearch& search) {
  array banks;
  for (const hall::BankBranch& bank : search.found) {
    banks.push_back(object{{"number", bank.number}, {"name", bank.name}, {"city", bank.city}});
  }
  return {{"banks", std::move(banks)},
          {"has_more", search.has_more},
          {"size", directory.size()},
          {"is_complete", directory.is_complete()}};
}

array case_list(const std::vector<hall::DossierSummary>& cases) {
  array list;
  for (const hall::DossierSummary& summary : cases) {
    list.push_back(object{{"id", summary.id},
                          {"programme", summary.programme},
                          {"unit", summary.unit},
                          {"state", state_view(summary.state)},
                          {"changed_at", to_rfc3339(summary.changed)}});
  }
  return list;
}

array offer_list(const std::vector<std::shared_ptr<const hall::Offer>>& offers) {
  array list;
  for (const auto& offer : offers) {
    // A programme without a project id is taken at counters only: no page can begin with it.
    if (offer->programme.project_id.empty()) {
      continue;
    }
    const value file = programme_file(*offer);
    object entry;
    for (const char* key : {"project_id", "code", "name", "status", "closing", "operator", "relying_platform"}) {
      if (const value* part = file.as_object().if_contains(key)) {
        entry[key] = *part;
      }
    }
    list.push_back(std::move(entry));
  }
  return list;
}

object offer_view(const hall::Offer& offer) {
  array documents;
  for (const auto& agreement : offer.programme.agreements) {
    const auto text = offer.documents.find(agreement.document);
    if (text != offer.documents.end()) {
      documents.push_back(object{{"document", agreement.document},
                                 {"tick", agreement.tick},
                                 {"text", text->second},
                                 {"sm3", to_hex(crypto::sm3(bytes_of(text->second)))}});
    }
  }
  return {{"programme", programme_file(offer)}, {"documents", std::move(documents)}};
}

object phone_view(const hall::PhoneView& view) {
  return {{"unit", view.unit},
          {"programme", view.programme},
          {"requester", view.requester},
          {"resident_id", view.resident_id},
          {"identity", identity_view(view.identity)},
          {"is_done", view.is_done},
          {"done_text", view.done_text}};
}

}  // namespace yinxin::api
