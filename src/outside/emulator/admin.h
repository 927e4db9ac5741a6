#pragma once
// What an emulator's admin door is told: one flat JSON object.

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace yinxin::outside {

constexpr std::size_t max_admin_body_bytes = 4096;

// Its members as text: strings, whole numbers, true and false. nullopt for anything else.
std::optional<std::map<std::string, std::string>> flat_object(std::string_view json);
// The member of that name; empty without one.
std::string member(const std::map<std::string, std::string>& members, const std::string& name);

}  // namespace yinxin::outside
