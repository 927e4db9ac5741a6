#pragma once
// The wall around pugixml: no DTD, no entities but the five, limits before the parser sees a byte, names compared
// without their prefix because products use other prefixes and namespaces. Included by .cpp files of this room and of
// view only.

#include <memory>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "seal/ofd/limits.h"

namespace yinxin::seal::ofd::xml {

// Keeps the parsed tree. Movable.
class Document {
 public:
  // invalid_input for text that is not well-formed, has a document type, or exceeds a limit.
  static Result<Document> parse(BytesView text);
  [[nodiscard]] pugi::xml_node root() const { return tree_->document_element(); }

 private:
  std::unique_ptr<pugi::xml_document> tree_;
};

// "Signature" of "ofd:Signature".
std::string_view local_name(pugi::xml_node node);
bool is(pugi::xml_node node, std::string_view name);
// The first child element of that local name; null node when there is none.
pugi::xml_node child(pugi::xml_node node, std::string_view name);
std::string attribute(pugi::xml_node node, std::string_view name);
// All text directly inside, blanks trimmed.
std::string text(pugi::xml_node node);

template <class Visit>
void each_child(pugi::xml_node node, std::string_view name, Visit&& visit) {
  for (const pugi::xml_node inside : node.children()) {
    if (is(inside, name)) {
      visit(inside);
    }
  }
}

// Text with the five characters of XML escaped.
std::string escaped(std::string_view text);

}  // namespace yinxin::seal::ofd::xml
