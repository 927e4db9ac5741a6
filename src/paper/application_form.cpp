#include "paper/application_form.h"

#include <algorithm>

#include "paper/drawing.h"

namespace yinxin::paper {

namespace {

constexpr double mm = pt_per_mm;
constexpr double left = 18 * mm;
constexpr double right = a4_width_pt - 18 * mm;
constexpr double top = 16 * mm;
constexpr double bottom = a4_height_pt - 32 * mm;  // below it: the footer
constexpr double qr_size = 20 * mm;
constexpr double label_width = 30 * mm;
constexpr double half_width = (right - left) / 2;
constexpr double padding = 1.6 * mm;
constexpr double rule = 0.6;
constexpr double blank_line_height = 13 * mm;
constexpr double seal_blank_height = 48 * mm;  // the largest round seal of a unit is 45 mm; 42 mm is common
constexpr double seal_guide_radius = 21 * mm;
constexpr Colour label_ground{.red = 0.955, .green = 0.955, .blue = 0.955};
constexpr Colour title_ground{.red = 0.88, .green = 0.90, .blue = 0.93};
constexpr Colour guide{.red = 0.72, .green = 0.72, .blue = 0.72};

const Style body{.size_pt = 10.5};
const Style label_style{.size_pt = 10.5};
const Style small{.size_pt = 8.5, .colour = grey};

struct Cell {
  Text text;
  double x = 0;
  double width = 0;
  bool ground = false;   // tinted
  std::size_t next = 0;  // the first line that is not on a page yet

  [[nodiscard]] bool done() const { return next == text.lines().size(); }
};

// Puts blocks one below the other, over as many pages as it takes.
class Flow {
 public:
  explicit Flow(Drawing& drawing) : drawing_(drawing) { turn(); }

  Drawing& drawing() { return drawing_; }
  [[nodiscard]] std::size_t page() const { return page_; }
  [[nodiscard]] bool too_long() const { return too_long_; }

  // A height that stays on one page.
  double take(double height) {
    if (y_ + height > bottom && y_ > top) {
      turn();
    }
    const double at = y_;
    y_ += height;
    return at;
  }
  void skip(double height) { y_ = std::min(y_ + height, bottom); }
  // What follows needs at least this much on the same page.
  void keep(double height) {
    if (y_ + height > bottom) {
      turn();
    }
  }

  void lines(const Text& text);
  void row(std::vector<Cell> cells, double least_height);
  void bar(const Text& title, const Text* note);

 private:
  void turn() {
    if (drawing_.pages() == max_pages) {
      too_long_ = true;  // go on over the last page; the caller refuses the whole
      y_ = top;
      return;
    }
    page_ = drawing_.add_page();
    y_ = top;
  }
  void piece(std::vector<Cell>& cells, double least_height);
  static double wanted(const Cell& cell, double room);

  Drawing& drawing_;
  std::size_t page_ = 0;
  double y_ = top;
  bool too_long_ = false;
};

void Flow::lines(const Text& text) {
  for (std::size_t i = 0; i < text.lines().size(); ++i) {
    const double y = take(text.lines()[i].height_pt);
    drawing_.put(page_, TextLine{.text = text, .line = i, .x = left, .top = y});
  }
}

// The height of the lines of this cell that fit into the room.
double Flow::wanted(const Cell& cell, double room) {
  double height = 2 * padding;
  for (std::size_t i = cell.next; i < cell.text.lines().size(); ++i) {
    const double line = cell.text.lines()[i].height_pt;
    if (height + line > room) {
      break;
    }
    height += line;
  }
  return height;
}

void Flow::piece(std::vector<Cell>& cells, double least_height) {
  const double room = bottom - y_;
  double height = std::min(least_height, room);
  for (const Cell& cell : cells) {
    height = std::max(height, wanted(cell, room));
  }
  for (Cell& cell : cells) {
    if (cell.ground) {
      drawing_.put(page_, Box{.x = cell.x, .y = y_, .width = cell.width, .height = height, .colour = label_ground});
    }
    drawing_.put(page_,
                 Box{.x = cell.x, .y = y_, .width = cell.width, .height = height, .colour = black, .line_width = rule});
    double used = 0;
    for (std::size_t i = cell.next; i < cell.text.lines().size(); ++i) {
      used += cell.text.lines()[i].height_pt;
    }
    // Short cells stand in the middle of a high row.
    double y = y_ + std::max(padding, used + 2 * padding <= height ? (height - used) / 2 : padding);
    while (!cell.done() && y + cell.text.lines()[cell.next].height_pt <= y_ + height + 0.01) {
      drawing_.put(page_, TextLine{.text = cell.text, .line = cell.next, .x = cell.x + padding, .top = y});
      y += cell.text.lines()[cell.next].height_pt;
      ++cell.next;
    }
  }
  y_ += height;
}

void Flow::row(std::vector<Cell> cells, double least_height) {
  double whole = least_height;
  for (const Cell& cell : cells) {
    whole = std::max(whole, wanted(cell, bottom - top));
  }
  constexpr double split_from = (bottom - top) / 4;  // lower rows are not torn apart
  if (y_ + whole > bottom && (whole < split_from || bottom - y_ < split_from / 2)) {
    turn();
  }
  piece(cells, least_height);
  while (!too_long_ && !std::ranges::all_of(cells, &Cell::done)) {
    turn();
    piece(cells, 0);
  }
}

void Flow::bar(const Text& title, const Text* note) {
  const double height = std::max(title.height_pt(), 7.0 * mm);
  keep(height + 20 * mm);  // a title is not left alone at the foot of a page
  const double y = take(height);
  drawing_.put(page_, Box{.x = left, .y = y, .width = right - left, .height = height, .colour = title_ground});
  drawing_.put(page_,
               Box{.x = left, .y = y, .width = right - left, .height = height, .colour = black, .line_width = rule});
  drawing_.put(page_, title, left + padding, y + (height - title.height_pt()) / 2 + 1);
  if (note != nullptr) {
    drawing_.put(page_, *note, left + padding + title.width_pt() + 3 * mm, y + (height - note->height_pt()) / 2 + 1);
  }
}

Result<void> put_row(Flow& flow, const FormRow& row, double x, double width, std::vector<Cell>& cells) {
  YX_TRY(const Text label, flow.drawing().text(row.label, label_width - 2 * padding, label_style));
  YX_TRY(const Text value, flow.drawing().text(row.value, width - label_width - 2 * padding, body));
  cells.push_back({.text = label, .x = x, .width = label_width, .ground = true});
  cells.push_back({.text = value, .x = x + label_width, .width = width - label_width});
  return {};
}

// Whether label and value both stay on one line of half the width.
Result<bool> is_short(Flow& flow, const FormRow& row) {
  YX_TRY(const Text label, flow.drawing().text(row.label, label_width - 2 * padding, label_style));
  YX_TRY(const Text value, flow.drawing().text(row.value, half_width - label_width - 2 * padding, body));
  return label.lines().size() == 1 && value.lines().size() == 1;
}

Result<void> put_rows(Flow& flow, const std::vector<FormRow>& rows) {
  constexpr double least = 8 * mm;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<Cell> cells;
    bool pair = false;
    if (i + 1 < rows.size()) {
      YX_TRY(const bool first, is_short(flow, rows[i]));
      YX_TRY(const bool second, is_short(flow, rows[i + 1]));
      pair = first && second;
    }
    YX_CHECK(put_row(flow, rows[i], left, pair ? half_width : 2 * half_width, cells));
    if (pair) {
      ++i;
      YX_CHECK(put_row(flow, rows[i], left + half_width, half_width, cells));
    }
    flow.row(std::move(cells), least);
  }
  return {};
}

Result<void> put_paragraphs(Flow& flow, const std::vector<std::string>& paragraphs) {
  Style style = body;
  style.first_indent_pt = 2 * style.size_pt;
  style.leading_pt = 4;
  for (const std::string& paragraph : paragraphs) {
    YX_TRY(const Text text, flow.drawing().text(paragraph, right - left - 2 * padding, style));
    std::vector<Cell> cells;
    cells.push_back({.text = text, .x = left, .width = right - left});
    flow.row(std::move(cells), 0);
  }
  return {};
}

Result<void> put_seal_blank(Flow& flow, const FormBlank& blank, double x, double y, double width) {
  const double centre = x + width / 2;
  flow.drawing().put(
      flow.page(),
      Circle{.x = centre, .y = y + seal_blank_height / 2, .radius = seal_guide_radius, .colour = guide, .dash = 3});
  Style style = small;
  style.align = Align::centre;
  YX_TRY(const Text label, flow.drawing().text(blank.label, width - 2 * padding, style));
  flow.drawing().put(flow.page(), label, x + padding, y + (seal_blank_height - label.height_pt()) / 2);
  return {};
}

Result<void> put_hand_blank(Flow& flow, const FormBlank& blank, double x, double y, double width) {
  YX_TRY(const Text label, flow.drawing().text(blank.label, width / 2 - padding, body));
  const double base = y + blank_line_height - 3 * mm;
  flow.drawing().put(flow.page(), label, x + padding, base - label.height_pt() + 1.5);
  const double from = x + padding + std::min(label.width_pt(), width / 2) + 2 * mm;
  if (blank.kind == FormBlank::Kind::date) {
    YX_TRY(const Text date, flow.drawing().text("　　　　年　　　月　　　日", x + width - from, body));
    flow.drawing().put(flow.page(), date, from, base - date.height_pt() + 1.5);
  } else {
    flow.drawing().put(
        flow.page(),
        Stroke{.x1 = from, .y1 = base, .x2 = x + width - 4 * mm, .y2 = base, .width = rule, .colour = black});
  }
  return {};
}

// Blocks of at most one seal, with up to three lines for the hand beside it.
Result<void> put_blanks(Flow& flow, const std::vector<FormBlank>& blanks) {
  constexpr std::size_t lines_beside_seal = 3;
  std::vector<FormBlank> seals;
  std::vector<FormBlank> hands;
  for (const FormBlank& blank : blanks) {
    (blank.kind == FormBlank::Kind::seal ? seals : hands).push_back(blank);
  }
  std::size_t seal = 0;
  std::size_t hand = 0;
  while (seal < seals.size() || hand < hands.size()) {
    const bool with_seal = seal < seals.size();
    const std::size_t lines = std::min(hands.size() - hand, lines_beside_seal);
    const double height =
        with_seal ? seal_blank_height + 2 * padding : static_cast<double>(lines) * blank_line_height + 2 * padding;
    const double y = flow.take(height);
    flow.drawing().put(
        flow.page(),
        Box{.x = left, .y = y, .width = right - left, .height = height, .colour = black, .line_width = rule});
    for (std::size_t i = 0; i < lines; ++i) {
      YX_CHECK(put_hand_blank(flow, hands[hand++], left, y + padding + static_cast<double>(i) * blank_line_height,
                              half_width));
    }
    if (with_seal) {
      YX_CHECK(put_seal_blank(flow, seals[seal++], left + half_width, y + padding, half_width));
    }
  }
  return {};
}

Result<void> put_head(Flow& flow, const ApplicationForm& form) {
  Style style{.size_pt = 10.5, .colour = grey, .align = Align::centre};
  const double width = right - left;
  YX_TRY(const Text operator_name, flow.drawing().text(form.operator_name, width, style));
  flow.lines(operator_name);
  flow.skip(1.5 * mm);
  YX_TRY(const Text title,
         flow.drawing().text(form.title, width, Style{.size_pt = 20, .bold = true, .align = Align::centre}));
  flow.lines(title);
  flow.skip(1 * mm);
  style.colour = black;
  YX_TRY(const Text programme, flow.drawing().text(form.programme_name, width, style));
  flow.lines(programme);
  flow.skip(2.5 * mm);
  YX_TRY(const Text number,
         flow.drawing().text("申请编号：" + form.application_number + "　　第 " + std::to_string(form.version) + " 版",
                             width, Style{.size_pt = 9.5, .align = Align::right}));
  flow.lines(number);
  flow.skip(1 * mm);
  return {};
}

Result<void> put_section(Flow& flow, const FormSection& section) {
  YX_TRY(const Text title,
         flow.drawing().text(section.title, (right - left) * 0.7, Style{.size_pt = 11, .bold = true}));
  if (section.note.empty()) {
    flow.bar(title, nullptr);
  } else {
    const double beside = right - left - title.width_pt() - 5 * mm - padding;
    YX_TRY(const Text note, flow.drawing().text(section.note, beside, small));
    if (note.lines().size() <= 2) {
      flow.bar(title, &note);
    } else {
      flow.bar(title, nullptr);
      YX_CHECK(put_paragraphs(flow, {section.note}));
    }
  }
  YX_CHECK(put_rows(flow, section.rows));
  YX_CHECK(put_paragraphs(flow, section.paragraphs));
  return put_blanks(flow, section.blanks);
}

Result<void> put_footer(Drawing& drawing, const ApplicationForm& form, const QrMatrix& qr, std::size_t page) {
  constexpr double y = bottom + 6 * mm;
  drawing.put(page, Stroke{.x1 = left, .y1 = y, .x2 = right - qr_size - 6 * mm, .y2 = y, .colour = grey});
  const std::string line = form.application_number + "　·　v" + std::to_string(form.version) + "　·　第 " +
                           std::to_string(page + 1) + " 页，共 " + std::to_string(drawing.pages()) + " 页";
  const double width = right - left - qr_size - 8 * mm;
  YX_TRY(const Text number, drawing.text(line, width, Style{.size_pt = 9}));
  drawing.put(page, number, left, y + 2 * mm);
  YX_TRY(const Text hint, drawing.text("盖章、签字请勿压住右侧二维码。", width, small));
  drawing.put(page, hint, left, y + 2 * mm + number.height_pt() + 0.5 * mm);
  drawing.put(page, QrBlock{.matrix = qr, .x = right - qr_size, .y = bottom + 4 * mm, .size = qr_size});
  return {};
}

std::size_t text_bytes(const ApplicationForm& form) {
  std::size_t sum = form.title.size() + form.operator_name.size() + form.programme_name.size() +
                    form.correction_note.size() + form.application_number.size();
  for (const FormSection& section : form.sections) {
    sum += section.title.size() + section.note.size();
    for (const FormRow& row : section.rows) {
      sum += row.label.size() + row.value.size();
    }
    for (const std::string& paragraph : section.paragraphs) {
      sum += paragraph.size();
    }
    for (const FormBlank& blank : section.blanks) {
      sum += blank.label.size();
    }
  }
  return sum;
}

std::size_t row_count(const ApplicationForm& form) {
  std::size_t sum = 0;
  for (const FormSection& section : form.sections) {
    sum += 1 + section.rows.size() + section.paragraphs.size() + section.blanks.size();
  }
  return sum;
}

bool headings_fit(const ApplicationForm& form) {
  const auto fits = [](const std::string& text) { return text.size() <= max_form_heading_bytes; };
  return fits(form.title) && fits(form.operator_name) && fits(form.programme_name) && fits(form.application_number) &&
         std::ranges::all_of(form.sections, [&](const FormSection& section) {
           return fits(section.title) && fits(section.note) &&
                  std::ranges::all_of(section.blanks, [&](const FormBlank& blank) { return fits(blank.label); });
         });
}

}  // namespace

Result<Paper> draw_application_form(const ApplicationForm& form, Instant created) {
  if (text_bytes(form) > max_form_text_bytes || row_count(form) > max_form_rows || !headings_fit(form)) {
    return fail(ErrorCode::invalid_input, "form.too_long");
  }
  YX_TRY(const QrMatrix qr, make_qr(form.qr_text));
  YX_TRY(Drawing drawing, Drawing::begin());
  Flow flow(drawing);
  YX_CHECK(put_head(flow, form));
  for (const FormSection& section : form.sections) {
    YX_CHECK(put_section(flow, section));
  }
  if (!form.correction_note.empty()) {
    flow.skip(2 * mm);
    YX_TRY(const Text note, drawing.text(form.correction_note, right - left, Style{.size_pt = 9}));
    flow.lines(note);
  }
  if (flow.too_long()) {
    return fail(ErrorCode::invalid_input, "form.too_long");
  }
  for (std::size_t page = 0; page < drawing.pages(); ++page) {
    YX_CHECK(put_footer(drawing, form, qr, page));
  }
  return drawing.pdf(form.title + " " + form.application_number, created);
}

}  // namespace yinxin::paper
