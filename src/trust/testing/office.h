#pragma once
// A whole small office for tests: roles CA, officers, evidence and permit keys, and a case that is right in every
// fact. Stories change one fact at a time and sign everything for what it then says.

#include <functional>

#include "trust/make.h"

namespace yinxin::trust::testing {

// How devices are called that are ready; no other was taken in.
constexpr std::string_view ready_devices = "DEV-00";

struct Holder {
  x509::Certificate certificate;
  std::shared_ptr<crypto::SoftSigner> signer;
};

struct OfficerWish {
  std::string name;
  std::optional<Role> role;
  std::string resident_id;
  asn1::ObjectId purpose;
  bool critical_purpose = true;
  Instant not_before;
  Instant not_after;
};

// A certification authority of one level, for test certificates.
class SmallCa {
 public:
  SmallCa(std::string name, Random& random, Instant at);
  SmallCa(const x509::Name& subject, Random& random, Instant at);
  // One that stands already.
  SmallCa(x509::Certificate certificate, std::shared_ptr<crypto::SoftSigner> signer, Random& random, Instant at);
  [[nodiscard]] const x509::Certificate& certificate() const { return certificate_; }
  Holder issue(const OfficerWish& wish, BytesView roster_key);
  // An organization certificate for a key that exists.
  x509::Certificate issue_for(const x509::PublicKey& key, const x509::Name& subject, std::uint32_t usage);
  [[nodiscard]] x509::CertificateList crl(const std::vector<Bytes>& serials, Instant at);

 private:
  Bytes next_serial();
  Random& random_;
  std::shared_ptr<crypto::SoftSigner> signer_;
  x509::Certificate certificate_;
  Instant at_;
  std::uint8_t count_ = 0;
};

// What the test vault's profile makes of a line; the real one is pki's.
Result<VaultAnswers::Template> simple_template(const Snapshot& snapshot, const SnapshotLine& line,
                                               const Digest& profile);

// What of an office stands already when stories are told in it: a real one's keys and profiles.
struct Standing {
  x509::Certificate roles;
  std::shared_ptr<crypto::SoftSigner> roles_key;
  Holder permit;
  Bytes roster_key;
  Digest ca_key_hash{};
  std::string environment;
  Digest profile{};
  Digest station{};
  decltype(VaultAnswers::make_template) make_template;
};

struct Office {
  explicit Office(Instant at);
  Office(Instant at, Standing standing);
  SystemRandom random;
  Instant at;  // the moment of the story
  std::string environment = "test";
  Digest profile, station;
  decltype(VaultAnswers::make_template) make_template = simple_template;
  Bytes roster_key;
  SmallCa roles_ca;
  SmallCa rogue_ca;  // the same name, another key
  SmallCa issuing_ca;
  Digest ca_key_hash;
  Holder registration, review, production, administrator, second_administrator, evidence, permit;
  Holder make(const OfficerWish& wish, bool rogue = false);
  [[nodiscard]] OfficerWish serving(std::string name, asn1::ObjectId purpose) const;
  [[nodiscard]] OfficerWish approving(std::string name, Role role, std::string resident_id) const;
};

// Resident identity numbers with right check digits, of nobody.
namespace ids {
constexpr const char* registration = "11010519491231002X";
constexpr const char* review = "440524188001010014";
constexpr const char* production = "110105199003070011";
constexpr const char* administrator = "110105199003070038";
constexpr const char* second_administrator = "110105199003070054";
constexpr const char* requester = "110105199003070070";
constexpr const char* legal_representative = "110105199003070097";
}  // namespace ids

// Stages at which a story may be changed; all hashes and signatures after a stage follow it.
struct Story {
  explicit Story(Office& office);
  Office& office;

  std::function<void(ProgrammePolicy&)> on_policy = [](auto&) {};
  std::function<void(Snapshot&)> on_snapshot = [](auto&) {};  // before the approvals are written from it
  std::function<void(std::vector<Evidence>&)> on_evidence = [](auto&) {};
  std::function<void(ApprovalContent&)> on_content = [](auto&) {};  // what both officers sign
  std::function<void(Approval&)> on_first = [](auto&) {};
  std::function<void(Approval&)> on_second = [](auto&) {};
  std::function<void(Bytes&)> on_signed_first = [](auto&) {};
  std::function<void(Bytes&)> on_signed_second = [](auto&) {};
  std::function<void(Bytes&)> on_signed_evidence = [](auto&) {};
  std::function<void(Bundle&)> on_bundle = [](auto&) {};
  std::function<void(Permit&)> on_permit = [](auto&) {};
  std::function<void(Bytes&)> on_signed_permit = [](auto&) {};
  std::function<void(std::vector<std::pair<asn1::ObjectId, Bytes>>&)> on_request_attributes = [](auto&) {};
  std::function<void(Bytes&)> on_request = [](auto&) {};
  std::function<void(KeyBinding&)> on_binding = [](auto&) {};
  std::function<void(Bytes&)> on_signed_binding = [](auto&) {};
  std::function<void(Pinned&)> on_pinned = [](auto&) {};
  std::function<void(VaultAnswers&)> on_answers = [](auto&) {};

  // Who signs; a story may put somebody else there.
  Holder first_officer, second_officer, production_officer, evidence_key, permit_key;
  std::vector<Bytes> revoked;      // serials, in the list that the vault holds
  bool is_policy_in_force = true;  // the vault has taken it over
  std::string application_id = "YX20261121000017";
  std::string device = "DEV-0001";  // "DEV-00…": one that is ready

  void tell();         // makes everything below
  void tell_keying();  // anew, for the case as it was told
  Bundle bundle;
  KeyingBundle keying;
  Pinned pinned;
  VaultAnswers answers;
  std::shared_ptr<crypto::SoftSigner> new_key;

 private:
  ApprovalContent content_of(const Snapshot& shot, const Digest& manifest_hash);
  void tell_case();
  Snapshot snapshot() const;
  ProgrammePolicy policy() const;
};

}  // namespace yinxin::trust::testing
