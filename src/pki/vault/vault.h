#pragma once
// The vault: judges bundles by itself, writes permits, has certificates issued, hears tokens, orders status. Nobody
// calls it in the finished house: it polls the desk for bundles and carries each on from wherever a crash left it.

#include "pki/ca/authority.h"
#include "pki/revocation/revocations.h"
#include "pki/vault/neighbours.h"

namespace yinxin::pki {

constexpr std::chrono::minutes permit_life{30};
constexpr std::chrono::minutes writing_time{60};  // from issuing to S4
constexpr std::size_t permit_nonce_bytes = 16;
constexpr std::size_t max_device_field_bytes = 64;

class Vault {
 public:
  // All that is pointed to outlives the vault.
  struct Parts {
    CertificateAuthority* authority = nullptr;
    Journal* journal = nullptr;
    VaultBook* book = nullptr;
    HeadSigner* heads = nullptr;
    Revocations* revocations = nullptr;
    TokenSecrets* secrets = nullptr;
    SealWorkshop* seals = nullptr;
    audit::Recorder* audit = nullptr;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    const ProfileSet* profiles = nullptr;
    crypto::Signer* permit_signer = nullptr;
    x509::Certificate permit_certificate;
    x509::Certificate issuing;
    x509::Certificate roles_ca;
    Bytes roster_key;
    Surroundings around;
    // The roles CA's current list; a failure stops everything that rests on officers' words.
    std::function<Result<x509::CertificateList>()> roles_list;
  };
  explicit Vault(Parts parts) : parts_(std::move(parts)) {}

  // A refusal by the checker is `forbidden`; its detail lists the reasons' codes ("s1.role line.seal …").

  // A programme's manifest that two administrators signed; its hash.
  Result<Digest> adopt(BytesView signed_manifest);
  Result<void> register_device(Device device);

  struct Permitted {
    Bytes permit;   // P
    Bytes secrets;  // the PIN domain's signed answer, sealed to the station
  };
  // For one line of an approved case: this device, at this station, by this officer, for half an hour. The same
  // question gets the same permit while it lives.
  Result<Permitted> permit(const trust::Bundle& bundle, std::int64_t line, const std::string& device,
                           const x509::Certificate& station, const x509::Certificate& officer);
  // Judges all of it, has the pair issued on hold, signs the receipt. Asked again for the same key it gives the same.
  Result<IssuedLine> issue(const trust::Bundle& bundle, const trust::KeyingBundle& keying);
  // The approved seal of an issued line.
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView picture);
  // S4: after read-back and a probe decryption. Where a seal was approved it must name the one that was made.
  Result<void> hear_written(const Digest& second_approval, std::int64_t line, BytesView signed_word);
  // S5: lifts the hold.
  Result<void> hear_activated(const Digest& second_approval, std::int64_t line, BytesView signed_word);
  // Officers' orders about certificates; two to revoke, one to suspend or resume.
  Result<void> order_status(BytesView first, BytesView second);

  // A parcel that was lost, or a case that was closed: what was issued for it before `before` and never activated is
  // revoked, and its devices are quarantined. How many lines.
  Result<std::size_t> give_up_held(const std::string& case_id, Instant before, std::string_view why);

  // After a start, and then every minute: burns what a crash left, tells the PIN domain what it has not heard, gives
  // up lines without S4 after an hour (revoked, device in quarantine). How many lines were given up.
  Result<std::size_t> resume();

 private:
  Result<trust::Checker> checker(const Digest* order, BytesView own_key) const;
  Result<void> tell_pin(IssuedLine line);
  Result<void> give_up(const IssuedLine& line, std::string_view why);
  Result<IssuedLine> store(const trust::ApprovedRequest& request, const IssuedCertificates& issued);
  Result<IssuedLine> need_issued(const Digest& second_approval, std::int64_t line) const;
  Result<void> note(std::string_view action, std::string_view object, std::string_view result) const;

  Parts parts_;
};

}  // namespace yinxin::pki
