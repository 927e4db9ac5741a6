#include "seal/ofd/document.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "seal/ofd/xml.h"
#include "seal/text.h"

namespace yinxin::seal::ofd {
namespace {

constexpr double max_coordinate_mm = 1e6;
constexpr Box a4 = {0, 0, 210, 297};
constexpr std::size_t max_listed_flaws = 100;

struct Link {
  std::string written;
  Role role = Role::structure;
};

// Elements whose text is a path, and what they lead to.
std::optional<Role> role_of_text(std::string_view element, Role within) {
  static const std::map<std::string_view, Role> roles = {
      {"DocRoot", Role::structure},       {"PublicRes", Role::resources},    {"DocumentRes", Role::resources},
      {"PageRes", Role::resources},       {"MediaFile", Role::media},        {"FontFile", Role::media},
      {"Annotations", Role::annotations}, {"Attachments", Role::attachment}, {"CustomTags", Role::tag},
      {"Extensions", Role::tag},          {"SchemaLoc", Role::tag},          {"ExtendData", Role::tag},
  };
  if (element == "FileLoc") {
    return within;
  }
  const auto at = roles.find(element);
  return at == roles.end() ? std::nullopt : std::optional<Role>(at->second);
}

// The links of one XML file. The tree is walked in document order without recursion.
std::vector<Link> links_of(pugi::xml_node root, Role role) {
  std::vector<Link> links;
  const std::string base = xml::is(root, "Res") ? xml::attribute(root, "BaseLoc") : std::string();
  for (pugi::xml_node node = root; node;) {
    const std::string_view name = xml::local_name(node);
    const bool has_elements = std::any_of(node.begin(), node.end(),
                                          [](pugi::xml_node inside) { return inside.type() == pugi::node_element; });
    if (name == "Page" || name == "TemplatePage" || name == "Version") {
      if (std::string at = xml::attribute(node, "BaseLoc"); !at.empty()) {
        links.push_back({std::move(at), name == "Page"      ? Role::page
                                        : name == "Version" ? Role::structure
                                                            : Role::page_template});
      }
    } else if (name == "ColorSpace") {
      if (std::string at = xml::attribute(node, "Profile"); !at.empty()) {
        links.push_back({base.empty() || at.front() == '/' ? at : base + "/" + at, Role::media});
      }
    } else if (const auto leads_to = role_of_text(name, role); leads_to && !has_elements) {
      std::string at = xml::text(node);
      if (!at.empty() && leads_to == Role::media && !base.empty() && at.front() != '/') {
        at = base + "/" + at;
      }
      if (!at.empty()) {
        links.push_back({std::move(at), *leads_to});
      }
    }
    if (has_elements) {
      node = node.first_child();
    } else {
      while (node && node != root && !node.next_sibling()) {
        node = node.parent();
      }
      node = node == root ? pugi::xml_node() : node.next_sibling();
    }
  }
  return links;
}

bool may_lead_on(Role role, std::string_view path) {
  return role != Role::media && path.size() > 4 && (path.ends_with(".xml") || path.ends_with(".XML"));
}

class Walk {
 public:
  Walk(const Package& package, PackageDocument& document) : package_(package), document_(document) {}

  void from(const std::string& path, Role role) {
    std::vector<std::pair<std::string, Role>> open = {{path, role}};
    while (!open.empty()) {
      const auto [at, as] = open.back();
      open.pop_back();
      if (!take(at, as)) {
        continue;
      }
      const auto text = package_.read(at);
      const auto tree = text ? xml::Document::parse(*text) : Result<xml::Document>(text.error());
      if (!tree) {
        flaw(document_.unreadable, at);
        continue;
      }
      for (const Link& link : links_of(tree->root(), as)) {
        const auto target = resolve_in(package_, at, link.written);
        if (!target || !package_.has(*target)) {
          flaw(document_.missing, link.written);
        } else {
          open.emplace_back(*target, link.role);
        }
      }
    }
  }

 private:
  // True when the file is new in a role that may lead on.
  bool take(const std::string& path, Role role) {
    const auto [at, fresh] = document_.files.emplace(path, role);
    if (!fresh) {
      if (changes_rendering(at->second) || !changes_rendering(role)) {
        return false;
      }
      at->second = role;
    }
    return may_lead_on(role, path);
  }
  static void flaw(std::vector<std::string>& list, const std::string& what) {
    if (list.size() < max_listed_flaws && std::find(list.begin(), list.end(), what) == list.end()) {
      list.push_back(what);
    }
  }

  const Package& package_;
  PackageDocument& document_;
};

std::optional<Box> box_of_area(pugi::xml_node area) {
  return area ? parse_box(xml::text(xml::child(area, "PhysicalBox"))) : std::nullopt;
}

// Document.xml: CommonData/PageArea and Pages/Page @ID @BaseLoc; the page's own Area wins.
Result<void> read_pages(const Package& package, Body& body) {
  YX_TRY(const Bytes text, package.read(body.root_path));
  YX_TRY(const auto tree, xml::Document::parse(text));
  if (!xml::is(tree.root(), "Document")) {
    return fail(ErrorCode::invalid_input, "the document root is not a Document");
  }
  const Box standard = box_of_area(xml::child(xml::child(tree.root(), "CommonData"), "PageArea")).value_or(a4);
  xml::each_child(xml::child(tree.root(), "Pages"), "Page", [&](pugi::xml_node node) {
    Page page;
    page.id = xml::attribute(node, "ID");
    page.area = standard;
    const auto path = resolve_in(package, body.root_path, xml::attribute(node, "BaseLoc"));
    if (path) {
      page.path = *path;
    }
    if (body.pages.size() <= max_pages) {
      body.pages.push_back(std::move(page));
    }
  });
  if (body.pages.size() > max_pages) {
    return fail(ErrorCode::invalid_input, "more pages than " + std::to_string(max_pages));
  }
  for (std::size_t i = 0; i < body.pages.size(); ++i) {
    body.page_by_id.emplace(body.pages[i].id, i);
  }
  for (Page& page : body.pages) {
    const auto content = package.read(page.path);
    const auto page_tree = content ? xml::Document::parse(*content) : Result<xml::Document>(content.error());
    if (page_tree) {
      page.area = box_of_area(xml::child(page_tree->root(), "Area")).value_or(page.area);
    }
  }
  return {};
}

Result<Body> read_body(const Package& package, pugi::xml_node node) {
  Body body;
  const auto info = xml::child(node, "DocInfo");
  body.document_id = xml::text(xml::child(info, "DocID"));
  body.title = xml::text(xml::child(info, "Title"));
  YX_TRY(body.root_path, resolve_in(package, "OFD.xml", xml::text(xml::child(node, "DocRoot"))));
  if (const std::string at = xml::text(xml::child(node, "Signatures")); !at.empty()) {
    YX_TRY(body.signatures_path, resolve_in(package, "OFD.xml", at));
  }
  if (auto read = read_pages(package, body); !read) {
    return within("reading " + clean_text(body.root_path, 128), std::move(read).error());
  }
  return body;
}

}  // namespace

std::optional<Box> parse_box(std::string_view text) {
  std::array<double, 4> numbers{};
  for (double& number : numbers) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n')) {
      text.remove_prefix(1);
    }
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || !std::isfinite(number) || std::abs(number) > max_coordinate_mm) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (text.find_first_not_of(" \t\r\n") != std::string_view::npos || numbers[2] <= 0 || numbers[3] <= 0) {
    return std::nullopt;
  }
  return Box{numbers[0], numbers[1], numbers[2], numbers[3]};
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::structure: return "structure";
    case Role::page: return "page";
    case Role::page_template: return "template";
    case Role::resources: return "resources";
    case Role::media: return "media";
    case Role::annotations: return "annotations";
    case Role::attachment: return "attachment";
    case Role::tag: return "tag";
  }
  ensure_unreachable("a role without a name");
}

bool changes_rendering(Role role) { return role != Role::attachment && role != Role::tag; }

const Page* Body::find_page(std::string_view id) const {
  const auto at = page_by_id.find(id);
  return at == page_by_id.end() ? nullptr : &pages[at->second];
}

// OFD.xml ::= OFD { DocBody+ { DocInfo, DocRoot, Versions?, Signatures? } }
Result<PackageDocument> PackageDocument::read(const Package& package) {
  YX_TRY(const Bytes text, package.read("OFD.xml"));
  YX_TRY(const auto tree, xml::Document::parse(text));
  if (!xml::is(tree.root(), "OFD")) {
    return fail(ErrorCode::invalid_input, "OFD.xml does not hold an OFD element");
  }
  PackageDocument document;
  for (const pugi::xml_node node : tree.root().children()) {
    if (!xml::is(node, "DocBody")) {
      continue;
    }
    if (document.bodies.size() == max_bodies) {
      return fail(ErrorCode::invalid_input, "more documents than " + std::to_string(max_bodies));
    }
    YX_TRY(auto body, read_body(package, node));
    document.bodies.push_back(std::move(body));
  }
  if (document.bodies.empty()) {
    return fail(ErrorCode::invalid_input, "OFD.xml names no document");
  }
  Walk(package, document).from("OFD.xml", Role::structure);
  return document;
}

}  // namespace yinxin::seal::ofd
