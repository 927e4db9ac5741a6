#pragma once
// Somebody who applies, and to whom things happen: each step is taken as the page would take it, and every refusal is
// looked at.

#include "journeys/live_hall.h"

namespace yinxin::journeys {

enum class Stage { nothing, signed_in, begun, agreed, entered, papers_in, identified, submitted };

using Answers = std::map<std::string, std::string>;

// A telephone with the link's token.
class Phone {
 public:
  Phone(LiveHall& hall, std::string token);
  Answered visit() { return send(Method::post, "/visit", "{}"); }
  // A picture that the card reader knows as a card with these fields, or does not know at all when there are none.
  Answered photograph(const std::string& side, const Answers& card);
  Answered begin_face(bool agrees = true);
  // Presses a button of the provider's page: pass, fail, cancel.
  void press(const Answered& begun, const std::string& button);
  Answered result(bool left = false);
  Answered by_person() { return send(Method::post, "/by-person", "{}"); }
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  Answered send(Method method, const std::string& path, const std::string& body);
  LiveHall& hall_;
  std::string token_;
  std::string device_;
  int pictures_ = 0;
};

class Requester {
 public:
  Requester();

  // Every step from where he stands.
  void lead_to(Stage stage);
  void sign_in();
  void hand_in_papers();
  void pay();

  demo::Applicant& applicant() { return customer_.applicant(); }
  demo::Customer& customer() { return customer_; }
  const std::string& id() { return customer_.case_id(); }
  // The case as its page reads it now.
  object view();
  std::string state();
  Answers answers();

  Answered post(const std::string& rest, const object& body = {}) { return call(Method::post, rest, body); }
  Answered put(const std::string& rest, const object& body) { return call(Method::put, rest, body); }
  Answered save(const Answers& typed, std::optional<bool> wants_seal = {});
  Answered finish_entry() { return post("/entry"); }
  Answered upload(const std::string& slot, const Bytes& file);
  Phone open_link();
  // Both sides of the right card, and the face.
  void pass_identity(Phone& phone);
  Answers portrait();
  Answers emblem();
  Answered order() { return post("/payments", {{"way", "wechat"}}); }
  Answered set_account(const Answers& account);
  // The newest order's number and state; the page of it.
  object newest_order();
  object newest_deposit();
  // The payer pays what the order says, or so much.
  void pay_order(std::optional<std::int64_t> fen = {});
  Answered ask_order();
  // How many messages with this text has the provider sent to him.
  std::size_t count_sms(const std::string& text);
  std::size_t count_deposits();

  // Good papers, to be spoiled.
  Bytes form_scan(bool stamped = true);
  Bytes sheet_scan(const std::vector<paper::testing::SealDrawing>& seals, const std::string& code);
  Bytes good_sheet() { return sheet_scan({applicant().seal}, id() + "/seal"); }

 private:
  Answered call(Method method, const std::string& rest, const object& body);
  LiveHall& hall_;
  demo::Customer customer_;
  Stage stage_ = Stage::nothing;
  int rounds_ = 0;
};

// At the payment, with an account that is right.
void lead_to_payment(Requester& who);

std::string text_at(const value& json, const std::string& key);

// The answer is a problem document with this status, word and Chinese sentence.
void expect_refused(const Answered& answer, int status, const std::string& word, const std::string& sentence);
// Among the answer's problems is this one of the field.
void expect_problem(const Answered& answer, const std::string& field, const std::string& word,
                    const std::string& sentence, bool is_warning = false);
void expect_no_problem(const Answered& answer, const std::string& field);
void expect_done(const Answered& answer, int status = 200);

class Officer {
 public:
  explicit Officer(scene::Place place);
  agent::DeskClient& desk() { return desk_; }
  // S1 or S2 in the agent's window; the desk's answer.
  Result<std::string> decide(const std::string& id, trust::Decision decision, const Answers& overrides = {});
  // S1 after the providers were asked again, and S2; must succeed.
  void accept(const std::string& id);
  void approve(const std::string& id);
  object show(const std::string& id);
  // Any request to the desk, as the officer.
  Answered call(Method method, const std::string& path, const object& body = {});
  // What was last shown for a signature.
  [[nodiscard]] const std::string& read() const { return window_.shown; }
  Result<Bytes> sign(const token::ApprovalBundle& bundle, trust::Decision decision);

 private:
  class Window final : public token::ApprovalWindow {
   public:
    Result<bool> confirm(const std::string& text, const std::string& code) override {
      shown = text;
      return text.find(code) != std::string::npos;
    }
    std::string shown;
  };
  LiveHall& hall_;
  scene::Place place_;
  agent::DeskClient desk_;
  std::string session_;
  Window window_;
};

// A production officer at a station: keyed, issued, sealed, written.
void make_line(const std::string& id, const std::string& device = scene::device_name);

// An officer is told this sentence; and it is the word's.
void expect_told(const Result<std::string>& answer, const std::string& sentence);
void expect_told_as(const Result<std::string>& answer, const std::string& word, const std::string& sentence);

}  // namespace yinxin::journeys
