#pragma once
// What drawing one page may cost. Beyond a limit an object is not drawn and counted, or the page is refused.

#include <cstddef>
#include <cstdint>

namespace yinxin::view {

constexpr double page_dpi = 150;                              // where the page fits the next two
constexpr std::uint64_t max_page_pixels = 6'000'000;          // larger pages are drawn coarser
constexpr double max_page_side_px = 6'000;                    //
constexpr double max_page_side_mm = 20'000;                   //
constexpr std::size_t max_objects = 100'000;                  // of one page, templates and composites included
constexpr std::size_t max_characters = 1'000'000;             // of one page
constexpr std::size_t max_text_code_characters = 100'000;     // of one TextCode
constexpr std::size_t max_path_segments = 200'000;            // of one path
constexpr std::size_t max_all_path_segments = 2'000'000;      // of one page
constexpr std::size_t max_picture_bytes = 64U << 20;          // one image, packed
constexpr std::uint64_t max_picture_pixels = 40'000'000;      // one image
constexpr std::uint64_t max_all_picture_pixels = 80'000'000;  // images of one page
constexpr double max_painted_picture_pixels = 400'000'000;    // of images as often as they are put on the page
constexpr std::size_t max_font_bytes = 64U << 20;             // one embedded font
constexpr std::size_t max_all_font_bytes = 128U << 20;        // of one page
constexpr std::size_t max_fonts = 256;                        // embedded, of one page
constexpr std::size_t max_resources = 100'000;                // of each kind
constexpr std::size_t max_gradient_stops = 256;
constexpr std::size_t max_composite_depth = 8;
constexpr std::size_t max_block_depth = 64;
constexpr std::size_t max_draw_param_depth = 16;
constexpr std::size_t max_seals_on_page = 256;
constexpr std::size_t max_annotations = 5'000;  // of one page
constexpr double max_number = 1e6;              // of any number in a page, either sign
constexpr std::size_t max_png_bytes = 32U << 20;

}  // namespace yinxin::view
