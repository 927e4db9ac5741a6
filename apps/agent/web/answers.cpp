#include "agent/web/answers.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace yinxin::agent::web {

namespace {

struct Row {
  std::string_view word;
  int status;
  ErrorCode code;
  std::string_view zh;
  std::string_view en;
};

constexpr std::array rows{
    Row{"agent.bad_request", 400, ErrorCode::invalid_input, "请求内容不完整或格式不对", "The request is not one"},
    Row{"agent.not_what_it_says", 400, ErrorCode::conflict, "所要签署的内容与业务单不一致,已拒绝签署,请刷新后重试",
        "What is to be signed does not agree with the case; nothing was signed"},
    Row{"agent.foreign", 403, ErrorCode::forbidden, "客户端不接受此来源的请求",
        "The agent does not answer this origin"},
    Row{"agent.no_consent", 403, ErrorCode::forbidden, "请先在客户端窗口中允许本网页使用UKey",
        "Consent in the agent's window comes first"},
    Row{"agent.refused", 403, ErrorCode::declined_by_outside, "已在客户端窗口中拒绝", "Refused in the agent's window"},
    Row{"agent.not_this_officer", 403, ErrorCode::forbidden, "此UKey的证书不能作出该项审批,或本机不为该机构、环境签署",
        "This certificate may not sign this decision, or this machine signs for another authority"},
    Row{"agent.pin_wrong", 403, ErrorCode::pin_wrong, "PIN不正确,请重试", "Wrong PIN; try again"},
    Row{"agent.no_device", 404, ErrorCode::token_absent, "没有找到该UKey,请插入后重试", "This UKey is not there"},
    Row{"agent.no_certificate", 404, ErrorCode::not_found, "该UKey上没有可用的证书",
        "This UKey has no certificate for it"},
    Row{"agent.busy", 409, ErrorCode::conflict, "客户端窗口正在处理另一项请求,请先完成",
        "The window is busy with another request"},
    Row{"agent.too_many", 409, ErrorCode::precondition, "已允许的网页过多,请先用 yinxin-agent consents remove 移除",
        "Too many origins have consent; remove one first"},
    Row{"agent.pin_locked", 423, ErrorCode::pin_locked, "UKey的PIN已锁定,请联系管理员解锁",
        "The PIN is locked and must be unblocked"},
    Row{"agent.closed", 503, ErrorCode::precondition, "客户端窗口已关闭,请重新启动客户端",
        "The agent's window is closed"},
    Row{"agent.not_set_up", 503, ErrorCode::precondition, "本机的客户端未设置签发机构和环境,不能签署审批",
        "This agent was not told which authority and environment it signs for"},
    Row{"agent.device_failed", 503, ErrorCode::internal, "UKey或客户端出错,请重新插入UKey后再试",
        "The UKey or the agent failed"},
    Row{"agent.unanswered", 504, ErrorCode::expired, "客户端窗口中无人应答,请重试",
        "Nobody answered in the agent's window"},
};

std::string_view word_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
    case ErrorCode::unsupported: return "agent.bad_request";
    case ErrorCode::conflict:
    case ErrorCode::corrupt: return "agent.not_what_it_says";
    case ErrorCode::forbidden: return "agent.not_this_officer";
    case ErrorCode::declined_by_outside: return "agent.refused";
    case ErrorCode::pin_wrong: return "agent.pin_wrong";
    case ErrorCode::pin_locked: return "agent.pin_locked";
    case ErrorCode::token_absent:
    case ErrorCode::token_removed: return "agent.no_device";
    default: return "agent.device_failed";
  }
}

const Row& row_of(std::string_view word) {
  const auto row = std::ranges::find(rows, word, &Row::word);
  ensure(row != rows.end(), "the agent's words have sentences");
  return *row;
}

net::Response document(const Row& row, boost::json::object more) {
  more["type"] = "about:blank";
  more["title"] = net::reason_of(row.status);
  more["status"] = row.status;
  more["detail"] = row.zh;
  more["detail_en"] = row.en;
  more["code"] = name_of(row.code);
  more["reason"] = row.word;
  const std::string text = boost::json::serialize(more);
  net::Response response = net::answer("application/problem+json", std::string_view(text));
  response.status = row.status;
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

net::Response refusal(const Error& error, std::optional<std::uint32_t> tries_left) {
  const bool is_word = std::ranges::find(rows, error.detail, &Row::word) != rows.end();
  const Row& row = row_of(is_word ? std::string_view(error.detail) : word_of(error.code));
  boost::json::object more;
  if (tries_left) {
    more["tries_left"] = *tries_left;
  }
  if (row.word == "agent.not_what_it_says") {
    more["why"] = error.detail;  // of what the page itself sent
  }
  return document(row, std::move(more));
}

net::Response refusal(std::string_view word) { return document(row_of(word), {}); }

net::Response told(const boost::json::object& fields) {
  const std::string text = boost::json::serialize(fields);
  net::Response response = net::answer("application/json", std::string_view(text));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace yinxin::agent::web
