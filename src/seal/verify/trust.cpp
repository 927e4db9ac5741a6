#include "seal/verify/trust.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::seal::verify {
namespace {

using x509::PathProblem;

void add(std::vector<Finding>& to, const Check& check, Level level, Effect effect, Answer answer, std::string where) {
  to.push_back({&check, level, effect, std::move(answer), std::move(where)});
}

std::string text_at(Instant at) { return to_rfc3339(at); }

void check_period(const x509::Certificate& certificate, const CertificateQuestion& question,
                  std::vector<Finding>& findings) {
  const std::string period = text_at(certificate.not_before()) + " – " + text_at(certificate.not_after());
  if (certificate.in_force_at(question.at)) {
    add_pass(findings, check::certificate_period, {"在有效期内：" + period, "In force: " + period}, question.where);
  } else {
    add_fail(
        findings, check::certificate_period, Effect::invalid_at_sealing,
        {text_at(question.at) + " 不在有效期内：" + period, "Not in force at " + text_at(question.at) + ": " + period},
        question.where);
  }
}

void check_usage(const x509::Certificate& certificate, const CertificateQuestion& question,
                 std::vector<Finding>& findings) {
  if (!question.usage) {
    return;
  }
  if (certificate.may(x509::KeyUsage::digital_signature) || certificate.may(x509::KeyUsage::non_repudiation)) {
    add_pass(findings, check::certificate_usage, {"可用于签名", "It may sign"}, question.where);
  } else {
    add_fail(findings, check::certificate_usage, Effect::invalid_at_sealing,
             {"密钥用法不允许签名", "Its key usage does not allow signatures"}, question.where);
  }
}

struct Weighed {
  const Check* check;
  Effect effect;
  Trust trust;
};

// What a problem of the path at the moment that counts means.
Weighed weigh(PathProblem problem) {
  switch (problem) {
    case PathProblem::no_trusted_root: return {&check::certificate_chain, Effect::indeterminate, Trust::untrusted};
    case PathProblem::signature_broken:
    case PathProblem::issuer_not_ca:
    case PathProblem::issuer_may_not_sign:
    case PathProblem::path_too_long:
    case PathProblem::duplicate_extension:
      return {&check::certificate_chain, Effect::invalid_at_sealing, Trust::untrusted};
    case PathProblem::algorithm_unsupported:
    case PathProblem::unknown_critical_extension:
    case PathProblem::extension_unreadable: return {&check::certificate_chain, Effect::indeterminate, Trust::untrusted};
    case PathProblem::not_yet_in_force:
    case PathProblem::expired: return {&check::certificate_period, Effect::invalid_at_sealing, Trust::untrusted};
    case PathProblem::revoked:
    case PathProblem::on_hold: return {&check::certificate_revoked, Effect::invalid_at_sealing, Trust::untrusted};
    case PathProblem::status_unknown: return {&check::certificate_revoked, Effect::indeterminate, Trust::unknown};
  }
  ensure_unreachable("a PathProblem that is not weighed");
}

Answer answer_of(const x509::PathFinding& finding) {
  const std::string name(x509::name_of(finding.problem));
  const std::string of = finding.depth == 0 ? std::string() : " (" + finding.subject + ")";
  static constexpr std::string_view zh[] = {
      "没有追溯到信任根", "上级签名不成立",   "算法不支持", "尚未生效",           "已过期",
      "上级不是证书机构", "上级无权签发证书", "证书链过长", "有不认识的关键扩展", "扩展重复",
      "扩展不可读",       "已被撤销",         "已被暂停",   "缺少撤销状态信息"};
  return {std::string(zh[static_cast<std::size_t>(finding.problem)]) + of, name + of};
}

// Trust at the moment that counts. The path's own word on the certificate's period is left out: it is asked before.
Trust check_path(const x509::Certificate& certificate, const CertificateQuestion& question, const TrustContext& context,
                 std::vector<Finding>& findings) {
  const auto path = x509::validate_path(certificate, context.store,
                                        {.at = question.at, .require_status = true, .status_not_older_than = {}});
  Trust trust = Trust::trusted;
  bool chain_flaw = false;
  bool revocation_flaw = false;
  for (const auto& flaw : path.findings) {
    const Weighed weighed = weigh(flaw.problem);
    chain_flaw = chain_flaw || weighed.check == &check::certificate_chain;
    revocation_flaw = revocation_flaw || weighed.check == &check::certificate_revoked;
    if (trust != Trust::untrusted) {
      trust = weighed.trust;
    }
    const bool period_asked = flaw.depth == 0 && weighed.check == &check::certificate_period;
    if (!period_asked) {
      const Level level = weighed.effect == Effect::invalid_at_sealing ? Level::fail : Level::warn;
      add(findings, *weighed.check, level, weighed.effect, answer_of(flaw), question.where);
    }
  }
  if (!chain_flaw) {
    const std::string root = path.chain.empty() ? std::string() : sealer_name(path.chain.back());
    add_pass(findings, check::certificate_chain, {"追溯到：" + root, "It leads to " + root}, question.where);
  }
  if (!revocation_flaw && path.reaches_anchor()) {
    add_pass(findings, check::certificate_revoked, {"当时未被撤销", "It was not revoked then"}, question.where);
  }
  return trust;
}

// Whether it still holds. Only what has changed since the moment counts.
void check_now(const x509::Certificate& certificate, const CertificateQuestion& question, const TrustContext& context,
               std::vector<Finding>& findings) {
  const Effect aged = question.ages ? Effect::changed_since : Effect::none;
  bool changed = false;
  if (context.now > certificate.not_after() && certificate.in_force_at(question.at)) {
    changed = true;
    add(findings, check::certificate_now, question.ages ? Level::warn : Level::info, aged,
        {"此后已过期：" + text_at(certificate.not_after()), "Expired since: " + text_at(certificate.not_after())},
        question.where);
  }
  const auto path = x509::validate_path(certificate, context.store,
                                        {.at = context.now, .require_status = false, .status_not_older_than = {}});
  const auto then = x509::validate_path(certificate, context.store,
                                        {.at = question.at, .require_status = false, .status_not_older_than = {}});
  for (const PathProblem problem : {PathProblem::revoked, PathProblem::on_hold}) {
    if (path.has(problem) && !then.has(problem)) {
      changed = true;
      add_warn(findings, check::certificate_now, Effect::changed_since,
               {problem == PathProblem::revoked ? "此后已被撤销" : "现在处于暂停状态",
                problem == PathProblem::revoked ? "Revoked since" : "On hold now"},
               question.where);
    }
  }
  if (!changed && certificate.in_force_at(question.at)) {
    add_pass(findings, check::certificate_now, {"没有变化", "Nothing has changed"}, question.where);
  }
}

}  // namespace

void add_pass(std::vector<Finding>& to, const Check& check, Answer answer, std::string where) {
  add(to, check, Level::pass, Effect::none, std::move(answer), std::move(where));
}
void add_fail(std::vector<Finding>& to, const Check& check, Effect effect, Answer answer, std::string where) {
  add(to, check, Level::fail, effect, std::move(answer), std::move(where));
}
void add_warn(std::vector<Finding>& to, const Check& check, Effect effect, Answer answer, std::string where) {
  add(to, check, Level::warn, effect, std::move(answer), std::move(where));
}
void add_info(std::vector<Finding>& to, const Check& check, Answer answer, std::string where) {
  add(to, check, Level::info, Effect::none, std::move(answer), std::move(where));
}

std::string sealer_name(const x509::Certificate& certificate) {
  std::string name = certificate.subject().common_name();
  return name.empty() ? certificate.subject().find(oid::organization()) : name;
}

Trust judge_certificate(const x509::Certificate& certificate, const CertificateQuestion& question,
                        const TrustContext& context, std::vector<Finding>& findings) {
  check_period(certificate, question, findings);
  check_usage(certificate, question, findings);
  Trust trust = Trust::unknown;
  if (context.store.anchors.empty()) {
    add_warn(findings, check::certificate_chain, Effect::indeterminate,
             {"没有给出信任根", "No trust anchors were given"}, question.where);
  } else {
    trust = check_path(certificate, question, context, findings);
  }
  check_now(certificate, question, context, findings);
  return trust;
}

std::optional<Instant> judge_time_stamp(BytesView token, BytesView data, const TrustContext& context,
                                        std::vector<Finding>& findings) {
  const auto parsed = tsp::TimeStampToken::parse(token);
  if (!parsed) {
    add_fail(findings, check::time_stamp, Effect::breaks_integrity,
             {"时间戳不可读", "The time stamp cannot be read: " + parsed.error().describe()}, "time stamp");
    return std::nullopt;
  }
  const auto report = tsp::check_token(*parsed, data);
  bool holds = true;
  for (const tsp::TokenProblem problem : report.problems) {
    holds = false;
    const bool hidden = problem == tsp::TokenProblem::no_certificate;
    const Answer answer = {"时间戳有问题：" + std::string(tsp::name_of(problem)),
                           "The time stamp does not hold: " + std::string(tsp::name_of(problem))};
    if (hidden) {
      add_warn(findings, check::time_stamp, Effect::indeterminate, answer, "time stamp");
    } else {
      add_fail(findings, check::time_stamp, Effect::breaks_integrity, answer, "time stamp");
    }
  }
  if (!holds || !report.certificate) {
    return std::nullopt;
  }
  add_pass(findings, check::time_stamp, {text_at(parsed->info.time), text_at(parsed->info.time)}, "time stamp");
  TrustContext with_inside = context;
  const auto& inside = parsed->message.certificates;
  with_inside.store.intermediates.insert(with_inside.store.intermediates.end(), inside.begin(), inside.end());
  std::vector<Finding> about_tsa;
  const CertificateQuestion question = {.at = parsed->info.time, .where = "time stamp", .usage = true, .ages = false};
  const Trust trust = judge_certificate(*report.certificate, question, with_inside, about_tsa);
  const bool flawed = std::any_of(about_tsa.begin(), about_tsa.end(), [](const Finding& one) {
    return one.level != Level::pass && one.effect != Effect::none && one.effect != Effect::indeterminate;
  });
  if (trust != Trust::trusted || flawed) {
    add_warn(findings, check::time_stamp_trust, Effect::none,
             {"时间戳机构不可信，时间未被证明", "The time-stamping authority is not trusted, the time is not proven"},
             "time stamp");
    return std::nullopt;
  }
  add_pass(findings, check::time_stamp_trust, {"时间戳机构可信", "The time-stamping authority is trusted"},
           "time stamp");
  return parsed->info.time;
}

}  // namespace yinxin::seal::verify
