#include "seal/verify/ofd_checks.h"

#include <algorithm>
#include <set>

#include "seal/ses/time_text.h"
#include "seal/verify/cms_checks.h"
#include "seal/verify/digests.h"
#include "seal/verify/integrity_list.h"
#include "seal/verify/ses_checks.h"

namespace yinxin::seal::verify {
namespace {

constexpr std::size_t max_findings_of_a_kind = 200;
constexpr std::chrono::minutes time_tolerance{10};
constexpr std::chrono::hours beijing_offset{8};

class SignatureExam {
 public:
  SignatureExam(const ofd::Package& package, const ofd::PackageDocument& document, const ofd::Body& body,
                const ofd::SignatureList& list, const ofd::SignatureFile& file, Digests& digests,
                const TrustContext& context)
      : package_(package),
        document_(document),
        body_(body),
        list_(list),
        file_(file),
        digests_(digests),
        context_(context) {}

  std::vector<SignatureReport> run() {
    std::vector<SignatureReport> reports = value_reports();
    std::vector<Finding> own;
    check_readable(own);
    check_references(own);
    check_coverage(own);
    check_lock(own);
    check_pages(own);
    check_relative(own);
    check_seal_file(own);
    for (SignatureReport& report : reports) {
      check_time_text(report, report.findings);
      report.findings.insert(report.findings.end(), own.begin(), own.end());
      report.conclude();
    }
    return reports;
  }

 private:
  // What the signature value itself says: a seal signature, a message, or a bare SM2 value.
  std::vector<SignatureReport> value_reports() {
    const auto value = package_.read(file_.value_path);
    if (!value) {
      SignatureReport report;
      report.kind = file_.type == "Sign" ? "gbt35275" : "ses_v4";
      add_fail(report.findings, check::signature_readable, Effect::breaks_integrity,
               {"没有签名值", "There is no signature value: " + value.error().describe()}, file_.value_path);
      return {report};
    }
    if (looks_like_message(*value)) {
      return check_message(*value, BytesView(file_.bytes), context_);
    }
    if (crypto::Sm2Signature::from_der_or_raw(*value)) {
      SignatureReport report;
      report.kind = "raw";
      add_warn(
          report.findings, check::raw_signature, Effect::hides_integrity,
          {"只有签名值，没有签名证书，无法验证", "A bare signature value without a certificate cannot be verified"},
          file_.value_path);
      return {report};
    }
    auto report = check_seal_signature(*value, BytesView(file_.bytes), context_, seal_signature_);
    check_property_info(report.findings);
    return {report};
  }

  void check_property_info(std::vector<Finding>& findings) const {
    if (!seal_signature_) {
      return;
    }
    const auto named = ofd::resolve("", seal_signature_->property_info);
    if (named && *named == file_.path) {
      add_pass(findings, check::property_info, {"是", "It does"}, seal_signature_->property_info);
    } else {
      add_warn(findings, check::property_info, Effect::none,
               {"原文属性指向别处：" + seal_signature_->property_info,
                "propertyInfo names something else: " + seal_signature_->property_info},
               file_.path);
    }
  }

  void check_readable(std::vector<Finding>& findings) const {
    if (file_.problem) {
      add_fail(findings, check::signature_readable, Effect::breaks_integrity,
               {"签名描述文件不可读", "It cannot be read: " + file_.problem->describe()}, file_.path);
    } else {
      add_pass(findings, check::signature_readable, {"可读", "It can"}, file_.path);
    }
  }

  // Z of the signer, for the one vendor that puts it into file digests.
  [[nodiscard]] std::optional<crypto::Digest> signer_z() const {
    if (seal_signature_) {
      const auto signer = x509::Certificate::parse(seal_signature_->signer_certificate);
      if (signer && signer->public_key().sm2()) {
        return crypto::sm2_z(*signer->public_key().sm2());
      }
    }
    return std::nullopt;
  }

  void check_references(std::vector<Finding>& findings) const {
    if (file_.problem) {
      return;
    }
    if (file_.references.empty()) {
      add_fail(findings, check::reference_none, Effect::breaks_integrity,
               {"签名没有保护任何文件", "The signature protects no file"}, file_.path);
      return;
    }
    const DigestMethod method = digest_method_of(file_.check_method);
    const std::string shown = file_.check_method.empty() ? "MD5" : file_.check_method;
    const std::optional<crypto::Digest> z = method == DigestMethod::sm3_with_z ? signer_z() : std::nullopt;
    if (method == DigestMethod::unsupported || (method == DigestMethod::sm3_with_z && !z)) {
      add_warn(findings, check::reference_method, Effect::hides_integrity,
               {"摘要算法不支持或过弱：" + shown, "The digest method is weak or not supported: " + shown}, file_.path);
      return;
    }
    if (method == DigestMethod::sha1) {
      add_warn(findings, check::reference_method, Effect::none,
               {"摘要算法过弱：SHA-1", "The digest method is weak: SHA-1"}, file_.path);
    } else if (method == DigestMethod::sm3_with_z) {
      add_info(findings, check::reference_method, {"SM3(Z‖文件)", "SM3(Z || file)"}, file_.path);
    }
    std::size_t flaws = 0;
    for (const ofd::Reference& reference : file_.references) {
      flaws += check_reference(reference, method, z, findings, flaws < max_findings_of_a_kind) ? 0U : 1U;
    }
    if (flaws == 0) {
      const std::string count = std::to_string(file_.references.size());
      add_pass(findings, check::reference_digest, {count + " 个文件未被改动", count + " files are unchanged"},
               file_.path);
    }
  }

  bool check_reference(const ofd::Reference& reference, DigestMethod method, const std::optional<crypto::Digest>& z,
                       std::vector<Finding>& findings, bool tell) const {
    const Result<Bytes> outside = fail(ErrorCode::not_found, "outside of the package");
    const Result<Bytes>& digest = reference.path ? digests_.of(*reference.path, method, z) : outside;
    if (digest && *digest == reference.check_value) {
      return true;
    }
    if (!tell) {
      return false;
    }
    if (digest) {
      add_fail(findings, check::reference_digest, Effect::breaks_integrity, {"文件已被改动", "The file was changed"},
               reference.written);
    } else if (digest.error().code == ErrorCode::too_many_requests) {
      add_warn(findings, check::reference_digest, Effect::hides_integrity,
               {"文件过多过大，未检查", "It was not looked at: " + digest.error().describe()}, reference.written);
    } else {
      add_fail(findings, check::reference_missing, Effect::breaks_integrity,
               {"文件不在或不可读", "It is missing or cannot be read: " + digest.error().describe()},
               reference.written);
    }
    return false;
  }

  // Files that a reader shows and this signature leaves open.
  void check_coverage(std::vector<Finding>& findings) const {
    if (file_.problem) {
      return;
    }
    std::set<std::string> covered;
    for (const ofd::Reference& reference : file_.references) {
      if (reference.path) {
        covered.insert(*reference.path);
      }
    }
    std::size_t open = 0;
    std::size_t beside = 0;
    for (const auto& [path, role] : document_.files) {
      if (covered.contains(path)) {
        continue;
      }
      const std::string name(ofd::name_of(role));
      if (!ofd::changes_rendering(role)) {
        if (++beside <= max_findings_of_a_kind) {
          add_info(findings, check::coverage, {"附带文件未受保护", "A file beside the pages is not protected: " + name},
                   path);
        }
      } else if (++open <= max_findings_of_a_kind) {
        add_warn(findings, check::coverage, Effect::none,
                 {"未受保护，改动不会被发现：" + name, "Not protected, a change would go unnoticed: " + name}, path);
      }
    }
    if (open == 0) {
      add_pass(findings, check::coverage, {"都受保护", "All are"});
    }
  }

  void check_lock(std::vector<Finding>& findings) const {
    const auto lock = std::find_if(file_.references.begin(), file_.references.end(),
                                   [&](const ofd::Reference& one) { return one.path == list_.path; });
    if (lock == file_.references.end()) {
      add_info(findings, check::locked, {"没有锁定，可以继续签章", "It does not: more signatures may follow"});
      return;
    }
    add_info(findings, check::locked, {"已锁定，不能再签章", "It does: stamping again is refused"}, list_.path);
    if (&list_.signatures.back() != &file_) {
      add_fail(findings, check::lock_broken, Effect::none,
               {"锁定后又新增了签名", "A signature was added after this one locked the document"}, list_.path);
    }
  }

  void check_pages(std::vector<Finding>& findings) const {
    std::size_t good = 0;
    std::size_t flawed = 0;
    for (const ofd::StampAnnot& stamp : file_.stamps) {
      const bool there = body_.find_page(stamp.page_ref) != nullptr;
      if (++(there && stamp.boundary ? good : flawed) > max_findings_of_a_kind) {
        continue;
      }
      if (!there) {
        add_warn(findings, check::page_ref, Effect::none, {"页面不存在", "There is no such page"}, stamp.page_ref);
      } else if (!stamp.boundary) {
        add_warn(findings, check::page_ref, Effect::none, {"印章的位置不可读", "The place of the seal cannot be read"},
                 stamp.page_ref);
      } else {
        add_pass(findings, check::page_ref, {"存在", "It is"}, stamp.page_ref);
      }
    }
  }

  void check_relative(std::vector<Finding>& findings) const {
    if (file_.relative.empty()) {
      return;
    }
    const bool there =
        std::any_of(list_.signatures.begin(), list_.signatures.end(),
                    [&](const ofd::SignatureFile& one) { return &one != &file_ && one.id == file_.relative; });
    if (there) {
      add_pass(findings, check::relative, {"存在", "It is"}, file_.relative);
    } else {
      add_warn(findings, check::relative, Effect::none, {"不存在", "It is not"}, file_.relative);
    }
  }

  void check_seal_file(std::vector<Finding>& findings) const {
    if (!file_.seal_path || !seal_signature_) {
      return;
    }
    const auto bytes = package_.read(*file_.seal_path);
    if (bytes && same(*bytes, seal_signature_->seal.der)) {
      add_pass(findings, check::seal_file, {"一致", "It is"}, *file_.seal_path);
    } else {
      add_fail(findings, check::seal_file, Effect::breaks_integrity,
               {"印章文件与签名内的印章不同", "The seal file differs from the seal inside the signature"},
               *file_.seal_path);
    }
  }

  // SignatureDateTime is informative and often local time without a zone.
  void check_time_text(const SignatureReport& report, std::vector<Finding>& findings) const {
    const auto told = ses::parse_time_text(file_.date_time);
    if (!told || !report.sealed_at || findings.empty()) {
      return;
    }
    const auto off = [&](Instant at) { return std::chrono::abs(at - *report.sealed_at); };
    const bool near =
        off(told->at) <= time_tolerance || (!told->zone_written && off(told->at - beijing_offset) <= time_tolerance);
    if (near) {
      add_pass(findings, check::date_time, {"一致", "It does"}, file_.date_time);
    } else {
      add_info(findings, check::date_time, {"相差较大：" + file_.date_time, "They differ: " + file_.date_time},
               file_.path);
    }
  }

  const ofd::Package& package_;
  const ofd::PackageDocument& document_;
  const ofd::Body& body_;
  const ofd::SignatureList& list_;
  const ofd::SignatureFile& file_;
  Digests& digests_;
  const TrustContext& context_;
  std::optional<ses::SealSignature> seal_signature_;
};

// Files that belong to the signatures themselves or to the integrity list.
std::set<std::string> signature_parts(const std::vector<ofd::SignatureList>& lists) {
  std::set<std::string> parts;
  for (const ofd::SignatureList& list : lists) {
    parts.insert(list.path);
    for (const ofd::SignatureFile& file : list.signatures) {
      parts.insert(file.path);
      parts.insert(file.value_path);
      if (file.seal_path) {
        parts.insert(*file.seal_path);
      }
    }
  }
  return parts;
}

void check_unknown_files(const ofd::Package& package, const ofd::PackageDocument& document,
                         const std::vector<ofd::SignatureList>& lists, const std::set<std::string>& list_parts,
                         std::vector<Finding>& findings) {
  const std::set<std::string> parts = signature_parts(lists);
  std::set<std::string> covered;
  for (const ofd::SignatureList& list : lists) {
    for (const ofd::SignatureFile& file : list.signatures) {
      for (const ofd::Reference& reference : file.references) {
        covered.insert(reference.path.value_or(""));
      }
    }
  }
  std::size_t unknown = 0;
  for (const std::string& path : package.paths()) {
    const bool known = document.files.contains(path) || parts.contains(path) || list_parts.contains(path);
    if (known || covered.contains(path)) {
      continue;
    }
    if (++unknown <= max_findings_of_a_kind) {
      add_warn(findings, check::package_unknown_file, Effect::none,
               {"没有被引用，也没有受保护", "Nothing refers to it and no signature protects it"}, path);
    }
  }
  if (unknown == 0) {
    add_pass(findings, check::package_unknown_file, {"没有", "There is none"});
  }
}

void refuse(const Error& error, DocumentReport& report) {
  report.refused = true;
  report.refused_because = error.describe();
  add_fail(report.findings, check::package_refused, Effect::breaks_integrity,
           {"拒绝打开", "It is refused: " + error.describe()});
  report.conclude();
}

void check_structure(const ofd::Package& package, const ofd::PackageDocument& document,
                     std::vector<Finding>& findings) {
  for (const std::string& twin : package.case_twins()) {
    add_warn(findings, check::package_case_twins, Effect::none, {"仅大小写不同", "It differs in case only"}, twin);
  }
  for (const std::string& missing : document.missing) {
    add_warn(findings, check::package_link_missing, Effect::none, {"文件不在包内", "It is not in the package"},
             missing);
  }
  for (const std::string& unreadable : document.unreadable) {
    add_warn(findings, check::package_unreadable, Effect::none, {"不可读", "It cannot be read"}, unreadable);
  }
}

}  // namespace

void check_ofd(Bytes file, const TrustContext& context, DocumentReport& report) {
  const auto package = ofd::Package::open(std::move(file));
  if (!package) {
    refuse(package.error(), report);
    return;
  }
  const auto document = ofd::PackageDocument::read(*package);
  if (!document) {
    refuse(document.error(), report);
    return;
  }
  check_structure(*package, *document, report.findings);
  std::vector<ofd::SignatureList> lists;
  Digests digests(*package);
  std::size_t count = 0;
  std::size_t references = 0;
  for (const ofd::Body& body : document->bodies) {
    auto list = ofd::SignatureList::read(*package, body);
    if (!list) {
      add_fail(report.findings, check::signature_list, Effect::breaks_integrity,
               {"签名列表不可读", "It cannot be read: " + list.error().describe()}, *body.signatures_path);
      continue;
    }
    count += list->signatures.size();
    for (const ofd::SignatureFile& one : list->signatures) {
      references += one.references.size();
    }
    if (count > ofd::max_signatures || references > ofd::max_all_references) {
      refuse(fail(ErrorCode::invalid_input, "more signatures or references than their limits"), report);
      return;
    }
    for (const ofd::SignatureFile& one : list->signatures) {
      if (report.signatures.size() >= ofd::max_signatures) {  // a message may have many signers
        refuse(fail(ErrorCode::invalid_input, "more signers than " + std::to_string(ofd::max_signatures)), report);
        return;
      }
      for (SignatureReport& signature : SignatureExam(*package, *document, body, *list, one, digests, context).run()) {
        signature.index = report.signatures.size() + 1;
        report.signatures.push_back(std::move(signature));
      }
    }
    lists.push_back(std::move(*list));
  }
  const std::set<std::string> list_parts = check_integrity_list(*package, context, report.findings);
  check_unknown_files(*package, *document, lists, list_parts, report.findings);
  report.conclude();
}

}  // namespace yinxin::seal::verify
