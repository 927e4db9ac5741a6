#pragma once
// Whom the street asks, besides its store: the programmes on offer, the press that draws papers, and the cell that
// judges strangers' files.

#include <memory>

#include "hall/programme/programme.h"
#include "hall/street/dossier.h"

namespace yinxin::hall {

// A programme as it is on offer: signed by two administrators, with the texts that a requester agrees to.
struct Offer {
  programme::Programme programme;
  Bytes manifest;                                // SignedManifest
  std::map<std::string, std::string> documents;  // name of an agreement → its text
};

class Shelf {
 public:
  virtual ~Shelf() = default;
  // not_found for an id that nobody knows; precondition for a programme that takes nothing now.
  virtual Result<std::shared_ptr<const Offer>> by_project(const std::string& project_id) = 0;
  // The newest version of what is on offer or closed for now, in no order that means anything.
  virtual std::vector<std::shared_ptr<const Offer>> all() = 0;
  // The version that a case was made under; not_found.
  virtual Result<std::shared_ptr<const Offer>> by_code(const std::string& code, std::int64_t version) = 0;
};

struct PaperRow {
  std::string label;
  std::string value;
};
struct PaperSection {
  std::string title;
  std::vector<PaperRow> rows;
  std::vector<std::string> paragraphs;
  std::vector<std::string> blanks;  // to be filled in by hand: "单位公章"
};
struct FormPaper {
  std::string title;
  std::string operated_by;
  std::string programme;
  std::string correction_note;
  std::vector<PaperSection> sections;
  std::string number;
  std::int64_t version = 1;
  std::string code;  // of the QR code in the footer
  Instant at;
};
struct SheetPaper {
  std::string title;
  std::string operated_by;
  std::string unit;
  std::string number;
  std::string code;
  Instant at;
};

class Press {
 public:
  virtual ~Press() = default;
  virtual Result<Bytes> application_form(const FormPaper& paper) = 0;  // PDF
  virtual Result<Bytes> impression_sheet(const SheetPaper& paper) = 0;
};

// What a file turned out to be. `refusal` names why it cannot be taken ("upload.encrypted_pdf"); then nothing else
// counts.
struct Examined {
  std::string refusal;
  std::string media_type;  // of the rendition
  Bytes rendition;
  std::int64_t pages = 1;
  std::vector<std::string> codes;  // texts of the QR codes on its pages
  bool has_red_seal = false;
  double red_fraction = 0;            // of the page with most of it
  std::int64_t width_px = 0;          // of the narrowest page
  std::optional<std::string> text{};  // what could be read off it, as far as that goes; nullopt: nobody reads here
};
struct ExaminedImpression {
  std::string refusal;               // "impression.no_seal" …
  Bytes picture;                     // PNG with a transparent ground
  std::int64_t width_tenths_mm = 0;  // of the whole picture, at which it shows the seal at its true size
  std::int64_t height_tenths_mm = 0;
  double tilt_deg = 0;  // how far it was turned back
  double scan_dpi = 0;
  std::vector<std::string> codes;
};

class Examiner {
 public:
  virtual ~Examiner() = default;
  virtual Result<Examined> examine(BytesView file) = 0;
  virtual Result<ExaminedImpression> cut_impression(BytesView file) = 0;
  // What can be read off a rendition; nullopt where nothing reads, or it cannot be read in time.
  virtual Result<std::optional<std::string>> read_text(BytesView) { return std::optional<std::string>(); }
};

}  // namespace yinxin::hall
