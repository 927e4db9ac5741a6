#pragma once
// What street and desk may want of the outside: providers by their ports, secrets that leave by a channel of a
// provider's, signed receipts of what one says. In this process (outside_service.h), or in one of its own
// (remote_outside.h). A secret never comes back through here.

#include "hall/delivery/courier.h"
#include "hall/identity/carrier.h"
#include "hall/identity/face_check.h"
#include "hall/notice/sms.h"
#include "hall/notice/sms_wish.h"
#include "hall/payment/bank.h"
#include "hall/payment/payments.h"

namespace yinxin::office {

// One fen whose remark carries the activation secret of a line.
struct SecretDeposit {
  std::string line;
  std::string id;  // of the deposit, and the secret's channel
  std::string account_name;
  std::string account_number;
  std::string bank_name;
  std::string bank_number;   // empty where the table has no branch of that name
  bool may_be_done = false;  // an earlier try may have done it: ask before doing it again
};

// A message that carries the activation secret of a line.
struct SecretText {
  std::string line;
  std::string channel;
  std::string id;  // of the message
  std::string mobile;
  std::string programme;
  std::string text;
  std::map<std::string, std::string> parameters{};  // beside the secret, which is "code"
  bool may_be_done = false;
};

// What a provider is asked again about a case: as the desk has its persons and money, and by the transactions that the
// street names; those are empty where there was none.
struct EvidenceQuestion {
  std::string kind;  // hall/evidence_kinds.h
  std::string case_id;
  std::string name;
  std::string resident_id;
  std::string mobile;
  std::int64_t received_fen = 0;
  std::string face_transaction{};
  std::string order{};
  std::string way{};                // of paying it
  std::int64_t given_back_fen = 0;  // of that order, by our own refunds
  std::string deposit{};
};

class OutsideDoors {
 public:
  virtual ~OutsideDoors() = default;
  virtual hall::Carrier& carrier() = 0;
  virtual hall::FaceCheck& faces() = 0;  // whom each check is about is remembered there
  virtual hall::CardReader& cards() = 0;
  [[nodiscard]] virtual hall::PaymentWays payments() = 0;

  // Of these (programme, text), those that no provider has a template for.
  virtual Result<std::vector<std::string>> lacking_texts(
      const std::vector<std::pair<std::string, std::string>>& texts) = 0;
  // Errors of hall::Sms; precondition without a template.
  virtual Result<void> send_text(const hall::SmsWish& wish) = 0;
  virtual Result<hall::SmsFact> find_text(const std::string& id, const std::string& mobile, Instant sent_at) = 0;
  virtual Result<void> send_secret_text(const SecretText& text) = 0;
  // The code that a token on this line is taken over with, drawn and counted whatever `mobile` is, and sent where it is
  // not empty; its challenge. too_many_requests; wrong_state for a line that does not wait for its holder.
  virtual Result<Bytes> send_code(const std::string& line, const std::string& device, const std::string& mobile) = 0;

  // Errors of hall::Bank; declined_by_outside when the bank does not take it.
  virtual Result<void> send_deposit(const SecretDeposit& deposit) = 0;
  virtual Result<hall::DepositFact> find_deposit(const std::string& id, Instant sent_at) = 0;
  virtual Result<std::vector<std::pair<std::string, hall::DepositFact>>> returned_deposits(Instant from,
                                                                                           Instant to) = 0;
  // Nobody shall activate anything with what went by this channel.
  virtual Result<void> void_secret(const std::string& line, const std::string& channel) = 0;

  virtual Result<hall::ProviderAnswer> order_parcel(const hall::Shipment& shipment) = 0;
  virtual Result<hall::ParcelFact> track_parcel(const std::string& waybill, const std::string& phone_end) = 0;

  // Asks the provider and signs what he says, passed or not: what he knows no more has not passed. nullopt where there
  // is nothing to ask for by machine (a face that an officer has seen). outside_* when he cannot be asked; precondition
  // when the question names nothing to ask for.
  virtual Result<std::optional<Bytes>> receipt(const EvidenceQuestion& question) = 0;
};

}  // namespace yinxin::office
