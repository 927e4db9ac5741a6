#include "view/colour.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "view/geometry.h"

namespace yinxin::view {

std::optional<std::vector<double>> channels_of(std::string_view value) {
  constexpr std::size_t most = 4;
  constexpr std::string_view blanks = " \t\r\n,";
  std::vector<double> channels;
  for (std::size_t next = 0; (next = value.find_first_not_of(blanks)) != std::string_view::npos;) {
    value.remove_prefix(next);
    if (channels.size() == most) {
      return std::nullopt;
    }
    if (value.front() != '#') {
      const auto number = take_number(value);
      if (!number) {
        return std::nullopt;
      }
      channels.push_back(*number);
      continue;
    }
    constexpr int hexadecimal = 16;
    std::uint16_t number = 0;
    const auto [end, problem] = std::from_chars(value.data() + 1, value.data() + value.size(), number, hexadecimal);
    if (problem != std::errc()) {
      return std::nullopt;
    }
    channels.push_back(number);
    value.remove_prefix(static_cast<std::size_t>(end - value.data()));
  }
  return channels;
}

std::optional<Colour> colour_in(const ColourSpace& space, const std::vector<double>& channels) {
  const double full = std::exp2(space.bits) - 1;
  const auto part = [&](std::size_t i) { return std::clamp(channels[i] / full, 0.0, 1.0); };
  switch (space.kind) {
    case ColourSpace::Kind::grey:
      return channels.size() == 1 ? std::optional<Colour>({part(0), part(0), part(0), 1}) : std::nullopt;
    case ColourSpace::Kind::rgb:
      return channels.size() == 3 ? std::optional<Colour>({part(0), part(1), part(2), 1}) : std::nullopt;
    case ColourSpace::Kind::cmyk:
      if (channels.size() != 4) {
        return std::nullopt;
      }
      return Colour{(1 - part(0)) * (1 - part(3)), (1 - part(1)) * (1 - part(3)), (1 - part(2)) * (1 - part(3)), 1};
  }
  return std::nullopt;
}

}  // namespace yinxin::view
