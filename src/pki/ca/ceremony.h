#pragma once
// The first certificates: root, roles CA, issuing CA, and those of the house. A journal has one ceremony; when it is
// closed nothing more can be made this way.

#include "pki/ca/authority.h"

namespace yinxin::pki {

class Ceremony {
 public:
  // wrong_state when this journal's ceremony is closed. Both must outlive it.
  static Result<Ceremony> open(Journal& journal, const ProfileSet& profiles);

  // `authority` has no certificate yet; it gets its own.
  Result<x509::Certificate> make_root(CertificateAuthority& root, const Facts& facts, const Surroundings& around,
                                      const x509::PublicKey& key);
  // Any certificate that the authority's profile may issue: "issuing" and "roles" from the root; officers, stations,
  // permit and evidence keys from the roles CA; responder, time stamps, seal maker from the issuing CA. Asked twice for
  // the same, it gives the same.
  Result<x509::Certificate> make(CertificateAuthority& authority, std::string_view profile, const Facts& facts,
                                 const Surroundings& around, const x509::PublicKey& key);
  // For good.
  Result<void> close(Instant at);

 private:
  Ceremony(Journal& journal, const ProfileSet& profiles) : journal_(&journal), profiles_(&profiles) {}
  Result<IssueOrder> order(std::string_view profile, const Facts& facts, const Surroundings& around,
                           const x509::PublicKey& key) const;
  Journal* journal_;
  const ProfileSet* profiles_;
  bool closed_ = false;
};

}  // namespace yinxin::pki
