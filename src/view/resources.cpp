#include "view/resources.h"

#include "view/geometry.h"
#include "view/limits.h"

namespace yinxin::view {

namespace xml = seal::ofd::xml;

namespace {

template <class Map>
auto* find_in(Map& map, const std::string& id) {
  const auto at = map.find(id);
  return at == map.end() ? nullptr : &at->second;
}

bool is_true(const std::string& written) { return written == "true" || written == "1"; }

}  // namespace

// Res @BaseLoc { ColorSpaces | DrawParams | Fonts | MultiMedias | CompositeGraphicUnits }
void Resources::add(const std::string& path) {
  const auto text = package_.read(path);
  auto tree = text ? xml::Document::parse(*text) : Result<xml::Document>(text.error());
  if (!tree) {
    return;
  }
  files_.push_back(std::make_unique<xml::Document>(std::move(*tree)));
  const pugi::xml_node root = files_.back()->root();
  const std::string base = xml::attribute(root, "BaseLoc");
  for (const pugi::xml_node list : root.children()) {
    for (const pugi::xml_node one : list.children()) {
      if (xml::is(one, "Font") && fonts_.size() < max_resources) {
        add_font(one, path, base);
      } else if (xml::is(one, "ColorSpace") && spaces_.size() < max_resources) {
        add_space(one);
      } else if (xml::is(one, "MultiMedia") && media_.size() < max_resources) {
        add_media(one, path, base);
      } else if (xml::is(one, "DrawParam") && draw_params_.size() < max_resources) {
        draw_params_[xml::attribute(one, "ID")] = one;
      } else if (xml::is(one, "CompositeGraphicUnit") && composites_.size() < max_resources) {
        composites_[xml::attribute(one, "ID")] = one;
      }
    }
  }
}

std::string Resources::path_of(const std::string& from, const std::string& base, const std::string& written) const {
  if (written.empty()) {
    return {};
  }
  // Some writers leave BaseLoc out of account.
  for (const std::string& at : {base.empty() || written.front() == '/' ? written : base + "/" + written, written}) {
    const auto path = seal::ofd::resolve_in(package_, from, at);
    if (path && package_.has(*path)) {
      return *path;
    }
  }
  return {};
}

// Font @ID @FontName @FamilyName? @Italic? @Bold? @Serif? @FixedWidth? { FontFile? }
void Resources::add_font(pugi::xml_node node, const std::string& from, const std::string& base) {
  FontResource font;
  font.name = xml::attribute(node, "FontName") + " " + xml::attribute(node, "FamilyName");
  font.bold = is_true(xml::attribute(node, "Bold"));
  font.italic = is_true(xml::attribute(node, "Italic"));
  font.serif = is_true(xml::attribute(node, "Serif"));
  font.fixed_width = is_true(xml::attribute(node, "FixedWidth"));
  font.file = path_of(from, base, xml::text(xml::child(node, "FontFile")));
  fonts_[xml::attribute(node, "ID")] = std::move(font);
}

// ColorSpace @ID @Type (GRAY | RGB | CMYK) @BitsPerComponent? { Palette { CV* }? }
void Resources::add_space(pugi::xml_node node) {
  ColourSpace space;
  const std::string kind = xml::attribute(node, "Type");
  space.kind = kind == "GRAY"   ? ColourSpace::Kind::grey
               : kind == "CMYK" ? ColourSpace::Kind::cmyk
                                : ColourSpace::Kind::rgb;
  constexpr double most_bits = 16;
  const auto bits = number_of(xml::attribute(node, "BitsPerComponent"));
  space.bits = bits && *bits >= 1 && *bits <= most_bits ? static_cast<int>(*bits) : space.bits;
  xml::each_child(xml::child(node, "Palette"), "CV", [&](pugi::xml_node one) {
    constexpr std::size_t most_colours = 65'536;
    if (auto channels = channels_of(xml::text(one)); channels && space.palette.size() < most_colours) {
      space.palette.push_back(std::move(*channels));
    }
  });
  spaces_[xml::attribute(node, "ID")] = std::move(space);
}

// MultiMedia @ID @Type @Format? { MediaFile }
void Resources::add_media(pugi::xml_node node, const std::string& from, const std::string& base) {
  media_[xml::attribute(node, "ID")] = path_of(from, base, xml::text(xml::child(node, "MediaFile")));
}

const FontResource* Resources::font(const std::string& id) const { return find_in(fonts_, id); }
const std::string* Resources::media(const std::string& id) const { return find_in(media_, id); }

pugi::xml_node Resources::draw_param(const std::string& id) const {
  const auto* node = find_in(draw_params_, id);
  return node == nullptr ? pugi::xml_node() : *node;
}

pugi::xml_node Resources::composite(const std::string& id) const {
  const auto* node = find_in(composites_, id);
  return node == nullptr ? pugi::xml_node() : *node;
}

ColourSpace Resources::space(const std::string& id) const {
  const auto* space = find_in(spaces_, id.empty() ? default_space_ : id);
  return space == nullptr ? ColourSpace() : *space;
}

}  // namespace yinxin::view
