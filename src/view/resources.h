#pragma once
// What the objects of a page refer to by identifier (GB/T 33190-2016 7.9): fonts, colour spaces, drawing parameters,
// media, composite units.

#include <map>
#include <memory>
#include <pugixml.hpp>

#include "seal/ofd/package.h"
#include "seal/ofd/xml.h"
#include "view/colour.h"

namespace yinxin::view {

struct FontResource {
  std::string name;
  bool bold = false;
  bool italic = false;
  bool serif = false;
  bool fixed_width = false;
  std::string file;  // path in the package; empty when it is not embedded
};

class Resources {
 public:
  explicit Resources(const seal::ofd::Package& package) : package_(package) {}
  // Adds a resource file; what cannot be read is not there, and objects that refer to it are not drawn. A later one
  // overrules an earlier one.
  void add(const std::string& path);
  // CommonData/DefaultCS
  void set_default_space(std::string id) { default_space_ = std::move(id); }

  // nullptr when there is none of that identifier.
  [[nodiscard]] const FontResource* font(const std::string& id) const;
  [[nodiscard]] const std::string* media(const std::string& id) const;  // path in the package
  [[nodiscard]] pugi::xml_node draw_param(const std::string& id) const;
  [[nodiscard]] pugi::xml_node composite(const std::string& id) const;  // CompositeGraphicUnit
  // The document's default for an empty identifier, RGB when it names none.
  [[nodiscard]] ColourSpace space(const std::string& id) const;

 private:
  void add_font(pugi::xml_node node, const std::string& from, const std::string& base);
  void add_space(pugi::xml_node node);
  void add_media(pugi::xml_node node, const std::string& from, const std::string& base);
  [[nodiscard]] std::string path_of(const std::string& from, const std::string& base, const std::string& written) const;

  const seal::ofd::Package& package_;
  std::vector<std::unique_ptr<seal::ofd::xml::Document>> files_;  // their trees are referred to
  std::map<std::string, FontResource> fonts_;
  std::map<std::string, std::string> media_;
  std::map<std::string, pugi::xml_node> draw_params_;
  std::map<std::string, pugi::xml_node> composites_;
  std::map<std::string, ColourSpace> spaces_;
  std::string default_space_;
};

}  // namespace yinxin::view
