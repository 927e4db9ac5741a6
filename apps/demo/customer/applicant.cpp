#include "demo/customer/applicant.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/identifiers/check_digits.h"
#include "base/identifiers/organization.h"
#include "intake/picture.h"

namespace yinxin::demo {

namespace {

constexpr std::string_view code_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::array cities{std::array{"广东省", "深圳市", "福田区", "440304"},
                            std::array{"广东省", "广州市", "天河区", "440106"},
                            std::array{"山东省", "济南市", "历下区", "370102"}};
constexpr std::array family_names{"张", "李", "王", "赵", "欧阳", "陈", "林", "黄"};
constexpr std::array given_names{"样例", "明", "建国", "小红", "志强", "丽", "一凡", "思源"};
constexpr std::array trades{"建设", "工程", "科技", "咨询", "监理", "市政园林"};
constexpr std::array words{"鹏城", "远山", "瑞和", "天工", "宏达", "春晖", "南方", "海川"};

template <class List>
std::string one_of(const List& list, Random& random) {
  return list[random.below(list.size())];
}

std::string digits(std::size_t count, Random& random) {
  std::string text;
  for (std::size_t n = 0; n < count; ++n) {
    text += static_cast<char>('0' + random.below(10));
  }
  return text;
}

std::string credit_code(const std::string& division, Random& random) {
  std::string organization = digits(8, random);
  for (const char check : code_alphabet) {
    if (OrganizationCode::check_digit_holds(organization + check)) {
      organization += check;
      break;
    }
  }
  for (const char check : code_alphabet) {
    std::string code = "91" + division + organization + check;
    if (UnifiedSocialCreditCode::parse(code)) {
      return code;
    }
  }
  // An organization code whose check character the credit code cannot have: another one.
  return credit_code(division, random);
}

std::string resident_id(const std::string& division, int year, Random& random) {
  constexpr int months = 12;
  constexpr int days = 28;
  const auto two = [](std::uint64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const std::string seventeen =
      division + std::to_string(year) + two(1 + random.below(months)) + two(1 + random.below(days)) + digits(3, random);
  return seventeen + resident_id_check_digit(seventeen);
}

paper::testing::SealDrawing drawn_seal(const std::string& unit, Random& random) {
  using Shape = paper::testing::SealDrawing::Shape;
  constexpr std::array widths{40.0, 42.0, 45.0};
  paper::testing::SealDrawing seal;
  seal.text = unit;
  seal.shape = random.below(4) == 0 ? Shape::ellipse : Shape::round;
  seal.width_mm = seal.shape == Shape::ellipse ? 45 : widths[random.below(widths.size())];
  seal.height_mm = seal.shape == Shape::ellipse ? 30 : seal.width_mm;
  const auto within = [&](double most) { return (static_cast<double>(random.below(2001)) / 1000.0 - 1.0) * most; };
  constexpr double least_tilt_deg = 2;
  constexpr double most_tilt_deg = 8;
  constexpr double most_shift_mm = 5;
  const double beyond_least = within(most_tilt_deg - least_tilt_deg);
  seal.tilt_deg = beyond_least + std::copysign(least_tilt_deg, beyond_least);
  seal.x_mm = within(most_shift_mm);
  seal.y_mm = within(most_shift_mm);
  return seal;
}

// A ring and a bar in red, a tenth of the page wide, where a unit stamps a form.
void stamp(intake::Picture& page) {
  const int radius = page.width / 10;
  const int middle_x = page.width * 7 / 10;
  const int middle_y = page.height * 8 / 10;
  const int rim = std::max(3, radius / 12);
  for (int y = middle_y - radius; y <= middle_y + radius; ++y) {
    for (int x = middle_x - radius; x <= middle_x + radius; ++x) {
      const double distance = std::hypot(x - middle_x, y - middle_y);
      const bool is_ring = distance <= radius && distance >= radius - rim;
      const bool is_star = distance <= radius / 3.0;
      if ((is_ring || is_star) && x >= 0 && y >= 0 && x < page.width && y < page.height) {
        const std::size_t at =
            3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(page.width) + static_cast<std::size_t>(x));
        page.rgb[at] = 200;
        page.rgb[at + 1] = 30;
        page.rgb[at + 2] = 35;
      }
    }
  }
}

Result<Bytes> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return fail(ErrorCode::not_found, path);
  }
  return Bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

Applicant Applicant::draw(Random& random, Instant now) {
  const auto& city = cities[random.below(cities.size())];
  const std::string unit =
      std::string(city[1]).substr(0, 6) + one_of(words, random) + one_of(trades, random) + "有限公司";
  const int this_year =
      static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
  Applicant made;
  auto& a = made.answers;
  a["years"] = std::to_string(1 + random.below(5));
  a["unit_name"] = unit;
  a["unit_document_kind"] = "统一社会信用代码证";
  a["unit_document_number"] = credit_code(city[3], random);
  a["unit_region"] = std::string(city[0]) + "/" + city[1];
  a["unit_address"] = std::string(city[2]) + "样例路" + std::to_string(1 + random.below(900)) + "号";
  a["legal_name"] = one_of(family_names, random) + one_of(given_names, random);
  a["legal_id_number"] = resident_id(city[3], this_year - 50, random);
  a["legal_mobile"] = "139" + digits(8, random);
  a["requester_name"] = one_of(family_names, random) + one_of(given_names, random);
  a["requester_id_number"] = resident_id(city[3], this_year - 30, random);
  a["requester_mobile"] = "138" + digits(8, random);
  a["requester_mail"] = "requester" + digits(4, random) + "@example.cn";
  a["requester_post"] = "办公室主任";
  a["mailing_name"] = a["requester_name"];
  a["mailing_phone"] = a["requester_mobile"];
  a["mailing_region"] = a["unit_region"] + "/" + city[2];
  a["mailing_address"] = "样例路" + std::to_string(1 + random.below(900)) + "号";
  a["mailing_postcode"] = "518" + digits(3, random);
  a["invoice_choice"] = "电子发票";
  a["invoice_title"] = unit;
  made.account = {
      {"account_name", unit}, {"account_bank", "招商银行样例支行"}, {"account_number", "7559" + digits(11, random)}};
  made.seal = drawn_seal(unit, random);
  return made;
}

Result<Bytes> scan_sheet(const paper::ImpressionSheet& sheet, const paper::testing::SealDrawing& seal, double dpi,
                         Random& random) {
  paper::testing::Scan scan;
  scan.dpi = dpi;
  scan.seed = static_cast<std::uint32_t>(random.below(1U << 30U));
  YX_TRY(paper::testing::Pixels pixels, paper::testing::scan_of(sheet, {seal}, scan));
  constexpr int scanner_quality = 90;
  return intake::encode_jpeg({.width = pixels.width, .height = pixels.height, .rgb = std::move(pixels.rgb)},
                             scanner_quality);
}

Result<Bytes> scan_pdf(BytesView pdf, const std::string& scratch, bool stamped) {
  const std::string paper = scratch + "/to-scan.pdf";
  {
    std::ofstream out(paper, std::ios::binary);
    out.write(reinterpret_cast<const char*>(pdf.data()), static_cast<std::streamsize>(pdf.size()));
  }
  const std::string command = "pdftoppm -q -png -r 200 -f 1 -singlefile '" + paper + "' '" + scratch + "/scanned'";
  if (std::system(command.c_str()) != 0) {  // NOLINT(cert-env33-c,concurrency-mt-unsafe): a tool of the demonstration
    return fail(ErrorCode::internal, "pdftoppm could not print the paper");
  }
  YX_TRY(const Bytes png, read_whole(scratch + "/scanned.png"));
  constexpr std::uint64_t most_pixels = 40'000'000;
  YX_TRY(intake::Picture page, intake::decode(png, most_pixels));
  if (stamped) {
    stamp(page);
  }
  constexpr int scanner_quality = 90;
  return intake::encode_jpeg(page, scanner_quality);
}

}  // namespace yinxin::demo
