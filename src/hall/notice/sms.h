#pragma once
// Short messages, as the hall needs them. Implemented by outside/sms.

#include <map>
#include <optional>

#include "base/secret_bytes.h"
#include "hall/provider_answer.h"

namespace yinxin::hall {

struct SmsMessage {
  std::string id;             // of our outbox row; the provider keeps it, so that a crash never sends twice
  std::string mobile;         // 11 digits
  std::string template_code;  // as registered with the provider
  std::map<std::string, std::string> parameters;  // of the template; the caller wipes codes it no longer needs
};

enum class SmsStanding : std::uint8_t { waiting, delivered, failed };
struct SmsFact {
  SmsStanding standing = SmsStanding::waiting;
  std::string reason;  // the carrier's code when failed
  ProviderAnswer answer;
};

class Sms {
 public:
  virtual ~Sms() = default;
  // Accepted by the provider; its number of the message in the answer's transaction.
  virtual Result<ProviderAnswer> send(const SmsMessage& message) = 0;
  // not_found: the provider has no message of this id for this number on that day (UTC+8).
  virtual Result<SmsFact> find(const std::string& id, const std::string& mobile, Instant sent_at) = 0;
};

}  // namespace yinxin::hall
