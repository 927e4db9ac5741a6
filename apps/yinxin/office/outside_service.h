#pragma once
// The outside at work: adapters to providers, the evidence key, and the way to the PIN domain for secrets.

#include "outside/adapters.h"
#include "yinxin/office/domains.h"
#include "yinxin/office/outside_doors.h"

namespace yinxin::office {

// The label under which the activation secret stands in a remark, as the guides call it.
inline constexpr std::string_view remark_label = "证书PIN码";

// A text as the provider knows it: its template, and its names for our parameters. `programme` empty: the house's own.
struct RegisteredText {
  std::string code;
  std::optional<std::map<std::string, std::string>> parameters;  // ours to theirs; nullopt: by the same names
};
using FindTemplate = std::function<Result<RegisteredText>(const std::string& programme, const std::string& text)>;
// As the settings say. Emulated providers know every text by a number made of its name, unless they say otherwise.
FindTemplate templates_of(const outside::OutsideSettings& settings);

// The template under which an emulated provider knows a text: a number made of the text's name.
std::string emulated_template_code(const std::string& programme, const std::string& text);

class OutsideService final : public OutsideDoors {
 public:
  // All outlive it.
  struct Parts {
    OutsideDomain& domain;
    PinDoors& pin;
    const Clock& clock;
    Random& random;
  };
  // The adapters of these settings; precondition when the office is no demonstration and the providers are emulated, or
  // when one is missing.
  static Result<std::unique_ptr<OutsideService>> open(const outside::OutsideSettings& settings,
                                                      const std::string& environment, Parts parts);

  hall::Carrier& carrier() override { return *adapters_.carrier; }
  hall::FaceCheck& faces() override { return *faces_; }
  hall::CardReader& cards() override { return *adapters_.card_reader; }
  [[nodiscard]] hall::PaymentWays payments() override;
  Result<std::vector<std::string>> lacking_texts(
      const std::vector<std::pair<std::string, std::string>>& texts) override;
  Result<void> send_text(const hall::SmsWish& wish) override;
  Result<hall::SmsFact> find_text(const std::string& id, const std::string& mobile, Instant sent_at) override {
    return adapters_.sms->find(id, mobile, sent_at);
  }
  Result<void> send_secret_text(const SecretText& text) override;
  Result<Bytes> send_code(const std::string& line, const std::string& device, const std::string& mobile) override;
  Result<void> send_deposit(const SecretDeposit& deposit) override;
  Result<hall::DepositFact> find_deposit(const std::string& id, Instant sent_at) override {
    return adapters_.bank->find(id, sent_at);
  }
  Result<std::vector<std::pair<std::string, hall::DepositFact>>> returned_deposits(Instant from, Instant to) override {
    return adapters_.bank->returned(from, to);
  }
  Result<void> void_secret(const std::string& line, const std::string& channel) override;
  Result<hall::ProviderAnswer> order_parcel(const hall::Shipment& shipment) override {
    return adapters_.courier->order(shipment);
  }
  Result<hall::ParcelFact> track_parcel(const std::string& waybill, const std::string& phone_end) override {
    return adapters_.courier->track(waybill, phone_end);
  }
  Result<std::optional<Bytes>> receipt(const EvidenceQuestion& question) override;

 private:
  explicit OutsideService(Parts parts) : parts_(parts) {}
  [[nodiscard]] OutsideDomain::PinDoor pin() const;
  Result<SecretBytes> draw_secret(const std::string& line, const std::string& channel);
  Result<void> send_secret(const std::string& id, const std::string& mobile, const RegisteredText& registered,
                           std::map<std::string, std::string> parameters, const SecretBytes& code);
  Result<Bytes> sign(const EvidenceQuestion& question, const hall::ProviderAnswer& answer, bool passed);
  Result<Bytes> sign_vanished(const EvidenceQuestion& question, std::string_view provider, const std::string& number);
  Result<std::optional<Bytes>> ask_carrier(const EvidenceQuestion& question);
  Result<std::optional<Bytes>> ask_face(const EvidenceQuestion& question);
  Result<std::optional<Bytes>> ask_deposit(const EvidenceQuestion& question);
  Result<std::optional<Bytes>> ask_payment(const EvidenceQuestion& question);

  Parts parts_;
  outside::Adapters adapters_;
  FindTemplate find_template_;
  std::unique_ptr<hall::FaceCheck> faces_;
};

}  // namespace yinxin::office
