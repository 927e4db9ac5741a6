#pragma once
// Why a bundle is refused. One reason is one check; the tests have a hostile bundle for each.

#include <string>
#include <string_view>

namespace yinxin::trust {

// X(enumerator, code, Chinese, English)
#define YX_TRUST_REASONS(X)                                                                                            \
  X(malformed, "malformed", "材料无法解析", "a part of the bundle cannot be read")                                     \
  X(s1_signature, "s1.signature", "受理签名不成立", "the acceptance signature does not hold")                          \
  X(s1_issuer, "s1.issuer", "受理员证书不是本机构签发", "the accepting officer's certificate is not of our roles CA")  \
  X(s1_in_force, "s1.in_force", "受理员证书在签名时不在有效期",                                                        \
    "the accepting officer's certificate was not in force")                                                            \
  X(s1_revoked, "s1.revoked", "受理员证书已吊销", "the accepting officer's certificate is revoked")                    \
  X(s1_purpose, "s1.purpose", "受理员证书不能用于审批", "the accepting certificate is not for approvals")              \
  X(s1_role, "s1.role", "签名人不是受理员", "the signer is not a registration officer")                                \
  X(s1_stated_role, "s1.stated_role", "受理声明所写角色不对", "the acceptance states another role")                    \
  X(s1_officer, "s1.officer", "受理声明所写证书不是签名证书", "the acceptance names another certificate")              \
  X(s1_decision, "s1.decision", "第一份声明不是受理", "the first statement is not an acceptance")                      \
  X(s1_concerned, "s1.concerned", "受理员是本业务的当事人", "the accepting officer is a party to the case")            \
  X(s1_expired, "s1.expired", "受理声明已过期", "the acceptance has expired")                                          \
  X(s1_too_long, "s1.too_long", "受理声明有效期超过三十天", "the acceptance is good for more than 30 days")            \
  X(s1_nonce, "s1.nonce", "受理声明缺少随机数", "the acceptance has no proper nonce")                                  \
  X(s2_signature, "s2.signature", "复核签名不成立", "the approval signature does not hold")                            \
  X(s2_issuer, "s2.issuer", "复核员证书不是本机构签发", "the review officer's certificate is not of our roles CA")     \
  X(s2_in_force, "s2.in_force", "复核员证书在签名时不在有效期", "the review officer's certificate was not in force")   \
  X(s2_revoked, "s2.revoked", "复核员证书已吊销", "the review officer's certificate is revoked")                       \
  X(s2_purpose, "s2.purpose", "复核员证书不能用于审批", "the reviewing certificate is not for approvals")              \
  X(s2_role, "s2.role", "签名人不是复核员", "the signer is not a review officer")                                      \
  X(s2_stated_role, "s2.stated_role", "复核声明所写角色不对", "the approval states another role")                      \
  X(s2_officer, "s2.officer", "复核声明所写证书不是签名证书", "the approval names another certificate")                \
  X(s2_decision, "s2.decision", "第二份声明不是批准", "the second statement is not an approval")                       \
  X(s2_concerned, "s2.concerned", "复核员是本业务的当事人", "the review officer is a party to the case")               \
  X(s2_time, "s2.time", "复核时间在将来", "the approval is dated in the future")                                       \
  X(s2_order, "s2.order", "复核早于受理", "the approval is older than the acceptance")                                 \
  X(s2_expired, "s2.expired", "复核声明已过期", "the approval has expired")                                            \
  X(s2_too_long, "s2.too_long", "复核声明有效期超过三十天", "the approval is good for more than 30 days")              \
  X(s2_nonce, "s2.nonce", "复核声明缺少随机数", "the approval has no proper nonce")                                    \
  X(s2_first_approval, "s2.first_approval", "复核所依据的不是这份受理", "the approval rests on another acceptance")    \
  X(same_content, "approval.same_content", "两位人员所签内容不同", "the two officers signed different contents")       \
  X(two_persons, "approval.two_persons", "受理与复核是同一人", "both officers are one person")                         \
  X(ca_key, "content.ca_key", "批准的不是本 CA", "the approval is for another CA")                                     \
  X(environment, "content.environment", "批准的环境不同", "the approval is for another environment")                   \
  X(snapshot_hash, "content.snapshot", "申请快照与所签不符", "the snapshot is not what was signed")                    \
  X(application, "content.application", "申请编号或版本不符", "another application or revision")                       \
  X(lines, "content.lines", "证书行与申请不符", "the lines are not those of the application")                          \
  X(materials, "content.materials", "材料与申请不符", "the materials are not those of the application")                \
  X(materials_required, "content.materials_required", "缺少必需材料", "a required material is missing")                \
  X(money_stated, "content.money", "金额与申请不符", "the money is not that of the application")                       \
  X(money_paid, "content.paid", "费用未付清", "the fee is not paid")                                                   \
  X(requester, "content.requester", "经办人与申请不符", "another requester than the application's")                    \
  X(channel, "content.channel", "办理渠道与申请不符", "another channel than the application's")                        \
  X(delivery, "content.delivery", "交付方式与申请不符", "another delivery than the application's")                     \
  X(manifest_hash, "manifest.hash", "项目清单与所签不符", "the manifest is not what was signed")                       \
  X(manifest_in_force, "manifest.in_force", "项目清单未经双人签署生效", "the manifest is not one in force here")       \
  X(manifest_programme, "manifest.programme", "项目与清单不符", "the manifest is another programme's")                 \
  X(manifest_environment, "manifest.environment", "清单环境不同", "the manifest is for another environment")           \
  X(line_business, "line.business", "业务类型与申请不符", "another business than the application's")                   \
  X(line_business_allowed, "line.business_allowed", "项目不受理此业务", "the programme has no such business")          \
  X(line_business_floor, "line.business_floor", "此业务不签发证书", "this business makes no certificate")              \
  X(line_kind, "line.kind", "证书类型与申请不符", "another kind than the application's")                               \
  X(line_kind_allowed, "line.kind_allowed", "项目不受理此类证书", "the programme has no such kind")                    \
  X(line_validity, "line.validity", "年限与申请不符", "another validity than the application's")                       \
  X(line_validity_allowed, "line.validity_allowed", "项目没有此年限", "the programme has no such validity")            \
  X(line_profile_allowed, "line.profile_allowed", "项目不用此证书模板", "the programme does not use this profile")     \
  X(line_subject, "line.subject", "证书主体与申请不符", "the subject is not what the application makes")               \
  X(line_extensions, "line.extensions", "证书扩展与申请不符", "the extensions are not what the application makes")     \
  X(line_template, "line.template", "待签模板与所签不符", "the template is not what was signed")                       \
  X(line_medium, "line.medium", "介质与申请不符", "another medium than the application's")                             \
  X(line_replaces, "line.replaces", "被替换证书与申请不符", "another replaced certificate than the application's")     \
  X(line_may_replace, "line.may_replace", "被替换证书不属于该单位", "the replaced certificate is not this unit's")     \
  X(line_seal, "line.seal", "印章与申请不符", "another seal than the application's")                                   \
  X(line_seal_size, "line.seal_size", "印章尺寸不合理", "a seal of an impossible size")                                \
  X(line_seal_picture, "line.seal_picture", "印章图案不在材料之中", "the seal picture is not among the materials")     \
  X(evidence_signature, "evidence.signature", "核验回执签名不成立", "a receipt's signature does not hold")             \
  X(evidence_issuer, "evidence.issuer", "回执证书不是本机构签发", "a receipt's certificate is not of our roles CA")    \
  X(evidence_revoked, "evidence.revoked", "回执证书已吊销", "a receipt's certificate is revoked")                      \
  X(evidence_purpose, "evidence.purpose", "回执不是由核验密钥签署", "a receipt is not signed by an evidence key")      \
  X(evidence_application, "evidence.application", "回执属于另一申请", "a receipt is about another application")        \
  X(evidence_outcome, "evidence.outcome", "核验未通过", "a check did not pass")                                        \
  X(evidence_present, "evidence.present", "所列回执不在材料包内", "a listed receipt is not in the bundle")             \
  X(evidence_required, "evidence.required", "缺少必需核验", "a required check is missing")                             \
  X(evidence_override, "evidence.override", "此项核验不得人工放行", "this check may not be overridden")                \
  X(evidence_reason, "evidence.reason", "人工放行没有理由", "an override without a reason")                            \
  X(permit_signature, "permit.signature", "制证许可签名不成立", "the permit's signature does not hold")                \
  X(permit_signer, "permit.signer", "制证许可不是本机所发", "the permit is not ours")                                  \
  X(permit_approval, "permit.approval", "许可对应另一份批准", "the permit is for another approval")                    \
  X(permit_line, "permit.line", "许可对应另一证书行", "the permit is for another line")                                \
  X(permit_live, "permit.live", "许可已过期", "the permit has run out")                                                \
  X(permit_officer, "permit.officer", "制证员不是许可所指之人", "the permit is for another production officer")        \
  X(s3_signature, "s3.signature", "密钥绑定签名不成立", "the key binding's signature does not hold")                   \
  X(s3_issuer, "s3.issuer", "制证员证书不是本机构签发", "the production officer's certificate is not of our roles CA") \
  X(s3_in_force, "s3.in_force", "制证员证书在签名时不在有效期",                                                        \
    "the production officer's certificate was not in force")                                                           \
  X(s3_revoked, "s3.revoked", "制证员证书已吊销", "the production officer's certificate is revoked")                   \
  X(s3_purpose, "s3.purpose", "制证员证书不能用于审批", "the production certificate is not for approvals")             \
  X(s3_role, "s3.role", "签名人不是制证员", "the signer is not a production officer")                                  \
  X(s3_officer, "s3.officer", "密钥绑定所写证书不是签名证书", "the key binding names another certificate")             \
  X(s3_permit, "s3.permit", "密钥绑定对应另一许可", "the key binding is for another permit")                           \
  X(s3_approval, "s3.approval", "密钥绑定对应另一批准", "the key binding is for another approval")                     \
  X(s3_line, "s3.line", "密钥绑定对应另一证书行", "the key binding is for another line")                               \
  X(s3_device, "s3.device", "密钥绑定的介质不是许可所指", "the key binding is for another device than the permit")     \
  X(s3_held_device, "s3.held_device", "介质不是批准所指的自有介质", "not the medium that was approved")                \
  X(s3_key, "s3.key", "证书请求的公钥不是所绑定的", "the request has another key than was bound")                      \
  X(s3_request, "s3.request", "证书请求不是所绑定的", "another request than was bound")                                \
  X(s3_time, "s3.time", "密钥绑定不在许可时限内", "the key binding is outside the permit's time")                      \
  X(s3_not_reviewer, "s3.not_reviewer", "制证员与复核员是同一人", "the production officer is the review officer")      \
  X(s3_not_acceptor, "s3.not_acceptor", "制证员与受理员是同一人", "the production officer is the accepting officer")   \
  X(s3_concerned, "s3.concerned", "制证员是本业务的当事人", "the production officer is a party to the case")           \
  X(csr_signature, "csr.signature", "证书请求自签名不成立", "the request does not prove possession")                   \
  X(csr_permit, "csr.permit", "证书请求未携带此许可", "the request does not carry this permit")                        \
  X(key_unused, "key.unused", "公钥已被使用过", "the key was used before")                                             \
  X(line_unissued, "line.unissued", "此行证书已签发", "the line has its certificates already")                         \
  X(device_ready, "device.ready", "介质未登记或已隔离", "the device is not registered, or is in quarantine")           \
  X(receipt_signature, "receipt.signature", "签发回执签名不成立", "the issue receipt's signature does not hold")       \
  X(receipt_signer, "receipt.signer", "签发回执不是本机所发", "the issue receipt is not ours")                         \
  X(receipt_approval, "receipt.approval", "签发回执对应另一批准", "the issue receipt is for another approval")         \
  X(receipt_line, "receipt.line", "签发回执对应另一证书行", "the issue receipt is for another line")                   \
  X(receipt_certificate, "receipt.certificate", "签发回执对应另一证书",                                                \
    "the issue receipt is for another certificate")                                                                    \
  X(seal_wanted, "seal.wanted", "该证书行没有批准印章", "no seal was approved for this line")                          \
  X(seal_picture, "seal.picture", "印章图案与所批准的不同", "the picture is not the approved one")                     \
  X(word_signature, "word.signature", "介质签名不成立", "the token's signature does not hold")                         \
  X(word_signer, "word.signer", "不是该证书密钥的签名", "not signed by this certificate's key")                        \
  X(word_certificates, "word.certificates", "所述证书不符", "the word is about other certificates")                    \
  X(word_device, "word.device", "所述介质不符", "the word is about another device")                                    \
  X(admin_signature, "admin.signature", "管理员签名不成立", "an administrator's signature does not hold")              \
  X(admin_issuer, "admin.issuer", "管理员证书不是本机构签发", "an administrator's certificate is not of our roles CA") \
  X(admin_revoked, "admin.revoked", "管理员证书已吊销", "an administrator's certificate is revoked")                   \
  X(admin_role, "admin.role", "签名人不是管理员", "the signer is not an administrator")                                \
  X(admin_two_persons, "admin.two_persons", "需要两位不同的管理员", "two different administrators are needed")         \
  X(order_signature, "order.signature", "状态指令签名不成立", "a status order's signature does not hold")              \
  X(order_issuer, "order.issuer", "指令人证书不是本机构签发", "the ordering certificate is not of our roles CA")       \
  X(order_revoked, "order.revoked", "指令人证书已吊销", "the ordering certificate is revoked")                         \
  X(order_role, "order.role", "指令人无权变更状态", "the signer may not order a status change")                        \
  X(order_officer, "order.officer", "指令所写证书不是签名证书", "the order names another certificate")                 \
  X(order_ca_key, "order.ca_key", "指令针对另一 CA", "the order is for another CA")                                    \
  X(order_environment, "order.environment", "指令针对另一环境", "the order is for another environment")                \
  X(order_time, "order.time", "指令时间不对", "the order is stale or dated in the future")                             \
  X(order_two_persons, "order.two_persons", "吊销需要两位不同人员", "a revocation needs two different persons")        \
  X(order_same, "order.same", "两份指令内容不同", "the two orders differ")                                             \
  X(order_first, "order.first", "第二份指令依据的不是第一份", "the second order rests on another first")

enum class Reason {
#define YX_REASON_ENUM(name, code, zh, en) name,
  YX_TRUST_REASONS(YX_REASON_ENUM)
#undef YX_REASON_ENUM
};

// "s1.signature"
std::string_view code_of(Reason reason);
// Chinese and English sentences for officers and auditors.
std::string_view sentence_zh(Reason reason);
std::string_view sentence_en(Reason reason);

struct CheckFinding {
  Reason reason = Reason::malformed;
  std::string detail;
};

}  // namespace yinxin::trust
