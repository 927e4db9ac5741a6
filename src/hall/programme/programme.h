#pragma once
// A programme is data: what one relying authority's applicants may ask for, at what price, with which papers.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/sm3.h"
#include "hall/programme/tree.h"

namespace yinxin::hall::programme {

using Set = std::vector<std::string>;  // words in written order; empty where "all" is meant

struct KindOffered {
  std::string kind, label;
  bool many = false;
};
struct BusinessOffered {
  std::string business, moment, settled_by;
  Set channels, kinds;
  bool keeps_end_date = false;
};
struct Fee {
  std::string item, per;
  Set business, kinds;
  std::int64_t fen = 0;
};
struct PaymentRule {
  Set business, channels, ways;
  std::string gate;
  bool voucher = false;
};
struct Material {
  std::string id, title, form, moment, per, stamp, original;
  Set business, channels, kinds, conditions;
  int copies = 1;
};
struct PinRelease {
  Set kinds, ways;
  std::string release;
  bool true_pin = false;
};
struct MicroDeposit {
  std::string dialect, asked_at, blocks;
  Set ways;
  std::int64_t amount_fen = 0;
  // whether, and after how many failures, the legal representative is seen in place of the account.
  bool offers_legal_check = false;
  std::int64_t legal_check_after_failures = 0;
};
struct IdentityRule {
  Set channels, checks;
  std::string alternative, done_text, help_text;
  int tries_a_day = 0;  // 0: not named
};
// A question of the entry screen. Names are words of the house (schema.cpp), labels the programme's own.
struct EntryField {
  std::string block, name, label, hint;
  Set choices;
  bool required = false;
};
// A paper that the house draws.
struct PaperForm {
  std::string id, title, stamp, print_first, corrections;
  Set sections;
};
struct Agreement {
  std::string document;
  std::int64_t tick = 0;
};
struct Operator {
  std::string code, name, short_name, site, hotline;
};
struct SealOffer {
  std::string mode, impression_form;
  bool chosen_by_default = false;
};
struct Step {
  std::string name;
  Set screens;
};
struct ServicePoint {
  std::string name, address, window;
  Set hours;  // "Mo-Fr 09:00-12:00 14:00-18:00"; empty: unknown
};
// Of a closed programme. A draft that was begun before may be finished and paid on the closing day and on finish_days
// days after it; with none it goes no further at once.
constexpr std::int64_t max_finish_days = 90;  // a draft lies no longer
struct Closing {
  std::string from;   // the closing day, YYYY-MM-DD in UTC+8
  std::string words;  // why, for the requester
  std::int64_t finish_days = 0;
};
// What no guide says, and why we assume it. The desk lists these before a programme is published.
struct Assumption {
  std::string path, reason;
  int line = 0;
};

struct Programme {
  std::int64_t version = 0;
  std::string code, name, status, project_id;
  std::optional<Closing> closing;
  Operator operated_by;
  SealOffer seal;
  std::vector<std::int64_t> years;
  std::vector<KindOffered> kinds;
  std::vector<BusinessOffered> business;
  std::int64_t fee_version = 0;
  std::vector<Fee> fees;
  std::vector<PaymentRule> payment;
  std::vector<Material> materials;
  std::vector<IdentityRule> identity;
  MicroDeposit micro_deposit;
  bool transfer_payer_must_be_applicant = false;
  std::vector<PinRelease> pin;
  std::int64_t review_working_days = 0;    // 0: no limit named
  std::int64_t shipping_working_days = 0;  // 0: no limit named
  std::string freight;                     // collect | prepaid | customer_both_ways; empty: not named
  std::vector<Step> steps;
  std::vector<EntryField> fields;
  std::vector<PaperForm> forms;
  std::vector<Agreement> agreements;
  std::vector<ServicePoint> points;
  std::map<std::string, std::string> texts;
  std::vector<Assumption> assumptions;
  // The whole file for those who show it, as JSON.
  std::string json;
  // The canonical bytes that two administrators sign, and their SM3.
  Bytes manifest;
  crypto::Digest manifest_hash{};
};

struct CheckedProgramme {
  std::optional<Programme> programme;  // only when no finding is an error
  std::vector<Finding> findings;       // in the order of the file
};
// Reads and checks one file; never stops at the first mistake. The caller prints `file_name` before each finding.
CheckedProgramme check(std::string_view text, std::string_view file_name);
// Mistakes that only show beside other programmes: the same code or project id twice.
std::vector<Finding> check_together(const std::vector<const Programme*>& programmes);

// When drafts of a closed programme can be finished no more. nullopt: they cannot at all, or it is not closed.
std::optional<Instant> finish_end(const Programme& programme);

struct PricedLine {
  std::string business, kind;
  int years = 1;
  bool new_medium = true;
};
// Fen; not_found when a line has no fee in this programme, invalid_input for years that cannot be bought.
Result<std::int64_t> price(const Programme& programme, const std::vector<PricedLine>& lines);

struct MaterialQuestion {
  std::string business, channel;
  Set kinds;
  std::string moment = "valid";  // of the certificate concerned: valid | expired
  Set conditions{};              // those that hold
  int members = 0;
};
// The rows of the checklist; a row that is asked once per member appears once.
std::vector<const Material*> materials_for(const Programme& programme, const MaterialQuestion& question);

// unknown (nullopt) when the point names no hours.
std::optional<bool> is_open(const ServicePoint& point, Instant at);

// "Mo-Fr 09:00-12:00 14:00-18:00" is well formed: days in order, times ascending.
bool is_opening_time(std::string_view text);

}  // namespace yinxin::hall::programme
