#pragma once
// Which origins may use the UKeys of this machine: what the person has answered, in a file of his own.

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace yinxin::agent::web {

constexpr std::size_t max_consents = 256;
constexpr std::size_t max_consents_file_bytes = std::size_t{256} << 10;

enum class Answer { granted, refused };
std::string_view name_of(Answer answer);

struct Consent {
  std::string origin;
  Answer answer = Answer::refused;
  Instant at;
};

// ConsentFile ::= {"consents": [{"origin": text, "answer": "granted" | "refused", "at": RFC 3339}]}
// In the order in which they were given; an origin stands there once. invalid_input for anything else.
Result<std::vector<Consent>> parse_consents(std::string_view json);

// The file is read anew each time, so that what another process took back counts at once. It and its folder must be the
// person's own and nobody else's to read or write (0600, 0700): forbidden where they are not, and then nobody has
// consent. Several processes take turns. May be called from several threads.
class Consents {
 public:
  // Makes the folder when it is not there.
  static Result<Consents> in(const std::filesystem::path& folder);

  [[nodiscard]] Result<std::vector<Consent>> list() const;
  // nullopt: never answered.
  [[nodiscard]] Result<std::optional<Answer>> find(const std::string& origin) const;
  // In place of an earlier answer. Where there are too many, the oldest refusal makes room; precondition when all are
  // granted.
  [[nodiscard]] Result<void> keep(const Consent& consent) const;
  // not_found
  [[nodiscard]] Result<void> remove(const std::string& origin) const;

 private:
  explicit Consents(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::string file() const { return (folder_ / "consents.json").string(); }
  template <class Change>
  Result<void> change(Change change) const;
  std::filesystem::path folder_;
};

// $XDG_CONFIG_HOME/yinxin-agent, or ~/.config/yinxin-agent; precondition where neither is known.
Result<std::filesystem::path> default_folder();

}  // namespace yinxin::agent::web
