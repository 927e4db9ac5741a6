#include "pki/ca/ceremony.h"

namespace yinxin::pki {

Result<Ceremony> Ceremony::open(Journal& journal, const ProfileSet& profiles) {
  YX_TRY(const bool closed, journal.is_ceremony_closed());
  if (closed) {
    return fail(ErrorCode::wrong_state, "ceremony: it took place, and is closed");
  }
  return Ceremony(journal, profiles);
}

Result<IssueOrder> Ceremony::order(std::string_view profile, const Facts& facts, const Surroundings& around,
                                   const x509::PublicKey& key) const {
  if (closed_) {
    return fail(ErrorCode::wrong_state, "ceremony: it is closed");
  }
  YX_TRY(const Profile* found, profiles_->find(profile));
  YX_TRY(Template made, found->make_template(facts, around));
  IssueOrder order;
  order.order_ = crypto::sm3({made.hash(), key.der()});
  order.validity_ = found->fields().max_validity;
  order.parts_.push_back({found, std::move(made), CertificateUse::single});
  order.key_ = key;
  order.environment_ = around.environment;
  order.held_ = false;
  return order;
}

Result<x509::Certificate> Ceremony::make_root(CertificateAuthority& root, const Facts& facts,
                                              const Surroundings& around, const x509::PublicKey& key) {
  if (issuer_id(key) != root.id()) {
    return fail(ErrorCode::conflict, "ceremony: a root certifies its own key");
  }
  return make(root, "root", facts, around, key);
}

Result<x509::Certificate> Ceremony::make(CertificateAuthority& authority, std::string_view profile, const Facts& facts,
                                         const Surroundings& around, const x509::PublicKey& key) {
  YX_TRY(const IssueOrder wanted, order(profile, facts, around, key));
  YX_TRY(IssuedCertificates issued, authority.issue(wanted));
  return std::move(issued.certificates.front());
}

Result<void> Ceremony::close(Instant at) {
  YX_CHECK(journal_->close_ceremony(at));
  closed_ = true;
  return {};
}

}  // namespace yinxin::pki
