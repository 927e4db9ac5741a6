// The case as the desk is handed it: canonical bytes, and the papers that they name.

#include <charconv>

#include "hall/programme/needs.h"
#include "hall/street/machine_checks.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr std::int64_t months_of_year = 12;
constexpr std::int64_t tenths_of_mm = 10;

trust::Person person(const Dossier& dossier, const std::string& who, bool has_mail) {
  return {.name = dossier.answer(who + "_name"),
          .resident_id = dossier.answer(who + "_id_number"),
          .mobile = dossier.answer(who + "_mobile"),
          .email = has_mail ? dossier.answer(who + "_mail") : std::string()};
}

trust::Unit unit(const Dossier& dossier) {
  const auto region = region_levels(dossier.answer("unit_region"));
  return {.name = dossier.answer("unit_name"),
          .uscc = dossier.answer("unit_document_number"),
          .department = dossier.answer("unit_department"),
          .state = region.empty() ? std::string() : region.front(),
          .locality = region.size() < 2 ? std::string() : region[1],
          .address = dossier.answer("unit_address")};
}

std::int64_t whole_mm(std::int64_t tenths) { return (tenths + tenths_of_mm / 2) / tenths_of_mm; }

// Every part in a line of its own, as it stands on the waybill.
std::string delivery(const Dossier& dossier) {
  std::string text;
  for (const char* field : {"mailing_name", "mailing_phone", "mailing_region", "mailing_address", "mailing_postcode"}) {
    text += dossier.answer(field) + "\n";
  }
  return text;
}

// A paper with its bytes, as the snapshot names it.
Result<void> add_paper(DossierStore& store, const std::string& slot, const crypto::Digest& original,
                       const crypto::Digest& rendition, Submission& submission, trust::Snapshot& shot) {
  CaseMaterial material{.slot = slot, .original = {}, .rendition = {}};
  YX_TRY(material.original, store.file(original));
  YX_TRY(material.rendition, store.file(rendition));
  shot.materials.push_back({.slot = slot, .original = original, .rendition = rendition});
  submission.materials.push_back(std::move(material));
  return {};
}

Result<void> add_photos(DossierStore& store, const Dossier& dossier, Submission& submission, trust::Snapshot& shot) {
  for (const auto& [slot, photo] : {std::pair{"requester_card_portrait", &dossier.identity.portrait_photo},
                                    std::pair{"requester_card_emblem", &dossier.identity.emblem_photo}}) {
    if (*photo) {
      YX_CHECK(add_paper(store, slot, (*photo)->original, (*photo)->rendition, submission, shot));
    }
  }
  return {};
}

// The slip of a transfer that has paid the case.
Result<void> add_voucher(DossierStore& store, const Dossier& dossier, Submission& submission, trust::Snapshot& shot) {
  const OrderRecord* paid = dossier.paid_order();
  const Upload* voucher = dossier.find_upload(voucher_slot);
  if (paid == nullptr || paid->way != transfer_way || voucher == nullptr) {
    return {};
  }
  return add_paper(store, std::string(voucher_slot), voucher->original, voucher->rendition, submission, shot);
}

}  // namespace

Result<Submission> Street::submission(const std::string& id) {
  YX_TRY(const Dossier dossier, parts_.store.load(id));
  YX_TRY(const auto offer, offer_of(dossier));
  Submission submission;
  trust::Snapshot shot;
  shot.application_id = dossier.id;
  shot.revision = dossier.revision;
  shot.programme = dossier.programme;
  shot.programme_version = dossier.programme_version;
  shot.unit = unit(dossier);
  shot.legal_representative = person(dossier, "legal", false);
  shot.requester = person(dossier, "requester", true);
  trust::SnapshotLine line;
  line.number = 1;
  YX_TRY(line.business, trust::business_of_name(business));
  YX_TRY(line.kind, trust::subject_kind_of_name(line_kind(offer->programme)));
  std::int64_t years = 0;
  const std::string typed = dossier.answer("years");
  std::from_chars(typed.data(), typed.data() + typed.size(), years);
  line.validity_months = years * months_of_year;
  for (const programme::Material* paper : papers_of(offer->programme, dossier)) {
    const Upload* upload = dossier.find_upload(paper->id);
    YX_CHECK(require(upload != nullptr, ErrorCode::precondition, "papers.incomplete"));
    YX_CHECK(add_paper(parts_.store, paper->id, upload->original, upload->rendition, submission, shot));
    if (is_impression(offer->programme, *paper)) {
      line.seal = trust::SealWish{.picture_hash = upload->rendition,
                                  .width_mm = whole_mm(upload->seal_width_tenths_mm),
                                  .height_mm = whole_mm(upload->seal_height_tenths_mm),
                                  .name = shot.unit.name,
                                  .type = 1};
    }
  }
  YX_CHECK(add_photos(parts_.store, dossier, submission, shot));
  YX_CHECK(add_voucher(parts_.store, dossier, submission, shot));
  shot.lines.push_back(std::move(line));
  YX_TRY(shot.money.due_fen, price_of(offer->programme, dossier));
  const OrderRecord* paid = dossier.paid_order();
  shot.money.received_fen = paid == nullptr ? 0 : paid->paid_fen - dossier.refunded_fen(paid->number);
  shot.money.price_version = std::to_string(dossier.price_version);
  shot.channel = channel;
  shot.delivery = delivery(dossier);
  // Also where the street did not wait for it: the desk does.
  YX_TRY(submission.needs, programme::needs_of(offer->programme, {std::string(business)}, std::string(channel)));
  submission.progress = dossier.application.progress;
  submission.progress.submitted = false;
  submission.checks = checks_of_case(dossier, parts_.clock.now());
  submission.limits = limits_of(offer->programme);
  submission.snapshot = shot.to_der();
  submission.manifest = offer->manifest;
  return submission;
}

}  // namespace yinxin::hall
