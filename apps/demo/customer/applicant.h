#pragma once
// Somebody who exists nowhere and applies: a unit, its people, its seal, drawn anew from a seed.

#include <map>
#include <string>

#include "base/random.h"
#include "base/time.h"
#include "paper/testing/pressed_sheet.h"

namespace yinxin::demo {

struct Applicant {
  // Other unit, people, seal, tilt for every seed.
  static Applicant draw(Random& random, Instant now);

  std::map<std::string, std::string> answers;  // of the entry screen
  std::map<std::string, std::string> account;  // of the micro-deposit
  paper::testing::SealDrawing seal;
  [[nodiscard]] const std::string& answer(const std::string& field) const { return answers.at(field); }
};

// Of the scanner that all of them use.
constexpr double scanner_dpi = 300;
// The impression sheet, as the unit pressed its seal on it and scanned it: JPEG.
Result<Bytes> scan_sheet(const paper::ImpressionSheet& sheet, const paper::testing::SealDrawing& seal, double dpi,
                         Random& random);
// A page of a PDF as a scanner makes it, with a red seal stamped near its foot when `stamped`: JPEG. Uses pdftoppm.
Result<Bytes> scan_pdf(BytesView pdf, const std::string& scratch, bool stamped);

}  // namespace yinxin::demo
