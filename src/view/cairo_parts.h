#pragma once
// Owners of cairo's objects. For this room's .cpp files and tests.

#include <cairo.h>

#include <memory>

namespace yinxin::view {

struct CairoGone {
  void operator()(cairo_t* gone) const { cairo_destroy(gone); }
  void operator()(cairo_surface_t* gone) const { cairo_surface_destroy(gone); }
};
using Canvas = std::unique_ptr<cairo_t, CairoGone>;
using Surface = std::unique_ptr<cairo_surface_t, CairoGone>;

// Restores what was set since it was made.
class Saved {
 public:
  explicit Saved(cairo_t* onto) : onto_(onto) { cairo_save(onto_); }
  ~Saved() { cairo_restore(onto_); }
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;

 private:
  cairo_t* onto_;
};

}  // namespace yinxin::view
