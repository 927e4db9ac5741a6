#include "view/fonts.h"

#include <cairo-ft.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "view/limits.h"

namespace yinxin::view {

namespace {

template <class T>
std::shared_ptr<T> owned(T* object) {
  return {object, [](T* gone) {
            if (gone != nullptr) {
              g_object_unref(gone);
            }
          }};
}

// One for the process: cairo keeps faces alive after we have let go of them.
FT_Library library() {
  static FT_Library const made = [] {
    FT_Library fresh = nullptr;
    return FT_Init_FreeType(&fresh) == 0 ? fresh : nullptr;
  }();
  return made;
}

// The bytes must outlive the face, and both every use that cairo makes of them.
struct EmbeddedFace {
  explicit EmbeddedFace(Bytes file) : bytes(std::move(file)) {}
  ~EmbeddedFace() {
    if (face != nullptr) {
      FT_Done_Face(face);
    }
  }
  EmbeddedFace(const EmbeddedFace&) = delete;
  EmbeddedFace& operator=(const EmbeddedFace&) = delete;
  Bytes bytes;
  FT_Face face = nullptr;
};

struct FaceGone {
  void operator()(cairo_font_face_t* gone) const { cairo_font_face_destroy(gone); }
};

struct Embedded {
  std::unique_ptr<cairo_font_face_t, FaceGone> face;
  FT_Face outlines = nullptr;  // owned by `face`
};

Embedded embedded_of(Bytes file) {
  static const cairo_user_data_key_t key{};
  auto holder = std::make_unique<EmbeddedFace>(std::move(file));
  if (library() == nullptr || FT_New_Memory_Face(library(), holder->bytes.data(),
                                                 static_cast<FT_Long>(holder->bytes.size()), 0, &holder->face) != 0) {
    return {};
  }
  if (!FT_IS_SCALABLE(holder->face) || holder->face->units_per_EM == 0) {
    return {};
  }
  Embedded made{.face = {}, .outlines = holder->face};
  made.face.reset(cairo_ft_font_face_create_for_ft_face(holder->face, FT_LOAD_NO_HINTING));
  if (cairo_font_face_set_user_data(made.face.get(), &key, holder.get(), [](void* gone) {
        delete static_cast<EmbeddedFace*>(gone);  // cairo has the only pointer
      }) != CAIRO_STATUS_SUCCESS) {
    made.face.reset();
    return {};
  }
  static_cast<void>(holder.release());
  return made;
}

enum class Family { serif, sans, fixed };

// By what the name says: 黑体, 楷体 and 仿宋 are not on every machine, their kin are.
Family family_of(const FontResource& font) {
  const std::string name = ascii_lower(font.name);
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
  };
  if (font.fixed_width || has({"courier", "mono", "consol", "ocr"})) {
    return Family::fixed;
  }
  if (has({"黑", "hei", "sans", "arial", "helvetica", "等线", "dengxian", "圆", "calibri", "tahoma", "verdana"})) {
    return Family::sans;
  }
  return Family::serif;
}

const char* family_name(Family family) {
  switch (family) {
    case Family::serif: return "Noto Serif CJK SC";
    case Family::sans: return "Noto Sans CJK SC";
    case Family::fixed: return "Noto Sans Mono CJK SC";
  }
  return "";
}

constexpr double em_units = 1000;  // the size system fonts are measured at

}  // namespace

class Fonts::Inside {
 public:
  Inside(const seal::ofd::Package& package, std::shared_ptr<PangoContext> context)
      : package_(package), context_(std::move(context)) {}

  const Embedded& embedded(const std::string& path) {
    const auto known = embedded_.find(path);
    if (known != embedded_.end()) {
      return known->second;
    }
    static const Embedded none;
    if (path.empty() || embedded_.size() >= max_fonts) {
      return none;
    }
    Embedded& kept = embedded_[path];
    const auto* entry = package_.find(path);
    if (entry != nullptr && entry->size <= std::min(max_font_bytes, max_all_font_bytes - font_bytes_)) {
      font_bytes_ += entry->size;
      if (auto file = package_.read(path)) {
        kept = embedded_of(std::move(*file));
      }
    }
    return kept;
  }

  std::optional<Glyph> of_machine(Family family, bool bold, char32_t character) {
    const auto key = std::tuple(family, bold, character);
    const auto known = of_machine_.find(key);
    if (known != of_machine_.end()) {
      return known->second;
    }
    return of_machine_[key] = look_up(family, bold, character);
  }

 private:
  std::shared_ptr<PangoFontset> fontset(Family family, bool bold) {
    auto& kept = fontsets_[{family, bold}];
    if (!kept) {
      const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> wanted(
          pango_font_description_new(), &pango_font_description_free);
      pango_font_description_set_family_static(wanted.get(), family_name(family));
      pango_font_description_set_weight(wanted.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
      pango_font_description_set_absolute_size(wanted.get(), em_units * PANGO_SCALE);
      kept = owned(pango_context_load_fontset(context_.get(), wanted.get(), pango_language_from_string("zh-cn")));
    }
    return kept;
  }

  std::optional<Glyph> look_up(Family family, bool bold, char32_t character) {
    const auto set = fontset(family, bold);
    const auto font = set ? owned(pango_fontset_get_font(set.get(), character)) : nullptr;
    if (!font || !PANGO_IS_FC_FONT(font.get())) {
      return std::nullopt;
    }
    const unsigned index = pango_fc_font_get_glyph(PANGO_FC_FONT(font.get()), character);
    auto* const scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font.get()));
    if (index == 0 || scaled == nullptr) {
      return std::nullopt;
    }
    cairo_glyph_t glyph{.index = index, .x = 0, .y = 0};
    cairo_text_extents_t extents{};
    cairo_scaled_font_glyph_extents(scaled, &glyph, 1, &extents);
    fonts_.push_back(font);  // the face is its
    return Glyph{
        .face = cairo_scaled_font_get_font_face(scaled), .index = index, .advance_em = extents.x_advance / em_units};
  }

  const seal::ofd::Package& package_;
  std::shared_ptr<PangoContext> context_;
  std::map<std::pair<Family, bool>, std::shared_ptr<PangoFontset>> fontsets_;
  std::map<std::tuple<Family, bool, char32_t>, std::optional<Glyph>> of_machine_;
  std::vector<std::shared_ptr<PangoFont>> fonts_;
  std::map<std::string, Embedded> embedded_;
  std::size_t font_bytes_ = 0;
};

Fonts::Fonts(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Fonts::~Fonts() = default;
Fonts::Fonts(Fonts&&) noexcept = default;

Result<Fonts> Fonts::open(const seal::ofd::Package& package) {
  const auto context = owned(pango_font_map_create_context(pango_cairo_font_map_get_default()));
  const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
      cairo_font_options_create(), &cairo_font_options_destroy);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options.get());
  Fonts fonts(std::make_unique<Inside>(package, context));
  if (!fonts.inside_->of_machine(Family::serif, false, U'印')) {
    return fail(ErrorCode::precondition, "view.fonts");
  }
  return fonts;
}

bool Fonts::is_embedded(const FontResource& font) { return inside_->embedded(font.file).face != nullptr; }

std::optional<Glyph> Fonts::find(const FontResource& font, bool bold, char32_t character,
                                 const std::optional<unsigned long>& glyph) {
  const Embedded& own = inside_->embedded(font.file);
  if (own.face) {
    const unsigned long index = glyph ? *glyph : FT_Get_Char_Index(own.outlines, character);
    const bool is_there = index < static_cast<unsigned long>(own.outlines->num_glyphs) && (glyph || index != 0);
    if (is_there && FT_Load_Glyph(own.outlines, static_cast<FT_UInt>(index), FT_LOAD_NO_SCALE) == 0) {
      return Glyph{
          .face = own.face.get(),
          .index = index,
          .advance_em = static_cast<double>(own.outlines->glyph->metrics.horiAdvance) / own.outlines->units_per_EM};
    }
  }
  return inside_->of_machine(family_of(font), bold || font.bold, character);
}

}  // namespace yinxin::view
