#pragma once
// Where the providers are and by which secrets they know us, at rest: sealed under the outside domain's wrapping key,
// so that no clear file need stay.

#include "outside/settings.h"
#include "yinxin/office/key_chest.h"

namespace yinxin::office {

// Seals what the file holds (outside/settings.h) in place of what was there. invalid_input, naming section and member,
// for settings that cannot be read; errors of KeyChest::open.
Result<void> keep_providers(const std::string& folder, const crypto::BootSecret& boot, BytesView settings,
                            Random& random);
// not_found when none were kept; forbidden for a wrong boot secret; corrupt when the file was changed.
Result<outside::OutsideSettings> kept_providers(const std::string& folder, const crypto::BootSecret& boot);
bool has_kept_providers(const std::string& folder);

// From a clear file into the office. One inside the office's own folder is removed afterwards; says whether it was.
Result<bool> take_in_providers(const std::string& folder, const crypto::BootSecret& boot, const std::string& file,
                               Random& random);

}  // namespace yinxin::office
