#include "pki/ca/issue_order.h"

#include "crypto/oids.h"

namespace yinxin::pki {

Facts facts_of(const trust::Snapshot& snapshot, const trust::SnapshotLine& line) {
  Facts facts{{"unit.name", snapshot.unit.name},
              {"unit.uscc", snapshot.unit.uscc},
              {"unit.department", snapshot.unit.department},
              {"unit.state", snapshot.unit.state},
              {"unit.locality", snapshot.unit.locality}};
  if (line.holder) {
    facts["holder.name"] = line.holder->name;
    facts["holder.resident_id"] = line.holder->resident_id;
    facts["holder.email"] = line.holder->email;
  }
  return facts;
}

Result<trust::VaultAnswers::Template> answer_template(const ProfileSet& profiles, const Surroundings& around,
                                                      const trust::Snapshot& snapshot, const trust::SnapshotLine& line,
                                                      const Digest& pair_hash) {
  YX_TRY(const ProfilePair pair, profiles.find_pair(trust::name_of(line.kind)));
  if (pair.hash() != pair_hash) {
    return fail(ErrorCode::conflict, "the profiles named are not those in force for this kind of subject");
  }
  YX_TRY(const TemplatePair made, make_templates(pair, facts_of(snapshot, line), around));
  trust::VaultAnswers::Template answer;
  answer.subject = made.signing.subject.der();
  for (const x509::Extension& extension : made.signing.identity) {
    answer.extensions.emplace_back(extension.id, extension.value);
  }
  answer.hash = made.hash();
  return answer;
}

Digest order_of_line(const Digest& second_approval, std::int64_t line) {
  return crypto::sm3(asn1::sequence([&](asn1::Writer& w) { w.octet_string(second_approval).integer(line); }));
}

Result<IssueOrder> IssueOrder::of(const trust::ApprovedRequest& request, const ProfileSet& profiles,
                                  const Surroundings& around) {
  const trust::ApprovedLine& line = request.line();
  YX_TRY(const ProfilePair pair, profiles.find_pair(trust::name_of(line.kind)));
  YX_TRY(TemplatePair made, make_templates(pair, facts_of(request.snapshot(), request.snapshot_line()), around));
  if (pair.hash() != line.profile_hash || made.hash() != line.template_hash) {
    return fail(ErrorCode::conflict, "the certificates would not be what the officers signed");
  }
  IssueOrder order;
  order.validity_ = {line.validity_months, 0};
  const Instant some_day = from_unix_ms(0);
  for (const Profile* profile : {pair.signing, pair.encryption}) {
    if (!profile->is_end_entity() ||
        end_of(some_day, order.validity_) > end_of(some_day, profile->fields().max_validity)) {
      return fail(ErrorCode::conflict, "profile " + profile->name() + " does not allow this");
    }
  }
  order.order_ = order_of_line(request.second_approval_hash(), line.number);
  order.parts_.push_back({pair.signing, std::move(made.signing), CertificateUse::signing});
  order.parts_.push_back({pair.encryption, std::move(made.encryption), CertificateUse::encryption});
  order.key_ = request.public_key();
  order.environment_ = around.environment;
  return order;
}

Result<IssueOrder> IssueOrder::for_responder(const Profile& profile, const Facts& facts, const Surroundings& around,
                                             const x509::PublicKey& key) {
  if (!profile.is_end_entity() || profile.fields().purposes != std::vector{oid::eku_ocsp_signing()}) {
    return fail(ErrorCode::forbidden, "profile " + profile.name() + " is not one of an OCSP responder");
  }
  YX_TRY(Template made, profile.make_template(facts, around));
  IssueOrder order;
  order.order_ = crypto::sm3({profile.hash(), key.der()});
  order.validity_ = profile.fields().max_validity;
  order.parts_.push_back({&profile, std::move(made), CertificateUse::single});
  order.key_ = key;
  order.environment_ = around.environment;
  order.held_ = false;
  return order;
}

}  // namespace yinxin::pki
