#include "hall/street/machine_checks.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

namespace {

constexpr std::int64_t readable_width_px = 1600;  // A4 at about 190 dpi
constexpr double pale_red_fraction = 0.002;       // a stamp of 40 mm on A4 has about a hundredth
constexpr double notable_tilt_deg = 5;
constexpr double low_scan_dpi = 250;
constexpr double good_likeness = 0.8;
constexpr std::chrono::days soon{30};

MachineCheck check(std::string_view id, CheckLevel level, const std::string& subject, std::string_view compared = {},
                   std::string found = {}) {
  return {.id = std::string(id),
          .level = level,
          .subject = subject,
          .compared_with = std::string(compared),
          .found = found.size() <= max_check_text_bytes ? std::move(found) : std::string()};
}

// Blanks and line breaks out, full-width brackets made narrow: what a reader of pictures mixes up.
std::u32string folded(std::string_view text) {
  std::u32string out;
  for (const char32_t c : decode_utf8(text).value_or(std::u32string())) {
    if (c == U' ' || c == U'\n' || c == U'\r' || c == U'\t' || c == U'\u3000') {
      continue;
    }
    out.push_back(c == U'（' ? U'(' : c == U'）' ? U')' : c);
  }
  return out;
}

// How much of `wanted` stands in `text` in one place, 0 to 1: the longest common subsequence within windows of its
// own length and a little more. Bounded by max_answer_bytes and the reader's own limit of text.
double likeness(const std::u32string& wanted, const std::u32string& text) {
  if (wanted.empty() || text.empty()) {
    return 0;
  }
  if (text.find(wanted) != std::u32string::npos) {
    return 1;
  }
  std::size_t best = 0;
  const std::size_t window = wanted.size() + wanted.size() / 4;
  for (std::size_t from = 0; from < text.size(); ++from) {
    // Only where the first or second character agrees, so that the work stays small.
    if (text[from] != wanted[0] && (wanted.size() < 2 || text[from] != wanted[1])) {
      continue;
    }
    const std::size_t end = std::min(text.size(), from + window);
    std::vector<std::size_t> row(wanted.size() + 1, 0);
    for (std::size_t at = from; at < end; ++at) {
      std::size_t diagonal = 0;
      for (std::size_t n = 0; n < wanted.size(); ++n) {
        const std::size_t above = row[n + 1];
        row[n + 1] = text[at] == wanted[n] ? diagonal + 1 : std::max(row[n + 1], row[n]);
        diagonal = above;
      }
    }
    best = std::max(best, row.back());
  }
  return static_cast<double>(best) / static_cast<double>(wanted.size());
}

// The first run of eighteen characters of a unified social credit code's alphabet that stands by itself.
std::string code_in(const std::u32string& text) {
  constexpr std::size_t length = 18;
  std::string run;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char32_t c = at < text.size() ? text[at] : U' ';
    const bool fits = (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z');
    if (fits) {
      run.push_back(static_cast<char>(c));
      continue;
    }
    if (run.size() == length) {
      return run;
    }
    run.clear();
  }
  return {};
}

// "…至2030年11月20日": the last day that a licence names; nullopt for one without, as most have.
std::optional<Instant> end_named_in(const std::u32string& text) {
  for (std::size_t at = text.find(U'至'); at != std::u32string::npos; at = text.find(U'至', at + 1)) {
    CalendarTime end{.year = 0, .month = 0, .day = 0};
    std::size_t next = at + 1;
    const auto number = [&](int& out, char32_t unit) {
      std::size_t digits = 0;
      for (out = 0; next < text.size() && text[next] >= U'0' && text[next] <= U'9' && digits < 4; ++next, ++digits) {
        out = out * 10 + static_cast<int>(text[next] - U'0');
      }
      const bool whole = digits > 0 && next < text.size() && text[next] == unit;
      next += whole ? 1 : 0;
      return whole;
    };
    if (number(end.year, U'年') && number(end.month, U'月') && number(end.day, U'日')) {
      const auto read = from_calendar(end);
      return read ? std::optional(*read) : std::nullopt;
    }
  }
  return std::nullopt;
}

void check_licence(const Dossier& dossier, const std::string& subject, const std::string& text, Instant now,
                   std::vector<MachineCheck>& checks) {
  const std::u32string read = folded(text);
  const std::string typed = dossier.answer("unit_document_number");
  const std::string code = code_in(read);
  const bool is_there = !typed.empty() && read.find(folded(typed)) != std::u32string::npos;
  checks.push_back(is_there ? check("licence.uscc_agrees", CheckLevel::good, subject, "unit_document_number")
                   : code.empty()
                       ? check("licence.uscc_unread", CheckLevel::not_checked, subject, "unit_document_number")
                       : check("licence.uscc_differs", CheckLevel::attention, subject, "unit_document_number", code));
  const bool is_named = likeness(folded(dossier.answer("unit_name")), read) >= good_likeness;
  checks.push_back(check(is_named ? "licence.name_agrees" : "licence.name_unlike",
                         is_named ? CheckLevel::good : CheckLevel::attention, subject, "unit_name"));
  if (const auto end = end_named_in(read)) {
    const bool is_over = *end + std::chrono::days(1) <= now;
    checks.push_back(check(is_over ? "licence.expired" : "licence.in_term",
                           is_over ? CheckLevel::attention : CheckLevel::good, subject, "", to_beijing_date(*end)));
  }
}

std::optional<Instant> day_of_digits(const std::string& digits) {
  constexpr std::size_t length = 8;
  if (digits.size() != length || !all_digits(digits)) {
    return std::nullopt;
  }
  const auto read =
      from_rfc3339(digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6) + "T00:00:00+08:00");
  return read ? std::optional(*read) : std::nullopt;
}

void check_card(const Dossier& dossier, Instant now, std::vector<MachineCheck>& checks) {
  const IdentityRecord& identity = dossier.identity;
  if (!identity.portrait_side || !identity.emblem_side) {
    checks.push_back(check("card.not_photographed", CheckLevel::not_checked, "card"));
    return;
  }
  const bool same_name = identity.portrait_side->name == dossier.answer("requester_name");
  checks.push_back(check(same_name ? "card.name_agrees" : "card.name_unlike",
                         same_name ? CheckLevel::good : CheckLevel::attention, "card", "requester_name",
                         same_name ? std::string() : masked(identity.portrait_side->name, 1, 0)));
  const bool same_id = ascii_upper(identity.portrait_side->resident_id) == dossier.answer("requester_id_number");
  checks.push_back(
      check(same_id ? "card.id_agrees" : "card.id_unlike", same_id ? CheckLevel::good : CheckLevel::attention, "card",
            "requester_id_number",
            same_id ? std::string() : masked_answer("requester_id_number", identity.portrait_side->resident_id)));
  const auto end = day_of_digits(identity.emblem_side->valid_to);
  const bool is_over = end && *end + std::chrono::days(1) <= now;
  const bool is_soon = end && !is_over && *end - soon <= now;
  checks.push_back(check(is_over   ? "card.is_over"
                         : is_soon ? "card.ends_soon"
                                   : "card.in_term",
                         is_over || is_soon ? CheckLevel::attention : CheckLevel::good, "card", "",
                         end ? to_beijing_date(*end) : identity.emblem_side->valid_to));
}

void check_providers(const Dossier& dossier, std::vector<MachineCheck>& checks) {
  const IdentityRecord& identity = dossier.identity;
  const bool was_asked = identity.carrier_subject == street::carrier_subject(dossier);
  const bool agrees = was_asked && identity.carrier == CarrierVerdict::match;
  checks.push_back(check(agrees      ? "carrier.agrees"
                         : was_asked ? "carrier.disagrees"
                                     : "carrier.not_asked",
                         agrees      ? CheckLevel::good
                         : was_asked ? CheckLevel::attention
                                     : CheckLevel::not_checked,
                         "carrier", "requester_mobile"));
  const bool passed = identity.state == IdentityState::passed;
  checks.push_back(check(passed ? "face.passed" : "face.not_passed", passed ? CheckLevel::good : CheckLevel::attention,
                         "face", "requester_id_number"));
}

void check_account(const Dossier& dossier, std::vector<MachineCheck>& checks) {
  const std::string name = dossier.answer("account_name");
  if (name.empty()) {
    return;
  }
  const bool same = name == dossier.answer("unit_name");
  checks.push_back(check(same ? "account.name_agrees" : "account.name_unlike",
                         same ? CheckLevel::good : CheckLevel::attention, "account", "unit_name"));
  if (!dossier.deposits.empty()) {
    const DepositState state = dossier.deposits.back().state;
    const bool came_back = state == DepositState::returned;
    checks.push_back(check(came_back ? "account.deposit_came_back" : "account.deposit_under_way",
                           came_back ? CheckLevel::attention : CheckLevel::not_checked, "account", "",
                           std::string(life::deposit_states[static_cast<std::size_t>(state)].zh)));
  }
}

}  // namespace

bool is_licence(const programme::Material& paper) { return paper.id.find("licence") != std::string::npos; }

std::vector<MachineCheck> checks_of_paper(const Dossier& dossier, const programme::Material& paper,
                                          const Examined& examined, Instant now) {
  const std::string subject = "materials." + paper.id;
  std::vector<MachineCheck> checks;
  if (paper.stamp != "none") {
    const bool is_pale = examined.has_red_seal && examined.red_fraction < pale_red_fraction;
    checks.push_back(!examined.has_red_seal ? check("stamp.not_seen", CheckLevel::attention, subject)
                     : is_pale              ? check("stamp.pale", CheckLevel::attention, subject)
                                            : check("stamp.seen", CheckLevel::good, subject));
  }
  const bool is_fine = examined.width_px >= readable_width_px;
  checks.push_back(check(is_fine ? "scan.readable" : "scan.coarse", is_fine ? CheckLevel::good : CheckLevel::attention,
                         subject, "", std::to_string(examined.width_px) + "px"));
  checks.push_back(check("scan.pages", CheckLevel::good, subject, "", std::to_string(examined.pages)));
  if (is_licence(paper)) {
    if (examined.text) {
      check_licence(dossier, subject, *examined.text, now, checks);
    } else {
      checks.push_back(check("licence.not_read", CheckLevel::not_checked, subject, "unit_document_number"));
    }
  }
  return checks;
}

std::vector<MachineCheck> checks_of_impression(const programme::Material& paper, const ExaminedImpression& cut) {
  const std::string subject = "materials." + paper.id;
  const bool is_tilted = cut.tilt_deg > notable_tilt_deg || cut.tilt_deg < -notable_tilt_deg;
  const bool is_coarse = cut.scan_dpi > 0 && cut.scan_dpi < low_scan_dpi;
  return {check(is_tilted ? "seal.tilted" : "seal.upright", is_tilted ? CheckLevel::attention : CheckLevel::good,
                subject, "", std::to_string(static_cast<int>(cut.tilt_deg)) + "°"),
          check(is_coarse ? "seal.coarse" : "seal.fine", is_coarse ? CheckLevel::attention : CheckLevel::good, subject,
                "", std::to_string(static_cast<int>(cut.scan_dpi)) + "dpi"),
          // Nobody reads a text that runs along a circle: the officer does.
          check("seal.text_not_read", CheckLevel::not_checked, subject, "unit_name")};
}

std::vector<MachineCheck> checks_of_case(const Dossier& dossier, Instant now) {
  std::vector<MachineCheck> checks;
  for (const Upload& upload : dossier.uploads) {
    const std::string subject = "materials." + upload.slot;
    checks.insert(checks.end(), upload.checks.begin(), upload.checks.end());
    const auto warned = [&](std::string_view code) {
      return std::ranges::find(upload.warnings, code) != upload.warnings.end();
    };
    if (upload.form_version > 0) {
      const bool is_unread = warned("form.no_code");
      checks.push_back(check(is_unread ? "form.code_unread" : "form.code_agrees",
                             is_unread ? CheckLevel::attention : CheckLevel::good, subject, "case",
                             std::to_string(upload.form_version)));
    } else if (upload.seal_width_tenths_mm > 0) {
      const bool is_unread = warned("sheet.no_code");
      checks.push_back(check(is_unread ? "sheet.code_unread" : "sheet.code_agrees",
                             is_unread ? CheckLevel::attention : CheckLevel::good, subject, "case"));
    }
  }
  if (dossier.application.needs.identity) {
    check_card(dossier, now, checks);
    check_providers(dossier, checks);
  }
  check_account(dossier, checks);
  checks.resize(std::min(checks.size(), max_machine_checks));
  return checks;
}

}  // namespace yinxin::hall
