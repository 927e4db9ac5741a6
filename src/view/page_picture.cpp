#include "view/page_picture.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "seal/ofd/signatures.h"
#include "seal/ses/version.h"
#include "view/painter.h"

namespace yinxin::view {

namespace xml = seal::ofd::xml;
using seal::ofd::Package;

namespace {

enum class Order { background, body, foreground };

Order order_of(const std::string& written) {
  return written == "Background" ? Order::background : written == "Foreground" ? Order::foreground : Order::body;
}

// What Document.xml says of the whole document.
struct Common {
  struct Template {
    std::string path;
    std::string order;
  };
  std::unique_ptr<xml::Document> tree;
  std::map<std::string, Template> templates;
  std::string annotations;
};

Result<xml::Document> read_xml(const Package& package, const std::string& path) {
  YX_TRY(const Bytes text, package.read(path));
  return xml::Document::parse(text);
}

// Document { CommonData { PublicRes*, DocumentRes*, TemplatePage*, DefaultCS? }, Annotations? }
Result<Common> read_common(const Package& package, const seal::ofd::Body& body, Resources& resources) {
  YX_TRY(auto tree, read_xml(package, body.root_path));
  Common common;
  common.tree = std::make_unique<xml::Document>(std::move(tree));
  const auto data = xml::child(common.tree->root(), "CommonData");
  for (const pugi::xml_node one : data.children()) {
    if (xml::is(one, "PublicRes") || xml::is(one, "DocumentRes")) {
      if (const auto path = seal::ofd::resolve_in(package, body.root_path, xml::text(one))) {
        resources.add(*path);
      }
    } else if (xml::is(one, "TemplatePage")) {
      if (const auto path = seal::ofd::resolve_in(package, body.root_path, xml::attribute(one, "BaseLoc"))) {
        common.templates[xml::attribute(one, "ID")] = {*path, xml::attribute(one, "ZOrder")};
      }
    }
  }
  resources.set_default_space(xml::text(xml::child(data, "DefaultCS")));
  if (const std::string at = xml::text(xml::child(common.tree->root(), "Annotations")); !at.empty()) {
    if (const auto path = seal::ofd::resolve_in(package, body.root_path, at)) {
      common.annotations = *path;
    }
  }
  return common;
}

class Sheet {
 public:
  Sheet(const Package& package, const seal::ofd::Body& body, const seal::ofd::Page& page, cairo_t* onto, Fonts& fonts)
      : package_(package),
        body_(body),
        page_(page),
        resources_(package),
        painter_(onto, package, resources_, fonts, pictures_) {}

  // Templates, layers and annotations of the page.
  Result<void> draw() {
    YX_TRY(common_, read_common(package_, body_, resources_));
    YX_TRY(const auto content, read_xml(package_, page_.path));
    add_resources(content.root(), page_.path);
    std::vector<std::pair<Order, xml::Document>> templates;
    xml::each_child(content.root(), "Template", [&](pugi::xml_node one) {
      const auto known = common_.templates.find(xml::attribute(one, "TemplateID"));
      auto tree = known == common_.templates.end() ? Result<xml::Document>(fail(ErrorCode::not_found, ""))
                                                   : read_xml(package_, known->second.path);
      if (!tree || templates.size() == max_templates) {
        ++not_shown_;
        return;
      }
      add_resources(tree->root(), known->second.path);
      const std::string here = xml::attribute(one, "ZOrder");
      const std::string& there = known->second.order;
      const std::string& order = here.empty() ? there : here;
      templates.emplace_back(order.empty() ? Order::background : order_of(order), std::move(*tree));
    });
    for (const Order order : {Order::background, Order::body, Order::foreground}) {
      for (const auto& [placed, tree] : templates) {
        if (placed == order) {
          draw_layers(tree.root(), std::nullopt);
        }
      }
      draw_layers(content.root(), order);
    }
    draw_annotations();
    return {};
  }
  [[nodiscard]] std::size_t not_shown() const { return not_shown_ + painter_.not_shown(); }
  [[nodiscard]] bool has_other_fonts() const { return painter_.has_other_fonts(); }
  [[nodiscard]] bool is_empty() const { return painter_.objects() == 0; }

 private:
  static constexpr std::size_t max_templates = 64;

  void add_resources(pugi::xml_node page, const std::string& from) {
    xml::each_child(page, "PageRes", [&](pugi::xml_node one) {
      if (const auto path = seal::ofd::resolve_in(package_, from, xml::text(one))) {
        resources_.add(*path);
      }
    });
  }

  // Content { Layer @Type? (Body) @DrawParam? }; all of them in a template, whatever their order.
  void draw_layers(pugi::xml_node page, std::optional<Order> order) {
    for (const Order now : {Order::background, Order::body, Order::foreground}) {
      if (order && *order != now) {
        continue;
      }
      xml::each_child(xml::child(page, "Content"), "Layer", [&](pugi::xml_node layer) {
        if (order_of(xml::attribute(layer, "Type")) == now) {
          painter_.draw_block(layer, style_of(layer, resources_, {}));
        }
      });
    }
  }

  // Annotations { Page @PageID { FileLoc } * }; PageAnnot { Annot @Visible? { Appearance? } * }
  void draw_annotations() {
    if (common_.annotations.empty()) {
      return;
    }
    const auto list = read_xml(package_, common_.annotations);
    if (!list) {
      ++not_shown_;
      return;
    }
    std::size_t drawn = 0;
    xml::each_child(list->root(), "Page", [&](pugi::xml_node one) {
      if (xml::attribute(one, "PageID") != page_.id) {
        return;
      }
      const auto path = seal::ofd::resolve_in(package_, common_.annotations, xml::text(xml::child(one, "FileLoc")));
      const auto tree = path ? read_xml(package_, *path) : Result<xml::Document>(path.error());
      if (!tree) {
        ++not_shown_;
        return;
      }
      xml::each_child(tree->root(), "Annot", [&](pugi::xml_node annotation) {
        if (xml::attribute(annotation, "Visible") == "false") {
          return;
        }
        if (++drawn > max_annotations) {
          ++not_shown_;
          return;
        }
        painter_.draw_appearance(xml::child(annotation, "Appearance"));
      });
    });
  }

  const Package& package_;
  const seal::ofd::Body& body_;
  const seal::ofd::Page& page_;
  Resources resources_;
  Pictures pictures_;
  Painter painter_;
  Common common_;
  std::size_t not_shown_ = 0;
};

// The picture of the seal that a signature carries; of the seal's own file where its value carries none.
Result<seal::ses::Picture> picture_of(const Package& package, const seal::ofd::SignatureFile& file) {
  if (const auto value = package.read(file.value_path)) {
    if (auto signature = seal::ses::parse_signature(*value)) {
      return std::move(signature->seal.picture);
    }
  }
  if (!file.seal_path) {
    return fail(ErrorCode::not_found, "view.seal");
  }
  YX_TRY(const Bytes der, package.read(*file.seal_path));
  YX_TRY(auto seal, seal::ses::parse_seal(der));
  return std::move(seal.picture);
}

struct Found {
  const seal::ofd::Body* body = nullptr;
  const seal::ofd::Page* page = nullptr;
  std::size_t pages = 0;
};

Found find(const seal::ofd::PackageDocument& document, std::size_t number) {
  Found found;
  for (const seal::ofd::Body& body : document.bodies) {
    if (number > found.pages && number - found.pages <= body.pages.size()) {
      found.body = &body;
      found.page = &body.pages[number - found.pages - 1];
    }
    found.pages += body.pages.size();
  }
  return found;
}

// A seal's picture may be a document itself: its first page is the picture. A seal inside a seal is not drawn.
bool draw_seal_document(cairo_t* onto, const Bytes& file, const Box& into) {
  const auto package = Package::open(file);
  const auto document =
      package ? seal::ofd::PackageDocument::read(*package) : Result<seal::ofd::PackageDocument>(package.error());
  const Found first = document ? find(*document, 1) : Found();
  auto fonts = package ? Fonts::open(*package) : Result<Fonts>(package.error());
  if (first.page == nullptr || !fonts) {
    return false;
  }
  const Box& area = first.page->area;
  cairo_translate(onto, into.x, into.y);
  cairo_scale(onto, into.width / area.width, into.height / area.height);
  cairo_translate(onto, -area.x, -area.y);
  Sheet sheet(*package, *first.body, *first.page, onto, *fonts);
  return sheet.draw() && sheet.not_shown() == 0 && !sheet.is_empty();
}

bool draw_seal_image(cairo_t* onto, const Bytes& file, const Box& into) {
  const auto picture = decode_picture(file, max_picture_pixels);
  if (!picture) {
    return false;
  }
  cairo_translate(onto, into.x, into.y);
  cairo_scale(onto, into.width / cairo_image_surface_get_width(picture->get()),
              into.height / cairo_image_surface_get_height(picture->get()));
  cairo_set_source_surface(onto, picture->get(), 0, 0);
  cairo_paint(onto);
  return true;
}

// A seal lies over the text as ink does: white paper in its picture hides nothing.
bool draw_seal(cairo_t* onto, const seal::ses::Picture& picture, const seal::ofd::StampAnnot& stamp) {
  const Saved saved(onto);
  const Box& box = *stamp.boundary;
  const Box shown =
      stamp.clip ? Box{box.x + stamp.clip->x, box.y + stamp.clip->y, stamp.clip->width, stamp.clip->height} : box;
  cairo_rectangle(onto, box.x, box.y, box.width, box.height);
  cairo_clip(onto);
  cairo_rectangle(onto, shown.x, shown.y, shown.width, shown.height);
  cairo_clip(onto);
  cairo_push_group(onto);
  const bool is_document = ascii_lower(picture.type) == "ofd";
  bool is_drawn = false;
  {
    const Saved inside(onto);
    is_drawn = is_document ? draw_seal_document(onto, picture.data, box) : draw_seal_image(onto, picture.data, box);
  }
  cairo_pop_group_to_source(onto);
  cairo_set_operator(onto, CAIRO_OPERATOR_MULTIPLY);
  cairo_paint(onto);
  return is_drawn;
}

void draw_seals(cairo_t* onto, const Package& package, const seal::ofd::PackageDocument& document, const Found& found,
                PagePicture& made) {
  std::size_t number = 0;
  for (const seal::ofd::Body& body : document.bodies) {
    const auto list = seal::ofd::SignatureList::read(package, body);
    for (const seal::ofd::SignatureFile& file : list ? list->signatures : std::vector<seal::ofd::SignatureFile>()) {
      ++number;
      for (const seal::ofd::StampAnnot& stamp : file.stamps) {
        if (&body != found.body || stamp.page_ref != found.page->id) {
          continue;
        }
        if (!stamp.boundary || made.seals.size() == max_seals_on_page) {
          ++made.not_shown;
          continue;
        }
        const auto picture = picture_of(package, file);
        const bool is_drawn = picture && draw_seal(onto, *picture, stamp);
        made.not_shown += is_drawn ? 0 : 1;
        const Box& box = *stamp.boundary;
        made.seals.push_back({.signature = number,
                              .box = {box.x - found.page->area.x, box.y - found.page->area.y, box.width, box.height},
                              .is_drawn = is_drawn});
      }
    }
  }
}

cairo_status_t collect(void* into, const unsigned char* data, unsigned int length) {
  try {
    append(*static_cast<Bytes*>(into), {data, length});
    return CAIRO_STATUS_SUCCESS;
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;  // nothing may be thrown through cairo
  }
}

double pixels_per_mm(const Box& area) {
  constexpr double mm_per_inch = 25.4;
  return std::min({page_dpi / mm_per_inch, max_page_side_px / std::max(area.width, area.height),
                   std::sqrt(static_cast<double>(max_page_pixels) / (area.width * area.height))});
}

}  // namespace

Result<PagePicture> draw_page(Bytes file, std::size_t page) {
  if (file.size() < 2 || file[0] != 'P' || file[1] != 'K') {
    return fail(ErrorCode::unsupported, "view.kind");
  }
  YX_TRY(const auto package, Package::open(std::move(file)));
  YX_TRY(const auto document, seal::ofd::PackageDocument::read(package));
  const Found found = find(document, page);
  if (found.page == nullptr) {
    return fail(ErrorCode::not_found, "view.page");
  }
  const Box& area = found.page->area;
  if (area.width > max_page_side_mm || area.height > max_page_side_mm) {
    return fail(ErrorCode::precondition, "view.page.size");
  }
  const double scale = pixels_per_mm(area);
  const int width = std::max(1, static_cast<int>(std::lround(area.width * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(area.height * scale)));
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  const Canvas canvas(cairo_create(surface.get()));
  cairo_t* const onto = canvas.get();
  cairo_set_source_rgb(onto, 1, 1, 1);
  cairo_paint(onto);
  cairo_scale(onto, scale, scale);
  cairo_translate(onto, -area.x, -area.y);
  YX_TRY(Fonts fonts, Fonts::open(package));
  PagePicture made{.pages = found.pages,
                   .page = page,
                   .width_mm = area.width,
                   .height_mm = area.height,
                   .width_px = static_cast<std::uint32_t>(width),
                   .height_px = static_cast<std::uint32_t>(height)};
  Sheet sheet(package, *found.body, *found.page, onto, fonts);
  YX_CHECK(sheet.draw());
  made.not_shown = sheet.not_shown();
  made.has_other_fonts = sheet.has_other_fonts();
  draw_seals(onto, package, document, found, made);
  if (cairo_status(onto) != CAIRO_STATUS_SUCCESS ||
      cairo_surface_write_to_png_stream(surface.get(), &collect, &made.png) != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::internal, "view.cairo");
  }
  return made;
}

}  // namespace yinxin::view
