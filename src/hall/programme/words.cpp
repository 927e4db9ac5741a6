#include "hall/programme/words.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"

namespace yinxin::hall::programme {
namespace {

struct Sentence {
  std::string_view id;
  Level level;
  std::string_view zh;
  std::string_view en;
};
constexpr std::array sentences{
    Sentence{"yaml.too_large", Level::error, "文件超过 {0} 字节", "the file is larger than {0} bytes"},
    Sentence{"yaml.not_utf8", Level::error, "文件不是 UTF-8 文本", "the file is not UTF-8 text"},
    Sentence{"yaml.empty", Level::error, "文件没有内容", "the file is empty"},
    Sentence{"yaml.two_documents", Level::error, "一个文件只能有一份文档", "a file holds one document only"},
    Sentence{"yaml.syntax", Level::error, "不是合规的 YAML:{0}", "not YAML: {0}"},
    Sentence{"yaml.alias", Level::error, "不允许使用锚点和别名", "anchors and aliases are not allowed"},
    Sentence{"yaml.tag", Level::error, "不允许使用类型标签", "type tags are not allowed"},
    Sentence{"yaml.too_deep", Level::error, "嵌套过深", "nested too deeply"},
    Sentence{"yaml.too_many", Level::error, "内容项过多", "too many items"},
    Sentence{"yaml.long_text", Level::error, "单项文字过长", "a text is too long"},
    Sentence{"yaml.duplicate_key", Level::error, "同一层的名称重复", "a key stands twice in one place"},
    Sentence{"yaml.key_not_text", Level::error, "名称必须是文字", "a key must be a word"},
    Sentence{"key.unknown", Level::error, "不认识“{0}”", "unknown key \"{0}\""},
    Sentence{"key.near", Level::error, "不认识“{0}”,是否应为“{1}”", "unknown key \"{0}\"; did you mean \"{1}\"?"},
    Sentence{"key.missing", Level::error, "缺少“{0}”", "missing key \"{0}\""},
    Sentence{"type.wrong", Level::error, "“{0}”应为{1}", "\"{0}\" has the wrong type, needs: {1}"},
    Sentence{"type.fen", Level::error, "“{0}”应为整数,单位分", "\"{0}\" must be a whole number of fen"},
    Sentence{"type.range", Level::error, "“{0}”超出范围 {1}", "\"{0}\" is out of range {1}"},
    Sentence{"word.unknown", Level::error, "“{0}”没有“{1}”这个取值", "\"{0}\" knows no word \"{1}\""},
    Sentence{"word.near", Level::error, "“{0}”没有“{1}”这个取值,是否应为“{2}”",
             "\"{0}\" knows no word \"{1}\"; did you mean \"{2}\"?"},
    Sentence{"word.twice", Level::error, "“{0}”重复列出“{1}”", "\"{0}\" lists \"{1}\" twice"},
    Sentence{"shape.hex", Level::error, "“{0}”应为 16 或 32 位小写十六进制",
             "\"{0}\" must be 16 or 32 lower-case hex digits"},
    Sentence{"shape.url", Level::error, "“{0}”应为 http(s) 网址", "\"{0}\" must be an http(s) address"},
    Sentence{"shape.date", Level::error, "“{0}”应为存在的日期 YYYY-MM-DD",
             "\"{0}\" must be an existing date YYYY-MM-DD"},
    Sentence{"shape.code", Level::error, "“{0}”只能用小写字母、数字、短横和下划线",
             "\"{0}\" may hold a-z, 0-9, - and _ only"},
    Sentence{"shape.hours", Level::error, "“{0}”的时间段有误:{1}", "\"{0}\" holds a bad opening time: {1}"},
    Sentence{"list.empty", Level::error, "“{0}”不能为空", "\"{0}\" must not be empty"},
    Sentence{"assumed.no_reason", Level::error, "assumed: true 必须写明 reason", "assumed: true needs a reason"},
    Sentence{"assumed.not_true", Level::error, "assumed 只能为 true", "assumed can only be true"},
    Sentence{"assumed.reason_alone", Level::warning, "有 reason 而没有 assumed: true",
             "a reason without assumed: true"},
    Sentence{"twice", Level::error, "{0}“{1}”重复定义", "{0} \"{1}\" is defined twice"},
    Sentence{"form.dangling", Level::error, "引用了未定义的表单“{0}”", "names the form \"{0}\", which is not defined"},
    Sentence{"kind.dangling", Level::error, "引用了本项目没有的证书类型“{0}”",
             "names the kind \"{0}\", which this programme has not"},
    Sentence{"business.dangling", Level::error, "引用了本项目没有的业务“{0}”",
             "names the business \"{0}\", which this programme has not"},
    Sentence{"fee.hole", Level::error, "没有收费标准:{0} × {1}", "no fee for {0} × {1}; write fen: 0 if it is free"},
    Sentence{"fee.overlap", Level::error, "收费标准重叠:{0} × {1} × {2}", "two fees for {0} × {1} × {2}"},
    Sentence{"payment.hole", Level::error, "没有付款方式:{0} × {1}", "no payment row for {0} × {1}"},
    Sentence{"payment.overlap", Level::error, "付款方式重叠:{0} × {1}", "two payment rows for {0} × {1}"},
    Sentence{"pin.hole", Level::error, "没有PIN码发放方式:{0} × {1}", "no PIN release for {0} × {1}"},
    Sentence{"pin.overlap", Level::error, "PIN码发放方式重叠:{0} × {1}", "two PIN releases for {0} × {1}"},
    Sentence{"pin.remark_without_deposit", Level::error, "PIN码随附言发放,但没有携带密码的小额打款",
             "the PIN travels in a bank remark, but no micro-deposit carries a secret"},
    Sentence{"pin.true_pin", Level::warning, "真实PIN码随短信或附言发放,安全性较弱",
             "the true PIN itself travels; this is weaker"},
    Sentence{"text.placeholder", Level::error, "短信“{0}”中有未知的占位符 {1}",
             "the text \"{0}\" has an unknown placeholder {1}"},
    Sentence{"text.brace", Level::error, "短信“{0}”中的花括号不成对", "the text \"{0}\" has an unmatched brace"},
    Sentence{"text.missing", Level::error, "缺少短信“{0}”", "the text \"{0}\" is missing"},
    Sentence{"step.no_screen", Level::error, "步骤“{0}”没有对应的页面", "the step \"{0}\" has no screen"},
    Sentence{"deposit.no_fields", Level::error, "小额打款需要账户名称、开户行和账号三项",
             "a micro-deposit needs the account fields name, bank and number"},
    Sentence{"deposit.no_amount", Level::error, "小额打款需要 amount_fen、ways、asked_at 和 blocks",
             "a micro-deposit needs amount_fen, ways, asked_at and blocks"},
    Sentence{"floor.settled_by_one", Level::error, "“{0}”必须由两名人员签名,不能由持有人单独办结",
             "\"{0}\" takes two officers and cannot be settled by the holder alone"},
    Sentence{"floor.channel", Level::error, "持有人签名办结只能在 client 渠道且证书有效时办理",
             "settled by the holder only in the client and while the certificate is valid"},
    Sentence{"promotion.years", Level::error, "活动赠品的年限 {0} 不在可选年限内",
             "the promotion names {0} years, which cannot be bought"},
    Sentence{"promotion.period", Level::error, "活动的结束日期早于开始日期", "the promotion ends before it begins"},
    Sentence{"closing.open", Level::error, "closing 只用于暂停受理的项目(status: closed)",
             "closing is of a programme that is closed (status: closed)"},
    Sentence{"closing.days", Level::error, "finish_days 应为0至{0}天", "finish_days is from 0 to {0} days"},
    Sentence{"seal.no_impression", Level::error, "由本机构制章时必须指定印模采集表 impression_form",
             "a seal made here needs an impression_form"},
    Sentence{"transfer.no_account", Level::error, "接受公对公转账但没有 transfer 收款账户",
             "corporate transfer is a way to pay, but there is no transfer account"},
    Sentence{"project.twice", Level::error, "项目编号 {0} 已被 {1} 使用", "project id {0} is already used by {1}"},
    Sentence{"too_many", Level::error, "问题过多,余下的不再列出", "too many findings; the rest is left out"},
};

void fill(std::string& text, std::initializer_list<std::string_view> places) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' && text[i + 1] >= '0' && text[i + 1] <= '9') {
      const auto n = static_cast<std::size_t>(text[i + 1] - '0');
      ensure(n < places.size(), "a sentence with more places than words");
      out += *(places.begin() + n);
      i += 2;
    } else {
      out += text[i];
    }
  }
  text = std::move(out);
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

Finding finding(std::string_view id, int line, int column, std::initializer_list<std::string_view> places) {
  for (const Sentence& sentence : sentences) {
    if (sentence.id == id) {
      Finding made{std::string(id), sentence.level, line, column, std::string(sentence.zh), std::string(sentence.en)};
      fill(made.zh, places);
      fill(made.en, places);
      return made;
    }
  }
  ensure_unreachable("a finding without a sentence");
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 0;
    if (size == 0 || i + size > text.size()) {
      return false;
    }
    std::uint32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t j = 1; j < size; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if ((next >> 6) != 2) {
        return false;
      }
      point = (point << 6) | (next & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (point < least[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      return false;
    }
    i += size;
  }
  return true;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t longest = 64;
  std::string_view best;
  std::size_t least = word.size() / 3 + 2;  // more changes than this is another word, not a slip
  for (const auto candidate : candidates) {
    if (word.size() > longest) {
      break;
    }
    if (const std::size_t d = distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace yinxin::hall::programme
