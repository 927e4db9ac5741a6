#pragma once
// All that the street knows of one case: what the requester typed, agreed to, printed, uploaded, proved and paid. The
// street owns it until it is submitted; afterwards it shows what the desk reports, and takes what was reopened.

#include <optional>

#include "crypto/sm3.h"
#include "hall/application/life_parts.h"
#include "hall/application/move.h"
#include "hall/application/seen_in_person.h"
#include "hall/delivery/courier.h"
#include "hall/desk/machine_check.h"
#include "hall/identity/carrier.h"
#include "hall/identity/face_check.h"
#include "hall/street/entry_rules.h"
#include "hall/street/made_line.h"

namespace yinxin::hall {

constexpr std::size_t max_upload_bytes = std::size_t{10} << 20;
constexpr std::size_t max_upload_pages = 10;

// Where the requester came from, for the consent ledger.
struct Visitor {
  std::string address;
  std::string agent;  // User-Agent, cut to max_agent_bytes
};
constexpr std::size_t max_agent_bytes = 200;

struct Consent {
  std::string document;
  crypto::Digest text{};  // SM3 of the text that was shown
  Instant at;
  Visitor visitor;
};

// A version of the application form: what was printed, and of which answers.
struct FormVersion {
  std::int64_t number = 0;
  crypto::Digest answers{};
  Instant made_at;
  std::optional<Instant> printed_at;
};

// A paper that was handed in. Its bytes are in the store, by hash.
struct Upload {
  std::string slot;
  crypto::Digest original{};
  crypto::Digest rendition{};  // what is shown to officers and goes into the seal: made by us
  std::string media_type;      // of the rendition
  std::int64_t pages = 1;
  std::int64_t form_version = 0;          // of the application form; 0 for others
  std::vector<std::string> warnings;      // codes, for the requester and the officer
  std::vector<MachineCheck> checks;       // what machines saw on it, for the officer
  std::int64_t seal_width_tenths_mm = 0;  // of an impression
  std::int64_t seal_height_tenths_mm = 0;
  Instant at;
};

// A link that one phone may open once.
struct PhoneLink {
  crypto::Digest token_hash{};
  Instant expires_at;
  std::string device_hash;  // hexadecimal; empty until the first phone opened it
};

// A photograph of the card: evidence, kept as long as the case's papers, shown to officers as we made it anew.
struct CardPhoto {
  crypto::Digest original{};
  crypto::Digest rendition{};
};

struct IdentityRecord {
  IdentityState state = IdentityState::open;
  std::optional<PhoneLink> link;
  std::optional<CardReading> portrait_side;
  std::optional<CardReading> emblem_side;
  std::optional<CardPhoto> portrait_photo;
  std::optional<CardPhoto> emblem_photo;
  std::optional<Instant> face_consent_at;
  std::string face_transaction;
  std::string day;  // of the counts, in UTC+8
  std::int64_t face_tries = 0;
  std::int64_t carrier_tries = 0;
  CarrierVerdict carrier = CarrierVerdict::no_record;  // the last answer about carrier_subject
  std::string carrier_subject;  // hexadecimal SM3 of the name, number and mobile that were checked; empty: never
  std::string reason;           // why the last try failed
};

// The way of paying by which the unit sends money itself, and shows its bank's slip.
inline constexpr std::string_view transfer_way = "corporate_transfer";
inline constexpr std::string_view voucher_slot = "transfer_voucher";
// The programme's text that carries the activation secret to the requester.
inline constexpr std::string_view secret_text = "pin_by_sms";

struct OrderRecord {
  std::string number;
  std::string way;
  std::int64_t price_fen = 0;
  PaymentState state = PaymentState::due;
  std::string code_url;
  Instant expires_at;
  std::string transaction;
  std::int64_t paid_fen = 0;
  std::optional<Instant> paid_at;  // also of money that is not accepted
  std::string currency;            // of what was paid
  std::string payer{};             // of a transfer, as the bank names him
  std::string booking{};           // of a transfer: the bank's number of what a finance officer found to be it

  // As the provider is asked about it.
  [[nodiscard]] std::string asked_as() const { return booking.empty() ? number : number + "/" + booking; }
};

// Why money goes back.
enum class RefundReason : std::uint8_t {
  withdrawn,
  refused,
  expired,
  duplicate,  // the case was paid already
  late,       // the case, or the order, waited for no money
  under,
  over,
  currency,
  officer,  // decided by a finance officer for a reason of his own
  payer,    // a transfer of somebody else's, where the applicant was to pay himself
};
struct RefundReasonRow {
  RefundReason reason;
  std::string_view code;
  std::string_view zh;
};
inline constexpr std::array refund_reasons{RefundReasonRow{RefundReason::withdrawn, "withdrawn", "申请已取消"},
                                           RefundReasonRow{RefundReason::refused, "refused", "不予受理"},
                                           RefundReasonRow{RefundReason::expired, "expired", "逾期关闭"},
                                           RefundReasonRow{RefundReason::duplicate, "duplicate", "重复支付"},
                                           RefundReasonRow{RefundReason::late, "late", "逾期到账"},
                                           RefundReasonRow{RefundReason::under, "under", "少付"},
                                           RefundReasonRow{RefundReason::over, "over", "多付"},
                                           RefundReasonRow{RefundReason::currency, "currency", "币种不符"},
                                           RefundReasonRow{RefundReason::officer, "officer", "财务决定"},
                                           RefundReasonRow{RefundReason::payer, "payer", "付款人不是申请单位"}};

// Money that goes back the way it came: one number for ever. It outlives the case.
struct RefundRecord {
  std::string number;  // the order's, "R" and a count
  std::string order;
  std::int64_t fen = 0;  // that goes back
  RefundReason reason = RefundReason::withdrawn;
  RefundState state = RefundState::asked;
  Instant asked_at;
  std::string decided_by;  // person id of the finance officer; empty: the house by its rule
  std::string words;       // of whoever decided, or the provider's code when it came back
  std::string transaction;
  std::optional<Instant> granted_at;
  std::optional<Instant> ended_at;
};

struct DepositRecord {
  std::string id;
  DepositState state = DepositState::asked;
  std::string reason;
  std::optional<Instant> asked_at;
  std::int64_t failures = 0;
};

// The legal representative, seen in place of an account that the bank could not prove; good once another officer has
// confirmed it.
struct LegalCheck {
  std::string deposit;  // the failure that it answers
  std::string mobile;   // of the legal representative, as it stood then: where the secret goes
  SeenInPerson seen;
  std::string seen_by;  // person ids
  Instant seen_at;
  std::string confirmed_by;
  std::optional<Instant> confirmed_at;
};

struct TimelineEntry {
  Instant at;
  std::string kind;
  std::string detail;  // in words for the requester; may be empty
};

struct Dossier {
  std::string id;
  std::string account;
  std::string mobile;  // that the account logs in with
  std::string project_id;
  std::string programme;
  std::int64_t programme_version = 0;
  std::int64_t version = 0;   // optimistic lock: counts changes
  std::int64_t revision = 1;  // of what is submitted
  std::string opening_key;    // the requester's own key for this opening: the same key gives the same dossier
  Application application;
  std::int64_t price_version = 0;
  bool wants_seal = false;
  bool face_declined = false;
  Answers answers;
  std::vector<Consent> consents;
  std::vector<FormVersion> forms;
  std::vector<Upload> uploads;
  IdentityRecord identity;
  std::vector<OrderRecord> orders;
  std::vector<DepositRecord> deposits;
  std::optional<LegalCheck> legal_check;
  std::vector<RefundRecord> refunds;
  std::optional<Instant> withdrawal_asked_at;  // the desk has not answered yet
  // Returned: what is open again, each with the officer's words. Empty: everything while it was never submitted.
  std::map<std::string, std::string> reopened;
  std::string waybill;
  std::vector<MadeLine> made;          // as the desk told last; stays when the case is over
  std::optional<Instant> promised_by;  // until when we are to have reviewed it, or sent it out
  std::vector<TimelineEntry> timeline;
  Instant begun;
  Instant changed;

  [[nodiscard]] const Upload* find_upload(std::string_view slot) const;
  [[nodiscard]] const FormVersion* newest_form() const { return forms.empty() ? nullptr : &forms.back(); }
  [[nodiscard]] const OrderRecord* paid_order() const;
  [[nodiscard]] bool has_consent(std::string_view document) const;
  // What goes back of an order, settled or not; without what was declined.
  [[nodiscard]] std::int64_t refunded_fen(std::string_view order) const;
  [[nodiscard]] OrderRecord* find_order(std::string_view number);
  [[nodiscard]] RefundRecord* find_refund(std::string_view number);
  // The order that waits for its money; null when there is none.
  [[nodiscard]] OrderRecord* open_order();
  [[nodiscard]] std::string answer(const std::string& field) const;

  // For the store, which seals it. from_json: corrupt.
  [[nodiscard]] std::string to_json() const;
  static Result<Dossier> from_json(std::string_view text);
};

struct DossierSummary {
  std::string id;
  std::string programme;
  std::string unit;
  CaseState state = CaseState::draft;
  Instant changed;
};

// The number on the counter's table: YX, the date in UTC+8, six digits of the day and a check digit (Luhn over the
// digits).
std::string case_number(Instant at, std::int64_t of_the_day);
bool is_case_number(std::string_view text);

}  // namespace yinxin::hall
