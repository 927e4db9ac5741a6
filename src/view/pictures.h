#pragma once
// Images of strangers as cairo surfaces: PNG by libpng inside cairo, JPEG by libjpeg-turbo.

#include <map>

#include "base/bytes.h"
#include "view/cairo_parts.h"

namespace yinxin::view {

// PNG or JPEG, by its first bytes. unsupported "view.picture.kind"; precondition "view.picture.size" beyond
// `max_pixels` or max_picture_bytes; corrupt "view.picture.data".
Result<Surface> decode_picture(BytesView file, std::uint64_t max_pixels);

// A page's images: each is decoded once, and all together stay within max_all_picture_pixels.
class Pictures {
 public:
  // nullptr when it cannot be decoded; `read` gives the bytes and is asked once for each name.
  template <class Read>
  cairo_surface_t* get(const std::string& name, Read&& read) {
    const auto known = kept_.find(name);
    return known != kept_.end() ? known->second.get() : keep(name, read());
  }

 private:
  cairo_surface_t* keep(const std::string& name, const Result<Bytes>& file);

  std::map<std::string, Surface> kept_;
  std::uint64_t pixels_ = 0;
};

}  // namespace yinxin::view
