#pragma once
// The vault in a process of its own: it fetches what desk and street want (net/pulled_calls.h), judges it, and brings
// the answer.

#include <mutex>

#include "net/pulled_calls.h"
#include "yinxin/office/vault_doors.h"

namespace yinxin::office {

namespace vault_verb {
constexpr std::uint16_t permit = 1, issue = 2, make_seal = 3, hear_written = 4, hear_activated = 5, give_up_held = 6,
                        find_issued = 7, find_issued_on = 8, activated = 9, manifests = 10;
}

class RemoteVault final : public VaultDoors {
 public:
  explicit RemoteVault(net::PulledCalls& calls) : calls_(calls) {}
  Result<pki::Vault::Permitted> permit(const trust::Bundle& bundle, std::int64_t line, const std::string& device,
                                       const x509::Certificate& station, const x509::Certificate& officer) override;
  Result<void> issue(const trust::Bundle& bundle, const trust::KeyingBundle& keying) override;
  Result<Bytes> make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView picture) override;
  Result<void> hear_written(const crypto::Digest& second_approval, std::int64_t line, BytesView word) override;
  Result<void> hear_activated(const crypto::Digest& second_approval, std::int64_t line, BytesView word) override;
  Result<std::size_t> give_up_held(const std::string& case_id, Instant before, const std::string& why) override;
  Result<std::optional<pki::IssuedLine>> find_issued(const crypto::Digest& second_approval, std::int64_t line) override;
  Result<std::optional<pki::IssuedLine>> find_issued_on(const std::string& device) override;
  Result<std::vector<pki::ActivatedLine>> activated(std::int64_t after, std::size_t limit) override;
  Result<std::vector<Bytes>> manifests() override;

 private:
  net::PulledCalls& calls_;
};

// What the vault does of what it fetched, one at a time: from the desk everything, from the street what a holder's
// token says of itself, and the manifests; nothing for anybody else. `note` is told of each that was refused: verb and
// reason.
using NoteRefusal = std::function<void(std::string_view deed, const Error& why)>;
net::EdgeTable deeds_of(VaultDoors& vault, std::string_view whose, std::mutex& mutex, NoteRefusal note);

}  // namespace yinxin::office
