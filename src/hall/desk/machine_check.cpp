#include "hall/desk/machine_check.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/asn1/der.h"

namespace yinxin::hall {

namespace {

constexpr std::array<std::string_view, 3> level_names{"good", "attention", "not_checked"};

Result<std::string> text_in(asn1::Reader& r) {
  YX_TRY(const asn1::Element element, r.expect(asn1::tag::utf8_string));
  return asn1::text_of_element(element);
}

}  // namespace

std::string_view name_of(CheckLevel level) { return level_names[static_cast<std::size_t>(level)]; }

Bytes to_der(const std::vector<MachineCheck>& checks) {
  return asn1::sequence([&](asn1::Writer& list) {
    for (const MachineCheck& check : checks) {
      list.sequence([&](asn1::Writer& w) {
        w.utf8(check.id).integer(static_cast<std::int64_t>(check.level));
        w.utf8(check.subject).utf8(check.compared_with).utf8(check.found);
      });
    }
  });
}

Result<std::vector<MachineCheck>> machine_checks_of(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader list, outer.sequence());
  std::vector<MachineCheck> checks;
  while (!list.at_end()) {
    YX_TRY(asn1::Reader r, list.sequence());
    MachineCheck& check = checks.emplace_back();
    YX_TRY(check.id, text_in(r));
    YX_TRY(const std::int64_t level, r.small_integer());
    if (level < 0 || static_cast<std::size_t>(level) >= level_names.size()) {
      return fail(ErrorCode::corrupt, "a machine's check of an unknown level");
    }
    check.level = static_cast<CheckLevel>(level);
    YX_TRY(check.subject, text_in(r));
    YX_TRY(check.compared_with, text_in(r));
    YX_TRY(check.found, text_in(r));
  }
  return checks;
}

Result<void> check_bounds(const std::vector<MachineCheck>& checks) {
  const auto fits = [](const std::string& text) { return text.size() <= max_check_text_bytes && is_utf8(text); };
  const bool all = checks.size() <= max_machine_checks && std::ranges::all_of(checks, [&](const MachineCheck& check) {
                     return !check.id.empty() && fits(check.id) && fits(check.subject) && fits(check.compared_with) &&
                            fits(check.found);
                   });
  return all ? Result<void>() : Result<void>(fail(ErrorCode::invalid_input, "machine checks that are no such"));
}

}  // namespace yinxin::hall
