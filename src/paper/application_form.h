#pragma once
// 《机构数字证书申请表》 and its sisters: what was typed, on A4, to be printed, stamped by the unit and scanned.
// The texts are the operator's; nothing here knows a programme.

#include <string>
#include <vector>

#include "base/time.h"
#include "paper/paper.h"

namespace yinxin::paper {

constexpr std::size_t max_form_rows = 400;
constexpr std::size_t max_form_text_bytes = 128 * 1024;  // all texts together
constexpr std::size_t max_form_heading_bytes = 300;      // titles, notes beside them, labels of blanks, the number

struct FormRow {
  std::string label;
  std::string value;  // any length; it wraps, and goes on on the next page
};

// A place that is left for the hand. Seals stand at the right, the others in a column at the left.
struct FormBlank {
  enum class Kind { seal, signature, date };
  Kind kind = Kind::signature;
  std::string label;  // 单位公章, 法定代表人签字, 日期 …
};

struct FormSection {
  std::string title;
  std::string note;  // beside the title, smaller: 带*为必填项
  std::vector<FormRow> rows;
  std::vector<std::string> paragraphs;
  std::vector<FormBlank> blanks;
};

struct ApplicationForm {
  std::string title;
  std::string operator_name;
  std::string programme_name;
  std::vector<FormSection> sections;
  std::string correction_note;
  std::string application_number;
  std::uint32_t version = 1;
  std::string qr_text;  // on every page; application, version and the data's digest, as the caller writes them
};

// The pages as PDF, with subset fonts inside and text that can be searched. The same form and moment give the same
// bytes. invalid_input: "paper.text" (not UTF-8, or too long), "form.too_long", "qr.text", "paper.pages";
// precondition "paper.fonts".
Result<Paper> draw_application_form(const ApplicationForm& form, Instant created);

}  // namespace yinxin::paper
