#include "seal/verify/report_html.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace yinxin::seal::verify {

namespace {

constexpr std::string_view style =
    "body{font-family:\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif;max-width:54em;margin:2em "
    "auto;"
    "padding:0 1em;color:#1a1a1a;line-height:1.6}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;border-left:4px "
    "solid #0a5fd8;padding-left:.5em}.verdict{padding:1em;border:2px solid;border-radius:6px;font-size:1.15em}"
    ".valid{color:#0b5d1e;background:#eef8f0}.invalid{color:#9b1c1c;background:#fdf1f1}.open{color:#7a4b00;"
    "background:#fdf7ea}.none{color:#444;background:#f5f7fa}.en{color:#555;font-size:.85em}table{border-collapse:"
    "collapse;"
    "width:100%}td,th{border:1px solid #ccc;padding:.35em "
    ".6em;text-align:left;vertical-align:top}th{background:#f5f7fa;"
    "font-weight:normal;width:9em}.mark{width:5em;white-space:nowrap}td{overflow-wrap:anywhere}";

struct Sentence {
  std::string_view zh;
  std::string_view en;
};

// What a stranger wrote into the document may not become markup, nor reorder what stands beside it.
std::string escaped(std::string_view text) {
  std::u32string shown;
  for (const char32_t c : decode_utf8(text).value_or(U"\uFFFD")) {
    const bool directs =
        (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x61C;
    const bool controls = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c & 0xFFFEU) == 0xFFFE;
    switch (c) {
      case U'&': shown += U"&amp;"; break;
      case U'<': shown += U"&lt;"; break;
      case U'>': shown += U"&gt;"; break;
      case U'"': shown += U"&quot;"; break;
      case U'\'': shown += U"&#39;"; break;
      default: shown.push_back(directs || controls ? char32_t{0xFFFD} : c);
    }
  }
  return encode_utf8(shown);
}

Sentence sentence_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
      return {"有效：印章真实，盖章后文件没有被改动", "Valid: the seals are genuine and nothing was changed since"};
    case Verdict::valid_when_sealed:
      return {"盖章时有效：盖章之后证书或印章已到期或被撤销，盖章本身仍然成立",
              "Valid when sealed: certificate or seal expired or was revoked afterwards; the sealing itself stands"};
    case Verdict::indeterminate:
      return {"无法判定：缺少判定所需的证书、状态或时间",
              "Cannot be told: a certificate, a status or a time that is needed is missing"};
    case Verdict::invalid:
      return {"无效：文件被改动过，或印章、证书不可信",
              "Invalid: changed since, or seal or certificate cannot be trusted"};
    case Verdict::unsigned_: return {"没有签章", "There is no seal or signature"};
  }
  return {"", ""};
}

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
    case Verdict::valid_when_sealed: return "valid";
    case Verdict::invalid: return "invalid";
    case Verdict::indeterminate: return "open";
    case Verdict::unsigned_: return "none";
  }
  return "none";
}

Sentence sentence_of(Integrity integrity) {
  switch (integrity) {
    case Integrity::intact: return {"没有被改动", "Unchanged"};
    case Integrity::broken: return {"被改动过，或签名不成立", "Changed, or the signature does not hold"};
    case Integrity::unknown: return {"无法判定", "Cannot be told"};
  }
  return {"", ""};
}

bool has(const SignatureReport& signature, Effect effect) {
  return std::ranges::any_of(signature.findings, [&](const Finding& finding) { return finding.effect == effect; });
}

// Whether the certificate was good when the seal was put on.
Sentence certificate_then(const SignatureReport& signature) {
  if (has(signature, Effect::invalid_at_sealing)) {
    return {"盖章时证书或印章不可用", "Certificate or seal was not good when sealed"};
  }
  switch (signature.trust) {
    case Trust::untrusted: return {"签发机构不受信任", "The issuing authority is not trusted"};
    case Trust::unknown: return {"无法判定", "Cannot be told"};
    case Trust::trusted: break;
  }
  if (has(signature, Effect::indeterminate)) {
    return {"签发机构受信任，但盖章时的状态无法判定",
            "The authority is trusted, but the status when sealed cannot be told"};
  }
  if (has(signature, Effect::changed_since)) {
    return {"盖章时有效，此后已到期或被撤销", "Good when sealed; expired or revoked since"};
  }
  return {"盖章时有效，由受信任的机构签发", "Good when sealed, issued by an authority that is trusted"};
}

// The answers that decided it.
std::string reasons(const SignatureReport& signature) {
  std::string html;
  for (const Finding& finding : signature.findings) {
    if (finding.effect == Effect::invalid_at_sealing || finding.effect == Effect::indeterminate ||
        finding.effect == Effect::changed_since) {
      html += "<br>" + escaped(finding.answer.zh) + " <span class=\"en\" lang=\"en\">" + escaped(finding.answer.en) +
              "</span>";
    }
  }
  return html;
}

Sentence mark_of(Level level) {
  switch (level) {
    case Level::fail: return {"✗ 不通过", "failed"};
    case Level::warn: return {"! 注意", "warning"};
    case Level::info: return {"· 说明", "note"};
    case Level::pass: return {"✓ 通过", "passed"};
  }
  return {"", ""};
}

std::string both(const Sentence& sentence) {
  return std::string(sentence.zh) + "<br><span class=\"en\" lang=\"en\">" + std::string(sentence.en) + "</span>";
}

std::string row(std::string_view label, const std::string& value) {
  return "<tr><th scope=\"row\">" + std::string(label) + "</th><td>" + value + "</td></tr>\n";
}

std::string verdict_box(Verdict verdict) {
  return "<p class=\"verdict " + std::string(colour_of(verdict)) + "\">" + both(sentence_of(verdict)) + "</p>\n";
}

// The bad ones first, in the order found.
std::string table_of(const std::vector<Finding>& findings) {
  if (findings.empty()) {
    return {};
  }
  std::vector<const Finding*> ordered;
  ordered.reserve(findings.size());
  for (const Finding& finding : findings) {
    ordered.push_back(&finding);
  }
  std::ranges::stable_sort(ordered, {}, [](const Finding* finding) { return finding->level; });
  std::string html = "<table><caption class=\"en\">检查项 findings</caption>\n";
  for (const Finding* finding : ordered) {
    const Sentence mark = mark_of(finding->level);
    html += "<tr><td class=\"mark\">" + both(mark) + "</td><td>" + escaped(finding->check->question_zh) + " " +
            escaped(finding->answer.zh) + "<br><span class=\"en\" lang=\"en\">" + escaped(finding->check->question_en) +
            " " + escaped(finding->answer.en) + "</span><br><span class=\"en\">" + escaped(finding->check->clause) +
            " · " + escaped(finding->check->id) +
            (finding->where.empty() ? std::string() : " · " + escaped(finding->where)) + "</span></td></tr>\n";
  }
  return html + "</table>\n";
}

std::string section_of(const SignatureReport& signature) {
  std::string when = "文件没有写明 not stated";
  if (signature.sealed_at) {
    when = to_beijing_text(*signature.sealed_at) + "（北京时间 UTC+8）<br><span class=\"en\">" +
           (signature.sealed_at_proven ? "有可信时间戳证明 proven by a trusted time stamp"
                                       : "由盖章者自己填写 as the sealer says") +
           "</span>";
  }
  const auto or_unknown = [](const std::string& text) { return text.empty() ? "未知 unknown" : escaped(text); };
  return "<h2>签章 " + std::to_string(signature.index) + "</h2>\n" + verdict_box(signature.verdict) + "<table>\n" +
         row("盖章人 sealer", or_unknown(signature.sealer)) + row("印章 seal", or_unknown(signature.seal_name)) +
         row("盖章时间 when", when) + row("文件 document", both(sentence_of(signature.integrity))) +
         row("证书 certificate", both(certificate_then(signature)) + reasons(signature)) +
         row("格式 format", escaped(signature.kind)) + "</table>\n" + table_of(signature.findings);
}

}  // namespace

std::string to_html(const DocumentReport& report, Instant judged_at) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>验证报告 " +
      escaped(report.file) + "</title><style>" + std::string(style) + "</style></head><body>\n<h1>验证报告</h1>\n";
  html += "<table>\n" + row("文件 file", escaped(report.file)) + row("类型 kind", escaped(report.kind)) +
          row("判定时间 as of", to_beijing_text(judged_at) + "（北京时间 UTC+8）") + "</table>\n";
  if (report.refused) {
    html +=
        "<p class=\"verdict invalid\">文件被拒绝，未作验证<br><span class=\"en\" lang=\"en\">The file is refused and "
        "was "
        "not verified</span><br>" +
        escaped(report.refused_because) + "</p>\n";
  } else {
    html += verdict_box(report.verdict);
  }
  for (const SignatureReport& signature : report.signatures) {
    html += section_of(signature);
  }
  if (!report.findings.empty()) {
    html += "<h2>整个文件 the whole file</h2>\n" + table_of(report.findings);
  }
  return html + "</body></html>\n";
}

}  // namespace yinxin::seal::verify
