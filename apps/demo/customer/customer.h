#pragma once
// What a requester does, over HTTP alone: on the hall's interfaces as a page would, at the emulated providers as the
// person would (reading an SMS, pressing the button on the phone, paying, reading the bank's receipt).

#include <functional>
#include <memory>

#include "api/json_names.h"
#include "base/clock.h"
#include "demo/customer/applicant.h"
#include "net/client.h"

namespace yinxin::demo {

struct Answered {
  int status = 0;
  std::shared_ptr<const boost::json::value> json;  // null where the body is none
  std::string cookie;
  Bytes body;
};

// Where everything is: "http://127.0.0.1:8443".
struct Places {
  std::string hall;
  std::string sms, carrier, face, card_reader, wechat_pay, bank, courier;
  // From what `yinxin emulate` prints, "  sms http://…" a line each.
  static Result<Places> read(const std::string& hall, std::string_view lines);
};

// What the public side answers with 200: a revocation list, a certificate, an OCSP response. `type` of the body.
Result<Bytes> fetch_public(const std::string& hall, net::Method method, const std::string& path,
                           const std::string& type, Bytes body);

// What the programme asks for, by its own names.
struct Asked {
  std::string form_slot, impression_slot;  // materials
  std::vector<std::string> other_slots;
  std::string sheet_title, operator_name;
};
// A picture of nothing, another one for each `of`; large enough to be taken for a photograph.
Result<Bytes> photograph(const std::string& of);

class Customer {
 public:
  // `waits`: called between two questions for something that others do; false when it is enough.
  Customer(Places places, Applicant applicant, std::string project, std::string scratch, Random& random,
           std::function<bool()> waits);

  // What is known between two steps, as text, and back.
  [[nodiscard]] std::string memory() const;
  void remember(std::string_view text);

  // Each step is an error when the hall does not answer as it should; its detail has the hall's own words.
  Result<void> sign_in();
  Result<void> begin();
  Result<void> agree();
  Result<void> fill_in();
  Result<Bytes> print_form();
  // As the hall publishes the programme.
  Result<Asked> asked();
  // What the programme asks for, as scans; each with its slot.
  Result<std::vector<std::pair<std::string, Bytes>>> prepare_papers(bool form_is_stamped);
  Result<void> upload(const std::string& slot, const Bytes& file);
  Result<void> upload_papers(bool form_is_stamped);
  Result<void> prove_identity();
  Result<void> pay();
  // By the bank's slip and a transfer with the case's number in its remark; taken up where it stands.
  Result<void> pay_by_transfer();
  // Only the application form, stamped now, and again to the desk.
  Result<void> correct_form();
  Result<std::string> state();
  // Waits until the case stands there.
  Result<void> wait_for(const std::string& state);
  // The activation secret, from the finance department's bank receipt.
  Result<std::string> secret_on_receipt();
  // The same where it comes by SMS.
  Result<std::string> secret_by_sms() { return newest_sms("code", id_ + "-secret"); }
  // Asks for the code of a login as a page does: solves the hall's puzzle first. Whatever is answered.
  Result<Answered> ask_code();
  Result<Answered> ask_code(const std::string& mobile);
  // The newest SMS to the requester whose parameters have `name`; of the message with this id, when there is one.
  Result<std::string> newest_sms(const std::string& name, const std::string& id = {});
  // As the provider's outbox has them, and the case as its page reads it: JSON.
  Result<Bytes> all_sms();
  Result<Bytes> view();

  [[nodiscard]] const std::string& case_id() const { return id_; }
  [[nodiscard]] const Applicant& applicant() const { return applicant_; }
  Applicant& applicant() { return applicant_; }

  Result<Answered> call(net::Method method, const std::string& path, Bytes body, const std::string& type);
  // `body`: JSON.
  Result<Answered> call(net::Method method, const std::string& path, const boost::json::object& body);
  Result<Answered> get(const std::string& path) { return call(net::Method::get, path, {}, ""); }
  // At a provider's admin door.
  static Result<Answered> at(const std::string& place, net::Method method, const std::string& path,
                             const boost::json::object& body);

 private:
  Result<Answered> phone(net::Method method, const std::string& path, Bytes body, const std::string& type);
  std::string path(const std::string& rest) const { return "/api/v1/cases/" + id_ + rest; }

  Places places_;
  Applicant applicant_;
  std::string project_;
  std::string scratch_;
  Random& random_;
  std::function<bool()> waits_;
  std::string cookie_;
  std::string device_;
  std::string id_;
  std::string token_;
};

}  // namespace yinxin::demo
