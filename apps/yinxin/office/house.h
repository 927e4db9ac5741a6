#pragma once
// The data folder of one office, and the ceremony that fills it.
//
//   office.json            environment, organization, addresses
//   vault/ ocsp/ tsa/ seal/ outside/ kmc/ pin/ desk/   one key chest and one store for each domain
//   heads/                 signed heads of the status chains, not in any database
//   public/                certificates and lists for everybody
//   audit/                 one file for each writer

#include <filesystem>

#include "yinxin/office/answer_domains.h"
#include "yinxin/office/domains.h"
#include "yinxin/office/roster.h"
#include "yinxin/office/vault_domain.h"

namespace yinxin::office {

// An officer whose approval key was born on his UKey; the request proves that he holds it.
struct OfficerRequest {
  std::string name;
  trust::Role role = trust::Role::registration_officer;
  std::string resident_id;
  Bytes request;          // PKCS#10
  Bytes login_request{};  // PKCS#10 of the login container; empty: no login certificate
};

// A production station, by its own request.
struct StationRequest {
  std::string name;
  Bytes request;
};

struct CeremonyPlan {
  Settings settings;
  std::string folder;
  std::string root_folder;  // where the root key goes, under its own passphrase: not inside `folder`, and then away
  std::string profiles;     // folder of certificate profiles
  SecretBytes root_passphrase{};
  std::vector<OfficerRequest> officers{};  // five custodians among them, or none: then there is no key centre
  std::vector<StationRequest> stations{};
  crypto::PassphraseCost chest_cost{};
};

struct CeremonyReport {
  x509::Certificate root, roles, issuing;
  std::vector<x509::Certificate> officers;  // in the order of the plan
  std::vector<Bytes> envelopes;             // of custodians' encryption keys, for their UKeys; empty for the others
  std::vector<std::optional<x509::Certificate>> logins;  // in the order of the officers
  std::vector<x509::Certificate> stations;
};

// Everything from nothing: root, roles and issuing CA, the house's own certificates, the officers'. Refuses a folder
// that holds an office. Everything is written beside first and put in place last, so that a ceremony that was
// interrupted leaves nothing that could be taken for an office.
Result<CeremonyReport> hold_ceremony(const CeremonyPlan& plan, const crypto::BootSecret& boot, Random& random,
                                     const Clock& clock);

// Which domains of an office are opened.
enum class Opened {
  answers,  // vault's status, OCSP, lists, stamps
  making,   // vault, key centre, PIN domain, seal maker, outside
  all,
};

// An office that is open, each domain with its own store and keys, talking in messages: all in this one process
// (isolation L0), or some of them behind doors that lead to processes of their own. One process at a time.
class House {
 public:
  // `vfs`: a file layer of SQLite's for every store, for tests.
  static Result<std::unique_ptr<House>> open(const std::string& folder, const std::string& profiles,
                                             const crypto::BootSecret& boot, const Clock& clock,
                                             Opened opened = Opened::all, const std::string& vfs = {},
                                             Neighbours neighbours = {});

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const x509::Certificate& root() const { return root_; }
  [[nodiscard]] const x509::Certificate& issuing() const { return issuing_; }
  [[nodiscard]] const x509::Certificate& roles() const { return roles_; }
  // As VaultDomain's; precondition where the vault is a process of its own.
  Result<x509::CertificateList> publish_list(std::string_view issuer);
  // The list that officers' certificates are held against; where the vault is another process, as it published it.
  Result<x509::CertificateList> current_roles_list();
  // Does nothing where the vault is a process of its own, which sees to it.
  Result<std::size_t> publish_due_lists();
  // Feeds what is new of the status to whoever answers for it; every few seconds, or answers stop. From any thread.
  // precondition when the office was not opened for answers. A vault that is a process feeds by itself.
  Result<void> refresh_status();
  // Whether there is news of the status since this was asked last: it is time to feed.
  bool take_status_news() { return vault_domain_ && vault_domain_->take_status_news(); }
  // As the street reaches them; there when the office was opened for answers.
  AnswerDoors& answers() { return *answers_; }
  // What may be asked of the vault, wherever it stands.
  VaultDoors& doors() { return *doors_; }
  // The vault itself; precondition when the office has no key centre (its ceremony had no custodians), was not opened
  // for making, or has its vault in another process.
  Result<pki::Vault*> vault();
  pki::VaultBook& book() { return vault_domain_->book(); }  // in this process only
  // As the street reaches it; and the outside, where that is this process's own.
  PinDoors& pin() { return *pin_; }
  OutsideDomain& outside() { return *outside_; }                     // in this process only
  OutsideDoors* far_outside() { return neighbours_.outside.get(); }  // null where it is this process's own
  hall::Desk& desk() { return desk_->desk(); }
  DeskDomain& desk_domain() { return *desk_; }
  audit::Recorder& desk_audit() { return desk_->audit(); }
  [[nodiscard]] const pki::ProfileSet& profiles() const { return profiles_; }
  // Burns, tells, gives up, retires: what a crash or the clock left to do. Lines given up.
  Result<std::size_t> resume();
  // The jobs of an office that can make certificates: resume(), lines that nobody will ever activate are ended, the key
  // centre's pool goes towards its level. Does nothing in one that cannot.
  Result<void> work();
  [[nodiscard]] audit::Head audit_head() const { return vault_domain_->audit_head(); }
  // "root.cer", "issuing.crl" … under public/; not_found for anything else.
  [[nodiscard]] Result<std::vector<RosterEntry>> roster() const { return roster_of(folder_); }
  [[nodiscard]] Result<Bytes> public_file(std::string_view name) const { return published_file(folder_, name); }

 private:
  House(std::string folder, const Clock& clock) : folder_(std::move(folder)), clock_(&clock) {}
  Result<void> open_answers(const DomainPlace& place);
  Result<void> open_making(const DomainPlace& place);
  Result<void> open_inner(const DomainPlace& place);
  Result<void> end_held(const hall::DeskWork& work);
  Result<void> end_held_lines();

  std::string folder_;
  std::string vfs_;
  const Clock* clock_;
  SystemRandom random_;
  Settings settings_;
  x509::Certificate root_, issuing_, roles_;
  pki::ProfileSet profiles_;
  Neighbours neighbours_;  // those that are not taken in elsewhere
  std::unique_ptr<VaultDomain> vault_domain_;
  VaultDoors* doors_ = nullptr;  // its, or those that lead to another process
  std::unique_ptr<AnswerDoors> answers_;
  pki::StatusDoors* status_ = nullptr;  // of those, where they are this process's own
  // For making
  std::unique_ptr<KeyDoors> centre_;
  std::unique_ptr<PinDoors> pin_;
  std::unique_ptr<pki::SealWorkshop> seals_;
  std::unique_ptr<OutsideDomain> outside_;
  std::unique_ptr<DeskDomain> desk_;
};

}  // namespace yinxin::office
