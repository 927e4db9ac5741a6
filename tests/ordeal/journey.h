#pragma once
// One requester, from logging in to the activated token, or to the money that has come back, with the officers and the
// station of the case. Whoever gets no answer, or one that says that something is not there just now, looks where the
// case stands and tries again.

#include <functional>

#include "ordeal/stage.h"
#include "ordeal/turns.h"

namespace yinxin::ordeal {

// The officers' sessions, which all journeys share.
class Officers {
 public:
  explicit Officers(Stage& stage) : stage_(stage) {}
  // A desk of this officer's; `stale`: the token that was no longer good.
  Result<agent::DeskClient> desk(scene::Place place, std::string& token, const std::string& stale);

 private:
  Stage& stage_;
  std::mutex mutex_;
  std::map<scene::Place, std::string> tokens_;
};

struct Outcome {
  std::string id;  // of the case
  Turns turns;
  std::string device;  // the token's name; this and what follows is empty when the case ended without a certificate
  Bytes signing, encryption;
  std::string stamp;  // serial number of a time stamp, hexadecimal
  std::uint64_t tries_again = 0;
  [[nodiscard]] bool is_made() const { return turns.end == End::certificate; }
};

struct JourneyOptions {
  std::uint64_t seed = 0;
  bool must_be_made = false;  // it ends with a certificate, whatever else befalls it
  std::string scratch;
  std::chrono::seconds patience{600};           // for one step, however often it is tried
  const std::atomic<bool>* is_over = nullptr;   // nobody waits any longer
  std::function<void(const std::string&)> say;  // what was tried again, and why
};

class Journey {
 public:
  Journey(Stage& stage, Officers& officers, JourneyOptions options);
  // The first step that could not be done in time.
  Result<Outcome> run();

 private:
  using Step = std::function<Result<void>()>;
  using Done = std::function<bool()>;
  Result<void> persist(const char* what, const Step& step, const Done& done = {});
  Result<void> at_desk(scene::Place place, const std::function<Result<void>(agent::DeskClient&)>& deed);
  Result<void> persist_at_desk(const char* what, scene::Place place,
                               const std::function<Result<void>(agent::DeskClient&)>& deed, const Done& done = {});
  bool has_reached(const char* state);  // as the requester sees it
  std::string desk_state();             // as the desk knows it; empty when it does not tell
  bool desk_has_reached(const char* state);
  bool line_is_beyond_keying();
  Result<void> apply();
  Result<void> pay();
  Result<void> pay_once();
  Result<void> sign(agent::DeskClient& desk, scene::Place place, trust::Decision decision);
  Result<void> accept();
  Result<void> approve();
  Result<void> come_back();
  Result<void> correct_once();
  Result<void> withdraw();
  Result<void> be_refused();
  Result<void> get_money_back();
  Result<void> grant(const std::string& refund);
  Result<void> wait_to_stand(const char* wanted);
  Result<void> make();
  Result<void> key();
  Result<void> key_once(agent::DeskClient& desk, token::Ukey& ukey);
  Result<void> activate();
  Result<void> have_stamped();
  Result<void> activate_once(token::Ukey& ukey, const SecretBytes& secret);
  Result<std::string> activation_code(token::Ukey& ukey, office::ActivationCode& code);
  [[nodiscard]] bool waits() const;

  Stage& stage_;
  Officers& officers_;
  JourneyOptions options_;
  Turns turns_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<demo::Customer> customer_;
  std::string device_;
  std::optional<agent::Keyed> keyed_;
  bool only_confirm_ = false;
  std::string last_said_;
  Outcome outcome_;
};

}  // namespace yinxin::ordeal
