#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::supervisor {

void OpenedDomain::attach(const std::string& /*asker*/, const std::string& /*hearer*/, bool /*asks*/,
                          Descriptor socket) {
  socket.close();
}

const std::map<std::string, Opener, std::less<>>& openers() {
  static const std::map<std::string, Opener, std::less<>> all = {
      {"kmc", &open_kmc},       {"pin", &open_pin},         {"seal", &open_seal},   {"ocsp", &open_ocsp},
      {"tsa", &open_tsa},       {"outside", &open_outside}, {"vault", &open_vault}, {"desk", &open_desk},
      {"street", &open_street}, {"bridge", &open_bridge},
  };
  return all;
}

Result<std::unique_ptr<OpenedDomain>> open_domain(const DomainOptions& options, const Brief& brief,
                                                  const crypto::BootSecret& boot, Random& random, const Clock& clock) {
  const auto opener = openers().find(options.name);
  if (opener == openers().end()) {
    return fail(ErrorCode::not_found, "no process is the domain " + options.name + " alone");
  }
  YX_TRY(const office::Settings settings, office::Settings::read(options.around.data));
  const office::DomainPlace place{.folder = options.around.data,
                                  .environment = settings.environment,
                                  .vfs = {},
                                  .boot = &boot,
                                  .random = &random,
                                  .clock = &clock};
  return opener->second({options, brief, settings, place});
}

}  // namespace yinxin::supervisor
