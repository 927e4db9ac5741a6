#include "terminal/tell.h"

#include <algorithm>
#include <array>
#include <iostream>

#include "trust/reason.h"

namespace yinxin::cli {

namespace {

struct Sentence {
  ErrorCode code;
  std::string_view zh;
  std::string_view en;
};

constexpr std::array sentences{
    Sentence{ErrorCode::invalid_input, "输入有误，请检查后重试", "the input is wrong; mend it and try again"},
    Sentence{ErrorCode::not_found, "找不到所需的文件或记录", "something needed is not there"},
    Sentence{ErrorCode::already_exists, "已经存在，不会覆盖", "it is there already and is not overwritten"},
    Sentence{ErrorCode::not_signed_in, "请先登录", "sign in first"},
    Sentence{ErrorCode::forbidden, "不允许：无权执行，或口令不对", "not allowed, or a wrong passphrase"},
    Sentence{ErrorCode::wrong_state, "当前状态不允许此操作", "not possible in the present state"},
    Sentence{ErrorCode::precondition, "条件不具备", "something must be done first"},
    Sentence{ErrorCode::conflict, "与已有内容冲突", "it contradicts what is there"},
    Sentence{ErrorCode::too_many_requests, "请稍后再试", "too much at once; try later"},
    Sentence{ErrorCode::expired, "已过期", "it has run out"},
    Sentence{ErrorCode::unsupported, "不支持此格式或算法", "this format or algorithm is not supported"},
    Sentence{ErrorCode::declined_by_outside, "对方拒绝了请求", "the other side refused"},
    Sentence{ErrorCode::outside_unreachable, "无法连接对方", "the other side cannot be reached"},
    Sentence{ErrorCode::outside_uncertain, "结果不明，请先查询，勿重复提交",
             "it may or may not have happened: ask before repeating"},
    Sentence{ErrorCode::token_absent, "没有找到 UKey，请插入后重试", "no UKey found; insert it and try again"},
    Sentence{ErrorCode::token_removed, "UKey 已拔出，请重新插入", "the UKey was pulled out; insert it again"},
    Sentence{ErrorCode::pin_wrong, "PIN 不正确", "wrong PIN"},
    Sentence{ErrorCode::pin_locked, "PIN 已锁定，需要解锁", "the PIN is locked and must be unblocked"},
    Sentence{ErrorCode::corrupt, "数据已损坏或被改动", "the data is damaged or was changed"},
    Sentence{ErrorCode::internal, "内部错误", "an internal failure"},
};

struct Refusal {
  std::string_view code, zh, en;
};
constexpr Refusal refusals[] = {
#define YX_REFUSAL(name, code, zh, en) {code, zh, en},
    YX_TRUST_REASONS(YX_REFUSAL)
#undef YX_REFUSAL
};

// A checker's refusal names its reasons by code; each is told as a sentence.
void tell_reasons(std::string_view detail) {
  while (!detail.empty()) {
    const std::string_view word = detail.substr(0, detail.find(' '));
    for (const Refusal& one : refusals) {
      if (one.code == word) {
        std::cerr << "  ✗ " << one.zh << " / " << one.en << "  [" << one.code << "]\n";
      }
    }
    detail.remove_prefix(std::min(detail.size(), word.size() + 1));
  }
}

}  // namespace

Exit tell(const Error& error) {
  for (const Sentence& sentence : sentences) {
    if (sentence.code == error.code) {
      std::cerr << "yinxin: " << sentence.zh << " / " << sentence.en << "\n  " << error.describe() << "\n";
    }
  }
  tell_reasons(error.detail);
  return Exit::could_not;
}

}  // namespace yinxin::cli
