#include "yinxin/office/roster.h"

#include <algorithm>
#include <filesystem>

#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr std::string_view approval_mark = "officer-";
constexpr std::string_view login_mark = "login-";

Result<RosterEntry> entry_of(const std::filesystem::path& file) {
  RosterEntry entry{.file = file.filename().string(), .approval = {}, .login = {}, .officer = {}};
  YX_TRY(const Bytes approval, cli::read_file(file.string(), x509::max_certificate_size));
  YX_TRY(entry.approval, x509::Certificate::parse_any(approval));
  YX_TRY(entry.officer, trust::officer_of(entry.approval));
  const std::string number = entry.file.substr(approval_mark.size());
  const std::string login = (file.parent_path() / (std::string(login_mark) + number)).string();
  std::error_code failed;
  if (std::filesystem::exists(login, failed)) {
    YX_TRY(const Bytes bytes, cli::read_file(login, x509::max_certificate_size));
    YX_TRY(entry.login, x509::Certificate::parse_any(bytes));
  }
  return entry;
}

}  // namespace

Result<std::vector<RosterEntry>> roster_of(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/public", failed)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(approval_mark) && entry.path().extension() == ".cer" && files.size() < max_officers_listed) {
      files.push_back(entry.path());
    }
  }
  if (failed) {
    return fail(ErrorCode::not_found, folder + " holds no office");
  }
  // officer-2 before officer-10
  std::ranges::sort(files, {}, [](const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    return std::pair(name.size(), name);
  });
  std::vector<RosterEntry> all;
  for (const auto& file : files) {
    YX_TRY(RosterEntry entry, entry_of(file));
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace yinxin::office
