#include "yinxin/office/papers.h"

#include <algorithm>
#include <cmath>

#include "intake/cell.h"
#include "intake/impression.h"
#include "intake/qr_reader.h"
#include "intake/red_seal.h"
#include "intake/text_reader.h"
#include "intake/upload.h"
#include "paper/application_form.h"
#include "paper/impression_sheet.h"

namespace yinxin::office {

namespace {

constexpr int seal_picture_dpi = 600;
constexpr double tenths = 10.0;

paper::FormBlank blank_of(const std::string& label) {
  using Kind = paper::FormBlank::Kind;
  const Kind kind = label.find("公章") != std::string::npos   ? Kind::seal
                    : label.find("日期") != std::string::npos ? Kind::date
                                                              : Kind::signature;
  return {.kind = kind, .label = label};
}

std::string_view media_type(intake::Kind kind) { return kind == intake::Kind::png ? "image/png" : "image/jpeg"; }

// The pages as they were made anew, and the pixels of each.
struct Looked {
  std::string refusal;
  intake::Upload upload;
  std::vector<intake::Picture> pictures;
};

Result<Looked> look_at(const std::string& cell, BytesView file) {
  const intake::Limits limits;
  Looked looked;
  YX_TRY(looked.upload, intake::examine_in_cell(cell, file, limits));
  if (!looked.upload.acceptable()) {
    const auto& findings = looked.upload.findings;
    looked.refusal =
        "upload." + std::string(intake::name_of(findings.empty() ? intake::Flaw::broken : findings.front().flaw));
    return looked;
  }
  for (const intake::Page& page : looked.upload.pages) {
    YX_TRY(looked.pictures.emplace_back(), intake::decode(page.rendition, limits.max_pixels));
  }
  return looked;
}

Result<std::vector<std::string>> codes_on(const std::vector<intake::Picture>& pictures) {
  std::vector<std::string> texts;
  for (const intake::Picture& picture : pictures) {
    YX_TRY(const auto codes, intake::read_qr(picture));
    for (const intake::QrCode& code : codes) {
      texts.push_back(code.text);
    }
  }
  return texts;
}

// Several pages become one picture file each; officers are shown them one under the other as one.
Result<Bytes> one_rendition(const Looked& looked) {
  if (looked.upload.pages.size() == 1) {
    return looked.upload.pages.front().rendition;
  }
  intake::Picture whole;
  for (const intake::Picture& page : looked.pictures) {
    whole.width = std::max(whole.width, page.width);
    whole.height += page.height;
  }
  constexpr std::uint8_t white = 255;
  constexpr std::size_t channels = 3;
  whole.rgb.assign(channels * static_cast<std::size_t>(whole.width) * static_cast<std::size_t>(whole.height), white);
  std::size_t row = 0;
  for (const intake::Picture& page : looked.pictures) {
    const std::size_t bytes = channels * static_cast<std::size_t>(page.width);
    for (std::size_t y = 0; y < static_cast<std::size_t>(page.height); ++y, ++row) {
      std::copy_n(
          page.rgb.begin() + static_cast<std::ptrdiff_t>(y * bytes), bytes,
          whole.rgb.begin() + static_cast<std::ptrdiff_t>(row * channels * static_cast<std::size_t>(whole.width)));
    }
  }
  constexpr int quality = 85;
  return intake::encode_jpeg(whole, quality);
}

std::int64_t in_tenths(double mm) { return static_cast<std::int64_t>(std::lround(mm * tenths)); }

}  // namespace

Result<Bytes> HousePress::application_form(const hall::FormPaper& paper) {
  paper::ApplicationForm form;
  form.title = paper.title;
  form.operator_name = paper.operated_by;
  form.programme_name = paper.programme;
  for (const hall::PaperSection& section : paper.sections) {
    paper::FormSection& drawn = form.sections.emplace_back();
    drawn.title = section.title;
    for (const hall::PaperRow& row : section.rows) {
      drawn.rows.push_back({.label = row.label, .value = row.value});
    }
    drawn.paragraphs = section.paragraphs;
    for (const std::string& label : section.blanks) {
      drawn.blanks.push_back(blank_of(label));
    }
  }
  form.correction_note = paper.correction_note;
  form.application_number = paper.number;
  form.version = static_cast<std::uint32_t>(paper.version);
  form.qr_text = paper.code;
  YX_TRY(paper::Paper drawn, paper::draw_application_form(form, paper.at));
  return std::move(drawn.pdf);
}

Result<Bytes> HousePress::impression_sheet(const hall::SheetPaper& paper) {
  YX_TRY(paper::Paper drawn, paper::draw_impression_sheet({.title = paper.title,
                                                           .operator_name = paper.operated_by,
                                                           .unit_name = paper.unit,
                                                           .application_number = paper.number,
                                                           .qr_text = paper.code},
                                                          paper.at));
  return std::move(drawn.pdf);
}

Result<hall::Examined> HouseExaminer::examine(BytesView file) {
  YX_TRY(const Looked looked, look_at(cell_, file));
  hall::Examined examined;
  examined.refusal = looked.refusal;
  if (!looked.refusal.empty()) {
    return examined;
  }
  YX_TRY(examined.codes, codes_on(looked.pictures));
  for (const intake::Picture& picture : looked.pictures) {
    YX_TRY(const auto seal, intake::find_red_seal(picture));
    examined.has_red_seal = examined.has_red_seal || seal.has_value();
    examined.red_fraction = std::max(examined.red_fraction, seal ? seal->red_fraction : 0);
    examined.width_px =
        examined.width_px == 0 ? picture.width : std::min<std::int64_t>(examined.width_px, picture.width);
  }
  YX_TRY(examined.rendition, one_rendition(looked));
  examined.media_type = looked.upload.pages.size() == 1 ? media_type(looked.upload.pages.front().kind) : "image/jpeg";
  examined.pages = static_cast<std::int64_t>(looked.upload.pages.size());
  return examined;
}

Result<std::optional<std::string>> HouseExaminer::read_text(BytesView rendition) {
  return intake::read_text(rendition);
}

Result<hall::ExaminedImpression> HouseExaminer::cut_impression(BytesView file) {
  YX_TRY(const Looked looked, look_at(cell_, file));
  hall::ExaminedImpression cut;
  cut.refusal = looked.refusal;
  if (!cut.refusal.empty()) {
    return cut;
  }
  if (looked.pictures.size() != 1) {
    cut.refusal = "impression.one_page";
    return cut;
  }
  YX_TRY(const intake::ImpressionReading reading, intake::cut_impression(looked.pictures.front(), seal_picture_dpi));
  if (reading.flaw || !reading.impression) {
    cut.refusal = "impression." + std::string(intake::name_of(reading.flaw.value_or(intake::ImpressionFlaw::no_seal)));
    return cut;
  }
  cut.picture = reading.impression->png;
  cut.width_tenths_mm = in_tenths(reading.impression->picture_width_mm);
  cut.height_tenths_mm = in_tenths(reading.impression->picture_height_mm);
  cut.tilt_deg = reading.impression->tilt_deg;
  cut.scan_dpi = reading.impression->scan_dpi;
  YX_TRY(cut.codes, codes_on(looked.pictures));
  return cut;
}

}  // namespace yinxin::office
