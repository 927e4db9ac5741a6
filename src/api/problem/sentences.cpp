#include "api/problem/sentences.h"

#include <algorithm>
#include <array>

namespace yinxin::api {

namespace {

struct Row {
  std::string_view word;
  std::string_view zh;
  std::string_view en;
};

// "{n}" stands for the number at the word's end.
constexpr std::array rows{
    Row{"account.closed", "账户信息已提交,当前不能修改", "The account was handed in and cannot be changed now"},
    Row{"account.name_differs", "基本户名称应与单位名称一致", "The account's name must be the unit's name"},
    Row{"account.too_many", "账户重填次数过多,请拨打客服热线", "The account was changed too often; please call us"},
    Row{"address.length", "地址应为5至120个字", "An address has 5 to 120 characters"},
    Row{"address.repeats_region", "收件地址不必重复省市县", "The address need not repeat the region"},
    Row{"answers.too_many", "提交的项目过多", "Too many answers"},
    Row{"bank_account.character", "账号只能是数字", "An account number has digits only"},
    Row{"bank_account.length", "账号应为8至32位数字", "An account number has 8 to 32 digits"},
    Row{"bank_account.looks_personal", "这像是个人银行卡号,请填写对公基本户账号",
        "This looks like a personal card; the unit's own account is needed"},
    Row{"body.json", "请求内容不是有效的JSON", "The body is not the JSON that is expected"},
    Row{"card.copy", "请拍摄身份证原件,不要使用复印件或屏幕翻拍", "Photograph the card itself, not a copy"},
    Row{"card.expired", "身份证已过有效期", "The identity card has expired"},
    Row{"card.id_differs", "身份证号码与填写的信息不一致,请重拍或回电脑修改",
        "The card's number differs from what was filled in"},
    Row{"card.missing", "请先上传身份证正、反面照片", "Photographs of both sides of the card come first"},
    Row{"card.name_differs", "身份证姓名与填写的信息不一致,请重拍或回电脑修改",
        "The card's name differs from what was filled in"},
    Row{"card.unreadable", "照片无法识别,请在光线充足处重拍,避免反光和缺边",
        "The photograph cannot be read; take another"},
    Row{"carrier.name_and_id_differ", "姓名与身份证号码不符,请核对", "Name and identity number do not belong together"},
    Row{"carrier.no_record", "运营商查无此号码的实名记录,请更换经办人本人实名登记的号码",
        "The carriers have no record of this number"},
    Row{"carrier.not_this_person",
        "该手机号码不是经办人本人实名登记的号码。请登录手机号码对应的电信运营商APP,查找实名认证结果并与所填信息对比",
        "This number is not registered in the requester's own name"},
    Row{"carrier.tries_used", "今日核验次数已用完,请明日再试或更换经办人", "No more checks today"},
    Row{"carrier.unavailable", "暂时无法核验手机号码,您可以继续,我们将在审核前再次核对",
        "The number cannot be checked now; go on, it is checked again before acceptance"},
    Row{"case.busy", "该申请正在被其他操作修改,请稍后再试", "The case is being changed; try again"},
    Row{"case.changed_elsewhere", "该申请已在另一处修改,请刷新后再填", "The case was changed elsewhere; reload it"},
    Row{"case.not_returned", "该申请当前不需要重新提交", "The case does not wait for you"},
    Row{"case.payment_under_way", "支付进行中,暂不能修改", "A payment is under way; nothing can be changed now"},
    Row{"case.submitted", "申请已提交,不能再修改", "The case was submitted and cannot be changed"},
    Row{"case.too_many_open", "未办结的申请过多,请先办理或取消", "Too many open cases"},
    Row{"case.unit_has_another", "该单位已有一份办理中的申请,继续办理可能重复收费",
        "The unit has another open case; going on may cost twice"},
    Row{"case.unknown", "没有找到这份申请", "There is no such case"},
    Row{"choice", "请从选项中选择", "Choose one of the options"},
    Row{"code.day", "今日获取次数已达上限,请明日再试或拨打客服热线", "No more codes today"},
    Row{"code.expired", "验证码已失效,请重新获取", "The code has expired; ask for another"},
    Row{"code.locked", "验证码错误次数过多,请重新获取或明日再试", "Too many wrong codes"},
    Row{"code.pause", "获取过于频繁,请60秒后再试", "Too fast; wait 60 seconds"},
    Row{"code.wrong", "验证码不正确,还可输入{n}次", "Wrong code; {n} tries left"},
    Row{"consent.missing", "请阅读并勾选全部协议后继续", "Agree to every document first"},
    Row{"consent.other_text", "协议内容已更新,请重新阅读", "The document has changed; read it again"},
    Row{"consent.unknown_document", "没有这份协议", "There is no such document"},
    Row{"deposit.unknown", "没有这笔打款", "There is no such deposit"},
    Row{"email.domain", "邮箱格式不正确", "Not an e-mail address"},
    Row{"email.length", "邮箱格式不正确", "Not an e-mail address"},
    Row{"email.local_part", "邮箱格式不正确", "Not an e-mail address"},
    Row{"entry.incomplete", "信息尚未填写完整", "The entry is not complete"},
    Row{"face.cancelled", "您已取消认证,可以重新开始,不计入次数", "Cancelled; it did not count"},
    Row{"face.consent", "请先阅读并同意面部识别告知", "Agree to the face check first"},
    Row{"face.failed", "认证未通过,请在光线充足处由经办人本人重试", "The face check failed; try again"},
    Row{"face.tries_used", "今日认证次数已用完,请选择人工核验", "No more tries today; choose the check by a person"},
    Row{"field.closed", "此项当前不能修改", "This cannot be changed now"},
    Row{"form.is_the_sheet", "这是印模采集表,请上传盖章的申请表", "This is the impression sheet, not the form"},
    Row{"form.no_code", "未能识别申请表上的二维码,工作人员将人工核对", "The form's QR code could not be read"},
    Row{"form.old_version", "这是旧版本的申请表,请打印最新一版盖章后上传", "This is an older version of the form"},
    Row{"form.other_application", "这是另一份申请的申请表", "This is the form of another application"},
    Row{"form.outdated", "填写内容已修改,请重新打印、盖章、上传申请表",
        "The answers have changed: print the form again"},
    Row{"form.print_first", "请先打印申请表,再点击下一步", "Print the form first"},
    Row{"form.too_many", "申请表版本过多,请拨打客服热线", "Too many versions of the form"},
    Row{"identity.by_person", "您已选择人工核验,请等候工作人员联系", "You chose to be checked by a person"},
    Row{"identity.done", "身份认证已完成", "The identity was proven already"},
    Row{"identity.method", "请选择视频核验或当面核验", "By video, or at a counter"},
    Row{"identity.no_alternative", "该项目没有其他核验方式,请前往受理点办理",
        "This programme has no other way; please come to a counter"},
    Row{"impression.cut_off", "印章超出采集框,请居中盖章后重新扫描", "The seal reaches over the frame"},
    Row{"impression.no_marks", "未找到采集表的定位标记,请完整扫描采集表", "The sheet's marks were not found"},
    Row{"impression.no_seal", "采集框内未找到红色印章", "There is no red seal in the frame"},
    Row{"impression.one_page", "采集表应为一页,请单独扫描上传", "The sheet is one page: scan it by itself"},
    Row{"impression.pale", "印章过淡,请重新盖章,油印适中", "The seal is too pale"},
    Row{"impression.two_seals", "采集框内有多枚印章,只能盖一枚", "There is more than one seal in the frame"},
    Row{"link.device", "页面已失效,请重新扫码", "Scan the code again"},
    Row{"link.late", "二维码已过期,请在电脑上刷新", "The code has expired; refresh it on the computer"},
    Row{"link.other_phone", "该二维码已在另一台手机上使用", "The code was used on another phone"},
    Row{"link.replaced", "二维码已刷新,请扫描电脑上的新二维码", "The code was replaced; scan the new one"},
    Row{"link.unknown", "没有找到这个二维码对应的申请", "There is no such link"},
    Row{"login.needed", "请先登录", "Sign in first"},
    Row{"mobile.character", "手机号码应为11位数字", "A mobile number has 11 digits"},
    Row{"mobile.length", "手机号码应为11位数字", "A mobile number has 11 digits"},
    Row{"mobile.prefix", "手机号码应为11位数字,以13至19开头", "A mobile number begins with 13 to 19"},
    Row{"opening_key.length", "请求缺少幂等键", "Idempotency-Key is missing"},
    Row{"order.unknown", "没有这个订单", "There is no such order"},
    Row{"page.foreign", "请求来源不被允许", "The request does not come from our page"},
    Row{"papers.incomplete", "资料尚未上传齐全", "Papers are missing"},
    Row{"payment.not_now", "当前不能支付", "Nothing can be paid now"},
    Row{"payment.too_many", "订单过多,请拨打客服热线", "Too many orders"},
    Row{"payment.way", "请选择付款方式", "Choose a way to pay"},
    Row{"payment.way_later", "该付款方式暂未开通", "This way of paying is not open yet"},
    Row{"person.one_id_two_names", "法定代表人与经办人身份证号码相同,但姓名不同", "One identity number with two names"},
    Row{"person.two_ids_one_mobile", "法定代表人与经办人手机号码相同,但不是同一人", "One mobile number of two persons"},
    Row{"person_name.character", "姓名只能是汉字(可含·)或外文字母", "A name has Chinese or Latin letters only"},
    Row{"person_name.length", "姓名应为2至30个字", "A name has 2 to 30 letters"},
    Row{"phone.form", "请填写手机号码,或区号加座机号码", "A mobile number, or area code and number"},
    Row{"postcode.form", "邮政编码为6位数字", "A postcode has six digits"},
    Row{"project.closed", "该项目暂停受理", "The project takes no applications now"},
    Row{"project.unknown", "链接中的项目编号不存在。请回到业务平台的登录页重新点击“证书申请”",
        "There is no such project"},
    Row{"region.incomplete", "请选择完整的地区", "Choose every level of the region"},
    Row{"required", "此项必填", "This is required"},
    Row{"resident_id.character", "身份证号码含有无效字符", "The number has a wrong character"},
    Row{"resident_id.check_digit", "身份证号码校验位不正确,请对照证件逐位核对", "The check digit is wrong"},
    Row{"resident_id.date", "身份证号码中的出生日期不存在", "The date of birth does not exist"},
    Row{"resident_id.division", "身份证号码前六位不正确", "The first six digits are wrong"},
    Row{"resident_id.future", "身份证号码中的出生日期不正确", "The date of birth is in the future"},
    Row{"resident_id.length", "身份证号码应为18位", "An identity number has 18 characters"},
    Row{"resident_id.old", "请核对经办人身份证号码中的出生日期", "Please check the date of birth"},
    Row{"resident_id.too_young", "经办人须年满18周岁", "The requester must be 18 years old"},
    Row{"seal.not_chosen", "本申请未选择办理电子签章", "No seal was chosen"},
    Row{"session.none", "请先登录", "Sign in first"},
    Row{"session.over", "登录已超时,请重新登录,已填写的内容不会丢失", "Signed out after a pause; nothing is lost"},
    Row{"sheet.no_code", "未能识别采集表上的二维码,工作人员将人工核对", "The sheet's QR code could not be read"},
    Row{"sheet.other_application", "这是另一份申请的印模采集表", "This is the sheet of another application"},
    Row{"slot.empty", "该资料尚未上传", "Nothing was uploaded here"},
    Row{"slot.unknown", "没有这一项资料", "There is no such paper"},
    Row{"stamp.not_seen", "未发现红色印章,请确认已加盖公章", "No red seal was seen; is it stamped?"},
    Row{"text.control", "含有不可见的控制字符", "There are control characters in it"},
    Row{"text.length", "长度不符合要求", "Too short or too long"},
    Row{"text.utf8", "文字编码不正确", "Not UTF-8"},
    Row{"tax_number.character", "纳税人识别号含有无效字符", "The tax number has a wrong character"},
    Row{"tax_number.check_digit", "纳税人识别号校验位不正确", "The tax number's check digit is wrong"},
    Row{"tax_number.length", "纳税人识别号长度不正确", "The tax number's length is wrong"},
    Row{"unit_name.length", "请填写2至100个字的全称", "A full name has 2 to 100 characters"},
    Row{"upload.broken", "文件已损坏,无法打开", "The file is broken"},
    Row{"upload.empty", "文件是空的(0字节),请重新选择", "The file is empty"},
    Row{"upload.encrypted_pdf", "PDF已加密,请去除密码后上传", "The PDF is encrypted"},
    Row{"upload.needs_rendering", "该PDF不是扫描件,请扫描或拍照后上传", "The PDF is not a scan"},
    Row{"upload.not_a_picture", "请上传JPG、PNG或PDF文件", "Only JPG, PNG and PDF can be taken"},
    Row{"upload.scripted_pdf", "PDF内含脚本或动作,为安全起见请打印后扫描上传", "The PDF carries a script or an action"},
    Row{"upload.too_big", "文件不能超过10 MB", "A file may have 10 MB"},
    Row{"upload.too_many_pages", "文件页数不能超过10页", "A file may have 10 pages"},
    Row{"upload.too_many_pixels", "图片尺寸过大,请按300 dpi扫描", "The picture has too many pixels"},
    Row{"upload.too_small", "图片过小,请用300 dpi扫描或靠近重拍", "The picture is too small"},
    Row{"uscc.both_check_digits", "校验位不正确,请对照证件逐位核对", "Both check digits are wrong"},
    Row{"uscc.character", "统一社会信用代码含有无效字符(不含I、O、S、V、Z)", "A character that the code cannot have"},
    Row{"uscc.check_digit", "校验位不正确,请对照证件逐位核对", "The check digit is wrong"},
    Row{"uscc.division", "第3至8位行政区划不正确", "Characters 3 to 8 are no division"},
    Row{"uscc.length", "统一社会信用代码应为18位", "The code has 18 characters"},
    Row{"uscc.organization_check_digit", "第17位校验位不正确,请对照证件逐位核对", "Character 17 is wrong"},
    Row{"years.not_sold", "请选择证书年限", "Choose the years"},
    Row{"claim.other", "该业务单已由其他人员办理,请先与其沟通", "Another officer has this case in hand"},
    Row{"desk.conflict", "内容与业务单现状不符,请刷新后重新核对",
        "It does not agree with the case as it stands; read it again"},
    Row{"desk.expired", "已过期,请重新办理此步骤", "It has run out; do this step again"},
    Row{"desk.forbidden", "您的角色不能办理此步骤,或本业务单与您本人有关",
        "Not your role's step, or the case concerns you"},
    Row{"desk.invalid_input", "提交的内容不正确", "What was sent is not right"},
    Row{"desk.not_found", "没有这笔业务单或内容", "There is no such case or content"},
    Row{"desk.precondition", "前一步骤尚未完成", "Something must be done first"},
    Row{"desk.wrong_state", "业务单当前状态不能办理此步骤", "Not possible in the present state of the case"},
    Row{"login.certificate", "登录证书无效:须为本机构签发、在有效期内且未注销的登录证书",
        "Not a login certificate of this office that is good now"},
    Row{"login.nonce", "登录请求已失效,请重新登录", "The challenge is used up or has run out; begin again"},
    Row{"login.other_person", "签名人与登录人不是同一人", "Who signed is not who is logged in"},
    Row{"login.role", "该角色不能使用业务办理台", "This role has no place at the desk"},
    Row{"login.signature", "登录签名验证不通过", "The login signature does not hold"},
    Row{"login.too_many", "登录人数过多,请稍后再试", "Too many sessions; try later"},
    Row{"token.unknown", "未找到与此介质相符的证书,请核对介质", "No certificate here belongs to this token"},
};

constexpr std::string_view general_zh = "操作未能完成,请稍后再试";
constexpr std::string_view general_en = "It could not be done; try again later";

const Row* find_row(std::string_view word) {
  const auto found = std::ranges::find(rows, word, &Row::word);
  return found == rows.end() ? nullptr : &*found;
}

// "code.wrong.3" → {"code.wrong", "3"}; no number when the last part is none.
std::pair<std::string_view, std::string_view> split_number(std::string_view word) {
  const std::size_t dot = word.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == word.size()) {
    return {word, {}};
  }
  const std::string_view last = word.substr(dot + 1);
  const bool is_number = std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? std::pair(word.substr(0, dot), last) : std::pair(word, std::string_view());
}

}  // namespace

bool has_sentence(std::string_view word) { return find_row(split_number(word).first) != nullptr; }

std::string sentence(std::string_view word, Language language) {
  const auto [plain, number] = split_number(word);
  const Row* row = find_row(plain);
  if (row == nullptr) {
    return std::string(language == Language::zh ? general_zh : general_en);
  }
  std::string text(language == Language::zh ? row->zh : row->en);
  constexpr std::string_view place = "{n}";
  if (const std::size_t at = text.find(place); at != std::string::npos) {
    text.replace(at, place.size(), number);
  }
  return text;
}

}  // namespace yinxin::api
