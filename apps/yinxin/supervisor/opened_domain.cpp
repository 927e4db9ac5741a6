#include "yinxin/supervisor/opened_domain.h"

#include "terminal/files.h"

namespace yinxin::supervisor {

namespace {

constexpr std::size_t max_settings_bytes = 64 * 1024;

}  // namespace

void OpenedDomain::attach(const std::string& /*asker*/, const std::string& /*hearer*/, Descriptor socket) {
  socket.close();
}

const std::map<std::string, Opener, std::less<>>& openers() {
  static const std::map<std::string, Opener, std::less<>> all = {
      {"kmc", &open_kmc},
      {"pin", &open_pin},
      {"seal", &open_seal},
  };
  return all;
}

Result<std::unique_ptr<OpenedDomain>> open_domain(const DomainOptions& options, const Brief& brief,
                                                  const crypto::BootSecret& boot, Random& random, const Clock& clock) {
  const auto opener = openers().find(options.name);
  if (opener == openers().end()) {
    return fail(ErrorCode::not_found, "no process is the domain " + options.name + " alone");
  }
  YX_TRY(const Bytes text, cli::read_file(options.around.data + "/office.json", max_settings_bytes));
  YX_TRY(const office::Settings settings, office::Settings::from_json(text_of(text)));
  const office::DomainPlace place{.folder = options.around.data,
                                  .environment = settings.environment,
                                  .vfs = {},
                                  .boot = &boot,
                                  .random = &random,
                                  .clock = &clock};
  return opener->second({options, brief, settings, place});
}

}  // namespace yinxin::supervisor
