#include "paper/impression_sheet.h"

#include "paper/sheet_drawing.h"

namespace yinxin::paper {

namespace {

constexpr double mm = pt_per_mm;
constexpr double left = 18 * mm;
constexpr double right = a4_width_pt - 18 * mm;
constexpr double qr_size = 24 * mm;
// Nothing in the frame is red or dark: a reader takes only the red.
constexpr Colour guide{.red = 0.80, .green = 0.83, .blue = 0.86};
constexpr std::array<double, 3> guide_diameters_mm{40, 42, 45};

void put_mark(Drawing& drawing, const Point& centre, bool hollow) {
  constexpr double modules = 7;
  const double module = sheet_geometry.mark_side_mm * mm / modules;
  const auto square = [&](double side_modules, const Colour& colour) {
    const double side = side_modules * module;
    drawing.put(0, Box{.x = centre.x_mm * mm - side / 2,
                       .y = centre.y_mm * mm - side / 2,
                       .width = side,
                       .height = side,
                       .colour = colour});
  };
  constexpr Colour white{.red = 1, .green = 1, .blue = 1};
  square(7, black);
  square(5, white);
  square(3, black);
  if (hollow) {
    square(1.4, white);
  }
}

Result<void> put_frame(Drawing& drawing) {
  constexpr double line = 0.5;
  const auto& at = sheet_geometry;
  const double x = at.frame_corner.x_mm * mm;
  const double y = at.frame_corner.y_mm * mm;
  const double width = at.frame_width_mm * mm;
  const double height = at.frame_height_mm * mm;
  drawing.put(0, Box{.x = x - line / 2,
                     .y = y - line / 2,
                     .width = width + line,
                     .height = height + line,
                     .colour = grey,
                     .line_width = line});
  const double centre_x = x + width / 2;
  const double centre_y = y + height / 2;
  for (const double diameter : guide_diameters_mm) {
    drawing.put(0, Circle{.x = centre_x, .y = centre_y, .radius = diameter / 2 * mm, .width = 0.3, .colour = guide});
  }
  constexpr double arm = 3 * mm;
  drawing.put(
      0,
      Stroke{
          .x1 = centre_x - arm, .y1 = centre_y, .x2 = centre_x + arm, .y2 = centre_y, .width = 0.3, .colour = guide});
  drawing.put(
      0,
      Stroke{
          .x1 = centre_x, .y1 = centre_y - arm, .x2 = centre_x, .y2 = centre_y + arm, .width = 0.3, .colour = guide});
  YX_TRY(const Text above, drawing.text("请将印章端正地加盖在框内中央，油印适中，只盖一次，不得压到框线", 120 * mm,
                                        Style{.size_pt = 10, .align = Align::centre}));
  drawing.put(0, above, a4_width_pt / 2 - 60 * mm, y - 8 * mm);
  YX_TRY(const Text below, drawing.text("参考圆直径（由内向外）40、42、45 毫米", 120 * mm,
                                        Style{.size_pt = 8.5, .colour = grey, .align = Align::centre}));
  drawing.put(0, below, a4_width_pt / 2 - 60 * mm, y + height + 2 * mm);
  return {};
}

// A hundred millimetres, to be checked with a ruler on the printed sheet.
Result<void> put_ruler(Drawing& drawing) {
  constexpr int length_mm = 100;
  constexpr double x = (210.0 - length_mm) / 2 * mm;
  constexpr double y = 222 * mm;
  drawing.put(0, Stroke{.x1 = x, .y1 = y, .x2 = x + length_mm * mm, .y2 = y, .width = 0.6, .colour = black});
  for (int at = 0; at <= length_mm; at += 5) {
    const double height = at % 50 == 0 ? 4 * mm : at % 10 == 0 ? 3 * mm : 1.8 * mm;
    drawing.put(0,
                Stroke{.x1 = x + at * mm, .y1 = y - height, .x2 = x + at * mm, .y2 = y, .width = 0.4, .colour = black});
    if (at % 10 == 0) {
      YX_TRY(const Text number,
             drawing.text(std::to_string(at), 10 * mm, Style{.size_pt = 7, .colour = grey, .align = Align::centre}));
      drawing.put(0, number, x + (at - 5) * mm, y + 0.5 * mm);
    }
  }
  YX_TRY(const Text words, drawing.text("打印比例校验：标尺全长应为 100 毫米。打印时请选择“实际大小”，不要“适应页面”。",
                                        150 * mm, Style{.size_pt = 8.5, .colour = grey, .align = Align::centre}));
  drawing.put(0, words, a4_width_pt / 2 - 75 * mm, y + 5 * mm);
  return {};
}

Result<void> put_head(Drawing& drawing, const ImpressionSheet& sheet) {
  Style style{.size_pt = 10.5, .colour = grey, .align = Align::centre};
  YX_TRY(const Text operator_name, drawing.text(sheet.operator_name, right - left, style));
  YX_TRY(const Text title,
         drawing.text(sheet.title, right - left, Style{.size_pt = 20, .bold = true, .align = Align::centre}));
  YX_TRY(const Text unit, drawing.text("单位名称：" + sheet.unit_name, right - left, Style{.size_pt = 11}));
  YX_TRY(const Text number, drawing.text("申请编号：" + sheet.application_number, right - left, Style{.size_pt = 11}));
  double y = 14 * mm;
  for (const Text* text : {&operator_name, &title, &unit, &number}) {
    drawing.put(0, *text, left, y);
    y += text->height_pt() + 1.5 * mm;
  }
  const double first_mark_top = (sheet_geometry.marks[0].y_mm - sheet_geometry.mark_side_mm / 2) * mm;
  if (y > first_mark_top - 2 * mm) {
    return fail(ErrorCode::invalid_input, "sheet.too_long");
  }
  return {};
}

Result<void> put_foot(Drawing& drawing, const ImpressionSheet& sheet) {
  YX_TRY(const QrMatrix qr, make_qr(sheet.qr_text));
  constexpr double y = 246 * mm;
  drawing.put(0, QrBlock{.matrix = qr, .x = right - qr_size, .y = y, .size = qr_size});
  YX_TRY(const Text words,
         drawing.text("填表说明：\n1. 请用 A4 白纸打印，保持四角定位标记和二维码完整，不要遮盖、折叠。\n"
                      "2. 请使用红色印油，盖章后待印油干透再扫描。\n"
                      "3. 请用扫描仪以 300 dpi 彩色整页扫描，保存为 JPG、PNG 或 PDF 后上传；请勿用手机翻拍。",
                      right - left - qr_size - 8 * mm, Style{.size_pt = 9.5, .leading_pt = 3.5}));
  drawing.put(0, words, left, y);
  return {};
}

}  // namespace

Result<Drawing> compose_impression_sheet(const ImpressionSheet& sheet) {
  for (const std::string* text : {&sheet.title, &sheet.operator_name, &sheet.unit_name, &sheet.application_number}) {
    if (text->size() > max_sheet_text_bytes) {
      return fail(ErrorCode::invalid_input, "sheet.too_long");
    }
  }
  YX_TRY(Drawing drawing, Drawing::begin());
  drawing.add_page();
  YX_CHECK(put_head(drawing, sheet));
  for (std::size_t i = 0; i < sheet_geometry.marks.size(); ++i) {
    put_mark(drawing, sheet_geometry.marks[i], i == 0);
  }
  YX_CHECK(put_frame(drawing));
  YX_CHECK(put_ruler(drawing));
  YX_CHECK(put_foot(drawing, sheet));
  return drawing;
}

Result<Paper> draw_impression_sheet(const ImpressionSheet& sheet, Instant created) {
  YX_TRY(const Drawing drawing, compose_impression_sheet(sheet));
  return drawing.pdf(sheet.title + " " + sheet.application_number, created);
}

}  // namespace yinxin::paper
