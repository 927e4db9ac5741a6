// What is printed for the requester, and what comes back scanned.

#include <algorithm>

#include "hall/street/machine_checks.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr std::size_t max_form_versions = 99;

PaperRow row(const Offer& offer, const Dossier& dossier, const char* field) {
  const auto* asked = find_field(offer.programme, field);
  return {.label = asked == nullptr ? field : asked->label, .value = dossier.answer(field)};
}

PaperSection certificate_section(const Offer& offer, const Dossier& dossier, std::int64_t price_fen) {
  const auto& kinds_offered = offer.programme.kinds;
  const std::string kind = kinds_offered.empty() ? std::string() : kinds_offered.front().label;
  return {.title = {},
          .rows = {{"业务类型", "新申请"},
                   {"证书类型", kind},
                   {row(offer, dossier, "years").label, dossier.answer("years") + "年"},
                   {"电子签章", dossier.wants_seal ? "是" : "否"},
                   {"证书金额", yuan_text(price_fen) + "元"}},
          .paragraphs = {},
          .blanks = {}};
}

PaperSection fields_section(const Offer& offer, const Dossier& dossier, std::string_view block) {
  PaperSection section;
  for (const auto& field : offer.programme.fields) {
    if (field.block == block) {
      section.rows.push_back({.label = field.label, .value = dossier.answer(field.name)});
    }
  }
  return section;
}

PaperSection declaration_section(const Offer& offer, const Dossier& dossier) {
  const std::string unit = dossier.answer("unit_name");
  const std::string legal = dossier.answer("legal_name");
  const std::string person = dossier.answer("requester_name");
  PaperSection section;
  if (dossier.answer("legal_id_number") != dossier.answer("requester_id_number")) {
    section.paragraphs.push_back(legal + "系" + unit + "的法定代表人,现委托本单位员工" + person +
                                 "为我方代理人,以我方名义办理数字证书的有关事宜,我方对其办理行为承担法律责任。"
                                 "委托期限自____年__月__日至____年__月__日。");
  }
  section.paragraphs.push_back("本单位声明:所填写的信息和提交的资料真实、准确、完整、有效;已认真阅读并同意接受《" +
                               offer.programme.operated_by.name + "电子认证服务协议》。");
  section.blanks = {"单位公章", "法定代表人签字", "经办人签字", "日期"};
  return section;
}

// The sections as the programme titles them, in its order.
std::vector<PaperSection> sections_of(const Offer& offer, const programme::PaperForm* form, const Dossier& dossier,
                                      std::int64_t price_fen) {
  std::vector<PaperSection> sections{certificate_section(offer, dossier, price_fen),
                                     fields_section(offer, dossier, "unit"),
                                     fields_section(offer, dossier, "requester"), declaration_section(offer, dossier)};
  constexpr std::array<const char*, 4> usual{"证书信息", "单位基本信息", "经办人信息",
                                             "申请单位法定代表人授权委托及单位声明"};
  for (std::size_t n = 0; n < sections.size(); ++n) {
    sections[n].title = form != nullptr && n < form->sections.size() ? form->sections[n] : usual[n];
  }
  return sections;
}

const programme::PaperForm* form_of_id(const Offer& offer, std::string_view id) {
  const auto found = std::ranges::find(offer.programme.forms, id, &programme::PaperForm::id);
  return found == offer.programme.forms.end() ? nullptr : &*found;
}

const programme::PaperForm* application_form_of(const Offer& offer, const Dossier& dossier) {
  for (const auto* paper : papers_of(offer.programme, dossier)) {
    if (is_application_form(offer.programme, *paper)) {
      return form_of_id(offer, paper->form);
    }
  }
  return nullptr;
}

// "form.old_version.3" for a code of our third print; without a number for one that says none.
std::string older_form(std::string_view code, std::size_t prefix) {
  const std::string_view number = code.substr(prefix, code.find('/', prefix) - prefix);
  const bool is_number =
      !number.empty() && number.size() <= 2 && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? "form.old_version." + std::string(number) : "form.old_version";
}

// Which of our papers this scan is: nothing when its code says what is expected, a problem's code otherwise.
std::string judge_form_codes(const Dossier& dossier, const std::vector<std::string>& codes, bool& is_unread) {
  const FormVersion* newest = dossier.newest_form();
  is_unread = true;
  for (const std::string& code : codes) {
    if (code == form_code(dossier, *newest)) {
      is_unread = false;
      return {};
    }
    if (code.starts_with(dossier.id + "/")) {
      return code == sheet_code(dossier) ? "form.is_the_sheet" : older_form(code, dossier.id.size() + 1);
    }
    if (code.starts_with("YX")) {
      return "form.other_application";
    }
  }
  return {};
}

std::string judge_sheet_codes(const Dossier& dossier, const std::vector<std::string>& codes, bool& is_unread) {
  is_unread = true;
  for (const std::string& code : codes) {
    if (code == sheet_code(dossier)) {
      is_unread = false;
      return {};
    }
    if (code.starts_with("YX")) {
      return "sheet.other_application";
    }
  }
  return {};
}

struct Taken {
  Upload upload;
  Bytes rendition;
  std::string refusal;
};

Result<Taken> take_impression(Examiner& examiner, const Dossier& dossier, const programme::Material& paper,
                              BytesView file) {
  YX_TRY(ExaminedImpression cut, examiner.cut_impression(file));
  Taken taken{.upload = {}, .rendition = std::move(cut.picture), .refusal = std::move(cut.refusal)};
  bool is_unread = false;
  if (taken.refusal.empty()) {
    taken.refusal = judge_sheet_codes(dossier, cut.codes, is_unread);
  }
  if (is_unread) {
    taken.upload.warnings.emplace_back("sheet.no_code");
  }
  taken.upload.media_type = "image/png";
  taken.upload.seal_width_tenths_mm = cut.width_tenths_mm;
  taken.upload.seal_height_tenths_mm = cut.height_tenths_mm;
  taken.upload.checks = checks_of_impression(paper, cut);
  return taken;
}

Result<Taken> take_paper(Examiner& examiner, const Dossier& dossier, const programme::Material& paper, bool is_our_form,
                         BytesView file, Instant now) {
  YX_TRY(Examined examined, examiner.examine(file));
  Taken taken{.upload = {}, .rendition = std::move(examined.rendition), .refusal = std::move(examined.refusal)};
  if (taken.refusal.empty() && is_our_form) {
    bool is_unread = false;
    taken.refusal = judge_form_codes(dossier, examined.codes, is_unread);
    if (is_unread && taken.refusal.empty()) {
      taken.upload.warnings.emplace_back("form.no_code");
    }
    taken.upload.form_version = dossier.newest_form()->number;
  }
  if (taken.refusal.empty() && paper.stamp != "none" && !examined.has_red_seal) {
    taken.upload.warnings.emplace_back("stamp.not_seen");
  }
  if (taken.refusal.empty() && is_licence(paper)) {
    YX_TRY(examined.text, examiner.read_text(taken.rendition));
  }
  taken.upload.checks = checks_of_paper(dossier, paper, examined, now);
  taken.upload.media_type = std::move(examined.media_type);
  taken.upload.pages = examined.pages;
  return taken;
}

}  // namespace

Result<Bytes> Street::print_form(const std::string& account, const std::string& id) {
  auto printed = change(account, id, "print_form", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    YX_CHECK(require(are_only_warnings(entry_problems(offer.programme, dossier, now, banks_)), ErrorCode::precondition,
                     "entry.incomplete"));
    const crypto::Digest answers = answers_hash(dossier);
    if (dossier.newest_form() == nullptr || dossier.newest_form()->answers != answers) {
      YX_CHECK(require(dossier.forms.size() < max_form_versions, ErrorCode::too_many_requests, "form.too_many"));
      const std::int64_t number = dossier.forms.empty() ? 1 : dossier.forms.back().number + 1;
      dossier.forms.push_back({.number = number, .answers = answers, .made_at = now, .printed_at = {}});
    }
    if (!dossier.forms.back().printed_at) {
      dossier.forms.back().printed_at = now;
      note(dossier, now, "form_printed", std::to_string(dossier.forms.back().number));
    }
    return {};
  });
  if (!printed) {
    return std::move(printed).error();
  }
  const Dossier& dossier = printed->dossier;
  YX_TRY(const auto offer, offer_of(dossier));
  const programme::PaperForm* form = application_form_of(*offer, dossier);
  return parts_.press.application_form({.title = form == nullptr ? "数字证书申请表" : form->title,
                                        .operated_by = offer->programme.operated_by.name,
                                        .programme = offer->programme.name,
                                        .correction_note = form == nullptr ? std::string() : form->corrections,
                                        .sections = sections_of(*offer, form, dossier, printed->price_fen),
                                        .number = dossier.id,
                                        .version = dossier.newest_form()->number,
                                        .code = form_code(dossier, *dossier.newest_form()),
                                        .at = dossier.newest_form()->made_at});
}

Result<Bytes> Street::impression_sheet(const std::string& account, const std::string& id) {
  YX_TRY(const Stand found, find(account, id));
  YX_TRY(const auto offer, offer_of(found.dossier));
  YX_CHECK(require(found.dossier.wants_seal, ErrorCode::precondition, "seal.not_chosen"));
  const programme::PaperForm* form = form_of_id(*offer, offer->programme.seal.impression_form);
  return parts_.press.impression_sheet({.title = form == nullptr ? "数字证书印模采集表" : form->title,
                                        .operated_by = offer->programme.operated_by.name,
                                        .unit = found.dossier.answer("unit_name"),
                                        .number = id,
                                        .code = sheet_code(found.dossier),
                                        .at = found.dossier.begun});
}

Result<Stand> Street::upload(const std::string& account, const std::string& id, const std::string& slot,
                             BytesView file) {
  const std::string field = "materials." + slot;
  std::vector<FieldProblem> problems;
  // What the scan is, is found out before anything is changed: it may take seconds.
  YX_TRY(const Stand before, find(account, id));
  YX_TRY(const auto offer, offer_of(before.dossier));
  const auto papers = papers_of(offer->programme, before.dossier);
  const auto paper = std::ranges::find(papers, slot, &programme::Material::id);
  YX_CHECK(require(paper != papers.end(), ErrorCode::not_found, "slot.unknown"));
  const auto refused = [&](std::string_view code) {
    return stand(before.dossier, *offer, {{field, std::string(code)}});
  };
  const bool is_our_form = is_application_form(offer->programme, **paper);
  if (is_our_form && (before.dossier.newest_form() == nullptr || !before.dossier.newest_form()->printed_at)) {
    return refused("form.print_first");
  }
  if (file.size() > max_upload_bytes) {
    return refused("upload.too_big");
  }
  YX_TRY(Taken taken,
         is_impression(offer->programme, **paper)
             ? take_impression(parts_.examiner, before.dossier, **paper, file)
             : take_paper(parts_.examiner, before.dossier, **paper, is_our_form, file, parts_.clock.now()));
  if (!taken.refusal.empty()) {
    return refused(taken.refusal);
  }
  YX_TRY(taken.upload.original, parts_.store.put_file(file));
  YX_TRY(taken.upload.rendition, parts_.store.put_file(taken.rendition));
  taken.upload.slot = slot;
  taken.upload.at = parts_.clock.now();
  auto taken_in = change(account, id, "upload", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    YX_CHECK(open_for_editing(dossier, parts_.clock.now()));
    // An answer that was reopened and is printed takes the form with it.
    const Upload* scan = dossier.find_upload(slot);
    const bool is_called_for = is_our_form && scan != nullptr && is_form_outdated(dossier, *scan);
    YX_CHECK(require(may_change(dossier, field) || is_called_for, ErrorCode::wrong_state, "field.closed"));
    std::erase_if(dossier.uploads, [&](const Upload& each) { return each.slot == slot; });
    dossier.uploads.push_back(taken.upload);
    return {};
  });
  if (taken_in) {
    for (const std::string& warning : taken.upload.warnings) {
      taken_in->problems.push_back({field, warning, true});
    }
  }
  return taken_in;
}

Result<Bytes> Street::rendition(const std::string& account, const std::string& id, const std::string& slot) {
  YX_TRY(const Stand found, find(account, id));
  const Upload* upload = found.dossier.find_upload(slot);
  YX_CHECK(require(upload != nullptr, ErrorCode::not_found, "slot.empty"));
  return parts_.store.file(upload->rendition);
}

}  // namespace yinxin::hall
