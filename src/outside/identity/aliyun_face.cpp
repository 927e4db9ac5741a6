#include "outside/identity/aliyun_face.h"

#include <algorithm>

namespace yinxin::outside {

namespace {

constexpr std::string_view provider = "aliyun_face";
constexpr std::string_view version = "2019-03-07";

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_web_address(std::string_view url) {
  const auto printable = [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '<' && c != '>'; };
  return (url.starts_with("https://") || url.starts_with("http://")) && url.size() <= max_face_url_bytes &&
         std::ranges::all_of(url, printable);
}

}  // namespace

Result<hall::FaceCheckBegun> AliyunFace::begin(const hall::FaceCheckRequest& request) {
  if (request.id.empty() || request.id.size() > max_face_id_bytes ||
      !std::ranges::all_of(request.id, is_alphanumeric)) {
    return fail(ErrorCode::invalid_input, "a face check's id is 1 to 32 letters and digits");
  }
  YX_TRY(const aliyun::Answer answer, client_.call({.action = "InitFaceVerify",
                                                    .version = std::string(version),
                                                    .query = {{"SceneId", scene_id_},
                                                              {"OuterOrderNo", request.id},
                                                              {"ProductCode", "ID_PRO"},
                                                              {"Model", "LIVENESS"},
                                                              {"CertType", "IDENTITY_CARD"},
                                                              {"CertName", request.name},
                                                              {"CertNo", request.resident_id},
                                                              {"ReturnUrl", request.return_url},
                                                              {"MetaInfo", request.device_info},
                                                              {"CertifyUrlType", "H5"}}}));
  if (answer.body.text("Code") != "200") {
    return fail(ErrorCode::declined_by_outside, told_code(answer.body.text("Code")));
  }
  const Json result = answer.body.at("ResultObject");
  hall::FaceCheckBegun begun{.transaction = result.text("CertifyId"), .url = result.text("CertifyUrl")};
  if (begun.transaction.empty() || begun.transaction.size() > max_face_id_bytes ||
      !std::ranges::all_of(begun.transaction, is_alphanumeric) || !is_web_address(begun.url)) {
    return fail(ErrorCode::corrupt, "InitFaceVerify was answered without a CertifyId and a CertifyUrl");
  }
  return begun;
}

Result<hall::FaceFact> AliyunFace::result(const std::string& transaction) {
  YX_TRY(aliyun::Answer answer, client_.call({.action = "DescribeFaceVerify",
                                              .version = std::string(version),
                                              .query = {{"SceneId", scene_id_}, {"CertifyId", transaction}}}));
  const std::string code = answer.body.text("Code");
  if (code == "406") {
    return fail(ErrorCode::not_found, "the provider does not know the face check");
  }
  hall::FaceFact fact;
  if (code == "200") {
    const Json result = answer.body.at("ResultObject");
    const std::string passed = result.text("Passed");
    if (passed != "T" && passed != "F") {
      return fail(ErrorCode::corrupt, "DescribeFaceVerify was answered without a verdict");
    }
    fact.verdict = passed == "T" ? hall::FaceVerdict::passed : hall::FaceVerdict::failed;
    fact.reason = passed == "T" ? "" : told_code(result.text("SubCode"));
  } else if (code != "424" && code != "403") {  // neither left nor under way
    return fail(ErrorCode::declined_by_outside, told_code(code));
  }
  fact.answer = {.provider = std::string(provider), .transaction = transaction, .raw = std::move(answer.raw)};
  return fact;
}

}  // namespace yinxin::outside
