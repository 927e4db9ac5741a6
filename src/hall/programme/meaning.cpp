#include "hall/programme/meaning.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "hall/application/life.h"
#include "hall/programme/shape.h"
#include "hall/programme/words.h"

namespace yinxin::hall::programme {
namespace {

using Rows = std::vector<const Node*>;

Rows rows_of(const Node& root, std::string_view key) {
  Rows rows;
  if (const Node* list = find(root, key); list != nullptr && list->kind == Node::Kind::list) {
    for (const auto& entry : list->entries) {
      if (entry.value.kind == Node::Kind::map) {
        rows.push_back(&entry.value);
      }
    }
  }
  return rows;
}
std::string word(const Node& row, std::string_view key) {
  const Node* value = find(row, key);
  return value != nullptr && value->kind == Node::Kind::scalar ? value->text : std::string();
}
Set words(const Node& row, std::string_view key) {
  Set out;
  if (const Node* list = find(row, key); list != nullptr && list->kind == Node::Kind::list) {
    for (const auto& entry : list->entries) {
      out.push_back(entry.value.text);
    }
  }
  return out;
}
bool has(const Set& set, std::string_view one) { return std::find(set.begin(), set.end(), one) != set.end(); }

class Meaning {
 public:
  Meaning(const Node& root, std::vector<Finding>& findings) : root_(root), findings_(findings) {
    for (const Node* row : rows_of(root, "kinds")) {
      kinds_.push_back(word(*row, "kind"));
    }
    for (const Node* row : rows_of(root, "business")) {
      businesses_.push_back(word(*row, "business"));
    }
  }

  void all() {
    names();
    floor();
    fees();
    payment();
    deposit_and_pin();
    forms();
    texts();
    steps();
    promotion();
    closing();
    points();
  }

 private:
  void add(std::string_view id, const Node& at, std::initializer_list<std::string_view> places = {}) {
    if (findings_.size() <= max_findings) {
      findings_.push_back(finding(id, at.line, at.column, places));
    }
  }

  void unique(std::string_view list, std::string_view key, std::string_view what) {
    Set seen;
    for (const Node* row : rows_of(root_, list)) {
      const std::string id = word(*row, key);
      if (!id.empty() && has(seen, id)) {
        add("twice", *find(*row, key), {what, id});
      }
      seen.push_back(id);
    }
  }

  void names() {
    unique("kinds", "kind", "证书类型 kind");
    unique("forms", "id", "表单 form");
    unique("texts", "id", "短信 text");
    unique("entries", "id", "入口 entry");
    unique("steps", "name", "步骤 step");
    const Node* fees = find(root_, "fees");
    for (const std::string_view list : {"business", "materials", "pin"}) {
      for (const Node* row : rows_of(root_, list)) {
        known(*row, "kinds", kinds_, "kind.dangling");
        known(*row, "business", businesses_, "business.dangling");
      }
    }
    for (const Node* row : rows_of(root_, "payment")) {
      known(*row, "business", businesses_, "business.dangling");
    }
    if (fees != nullptr) {
      for (const Node* row : rows_of(*fees, "rows")) {
        known(*row, "kinds", kinds_, "kind.dangling");
        known(*row, "business", businesses_, "business.dangling");
      }
    }
  }
  void known(const Node& row, std::string_view key, const Set& defined, std::string_view id) {
    for (const std::string& one : words(row, key)) {
      if (!has(defined, one)) {
        add(id, *find(row, key), {one});
      }
    }
  }

  // trust.md section 2: only a renewal in place, and the revocation of one's own, may be the holder's alone.
  void floor() {
    for (const Node* row : rows_of(root_, "business")) {
      if (word(*row, "settled_by") != "holder") {
        continue;
      }
      const std::string business = word(*row, "business");
      const bool allowed = std::any_of(kinds.begin(), kinds.end(), [&](const Kind& kind) {
        return kind.code == business && kind.settlement == Settlement::holder_or_two_officers;
      });
      if (!allowed) {
        add("floor.settled_by_one", *find(*row, "settled_by"), {business});
      } else if (words(*row, "channels") != Set{"client"} || word(*row, "while") != "valid") {
        add("floor.channel", *find(*row, "settled_by"));
      }
    }
  }

  [[nodiscard]] Set kinds_sold(const Node& business) const {
    const Set own = words(business, "kinds");
    return own.empty() ? kinds_ : own;
  }

  void fees() {
    const Node* fees = find(root_, "fees");
    if (fees == nullptr) {
      return;
    }
    const Rows rows = rows_of(*fees, "rows");
    Set seen;
    for (const Node* business : rows_of(root_, "business")) {
      const std::string name = word(*business, "business");
      for (const std::string& kind : kinds_sold(*business)) {
        if (has(seen, name + "/" + kind)) {
          continue;
        }
        seen.push_back(name + "/" + kind);
        int priced = 0;
        int media = 0;
        for (const Node* row : rows) {
          const Set of = words(*row, "kinds");
          if (has(words(*row, "business"), name) && (of.empty() || has(of, kind))) {
            (word(*row, "item") == "medium" ? media : priced) += 1;
          }
        }
        if (priced == 0) {
          add("fee.hole", *fees, {name, kind});
        }
        if (priced > 1 || media > 1) {
          add("fee.overlap", *fees, {name, kind, priced > 1 ? "certificate/deed" : "medium"});
        }
      }
    }
  }

  void payment() {
    bool transfer = false;
    const Rows rows = rows_of(root_, "payment");
    for (const Node* row : rows) {
      transfer = transfer || has(words(*row, "ways"), "corporate_transfer");
    }
    if (transfer && find(root_, "transfer") == nullptr) {
      add("transfer.no_account", *find(root_, "payment"));
    }
    Set seen;
    for (const Node* business : rows_of(root_, "business")) {
      for (const std::string& channel : words(*business, "channels")) {
        const std::string name = word(*business, "business");
        if (has(seen, name + "/" + channel)) {
          continue;
        }
        seen.push_back(name + "/" + channel);
        const auto n = std::count_if(rows.begin(), rows.end(), [&](const Node* row) {
          return has(words(*row, "business"), name) && has(words(*row, "channels"), channel);
        });
        if (n == 0) {
          add("payment.hole", *business, {name, channel});
        } else if (n > 1) {
          add("payment.overlap", *business, {name, channel});
        }
      }
    }
  }

  void deposit_and_pin() {
    const Node* deposit = find(root_, "micro_deposit");
    const std::string dialect = deposit == nullptr ? "" : word(*deposit, "dialect");
    if (!dialect.empty() && dialect != "none") {
      if (words(*deposit, "account_fields").size() != 3) {
        add("deposit.no_fields", *deposit);
      }
      for (const std::string_view key : {"amount_fen", "ways", "asked_at", "blocks"}) {
        if (find(*deposit, key) == nullptr) {
          add("deposit.no_amount", *deposit);
          break;
        }
      }
    }
    const Rows pin = rows_of(root_, "pin");
    for (const Node* row : pin) {
      if (word(*row, "release") == "bank_remark" && dialect != "secret_in_remark") {
        add("pin.remark_without_deposit", *row);
      }
      if (word(*row, "true_pin") == "true") {
        add("pin.true_pin", *row);
      }
    }
    Set ways;
    for (const Node* row : rows_of(root_, "payment")) {
      for (const std::string& way : words(*row, "ways")) {
        if (!has(ways, way)) {
          ways.push_back(way);
        }
      }
    }
    for (const std::string& kind : kinds_) {
      for (const std::string& way : ways) {
        const auto n = std::count_if(pin.begin(), pin.end(), [&](const Node* row) {
          return has(words(*row, "kinds"), kind) && has(words(*row, "ways"), way);
        });
        if (n != 1 && find(root_, "pin") != nullptr) {
          add(n == 0 ? "pin.hole" : "pin.overlap", *find(root_, "pin"), {way, kind});
        }
      }
    }
  }

  void forms() {
    Set defined;
    for (const Node* row : rows_of(root_, "forms")) {
      defined.push_back(word(*row, "id"));
    }
    const auto named = [&](const Node& row, std::string_view key) {
      const std::string form = word(row, key);
      if (!form.empty() && !has(defined, form)) {
        add("form.dangling", *find(row, key), {form});
      }
    };
    for (const Node* row : rows_of(root_, "materials")) {
      named(*row, "form");
    }
    if (const Node* seal = find(root_, "seal")) {
      named(*seal, "impression_form");
      const std::string mode = word(*seal, "mode");
      if ((mode == "optional" || mode == "included") && find(*seal, "impression_form") == nullptr) {
        add("seal.no_impression", *seal);
      }
    }
  }

  void texts() {
    static constexpr std::array<std::string_view, 11> placeholders{
        "reason", "programme", "order", "case", "courier", "amount", "number", "secret", "code", "link", "date"};
    for (const Node* row : rows_of(root_, "texts")) {
      const std::string id = word(*row, "id");
      const std::string text = word(*row, "text");
      for (std::size_t at = text.find_first_of("{}"); at != std::string::npos; at = text.find_first_of("{}", at)) {
        const std::size_t end = text.find_first_of("{}", at + 1);
        if (text[at] == '}' || end == std::string::npos || text[end] == '{') {
          add("text.brace", *row, {id});
          break;
        }
        const std::string name = text.substr(at + 1, end - at - 1);
        if (std::find(placeholders.begin(), placeholders.end(), name) == placeholders.end()) {
          add("text.placeholder", *row, {id, name});
        }
        at = end + 1;
      }
    }
    std::vector<std::string_view> needed{"approved", "returned"};
    const Rows releases = rows_of(root_, "pin");
    if (std::ranges::any_of(releases, [](const Node* row) { return word(*row, "release") == "sms_requester"; })) {
      needed.emplace_back("pin_by_sms");
    }
    for (const std::string_view id : needed) {
      const Rows rows = rows_of(root_, "texts");
      if (find(root_, "texts") != nullptr &&
          std::none_of(rows.begin(), rows.end(), [&](const Node* row) { return word(*row, "id") == id; })) {
        add("text.missing", *find(root_, "texts"), {id});
      }
    }
  }

  void steps() {
    for (const Node* row : rows_of(root_, "steps")) {
      if (words(*row, "screens").empty()) {
        add("step.no_screen", *row, {word(*row, "name")});
      }
    }
  }

  void promotion() {
    const Node* promotion = find(root_, "promotion");
    const Node* years = find(root_, "years");
    if (promotion == nullptr) {
      return;
    }
    for (const Node* tier : rows_of(*promotion, "tiers")) {
      const std::string sold = word(*tier, "years");
      if (years != nullptr && !sold.empty() && !has(words(*years, "values"), sold)) {
        add("promotion.years", *tier, {sold});
      }
    }
    const std::string from = word(*promotion, "from");
    const std::string to = word(*promotion, "to");
    if (!from.empty() && !to.empty() && to < from) {
      add("promotion.period", *find(*promotion, "to"));
    }
  }

  void closing() {
    const Node* closing = find(root_, "closing");
    if (closing == nullptr || closing->kind != Node::Kind::map) {
      return;
    }
    if (word(root_, "status") == "open") {
      add("closing.open", *closing);
    }
    const Node* days = find(*closing, "finish_days");
    const std::string count = word(*closing, "finish_days");
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(count.data(), count.data() + count.size(), value);
    if (days != nullptr && (failed != std::errc() || value < 0 || value > max_finish_days)) {
      add("closing.days", *days, {std::to_string(max_finish_days)});
    }
  }

  void points() {
    for (const Node* point : rows_of(root_, "points")) {
      for (const std::string& text : words(*point, "hours")) {
        if (!is_opening_time(text)) {
          add("shape.hours", *find(*point, "hours"), {"hours", text});
        }
      }
    }
  }

  const Node& root_;
  std::vector<Finding>& findings_;
  Set kinds_;
  Set businesses_;
};

}  // namespace

void check_meaning(const Node& root, std::vector<Finding>& findings) { Meaning(root, findings).all(); }

}  // namespace yinxin::hall::programme
