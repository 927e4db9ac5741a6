#pragma once
// An office whose vault knows every hostile story as far as a vault can: its officers are of the real roles CA, its
// programmes are in force, its devices are taken in, its permits stand in the vault's book. So one rule alone stands
// between each bundle and a certificate.

#include <filesystem>

#include "hostile.h"
#include "scene/scene.h"

namespace yinxin::walls {

// Before any process runs. Lays the campaign into the folder of who is to be taken over: "desk" or "street".
Campaign lay_campaign(const scene::Scene& scene, const std::filesystem::path& office, const std::string& taken,
                      std::uint64_t bundles, std::uint64_t seed);

}  // namespace yinxin::walls
