#pragma once
// What an OFD package contains and which of its files take part in what a reader shows (GB/T 33190-2016 OFD.xml,
// Document.xml, pages, templates, resources, annotations).

#include <map>

#include "seal/ofd/package.h"

namespace yinxin::seal::ofd {

// Millimetres, origin top left, y downwards.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};
// "x y w h"; nullopt unless four finite numbers of a sane size, width and height positive.
std::optional<Box> parse_box(std::string_view text);

struct Page {
  std::string id;  // object identifier, what PageRef names; not a page number
  std::string path;
  Box area;  // PhysicalBox of the page, else of the document
};

enum class Role {
  structure,  // OFD.xml, Document.xml, Versions
  page,
  page_template,
  resources,  // PublicRes.xml, DocumentRes.xml, PageRes
  media,      // pictures, fonts, colour profiles
  annotations,
  attachment,
  tag,  // custom tags, extensions: data beside the page
};
std::string_view name_of(Role role);
// Whether a reader that is given another file of that role shows another document.
bool changes_rendering(Role role);

struct Body {
  std::string document_id;
  std::string title;
  std::string root_path;  // Document.xml
  std::optional<std::string> signatures_path;
  std::vector<Page> pages;
  std::map<std::string, std::size_t, std::less<>> page_by_id;  // of several with one id the first
  [[nodiscard]] const Page* find_page(std::string_view id) const;
};

struct PackageDocument {
  std::vector<Body> bodies;
  std::map<std::string, Role> files;  // reachable from OFD.xml, signature parts left out
  std::vector<std::string> missing;   // pointed at and not there, or pointing out of the package
  std::vector<std::string> unreadable;

  // Fails when OFD.xml or a Document.xml cannot be read; flaws further down are listed.
  static Result<PackageDocument> read(const Package& package);
};

}  // namespace yinxin::seal::ofd
