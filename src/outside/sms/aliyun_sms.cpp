#include "outside/sms/aliyun_sms.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace yinxin::outside {

namespace {

constexpr std::string_view provider = "aliyun_sms";
constexpr std::string_view version = "2017-05-25";
constexpr std::size_t mobile_digits = 11;
constexpr int details_a_page = 50;
constexpr std::chrono::minutes clock_margin{10};  // between our clock and theirs, around midnight
constexpr std::size_t max_report_field_bytes = 256;

bool is_mobile(std::string_view text) { return text.size() == mobile_digits && all_digits(text); }

// yyyyMMdd in UTC+8
std::string day_of(Instant at) {
  std::string day = to_beijing_text(at).substr(0, 10);
  std::erase(day, '-');
  return day;
}

std::string parameters_json(const std::map<std::string, std::string>& parameters) {
  std::string json = "{";
  for (const auto& [name, value] : parameters) {
    json += (json.size() > 1 ? "," : "") + net::json_string(name) + ":" + net::json_string(value);
  }
  return json + "}";
}

// The product's own word in an answer of status 200.
Result<aliyun::Answer> accepted(Result<aliyun::Answer> answer) {
  if (answer && answer->body.text("Code") != "OK") {
    return fail(ErrorCode::declined_by_outside, told_code(answer->body.text("Code")));
  }
  return answer;
}

// SendStatus: 1 waiting for the receipt, 2 failed, 3 delivered
Result<hall::SmsStanding> standing_of(std::string_view status) {
  if (status == "1") {
    return hall::SmsStanding::waiting;
  }
  if (status == "2") {
    return hall::SmsStanding::failed;
  }
  if (status == "3") {
    return hall::SmsStanding::delivered;
  }
  return fail(ErrorCode::corrupt, "a SendStatus that is none");
}

}  // namespace

Result<hall::ProviderAnswer> AliyunSms::send(const hall::SmsMessage& message) {
  if (!is_mobile(message.mobile) || message.id.empty() || message.id.size() > max_sms_id_bytes) {
    return fail(ErrorCode::invalid_input, "a message needs an id and a number of 11 digits");
  }
  YX_TRY(aliyun::Answer answer, accepted(client_.call({.action = "SendSms",
                                                       .version = std::string(version),
                                                       .query = {{"PhoneNumbers", message.mobile},
                                                                 {"SignName", sign_name_},
                                                                 {"TemplateCode", message.template_code},
                                                                 {"TemplateParam", parameters_json(message.parameters)},
                                                                 {"OutId", message.id}}})));
  std::string biz_id = answer.body.text("BizId");
  if (biz_id.empty()) {
    return fail(ErrorCode::corrupt, "SendSms was answered without a BizId");
  }
  return hall::ProviderAnswer{
      .provider = std::string(provider), .transaction = std::move(biz_id), .raw = std::move(answer.raw)};
}

Result<hall::SmsFact> AliyunSms::find_on(const std::string& day, const std::string& id, const std::string& mobile) {
  std::uint64_t seen = 0;
  for (int page = 1; page <= max_sms_detail_pages; ++page) {
    YX_TRY(aliyun::Answer answer, accepted(client_.call({.action = "QuerySendDetails",
                                                         .version = std::string(version),
                                                         .query = {{"PhoneNumber", mobile},
                                                                   {"SendDate", day},
                                                                   {"PageSize", std::to_string(details_a_page)},
                                                                   {"CurrentPage", std::to_string(page)}}})));
    const auto details = answer.body.at("SmsSendDetailDTOs").at("SmsSendDetailDTO").items();
    for (const Json& detail : details) {
      if (detail.text("OutId") != id || detail.text("PhoneNum") != mobile) {
        continue;
      }
      hall::SmsFact fact;
      YX_TRY(fact.standing, standing_of(detail.text("SendStatus")));
      if (fact.standing == hall::SmsStanding::failed) {
        fact.reason = told_code(detail.text("ErrCode"));
      }
      fact.answer = {.provider = std::string(provider), .transaction = id, .raw = std::move(answer.raw)};
      return fact;
    }
    seen += details.size();
    const std::string total = answer.body.text("TotalCount");
    constexpr std::size_t max_count_digits = 9;
    if (total.empty() || total.size() > max_count_digits || !all_digits(total)) {
      return fail(ErrorCode::corrupt, "QuerySendDetails was answered without a TotalCount");
    }
    if (details.empty() || seen >= std::stoul(total)) {
      return fail(ErrorCode::not_found, "the provider has no such message on " + day);
    }
  }
  return fail(ErrorCode::outside_uncertain, "the number had more messages on " + day + " than are looked through");
}

Result<hall::SmsFact> AliyunSms::find(const std::string& id, const std::string& mobile, Instant sent_at) {
  if (!is_mobile(mobile) || id.empty()) {
    return fail(ErrorCode::invalid_input, "a message is found by its id and a number of 11 digits");
  }
  const std::string day = day_of(sent_at);
  auto found = find_on(day, id, mobile);
  for (const std::string& neighbour : std::set{day_of(sent_at - clock_margin), day_of(sent_at + clock_margin)}) {
    if (neighbour != day && !found && found.error().code == ErrorCode::not_found) {
      found = find_on(neighbour, id, mobile);
    }
  }
  return found;
}

Result<std::vector<SmsReport>> parse_sms_reports(BytesView body) {
  const Error wrong = fail(ErrorCode::invalid_input, "not a list of delivery reports");
  if (body.size() > max_sms_report_bytes) {
    return wrong;
  }
  const auto json = Json::parse(body);
  if (!json || !json->is_array()) {
    return wrong;
  }
  const std::vector<Json> items = json->items();
  if (items.size() > max_sms_reports) {
    return wrong;
  }
  std::vector<SmsReport> reports;
  reports.reserve(items.size());
  for (const Json& item : items) {
    const std::string success = item.text("success");
    SmsReport report{.id = item.text("out_id"),
                     .mobile = item.text("phone_number"),
                     .biz_id = item.text("biz_id"),
                     .delivered = success == "true",
                     .code = item.text("err_code")};
    const bool fits = report.id.size() <= max_sms_id_bytes && report.biz_id.size() <= max_report_field_bytes &&
                      report.code.size() <= max_report_field_bytes;
    if (!is_mobile(report.mobile) || (success != "true" && success != "false") || !fits) {
      return wrong;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

std::string_view sms_reports_taken() { return R"({"code":0,"msg":"成功"})"; }

}  // namespace yinxin::outside
