#pragma once
// What the street's steps share. Inside hall/street only.

#include "hall/street/street.h"

namespace yinxin::hall::street {

// What is asked for online (R-045 and following): one certificate for the unit itself.
inline constexpr std::string_view business = "new";
inline constexpr std::string_view channel = "online";

Error refuse(ErrorCode code, std::string_view word);
Result<void> require(bool holds, ErrorCode code, std::string_view word);

Actor requester(const Dossier& dossier);
void note(Dossier& dossier, Instant at, std::string kind, std::string detail = {});
Result<void> move_case(Dossier& dossier, CaseEvent event, const Actor& actor, Instant now, std::string detail = {});

// The kind of certificate that is made for the unit itself; the first that the programme offers.
std::string line_kind(const programme::Programme& programme);
// The papers of this case, by its choices.
std::vector<const programme::Material*> papers_of(const programme::Programme& programme, const Dossier& dossier);
bool is_impression(const programme::Programme& programme, const programme::Material& material);
bool is_application_form(const programme::Programme& programme, const programme::Material& material);
// SM3 over what the application form prints.
crypto::Digest answers_hash(const Dossier& dossier);
// The texts of the QR codes on our papers: "<case>/<version>/<16 hex digits>" and "<case>/seal".
std::string form_code(const Dossier& dossier, const FormVersion& form);
std::string sheet_code(const Dossier& dossier);
// 0 while the years are not chosen.
Result<std::int64_t> price_of(const programme::Programme& programme, const Dossier& dossier);
// What still keeps the entry, or the papers, from being complete.
std::vector<FieldProblem> entry_problems(const programme::Programme& programme, const Dossier& dossier, Instant now,
                                         const BankDirectory& banks);
std::vector<FieldProblem> paper_problems(const programme::Programme& programme, const Dossier& dossier);
bool are_only_warnings(const std::vector<FieldProblem>& problems);

// The errand that takes this revision to the desk.
void ask_to_submit(DossierChange& change);
// Whether the scan of the application form is of another version than what stands now.
bool is_form_outdated(const Dossier& dossier, const Upload& scan);

// Makes the entry writable again where it still may be: back to draft from a step before the money. wrong_state else.
Result<void> open_for_editing(Dossier& dossier, Instant now);
// Whether this answer or paper ("materials.<slot>") may be changed now: everything in a draft, what was reopened in a
// returned case.
bool may_change(const Dossier& dossier, const std::string& field);

inline constexpr std::size_t max_orders = 50;  // over a case's whole life
OrderRecord* find_order(Dossier& dossier, const std::string& number);
// What a provider says of money that came.
void take_fact(OrderRecord& order, const PaymentFact& fact);
// How long after its end an order is still asked about: money may come late.
inline constexpr std::chrono::hours order_watch_life{48};
inline constexpr std::chrono::seconds shortest_pause{10};  // between two questions about money
// The next question comes after as long as it has taken so far, within limits.
Instant next_question(Instant since, Instant now, Instant::duration longest);
// How long an order of this way stands.
Instant::duration life_of(const OrderRecord& order);
// Paid in another way: what comes by transfer all the same is looked for, where the programme takes transfers.
void listen_for_transfer(DossierChange& change, const Offer& offer, Instant now);
// "YX…-0": by it the bank is asked about a case for which no transfer was announced.
bool is_stray_number(std::string_view number);
// Announced transfers are waited for no more.
Result<void> give_up_transfers(Dossier& dossier);
bool offers_way(const programme::Programme& programme, std::string_view way);
OrderRecord new_order(const Dossier& dossier, const std::string& way, std::int64_t price_fen, Instant now);
std::string yuan_text(std::int64_t fen);  // "600.00"
Result<void> step_order(OrderRecord& order, PaymentEvent event, By by);
// The case goes to the desk; the account is checked where its programme wants that.
Result<void> take_price(DossierChange& change, const Offer& offer, const std::string& way, const Actor& by,
                        Instant now);
// Money of an order goes back: at once, by the house's rule, or when a finance officer has decided.
Result<void> ask_refund(DossierChange& change, const OrderRecord& order, std::int64_t fen, RefundReason reason,
                        bool by_house, Instant now);
// All that was paid and has not gone back yet.
Result<void> refund_all(DossierChange& change, RefundReason reason, bool by_house, Instant now);

// What a finance officer says about what he decides.
Result<void> check_finance_words(const std::string& words, bool is_needed);

ServiceLimits limits_of(const programme::Programme& programme);
std::string day_of(Instant at);  // UTC+8, YYYY-MM-DD
const programme::IdentityRule* identity_rule(const programme::Programme& programme);
// Whether the activation secret goes to the requester's telephone, where this way was taken.
bool releases_by_text(const programme::Programme& programme, std::string_view way);
bool asks_account(const programme::Programme& programme, std::string_view way);
std::string carrier_subject(const Dossier& dossier);

}  // namespace yinxin::hall::street
