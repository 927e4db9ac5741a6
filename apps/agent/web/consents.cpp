#include "agent/web/consents.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "agent/web/origin.h"
#include "base/descriptor.h"
#include "terminal/files.h"

namespace yinxin::agent::web {

namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;
constexpr mode_t of_others = 0077;
constexpr int json_depth = 4;

Error not_ours() { return fail(ErrorCode::invalid_input, "the file of consents is not one"); }

// The person's own, and closed to everybody else.
Result<void> check_private(int descriptor, const std::string& path) {
  struct stat about {};
  if (fstat(descriptor, &about) != 0) {
    return fail(ErrorCode::internal, path + ": " + std::strerror(errno));
  }
  const bool is_private = about.st_uid == geteuid() && (about.st_mode & of_others) == 0;
  return is_private ? Result<void>() : Result<void>(fail(ErrorCode::forbidden, path + " is open to others; chmod go="));
}

Result<Consent> read_consent(const boost::json::value& value) {
  const auto* object = value.if_object();
  const auto text = [&](const char* key) -> std::string {
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  };
  Consent consent;
  YX_TRY(consent.origin, parse_origin(text("origin")));
  const std::string answer = text("answer");
  if (answer != name_of(Answer::granted) && answer != name_of(Answer::refused)) {
    return not_ours();
  }
  consent.answer = answer == name_of(Answer::granted) ? Answer::granted : Answer::refused;
  YX_TRY(consent.at, from_rfc3339(text("at")));
  return consent;
}

std::string json_of(const std::vector<Consent>& consents) {
  boost::json::array list;
  for (const Consent& one : consents) {
    list.push_back(
        boost::json::object{{"origin", one.origin}, {"answer", name_of(one.answer)}, {"at", to_rfc3339(one.at)}});
  }
  return boost::json::serialize(boost::json::object{{"consents", std::move(list)}}) + "\n";
}

}  // namespace

std::string_view name_of(Answer answer) { return answer == Answer::granted ? "granted" : "refused"; }

Result<std::vector<Consent>> parse_consents(std::string_view json) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = json_depth;
  const boost::json::value read = boost::json::parse(json, failed, {}, options);
  const auto* object = failed ? nullptr : read.if_object();
  const auto* list = object == nullptr ? nullptr : object->if_contains("consents");
  if (list == nullptr || !list->is_array() || list->get_array().size() > max_consents) {
    return not_ours();
  }
  std::vector<Consent> consents;
  for (const auto& value : list->get_array()) {
    YX_TRY(Consent one, read_consent(value));
    if (std::ranges::find(consents, one.origin, &Consent::origin) != consents.end()) {
      return not_ours();
    }
    consents.push_back(std::move(one));
  }
  return consents;
}

Result<Consents> Consents::in(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder.parent_path(), failed);
  if (mkdir(folder.c_str(), folder_mode) != 0 && errno != EEXIST) {
    return fail(ErrorCode::internal, "cannot make " + folder.string() + ": " + std::strerror(errno));
  }
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) {
    return fail(ErrorCode::invalid_input, folder.string() + " is no folder");
  }
  YX_CHECK(check_private(opened.number(), folder.string()));
  return Consents(folder);
}

Result<std::vector<Consent>> Consents::list() const {
  const Descriptor opened(open(file().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened.is_open()) {
    return errno == ENOENT ? Result<std::vector<Consent>>(std::vector<Consent>())
                           : Result<std::vector<Consent>>(
                                 fail(ErrorCode::internal, "cannot open " + file() + ": " + std::strerror(errno)));
  }
  YX_CHECK(check_private(opened.number(), file()));
  YX_TRY(const Bytes content, cli::read_file(file(), max_consents_file_bytes));
  return parse_consents(text_of(content));
}

Result<std::optional<Answer>> Consents::find(const std::string& origin) const {
  YX_TRY(const auto consents, list());
  const auto found = std::ranges::find(consents, origin, &Consent::origin);
  return found == consents.end() ? std::optional<Answer>() : std::optional(found->answer);
}

template <class Change>
Result<void> Consents::change(Change change) const {
  const std::string path = (folder_ / "consents.lock").string();
  const Descriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, file_mode));
  if (!lock.is_open() || flock(lock.number(), LOCK_EX) != 0) {
    return fail(ErrorCode::internal, "cannot lock " + path + ": " + std::strerror(errno));
  }
  YX_TRY(std::vector<Consent> consents, list());
  YX_CHECK(change(consents));
  return cli::write_file(file(), bytes_of(json_of(consents)), true, file_mode);
}

Result<void> Consents::keep(const Consent& consent) const {
  return change([&](std::vector<Consent>& consents) -> Result<void> {
    std::erase_if(consents, [&](const Consent& one) { return one.origin == consent.origin; });
    if (consents.size() >= max_consents) {
      const auto oldest = std::ranges::find(consents, Answer::refused, &Consent::answer);
      if (oldest == consents.end()) {
        return fail(ErrorCode::precondition, "agent.too_many");
      }
      consents.erase(oldest);
    }
    consents.push_back(consent);
    return {};
  });
}

Result<void> Consents::remove(const std::string& origin) const {
  return change([&](std::vector<Consent>& consents) -> Result<void> {
    const auto gone = std::erase_if(consents, [&](const Consent& one) { return one.origin == origin; });
    return gone > 0 ? Result<void>() : Result<void>(fail(ErrorCode::not_found, "no such origin was answered"));
  });
}

Result<std::filesystem::path> default_folder() {
  constexpr const char* name = "yinxin-agent";
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/') {
    return std::filesystem::path(config) / name;
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') {
    return fail(ErrorCode::precondition, "neither XDG_CONFIG_HOME nor HOME is set; name a folder with --folder");
  }
  return std::filesystem::path(home) / ".config" / name;
}

}  // namespace yinxin::agent::web
