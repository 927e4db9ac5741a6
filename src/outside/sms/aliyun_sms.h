#pragma once
// Short messages over Alibaba Cloud's Dysmsapi 2017-05-25: SendSms, QuerySendDetails, and its pushed delivery reports.

#include "hall/notice/sms.h"
#include "outside/aliyun/acs3.h"

namespace yinxin::outside {

constexpr std::size_t max_sms_id_bytes = 64;
constexpr int max_sms_detail_pages = 20;  // of 50 messages, for one number and day

class AliyunSms final : public hall::Sms {
 public:
  // `sign_name`: 短信签名 as registered.
  AliyunSms(aliyun::Acs3Client client, std::string sign_name)
      : client_(std::move(client)), sign_name_(std::move(sign_name)) {}

  // The id travels as OutId. The provider does not refuse a second message of the same id: who does not know whether
  // the first was accepted asks find() before. invalid_input for a number or an id that cannot be one.
  Result<hall::ProviderAnswer> send(const hall::SmsMessage& message) override;
  // The provider gives no number of its own here: the answer's transaction is the id. Its raw body holds the texts of
  // all messages to the number on that day. Asks for the neighbouring day too when the message left near midnight.
  // outside_uncertain when the number had more messages that day than are looked through.
  Result<hall::SmsFact> find(const std::string& id, const std::string& mobile, Instant sent_at) override;

 private:
  Result<hall::SmsFact> find_on(const std::string& day, const std::string& id, const std::string& mobile);

  aliyun::Acs3Client client_;
  std::string sign_name_;
};

constexpr std::size_t max_sms_report_bytes = 1024UL * 1024;
constexpr std::size_t max_sms_reports = 1000;

// One entry of a pushed report. Nothing proves who pushed it: it says what to ask find() for, and decides nothing.
struct SmsReport {
  std::string id;      // out_id; empty when the message had none
  std::string mobile;  // 11 digits
  std::string biz_id;
  bool delivered = false;
  std::string code;  // err_code, "DELIVERED" …
};

// [ { "phone_number", "success", "err_code", "biz_id", "out_id", … } ]; invalid_input for anything else, also for more
// than max_sms_reports entries.
Result<std::vector<SmsReport>> parse_sms_reports(BytesView body);
// What the provider wants to hear; without it the report comes again.
std::string_view sms_reports_taken();

}  // namespace yinxin::outside
