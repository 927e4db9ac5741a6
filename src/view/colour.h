#pragma once
// Colours (GB/T 33190-2016 8.3.3).

#include <optional>
#include <string>
#include <vector>

namespace yinxin::view {

// Each 0 to 1.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;
};

struct ColourSpace {
  enum class Kind { grey, rgb, cmyk };
  Kind kind = Kind::rgb;
  int bits = 8;                                // of one channel
  std::vector<std::vector<double>> palette{};  // channels as in Value
};

// "r g b" in that space, numbers or "#hh"; channels beyond their range are taken at its end. nullopt when it has not
// the channels that the space wants.
std::optional<std::vector<double>> channels_of(std::string_view value);
std::optional<Colour> colour_in(const ColourSpace& space, const std::vector<double>& channels);

}  // namespace yinxin::view
