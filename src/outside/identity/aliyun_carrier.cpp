#include "outside/identity/aliyun_carrier.h"

namespace yinxin::outside {

namespace {

Result<hall::CarrierVerdict> verdict_of(const std::string& biz_code, const std::string& sub_code) {
  if (biz_code == "1") {
    return hall::CarrierVerdict::match;
  }
  if (biz_code == "2" && sub_code == "201") {
    return hall::CarrierVerdict::not_this_person;
  }
  if (biz_code == "2" && (sub_code == "202" || sub_code == "203")) {
    return hall::CarrierVerdict::name_and_id_differ;
  }
  if (biz_code == "3") {
    return hall::CarrierVerdict::no_record;
  }
  return fail(ErrorCode::corrupt, "a verdict of the carrier check that is none");
}

}  // namespace

Result<hall::CarrierFact> AliyunCarrier::check(const std::string& name, const std::string& resident_id,
                                               const std::string& mobile) {
  if (name.empty() || resident_id.empty() || mobile.empty()) {
    return fail(ErrorCode::invalid_input, "the carrier check needs a name, an identity number and a mobile number");
  }
  YX_TRY(
      aliyun::Answer answer,
      client_.call(
          {.action = "Mobile3MetaDetailVerify",
           .version = "2019-03-07",
           .query = {{"ParamType", "normal"}, {"UserName", name}, {"IdentifyNum", resident_id}, {"Mobile", mobile}}}));
  if (answer.body.text("Code") != "200") {
    return fail(ErrorCode::declined_by_outside, told_code(answer.body.text("Code")));
  }
  const Json result = answer.body.at("ResultObject");
  hall::CarrierFact fact;
  YX_TRY(fact.verdict, verdict_of(result.text("BizCode"), result.text("SubCode")));
  fact.answer = {
      .provider = "aliyun_carrier", .transaction = answer.body.text("RequestId"), .raw = std::move(answer.raw)};
  if (fact.answer.transaction.empty()) {
    return fail(ErrorCode::corrupt, "the carrier check was answered without a RequestId");
  }
  return fact;
}

}  // namespace yinxin::outside
