#pragma once
// The requester's side of a case, step by step. Every call is one change with its audit line, its messages and its
// errands; a call that is repeated changes nothing. What a person has to change comes back as problems, not as errors.

#include <functional>

#include "audit/record.h"
#include "base/clock.h"
#include "base/random.h"
#include "hall/account/account_store.h"
#include "hall/desk/desk.h"
#include "hall/payment/bank_directory.h"
#include "hall/payment/payments.h"
#include "hall/street/case_news.h"
#include "hall/street/desk_news.h"
#include "hall/street/dossier_store.h"
#include "hall/street/neighbours.h"

namespace yinxin::hall {

constexpr std::chrono::minutes phone_link_life{5};
constexpr std::chrono::minutes payment_life{30};
// As long as a case waits for funds.
constexpr std::chrono::days transfer_life{15};
// That long after an order ran out the provider is still asked: a payment may have been under way.
constexpr std::chrono::minutes late_payment_margin{15};
constexpr std::int64_t max_carrier_tries_a_day = 3;
constexpr std::int64_t usual_face_tries_a_day = 5;
constexpr std::size_t phone_token_bytes = 18;
constexpr std::size_t max_open_cases_of_account = 50;
constexpr std::size_t max_case_files = 64;  // that a case may name over its whole life

constexpr std::size_t max_link_messages_a_day = 5;
constexpr std::chrono::seconds link_message_pause{60};

// What a programme offers by now, where a case that was not handed in yet was begun under an older version of it.
struct NewerOffer {
  std::int64_t version = 0;
  bool is_closed = false;  // nothing is taken in any more
  std::int64_t price_fen = 0;
  std::optional<programme::Closing> closing{};  // as a closed programme says it
  std::optional<Instant> finish_end{};          // closed, but what was begun before may be finished until then
  bool is_to_confirm = true;                    // before the next step
};

// A dossier after a step, and what a person should change about it.
struct Stand {
  Dossier dossier;
  std::vector<FieldProblem> problems;
  std::int64_t price_fen = 0;    // 0 until the years are chosen
  bool form_is_current = false;  // the newest version of the form has the answers as they stand
  std::optional<NewerOffer> newer{};
};

// What somebody agreed to, for whoever reads it later.
struct ConsentShown {
  Consent consent;
  std::int64_t version = 0;  // of the programme that named the document
  std::string account;
  // As it stood then, under its SM3. nullopt: agreed to before texts were kept, and changed since.
  std::optional<std::string> text;
};

// For the phone: what is asked of it, and by whom.
struct PhoneView {
  std::string unit;
  std::string programme;
  std::string requester;    // masked
  std::string resident_id;  // masked
  IdentityRecord identity;
  bool is_done = false;
  std::string done_text;
};

// Money that goes back, with what it belongs to, as a finance officer sees it.
struct MoneyItem {
  std::string case_id;
  std::string programme;
  std::string unit;
  CaseState state = CaseState::draft;
  std::int64_t price_fen = 0;
  OrderRecord order;
  RefundRecord refund;
};
// grant: back by the way it came. match: more came than was asked for; the price is taken, the rest goes back.
// by_hand: it went back outside the provider, as the words tell. decline: it stays; only of a price that was right.
enum class FinanceDeed : std::uint8_t { grant, match, by_hand, decline };
constexpr std::size_t max_finance_words_bytes = 500;
constexpr std::size_t max_booking_bytes = 64;  // of a bank's number

// A transfer that was announced and has not come, as a finance officer sees it.
struct TransferItem {
  std::string case_id;
  std::string programme;
  std::string unit;
  OrderRecord order;
  Instant announced_at;
};

// Whether the legal representative may be seen in place of the account, as the case stands.
bool offers_legal_check(const programme::Programme& programme, const Dossier& dossier);

class Street {
 public:
  struct Parts {
    DossierStore& store;
    audit::Recorder& audit;
    const Clock& clock;
    Random& random;
    Shelf& shelf;
    Press& press;
    Examiner& examiner;
    Carrier& carrier;
    FaceCheck& faces;
    CardReader& cards;
    PaymentWays payments;
  };
  explicit Street(Parts parts) : parts_(std::move(parts)) {}
  // By which limits in working days are counted; without one, Monday to Friday.
  void use_calendar(WorkingDays days) { days_ = std::move(days); }
  [[nodiscard]] const WorkingDays& calendar() const { return days_; }
  // What a unit's bank is picked from; without one, any name is taken as it was typed.
  void use_banks(BankDirectory banks) { banks_ = std::move(banks); }
  [[nodiscard]] const BankDirectory& banks() const { return banks_; }
  [[nodiscard]] Instant now() const { return parts_.clock.now(); }

  // Opens a case. The same opening key of an account gives the same case. not_found and precondition as Shelf;
  // too_many_requests when the account has too many open ones.
  Result<Stand> begin(const SessionRecord& session, const std::string& project_id, const std::string& opening_key);
  Result<Stand> find(const std::string& account, const std::string& id);
  Result<std::vector<DossierSummary>> list(const std::string& account);
  // Of the account's cases those something was made for, the last changed first.
  Result<std::vector<Dossier>> made_for(const std::string& account);
  Result<std::shared_ptr<const Offer>> offer_of(const Dossier& dossier);

  // The requester has seen that the programme has another version by now, and its price: the case goes on under that
  // one. What he agreed to counts where the text is still the same; the form is printed again. conflict "offer.changed"
  // when `version` is not the newest; precondition "offer.closed" where it takes nothing.
  Result<Stand> take_newer_offer(const std::string& account, const std::string& id, std::int64_t version);

  // Each document is agreed to by itself; `documents` maps its name to the SM3 (hexadecimal) of the text that was
  // shown. invalid_input for a document or text that is not this programme's.
  Result<Stand> consent(const std::string& account, const std::string& id,
                        const std::map<std::string, std::string>& documents, const Visitor& visitor);
  // Everything that was agreed to, with the texts: for the requester, and of any case for the house. corrupt for a text
  // that is another one by now.
  Result<std::vector<ConsentShown>> consents(const std::string& account, const std::string& id);
  Result<std::vector<ConsentShown>> consents_of(const std::string& id);
  // Saves whatever was typed. `version`: the one the page was made from; conflict when somebody was faster.
  Result<Stand> save(const std::string& account, const std::string& id, std::int64_t version, const Answers& typed,
                     std::optional<bool> wants_seal);
  // "Next": every answer, those between two answers, and the carrier's word on the requester's number. precondition
  // without the consents. With problems nothing moves on.
  Result<Stand> finish_entry(const std::string& account, const std::string& id);

  // The application form as PDF, of the answers as they stand; changed answers make a new version. Counts as printed.
  Result<Bytes> print_form(const std::string& account, const std::string& id);
  Result<Bytes> impression_sheet(const std::string& account, const std::string& id);
  // Takes a paper into a slot. Refusals and warnings are problems of the field "materials.<slot>".
  Result<Stand> upload(const std::string& account, const std::string& id, const std::string& slot, BytesView file);
  Result<Bytes> rendition(const std::string& account, const std::string& id, const std::string& slot);

  // Ends the entry (complete_entry) when every paper is there, and gives a new link for the requester's phone.
  Result<std::string> open_phone_link(const std::string& account, const std::string& id);
  // The same, and the link goes to the requester's number by SMS: `page` and the token. unsupported
  // "link.no_text" where the programme has no text for it; too_many_requests "link.pause", "link.day".
  Result<std::string> send_phone_link(const std::string& account, const std::string& id, const std::string& page);
  // The other way than a face check: an officer convinces himself, by video or at a counter, once the case is with the
  // desk; until then the case goes on without. precondition "identity.no_alternative" where the programme has none;
  // wrong_state once it was submitted or proven.
  Result<Stand> ask_for_person(const std::string& account, const std::string& id);
  Result<PhoneView> phone_ask_for_person(BytesView token, const std::string& device);
  // The phone. `device`: a random word that the phone's page keeps. forbidden "link.other_phone"; expired "link.late";
  // not_found for a link that nobody gave out.
  Result<PhoneView> phone_open(BytesView token, const std::string& device);
  Result<PhoneView> phone_card(BytesView token, const std::string& device, CardSide side, BytesView picture);
  // Agreeing to the face check, and beginning it: the provider's page. `return_url` is where the phone comes back to.
  Result<std::string> phone_begin_face(BytesView token, const std::string& device, const std::string& return_url,
                                       const std::string& device_info);
  // Asks the provider how it went. `left`: the phone says that the person went away from the provider's page; believed
  // only while the provider has no verdict, and no try is lost by it.
  Result<PhoneView> phone_result(BytesView token, const std::string& device, bool left = false);

  // Where the micro-deposit goes; only where the programme asks for it.
  Result<Stand> set_account(const std::string& account, const std::string& id, const Answers& typed);
  // After so many failures of the deposit as the programme says (offers_legal_check()), the legal representative is
  // seen in its place: one officer says how and what he saw, another confirms it; then the activation secret goes to
  // the legal representative's own telephone. wrong_state "legal_check.…" with what is in the way; forbidden
  // "legal_check.other_officer" for one person twice.
  Result<Stand> see_legal_representative(const std::string& id, const Actor& officer, const SeenInPerson& seen);
  Result<Stand> confirm_legal_representative(const std::string& id, const Actor& officer);
  // The order for what is due, by this way; the open one as long as it lives. precondition without the account that
  // this way needs.
  Result<Stand> open_payment(const std::string& account, const std::string& id, const std::string& way);
  // Paying by transfer: the bank's slip is shown, and the case waits for the money; again for a better slip. Refusals
  // and warnings are problems of the field "voucher". wrong_state "payment.not_now"; invalid_input where the programme
  // takes no transfer.
  Result<Stand> announce_transfer(const std::string& account, const std::string& id, BytesView file);
  // Transfers that have not come, the oldest first; the slip of one.
  Result<std::vector<TransferItem>> transfers_awaited();
  Result<Bytes> voucher(const std::string& order);
  // What a finance officer does about one. The slip shows no such transfer: the requester chooses anew how to pay.
  Result<void> deny_voucher(const std::string& order, const std::string& officer, const std::string& words);
  // The money came without our number in its remark: from now on the bank is asked about this booking of its own.
  // not_found for one that the bank does not have or that belongs to another case; already_exists
  // "transfer.booking_used".
  Result<void> name_booking(const std::string& order, const std::string& booking, const std::string& officer,
                            const std::string& words);
  // The order of another way, or one whose time is over, is closed at its provider first; what was paid on it meanwhile
  // is taken in.
  // Asks the provider about this order and believes only that. A proven payment submits the case; money that is not
  // what was asked for, or that nobody waited for, becomes a refund.
  Result<Stand> ask_payment(const std::string& order);
  Result<std::string> case_of_refund(const std::string& number) { return parts_.store.find_refund(number); }
  Result<std::string> case_of_order(const std::string& order) { return parts_.store.find_order(order); }

  // The requester gives the case up: at once while it is the street's, else the desk is asked. What was paid goes back.
  // wrong_state "case.cannot_withdraw" once it is being made.
  Result<Stand> withdraw(const std::string& account, const std::string& id);
  Result<void> hear_withdrawal_refused(const std::string& id);

  // Money that waits for a finance officer, the oldest first.
  Result<std::vector<MoneyItem>> money_to_decide();
  // What a finance officer does with it. wrong_state when it does not wait for him; "refund.must_go_back" for declining
  // money that was never the price; "refund.no_match" where the case does not wait for that sum.
  Result<MoneyItem> decide_refund(const std::string& number, FinanceDeed deed, const std::string& officer,
                                  const std::string& words);
  // After something was issued money goes back only so. wrong_state "refund.withdraw_first" while the case is open and
  // nothing was made.
  Result<MoneyItem> give_back(const std::string& order, std::int64_t fen, const std::string& officer,
                              const std::string& words);
  // A callback about an order: the provider is asked about it and its refunds.
  Result<void> hear_money(const std::string& order);
  // Asks about every order and refund that is due, once; how many have moved on.
  Result<std::size_t> watch_money();

  // What the desk is handed, once the case is submitted.
  Result<Submission> submission(const std::string& id);
  // The money of a case that ends without a certificate goes back by itself.
  Result<void> hear_desk(const DeskNews& news);
  // After a return: the corrected papers go to the desk as the next revision; nothing is paid again.
  Result<Stand> resubmit(const std::string& account, const std::string& id);
  // The bank's word on a micro-deposit.
  Result<void> hear_deposit(const std::string& id, const std::string& deposit, DepositEvent event,
                            const std::string& reason);

  // Cases that keep_time() has something to do with now, the longest waiting first.
  [[nodiscard]] Result<std::vector<std::string>> ripe(std::size_t limit) {
    return parts_.store.ripe(parts_.clock.now(), limit);
  }
  // The clock's turn: reminds the requester, once for each row of the table in reminders.h, and closes a case that is
  // still the street's when its time is over. An order that is open then is asked about and closed at the provider
  // first: one that was paid submits the case instead. outside_*: nothing was closed, and it is tried again.
  Result<void> keep_time(const std::string& id);

  // Told of each change of a case, by its number.
  CaseNews& news() { return news_; }
  [[nodiscard]] Result<Dossier> any(const std::string& id) { return parts_.store.load(id); }

 private:
  using Edit = std::function<Result<void>(DossierChange&, const Offer&)>;
  // Loads, lets `edit` write, records and saves; again when somebody was faster and the caller does not care.
  Result<Stand> change(const std::string& account, const std::string& id, const std::string& deed, const Edit& edit) {
    return change_by(account.empty() ? Actor{By::house, {}} : Actor{By::requester, account}, id, deed, edit);
  }
  Result<Stand> change_by(const Actor& actor, const std::string& id, const std::string& deed, const Edit& edit);
  Result<Payments*> way_of(const std::string& way);
  // The order brings no more money: closed at its provider, then void. What was paid meanwhile is taken in first.
  Result<Stand> close_order(const std::string& id, const OrderRecord& order);
  Result<void> pursue_refund(const std::string& id, const std::string& number);
  Result<std::optional<Instant>> pursue(const WatchedMoney& money);
  Result<std::optional<Instant>> pursue_stray(const WatchedMoney& money);
  Result<bool> find_stray(const WatchedMoney& money);
  Result<MoneyItem> money_item(const std::string& id, const std::string& refund);
  Result<std::string> make_phone_link(const std::string& account, const std::string& id, const std::string& page);
  std::shared_ptr<const Offer> newest_of(const std::string& programme);
  std::optional<NewerOffer> newer_than(const Dossier& dossier);
  // What keeps a case of an older version from going on to its next step.
  Result<void> check_offer(const Dossier& dossier);
  Result<Stand> stand(Dossier dossier, const Offer& offer, std::vector<FieldProblem> problems = {});
  Result<std::string> case_of_link(BytesView token, const std::string& device, Dossier& dossier);
  Result<PhoneView> view_of(const Dossier& dossier);
  enum class Whose : std::uint8_t { own, anybodys };
  Result<bool> unit_has_another(const Dossier& dossier, Whose whose);
  Result<void> check_carrier(DossierChange& change, std::vector<FieldProblem>& problems);
  // Whether no order of this case can be paid any more.
  Result<bool> close_orders(const Dossier& dossier);
  Parts parts_;
  WorkingDays days_;
  BankDirectory banks_;
  CaseNews news_;
};

}  // namespace yinxin::hall
