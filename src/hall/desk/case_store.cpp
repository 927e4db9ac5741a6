#include "hall/desk/case_store.h"

#include <algorithm>
#include <ranges>

#include "crypto/asn1/der.h"

namespace yinxin::hall {
namespace {

constexpr std::array<std::string_view, paper_kinds> paper_names{
    "manifest", "first_approval",      "second_approval",        "evidence", "permit", "key_binding", "request",
    "receipt",  "signing_certificate", "encryption_certificate", "envelope", "seal",   "written",     "activated"};

constexpr std::array<std::string_view, 2> intent_codes{"send_sms", "revoke_held_certificates"};
static_assert(intent_codes.size() == static_cast<std::size_t>(IntentKind::revoke_held_certificates) + 1);

constexpr std::int64_t work_version = 1;

// The newest of those that fit; papers stand oldest first.
template <class Fits>
const PaperMention* newest(const std::vector<PaperMention>& papers, Fits&& fits) {
  const auto found = std::find_if(papers.rbegin(), papers.rend(), fits);
  return found == papers.rend() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(Paper paper) { return paper_names[static_cast<std::size_t>(paper)]; }

Result<Paper> paper_of_name(std::string_view name) {
  const auto found = std::ranges::find(paper_names, name);
  if (found == paper_names.end()) {
    return fail(ErrorCode::corrupt, "a paper of an unknown kind");
  }
  return static_cast<Paper>(found - paper_names.begin());
}

std::string_view code_of(IntentKind kind) { return intent_codes[static_cast<std::size_t>(kind)]; }

std::int64_t CaseRecord::round_of(Paper paper, std::int64_t line) const {
  if (paper == Paper::manifest || paper == Paper::evidence) {
    return 0;
  }
  const auto found = rounds.find(line);
  return found == rounds.end() ? 0 : found->second;
}

const PaperMention* CaseRecord::standing(Paper paper, std::int64_t line) const {
  return newest(papers, [&](const PaperMention& m) {
    return m.paper == paper && m.line == line && m.revision == snapshot.revision && m.round == round_of(paper, line);
  });
}

const PaperMention* CaseRecord::find_paper(Paper paper, const crypto::Digest& hash) const {
  return newest(papers, [&](const PaperMention& m) { return m.paper == paper && m.hash == hash; });
}

const PaperMention* CaseRecord::find_evidence(std::string_view kind) const {
  return newest(papers, [&](const PaperMention& m) { return m.paper == Paper::evidence && m.name == kind; });
}

const CaseLine* CaseRecord::find_line(std::int64_t number) const {
  const auto found =
      std::ranges::find_if(application.lines, [&](const CaseLine& line) { return line.number == number; });
  return found == application.lines.end() ? nullptr : &*found;
}

Bytes DeskWork::to_der() const {
  return asn1::sequence(
      [&](asn1::Writer& w) { w.integer(work_version).utf8(case_id).integer(case_version).utf8(parameter); });
}

Result<DeskWork> DeskWork::parse(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader r, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const std::int64_t version, r.small_integer());
  if (version != work_version) {
    return fail(ErrorCode::unsupported, "work of the desk of a version we do not know");
  }
  DeskWork work;
  YX_TRY(const asn1::Element id, r.expect(asn1::tag::utf8_string));
  YX_TRY(work.case_id, asn1::text_of_element(id));
  YX_TRY(work.case_version, r.small_integer());
  YX_TRY(const asn1::Element parameter, r.expect(asn1::tag::utf8_string));
  YX_TRY(work.parameter, asn1::text_of_element(parameter));
  YX_CHECK(r.finish());
  return work;
}

}  // namespace yinxin::hall
