#include "seal/ofd/signatures.h"

#include <algorithm>

#include "seal/ofd/xml.h"

namespace yinxin::seal::ofd {
namespace {

Result<std::string> find_path(const Package* package, std::string_view from, std::string_view written) {
  return package == nullptr ? resolve(from, written) : resolve_in(*package, from, written);
}

// Provider @ProviderName; dms360 writes a child element.
std::string attribute_or_child(pugi::xml_node node, std::string_view name) {
  std::string value = xml::attribute(node, name);
  return value.empty() ? xml::text(xml::child(node, name)) : value;
}

// References @CheckMethod { Reference @FileRef { CheckValue base64 } + }
Result<void> read_references(const Package* package, pugi::xml_node node, SignatureFile& file) {
  file.check_method = xml::attribute(node, "CheckMethod");
  for (const pugi::xml_node one : node.children()) {
    if (!xml::is(one, "Reference")) {
      continue;
    }
    if (file.references.size() == max_references) {
      return fail(ErrorCode::invalid_input, "more references than " + std::to_string(max_references));
    }
    Reference reference;
    reference.written = xml::attribute(one, "FileRef");
    if (auto path = find_path(package, file.path, reference.written)) {
      reference.path = std::move(*path);
    }
    if (auto value = from_base64(attribute_or_child(one, "CheckValue"))) {
      reference.check_value = std::move(*value);
    }
    file.references.push_back(std::move(reference));
  }
  return {};
}

// StampAnnot* @ID @PageRef @Boundary @Clip?
Result<void> read_stamps(pugi::xml_node info, SignatureFile& file) {
  for (const pugi::xml_node one : info.children()) {
    if (!xml::is(one, "StampAnnot")) {
      continue;
    }
    if (file.stamps.size() == max_stamp_annots) {
      return fail(ErrorCode::invalid_input, "more stamps than " + std::to_string(max_stamp_annots));
    }
    file.stamps.push_back({xml::attribute(one, "ID"), xml::attribute(one, "PageRef"),
                           parse_box(xml::attribute(one, "Boundary")), parse_box(xml::attribute(one, "Clip"))});
  }
  return {};
}

}  // namespace

// Signature { SignedInfo { Provider, SignatureMethod?, SignatureDateTime?, References, StampAnnot*, Seal? },
//             SignedValue }
Result<void> read_signature_file(const Package* package, SignatureFile& file) {
  YX_TRY(const auto tree, xml::Document::parse(file.bytes));
  if (!xml::is(tree.root(), "Signature")) {
    return fail(ErrorCode::invalid_input, "not a Signature");
  }
  const auto info = xml::child(tree.root(), "SignedInfo");
  file.provider = attribute_or_child(xml::child(info, "Provider"), "ProviderName");
  file.method = xml::text(xml::child(info, "SignatureMethod"));
  file.date_time = xml::text(xml::child(info, "SignatureDateTime"));
  YX_CHECK(read_references(package, xml::child(info, "References"), file));
  YX_CHECK(read_stamps(info, file));
  if (const auto seal = xml::child(info, "Seal")) {
    if (const std::string at = attribute_or_child(seal, "BaseLoc"); !at.empty()) {
      YX_TRY(file.seal_path, find_path(package, file.path, at));
    }
  }
  YX_TRY(file.value_path, find_path(package, file.path, xml::text(xml::child(tree.root(), "SignedValue"))));
  return {};
}

bool SignatureList::locked() const {
  return std::any_of(signatures.begin(), signatures.end(), [&](const SignatureFile& one) {
    return std::any_of(one.references.begin(), one.references.end(),
                       [&](const Reference& reference) { return reference.path == path; });
  });
}

// Signatures { MaxSignId?, Signature* @ID @Type @BaseLoc @Relative? }
Result<SignatureList> SignatureList::read(const Package& package, const Body& body) {
  SignatureList list;
  if (!body.signatures_path) {
    return list;
  }
  list.path = *body.signatures_path;
  YX_TRY(const Bytes text, package.read(list.path));
  YX_TRY(const auto tree, xml::Document::parse(text));
  if (!xml::is(tree.root(), "Signatures")) {
    return fail(ErrorCode::invalid_input, "the signature list is not a Signatures element");
  }
  std::size_t references = 0;
  list.max_sign_id = xml::text(xml::child(tree.root(), "MaxSignId"));
  for (const pugi::xml_node one : tree.root().children()) {
    if (!xml::is(one, "Signature")) {
      continue;
    }
    if (list.signatures.size() == max_signatures) {
      return fail(ErrorCode::invalid_input, "more signatures than " + std::to_string(max_signatures));
    }
    SignatureFile file;
    file.id = xml::attribute(one, "ID");
    file.type = xml::attribute(one, "Type") == "Sign" ? "Sign" : "Seal";
    file.relative = xml::attribute(one, "Relative");
    const auto path = resolve_in(package, list.path, xml::attribute(one, "BaseLoc"));
    const auto bytes = path ? package.read(*path) : Result<Bytes>(path.error());
    if (bytes) {
      file.path = *path;
      file.bytes = *bytes;
      if (auto read = read_signature_file(&package, file); !read) {
        file.problem = std::move(read).error();
      }
      references += file.references.size();
      if (references > max_all_references) {
        return fail(ErrorCode::invalid_input, "more references than " + std::to_string(max_all_references));
      }
    } else {
      file.problem = bytes.error();
    }
    list.signatures.push_back(std::move(file));
  }
  return list;
}

}  // namespace yinxin::seal::ofd
