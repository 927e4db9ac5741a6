#include "seal/ofd/xml.h"

#include <algorithm>
#include <new>

namespace yinxin::seal::ofd::xml {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The parser is iterative, so depth cannot hurt it; the bound is for our own walks.
Result<void> check_depth(const pugi::xml_document& tree) {
  std::size_t depth = 0;
  pugi::xml_node node = tree.first_child();
  while (node) {
    if (node.type() == pugi::node_doctype) {
      return fail(ErrorCode::invalid_input, "an XML file with a document type");
    }
    if (node.first_child()) {
      if (++depth > max_xml_depth) {
        return fail(ErrorCode::invalid_input, "an XML file that is nested too deep");
      }
      node = node.first_child();
      continue;
    }
    while (!node.next_sibling()) {
      node = node.parent();
      if (!node || node.type() == pugi::node_document) {
        return {};
      }
      --depth;
    }
    node = node.next_sibling();
  }
  return {};
}

}  // namespace

Result<Document> Document::parse(BytesView text) {
  if (text.size() > max_xml_size) {
    return fail(ErrorCode::invalid_input, "an XML file larger than its limit");
  }
  const auto marks = std::count_if(text.begin(), text.end(), [](std::uint8_t c) { return c == '<' || c == '='; });
  if (static_cast<std::size_t>(marks) > max_xml_nodes) {
    return fail(ErrorCode::invalid_input, "an XML file with too many elements");
  }
  Document document;
  try {
    document.tree_ = std::make_unique<pugi::xml_document>();
    const auto result = document.tree_->load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_doctype,
                                                    pugi::encoding_auto);
    if (!result) {
      return fail(ErrorCode::invalid_input, std::string("XML that is not well-formed: ") + result.description());
    }
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::invalid_input, "an XML file that does not fit into memory");
  }
  YX_CHECK(check_depth(*document.tree_));
  return document;
}

std::string_view local_name(pugi::xml_node node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is(pugi::xml_node node, std::string_view name) {
  return node.type() == pugi::node_element && local_name(node) == name;
}

pugi::xml_node child(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_node inside : node.children()) {
    if (is(inside, name)) {
      return inside;
    }
  }
  return {};
}

std::string attribute(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_attribute one : node.attributes()) {
    std::string_view found = one.name();
    const std::size_t colon = found.rfind(':');
    if (colon != std::string_view::npos) {
      found.remove_prefix(colon + 1);
    }
    if (found == name) {
      return one.value();
    }
  }
  return {};
}

std::string text(pugi::xml_node node) {
  std::string all;
  for (const pugi::xml_node inside : node.children()) {
    if (inside.type() == pugi::node_pcdata || inside.type() == pugi::node_cdata) {
      all += inside.value();
    }
  }
  const auto from = std::find_if_not(all.begin(), all.end(), is_blank);
  const auto to = std::find_if_not(all.rbegin(), std::make_reverse_iterator(from), is_blank).base();
  return {from, to};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace yinxin::seal::ofd::xml
