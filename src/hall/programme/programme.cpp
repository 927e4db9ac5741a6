#include "hall/programme/programme.h"

#include <algorithm>
#include <charconv>

#include "hall/programme/as_json.h"
#include "hall/programme/meaning.h"
#include "hall/programme/shape.h"
#include "hall/programme/words.h"

namespace yinxin::hall::programme {
namespace {

std::string text(const Node& node, std::string_view key, std::string_view otherwise = "") {
  const Node* value = find(node, key);
  return value == nullptr ? std::string(otherwise) : value->text;
}
std::int64_t number(const Node& node, std::string_view key, std::int64_t otherwise = 0) {
  const std::string digits = text(node, key);
  std::int64_t value = otherwise;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}
bool yes(const Node& node, std::string_view key) { return text(node, key) == "true"; }
Set set(const Node& node, std::string_view key) {
  Set out;
  if (const Node* value = find(node, key)) {
    for (const auto& entry : value->entries) {
      out.push_back(entry.value.text);
    }
  }
  return out;
}
template <class Read>
auto each(const Node& node, std::string_view key, Read read) {
  std::vector<decltype(read(node))> out;
  if (const Node* value = find(node, key)) {
    for (const auto& entry : value->entries) {
      out.push_back(read(entry.value));
    }
  }
  return out;
}

// Who it is for, what it sells, and what of that is shown.
void read_offer(const Node& root, Programme& p) {
  p.version = number(root, "version");
  p.code = text(root, "code");
  p.name = text(root, "name");
  p.status = text(root, "status");
  if (const Node* closing = find(root, "closing")) {
    p.closing = Closing{text(*closing, "from"), text(*closing, "words"), number(*closing, "finish_days")};
  }
  const Node& by = *find(root, "operator");
  p.operated_by = {text(by, "code"), text(by, "name"), text(by, "short"), text(by, "site"), text(by, "hotline")};
  p.project_id = text(root, "project_id");
  const Node& seal = *find(root, "seal");
  p.seal = {text(seal, "mode"), text(seal, "impression_form"), yes(seal, "chosen_by_default")};
  for (const auto& year : set(*find(root, "years"), "values")) {
    p.years.push_back(std::stoll(year));
  }
  p.kinds = each(root, "kinds", [](const Node& n) {
    return KindOffered{text(n, "kind"), text(n, "label"), yes(n, "many")};
  });
  p.business = each(root, "business", [](const Node& n) {
    return BusinessOffered{
        text(n, "business"), text(n, "while", "always"), text(n, "settled_by", "two_officers"), set(n, "channels"),
        set(n, "kinds"),     yes(n, "keeps_end_date")};
  });
  p.fee_version = number(*find(root, "fees"), "version");
  p.fees = each(*find(root, "fees"), "rows", [](const Node& n) {
    return Fee{text(n, "item"), text(n, "per"), set(n, "business"), set(n, "kinds"), number(n, "fen")};
  });
}

// How it is paid, proven and told.
void read_rules(const Node& root, Programme& p) {
  p.payment = each(root, "payment", [](const Node& n) {
    return PaymentRule{set(n, "business"), set(n, "channels"), set(n, "ways"), text(n, "gate"), yes(n, "voucher")};
  });
  p.materials = each(root, "materials", [](const Node& n) {
    return Material{text(n, "id"),
                    text(n, "title"),
                    text(n, "form"),
                    text(n, "while", "always"),
                    text(n, "per", "case"),
                    text(n, "stamp", "none"),
                    text(n, "original", "none"),
                    set(n, "business"),
                    set(n, "channels"),
                    set(n, "kinds"),
                    set(n, "if"),
                    static_cast<int>(number(n, "copies", 1))};
  });
  p.identity = each(root, "identity", [](const Node& n) {
    return IdentityRule{set(n, "channels"),   set(n, "checks"),     text(n, "alternative"),
                        text(n, "done_text"), text(n, "help_text"), static_cast<int>(number(n, "tries_a_day"))};
  });
  p.fields = each(root, "fields", [](const Node& n) {
    return EntryField{text(n, "block"), text(n, "name"),   text(n, "label"),
                      text(n, "hint"),  set(n, "choices"), yes(n, "required")};
  });
  p.forms = each(root, "forms", [](const Node& n) {
    return PaperForm{text(n, "id"),          text(n, "title"),       text(n, "stamp", "none"),
                     text(n, "print_first"), text(n, "corrections"), set(n, "sections")};
  });
  p.agreements = each(root, "agreements", [](const Node& n) {
    return Agreement{text(n, "document"), number(n, "tick")};
  });
  const Node& deposit = *find(root, "micro_deposit");
  if (const Node* transfer = find(root, "transfer")) {
    p.transfer_payer_must_be_applicant = yes(*transfer, "payer_must_be_applicant");
  }
  p.micro_deposit = {text(deposit, "dialect"), text(deposit, "asked_at"), text(deposit, "blocks"), set(deposit, "ways"),
                     number(deposit, "amount_fen")};
  if (const Node* check = find(deposit, "legal_representative_check")) {
    p.micro_deposit.offers_legal_check = yes(*check, "offered");
    p.micro_deposit.legal_check_after_failures = number(*check, "after_failures");
  }
  p.pin = each(root, "pin", [](const Node& n) {
    return PinRelease{set(n, "kinds"), set(n, "ways"), text(n, "release"), yes(n, "true_pin")};
  });
  p.review_working_days = number(*find(root, "review"), "working_days");
  p.shipping_working_days = number(*find(root, "shipping"), "working_days");
  p.freight = text(*find(root, "shipping"), "freight");
  p.steps = each(root, "steps", [](const Node& n) { return Step{text(n, "name"), set(n, "screens")}; });
  p.points = each(root, "points", [](const Node& n) {
    return ServicePoint{text(n, "name"), text(n, "address"), text(n, "window"), set(n, "hours")};
  });
  if (const Node* texts = find(root, "texts")) {
    for (const auto& entry : texts->entries) {
      p.texts[text(entry.value, "id")] = text(entry.value, "text");
    }
  }
}

Programme typed(const Node& root) {
  Programme p;
  read_offer(root, p);
  read_rules(root, p);
  return p;
}

bool has(const Set& set_of_words, std::string_view word) {
  return std::find(set_of_words.begin(), set_of_words.end(), word) != set_of_words.end();
}
bool has_or_all(const Set& set_of_words, std::string_view word) {
  return set_of_words.empty() || has(set_of_words, word);
}

bool any_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.level == Level::error; });
}

}  // namespace

CheckedProgramme check(std::string_view text_of_file, std::string_view) {
  CheckedProgramme out;
  const Node root = read_tree(text_of_file, out.findings);
  if (any_error(out.findings)) {
    return out;
  }
  if (root.kind != Node::Kind::map) {
    out.findings.push_back(finding("type.wrong", root.line, root.column, {"programme", "map"}));
    return out;
  }
  Shaped shaped;
  hold_against(root, schema(), "", shaped);
  out.findings.insert(out.findings.end(), shaped.findings.begin(), shaped.findings.end());
  check_meaning(root, out.findings);
  std::stable_sort(out.findings.begin(), out.findings.end(), [](const Finding& a, const Finding& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  if (!any_error(out.findings)) {
    out.programme = typed(root);
    out.programme->json = to_json(root);
    out.programme->assumptions = std::move(shaped.assumptions);
    out.programme->manifest = canonical(root);
    out.programme->manifest_hash = crypto::sm3(out.programme->manifest);
  }
  return out;
}

std::vector<Finding> check_together(const std::vector<const Programme*>& programmes) {
  std::vector<Finding> findings;
  std::map<std::string, std::string> ids;
  for (const Programme* p : programmes) {
    for (const std::string& id : {p->code, p->project_id}) {
      if (id.empty()) {
        continue;
      }
      const auto [at, fresh] = ids.emplace(id, p->name);
      if (!fresh) {
        findings.push_back(finding("project.twice", 0, 0, {id, at->second}));
      }
    }
  }
  return findings;
}

std::optional<Instant> finish_end(const Programme& programme) {
  if (programme.status != "closed" || !programme.closing || programme.closing->finish_days == 0) {
    return std::nullopt;
  }
  const auto day = from_rfc3339(programme.closing->from + "T00:00:00+08:00");
  return day ? std::optional<Instant>(*day + std::chrono::days(programme.closing->finish_days + 1)) : std::nullopt;
}

Result<std::int64_t> price(const Programme& programme, const std::vector<PricedLine>& lines) {
  std::int64_t sum = 0;
  for (const PricedLine& line : lines) {
    const bool timed = line.business == "new" || line.business == "add" || line.business == "renew";
    if (timed && std::find(programme.years.begin(), programme.years.end(), line.years) == programme.years.end()) {
      return fail(ErrorCode::invalid_input, "years that this programme does not sell");
    }
    bool priced = false;
    for (const Fee& fee : programme.fees) {
      if (!has(fee.business, line.business) || !has_or_all(fee.kinds, line.kind)) {
        continue;
      }
      if (fee.item == "medium") {
        sum += line.new_medium ? fee.fen : 0;
        continue;
      }
      priced = true;
      sum += fee.per == "year" ? fee.fen * line.years : fee.fen;
    }
    if (!priced) {
      return fail(ErrorCode::not_found, "no fee for " + line.business + " of " + line.kind);
    }
  }
  return sum;
}

std::vector<const Material*> materials_for(const Programme& programme, const MaterialQuestion& question) {
  std::vector<const Material*> rows;
  for (const Material& row : programme.materials) {
    const bool kind = row.kinds.empty() || std::any_of(question.kinds.begin(), question.kinds.end(),
                                                       [&](const std::string& k) { return has(row.kinds, k); });
    const bool conditions = std::all_of(row.conditions.begin(), row.conditions.end(),
                                        [&](const std::string& c) { return has(question.conditions, c); });
    const bool moment = row.moment == "always" || row.moment == question.moment;
    if (has(row.business, question.business) && has(row.channels, question.channel) && kind && conditions && moment) {
      rows.push_back(&row);
    }
  }
  return rows;
}

}  // namespace yinxin::hall::programme
