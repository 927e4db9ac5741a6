#include "outside/identity/aliyun_card_reader.h"

#include <algorithm>

#include "base/text.h"

namespace yinxin::outside {

namespace {

constexpr std::size_t max_card_field_bytes = 200;
constexpr std::string_view for_ever = "长期";

// validPeriod = date "-" ( date / "长期" ), date = 4DIGIT "." 2DIGIT "." 2DIGIT
Result<void> read_period(std::string_view period, hall::CardReading& reading) {
  const auto date_of = [](std::string_view text) -> std::string {
    constexpr std::string_view form = "0000.00.00";
    if (text.size() != form.size() || text[4] != '.' || text[7] != '.') {
      return {};
    }
    std::string digits(text);
    std::erase(digits, '.');
    return digits.size() == 8 && all_digits(digits) ? digits : "";
  };
  const std::size_t dash = std::min(period.find('-'), period.size());
  const std::string_view to = period.substr(std::min(dash + 1, period.size()));
  reading.valid_from = date_of(period.substr(0, dash));
  reading.valid_to = to == for_ever ? std::string(for_ever) : date_of(to);
  if (reading.valid_from.empty() || reading.valid_to.empty()) {
    return fail(ErrorCode::declined_by_outside, "incomplete");
  }
  return {};
}

}  // namespace

Result<hall::CardReading> AliyunCardReader::read(hall::CardSide side, BytesView picture) {
  if (picture.empty() || picture.size() > max_card_picture_bytes) {
    return fail(ErrorCode::invalid_input, "a picture of an identity card has 1 byte to 10 MiB");
  }
  YX_TRY(aliyun::Answer answer, client_.call({.action = "RecognizeIdcard",
                                              .version = "2021-07-07",
                                              .query = {{"OutputFigure", "false"}, {"OutputQualityInfo", "true"}},
                                              .content_type = "application/octet-stream",
                                              .body = to_bytes(picture)}));
  if (const std::string code = answer.body.text("Code"); !code.empty() && code != "200") {
    return fail(ErrorCode::declined_by_outside, told_code(code));
  }
  const std::string data = answer.body.text("Data");  // JSON in a string
  YX_TRY(const Json read, Json::parse(bytes_of(data)));
  const bool is_portrait = side == hall::CardSide::portrait;
  const Json wanted = read.at("data").at(is_portrait ? "face" : "back");
  if (wanted.is_null()) {
    const bool is_other = !read.at("data").at(is_portrait ? "back" : "face").is_null();
    return fail(is_other ? ErrorCode::declined_by_outside : ErrorCode::corrupt,
                is_other ? "other_side" : "RecognizeIdcard was answered without a side");
  }
  hall::CardReading reading;
  reading.is_copy = wanted.at("warning").text("isCopy") == "1";
  const Json fields = wanted.at("data");
  if (is_portrait) {
    reading.name = fields.text("name");
    reading.resident_id = fields.text("idNumber");
    if (reading.name.empty() || reading.resident_id.empty()) {
      return fail(ErrorCode::declined_by_outside, "incomplete");
    }
    if (reading.name.size() > max_card_field_bytes || reading.resident_id.size() > max_card_field_bytes) {
      return fail(ErrorCode::corrupt, "a field of a card that is none");
    }
  } else {
    YX_CHECK(read_period(fields.text("validPeriod"), reading));
  }
  reading.answer = {
      .provider = "aliyun_card_reader", .transaction = answer.body.text("RequestId"), .raw = std::move(answer.raw)};
  return reading;
}

}  // namespace yinxin::outside
