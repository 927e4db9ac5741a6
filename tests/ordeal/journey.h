#pragma once
// One requester, from logging in to the activated token, with the officers and the station of the case. Whoever gets no
// answer, or one that says that something is not there just now, looks where the case stands and tries again.

#include <functional>

#include "ordeal/stage.h"

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
  std::string id;      // of the case
  std::string device;  // the token's name
  Bytes signing, encryption;
  std::string stamp;  // serial number of a time stamp, hexadecimal
  std::uint64_t tries_again = 0;
};

struct JourneyOptions {
  std::uint64_t seed = 0;
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
  bool has_reached(const char* state);       // as the requester sees it
  bool desk_has_reached(const char* state);  // as the desk knows it
  bool line_is_beyond_keying();
  Result<void> apply();
  Result<void> pay();
  Result<void> pay_once();
  Result<void> approve();
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
