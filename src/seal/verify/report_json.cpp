#include <boost/json.hpp>

#include "seal/text.h"
#include "seal/verify/report.h"

namespace yinxin::seal::verify {
namespace {

namespace json = boost::json;

json::object object_of(const Finding& finding, Language language) {
  const bool zh = language == Language::zh;
  json::object object;
  object["id"] = finding.check->id;
  object["level"] = name_of(finding.level);
  object["question"] = zh ? finding.check->question_zh : finding.check->question_en;
  object["answer"] = clean_text(zh ? finding.answer.zh : finding.answer.en);
  object["clause"] = finding.check->clause;
  object["where"] = clean_text(finding.where);
  return object;
}

json::array array_of(const std::vector<Finding>& findings, Language language) {
  json::array array;
  for (const Finding& finding : findings) {
    array.push_back(object_of(finding, language));
  }
  return array;
}

json::object object_of(const SignatureReport& report, Language language) {
  json::object object;
  object["index"] = report.index;
  object["kind"] = report.kind;
  object["integrity"] = name_of(report.integrity);
  object["trust"] = name_of(report.trust);
  object["verdict"] = name_of(report.verdict);
  object["sealer"] = clean_text(report.sealer);
  object["seal_name"] = clean_text(report.seal_name);
  object["sealed_at"] = report.sealed_at ? json::value(to_rfc3339(*report.sealed_at)) : json::value(nullptr);
  object["sealed_at_proven"] = report.sealed_at_proven;
  object["findings"] = array_of(report.findings, language);
  return object;
}

void print(const json::value& value, const std::string& indent, std::string& out) {
  const std::string deeper = indent + "  ";
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    for (auto at = object->begin(); at != object->end(); ++at) {
      out += deeper + json::serialize(json::value(at->key())) + ": ";
      print(at->value(), deeper, out);
      out += std::next(at) == object->end() ? "\n" : ",\n";
    }
    out += indent + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[\n";
    for (auto at = array->begin(); at != array->end(); ++at) {
      out += deeper;
      print(*at, deeper, out);
      out += std::next(at) == array->end() ? "\n" : ",\n";
    }
    out += indent + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string to_json(const DocumentReport& report, Language language) {
  json::object object;
  object["file"] = clean_text(report.file);
  object["kind"] = report.kind;
  object["verdict"] = name_of(report.verdict);
  json::array signatures;
  for (const SignatureReport& one : report.signatures) {
    signatures.push_back(object_of(one, language));
  }
  object["signatures"] = std::move(signatures);
  object["findings"] = array_of(report.findings, language);
  std::string out;
  print(object, "", out);
  return out + "\n";
}

}  // namespace yinxin::seal::verify
