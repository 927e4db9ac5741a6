#include "crypto/x509/path.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::x509 {

std::string_view name_of(PathProblem problem) {
  switch (problem) {
    case PathProblem::no_trusted_root: return "no_trusted_root";
    case PathProblem::signature_broken: return "signature_broken";
    case PathProblem::algorithm_unsupported: return "algorithm_unsupported";
    case PathProblem::not_yet_in_force: return "not_yet_in_force";
    case PathProblem::expired: return "expired";
    case PathProblem::issuer_not_ca: return "issuer_not_ca";
    case PathProblem::issuer_may_not_sign: return "issuer_may_not_sign";
    case PathProblem::path_too_long: return "path_too_long";
    case PathProblem::unknown_critical_extension: return "unknown_critical_extension";
    case PathProblem::duplicate_extension: return "duplicate_extension";
    case PathProblem::extension_unreadable: return "extension_unreadable";
    case PathProblem::revoked: return "revoked";
    case PathProblem::on_hold: return "on_hold";
    case PathProblem::status_unknown: return "status_unknown";
  }
  ensure_unreachable("a PathProblem without a name");
}

bool PathReport::has(PathProblem problem) const {
  return std::ranges::find(findings, problem, &PathFinding::problem) != findings.end();
}

SignatureCheck LinkMemory::check(const Certificate& certificate, const Certificate& issuer) {
  const std::pair link(certificate.fingerprint(), issuer.fingerprint());
  if (const auto found = known_.find(link); found != known_.end()) {
    return found->second;
  }
  if (known_.size() == max_link_checks) {
    return SignatureCheck::unsupported;
  }
  return known_[link] = signed_by(certificate, issuer.public_key());
}

namespace {

// The extensions this validation understands. A critical one outside the list refuses the path (RFC 5280 4.2).
bool is_understood(const asn1::ObjectId& id) {
  return id == oid::key_usage() || id == oid::basic_constraints() || id == oid::extended_key_usage() ||
         id == oid::certificate_policies() || id == oid::subject_key_id() || id == oid::authority_key_id() ||
         id == oid::crl_distribution_points() || id == oid::authority_info_access();
}

bool may_be_issuer(const Certificate& candidate, const Certificate& certificate) {
  if (!candidate.subject().matches(certificate.issuer())) {
    return false;
  }
  const auto wanted = certificate.authority_key_id();
  const auto offered = candidate.subject_key_id();
  return !wanted || !offered || *wanted == *offered;
}

// How picky the search for issuers is. The strictest comes first, so that of two certificates for one authority the one
// in force is taken; the last takes broken signatures, so that they are reported as such and not as a missing root.
enum class Care { signed_and_in_force, signed_by_it, name_only };

struct Search {
  const TrustStore& store;
  LinkMemory& links;
  Instant at;
  Care care;
  std::size_t attempts = 0;
  std::vector<Certificate> best{};  // the longest chain without an anchor, for the report

  // Extends `chain` to an anchor, depth first.
  bool extend(std::vector<Certificate>& chain) {
    const Certificate last = chain.back();
    if (std::ranges::find(store.anchors, last) != store.anchors.end()) {
      return true;
    }
    if (chain.size() > best.size()) {
      best = chain;
    }
    if (chain.size() >= max_path_length) {
      return false;
    }
    for (const auto* candidates : {&store.anchors, &store.intermediates}) {
      for (const Certificate& candidate : *candidates) {
        if (!may_be_issuer(candidate, last) || std::ranges::find(chain, candidate) != chain.end()) {
          continue;
        }
        if (++attempts > max_path_attempts) {
          return false;
        }
        if ((care == Care::signed_and_in_force && !candidate.in_force_at(at)) ||
            (care != Care::name_only && links.check(last, candidate) != SignatureCheck::holds)) {
          continue;
        }
        chain.push_back(candidate);
        if (extend(chain)) {
          return true;
        }
        chain.pop_back();
      }
    }
    return false;
  }
};

class Judge {
 public:
  Judge(PathReport& report, const TrustStore& store, LinkMemory& links, const PathRequest& request)
      : report_(report), store_(store), links_(links), request_(request) {}

  void judge() {
    for (std::size_t depth = 0; depth < report_.chain.size(); ++depth) {
      judge_certificate(depth);
      if (depth + 1 < report_.chain.size()) {
        judge_link(depth);
        judge_status(depth);
      }
    }
  }

 private:
  void found(PathProblem problem, std::size_t depth) {
    report_.findings.push_back({problem, depth, report_.chain[depth].subject().text()});
  }

  void judge_certificate(std::size_t depth) {
    const Certificate& certificate = report_.chain[depth];
    if (request_.at < certificate.not_before()) {
      found(PathProblem::not_yet_in_force, depth);
    }
    if (request_.at > certificate.not_after()) {
      found(PathProblem::expired, depth);
    }
    if (certificate.has_duplicate_extension()) {
      found(PathProblem::duplicate_extension, depth);
    }
    if (std::ranges::any_of(certificate.extensions(),
                            [](const Extension& e) { return e.critical && !is_understood(e.id); })) {
      found(PathProblem::unknown_critical_extension, depth);
    }
    if (!certificate.key_usage() || !certificate.basic_constraints() || !certificate.extended_key_usage()) {
      found(PathProblem::extension_unreadable, depth);
    }
  }

  // The certificate at `depth` and its issuer at `depth + 1`.
  void judge_link(std::size_t depth) {
    const Certificate& certificate = report_.chain[depth];
    const Certificate& issuer = report_.chain[depth + 1];
    if (!certificate.algorithms_agree()) {
      found(PathProblem::algorithm_unsupported, depth);
    }
    switch (links_.check(certificate, issuer)) {
      case SignatureCheck::holds: break;
      case SignatureCheck::broken: found(PathProblem::signature_broken, depth); break;
      case SignatureCheck::unsupported: found(PathProblem::algorithm_unsupported, depth); break;
    }
    const auto constraints = issuer.basic_constraints();
    if (!constraints || !*constraints || !(*constraints)->ca) {
      found(PathProblem::issuer_not_ca, depth + 1);
    } else if ((*constraints)->path_length) {
      // Self-issued certificates do not count (RFC 5280 6.1.4 l).
      std::int64_t below = 0;
      for (std::size_t i = 1; i <= depth; ++i) {
        below += report_.chain[i].self_issued() ? 0 : 1;
      }
      if (below > *(*constraints)->path_length) {
        found(PathProblem::path_too_long, depth + 1);
      }
    }
    if (!issuer.may(KeyUsage::key_cert_sign)) {
      found(PathProblem::issuer_may_not_sign, depth + 1);
    }
  }

  void judge_status(std::size_t depth) {
    const KnownStatus status = known_status(report_.chain[depth], report_.chain[depth + 1], store_, request_);
    report_.statuses.push_back(status);
    if (status.status == CertStatus::revoked && status.revoked_at <= request_.at) {
      found(status.reason == RevocationReason::certificate_hold ? PathProblem::on_hold : PathProblem::revoked, depth);
    } else if (status.status == CertStatus::unknown && request_.require_status) {
      found(PathProblem::status_unknown, depth);
    }
  }

  PathReport& report_;
  const TrustStore& store_;
  LinkMemory& links_;
  const PathRequest& request_;
};

}  // namespace

KnownStatus known_status(const Certificate& certificate, const Certificate& issuer, const TrustStore& store,
                         const PathRequest& request) {
  KnownStatus newest;
  bool any = false;
  const auto take = [&](KnownStatus status) {
    if (request.status_not_older_than && status.as_of < *request.status_not_older_than) {
      return;
    }
    // Of two answers of one moment the worse one counts.
    const bool worse = status.as_of == newest.as_of && status.status == CertStatus::revoked;
    if (!any || status.as_of > newest.as_of || worse) {
      newest = status;
      any = true;
    }
  };
  for (const CertificateList& crl : store.crls) {
    if (!crl.issuer().matches(issuer.subject()) || crl.is_delta() || crl.is_partial() || crl.has_unknown_critical() ||
        !issuer.may(KeyUsage::crl_sign) || crl.signed_by(issuer.public_key()) != SignatureCheck::holds) {
      continue;
    }
    KnownStatus status{.status = CertStatus::good, .revoked_at = {}, .as_of = crl.this_update()};
    if (const RevokedEntry* entry = crl.find(certificate.serial())) {
      status.status = CertStatus::revoked;
      status.revoked_at = entry->revoked_at;
      status.reason = entry->reason;
    }
    take(status);
  }
  for (const OcspResponse& response : store.ocsp_responses) {
    const SingleResponse* single = response.find(issuer, certificate.serial());
    if (single != nullptr && single->status != CertStatus::unknown &&
        response.is_authorised(issuer, response.produced_at())) {
      take({.status = single->status,
            .revoked_at = single->revoked_at,
            .reason = single->reason,
            .as_of = single->this_update});
    }
  }
  return newest;
}

PathReport validate_path(const Certificate& certificate, const TrustStore& store, const PathRequest& request) {
  PathReport report;
  LinkMemory own;
  LinkMemory& links = store.links ? *store.links : own;
  bool reached = false;
  for (const Care care : {Care::signed_and_in_force, Care::signed_by_it, Care::name_only}) {
    Search search{.store = store, .links = links, .at = request.at, .care = care};
    std::vector<Certificate> chain{certificate};
    reached = search.extend(chain);
    if (reached) {
      report.chain = std::move(chain);
      break;
    }
    if (report.chain.size() < search.best.size()) {
      report.chain = std::move(search.best);
    }
  }
  Judge(report, store, links, request).judge();
  if (!reached) {
    report.findings.push_back(
        {PathProblem::no_trusted_root, report.chain.size() - 1, report.chain.back().subject().text()});
  }
  return report;
}

}  // namespace yinxin::x509
