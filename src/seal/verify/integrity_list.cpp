#include "seal/verify/integrity_list.h"

#include "seal/ofd/xml.h"
#include "seal/verify/cms_checks.h"

namespace yinxin::seal::verify {
namespace {

namespace xml = ofd::xml;

constexpr std::size_t max_listed_flaws = 200;

void fail_list(std::vector<Finding>& findings, const std::string& why, const std::string& where) {
  add_fail(findings, check::integrity_list, Effect::breaks_integrity, {"完整性清单不可读", why}, where);
}

void check_entries(const ofd::Package& package, const std::set<std::string>& listed, const std::set<std::string>& own,
                   std::vector<Finding>& findings) {
  std::size_t flaws = 0;
  for (const std::string& path : package.paths()) {
    if (!listed.contains(path) && !own.contains(path) && ++flaws <= max_listed_flaws) {
      add_fail(findings, check::integrity_list, Effect::breaks_integrity,
               {"不在完整性清单里", "It is not in the integrity list"}, path);
    }
  }
  for (const std::string& path : listed) {
    if (!package.has(path) && ++flaws <= max_listed_flaws) {
      add_fail(findings, check::integrity_list, Effect::breaks_integrity,
               {"清单里的文件不在包内", "The list names it and it is not in the package"}, path);
    }
  }
  if (flaws == 0) {
    add_pass(findings, check::integrity_list, {"都在清单里", "Every one is"}, std::string(integrity_list_path));
  }
}

}  // namespace

// DocEntries @ID @CreatorName @Version @CreationDate { SignedValueLoc, FileList { File @ID @FileLoc } }
std::set<std::string> check_integrity_list(const ofd::Package& package, const TrustContext& context,
                                           std::vector<Finding>& findings) {
  const std::string list_path(integrity_list_path);
  if (!package.has(list_path)) {
    return {};
  }
  std::set<std::string> own = {list_path};
  const auto text = package.read(list_path);
  const auto tree = text ? xml::Document::parse(*text) : Result<xml::Document>(text.error());
  if (!tree || !xml::is(tree->root(), "DocEntries")) {
    fail_list(findings, "The integrity list cannot be read", list_path);
    return own;
  }
  std::set<std::string> listed;
  xml::each_child(xml::child(tree->root(), "FileList"), "File", [&](pugi::xml_node node) {
    if (auto path = ofd::resolve(list_path, xml::attribute(node, "FileLoc"))) {
      listed.insert(std::move(*path));
    }
  });
  const auto value_path = ofd::resolve(list_path, xml::text(xml::child(tree->root(), "SignedValueLoc")));
  const auto value = value_path ? package.read(*value_path) : Result<Bytes>(value_path.error());
  if (!value) {
    fail_list(findings, "The signature of the integrity list is missing", list_path);
    return own;
  }
  own.insert(*value_path);
  check_entries(package, listed, own, findings);
  for (const SignatureReport& signature : check_message(*value, BytesView(*text), context)) {
    switch (signature.integrity) {
      case Integrity::intact:
        add_pass(findings, check::integrity_signature,
                 {"签名成立：" + signature.sealer, "It holds; signed by " + signature.sealer}, *value_path);
        break;
      case Integrity::broken:
        add_fail(findings, check::integrity_signature, Effect::breaks_integrity, {"签名不成立", "It does not hold"},
                 *value_path);
        break;
      case Integrity::unknown:
        add_warn(findings, check::integrity_signature, Effect::hides_integrity, {"无法验证", "It cannot be verified"},
                 *value_path);
        break;
    }
  }
  return own;
}

}  // namespace yinxin::seal::verify
