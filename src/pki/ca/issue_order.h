#pragma once
// What the signer takes. An order comes from the checker's ApprovedRequest, from the ceremony before it is closed, or
// renews a responder; there is no other way to make one.

#include "pki/ca/journal.h"
#include "pki/profile/profile.h"
#include "trust/checker.h"

namespace yinxin::pki {

// The facts of a line that profiles may name: unit.*, holder.*.
Facts facts_of(const trust::Snapshot& snapshot, const trust::SnapshotLine& line);
// What the checker asks of the vault's profiles: the pair's subject, identity extensions and common hash.
Result<trust::VaultAnswers::Template> answer_template(const ProfileSet& profiles, const Surroundings& around,
                                                      const trust::Snapshot& snapshot, const trust::SnapshotLine& line,
                                                      const Digest& pair_hash);
// The key under which an approved line is made at most once at a time.
Digest order_of_line(const Digest& second_approval, std::int64_t line);

class IssueOrder {
 public:
  // Makes the templates again from the approved snapshot; conflict when their hash is not the one that the officers
  // signed, or the validity is longer than the profile's.
  static Result<IssueOrder> of(const trust::ApprovedRequest& request, const ProfileSet& profiles,
                               const Surroundings& around);
  // A new key for a delegated OCSP responder: nothing else can be made of this.
  static Result<IssueOrder> for_responder(const Profile& profile, const Facts& facts, const Surroundings& around,
                                          const x509::PublicKey& key);

 private:
  friend class CertificateAuthority;
  friend class Ceremony;
  struct Part {
    const Profile* profile = nullptr;
    Template made;
    CertificateUse use = CertificateUse::single;
  };
  IssueOrder() = default;
  Digest order_{};
  std::vector<Part> parts_;
  Validity validity_;
  x509::PublicKey key_;
  std::string environment_;
  bool held_ = true;
};

}  // namespace yinxin::pki
