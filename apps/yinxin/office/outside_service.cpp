#include "yinxin/office/outside_service.h"

#include <algorithm>

#include "hall/evidence_kinds.h"
#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr std::uint32_t template_space = 900'000'000;
constexpr std::uint32_t first_template = 100'000'000;
constexpr std::size_t max_authorities_bytes = 1024UL * 1024;
constexpr std::string_view currency = "CNY";

crypto::Digest person_hash(const std::string& name, const std::string& resident_id) {
  return crypto::sm3({bytes_of(name), bytes_of("/"), bytes_of(resident_id)});
}

// Begins checks at the provider and remembers, in the outside domain, who each one is about.
class RememberedFaces final : public hall::FaceCheck {
 public:
  RememberedFaces(hall::FaceCheck& provider, OutsideDomain& outside) : provider_(provider), outside_(outside) {}
  Result<hall::FaceCheckBegun> begin(const hall::FaceCheckRequest& request) override {
    YX_TRY(hall::FaceCheckBegun begun, provider_.begin(request));
    YX_CHECK(outside_.remember_face(begun.transaction, person_hash(request.name, request.resident_id)));
    return begun;
  }
  Result<hall::FaceFact> result(const std::string& transaction) override { return provider_.result(transaction); }

 private:
  hall::FaceCheck& provider_;
  OutsideDomain& outside_;
};

std::map<std::string, std::string> by_their_names(const RegisteredText& registered,
                                                  const std::map<std::string, std::string>& ours) {
  std::map<std::string, std::string> parameters;
  for (const auto& [name, value] : ours) {
    if (!registered.parameters) {
      parameters[name] = value;
    } else if (const auto theirs = registered.parameters->find(name); theirs != registered.parameters->end()) {
      parameters[theirs->second] = value;
    }
  }
  return parameters;
}

// Long answers are kept by their digest alone: what is sealed beside a receipt is bounded.
Bytes kept_answer(const Bytes& raw) {
  return raw.size() <= crypto::max_wrapped_bytes ? raw : to_bytes(crypto::sm3(raw));
}

bool is_vanished(const Error& error) { return error.code == ErrorCode::not_found; }

// Whether `found` says that the provider knows it already; what he cannot say now is an error.
template <class T>
Result<bool> is_known(const Result<T>& found) {
  if (!found && found.error().code != ErrorCode::not_found) {
    return found.error();
  }
  return found.has_value();
}

}  // namespace

std::string emulated_template_code(const std::string& programme, const std::string& text) {
  const crypto::Digest digest = crypto::sm3(bytes_of(programme + "/" + text));
  std::uint32_t number = 0;
  for (std::size_t n = 0; n < sizeof number; ++n) {
    number = number << 8U | digest[n];
  }
  return "SMS_" + std::to_string(first_template + number % template_space);
}

FindTemplate templates_of(const outside::OutsideSettings& settings) {
  return [templates = settings.sms ? settings.sms->templates : std::map<std::string, outside::SmsTemplate>(),
          is_emulated = settings.emulated](const std::string& programme,
                                           const std::string& text) -> Result<RegisteredText> {
    const auto found = templates.find(programme + "/" + text);
    if (found != templates.end()) {
      return RegisteredText{.code = found->second.code, .parameters = found->second.parameters};
    }
    if (is_emulated) {
      return RegisteredText{.code = emulated_template_code(programme, text), .parameters = std::nullopt};
    }
    return fail(ErrorCode::precondition, "no template is registered for " + programme + "/" + text);
  };
}

Result<std::unique_ptr<OutsideService>> OutsideService::open(const outside::OutsideSettings& settings,
                                                             const std::string& environment, Parts parts) {
  Bytes authorities;
  if (!settings.authorities_file.empty()) {
    YX_TRY(authorities, cli::read_file(settings.authorities_file, max_authorities_bytes));
  }
  if (settings.emulated && environment != "demo") {
    return fail(ErrorCode::precondition, "emulated providers are for demonstrations, and this office is none");
  }
  std::unique_ptr<OutsideService> made(new OutsideService(parts));
  YX_TRY(made->adapters_, outside::open_adapters(settings, text_of(authorities), parts.clock, parts.random));
  const outside::Adapters& all = made->adapters_;
  if (!all.sms || !all.carrier || !all.face || !all.card_reader || !all.courier || all.payments.empty() || !all.bank) {
    return fail(ErrorCode::precondition, "the settings do not name every provider that the hall needs");
  }
  made->faces_ = std::make_unique<RememberedFaces>(*all.face, parts.domain);
  made->find_template_ = templates_of(settings);
  return made;
}

hall::PaymentWays OutsideService::payments() {
  hall::PaymentWays ways;
  for (const auto& [way, payments] : adapters_.payments) {
    ways.emplace(way, payments.get());
  }
  return ways;
}

// ----------------------------------------------------------------------------------------------------------- messages

Result<std::vector<std::string>> OutsideService::lacking_texts(
    const std::vector<std::pair<std::string, std::string>>& texts) {
  std::vector<std::string> lacking;
  for (const auto& [programme, text] : texts) {
    if (!find_template_(programme, text)) {
      lacking.push_back(programme + "/" + text);
    }
  }
  return lacking;
}

Result<void> OutsideService::send_text(const hall::SmsWish& wish) {
  YX_TRY(const RegisteredText registered, find_template_(wish.programme, wish.text));
  YX_CHECK(adapters_.sms->send({.id = wish.id,
                                .mobile = wish.mobile,
                                .template_code = registered.code,
                                .parameters = by_their_names(registered, wish.parameters)}));
  return {};
}

Result<void> OutsideService::send_secret(const std::string& id, const std::string& mobile,
                                         const RegisteredText& registered,
                                         std::map<std::string, std::string> parameters, const SecretBytes& code) {
  parameters["code"] = std::string(code.expose_text());
  hall::SmsMessage message{.id = id,
                           .mobile = mobile,
                           .template_code = registered.code,
                           .parameters = by_their_names(registered, parameters)};
  wipe(parameters["code"]);
  const bool has_it = std::ranges::any_of(message.parameters, [&](const auto& each) {
    return equal_in_constant_time(bytes_of(each.second), code.expose());
  });
  const auto sent = has_it ? adapters_.sms->send(message)
                           : Result<hall::ProviderAnswer>(
                                 fail(ErrorCode::precondition, "the template " + registered.code + " takes no code"));
  for (auto& [name, value] : message.parameters) {
    wipe(value);
  }
  return sent ? Result<void>() : Result<void>(sent.error());
}

Result<Bytes> OutsideService::send_code(const std::string& line, const std::string& device, const std::string& mobile) {
  YX_TRY(const RegisteredText registered, find_template_({}, "activation_code"));
  YX_TRY(const OutsideDomain::DrawnCode drawn, parts_.domain.draw_code(line, device, pin(), parts_.pin.certificate()));
  if (!mobile.empty()) {
    YX_CHECK(send_secret(to_hex(drawn.challenge), mobile, registered, {}, drawn.digits));
  }
  return to_bytes(drawn.challenge);
}

// ------------------------------------------------------------------------------------------------------------ secrets

OutsideDomain::PinDoor OutsideService::pin() const {
  return [&pin = parts_.pin](BytesView order) { return pin.order(order); };
}

Result<SecretBytes> OutsideService::draw_secret(const std::string& line, const std::string& channel) {
  return parts_.domain.draw_secret(line, channel, pin(), parts_.pin.certificate());
}

// Nothing of it is kept here: not the words, not the wish.
Result<void> OutsideService::send_secret_text(const SecretText& text) {
  bool is_sent = false;
  if (text.may_be_done) {
    YX_TRY(is_sent, is_known(adapters_.sms->find(text.id, text.mobile, parts_.clock.now())));
  }
  if (!is_sent) {
    YX_TRY(const RegisteredText registered, find_template_(text.programme, text.text));
    YX_TRY(const SecretBytes secret, draw_secret(text.line, text.channel));
    YX_CHECK(send_secret(text.id, text.mobile, registered, text.parameters, secret));
  }
  return parts_.domain.secret_delivered(text.line, text.channel, pin());
}

// The bank takes an id once; after a crash it is asked whether it has.
Result<void> OutsideService::send_deposit(const SecretDeposit& deposit) {
  bool is_paid = false;
  if (deposit.may_be_done) {
    YX_TRY(is_paid, is_known(adapters_.bank->find(deposit.id, parts_.clock.now())));
  }
  if (!is_paid) {
    YX_TRY(const SecretBytes secret, draw_secret(deposit.line, deposit.id));
    Bytes remark = to_bytes(bytes_of(std::string(remark_label) + ":"));
    remark.insert(remark.end(), secret.expose().begin(), secret.expose().end());
    const auto paid = adapters_.bank->pay({.id = deposit.id,
                                           .account_name = deposit.account_name,
                                           .account_number = deposit.account_number,
                                           .bank_name = deposit.bank_name,
                                           .bank_number = deposit.bank_number,
                                           .amount_fen = 1,
                                           .remark = SecretBytes(std::move(remark))});
    if (!paid && paid.error().code != ErrorCode::already_exists) {
      return paid.error();
    }
  }
  return parts_.domain.secret_delivered(deposit.line, deposit.id, pin());
}

Result<void> OutsideService::void_secret(const std::string& line, const std::string& channel) {
  return parts_.domain.void_secret(line, channel, pin());
}

// ----------------------------------------------------------------------------------------------------------- receipts

Result<Bytes> OutsideService::sign(const EvidenceQuestion& question, const hall::ProviderAnswer& answer, bool passed) {
  return parts_.domain.receive({.kind = question.kind,
                                .provider = answer.provider,
                                .transaction_id = answer.transaction,
                                .application_id = question.case_id,
                                .passed = passed,
                                .answer = {},
                                .at = {}},
                               kept_answer(answer.raw));
}

// What the provider knows no more: a receipt that says so, under our own number of it.
Result<Bytes> OutsideService::sign_vanished(const EvidenceQuestion& question, std::string_view provider,
                                            const std::string& number) {
  return sign(question,
              {.provider = std::string(provider), .transaction = number, .raw = to_bytes(bytes_of("not_found"))},
              false);
}

Result<std::optional<Bytes>> OutsideService::ask_carrier(const EvidenceQuestion& question) {
  YX_TRY(const hall::CarrierFact fact, adapters_.carrier->check(question.name, question.resident_id, question.mobile));
  YX_TRY(Bytes receipt, sign(question, fact.answer, fact.verdict == hall::CarrierVerdict::match));
  return std::optional(std::move(receipt));
}

Result<std::optional<Bytes>> OutsideService::ask_face(const EvidenceQuestion& question) {
  const std::string& transaction = question.face_transaction;
  if (transaction.empty()) {
    return std::optional<Bytes>();  // an officer's own word stands in S1, or the vault refuses
  }
  const auto person = parts_.domain.person_of_face(transaction);
  if (!person || *person != person_hash(question.name, question.resident_id)) {
    return fail(ErrorCode::precondition, "the face check was not begun for this requester");
  }
  const auto fact = faces_->result(transaction);
  if (!fact && !is_vanished(fact.error())) {
    return fact.error();
  }
  YX_TRY(Bytes receipt, fact ? sign(question, fact->answer, fact->verdict == hall::FaceVerdict::passed)
                             : sign_vanished(question, "face", transaction));
  return std::optional(std::move(receipt));
}

Result<std::optional<Bytes>> OutsideService::ask_deposit(const EvidenceQuestion& question) {
  if (question.deposit.empty()) {
    return fail(ErrorCode::precondition, "the street names no deposit of this case");
  }
  const auto fact = adapters_.bank->find(question.deposit, parts_.clock.now());
  if (!fact && !is_vanished(fact.error())) {
    return fact.error();
  }
  YX_TRY(Bytes receipt, fact ? sign(question, fact->answer, fact->standing == hall::DepositStanding::settled)
                             : sign_vanished(question, "bank", question.deposit));
  return std::optional(std::move(receipt));
}

// The money that the snapshot says came in, in the provider's books.
Result<std::optional<Bytes>> OutsideService::ask_payment(const EvidenceQuestion& question) {
  if (question.order.empty()) {
    return fail(ErrorCode::precondition, "the street names no order of this case");
  }
  const auto provider = adapters_.payments.find(question.way);
  if (provider == adapters_.payments.end()) {
    return fail(ErrorCode::unsupported, "nobody can be asked about this way of paying");
  }
  const auto fact = provider->second->find(question.order);
  if (!fact && !is_vanished(fact.error())) {
    return fact.error();
  }
  // Of what came above the price a part may have gone back; some providers then call the order refunded.
  const bool stands = fact && (fact->standing == hall::PaymentStanding::paid ||
                               (fact->standing == hall::PaymentStanding::refunded && question.given_back_fen > 0));
  const bool is_whole = stands && fact->order == question.order && fact->currency == currency &&
                        fact->paid_fen - question.given_back_fen == question.received_fen;
  YX_TRY(Bytes receipt,
         fact ? sign(question, fact->answer, is_whole) : sign_vanished(question, "payment", question.order));
  return std::optional(std::move(receipt));
}

Result<std::optional<Bytes>> OutsideService::receipt(const EvidenceQuestion& question) {
  if (question.kind == hall::carrier_evidence) {
    return ask_carrier(question);
  }
  if (question.kind == hall::face_evidence) {
    return ask_face(question);
  }
  if (question.kind == hall::deposit_evidence) {
    return ask_deposit(question);
  }
  return question.kind == hall::payment_evidence ? ask_payment(question) : std::optional<Bytes>();
}

}  // namespace yinxin::office
